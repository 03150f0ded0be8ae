internal import TrailEngine
internal import TrailLanguage
internal import TrailText

/// What the store holds, path by path.
enum StoreStatistics {
  fileprivate struct Total {
    var events = 0
    var bytes = 0
    var layouts: Set<String> = []
  }

  /// A table of all paths, the largest first.
  static func answer(_ snapshot: StoreSnapshot) -> Answer {
    var totals: [PathID: Total] = [:]
    for segment in snapshot.segments {
      for column in segment.columns {
        totals[column.path, default: Total()].add(column)
      }
      for column in segment.identifierColumns {
        totals[column.path, default: Total()].add(column)
      }
    }
    let rows = totals.map { path, total in
      (
        name: spelled(snapshot.paths.keys(of: path)), total: total,
        distinct: snapshot.distinctValues(of: path)
      )
    }.sorted { ($1.total.bytes, $0.name) < ($0.total.bytes, $1.name) }
    let table = TableRows(
      columns: [
        TableColumn(name: "path", kind: .text), TableColumn(name: "values", kind: .number),
        TableColumn(name: "distinct", kind: .number), TableColumn(name: "encoding", kind: .text),
        TableColumn(name: "bytes", kind: .number),
      ],
      cells: [
        rows.map { .text($0.name) }, rows.map { .number(String($0.total.events)) },
        rows.map { .number(String($0.distinct)) },
        rows.map { .text($0.total.layouts.sorted().joined(separator: " ")) },
        rows.map { .number(String($0.total.bytes)) },
      ], rowCount: rows.count)
    var answer = Answer(content: .table(table), plan: PlanReport(normalised: "stats store"))
    let events = NumberText.counted(snapshot.rowCount, "event")
    let segments = NumberText.counted(snapshot.segments.count, "segment")
    answer.notes = [
      Note("\(events) in \(segments), \(NumberText.bytes(snapshot.byteCount)) in memory")
    ]
    return answer
  }

  private static func spelled(_ keys: [String]) -> String {
    keys.isEmpty
      ? "(no path)" : SyntaxPrinter.text(of: FieldSyntax(steps: keys, range: .at(0)))
  }
}

extension StoreStatistics.Total {
  /// Adds one segment's column.
  fileprivate mutating func add(_ column: Column) {
    events += column.entryCount
    bytes += column.byteCount
    let layout =
      switch column.layout {
      case .full: "full"
      case .bitmap: "bitmap"
      case .sparse: "sparse"
      }
    let width =
      switch column.codes.width {
      case .bits8: "8"
      case .bits16: "16"
      case .bits32: "32"
      }
    layouts.insert("\(layout)/\(width)\(column.postings == nil ? "" : "+postings")")
  }

  fileprivate mutating func add(_ column: IdentifierColumn) {
    events += column.entryCount
    bytes += column.byteCount
    layouts.insert("uuid")
  }
}
