internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// What to say where an answer misses simulated calls, because CloudTrail did not record them or keeps them elsewhere:
/// one line with the reasons, and the command that shows why.
struct BlindSpots {
  let session: Session
  let world: SimulatedWorld
  /// The sentence, with what it was answered from.
  let syntax: QuerySyntax
  let context: BindingContext

  /// Calls that are looked at one by one for their reasons: the first of those that are missing, and the last.
  private static let mostJudged = 200
  /// Reasons and Regions that are told.
  private static let mostTold = 3

  /// - Parameter source: the one at the root of the sentence.
  func note(about source: SourceSyntax.Kind, trail: Trail?) throws -> Note? {
    switch source {
    case .events: try unrecorded()
    case .history(let all): try outsideHistory(showsReads: all)
    case .delivered: try trail.flatMap { try undelivered(by: $0) }
    case .calls, .insights, .last, .saved: nil
    }
  }

  // MARK: Questions

  /// The sentence without what follows its conditions.
  private var question: QuerySyntax {
    var question = syntax
    question.stages = Array(
      syntax.stages.prefix { if case .filter = $0.kind { true } else { false } })
    // What nobody recorded was never known: what had happened by then is told.
    question.clauses = question.clauses.map { clause in
      guard case .asOf(let time) = clause.kind else { return clause }
      return ClauseSyntax(.until(time), range: clause.range)
    }
    return question
  }

  private func rows(_ context: BindingContext) throws -> EventRows {
    let answer = try session.engine.compile(question, in: context).run(session.cancellation)
    return answer.eventRows ?? EventRows(snapshot: .empty, references: [])
  }

  /// Some of the events as values: the first and the last.
  private func sample(_ rows: EventRows) -> [JSONValue] {
    let half = Self.mostJudged / 2
    let indices =
      rows.count <= Self.mostJudged
      ? Array(0..<rows.count) : Array(0..<half) + Array(rows.count - half..<rows.count)
    var bytes: [UInt8] = []
    return indices.compactMap { index in
      bytes.removeAll(keepingCapacity: true)
      rows.appendRecord(at: index, to: &bytes)
      return try? JSONParser.parse(bytes)
    }
  }

  // MARK: Events

  private func unrecorded() throws -> Note? {
    let missing = world.store.unrecorded()
    guard !missing.isEmpty else { return nil }
    var context = context
    context.snapshot = missing
    let rows = try rows(context)
    guard rows.count > 0 else { return nil }
    let records = sample(rows)
    let verb = rows.count == 1 ? "was" : "were"
    return note(
      "\(NumberText.counted(rows.count, "more call")) \(verb) made and recorded by no trail",
      records.map { ($0, world.cloud.blindSpot(of: $0) ?? .noTrail) }, of: nil)
  }

  // MARK: What a trail delivered

  private func undelivered(by trail: Trail) throws -> Note? {
    var context = context
    context.delivered = world.store.calls()
    let all = try rows(context)
    // What waits for delivery, or lies in the bucket, was recorded.
    let missing = sample(all).compactMap { record in
      world.cloud.blindSpot(of: record, for: trail.id).map { (record, $0) }
    }
    guard !missing.isEmpty else { return nil }
    let isSample = all.count > Self.mostJudged
    let count =
      isSample ? "Some calls" : NumberText.counted(missing.count, "more call")
    let verb = missing.count == 1 && !isSample ? "was" : "were"
    return note("\(count) \(verb) made and not recorded by \(trail.name)", missing, of: trail.name)
  }

  /// Puts the reasons into a sentence, the most frequent first.
  private func note(
    _ beginning: String, _ missing: [(record: JSONValue, spot: BlindSpot)], of trail: String?
  ) -> Note {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for (_, spot) in missing {
      let phrase = spot.phrase(of: trail)
      if counts[phrase] == nil { order.append(phrase) }
      counts[phrase, default: 0] += 1
    }
    let sorted = order.enumerated().sorted {
      (-(counts[$0.element] ?? 0), $0.offset) < (-(counts[$1.element] ?? 0), $1.offset)
    }.map(\.element)
    let told = sorted.prefix(Self.mostTold).map { phrase in
      sorted.count > 1 && missing.count < Self.mostJudged
        ? "\(phrase) (\(NumberText.grouped(counts[phrase] ?? 0)))" : phrase
    }
    let rest = sorted.count > Self.mostTold ? ", and other reasons" : ""
    let id = missing.first?.record["eventID"]?.text
    return Note(
      "\(beginning): \(told.joined(separator: ", "))\(rest).",
      suggestion: id.map { "explain recorded \($0)" })
  }

