package import TrailLanguage
import TrailRecord
package import TrailText

/// Gives the names of a sentence their meaning: fields, words, times, saved queries.
///
/// Everything that is wrong is collected, so that a reader sees it in one go.
package struct Binder {
  /// Saved queries may use saved queries this deep.
  static let maximumSavedDepth = 16

  var context: BindingContext
  var diagnostics: [Diagnostic] = []
  var notes: [Note] = []
  var words: [(word: String, definition: String)] = []
  var savedDepth = 0
  /// `as-of` of the sentences that use the saved query which is being bound.
  var outerKnowledge: [ClauseSyntax] = []
  /// Named steps of the sequence that is being bound, by name.
  var stepNames: [String: Int] = [:]

  /// Binds a sentence. Throws `Diagnostics` with all that is wrong.
  package static func bind(
    _ syntax: QuerySyntax, in context: BindingContext
  ) throws(Diagnostics) -> BoundQuery {
    var binder = Binder(context: context)
    let bound = binder.query(syntax)
    let errors = binder.diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty, let bound else { throw Diagnostics(binder.diagnostics) }
    return bound
  }

  /// Binds a predicate alone, as completion needs for counting values under what is typed so far.
  package static func bind(
    _ syntax: PredicateSyntax?, clauses: [ClauseSyntax], in context: BindingContext
  ) throws(Diagnostics) -> BoundPredicate {
    var binder = Binder(context: context)
    let predicate = binder.predicate(where: syntax, clauses: clauses)
    guard binder.diagnostics.allSatisfy({ $0.severity != .error }) else {
      throw Diagnostics(binder.diagnostics)
    }
    return predicate
  }

  private init(context: BindingContext) { self.context = context }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange?, label: String? = nil,
    notes: [String] = [], fixIt: FixIt? = nil
  ) {
    diagnostics.append(
      Diagnostic(code, message, at: range, label: label, notes: notes, fixIt: fixIt))
  }

  private mutating func query(_ syntax: QuerySyntax) -> BoundQuery? {
    guard var bound = source(syntax) else { return nil }
    bound.words = words
    bound.notes = notes
    bound.asked = (syntax, context.clock)
    return bound
  }

  /// The sentence from its source on; a saved query's stages come first, then the sentence's own.
  private mutating func source(_ syntax: QuerySyntax) -> BoundQuery? {
    var query: BoundQuery
    switch syntax.source.kind {
    case .events:
      query = base(syntax, from: nil)
      addStages(syntax.stages, to: &query)
      return query
    case .history(let includesReads):
      query = base(syntax, from: context.calls, lookingIn: .eventHistory)
      if let predicates = context.historyPredicates {
        let kept = predicate(
          where: includesReads ? predicates.all : predicates.writes, clauses: [])
        query.predicate = .and([kept, query.predicate])
      }
      addStages(syntax.stages, to: &query)
      return query
    case .calls:
      refuseKnowledge(ofCalls: syntax)
      query = base(syntax, from: context.calls)
      addStages(syntax.stages, to: &query)
      return query
    case .delivered:
      query = base(syntax, from: context.delivered ?? .empty)
      addStages(syntax.stages, to: &query)
      return query
    case .insights:
      query = base(syntax, from: nil)
      if let insights = QueryParser.parse("events where insight").syntax?.predicate {
        query.predicate = .and([predicate(where: insights, clauses: []), query.predicate])
      }
      addStages(syntax.stages, to: &query)
      return query
    case .last:
      guard let answer = context.lastAnswer else {
        report(
          BindingCode.noLastAnswer, "there is no last answer yet", at: syntax.source.range,
          notes: ["`last` is the rows of the answer before; ask something first"])
        return nil
      }
      query = BoundQuery(
        source: .last(answer), predicate: .constant(true), stages: [], words: [], notes: [])
      addKnowledge(syntax, to: &query)
    case .saved(let name, let arguments):
      guard let saved = saved(name, arguments, at: syntax.source.range) else { return nil }
      savedDepth += 1
      let outer = outerKnowledge
      outerKnowledge += Self.knowledgeClauses(syntax.clauses)
      defer {
        savedDepth -= 1
        outerKnowledge = outer
      }
      guard let inner = source(saved) else { return nil }
      query = inner
    }
    addFilter(syntax, to: &query)
    addStages(syntax.stages, to: &query)
    return query
  }

  /// A sentence about the events of a snapshot (nil for all of them), without its stages.
  private mutating func base(
    _ syntax: QuerySyntax, from snapshot: StoreSnapshot?,
    lookingIn place: Knowledge.Place = .anywhere
  ) -> BoundQuery {
    if let snapshot { context.snapshot = snapshot }
    var conditions = [predicate(where: syntax.predicate, clauses: syntax.clauses)]
    if let known = knowledge(syntax.clauses, lookingIn: place) { conditions.append(known) }
    return BoundQuery(
      source: .events, snapshot: snapshot, predicate: .all(conditions),
      sequence: sequence(syntax), stages: [], words: [], notes: [])
  }

  private mutating func saved(
    _ name: String, _ arguments: [ValueSyntax], at range: SourceRange
  ) -> QuerySyntax? {
    guard let text = context.savedQueries[name] else {
      let near = NearNames.nearest(to: name, among: context.savedQueries.keys)
      report(
        BindingCode.unknownSavedQuery, "no query is saved as `@\(name)`", at: range,
        label: near.first.map { "did you mean `@\($0)`?" },
        notes: context.savedQueries.isEmpty ? ["nothing is saved yet"] : [])
      return nil
    }
    guard savedDepth < Self.maximumSavedDepth else {
      report(
        BindingCode.savedQueryBroken, "`@\(name)` uses itself, or saved queries too deeply",
        at: range)
      return nil
    }
    do {
      return try QueryText.saved(text, arguments: arguments)
    } catch {
      report(
        BindingCode.savedQueryBroken, "the saved query `@\(name)` cannot be read", at: range,
        notes: error.list.map(\.message))
      return nil
    }
  }

  /// What the outer sentence asks of the rows of `last` or of a saved query.
  private mutating func addFilter(_ syntax: QuerySyntax, to query: inout BoundQuery) {
    if let first = syntax.sequence.first {
      report(
        BindingCode.sequenceNeedsSource, "a sequence is of events, and these rows are an answer's",
        at: first.range, notes: ["begin with `events`, `history`, `calls` or `delivered`"])
      return
    }
    _ = sequence(syntax)
    let clauses = syntax.clauses.filter { $0.keyword != .asOf }
    guard syntax.predicate != nil || !clauses.isEmpty else { return }
    switch scope(after: query) {
    case .events:
      query.stages.append(
        .filterEvents(predicate(where: syntax.predicate, clauses: clauses)))
    case .matches(let sequence):
      // A match lies at the time of its last event.
      if !clauses.isEmpty {
        query.stages.append(.filterEvents(predicate(where: nil, clauses: clauses)))
      }
      if let predicate = syntax.predicate {
        query.stages.append(filter(predicate, matchesOf: sequence))
      }
    case .table(let columns):
      if let predicate = syntax.predicate {
        query.stages.append(.filterTable(tablePredicate(predicate, columns)))
      }
      for clause in clauses {
        guard let time = columns.firstIndex(where: { $0.kind == .time }) else {
          report(
            BindingCode.stageNeedsEvents, "these rows have no time", at: clause.range,
            notes: ["a time clause needs events, or a table with a column of times"])
          continue
        }
        if let range = window([clause]) {
          query.stages.append(.filterTable(.time(column: time, range)))
        }
      }
    case .facets:
      report(BindingCode.stageAfterEnd, "facets have no rows to choose from", at: syntax.range)
    }
  }

  /// A `where` and its clauses as one condition on events.
  mutating func predicate(
    where syntax: PredicateSyntax?, clauses: [ClauseSyntax]
  ) -> BoundPredicate {
    var parts: [BoundPredicate] = []
    let windows = clauses.filter { $0.keyword != .asOf }
    if !windows.isEmpty, let range = window(windows) { parts.append(.time(range)) }
    if let syntax { parts.append(predicate(syntax, isNegated: false)) }
    return .all(parts)
  }
}
