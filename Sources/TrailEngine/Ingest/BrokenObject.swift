import Glibc

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

  /// False of an object at `open` that is the value of a member, unless that holds records: where a brace is missing,
  /// members of a record lie in such objects, too.
  static func mayHoldRecord(_ text: UnsafePointer<UInt8>, at open: Int) -> Bool {
    guard let colon = visible(text, before: open), text[colon] == UInt8(ascii: ":") else {
      return true
    }
    guard let end = visible(text, before: colon), text[end] == UInt8(ascii: "\"") else {
      return true
    }
    return WrappedRecords.members.contains { name in
      let start = end + 1 - name.count
      return start >= 0 && memcmp(text + start, name, name.count) == 0
    }
  }

  /// Whether the object at `open` is the value of a member: it lies in another.
  static func isMember(_ text: UnsafePointer<UInt8>, at open: Int) -> Bool {
    guard let colon = visible(text, before: open), text[colon] == UInt8(ascii: ":") else {
      return false
    }
    // `program: {` begins a line of a log.
    return visible(text, before: colon).map { text[$0] == UInt8(ascii: "\"") } ?? false
  }

  /// The last byte before `offset` that is no white space.
  private static func visible(_ text: UnsafePointer<UInt8>, before offset: Int) -> Int? {
    var index = offset - 1
    while index >= 0, text[index] <= 0x20 { index -= 1 }
    return index >= 0 ? index : nil
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
