internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// The newest events of a log group.
enum TailCommand {
  /// Events that are shown unless somebody says how many.
  private static let usualCount = 10
  private static let forms = ["N", "all", "filter 'PATTERN'", "since TIME", "where …", "| …"]

  static let tail = Command(
    "tail",
    forms: [
      "tail GROUP [N|all] [filter 'PATTERN'] [since TIME]",
      "tail GROUP … where CONDITION", "tail GROUP … | STAGE",
    ],
    summary: "shows the newest events of a log group, the newest last",
    detail: [
      "The newest \(usualCount) unless told; a question (`where …`, `| …`) is asked about all of them. `filter` takes"
        + " the patterns of metric filters (`help filters`). Records of CloudTrail are shown as `events` shows them,"
        + " so `open 1` works; other events are shown as they are. `--json` gives the records.",
      "It says what waits for its delivery: a trail's events come some five minutes later.",
    ],
    examples: [
      "define bucket logs; define loggroup audit; define trail main to s3://logs logs audit; simulate"
        + " iam:CreateUser userName=eve; advance 10m; tail audit",
      "define loggroup app; tail app 3 filter 'ERROR -retry' since 1h",
    ],
    candidates: { site in
      switch site.words.last {
      case nil: LogCompletion.groups(site.session)
      case "filter": []
      case "since": ["1h", "15m", "today"].map { Completion.Candidate($0) }
      default: ["all", "filter", "since", "where", "|"].map { Completion.Candidate($0) }
      }
    }
  ) { invocation in
    let invocation = try invocation.partingQuestion()
    var reader = invocation.reader()
    let group = try invocation.logGroup(try reader.word("the log group"))
    var count: Int? = invocation.question == nil ? usualCount : nil
    var pattern: FilterPattern?
    var start: Int64?
    while !reader.isAtEnd {
      if try reader.take("all") != nil {
        count = nil
      } else if try reader.take("filter") != nil {
        let word = try reader.word("the pattern, such as '{ $.eventName = StopLogging }'")
        pattern = try invocation.pattern(word)
      } else if try reader.take("since") != nil {
        start = try since(&reader)
      } else if let piece = try reader.peek(), Int(piece.text) != nil {
        count = try reader.number("number of events")
      } else {
        try reader.finish(expected: forms)
      }
    }
    let events = invocation.cloud.newestLogEvents(
      of: group, count, from: start, matching: pattern)
    if events.isEmpty, invocation.question == nil {
      invocation.session.note(
        pattern == nil && start == nil
          ? "log group \(group.name) is empty" : "no event of \(group.name) is like that",
        to: invocation.output)
    } else {
      try show(events, invocation)
    }
    let isWhole = pattern == nil && start == nil
    if isWhole, invocation.question == nil, group.eventCount > events.count {
      invocation.session.note(
        "\(NumberText.counted(group.eventCount - events.count, "older event")) (`tail \(group.name) all`)",
        to: invocation.output)
    }
    tellWaiting(for: group, isEmpty: group.eventCount == 0, invocation)
  }

  /// A time, or a length of time before now.
  private static func since(_ reader: inout ArgumentReader) throws -> Int64 {
    let word = try reader.word("a time, such as 1h or 2026-11-22T12:00Z")
    if case .duration(let length) = TrailLanguage.DurationText.read(word.text) {
      return reader.invocation.cloud.now - length
    }
    return try ClockArgument.time(word, now: reader.invocation.cloud.now, reader.invocation)
  }

  private static func show(_ events: [LogEvent], _ invocation: Invocation) throws {
    if let records = try records(events, invocation) {
      return try invocation.showAnswer(records)
    }
    if invocation.question == nil, [.json, .ndjson].contains(invocation.session.settings.output),
      events.allSatisfy({ (try? JSONParser.parse($0.message)) != nil })
    {
      return try writeMessages(events, invocation)
    }
    let table = TableRows(
      columns: [
        TableColumn(name: "time", kind: .time), TableColumn(name: "stream", kind: .text),
        TableColumn(name: "message", kind: .text),
      ],
      cells: [
        events.map { .time($0.time) }, events.map { .text($0.stream) },
        events.map { .text($0.text) },
      ], rowCount: events.count)
    try invocation.showAnswer(
      Answer(content: .table(table), plan: PlanReport(normalised: invocation.command.name)))
  }

  /// Messages that are JSON, as they are.
  private static func writeMessages(_ events: [LogEvent], _ invocation: Invocation) throws {
    let isArray = invocation.session.settings.output == .json
    let lines = events.map(\.text)
    try invocation.write(
      isArray
        ? "[\n" + lines.joined(separator: ",\n") + "\n]\n"
        : lines.map { $0 + "\n" }.joined())
  }

  /// The events as an answer of records; nil where some are none.
  private static func records(_ events: [LogEvent], _ invocation: Invocation) throws -> Answer? {
    let store = EventStore()
    for event in events {
      guard let value = try? JSONParser.parse(event.message), value["eventTime"]?.text != nil,
        value["eventName"]?.text != nil, (try? store.append(record: event.message)) != nil
      else { return nil }
    }
    guard let syntax = QueryParser.parse("events").syntax else { return nil }
    let session = invocation.session
    let context = BindingContext(snapshot: store.snapshot(), clock: session.clock.now)
    return try session.engine.compile(syntax, in: context).run(session.cancellation)
  }

  private static func tellWaiting(
    for group: LogGroup, isEmpty: Bool, _ invocation: Invocation
  ) {
    let cloud = invocation.cloud
    let trails = cloud.trails.all.filter { $0.logGroupARN == group.arn }
    for trail in trails {
      guard let text = LogWaiting.text(of: trail, cloud) else { continue }
      invocation.session.note("waiting for trail \(trail.name): \(text)", to: invocation.output)
    }
    if trails.isEmpty, isEmpty {
      invocation.session.note(
        "no trail delivers to \(group.name): define trail NAME to s3://BUCKET logs \(group.name)",
        to: invocation.output)
    }
  }
}
