/// One bit a row of a segment.
package struct RowBitmap: Sendable {
  package private(set) var words: [UInt64]
  package let universe: Int

  package init(universe: Int) {
    self.universe = universe
    words = [UInt64](repeating: 0, count: (universe + 63) / 64)
  }

  /// Takes over words whose bits beyond `universe` are zero.
  init(words: [UInt64], universe: Int) {
    self.words = words
    self.universe = universe
    assert(words.count == (universe + 63) / 64)
  }

  package var count: Int {
    words.withUnsafeBufferPointer { words in
      var total = 0
      for word in words { total &+= word.nonzeroBitCount }
      return total
    }
  }

  @inline(__always)
  package func contains(_ row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

  @inline(__always)
  package mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

  package mutating func insert(_ range: Range<Int>) {
    var row = range.lowerBound
    while row < range.upperBound {
      let bit = row & 63
      let length = min(64 - bit, range.upperBound - row)
      let mask = length == 64 ? ~0 : ((UInt64(1) << UInt64(length)) - 1) << UInt64(bit)
      words[row >> 6] |= mask
      row += length
    }
  }

  /// Runs `body` on the words, for kernels that fill many of them.
  mutating func withWords<Result>(_ body: (UnsafeMutablePointer<UInt64>) -> Result) -> Result? {
    words.withUnsafeMutableBufferPointer { words in words.baseAddress.map(body) }
  }

  @inline(__always)
  package func forEach(_ body: (Int) -> Void) {
    words.withUnsafeBufferPointer { words in
      for index in 0..<words.count {
        var word = words[index]
        while word != 0 {
          body(index &<< 6 &+ word.trailingZeroBitCount)
          word &= word &- 1
        }
      }
    }
  }

  package func rows() -> [UInt32] { rows(first: count) }

  package func rows(first limit: Int) -> [UInt32] {
    guard limit > 0 else { return [] }
    return [UInt32](unsafeUninitializedCapacity: limit) { output, filled in
      for index in 0..<words.count {
        var word = words[index]
        while word != 0 {
          output[filled] = UInt32(truncatingIfNeeded: index &<< 6 &+ word.trailingZeroBitCount)
          filled += 1
          if filled == limit { return }
          word &= word &- 1
        }
      }
    }
  }

  package func rows(last limit: Int) -> [UInt32] {
    var reversed: [UInt32] = []
    reversed.reserveCapacity(limit)
    for index in stride(from: words.count - 1, through: 0, by: -1) {
      var word = words[index]
      while word != 0 && reversed.count < limit {
        let bit = 63 - word.leadingZeroBitCount
        reversed.append(UInt32(index * 64 + bit))
        word &= ~(1 << UInt64(bit))
      }
      if reversed.count == limit { break }
    }
    return reversed.reversed()
  }

  package var bounds: Range<Int> {
    guard let first = words.firstIndex(where: { $0 != 0 }),
      let last = words.lastIndex(where: { $0 != 0 })
    else { return 0..<0 }
    return
      (first * 64 + words[first].trailingZeroBitCount)..<(last * 64 + 64
      - words[last].leadingZeroBitCount)
  }

  package mutating func formIntersection(_ other: RowBitmap) {
    for index in words.indices { words[index] &= other.words[index] }
  }

  package mutating func formUnion(_ other: RowBitmap) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  package mutating func formComplement() {
    for index in words.indices { words[index] = ~words[index] }
    let tail = universe & 63
    if tail != 0 { words[words.count - 1] &= (1 << UInt64(tail)) - 1 }
  }
}
