import CVectors

// JSON strings: found 32 bytes at a time, decoded only where they hold an escape or are not ASCII.

/// Where a string ends, and whether its bytes are its value.
struct ScannedString {
  /// The closing quote; -1 where there is none.
  var close: Int
  /// True if it has neither escapes nor bytes above 0x7F.
  var isPlain: Bool
}

extension SegmentBuilder {
  /// Finds the closing quote of the string whose first byte is at `start`.
  @inline(__always)
  mutating func scanString(_ start: Int) -> ScannedString {
    var index = start
    while true {
      let stops = CVectorsStringStops(text + index)
      if stops == 0 {
        index &+= Self.scannedAtOnce
        if index >= end { break }
        continue
      }
      index &+= stops.trailingZeroBitCount
      if index >= end { break }
      if text[index] == UInt8(ascii: "\"") { return ScannedString(close: index, isPlain: true) }
      return scanUnplainString(index)
    }
    _ = fail(.endOfText, end)
    return ScannedString(close: -1, isPlain: false)
  }

  private static let scannedAtOnce = 32

  /// Goes on from the first byte that is not plain.
  private mutating func scanUnplainString(_ start: Int) -> ScannedString {
    var index = start
    while index < end {
      let stops = CVectorsStringStops(text + index)
      if stops == 0 {
        index &+= Self.scannedAtOnce
        continue
      }
      index &+= stops.trailingZeroBitCount
      if index >= end { break }
      switch text[index] {
      case UInt8(ascii: "\""): return ScannedString(close: index, isPlain: false)
      case UInt8(ascii: "\\"): index &+= 2
      default: index &+= 1
      }
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
