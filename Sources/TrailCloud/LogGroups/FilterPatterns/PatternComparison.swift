internal import TrailRecord

/// A comparison in a filter pattern of columns or of JSON: an operator and what stands right of it.
struct PatternComparison: Hashable, Sendable {
  enum Operator: String, Hashable, Sendable, CaseIterable {
    // Longer ones first, as they are read.
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case notEqual = "!="
    case equal = "="
    case less = "<"
    case greater = ">"

    /// True for those that compare numbers only.
    var isOrder: Bool { self != .equal && self != .notEqual }
  }
  enum Operand: Hashable, Sendable {
    case text(WildcardText)
    case number(ExactNumber)
    case regex(FilterRegex)
  }

  var comparison: Operator
  var operand: Operand

  /// Whether it holds for a value's text: a string's characters, or a number as it is spelled.
  ///
  /// A number right of `=` compares by value with texts that are numbers; no other text equals it. Orders hold for
  /// numbers only. Ours: whether the value is a number or a string with a number in it makes no difference.
  func holds(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    switch operand {
    case .text(let pattern):
      return pattern.matches(bytes, range) == (comparison == .equal)
    case .regex(let regex):
      return regex.matches(bytes, range) == (comparison == .equal)
    case .number(let wanted):
      guard let value = Self.number(bytes, range) else { return comparison == .notEqual }
      return switch comparison {
      case .equal: value == wanted
      case .notEqual: value != wanted
      case .less: value < wanted
      case .lessOrEqual: value <= wanted
      case .greater: value > wanted
      case .greaterOrEqual: value >= wanted
      }
    }
  }

  /// The number that a text is.
  private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> ExactNumber? {
    guard !range.isEmpty, range.count <= widestNumber,
      bytes[range.lowerBound] <= UInt8(ascii: "9")
    else { return nil }
    return ExactNumber(bytes[range])
  }

  /// Ours: a longer text is no number.
  private static let widestNumber = 64
}

/// A text in which `*` is any run of characters; letter case counts.
struct WildcardText: Hashable, Sendable {
  /// The texts between stars: one more than there are runs of stars.
  let pieces: [[UInt8]]

  /// - Parameter bytes: a backslash before a star makes it a star.
  init(_ bytes: [UInt8]) {
    var pieces: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "*") {
        if pieces.count == 1 || !pieces[pieces.count - 1].isEmpty { pieces.append([]) }
      } else if byte == UInt8(ascii: "\\"), index < bytes.count, bytes[index] == UInt8(ascii: "*") {
        pieces[pieces.count - 1].append(UInt8(ascii: "*"))
        index += 1
      } else {
        pieces[pieces.count - 1].append(byte)
      }
    }
    self.pieces = pieces
  }

  /// The only text that matches; nil where there is a star.
  var literal: [UInt8]? { pieces.count == 1 ? pieces[0] : nil }

  /// Whether a whole text matches: the pieces are looked for from left to right, each at its first place, without
  /// going back.
  func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let first = pieces[0]
    guard range.count >= first.count, ByteText.has(first, in: bytes, at: range.lowerBound) else {
      return false
    }
    guard pieces.count > 1 else { return range.count == first.count }
    let last = pieces[pieces.count - 1]
    let end = range.upperBound - last.count
    var offset = range.lowerBound + first.count
    guard offset <= end, ByteText.has(last, in: bytes, at: end) else { return false }
    for piece in pieces[1..<pieces.count - 1] {
      guard let found = ByteText.find(piece, in: bytes, offset..<end) else { return false }
      offset = found + piece.count
    }
    return true
  }
}