  // MARK: Event history

  /// Something that Event history does not show, by the condition that its events meet.
  private struct Outside {
    var condition: String
    /// What is said of so many events.
    var text: (Int) -> String
    var suggestion: () throws -> String?
  }

  /// Event history has one account's and Region's management events of ninety days, and shows writes first.
  private func outsideHistory(showsReads: Bool) throws -> Note? {
    let shown = try count(nil)
    guard try count("time exists") > shown else { return nil }
    var texts: [String] = []
    var suggestion: String?
    for part in try outsides(showsReads: showsReads) {
      let number = try count(part.condition)
      guard number > 0 else { continue }
      texts.append(part.text(number))
      if suggestion == nil { suggestion = try part.suggestion() }
    }
    return texts.isEmpty
      ? nil : Note(texts.joined(separator: "; ") + ".", suggestion: suggestion)
  }

  private func outsides(showsReads: Bool) throws -> [Outside] {
    let cloud = world.cloud
    let region = "awsRegion == \"\(cloud.world.region)\""
    let account = "recipientAccountId == \"\(cloud.world.account)\""
    let start = ReadableTime.iso(cloud.now - EventHistory.days * EventTime.millisecondsPerDay)
    let kept = "time >= \"\(start)\""
    let management = "eventCategory == Management"
    func are(_ number: Int) -> String { number == 1 ? "is" : "are" }
    var outsides: [Outside] = []
    if !showsReads {
      outsides.append(
        Outside(
          condition: "\(management) and \(region) and \(account) and \(kept) and readOnly = true",
          text: { "\(NumberText.counted($0, "read")) \(are($0)) hidden" },
          suggestion: {
            var all = question
            guard case .history = all.source.kind else { return nil }
            all.source.kind = .history(all: true)
            all.clauses = syntax.clauses
            return SyntaxPrinter.text(of: all)
          }))
    }
    let elsewhere = "\(management) and \(account) and not \(region)"
    if let regions = try regions(elsewhere) {
      outsides.append(
        Outside(
          condition: elsewhere,
          text: { "\(NumberText.counted($0, "event")) \(are($0)) of \(regions.text)" },
          suggestion: { "set region \(regions.first)" }))
    }
    let others = "not \(management) and \(account)"
    return outsides + [
      Outside(
        condition: others,
        text: {
          "\(NumberText.counted($0, "more call")) \($0 == 1 ? "is no management event" : "are no management events")"
            + ", and Event history has no others"
        },
        suggestion: { try firstID(others).map { "explain recorded \($0)" } }),
      Outside(
        condition: "\(management) and \(account) and \(region) and not \(kept)",
        text: {
          "\(NumberText.counted($0, "event")) \(are($0)) older than \(EventHistory.days) days"
        },
        suggestion: { "events where time < \"\(start)\"" }),
      Outside(
        condition: "not \(account)",
        text: { "\(NumberText.counted($0, "event")) \(are($0)) of another account" },
        suggestion: { "list accounts" }),
    ]
  }

  /// How many simulated calls the sentence would find, were Event history those that meet a condition; nil for what it
  /// is.
  private func count(_ condition: String?) throws -> Int { try rows(history(condition)).count }

  private func history(_ condition: String?) throws -> BindingContext {
    var context = context
    if let condition {
      let predicate = QueryParser.parse("events where \(condition)").syntax?.predicate
      context.historyPredicates = predicate.map { ($0, $0) }
    }
    return context
  }

  private func firstID(_ condition: String) throws -> String? {
    sample(try rows(history(condition))).first?["eventID"]?.text
  }

  /// The Regions of the events that meet a condition, in words; nil where there are none.
  private func regions(_ condition: String) throws -> (text: String, first: String)? {
    var names: [String] = []
    for record in sample(try rows(history(condition))) {
      if let name = record["awsRegion"]?.text, !names.contains(name) { names.append(name) }
    }
    guard let first = names.first else { return nil }
    let more = names.count > Self.mostTold ? ", …" : ""
    return (names.prefix(Self.mostTold).joined(separator: ", ") + more, first)
  }
}
