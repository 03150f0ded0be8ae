/// Some of a snapshot's segments, by their places in it.
struct SegmentSet: Sendable {
  private var words: [UInt64]

  private static let bitsPerWord = 64

  /// None of `count` segments.
  init(of count: Int) {
    words = Array(repeating: 0, count: (count + Self.bitsPerWord - 1) / Self.bitsPerWord)
  }

  @inline(__always)
  func contains(_ place: Int) -> Bool {
    words[place / Self.bitsPerWord] >> UInt64(place % Self.bitsPerWord) & 1 == 1
  }

  mutating func insert(_ place: Int) {
    words[place / Self.bitsPerWord] |= 1 << UInt64(place % Self.bitsPerWord)
  }

  /// Those that are in both; nil stands for all segments.
  static func intersection(_ left: SegmentSet?, _ right: SegmentSet?) -> SegmentSet? {
    guard let left, let right else { return left ?? right }
    return combined(left, right, &)
  }

  /// Those that are in one of the two; nil stands for all segments.
  static func union(_ left: SegmentSet?, _ right: SegmentSet?) -> SegmentSet? {
    guard let left, let right else { return nil }
    return combined(left, right, |)
  }

  private static func combined(
    _ left: SegmentSet, _ right: SegmentSet, _ operation: (UInt64, UInt64) -> UInt64
  ) -> SegmentSet {
    var result = left
    for word in result.words.indices {
      result.words[word] = operation(left.words[word], right.words[word])
    }
    return result
  }
}
