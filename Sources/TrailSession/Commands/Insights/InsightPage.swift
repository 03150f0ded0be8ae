internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord

extension Invocation {
  /// The page about an Insights event; nil where the record is none.
  func insightPage(_ event: EventRows, _ options: RenderingOptions) throws -> String? {
    var bytes: [UInt8] = []
    event.appendRecord(at: 0, to: &bytes)
    guard options.format == .table, let record = try? JSONParser.parse(bytes),
      let details = InsightDetails(record)
    else { return nil }
    let span = try wholeSpan(of: details)
    let margin = Self.insightMargin
    let end = min(span.upperBound, span.lowerBound + Self.longestPlot)
    let around = (span.lowerBound - margin)..<(end + margin)
    return InsightRenderer(
      details: details, options: options, minutes: try counts(of: details, in: around), span: span,
      // AWS's console shows the events from one minute before to one minute after.
      question: details.question(
        "events", in: (span.lowerBound - 60_000)..<(span.upperBound + 60_000))
    ).text
  }

  /// How much is shown before and after the activity, and how much of it at most, in milliseconds.
  private static let insightMargin: Int64 = 15 * 60_000
  private static let longestPlot: Int64 = 24 * 3_600_000

  /// The activity from its Start to its End, where both are known.
  private func wholeSpan(of details: InsightDetails) throws -> Range<Int64> {
    var span = details.span
    guard !details.sharedID.isEmpty else { return span }
    let others = try answer(
      "insights where sharedEventID == \(PivotCondition.quoted(details.sharedID))")
    guard case .events(let rows) = others.content else { return span }
    for index in 0..<rows.count {
      var bytes: [UInt8] = []
      rows.appendRecord(at: index, to: &bytes)
      guard let record = try? JSONParser.parse(bytes), let other = InsightDetails(record),
        other.state != details.state
      else { continue }
      span =
        details.isStart
        ? span.lowerBound..<max(other.time, span.lowerBound + 60_000) : other.time..<span.upperBound
      if span.isEmpty { span = details.span }
    }
    return span
  }

  /// What was counted in each minute of a span; nil where no event of it is known.
  private func counts(
    of details: InsightDetails, in span: Range<Int64>
  ) throws -> (start: Int64, counts: [Int])? {
    let start = span.lowerBound / 60_000 * 60_000
    var counts = [Int](repeating: 0, count: Int((span.upperBound - start + 59_999) / 60_000))
    let isOfWrites = !details.isOfErrors && !details.isOfData
    let question =
      details.question("events", in: span) + " | where \(isOfWrites ? "write" : "not insight")"
      + " | count every 1m"
    guard case .table(let table) = try answer(question).content, table.rowCount > 0 else {
      return nil
    }
    for row in 0..<table.rowCount {
      guard case .time(let time) = table.cells[0][row] else { continue }
      let index = Int((time - start) / 60_000)
      if counts.indices.contains(index) { counts[index] = Int(table.cells[1][row].text) ?? 0 }
    }
    return (start, counts)
  }

  /// Answers a sentence that was put together, without showing it.
  private func answer(_ sentence: String) throws -> Answer {
    try QueryRunner(session: session).run(PlacedStatement(sentence))
  }
}
