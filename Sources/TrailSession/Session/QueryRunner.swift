internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailText

/// Takes sentences from text to answer, in the session's context.
struct QueryRunner {
  var session: Session

  /// Answers a sentence. Throws `Diagnostics` about `outer`, of which the sentence is a part (the whole unless told).
  ///
  /// - Parameter last: what `last` means; nil for the session's last answer.
  func run(
    _ sentence: PlacedStatement, in outer: PlacedStatement? = nil, last: Answer? = nil
  ) throws -> Answer {
    guard outer == nil, last == nil else {
      return try run(try parse(sentence, in: outer ?? sentence), last: last)
    }
    let syntax = try session.preparedQueries.syntax(of: sentence.text) {
      try parse(sentence, in: sentence)
    }
    return try run(syntax, text: sentence.text)
  }

  /// Answers a sentence that has been read already.
  func run(_ syntax: QuerySyntax, last: Answer? = nil) throws -> Answer {
    try run(syntax, last: last, text: nil)
  }

  /// - Parameter text: What was read, where its plan may be kept and was perhaps.
  private func run(_ syntax: QuerySyntax, last: Answer? = nil, text: String?) throws -> Answer {
    while true {
      let damaged = session.store.damagedSegments
      let result = Result { try attempt(syntax, last: last, text: text) }
      // What was read of a damaged segment is no answer; the next attempt leaves it out.
      if session.store.damagedSegments == damaged { return try result.get() }
    }
  }

  private func attempt(_ syntax: QuerySyntax, last: Answer?, text: String?) throws -> Answer {
    var notes: [Note] = []
    let (snapshot, clock) = (session.store.snapshot(), session.clock.now)
    // What a simulated world has to say of an answer depends on more than the events.
    let text = session.worldForRemarks == nil ? text : nil
    if let text, let query = session.preparedQueries.query(text, in: snapshot, at: clock) {
      return try answer(query)
    }
    var context = BindingContext(
      snapshot: snapshot, clock: clock,
      lastAnswer: last ?? session.lastAnswer, savedQueries: session.savedQueries.textByName)
    session.addSources(to: &context)
    if asksWhatWasKnown(syntax), let world = session.world {
      context.deliveries = world.eventDeliveries()
    }
    let root = rootSource(of: syntax)
    var trail: Trail?
    if case .delivered(let name) = root.kind {
      let named = try session.trail(name, at: root.range)
      let delivered = try session.delivered(by: named)
      context.delivered = delivered.snapshot
      notes += delivered.notes
      trail = named
    }
    // What begins with `events` has no use for the last answer, which may be large.
    if case .events = syntax.source.kind { context.lastAnswer = nil }
    let query = try session.engine.compile(syntax, in: context)
    if let text, case .events = syntax.source.kind, !asksWhatWasKnown(syntax) {
      session.preparedQueries.keep(query, of: text, in: snapshot, at: clock)
    }
    var answer = try answer(query)
    if let note = emptiness(of: root.kind, trail, in: context, asks: syntax) {
      answer.notes = [note]
    }
    answer.notes += notes
    if case .insights = root.kind, answer.rowCount == 0, let note = missingInsights() {
      answer.notes.append(note)
    }
    if last == nil, let world = session.worldForRemarks {
      do {
        let blindSpots = BlindSpots(
          session: session, world: world, syntax: syntax, context: context)
        if let note = try blindSpots.note(about: root.kind, trail: trail) {
          answer.notes.append(note)
        }
      } catch is QueryCancelled {
        throw StatementStopped()
      }
    }
    return answer
  }

  private func answer(_ query: CompiledQuery) throws -> Answer {
    do {
      return try query.run(session.cancellation)
    } catch is QueryCancelled {
      throw StatementStopped()
    }
  }

  /// A sentence, the saved query that it begins with, the one that this begins with, …
  private func chain(of syntax: QuerySyntax) -> [QuerySyntax] {
    var chain = [syntax]
    for _ in 0..<Self.deepestSaved {
      guard case .saved(let name, let arguments) = chain[chain.count - 1].source.kind,
        let text = session.savedQueries.textByName[name],
        let inner = try? QueryText.saved(text, arguments: arguments)
      else { return chain }
      chain.append(inner)
    }
    return chain
  }

  /// The source at the root of a sentence: saved queries lead to the one that they begin with.
  private func rootSource(of syntax: QuerySyntax) -> SourceSyntax {
    let chain = chain(of: syntax)
    return chain[chain.count - 1].source
  }

  private func asksWhatWasKnown(_ syntax: QuerySyntax) -> Bool {
    chain(of: syntax).contains { $0.clauses.contains { $0.keyword == .asOf } }
  }

  private static let deepestSaved = 16

