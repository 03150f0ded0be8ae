import TrailRecord

/// The folded hashes of a column's distinct values, by code: ascending, because values are numbered in this order.
///
/// Many values are found in them without touching a text: a bit says of nearly all absent ones that they are absent;
/// for the rest a guess from the hash itself, then a few steps.
package struct ColumnHashes: Sendable {
  let hashes: [UInt64]
  /// A bit for each range of hashes, set where some hash lies in it.
  private let occupied: [UInt64]
  /// How far a hash is shifted to become the number of its bit.
  private let shift: UInt64

  /// So many bits a hash, or up to twice as many: one absent hash of so many looks present.
  private static let bitsPerHash = 16
  /// True if some value is a number, or a text that spells one: such values may be equal though their texts differ.
  let hasNumbers: Bool

  init(_ field: FieldColumn) {
    var scratch: [UInt8] = []
    var hasNumbers = false
    let buffer = TextBuffer.make()
    let hashes = (0..<UInt32(field.column.distinctCount)).map { code in
      let bytes = field.bytes(ofCode: code, in: buffer)
      if !hasNumbers {
        hasNumbers = field.kind(ofCode: code) == .number || Self.spellsNumber(bytes)
      }
      return FoldedHash.hash(bytes, scratch: &scratch)
    }
    self.hashes = hashes
    self.hasNumbers = hasNumbers
    let width = UInt64(Int.bitWidth - (max(hashes.count, 8) * Self.bitsPerHash).leadingZeroBitCount)
    shift = 64 - width
    var occupied = [UInt64](repeating: 0, count: 1 << Int(width - 6))
    for hash in hashes {
      let bit = hash >> shift
      occupied[Int(bit >> 6)] |= 1 << (bit & 63)
    }
    self.occupied = occupied
  }

  private static func spellsNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    // Most texts begin with a letter.
    guard let first = bytes.first,
      first &- 0x30 < 10 || first == 0x2D || first == 0x2B || first == 0x2E
    else { return false }
    return ExactNumber(bytes) != nil
  }

  /// The codes whose hash is one of some hashes, ascending.
  ///
  /// - Complexity: O(wanted) where few of them occur.
  func codes(among wanted: ArraySlice<UInt64>) -> [UInt32] {
    var likely: [UInt64] = []
    wanted.withUnsafeBufferPointer { wanted in
      occupied.withUnsafeBufferPointer { occupied in
        for hash in wanted {
          let bit = hash &>> shift
          if occupied[Int(bit &>> 6)] &>> (bit & 63) & 1 == 1 { likely.append(hash) }
        }
      }
    }
    likely.sort()
    var codes: [UInt32] = []
    var last: UInt64?
    hashes.withUnsafeBufferPointer { hashes in
      for hash in likely where hash != last {
        last = hash
        var index = Self.lowerBound(of: hash, in: hashes)
        while index < hashes.count, hashes[index] == hash {
          codes.append(UInt32(index))
          index += 1
        }
      }
    }
    return codes
  }

  /// The first hash that is not less than another: hashes are spread evenly, so the guess is near.
  private static func lowerBound(of hash: UInt64, in hashes: UnsafeBufferPointer<UInt64>) -> Int {
    let guess = Int(hash.multipliedFullWidth(by: UInt64(hashes.count)).high)
    var low = 0
    var high = hashes.count
    var step = 8
    if guess < high, hashes[guess] < hash {
      low = guess + 1
      while low + step < high, hashes[low + step] < hash {
        low += step + 1
        step *= 2
      }
      high = min(high, low + step + 1)
    } else {
      high = min(high, guess)
      while high - step > low, hashes[high - step] >= hash {
        high -= step
        step *= 2
      }
      low = max(low, high - step)
    }
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension FieldColumns {
  /// The hashes of a field's values. Worked out once a segment.
  func hashes(_ field: BoundField) -> (column: FieldColumn, hashes: ColumnHashes)? {
    guard let column = column(field) else { return nil }
    let hashes = segment.computedColumns.value(.init(.hashes, field.sourceKey)) {
      ColumnHashes(column)
    }
    return (column, hashes)
  }

  /// The hashes of a stored path's values. Worked out once.
  func hashes(_ path: PathID) -> (column: FieldColumn, hashes: ColumnHashes)? {
    guard let field = segment.field(path) else { return nil }
    let hashes = segment.computedColumns.value(.init(.hashesOfPath, "\(path.rawValue)")) {
      ColumnHashes(field)
    }
    return (field, hashes)
  }
}
