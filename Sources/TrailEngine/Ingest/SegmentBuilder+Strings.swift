// JSON strings: found eight bytes at a time, decoded only where they hold an escape or are not ASCII.

/// Where a string ends, and whether its bytes are its value.
struct ScannedString {
  /// The closing quote; -1 where there is none.
  var close: Int
  /// True if it has neither escapes nor bytes above 0x7F.
  var isPlain: Bool
}

extension SegmentBuilder {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// High bits of the bytes of `word` that equal the byte repeated in `pattern` (exact below the first hit).
  @inline(__always)
  private static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
    let difference = word ^ pattern
    return (difference &- ones) & ~difference & highs
  }

  /// Finds the closing quote of the string whose first byte is at `start`.
  @inline(__always)
  mutating func scanString(_ start: Int) -> ScannedString {
    let raw = UnsafeRawPointer(text)
    var index = start
    var isPlain = true
    while true {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quotes = Self.matches(word, 0x2222_2222_2222_2222)
      let escapes = Self.matches(word, 0x5C5C_5C5C_5C5C_5C5C)
      let stops = quotes | escapes
      if stops == 0 {
        if word & Self.highs != 0 { isPlain = false }
        index &+= 8
        if index >= end { break }
        continue
      }
      let offset = stops.trailingZeroBitCount &>> 3
      let before = word & ((UInt64(1) &<< UInt64(offset &* 8)) &- 1)
      if before & Self.highs != 0 { isPlain = false }
      index &+= offset
      if index >= end { break }
      if text[index] == 0x22 { return ScannedString(close: index, isPlain: isPlain) }
      isPlain = false
      index &+= 2
      if index >= end { break }
    }
    _ = fail(.endOfText, end)
    return ScannedString(close: -1, isPlain: false)
  }

  /// Decodes the string between `start` and `close` into the decoder's bytes.
  mutating func decodeString(from start: Int, to close: Int) -> Bool {
    guard let broken = decoder.decode(text, from: start, to: close) else {
      if decoder.hasInvalidText { recordHasInvalidText = true }
      return true
    }
    _ = fail(.badEscape, broken)
    return false
  }
}
