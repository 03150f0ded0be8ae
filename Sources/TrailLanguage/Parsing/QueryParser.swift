package import TrailText

/// What reading a sentence gave: the sentence as far as it could be read, and everything wrong with it.
package struct ParsedQuery: Sendable {
  /// The sentence; where there are errors, without the parts that could not be read, or with `invalid` for them.
  ///
  /// `nil` only where not even a source was found, and then `diagnostics` says so. A binder may look at the rest of a
  /// broken sentence too, so that all mistakes are told at once, but must not run it: see `isValid`.
  package var syntax: QuerySyntax?
  /// In the order of their places, at most `QueryLimits.maximumDiagnostics`. Some may be warnings.
  package var diagnostics: [Diagnostic]

  /// True where the sentence can be bound and run.
  package var isValid: Bool {
    syntax != nil && !diagnostics.contains { $0.severity == .error }
  }
}

/// Reads sentences: text in, syntax and diagnostics out. Never throws, never traps, always ends.
///
///     let parsed = QueryParser.parse("events where denied since 1h | count by user")
package enum QueryParser {
  /// - Parameters:
  ///   - text: One statement, without the `;` that may end it.
  ///   - offset: Where `text` begins in the source that ranges are to count from.
  /// - Complexity: O(length of `text`).
  package static func parse(_ text: String, offset: Int = 0) -> ParsedQuery {
    var parser = Parser(Array(text.utf8), base: offset)
    let syntax = parser.parseQuery()
    return ParsedQuery(syntax: syntax, diagnostics: ordered(parser.diagnostics))
  }

  /// Reads a predicate alone, such as a word's definition.
  package static func parsePredicate(
    _ text: String, offset: Int = 0
  ) -> (syntax: PredicateSyntax?, diagnostics: [Diagnostic]) {
    var parser = Parser(Array(text.utf8), base: offset)
    let syntax = parser.parseWholePredicate()
    return (syntax, ordered(parser.diagnostics))
  }

  /// Diagnostics by place, those of one place in the order in which they were found.
  static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted {
      ($0.element.range?.lowerBound ?? 0, $0.offset) < (
        $1.element.range?.lowerBound ?? 0, $1.offset
      )
    }.map(\.element)
  }
}

extension Parser {
  /// A predicate and nothing after it.
  mutating func parseWholePredicate() -> PredicateSyntax? {
    let predicate = parsePredicate()
    if !isAtEnd {
      report(
        .unexpectedWord, "expected `and`, `or` or the end, found \(describe(current))",
        at: range(of: current))
    }
    if case .invalid = predicate { return nil }
    return predicate
  }
}
