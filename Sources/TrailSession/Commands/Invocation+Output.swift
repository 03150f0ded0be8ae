internal import TrailEngine
internal import TrailText

extension Invocation {
  /// Writes a page of help, fitted to the reader's width.
  func show(_ page: HelpPage) throws {
    let traits = session.traits(of: output)
    try write(page.text(width: traits.width, palette: Palette(usesColour: traits.usesColour)))
  }

  /// Shows the most frequent values of a field. Throws `Diagnostics` where there is no such field.
  func showValues(of field: Argument) throws {
    guard !session.store.snapshot().isEmpty else { return }
    try ask("events | top \(SessionCommands.shownValues) \(field.text)")
  }

  /// Writes text as data.
  func write(_ text: String) throws {
    try output.writeData(Array(text.utf8))
  }

  /// The last answer. Throws `Diagnostics` where there is none yet.
  func lastAnswer() throws -> Answer {
    guard let answer = session.lastAnswer else {
      throw Diagnostics(
        Diagnostic(
          "no-answer", "there is no answer yet that `\(command.name)` could use",
          at: FirstWord(statement.text)?.range, notes: ["ask something first: events where denied"])
      )
    }
    return answer
  }

  /// The event that is row `number` of the last answer. Throws `Diagnostics` where there is none.
  func event(_ number: Int, at range: SourceRange) throws -> EventRows {
    let answer = try lastAnswer()
    guard let rows = answer.eventRows else { throw noSingleEvents(range) }
    guard number <= rows.count else {
      throw Diagnostics(
        Diagnostic(
          "no-such-row", "the last answer has \(NumberText.counted(rows.count, "row"))", at: range))
    }
    return EventRows(snapshot: rows.snapshot, references: [rows.references[number - 1]])
  }

  /// The events of match `number` of the last answer; nil where its rows are no matches.
  func match(_ number: Int, at range: SourceRange) throws -> [EventRows]? {
    switch try lastAnswer().content {
    case .matches(let matches), .matchTimeline(let matches):
      guard number <= matches.count else {
        throw Diagnostics(
          Diagnostic(
            "no-such-row",
            "the last answer has \(NumberText.counted(matches.count, "match", plural: "matches"))",
            at: range))
      }
      return matches.events(of: number - 1).map {
        EventRows(snapshot: matches.snapshot, references: [$0])
      }
    case .events, .timeline, .chain, .chart, .table, .facets: return nil
    }
  }

  private func noSingleEvents(_ range: SourceRange) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        "no-single-event", "a row of the last answer stands for several events", at: range,
        notes: ["`\(command.name)` works on answers whose rows are events: events where …"]))
  }
}
