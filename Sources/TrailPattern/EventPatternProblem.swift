/// Why a text is no event pattern, in AWS's words (facts §10.2).
package struct EventPatternProblem: Error, Hashable, Sendable {
  /// The exception that AWS throws for it.
  package enum Code: String, Sendable {
    case invalidPattern = "InvalidEventPatternException"
    /// The text is longer than the API's model allows, so nothing looked into it.
    case validation = "ValidationException"
  }

  package let code: Code
  /// What the matcher says, with the positions that it appends.
  package let reason: String
  /// The reason's first line: what is wrong, without the positions.
  package let summary: String
  /// Where in the pattern's UTF-8 it was noticed; nil where AWS names no place.
  package let offset: Int?

  init(_ summary: String, reason: String? = nil, offset: Int? = nil, code: Code = .invalidPattern) {
    self.code = code
    self.summary = summary
    self.reason = reason ?? summary
    self.offset = offset
  }

  /// The exception's message.
  package var message: String {
    switch code {
    case .invalidPattern: "Event pattern is not valid. Reason: \(reason)"
    case .validation: reason
    }
  }

  static func tooLong(_ text: String) -> EventPatternProblem {
    EventPatternProblem(
      "1 validation error detected: Value '\(text)' at 'eventPattern' failed to satisfy constraint: "
        + "Member must have length less than or equal to \(EventPattern.maximumLength)",
      code: .validation)
  }

  /// Ours: AWS documents the limit and not its message.
  static let tooManyCombinations = EventPatternProblem(
    "Rule is too complex - $or makes more than \(EventPattern.maximumBranches) combinations")

  static let tooManyWildcards = EventPatternProblem(
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
      + "sequences after a wildcard character")
}
