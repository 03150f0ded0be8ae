internal import TrailEngine
internal import TrailRecord

/// Matches of a sequence for people: the events of each together, under the match's number.
struct MatchRenderer {
  var options: RenderingOptions

  func render(_ matches: MatchRows, to writer: DataWriter) throws -> RenderingReport {
    let shown = shownMatches(of: matches)
    let events = EventRows(
      snapshot: matches.snapshot, references: Array(matches.events.prefix(shown * matches.width)))
    let width = matches.width
    let rows = AnswerRows(
      columns: [TableColumn(name: "match", kind: .number)]
        + EventColumns.standard.map(EventColumns.description),
      rowCount: events.count
    ) { range in
      let numbers = range.map { index -> Cell in
        index % width == 0 ? .number(String(index / width + 1)) : .text("")
      }
      return CellBatch(
        [numbers] + EventColumns.cells(of: EventColumns.standard, events: events, range: range))
    }
    var unlimited = options
    unlimited.rowLimit = max(1, rows.rowCount)
    var report = try TableRenderer(options: unlimited).render(rows, to: writer)
    report.hiddenRows = matches.count - shown
    return report
  }

  /// Each match as a timeline of its own.
  func renderTimelines(_ matches: MatchRows, to writer: DataWriter) throws -> RenderingReport {
    let shown = shownMatches(of: matches)
    for match in 0..<shown {
      if match > 0 { writer.endLine() }
      let events = EventRows(
        snapshot: matches.snapshot, references: Array(matches.events(of: match)))
      let span = ReadableDuration.readable(matches.span(of: match))
      let count = NumberText.counted(events.count, "event")
      writer.append(
        options.palette.paint("match \(match + 1) · \(count) in \(span)", as: .faint) + "\n")
      _ = try TimelineRenderer(options: options).render(events, to: writer)
      try writer.flushIfLarge()
    }
    return RenderingReport(hiddenRows: matches.count - shown)
  }

  private func shownMatches(of matches: MatchRows) -> Int {
    guard options.traits.isInteractive, matches.width > 0 else { return matches.count }
    return min(matches.count, max(1, options.rowLimit / matches.width))
  }
}

extension MatchRows {
  /// The time from a match's first event to its last, in milliseconds.
  func span(of match: Int) -> Int64 {
    guard let first = events(of: match).first, let last = events(of: match).last else { return 0 }
    return snapshot.time(last) - snapshot.time(first)
  }

  /// What the events of a match have in common, by the names of the first step's fields.
  private var keyColumns: [TableColumn] {
    sequence.keys.compactMap { fields in
      fields.first.map { TableColumn(name: $0.name, kind: .text, field: $0.name) }
    }
  }

  private func keyCells(of match: Int, _ readers: [FieldReader]) -> [Cell] {
    guard let first = events(of: match).first else { return readers.map { _ in .missing } }
    return readers.map { $0.cell(first) }
  }

  private var keyReaders: [FieldReader] {
    sequence.keys.compactMap { $0.first.map { FieldReader($0, in: snapshot) } }
  }

  /// One row a match: its edges, what its events have in common, and their names.
  var rows: AnswerRows {
    let columns =
      [
        TableColumn(name: "start", kind: .time, field: "time"),
        TableColumn(name: "end", kind: .time, field: "time"),
      ] + keyColumns + [
        TableColumn(name: "names", kind: .list), TableColumn(name: "ids", kind: .list),
      ]
    let readers = keyReaders
    return AnswerRows(
      columns: columns, rowCount: count,
      cells: { range in
        var cells = [[Cell]](repeating: [], count: columns.count)
        for match in range {
          let events = EventRows(snapshot: snapshot, references: Array(self.events(of: match)))
          let shown = EventColumns.cells(
            of: ["time", "name", "id"], events: events, range: 0..<events.count)
          let row =
            [shown[0].first ?? .missing, shown[0].last ?? .missing]
            + keyCells(of: match, readers) + [.list(shown[1]), .list(shown[2])]
          for (column, cell) in row.enumerated() { cells[column].append(cell) }
        }
        return CellBatch(cells)
      },
      appendRecord: { appendJSON($0, readers, to: &$1) }, canBeOpened: true)
  }

  /// `{"start":…,"end":…,"user":…,"events":[…]}` with the records as they came.
  private func appendJSON(_ match: Int, _ readers: [FieldReader], to bytes: inout [UInt8]) {
    let rows = EventRows(snapshot: snapshot, references: Array(events(of: match)))
    guard let first = rows.references.first, let last = rows.references.last else { return }
    bytes.append(contentsOf: "{\"start\":".utf8)
    CellText.appendJSON(.time(snapshot.time(first)), to: &bytes)
    bytes.append(contentsOf: ",\"end\":".utf8)
    CellText.appendJSON(.time(snapshot.time(last)), to: &bytes)
    for (column, cell) in zip(keyColumns, keyCells(of: match, readers)) {
      bytes.append(UInt8(ascii: ","))
      JSONText.appendString(column.name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      CellText.appendJSON(cell, to: &bytes)
    }
    bytes.append(contentsOf: ",\"events\":[".utf8)
    for index in 0..<rows.count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      rows.appendRecord(at: index, to: &bytes)
    }
    bytes.append(contentsOf: "]}".utf8)
  }
}
