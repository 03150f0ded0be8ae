import CVectors
import Glibc

/// Values in the order of their folded hash: the numbers that a segment uses (see `ValueDictionary`).
struct ValueRenumbering: ~Copyable {
  /// The new number of each of the builder's values.
  let newNumbers: UnsafeMutablePointer<UInt32>
  /// The builder's value behind each new number.
  let oldNumbers: UnsafeMutablePointer<UInt32>
  let count: Int

  /// Buckets of the counting sort, by the top bits of the hash: about one a value, within these limits.
  private static let bucketBits = 4...16

  init(_ values: borrowing ValueInterner) {
    count = values.count
    newNumbers = .allocate(capacity: count + 1)
    oldNumbers = .allocate(capacity: count + 1)
    var scratch: [UInt8] = []
    let hashes = UnsafeMutablePointer<UInt64>.allocate(capacity: count + 1)
    defer { hashes.deallocate() }
    let bits = Self.bucketBits
    let bucketBits = min(
      bits.upperBound, max(bits.lowerBound, count.bitWidth - count.leadingZeroBitCount))
    let bucketCount = 1 << bucketBits
    var starts = [UInt32](repeating: 0, count: bucketCount + 1)
    let shift = UInt64(64 - bucketBits)
    for index in 0..<count {
      let start = Int(values.offsets[index])
      let bytes = UnsafeBufferPointer(
        start: UnsafePointer(values.heap.base + start),
        count: Int(values.offsets[index + 1]) - start)
      // Where nothing is folded, the hash of the bytes is known.
      let hash =
        CVectorsHasCapitals(values.heap.base + start, bytes.count)
        ? FoldedHash.hash(bytes, scratch: &scratch) : values.hashOfBytes(index)
      hashes[index] = hash
      starts[Int(hash >> shift) + 1] += 1
    }
    for bucket in 0..<bucketCount { starts[bucket + 1] += starts[bucket] }
    var cursors = starts
    for index in 0..<count {
      let bucket = Int(hashes[index] >> shift)
      oldNumbers[Int(cursors[bucket])] = UInt32(index)
      cursors[bucket] += 1
    }
    // Few values share a bucket: insertion keeps the builder's order among equal hashes.
    for bucket in 0..<bucketCount {
      let low = Int(starts[bucket])
      let high = Int(starts[bucket + 1])
      var index = low + 1
      while index < high {
        let value = oldNumbers[index]
        let hash = hashes[Int(value)]
        var place = index
        while place > low && hashes[Int(oldNumbers[place - 1])] > hash {
          oldNumbers[place] = oldNumbers[place - 1]
          place -= 1
        }
        oldNumbers[place] = value
        index += 1
      }
    }
    for index in 0..<count { newNumbers[Int(oldNumbers[index])] = UInt32(index) }
  }

  deinit {
    newNumbers.deallocate()
    oldNumbers.deallocate()
  }

  /// The values in their new order, and where among them a name may stand.
  func dictionary(
    of values: borrowing ValueInterner
  ) -> (values: ValueDictionary, signatures: TokenSignatureIndex) {
    let packed = TextPacker(values).pack(values, order: oldNumbers)
    return (ValueDictionary(packed.texts), packed.signatures)
  }
}
