/// Walks JSON text as CloudTrail writes it, without white space, and keeps nothing.
///
/// Strings are passed over eight bytes at a time. The text must have `padding` readable bytes behind it.
enum JSONSkipper {
  static let padding = 16

  /// The place behind the closing quote of a string; `start` is the place behind the opening one.
  @inline(__always)
  static func endOfString(_ text: UnsafePointer<UInt8>, _ start: Int, _ limit: Int) -> Int {
    var index = start
    while index < limit {
      let word = UnsafeRawPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let marks = zeroBytes(word ^ quotes) | zeroBytes(word ^ backslashes)
      if marks == 0 {
        index &+= 8
        continue
      }
      index &+= marks.trailingZeroBitCount &>> 3
      if text[index] == UInt8(ascii: "\"") { return index &+ 1 }
      index &+= 2
    }
    return limit
  }

  /// The place behind any value.
  @inline(__always)
  static func endOfValue(_ text: UnsafePointer<UInt8>, _ start: Int, _ limit: Int) -> Int {
    var index = start
    switch text[index] {
    case UInt8(ascii: "\""): return endOfString(text, index &+ 1, limit)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      var depth = 0
      while index < limit {
        let byte = text[index]
        if byte == UInt8(ascii: "\"") {
          index = endOfString(text, index &+ 1, limit)
          continue
        }
        // Brackets and braces differ from each other in one bit.
        let folded = byte | 0x20
        if folded == UInt8(ascii: "{") {
          depth &+= 1
        } else if folded == UInt8(ascii: "}") {
          depth &-= 1
          if depth == 0 { return index &+ 1 }
        }
        index &+= 1
      }
      return limit
    default:
      while index < limit, text[index] != UInt8(ascii: ","), text[index] | 0x20 != UInt8(ascii: "}")
      {
        index &+= 1
      }
      return index
    }
  }

  private static let quotes: UInt64 = 0x2222_2222_2222_2222
  private static let backslashes: UInt64 = 0x5C5C_5C5C_5C5C_5C5C

  /// The high bit of each byte that is zero; above the first one there may be others.
  @inline(__always)
  private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}
