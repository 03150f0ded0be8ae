/// The texts of some values, one after the other, in the order in which they lie.
package struct TextRun {
  enum Values {
    /// Neighbours, whose places in `starts` are their numbers.
    case all(from: Int, count: Int)
    /// These, whose places in `starts` are their places here.
    case some([UInt32])
  }
  /// 64 readable bytes follow.
  package let bytes: UnsafeBufferPointer<UInt8>
  private let values: Values
  /// Where each value begins, counted from somewhere before the run, and where the last one ends.
  private let starts: Slab<UInt32>

  init(bytes: UnsafeBufferPointer<UInt8>, values: Values, starts: Slab<UInt32>) {
    self.bytes = bytes
    self.values = values
    self.starts = starts
  }

  /// The value that the byte at `offset` belongs to, and where it ends.
  ///
  /// - Complexity: O(log values).
  package func value(at offset: Int) -> (value: ValueID, end: Int) {
    let places =
      switch values {
      case .all(let first, let count): first..<(first + count + 1)
      case .some(let numbers): 0..<(numbers.count + 1)
      }
    let origin = Int(starts[places.lowerBound])
    // The last value that begins at or before the offset; empty values share a start with their successor.
    let next = starts.lowerBound(of: UInt32(origin + offset) + 1, in: places)
    let number =
      switch values {
      case .all: UInt32(next - 1)
      case .some(let numbers): numbers[next - 1]
      }
    return (ValueID(number), Int(starts[next]) - origin)
  }
}

/// What a text must hold, and by which many packed texts are passed over unread: too short a text, or one whose
/// alphabet lacks a symbol of it, has it nowhere.
package struct TextProbe {
  /// Folded ASCII.
  let bytes: [UInt8]
  /// The alphabets that have all of its symbols, in either case.
  private let members: UInt8
  /// The same of what stands behind its last delimiter: of a text whose beginning is shared, the rest has no delimiter.
  private let endMembers: UInt8
  private let hasDelimiter: Bool

  package init(_ bytes: [UInt8]) {
    let tables = TextPackingTables.shared
    func members(_ bytes: some Sequence<UInt8>) -> UInt8 {
      bytes.reduce(TextPackingTables.anyMember) { all, byte in
        let capital = byte &- 0x61 < 26 ? byte & ~0x20 : byte
        return all & (tables.members[Int(byte)] | tables.members[Int(capital)])
      }
    }
    self.bytes = bytes
    self.members = members(bytes)
    let delimiter = bytes.lastIndex {
      tables.members[Int($0)] & TextPackingTables.isDelimiter != 0
    }
    hasDelimiter = delimiter != nil
    endMembers = members(bytes[((delimiter ?? -1) + 1)...])
  }

  /// True where the text of a value may hold it.
  ///
  /// - Parameters:
  ///   - prefixCount: bytes of the beginning that the value shares.
  ///   - count: bytes of all of it.
  @inline(__always)
  func mayBeIn(_ tag: TextTag, prefixCount: Int, count: Int) -> Bool {
    if count < bytes.count { return false }
    let packing = tag.packing
    // The padding is in no alphabet but that of names.
    if packing == .bytes || packing.padding > 0 && bytes.contains(UInt8(ascii: "=")) { return true }
    let own = TextPackingTables.member(of: packing)
    if count &- prefixCount >= bytes.count, members & own != 0 { return true }
    if prefixCount == 0 { return false }
    return prefixCount >= bytes.count || hasDelimiter && endMembers & own != 0
  }
}
