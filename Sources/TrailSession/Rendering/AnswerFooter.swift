internal import TrailEngine

/// What is said below an answer.
enum AnswerFooter {
  /// The lines, the count of rows first.
  ///
  /// Formats for programs are followed by notes alone, unless the time is asked for.
  static func lines(
    _ answer: Answer, report: RenderingReport, format: OutputFormat, showsTime: Bool
  ) -> [String] {
    var lines: [String] = []
    var notes = answer.notes[...]
    if format.isForReading || showsTime || answer.rowCount == 0 {
      var summary = count(answer)
      if showsTime {
        summary += " · " + NumberText.elapsed(nanoseconds: answer.metrics.elapsedNanoseconds)
      }
      if answer.rowCount == 0, let first = notes.popFirst() {
        summary += ". \(text(first))"
      }
      lines.append(summary)
    }
    lines += notes.map(text)
    if report.hiddenRows > 0 {
      let shown = NumberText.grouped(answer.rowCount - report.hiddenRows)
      lines.append(
        "the first \(shown) are shown; `set rows \(suggestedRows(answer.rowCount))` shows more,"
          + " `export answer.csv` writes all")
    }
    if !report.hiddenColumns.isEmpty {
      let names = report.hiddenColumns.joined(separator: ", ")
      lines.append("too narrow for \(names): `select` chooses columns, `output lines` shows all")
    }
    return lines
  }

  private static func text(_ note: Note) -> String {
    guard let suggestion = note.suggestion else { return note.text }
    return "\(note.text)\n  try: \(suggestion)"
  }

  private static func count(_ answer: Answer) -> String {
    switch answer.content {
    case .events, .timeline, .chain: NumberText.counted(answer.rowCount, "event")
    case .matches(let matches), .matchTimeline(let matches):
      answer.rowCount == 0
        ? count(answer.rowCount, .match)
        : "\(count(answer.rowCount, .match)) of \(NumberText.counted(matches.events.count, "event"))"
    case .table(let rows), .chart(let rows):
      answer.rowMeaning.map { count(answer.rowCount, $0) }
        ?? NumberText.counted(answer.rowCount, rows.events == nil ? "row" : "event")
    case .facets(let facets): NumberText.counted(facets.count, "field")
    }
  }

  private static func count(_ number: Int, _ meaning: RowMeaning) -> String {
    switch meaning {
    case .match: NumberText.counted(number, "match", plural: "matches")
    case .newValue: NumberText.counted(number, "new value")
    case .rareValue: NumberText.counted(number, "rare value")
    case .burst: NumberText.counted(number, "burst")
    case .gap: NumberText.counted(number, "gap")
    }
  }

  /// The next round number that shows every row, within reason.
  private static func suggestedRows(_ count: Int) -> Int {
    var rows = 1000
    while rows < count, rows < 1_000_000 { rows *= 10 }
    return rows
  }
}
