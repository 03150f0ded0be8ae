internal import TrailCloud
internal import TrailEngine
internal import TrailPattern
internal import TrailRecord
internal import TrailText

/// `test pattern`: what an event makes of an event pattern, field by field.
enum PatternTest {
  static let test = Command(
    "test pattern",
    forms: [
      "test pattern '{…}'", "test pattern '{…}' event N", "test pattern '{…}' '{…event…}'",
      "test pattern … where PREDICATE | STAGE",
    ],
    summary: "tells which events an event pattern matches, and which field stands in the way",
    detail: [
      "`event N` is row N of the last answer, in the envelope that EventBridge gives it; an event of your own may"
        + " be a whole one or a record of CloudTrail. With neither, the events of the last answer are counted.",
      "The first row is about the whole event: `matches` or `does not match`; a question may follow, such as"
        + " `where verdict=matches | expect 1`. Of a pattern with `$or` those alternatives are shown that come nearest."
        + " It fails with AWS's own words where the pattern is none.",
      "`help patterns` explains the language of event patterns.",
    ],
    examples: [
      "events where delete; test pattern '{\"detail\": {\"eventName\": [{\"prefix\": \"Delete\"}]}}' event 1",
      "events; test pattern '{\"source\": [\"aws.s3\"], \"detail\": {\"errorCode\": [{\"exists\": true}]}}'",
      "test pattern '{\"detail\": {\"size\": [{\"numeric\": [\">\", 100]}]}}'"
        + " '{\"detail-type\": \"upload\", \"detail\": {\"size\": 243}}' where verdict=matches | expect 1",
    ]
  ) { whole in
    let invocation = try whole.partingQuestion()
    var reader = invocation.reader()
    let argument = try reader.word("an event pattern, such as '{\"source\": [\"aws.iam\"]}'")
    let pattern: EventPattern
    do throws(EventPatternProblem) {
      pattern = try EventPattern(argument.text)
    } catch {
      throw Diagnostics(AWSError(error.code.rawValue, error.message), at: argument.range)
    }
    if try reader.take("event") != nil {
      let number = try reader.word("the number of a row of the last answer")
      try reader.finish()
      let row = try invocation.event(try invocation.number(number), at: number.range)
      try explain(pattern, try invocation.busEvents(of: row)[0], invocation)
    } else if !reader.isAtEnd {
      let (value, place) = try reader.json("an event, as JSON")
      try reader.finish(expected: ["event N"])
      try explain(pattern, try invocation.busEvent(value, at: place.range), invocation)
    } else {
      try count(pattern, invocation)
    }
  }

  // MARK: One event

  private static func explain(
    _ pattern: EventPattern, _ event: JSONValue, _ invocation: Invocation
  ) throws {
    let nearest = pattern.explanations(of: event)
    let shown = nearest.prefix(mostAlternatives)
    let matches = pattern.matches(event)
    // With `$or` there are several ways to match, of which each has its rows.
    let hasAlternatives = pattern.branches.count > 1
    var columns: [(name: String, kind: TableColumn.Kind)] = [
      ("field", .text), ("verdict", .text), ("wanted", .text), ("found", .text),
    ]
    var rows: [[Cell]] = [[.text(wholeEvent), .text(word(matches)), .missing, .missing]]
    rows += shown.joined().map { verdict in
      [
        .text(verdict.path), .text(word(for: verdict.outcome)), .text(verdict.expected),
        verdict.found.isEmpty ? .missing : .text(list(of: verdict.found)),
      ]
    }
    if hasAlternatives {
      columns.insert(("alternative", .number), at: 0)
      let numbers = shown.joined().map { Cell.number(String($0.branch + 1)) }
      rows = zip([.missing] + numbers, rows).map { [$0] + $1 }
    }
    try invocation.showTable(columns, rows: rows, empty: "")
    let name = event["detail"]?["eventName"]?.text ?? event["detail-type"]?.text ?? "the event"
    var text = "\(name) \(word(matches))"
    if !matches {
      let failing = shown.map { verdicts in
        verdicts.filter { $0.outcome != .matches }.map(\.path).joined(separator: ", ")
      }
      text += ": \(failing.joined(separator: "; or "))"
    }
    if hasAlternatives {
      text +=
        " (\(shown.count) of \(NumberText.counted(pattern.branches.count, "alternative")) shown)"
    }
    invocation.session.note(text, to: invocation.output)
    tellSpelling(of: pattern, invocation)
    if matches { try tellHindrances(event, invocation) }
  }

