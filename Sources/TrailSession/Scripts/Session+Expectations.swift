internal import TrailEngine
internal import TrailText

extension Session {
  /// Rows that are shown where an expectation fails.
  private static let shownRows = 5

  /// Writes the TAP line of a sentence that ended in `expect`, and where it failed the rows that it found.
  func record(
    _ expectation: ExpectationOutcome, answer: Answer, statement: PlacedStatement,
    to output: any SessionOutput
  ) throws {
    var text = expectations.line(isMet: expectation.isMet, text: statement.text) + "\n"
    if !expectation.isMet {
      text += TestReport.comment(
        "\(statement.place): \(expectation.expected), found \(NumberText.counted(expectation.actualRows, "row"))"
      )
      text += TestReport.comment(try firstRows(of: answer))
      for note in answer.notes { text += TestReport.comment(note.text) }
    }
    try output.writeData(Array(text.utf8))
  }

  /// Writes the TAP line of `expect error`.
  func recordExpectedError(
    _ code: String, outcome: StatementOutcome, messages: String, statement: PlacedStatement,
    to output: any SessionOutput
  ) throws {
    let isMet = outcome.codes.contains { $0.rawValue == code }
    var text = expectations.line(isMet: isMet, text: statement.text) + "\n"
    if !isMet {
      let found =
        outcome.codes.isEmpty
        ? "no error" : outcome.codes.map { "error[\($0.rawValue)]" }.joined(separator: ", ")
      text += TestReport.comment("\(statement.place): expected error[\(code)], found \(found)")
      text += TestReport.comment(messages)
    }
    try output.writeData(Array(text.utf8))
  }

  private func firstRows(of answer: Answer) throws -> String {
    var bytes: [UInt8] = []
    let writer = DataWriter { bytes += $0 }
    let traits = OutputTraits(isInteractive: true)
    let options = RenderingOptions(format: .table, traits: traits, rowLimit: Self.shownRows)
    let report = try TableRenderer(options: options).render(AnswerRows(answer), to: writer)
    try writer.flush()
    var text = String(decoding: bytes, as: UTF8.self)
    if report.hiddenRows > 0 { text += "… \(NumberText.grouped(report.hiddenRows)) more" }
    return text
  }
}
