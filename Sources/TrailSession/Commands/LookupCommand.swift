internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// `lookup`: what LookupEvents would answer (facts §2.2–§2.3).
enum LookupCommand {
  static let lookup = Command(
    "lookup",
    forms: ["lookup [KEY=VALUE] [from TIME] [to TIME] [max N] [next TOKEN] [insight]"],
    summary: "asks Event history as the API does: LookupEvents",
    detail: [
      "KEY is one of \(keys.joined(separator: ", ")): one at most, the value exact and in its letter case."
        + " Both times count. Newest first, \(LookupRequest.maximumResults) a page; `next` with the token that"
        + " a page gave, and the same words, shows the one after it. `insight`: Insights events alone.",
      "Management events of the session's account and Region in the 90 days before the clock, reads too."
        + " Before anything is simulated, imported events of every account count. `output json` writes"
        + " the answer as AWS sends it, `output ndjson` one entry a line. It leaves no event, as `simulate"
        + " cloudtrail:LookupEvents` does, whose answer is `$response`; and AWS's limit of two requests a second is not simulated.",
    ],
    examples: [
      "simulate s3:CreateBucket bucketName=reports; lookup EventName=CreateBucket",
      "lookup ReadOnly=false max 10",
    ],
    candidates: { candidates($0) }
  ) { invocation in
    let question = try Question(invocation)
    let page = try question.page(invocation)
    switch invocation.session.settings.output {
    case .json:
      try invocation.write(
        String(decoding: JSONWriter.bytes(page.answer.json), as: UTF8.self) + "\n")
    case .ndjson:
      for entry in page.answer.entries {
        try invocation.write(String(decoding: JSONWriter.bytes(entry.json), as: UTF8.self) + "\n")
      }
    default: try show(page, question, invocation)
    }
    if let token = page.answer.nextToken {
      invocation.session.note(
        "more: \(question.text(next: token))", to: invocation.output)
    } else if let note = try question.blindSpot(invocation) {
      let suggestion = note.suggestion.map { "\n  try: \($0)" } ?? ""
      invocation.session.note(note.text + suggestion, to: invocation.output)
    }
  }

  fileprivate static let keys = LookupAttribute.Key.allCases.map(\.rawValue)

  private static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    if ["from", "to", "max", "next"].contains(site.words.last?.lowercased()) { return [] }
    let isAsked = site.words.contains { $0.contains("=") }
    return (isAsked ? [] : keys.map { Completion.Candidate("\($0)=", title: $0) })
      + ["from", "to", "max", "next", "insight"].filter { !site.words.contains($0) }
      .map { Completion.Candidate($0) }
  }

  /// Shows the columns of the console, one row an event: `open N` works on them.
  private static func show(
    _ page: (answer: LookupPage, events: EventRows), _ question: Question, _ invocation: Invocation
  ) throws {
    guard !page.answer.entries.isEmpty else {
      let begin = ReadableTime.readable(
        question.now / 1000 * 1000 - EventHistory.days * EventTime.millisecondsPerDay)
      return invocation.session.note(
        "no event of Event history matches (90 days: since \(begin))", to: invocation.output)
    }
    let columns: [(String, TableColumn.Kind, (LookupEntry) -> Cell)] = [
      ("time", .time, { .time($0.eventTime) }), ("name", .text, { .text($0.eventName) }),
      ("user", .text, { $0.username.map { .text($0) } ?? .missing }),
      ("source", .text, { .text($0.eventSource) }),
      ("type", .list, { .list($0.resources.map { .text($0.type ?? "-") }) }),
      ("resource", .list, { .list($0.resources.map { .text($0.name) }) }),
    ]
    let table = TableRows(
      columns: columns.map { TableColumn(name: $0.0, kind: $0.1) },
      cells: columns.map { column in page.answer.entries.map(column.2) },
      rowCount: page.answer.entries.count, events: page.events)
    let answer = Answer(content: .table(table), plan: PlanReport(normalised: "lookup"))
    try invocation.session.show(answer, to: invocation.output)
    invocation.session.lastAnswer = answer
  }
}

