/// What is wrong with a filter pattern.
package struct FilterPatternError: Error, Hashable, Sendable {
  /// AWS's text. Ours: the texts that no source has are AWS's general one.
  package var message: String
  /// What was expected, in words: lower case, no full stop.
  package var detail: String
  /// Which bytes of the pattern it is about.
  package var range: Range<Int>

  init(_ detail: String, at range: Range<Int>, message: String = general) {
    self.message = message
    self.detail = detail
    self.range = range
  }

  /// What AWS says of most mistakes.
  static let general = "Invalid filter pattern"

  static func tooLong(_ source: String) -> FilterPatternError {
    let limit = FilterPattern.maximumLength
    return FilterPatternError(
      "a pattern has \(limit) characters at most, and this one has \(source.unicodeScalars.count)",
      at: 0..<source.utf8.count, message: ValidationText.tooLong("filterPattern", source, limit))
  }

  static func unclosed(
    _ open: String, _ close: String, at range: Range<Int>
  ) -> FilterPatternError {
    FilterPatternError(
      "the pattern begins with `\(open)` and does not end with `\(close)`", at: range,
      message: "If a filter pattern starts with '\(open)' it must end with '\(close)'")
  }

  /// A term with characters that need double quotes, or that no regular expression may have.
  static func characters(
    in term: String, _ detail: String, at range: Range<Int>
  ) -> FilterPatternError {
    FilterPatternError(detail, at: range, message: "Invalid character(s) in term '\(term)'")
  }
}

/// How AWS words that a parameter breaks its rule.
enum ValidationText {
  static func tooLong(_ parameter: String, _ value: String, _ limit: Int) -> String {
    constraint(parameter, value, "Member must have length less than or equal to \(limit)")
  }

  static func constraint(_ parameter: String, _ value: String, _ rule: String) -> String {
    "1 validation error detected: Value '\(value)' at '\(parameter)' failed to satisfy constraint: \(rule)"
  }

  static func notOneOf(_ parameter: String, _ value: String, _ values: [String]) -> String {
    constraint(
      parameter, value,
      "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
  }
}
