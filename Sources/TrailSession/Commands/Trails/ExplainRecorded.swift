internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// `explain recorded`: which trail recorded an event, or why none did.
enum ExplainRecorded {
  static let word = "recorded"

  /// Runs the command, which stands at the beginning of the arguments of `explain`.
  static func run(_ invocation: Invocation) throws {
    var reader = invocation.reader()
    _ = try reader.take(word)
    let argument = try reader.word("the event: its id, or its row in the last answer")
    try reader.finish()
    let event = try event(argument, invocation)
    var bytes: [UInt8] = []
    event.appendRecord(at: 0, to: &bytes)
    let record = try Argument(
      String(decoding: bytes, as: UTF8.self), range: argument.range
    ).json()
    let name = record["eventName"]?.text ?? "the event"
    guard let cloud = invocation.session.cloudIfBegun else {
      throw Diagnostics(
        Diagnostic(
          "no-world", "nothing is simulated yet, so no trail of this session saw \(name)",
          at: argument.range, notes: ["`explain recorded` is about simulated calls: simulate …"]))
    }
    let explanation = cloud.explanation(of: record)
    let rows: [[Cell]] =
      [
        [
          .text("Event history"), .text(explanation.isInEventHistory ? "yes" : "no"),
          .text(explanation.eventHistory),
        ]
      ]
      + explanation.trails.map {
        [.text($0.trail), .text($0.isRecorded ? "yes" : "no"), .text($0.text)]
      }
    try invocation.showTable(
      [("where", .text), ("recorded", .text), ("why", .text)], rows: rows, empty: "")
    if explanation.trails.isEmpty {
      invocation.session.note(
        "the account has no trail; `define trail NAME to s3://BUCKET` makes one",
        to: invocation.output)
    }
  }

  private static func event(_ argument: Argument, _ invocation: Invocation) throws -> EventRows {
    if let number = Int(argument.text), number > 0 {
      return try invocation.event(number, at: argument.range)
    }
    for source in ["calls", "events"] {
      if let rows = find(argument.text, in: source, invocation) { return rows }
    }
    throw Diagnostics(
      Diagnostic(
        "no-such-event", "no event has the id `\(argument.text)`", at: argument.range,
        notes: ["a row of the last answer works too: explain recorded 1"]))
  }

  private static func find(
    _ id: String, in source: String, _ invocation: Invocation
  ) -> EventRows? {
    let quoted = id.filter { $0 != "\"" && $0 != "\\" }
    let statement = PlacedStatement("\(source) where id=\"\(quoted)\" | limit 1")
    guard let answer = try? QueryRunner(session: invocation.session).run(statement) else {
      return nil
    }
    return answer.eventRows.flatMap { $0.count > 0 ? $0 : nil }
  }
}
