/// Finds where an object ends that is no JSON.
enum BrokenObject {
  enum End: Equatable {
    /// It ends before this offset, as its brackets say; or an object begins there that cannot be in it.
    case at(Int)
    /// Brackets and quotes say nothing beyond this offset: one is missing.
    case unknown(Int)
    /// The text ends first.
    case beyond
  }

  private enum Before {
    case opening
    case closing
    case comma
    case colon
    case value
  }

  /// Follows the brackets from `start` on, up to the first sign that one or a quote is missing: what is wrong with a
  /// number or a word does not matter.
  static func end(in text: UnsafePointer<UInt8>, from start: Int, to count: Int) -> End {
    var closings: [UInt8] = []
    var before = Before.colon
    var index = start
    while index < count {
      let byte = text[index]
      switch byte {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isElement =
          closings.last == UInt8(ascii: "]") && (before == .opening || before == .comma)
        if before != .colon && !isElement {
          let isNext = byte == UInt8(ascii: "{") && (before == .comma || before == .closing)
          return isNext && closings.last == UInt8(ascii: "}") ? .at(index) : .unknown(index)
        }
        // `[` and `]`, `{` and `}` are two apart in ASCII.
        closings.append(byte + 2)
        before = .opening
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard closings.popLast() == byte else { return .unknown(index) }
        index += 1
        if closings.isEmpty { return .at(index) }
        before = .closing
      case UInt8(ascii: ","):
        before = .comma
        index += 1
      case UInt8(ascii: ":"):
        before = .colon
        index += 1
      case UInt8(ascii: "\""):
        if before == .value || before == .closing { return .unknown(index) }
        index += 1
        while index < count, text[index] != UInt8(ascii: "\"") {
          // A line's end inside of quotes: one of them is missing.
          if text[index] < 0x20 { return .unknown(index) }
          index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        before = .value
      default:
        if before == .value || before == .closing { return .unknown(index) }
        index += 1
        while index < count, !Self.endsWord(text[index]) { index += 1 }
        before = .value
      }
    }
    return .beyond
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
