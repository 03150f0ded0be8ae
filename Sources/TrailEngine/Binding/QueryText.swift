package import TrailLanguage
import TrailRecord
package import TrailText

/// What binding needs of the language itself: words' definitions, saved queries, canonical text.
package enum QueryText {
  /// The syntax of a word's definition; nil where the definition file is broken, which a test excludes.
  static func definition(of word: WordDefinition) -> PredicateSyntax? {
    QueryParser.parsePredicate(word.definition).syntax
  }

  /// A saved query with its arguments filled in. Throws `Diagnostics` where it cannot be read.
  package static func saved(_ text: String, arguments: [ValueSyntax]) throws(Diagnostics)
    -> QuerySyntax
  {
    let saved = SavedQuery(text)
    guard let sentence = saved.expand(arguments) else {
      let wanted = saved.argumentCount
      throw Diagnostics(
        Diagnostic(
          BindingCode.savedQueryBroken,
          "it takes \(wanted) value\(wanted == 1 ? "" : "s") and was given \(arguments.count)"))
    }
    let parsed = QueryParser.parse(sentence)
    guard parsed.isValid, let syntax = parsed.syntax else { throw Diagnostics(parsed.diagnostics) }
    return syntax
  }

  /// The sentence in canonical spelling, with times resolved against the clock.
  static func normalised(_ syntax: QuerySyntax, clock: Int64) -> String {
    var syntax = syntax
    syntax.clauses = syntax.clauses.map { clause in
      func resolved(_ time: TimeSyntax, isEnd: Bool) -> TimeSyntax {
        if case .period = time.kind { return time }
        let period = TimeResolution.period(time.kind, text: time.text, clock: clock)
        var time = time
        time.text = EventTime.format(isEnd ? period.upperBound - 1 : period.lowerBound)
        return time
      }
      var clause = clause
      switch clause.kind {
      case .since(let time): clause.kind = .since(resolved(time, isEnd: false))
      case .until(let time): clause.kind = .until(resolved(time, isEnd: true))
      case .asOf(let time): clause.kind = .asOf(resolved(time, isEnd: true))
      case .within, .by: break
      case .at(let time):
        let start = resolved(time, isEnd: false)
        let end = resolved(time, isEnd: true)
        clause.kind = start.text == end.text ? .at(start) : .between(start, end)
      case .between(let first, let second):
        clause.kind = .between(resolved(first, isEnd: false), resolved(second, isEnd: true))
      }
      return clause
    }
    return SyntaxPrinter.text(of: syntax)
  }
}