  /// What to say of a source in which there is nothing at all; nil where there is something, or others say it.
  private func emptiness(
    of source: SourceSyntax.Kind, _ trail: Trail?, in context: BindingContext,
    asks syntax: QuerySyntax
  ) -> Note? {
    switch source {
    case .delivered:
      guard let trail, context.delivered?.isEmpty == true else { return nil }
      return trail.isLogging
        ? Note(
          "Nothing lies in s3://\(trail.bucket) for \(trail.name) yet.",
          suggestion: "status \(trail.name)")
        : Note("\(trail.name) is not logging.", suggestion: "start \(trail.name)")
    case .history, .calls:
      guard context.calls.isEmpty else { return nil }
      guard context.snapshot.isEmpty else { return onlyImported(syntax) }
      return Note(
        "Nothing has been simulated yet.", suggestion: "simulate s3:CreateBucket bucketName=data")
    case .events, .insights, .last, .saved: return nil
    }
  }

  /// What to say where simulated calls are asked for, and all events were imported.
  private func onlyImported(_ syntax: QuerySyntax) -> Note {
    var events = syntax
    switch syntax.source.kind {
    case .history, .calls: events.source.kind = .events
    // A saved query that begins with them: what it asks for cannot be changed from here.
    case .events, .insights, .delivered, .last, .saved:
      events = QuerySyntax(source: SourceSyntax(.events, range: .at(0)), range: .at(0))
    }
    return Note(
      "Nothing has been simulated yet; imported events are `events`.",
      suggestion: SyntaxPrinter.text(of: events))
  }

  /// What to say where simulated Insights could not have been found: nobody looks, or not for long enough.
  private func missingInsights() -> Note? {
    guard let cloud = session.worldForRemarks?.cloud else { return nil }
    let trails = cloud.trails(of: cloud.world.account)
    let watching = trails.compactMap { cloud.insightsReporting(of: $0.id) }
    guard let first = watching.min() else {
      return Note(
        "No trail that logs has Insights enabled.",
        suggestion: trails.first.map { "enable insights on \($0.name)" }
          ?? "define trail NAME to s3://BUCKET")
    }
    guard first > cloud.now else { return nil }
    return Note(
      "Insights are reported from \(ReadableTime.readable(first)) on, 36 hours after they were enabled."
    )
  }

  /// Throws `Diagnostics` where a text, in which `$1` may stand for a value, is no sentence.
  func check(_ sentence: PlacedStatement, in outer: PlacedStatement) throws {
    let problems = SavedQuery(sentence.text).check(offset: sentence.offset - outer.offset)
    if problems.contains(where: { $0.severity == .error }) { throw Diagnostics(problems) }
  }

  /// The value of a field in one event. Throws `Diagnostics` where there is no such field.
  func value(of field: String, event: EventRows, at range: SourceRange) throws -> Cell {
    let last = Answer(content: .events(event), plan: PlanReport(normalised: "last"))
    let parsed = QueryParser.parse("last | select \(field)")
    guard let syntax = parsed.syntax, parsed.isValid else {
      throw Diagnostics(Diagnostic("bad-field", "`\(field)` is no field", at: range))
    }
    do {
      let answer = try run(syntax, last: last)
      guard case .table(let rows) = answer.content, rows.rowCount > 0 else { return .missing }
      return rows.cells[0][0]
    } catch let error as Diagnostics {
      // Their places are in the sentence that was made up here.
      throw Diagnostics(
        error.list.map { Diagnostic($0.code, $0.message, at: range, notes: $0.notes) })
    }
  }

  private func parse(_ sentence: PlacedStatement, in outer: PlacedStatement) throws -> QuerySyntax {
    let parsed = QueryParser.parse(sentence.text, offset: sentence.offset - outer.offset)
    guard let syntax = parsed.syntax, parsed.isValid else {
      let misnamed = parsed.syntax.map { misnamings(in: $0, besides: parsed.diagnostics) } ?? []
      throw Diagnostics(
        (parsed.diagnostics + misnamed).sorted {
          ($0.range?.lowerBound ?? 0) < ($1.range?.lowerBound ?? 0)
        })
    }
    return syntax
  }

  /// What is wrong with the names and values of a sentence that also cannot be read as a whole.
  ///
  /// Only the predicate is looked at: stages that were lost would make later ones look wrong.
  private func misnamings(in syntax: QuerySyntax, besides known: [Diagnostic]) -> [Diagnostic] {
    guard case .events = syntax.source.kind else { return [] }
    let context = BindingContext(
      snapshot: session.store.snapshot(), clock: session.clock.now,
      savedQueries: session.savedQueries.textByName)
    do {
      _ = try Binder.bind(syntax.predicate, clauses: syntax.clauses, in: context)
      return []
    } catch {
      return error.list.filter { found in
        // One remark a place: what the reader of the sentence said of it comes first.
        guard let place = found.range else { return false }
        return !known.contains { other in
          other.range.map {
            $0.lowerBound < place.upperBound && place.lowerBound < $0.upperBound
              || $0.lowerBound == place.lowerBound
          } ?? false
        }
      }
    }
  }
}
