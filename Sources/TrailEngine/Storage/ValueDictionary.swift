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

package enum ValueKind: UInt8, Sendable {
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
/// numbers that are spread evenly (about five probes, no table), and spellings that differ only in case are
/// neighbours. The text of all values is one buffer, in value order, for searches inside values. A class, because it
/// never changes and a copy would count references to each of its slabs.
package final class ValueDictionary: Sendable {
  /// All values' bytes, one after the other, in value order; 64 readable bytes follow. Of a kept segment's only what
  /// `kept` has read.
  private let heap: Slab<UInt8>
  private let kept: KeptHeap?
  /// Where each value begins in `heap`, and where the last one ends.
  package let offsets: Slab<UInt32>
  let kinds: Slab<UInt8>

  init(heap: Slab<UInt8>, offsets: Slab<UInt32>, kinds: Slab<UInt8>) {
    self.heap = heap
    self.offsets = offsets
    self.kinds = kinds
    kept = nil
  }

  init(_ kept: KeptHeap, offsets: Slab<UInt32>, kinds: Slab<UInt8>) {
    heap = Slab(owner: kept, base: UnsafePointer(kept.base), count: kept.byteCount)
    self.offsets = offsets
    self.kinds = kinds
    self.kept = kept
  }

  package var count: Int { kinds.count }

  package var byteCount: Int { heap.byteCount + offsets.byteCount + kinds.byteCount }

  /// Bytes of all values' texts, read or not.
  package var textByteCount: Int { heap.count }

  @inline(__always)
  package func bytes(of value: ValueID) -> UnsafeBufferPointer<UInt8> {
    let index = Int(value.rawValue)
    let start = Int(offsets[index])
    let end = Int(offsets[index + 1])
    if let kept { kept.need(start, end) }
    return UnsafeBufferPointer(start: heap.base + start, count: end - start)
  }

  /// The bytes of the values in a range of numbers, one after the other; the first begins at its offset.
  package func text(of values: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    let start = Int(offsets[values.lowerBound])
    let end = Int(offsets[values.upperBound])
    if let kept { kept.need(start, end) }
    return UnsafeBufferPointer(start: heap.base + start, count: end - start)
  }

  @inline(__always)
  package func kind(of value: ValueID) -> ValueKind {
    ValueKind(rawValue: kinds[Int(value.rawValue)]) ?? .text
  }

  package func string(of value: ValueID) -> String {
    String(decoding: bytes(of: value), as: UTF8.self)
  }

  /// The value that the byte at `offset` of the heap belongs to.
  ///
  /// - Complexity: O(log n).
  package func value(atHeapOffset offset: Int) -> ValueID {
    // The last value that begins at or before the offset; empty values share a start with their successor.
    let next = offsets.lowerBound(of: UInt32(offset) + 1, in: 0..<offsets.count)
    return ValueID(UInt32(next - 1))
  }

  /// All values whose case-folded text equals `folded`, of any kind, in ascending order.
  ///
  /// - Complexity: about five probes.
  package func values(foldedEqualTo folded: [UInt8]) -> [ValueID] {
    let target = FoldedHash.hash(ofFolded: folded)
    var index = lowerBound(ofHash: target)
    var found: [ValueID] = []
    var scratch: [UInt8] = []
    while index < count {
      let candidate = bytes(of: ValueID(UInt32(index)))
      if FoldedHash.hash(candidate, scratch: &scratch) != target { break }
      if FoldedHash.fold(candidate, scratch: &scratch).elementsEqual(folded) {
        found.append(ValueID(UInt32(index)))
      }
      index += 1
    }
    return found
  }

  /// The values whose bytes are exactly `bytes`, of any kind, in ascending order.
  package func values(equalTo bytes: [UInt8]) -> [ValueID] {
    var scratch: [UInt8] = []
    let folded = bytes.withUnsafeBufferPointer { Array(FoldedHash.fold($0, scratch: &scratch)) }
    return values(foldedEqualTo: folded).filter { self.bytes(of: $0).elementsEqual(bytes) }
  }

  /// The first value whose folded hash is not less than `target`: interpolation, then bisection.
  private func lowerBound(ofHash target: UInt64) -> Int {
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
      let hash = FoldedHash.hash(bytes(of: ValueID(UInt32(middle))), scratch: &scratch)
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
