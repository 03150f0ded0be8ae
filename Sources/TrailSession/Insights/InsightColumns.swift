internal import TrailEngine

/// The columns in which Insights events are shown.
enum InsightColumns {
  private static let names: [(name: String, kind: TableColumn.Kind, field: String?)] = [
    ("time", .time, "time"), ("state", .text, nil), ("name", .text, "name"),
    ("service", .text, "service"), ("error", .text, "error"), ("rate", .number, nil),
    ("baseline", .number, nil), ("change", .text, nil), ("duration", .duration, nil),
    ("region", .text, "region"),
  ]

  /// Rows of Insights events; nil where there are none, or others are among the first.
  static func rows(_ events: EventRows) -> AnswerRows? {
    guard areInsights(events) else { return nil }
    return AnswerRows(
      columns: names.map { TableColumn(name: $0.name, kind: $0.kind, field: $0.field) },
      rowCount: events.count, cells: { CellBatch(cells(events, $0)) },
      appendRecord: { events.appendRecord(at: $0, to: &$1) }, canBeOpened: true)
  }

  /// As many events are looked at as a table lays its columns out by.
  private static func areInsights(_ events: EventRows) -> Bool {
    guard events.count > 0 else { return false }
    // Nearly always the first one tells.
    return [0..<1, 0..<min(events.count, OutputLimits.rowsPerBatch)].allSatisfy { range in
      EventColumns.cells(of: ["category"], events: events, range: range)[0]
        .allSatisfy { $0 == .text(InsightDetails.category) }
    }
  }

  private static func cells(_ events: EventRows, _ range: Range<Int>) -> [[Cell]] {
    let known = EventColumns.cells(
      of: ["time", "name", "service", "error", "region"], events: events, range: range)
    func details(_ path: String) -> [Cell] {
      let keys = ["insightDetails"] + path.split(separator: ".").map(String.init)
      let reader = FieldReader(BoundField(path: [keys], name: path), in: events.snapshot)
      return events.references[range].map { reader.cell($0) }
    }
    let rates = details("insightContext.statistics.insight.average")
    let baselines = details("insightContext.statistics.baseline.average")
    let changes = zip(rates, baselines).map { rate, baseline -> Cell in
      InsightText.change(from: baseline.text, to: rate.text).map { .text($0) } ?? .missing
    }
    let durations = details("insightContext.statistics.insightDuration").map { cell -> Cell in
      Int64(cell.text).map { .number(String($0 * 60_000)) } ?? .missing
    }
    return [
      known[0], details("state"), known[1], known[2], known[3], rates, baselines, changes,
      durations, known[4],
    ]
  }
}
