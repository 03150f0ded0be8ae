/// A filter pattern of CloudWatch Logs: which log events a metric filter counts and a search finds (facts §7.2).
///
/// There are three syntaxes: terms (`ERROR -"time out"`), columns (`[ip, user, status = 4*]`), and conditions on JSON
/// (`{ $.eventName = "StopLogging" }`). A pattern is read once and then asked about many events; all three take time
/// that grows with the event and not with the ways to match it.
package struct FilterPattern: Sendable {
  enum Form: Sendable {
    case everything
    case terms(TermPattern)
    case columns(ColumnPattern)
    case json(JSONPattern)
  }

  /// The longest pattern that AWS takes, in characters.
  package static let maximumLength = 1024
  /// Regular expressions in one pattern of columns or of JSON.
  static let maximumRegexes = 2
  /// Selectors with a wildcard in one pattern.
  static let maximumWildcardSelectors = 3

  /// As it was written.
  package let source: String
  let form: Form

  /// - Throws: `FilterPatternError` where AWS would refuse the pattern.
  package init(_ source: String) throws(FilterPatternError) {
    self.source = source
    guard source.unicodeScalars.count <= Self.maximumLength else {
      throw .tooLong(source)
    }
    let bytes = Array(source.utf8)
    guard let first = bytes.firstIndex(where: { !PatternScanner.isSpace($0) }) else {
      form = .everything
      return
    }
    let end = (bytes.lastIndex { !PatternScanner.isSpace($0) } ?? first) + 1
    switch bytes[first] {
    case UInt8(ascii: "{"):
      guard bytes[end - 1] == UInt8(ascii: "}"), end - first > 1 else {
        throw .unclosed("{", "}", at: first..<first + 1)
      }
      form = .json(try JSONPatternParser.parse(bytes, first + 1..<end - 1))
    case UInt8(ascii: "["):
      guard bytes[end - 1] == UInt8(ascii: "]"), end - first > 1 else {
        throw .unclosed("[", "]", at: first..<first + 1)
      }
      form = .columns(try ColumnPatternParser.parse(bytes, first + 1..<end - 1))
    default:
      form = try TermPattern.parse(bytes, first..<end).map { .terms($0) } ?? .everything
    }
  }

  /// Whether a log event with this message is one of those that are wanted.
  package func matches(_ message: String) -> Bool { matches(Array(message.utf8)) }

  package func matches(_ message: [UInt8]) -> Bool {
    matches(message, 0..<message.count, isJSON: nil)
  }

  /// - Parameter isJSON: whether the message is a JSON object or array; nil where nobody knows yet.
  func matches(_ bytes: [UInt8], _ range: Range<Int>, isJSON: Bool?) -> Bool {
    switch form {
    case .everything: true
    case .terms(let pattern): pattern.matches(bytes, range)
    case .columns(let pattern): pattern.matches(bytes, range)
    case .json(let pattern):
      (isJSON ?? JSONText.isContainer(bytes, range)) && pattern.matches(bytes, range)
    }
  }

  /// What TestMetricFilter says it found in an event that matches: columns by name or number, selectors by their text.
  package func extractedValues(from message: String) -> [(name: String, value: String)] {
    let bytes = Array(message.utf8)
    return switch form {
    case .everything, .terms: []
    case .columns(let pattern): pattern.extractedValues(bytes, 0..<bytes.count)
    case .json(let pattern): pattern.extractedValues(bytes, 0..<bytes.count)
    }
  }

  /// Whether a metric can have dimensions from events that match: not where the events are unstructured text.
  package var supportsDimensions: Bool {
    switch form {
    case .columns, .json: true
    case .everything, .terms: false
    }
  }

  /// How many regular expressions there are in it: a log group may have five patterns with any.
  var regexCount: Int {
    switch form {
    case .everything: 0
    case .terms(let pattern): pattern.regexCount
    case .columns(let pattern): pattern.regexCount
    case .json(let pattern): pattern.regexCount
    }
  }
}
