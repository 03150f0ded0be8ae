internal import TrailEngine

/// Writes the rows of an answer in one format.
protocol ResultRenderer {
  /// Writes all rows; what the reader ought to be told about them is in the result.
  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport
}

/// What a renderer left out, for the line below the answer.
struct RenderingReport: Hashable {
  /// Rows that are in the answer and were not written.
  var hiddenRows = 0
  /// Columns that did not fit the width, as written.
  var hiddenColumns: [String] = []
}

/// How answers are to be rendered: a format, and the reader's end.
struct RenderingOptions {
  var format: OutputFormat
  var traits: OutputTraits
  /// Rows that a table on a screen shows at most.
  var rowLimit: Int

  var palette: Palette { Palette(usesColour: traits.usesColour) }
}

/// Chooses the renderer for an answer.
enum AnswerRendering {
  /// Writes an answer as its shape and the format ask for, and reports what was left out.
  static func render(
    _ answer: Answer, options: RenderingOptions, to writer: DataWriter
  ) throws -> RenderingReport {
    defer { writer.bytes.removeAll(keepingCapacity: true) }
    let report: RenderingReport
    switch (answer.content, options.format) {
    case (.timeline(let events), .table):
      report = try TimelineRenderer(options: options).render(events, to: writer)
    case (.matches(let matches), .table):
      report = try MatchRenderer(options: options).render(matches, to: writer)
    case (.matchTimeline(let matches), .table):
      report = try MatchRenderer(options: options).renderTimelines(matches, to: writer)
    case (.chain(let chain), .table):
      report = try ChainRenderer(options: options).render(chain, to: writer)
    case (.chart(let table), .table):
      report = try ChartRenderer(options: options).render(table, to: writer)
    case (.facets(let facets), .table):
      report = try FacetsRenderer(options: options).render(facets, to: writer)
    default:
      let rows = AnswerRows(answer, showsRecords: options.format.showsRecords)
      report = try renderer(for: options).render(rows, to: writer)
    }
    try writer.flush()
    return report
  }

  private static func renderer(for options: RenderingOptions) -> any ResultRenderer {
    switch options.format {
    case .table: TableRenderer(options: options)
    case .json: JSONRenderer(style: .array)
    case .ndjson: JSONRenderer(style: .lines)
    case .csv: SeparatedValuesRenderer(style: .commas)
    case .tsv: SeparatedValuesRenderer(style: .tabs)
    case .markdown: MarkdownRenderer()
    case .lines: LinesRenderer(options: options)
    }
  }
}
