internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// `test filter`: what a pattern finds.
enum TestFilterNoun {
  static let test = Command(
    "test filter",
    forms: [
      "test filter 'PATTERN' [where CONDITION | STAGE]", "test filter 'PATTERN' event N",
      "test filter 'PATTERN' 'MESSAGE'",
    ],
    summary: "tries a filter pattern: on all recorded events, or on one and says which part fails",
    detail: [
      "Without an event it shows which of the recorded events match. `event N` is row N of the last answer, MESSAGE"
        + " any text. In place of the pattern the name of a metric filter can stand."
    ],
    examples: [
      "simulate s3:ListBuckets as bob; test filter '{ $.userIdentity.userName = bob }'",
      "simulate s3:ListBuckets as bob; events; test filter '{ $.userIdentity.type = Root && $.readOnly IS TRUE }'"
        + " event 1",
      "test filter '[ip, user, status = 4*]' '10.0.0.1 bob 404'",
    ],
    candidates: { site in
      site.words.isEmpty
        ? LogCompletion.filters(site.session)
        : site.words.count == 1 ? [Completion.Candidate("event")] : []
    }
  ) { invocation in
    let invocation = try invocation.partingQuestion()
    var reader = invocation.reader()
    let pattern = try invocation.pattern(try reader.word("the pattern"))
    guard !reader.isAtEnd else { return try search(pattern, invocation) }
    let message: String
    if try reader.take("event") != nil {
      let row = try reader.peek()
      let number = try reader.number("row number")
      let event = try invocation.event(number, at: row?.range ?? .at(0))
      var bytes: [UInt8] = []
      event.appendRecord(at: 0, to: &bytes)
      message = String(decoding: bytes, as: UTF8.self)
    } else {
      message = try reader.word("the message").text
    }
    try reader.finish()
    try explain(pattern, message, invocation)
  }

  /// Shows which recorded events match.
  private static func search(_ pattern: FilterPattern, _ invocation: Invocation) throws {
    let session = invocation.session
    guard let syntax = QueryParser.parse("events").syntax else { return }
    var answer = try QueryRunner(session: session).run(syntax, last: session.lastAnswer)
    guard case .events(let all) = answer.content else { return }
    var matching: [EventReference] = []
    var bytes: [UInt8] = []
    for (index, reference) in all.references.enumerated() {
      if session.cancellation.isCancelled { throw StatementStopped() }
      bytes.removeAll(keepingCapacity: true)
      all.appendRecord(at: index, to: &bytes)
      if pattern.matches(bytes) { matching.append(reference) }
    }
    let rows = EventRows(snapshot: all.snapshot, references: matching)
    answer = Answer(content: .events(rows), plan: PlanReport(normalised: invocation.command.name))
    if invocation.question == nil {
      invocation.session.note(
        "\(NumberText.grouped(matching.count)) of \(NumberText.counted(all.count, "recorded event"))"
          + " \(matching.count == 1 ? "matches" : "match")", to: invocation.output)
      if matching.isEmpty { return }
    }
    try invocation.showAnswer(answer)
  }

  /// Shows what each part of a pattern finds in a message.
  private static func explain(
    _ pattern: FilterPattern, _ message: String, _ invocation: Invocation
  ) throws {
    let parts = pattern.parts(in: message)
    try invocation.showTable(
      [("part", .text), ("holds", .text), ("why", .text)],
      rows: parts.map { part in
        [
          .text(part.text), .text(part.isIgnored ? "ignored" : part.holds ? "yes" : "no"),
          .text(part.found),
        ]
      }, empty: "an empty pattern matches everything")
    invocation.session.note(
      pattern.matches(message) ? "it matches" : "it does not match", to: invocation.output)
    let values = pattern.extractedValues(from: message)
    if case let named = values.filter({ !$0.name.isEmpty }), !named.isEmpty,
      pattern.matches(message)
    {
      invocation.session.note(
        "values: " + named.map { "\($0.name) = \($0.value)" }.joined(separator: ", "),
        to: invocation.output)
    }
  }
}

extension Invocation {
  /// The pattern that an argument is: a metric filter's, where it is the bare name of one.
  func pattern(_ argument: Argument) throws -> FilterPattern {
    if argument.form == .bare, session.cloudIfBegun != nil,
      let known = PlacedFilter.all(cloud).first(where: { $0.filter.name == argument.text })
    {
      return known.filter.pattern
    }
    return try filterPattern(argument)
  }
}