extension LookupCommand {
  /// A request, checked, with the words that it was made of.
  fileprivate struct Question {
    var request: LookupRequest
    /// The words without `next TOKEN`.
    var words: String
    /// To where the 90 days reach.
    var now: Int64

    init(_ invocation: Invocation) throws {
      var reader = invocation.reader()
      var attributes: [(key: String, value: String)] = []
      var start: Int64?
      var end: Int64?
      var count: Int?
      var token: String?
      var category: String?
      var words: [String] = []
      var place = SourceRange(0, invocation.statement.text.utf8.count)
      while !reader.isAtEnd {
        if let pair = try reader.pair() {
          place = pair.name.range
          attributes.append((pair.name.text, pair.value.text))
          words.append(
            Self.text(place.lowerBound..<pair.value.range.upperBound, in: invocation))
          continue
        }
        guard let word = try reader.take("from", "to", "max", "next", "insight") else {
          throw try reader.unexpected(
            keys.map { "\($0)=…" } + ["from TIME", "to TIME", "max N", "next TOKEN", "insight"])
            ?? invocation.usageError()
        }
        if word.text == "insight" {
          category = "insight"
          words.append(word.text)
          continue
        }
        let value = try reader.word(Self.meaning(of: word.text))
        place = value.range
        switch word.text {
        case "from": start = try Self.time(value, invocation)
        case "to": end = try Self.time(value, invocation)
        case "max":
          guard let number = Int(value.text) else {
            throw reader.wrong("`\(value.text)` is no number of events", at: value.range)
          }
          count = number
        default:
          token = value.text
          continue
        }
        words.append(Self.text(word.range.lowerBound..<value.range.upperBound, in: invocation))
      }
      do throws(AWSError) {
        request = try LookupRequest(
          attributes: attributes, startTime: start, endTime: end, eventCategory: category,
          maxResults: count, nextToken: token)
      } catch {
        throw Diagnostics(error, at: place)
      }
      self.words = words.joined(separator: " ")
      now = invocation.session.clock.now
    }

    /// The command that shows the page after the one that gave the token.
    func text(next token: String) -> String {
      ["lookup", words, "next \(token)"].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Words as they were written.
    private static func text(_ range: Range<Int>, in invocation: Invocation) -> String {
      String(decoding: Array(invocation.statement.text.utf8)[range], as: UTF8.self)
    }

    /// A time as in a sentence, or as the AWS CLI takes it.
    private static func time(_ word: Argument, _ invocation: Invocation) throws -> Int64 {
      if let time = try? ClockArgument.time(
        word, now: invocation.session.clock.now, invocation)
      {
        return time
      }
      if let time = LookupTime.parse(word.text) { return time }
      return try ClockArgument.time(word, now: invocation.session.clock.now, invocation)
    }

    /// The page, and the events in it.
    func page(_ invocation: Invocation) throws -> (answer: LookupPage, events: EventRows) {
      try HistoryLookup(
        session: invocation.session, request: request,
        account: invocation.session.cloudIfBegun?.world.account,
        region: invocation.session.region, now: now
      ).page()
    }

    /// What calls LookupEvents does not find, although they have the attribute and lie in the time; nil where there are
    /// none, or where no sentence asks for the attribute.
    func blindSpot(_ invocation: Invocation) throws -> Note? {
      guard let world = invocation.session.world, !request.wantsInsights else { return nil }
      var parts: [String] = []
      if let attribute = request.attribute {
        let part =
          attribute.key == .resourceName
          ? "about \(SyntaxPrinter.quotedStep(attribute.value))"
          : HistoryLookup.condition(attribute, ofInsights: request.wantsInsights)
        guard let part else { return nil }
        parts.append(part)
      }
      if let start = request.startTime { parts.append("time >= \"\(ReadableTime.iso(start))\"") }
      if let end = request.endTime { parts.append("time <= \"\(ReadableTime.iso(end))\"") }
      let text =
        "history all" + (parts.isEmpty ? "" : " where " + parts.joined(separator: " and "))
      guard let syntax = QueryParser.parse(text).syntax else { return nil }
      var context = BindingContext(
        snapshot: invocation.session.store.snapshot(), clock: now, savedQueries: [:])
      world.addSources(to: &context)
      return try BlindSpots(
        session: invocation.session, world: world, syntax: syntax, context: context
      ).note(about: syntax.source.kind, trail: nil)
    }

    private static func meaning(of word: String) -> String {
      switch word {
      case "max": "the number of events, 1 to \(LookupRequest.maximumResults)"
      case "next": "the token that a page gave"
      default: "a time, such as 2026-01-05T09:00Z"
      }
    }
  }
}
