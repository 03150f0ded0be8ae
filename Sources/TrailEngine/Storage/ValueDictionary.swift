import Glibc
import TrailRecord

/// A distinct value of one segment.
package struct ValueID: Hashable, Comparable, Sendable {
  package let rawValue: UInt32
  @inline(__always) package init(_ rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) package static func < (a: ValueID, b: ValueID) -> Bool {
    a.rawValue < b.rawValue
  }
}

package enum ValueKind: UInt8, Sendable, BitwiseCopyable {
  /// UTF-8; a lone surrogate of the source is kept as its three WTF-8 bytes.
  case text = 0
  /// A JSON number, as it was spelled.
  case number = 1
  /// `true` or `false`.
  case flag = 2
}

/// Every distinct leaf value of a segment, once.
///
/// Values are numbered in the order of the hash of their case-folded bytes. So a look-up is a search over
/// numbers that are spread evenly (about five probes, no table, unless the texts lie in a workspace), and
/// spellings that differ only in case are neighbours. A text that is asked for lies where it is stored or is unpacked
/// into the asker's buffer. A class, because it never changes and a copy would count more references than one.
package final class ValueDictionary: Sendable {
  /// One of the two.
  private let packed: PackedTexts?
  private let plain: PlainTexts
  /// Of a segment in a workspace, whose texts a look-up shall not read one after the other.
  private let hashTags: HashTags?

  private static let noTexts = PlainTexts(
    heap: Slab([]), offsets: Slab([0]), kinds: Slab([]), kept: nil)

  /// Texts as they are; 64 readable bytes follow `heap`.
  init(heap: Slab<UInt8>, offsets: Slab<UInt32>, kinds: Slab<UInt8>) {
    plain = PlainTexts(heap: heap, offsets: offsets, kinds: kinds, kept: nil)
    packed = nil
    hashTags = nil
  }

  init(_ kept: KeptHeap, offsets: Slab<UInt32>, kinds: Slab<UInt8>) {
    let heap = Slab(owner: kept, base: UnsafePointer(kept.base), count: kept.byteCount)
    plain = PlainTexts(heap: heap, offsets: offsets, kinds: kinds, kept: kept)
    packed = nil
    hashTags = nil
  }

  init(_ packed: PackedTexts, hashTags: HashTags? = nil) {
    self.packed = packed
    self.hashTags = hashTags
    plain = Self.noTexts
  }

  @inline(__always)
  package var count: Int {
    packed?.count ?? plain.kinds.count
  }

  package var byteCount: Int {
    (packed?.byteCount ?? plain.byteCount) + (hashTags?.byteCount ?? 0)
  }

  /// Bytes of all values' texts, as they are and read or not.
  package var textByteCount: Int {
    packed?.textByteCount ?? plain.heap.count
  }

  /// The text of a value: it stands until the next one is read into `buffer`. Some bytes behind it can be read.
  @inline(__always)
  package func bytes(of value: ValueID, in buffer: TextBuffer) -> UnsafeBufferPointer<UInt8> {
    if let packed { return packed.bytes(Int(value.rawValue), in: buffer) }
    return plain.bytes(Int(value.rawValue))
  }

  /// Bytes of a value's text.
  @inline(__always)
  package func byteCount(of value: ValueID) -> Int {
    let index = Int(value.rawValue)
    return packed?.length(index) ?? Int(plain.offsets[index + 1]) - Int(plain.offsets[index])
  }

  /// The texts in a range of places among which those with `probe` in them are, one after the other: where they lie, or
  /// in `buffer`.
  ///
  /// - Parameters:
  ///   - places: of texts, in the order in which they lie (`TokenSignatureIndex`).
  ///   - probe: Folded ASCII.
  package func run(
    of places: Range<Int>, probe: TextProbe, in buffer: TextBuffer
  ) -> TextRun {
    packed?.run(places, probe, in: buffer) ?? plain.run(places)
  }

  /// Reads all texts of a segment that lies in a workspace.
  func readAll() {
    if let packed { packed.readAll() } else { _ = plain.run(0..<count) }
  }

  /// False where a file says of all texts together what cannot be. Reads all.
  var isWhole: Bool { packed?.isWhole ?? true }

  /// The texts in the form that a workspace keeps, in whatever order.
  func packedTexts() -> PackedTexts {
    if let packed { return packed }
    readAll()
    return PackedTexts(
      heap: plain.heap, starts: AscendingNumbers(plain.offsets), tags: plain.kinds,
      prefixes: Slab([], padding: TextBuffer.slack), prefixStarts: Slab([0]),
      textByteCount: plain.heap.count)
  }

  @inline(__always)
  package func kind(of value: ValueID) -> ValueKind {
    let index = Int(value.rawValue)
    let kind = packed?.tag(index).kind ?? plain.kinds[index]
    return ValueKind(rawValue: kind) ?? .text
  }

  package func string(of value: ValueID) -> String {
    let buffer = TextBuffer.make()
    return withExtendedLifetime(buffer) {
      String(decoding: bytes(of: value, in: buffer), as: UTF8.self)
    }
  }

  /// All values whose case-folded text equals `folded`, of any kind, in ascending order.
  ///
  /// - Complexity: about five probes; those with the same tag, of a segment that has `HashTags`.
  package func values(foldedEqualTo folded: [UInt8]) -> [ValueID] {
    let buffer = TextBuffer.make()
    let target = FoldedHash.hash(ofFolded: folded)
    var found: [ValueID] = []
    var scratch: [UInt8] = []
    if let hashTags {
      for candidate in hashTags.candidates(target) {
        let value = ValueID(UInt32(candidate))
        if FoldedHash.fold(bytes(of: value, in: buffer), scratch: &scratch).elementsEqual(folded) {
          found.append(value)
        }
      }
      return withExtendedLifetime(buffer) { found }
    }
    var index = lowerBound(ofHash: target, buffer)
    while index < count {
      let candidate = bytes(of: ValueID(UInt32(index)), in: buffer)
      if FoldedHash.hash(candidate, scratch: &scratch) != target { break }
      if FoldedHash.fold(candidate, scratch: &scratch).elementsEqual(folded) {
        found.append(ValueID(UInt32(index)))
      }
      index += 1
    }
    return withExtendedLifetime(buffer) { found }
  }

  /// The values whose bytes are exactly `bytes`, of any kind, in ascending order.
  package func values(equalTo bytes: [UInt8]) -> [ValueID] {
    var scratch: [UInt8] = []
    let folded = bytes.withUnsafeBufferPointer { Array(FoldedHash.fold($0, scratch: &scratch)) }
    let buffer = TextBuffer.make()
    return withExtendedLifetime(buffer) {
      values(foldedEqualTo: folded).filter {
        self.bytes(of: $0, in: buffer).elementsEqual(bytes)
      }
    }
  }

  /// The first value whose folded hash is not less than `target`: interpolation, then bisection.
  private func lowerBound(ofHash target: UInt64, _ buffer: TextBuffer) -> Int {
    var low = 0
    var high = count
    var lowHash: UInt64 = 0
    var highHash = UInt64.max
    var scratch: [UInt8] = []
    var round = 0
    while low < high {
      let middle: Int
      if round < 8, highHash > lowHash {
        let fraction = Double(target &- lowHash) / Double(highHash - lowHash)
        middle = min(high - 1, max(low, low + Int(fraction * Double(high - low))))
      } else {
        middle = low + (high - low) / 2
      }
      round += 1
      let hash = FoldedHash.hash(
        bytes(of: ValueID(UInt32(middle)), in: buffer), scratch: &scratch)
      if hash < target {
        low = middle + 1
        lowHash = hash
      } else {
        high = middle
        highHash = hash
      }
    }
    return low
  }
}
