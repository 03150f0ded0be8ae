internal import TrailEngine

/// Events one a line under headings of days, with the silences between them marked.
struct TimelineRenderer {
  var options: RenderingOptions

  /// A pause between two events of one day that is worth a line of its own.
  private static let silenceMilliseconds: Int64 = 30 * 60_000
  private static let indentation = 2

  func render(_ events: EventRows, to writer: DataWriter) throws -> RenderingReport {
    let rows = AnswerRows(
      columns: EventColumns.timeline.map(EventColumns.description), rowCount: events.count,
      cells: {
        CellBatch(EventColumns.cells(of: EventColumns.timeline, events: events, range: $0))
      },
      canBeOpened: true)
    return try render(rows, to: writer)
  }

  /// Rows whose first column is the time.
  func render(_ rows: AnswerRows, to writer: DataWriter) throws -> RenderingReport {
    let limit = options.traits.isInteractive ? options.rowLimit : rows.rowCount
    let shown = min(rows.rowCount, limit)
    guard shown > 0 else { return RenderingReport() }
    let layout = layOut(rows, shown: shown)
    var previous: Int64?
    var currentDay: Int64?
    var isFirst = true
    try rows.forEachRow(in: 0..<shown) { index, cells in
      let time: Int64? = if case .time(let time) = cells[0] { time } else { nil }
      let day = time.map(ReadableTime.dayNumber)
      if isFirst || day != currentDay {
        if !isFirst { writer.endLine() }
        writeDayHeading(time, previousDay: currentDay, to: writer)
      } else if let time, let previous, time - previous >= Self.silenceMilliseconds {
        let silence = "\(ReadableDuration.readable(time - previous)) later"
        writer.append("  " + options.palette.paint("⋮ \(silence)", as: .faint) + "\n")
      }
      writeEvent(index, cells, time: time, rows: rows, layout: layout, to: writer)
      isFirst = false
      previous = time
      currentDay = day
      try writer.flushIfLarge()
    }
    return RenderingReport(hiddenRows: rows.rowCount - shown)
  }

  private func writeDayHeading(_ time: Int64?, previousDay: Int64?, to writer: DataWriter) {
    guard let time else {
      return writer.append(options.palette.paint("without a time", as: .heading) + "\n")
    }
    var heading = options.palette.paint(
      "\(ReadableTime.date(time)) \(ReadableTime.weekday(time))", as: .heading)
    if let previousDay {
      let days = ReadableTime.dayNumber(time) - previousDay
      if days > 1 {
        heading += options.palette.paint(
          " · \(NumberText.grouped(Int(days))) days later", as: .faint)
      } else if days < 0 {
        heading += options.palette.paint(" · back in time", as: .faint)
      }
    }
    writer.append(heading + "\n")
  }

  private func writeEvent(
    _ index: Int, _ cells: [Cell], time: Int64?, rows: AnswerRows, layout: TableLayout,
    to writer: DataWriter
  ) {
    var line = LineBuilder(palette: options.palette)
    let clock = time.map(ReadableTime.timeOfDay) ?? CellText.missing
    line.add(clock, width: 8, as: .time)
    for column in layout.columns {
      let description = rows.columns[column.index]
      let text = TerminalText.sanitised(
        CellText.readable(cells[column.index], kind: description.kind))
      let isMissing = cells[column.index] == .missing
      line.add(
        isMissing
          ? "" : options.traits.width == nil ? text : TerminalText.cut(text, to: column.width),
        width: column.width, as: CellMeaning.of(cells[column.index], in: description))
    }
    writer.append(String(repeating: " ", count: Self.indentation))
    writer.append(line.text)
    writer.endLine()
  }

  /// The layout of the columns after the time.
  private func layOut(_ rows: AnswerRows, shown: Int) -> TableLayout {
    let sample = rows.cells(0..<min(shown, OutputLimits.rowsPerBatch))
    let widths = zip(rows.columns, sample.columns).enumerated().map { index, column in
      index == 0
        ? 0
        : column.1.reduce(1) { widest, cell in
          let text = TerminalText.sanitised(CellText.readable(cell, kind: column.0.kind))
          return max(widest, TerminalText.width(text))
        }
    }
    let timeWidth = 8
    var layout = TableLayout(
      columns: Array(rows.columns.dropFirst()), naturalWidths: Array(widths.dropFirst()),
      reserved: Self.indentation + timeWidth + TableLayout.gap, available: options.traits.width)
    layout.columns = layout.columns.map { .init(index: $0.index + 1, width: $0.width) }
    layout.hidden = layout.hidden.map { $0 + 1 }
    return layout
  }
}
