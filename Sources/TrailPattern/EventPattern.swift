package import TrailRecord

/// An event pattern of EventBridge: what an event must be like for a rule to see it (facts §10.2).
///
/// Fields must all match, and each matches where one of its alternatives does. All that is read of the text is
/// kept, so a pattern can be printed again.
package struct EventPattern: Sendable {
  /// The longest text that PutRule and TestEventPattern take, in characters.
  package static let maximumLength = 4_096
  /// The most combinations that `$or` may make.
  package static let maximumBranches = 1_000

  package let syntax: PatternObject
  /// One for each combination of `$or`s; an event matches where one of them does.
  package let branches: [PatternBranch]
  let plan: PatternPlan

  /// Reads a pattern. O(length × branches). Throws AWS's words for what is wrong.
  package init(_ text: String) throws(EventPatternProblem) {
    guard text.unicodeScalars.count <= Self.maximumLength else {
      throw EventPatternProblem.tooLong(text)
    }
    (syntax, branches) = try PatternReader.read(text)
    try WildcardComplexity.check(branches)
    plan = PatternPlan(branches)
  }

  /// Whether an event matches. An event that is no object matches nothing.
  ///
  /// Linear in the event and the pattern where no arrays of objects are involved; with them, no more than the
  /// pattern's fields times what the event has in their places, squared.
  package func matches(_ event: JSONValue) -> Bool {
    guard case .object = event else { return false }
    let findings = PatternFindings(event, plan)
    return plan.branches.contains { findings.isMatch($0) }
  }
}

extension EventPattern: Hashable {
  package static func == (left: EventPattern, right: EventPattern) -> Bool {
    left.syntax == right.syntax
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(syntax) }
}
