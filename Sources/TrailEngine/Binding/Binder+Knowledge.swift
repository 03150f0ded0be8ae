import TrailLanguage
import TrailRecord
import TrailText

// `as-of T`: what an answer may know.

extension Binder {
  /// What the `as-of` of some clauses, and of the sentences around, says of the events of a source; nil where none
  /// of them has one.
  mutating func knowledge(
    _ clauses: [ClauseSyntax], lookingIn place: Knowledge.Place
  ) -> BoundPredicate? {
    let ends = (clauses + outerKnowledge).compactMap { clause -> Int64? in
      guard case .asOf(let time) = clause.kind else { return nil }
      return period(time).upperBound - 1
    }
    guard let time = ends.min() else { return nil }
    if place == .anywhere,
      context.snapshot.segments.contains(where: { $0.deliveries?.hasGaps ?? true })
    {
      notes.append(
        Note(
          "Some events do not say when they were delivered: they count as known"
            + " \(WindowText.length(Knowledge.assumedDelay)) after they happened, Insights events"
            + " \(WindowText.length(Knowledge.assumedInsightDelay)).",
          suggestion: "help as-of"))
    }
    return .known(
      Knowledge(
        time: time, place: place, deliveries: context.deliveries,
        management: meaning(of: "management"), insight: meaning(of: "insight")))
  }

  /// What a word stands for; it is not counted among those of the sentence.
  private mutating func meaning(of word: String) -> BoundPredicate {
    guard let definition = WordCatalog.standard[word],
      let syntax = QueryText.definition(of: definition)
    else { return .constant(false) }
    let own = words
    defer { words = own }
    return predicate(where: syntax, clauses: [])
  }

  /// The clauses that say what may be known; what they say holds for the sources of saved queries, too.
  static func knowledgeClauses(_ clauses: [ClauseSyntax]) -> [ClauseSyntax] {
    clauses.filter { $0.keyword == .asOf }
  }

  /// Nobody reads `calls`: they are what happened, delivered or not.
  mutating func refuseKnowledge(ofCalls syntax: QuerySyntax) {
    guard let clause = Self.knowledgeClauses(syntax.clauses + outerKnowledge).first else { return }
    report(
      BindingCode.notDelivered, "`calls` are what happened, whether anybody could know it or not",
      at: clause.range, label: "`calls` has no `as-of`",
      notes: ["`events`, `history`, `delivered` and `insights` have one"],
      fixIt: outerKnowledge.isEmpty ? FixIt(replace: syntax.source.range, with: "events") : nil)
  }

  /// What `as-of` leaves of the events of the last answer.
  mutating func addKnowledge(_ syntax: QuerySyntax, to query: inout BoundQuery) {
    guard let clause = Self.knowledgeClauses(syntax.clauses + outerKnowledge).first else { return }
    guard case .events = scope(after: query) else {
      report(
        BindingCode.notDelivered, "these rows are worked out already", at: clause.range,
        notes: ["`as-of` chooses events: put it into the question that these rows answer"])
      return
    }
    if let known = knowledge(syntax.clauses, lookingIn: .anywhere) {
      query.stages.append(.filterEvents(known))
    }
  }
}