  /// Alternatives of a pattern with `$or` that are shown.
  private static let mostAlternatives = 5

  /// What stands for the event itself in the column of its fields.
  private static let wholeEvent = "whole event"

  private static func word(_ matches: Bool) -> String { matches ? "matches" : "does not match" }

  private static func word(for outcome: FieldVerdict.Outcome) -> String {
    switch outcome {
    case .matches: "ok"
    case .differs: "differs"
    case .isMissing: "missing"
    case .isObject: "is an object"
    case .isPresent: "must be absent"
    case .matchesElsewhere: "in another element"
    }
  }

  private static func list(of values: [JSONValue]) -> String {
    values.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }.joined(separator: ", ")
  }

  /// What would keep the event from a rule with this pattern all the same.
  private static func tellHindrances(_ event: JSONValue, _ invocation: Invocation) throws {
    guard let record = event["detail"], record["eventVersion"] != nil else { return }
    if record["readOnly"]?.boolean == true, record["managementEvent"]?.boolean != false {
      invocation.session.note(
        "but it only reads: only rules with `state reads` are told of it", to: invocation.output)
    }
    guard let cloud = invocation.session.cloudIfBegun else { return }
    let explanation = cloud.explanation(of: record)
    if !explanation.trails.contains(where: \.isRecorded) {
      invocation.session.note(
        "but no trail logged it, so it did not reach EventBridge (`explain recorded`)",
        to: invocation.output)
    }
  }

  // MARK: Many events

  private static func count(_ pattern: EventPattern, _ invocation: Invocation) throws {
    let events = try invocation.busEvents(of: try invocation.answerEvents())
    var matched = 0
    var failing: [String: Int] = [:]
    for event in events {
      if pattern.matches(event) {
        matched += 1
      } else {
        let paths = pattern.explanations(of: event).joined().filter { $0.outcome != .matches }
          .map(\.path)
        for path in Set(paths) { failing[path, default: 0] += 1 }
      }
    }
    try invocation.showTable(
      [("field", .text), ("verdict", .text), ("events", .number)],
      rows: [true, false].map { matches in
        let count = matches ? matched : events.count - matched
        return [.text(wholeEvent), .text(word(matches)), .number(String(count))]
      }
        + failing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
          [.text($0.key), .text("stands in the way"), .number(String($0.value))]
        }, empty: "")
    invocation.session.note(
      "\(NumberText.grouped(matched)) of \(NumberText.counted(events.count, "event")) "
        + (matched == 1 ? "matches" : "match"), to: invocation.output)
    tellSpelling(of: pattern, invocation)
  }

  private static func tellSpelling(of pattern: EventPattern, _ invocation: Invocation) {
    if let remark = PatternReach(pattern).spellingRemark {
      invocation.session.note(remark, to: invocation.output)
    }
  }
}

extension Invocation {
  /// The events of the last answer.
  fileprivate func answerEvents() throws -> EventRows {
    if let events = try lastAnswer().eventRows { return events }
    throw Diagnostics(
      Diagnostic(
        "no-single-event", "a row of the last answer stands for several events",
        notes: ["ask for events first: events where …"]))
  }

  /// Records as EventBridge would send them.
  fileprivate func busEvents(of rows: EventRows) throws -> [JSONValue] {
    try (0..<rows.count).map { index in
      var bytes: [UInt8] = []
      rows.appendRecord(at: index, to: &bytes)
      return try busEvent((try? JSONParser.parse(bytes)) ?? .null, at: nil)
    }
  }

  /// An event as it is, or the one that EventBridge would make of a record.
  fileprivate func busEvent(_ value: JSONValue, at range: SourceRange?) throws -> JSONValue {
    if value["detail-type"] != nil || value["eventName"] == nil && value["eventVersion"] == nil {
      return value
    }
    let bytes = BusEvent.made(of: value).bytes
    return (try? JSONParser.parse(bytes)) ?? .null
  }
}
