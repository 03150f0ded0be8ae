import TrailEngine

@testable import TrailSession

/// Rows made by hand, and what a renderer makes of them.
enum Rendered {
  static func options(
    _ format: OutputFormat = .table, width: Int? = nil, isInteractive: Bool = false,
    usesColour: Bool = false, rowLimit: Int = 1000
  ) -> RenderingOptions {
    RenderingOptions(
      format: format,
      traits: OutputTraits(
        width: width, usesColour: usesColour, isInteractive: isInteractive),
      rowLimit: rowLimit)
  }

  static func table(
    _ columns: [TableColumn], _ rows: [[Cell]], canBeOpened: Bool = false
  ) -> AnswerRows {
    AnswerRows(
      columns: columns, rowCount: rows.count,
      cells: { range in
        CellBatch(columns.indices.map { column in range.map { rows[$0][column] } })
      },
      canBeOpened: canBeOpened)
  }

  static func answer(_ columns: [TableColumn], _ rows: [[Cell]]) -> Answer {
    let cells = columns.indices.map { column in rows.map { $0[column] } }
    return Answer(
      content: .table(TableRows(columns: columns, cells: cells, rowCount: rows.count)),
      plan: PlanReport(normalised: "events"))
  }

  static func text(
    _ renderer: any ResultRenderer, _ rows: AnswerRows
  ) throws -> (text: String, report: RenderingReport) {
    var bytes: [UInt8] = []
    let writer = DataWriter { bytes += $0 }
    let report = try renderer.render(rows, to: writer)
    try writer.flush()
    return (String(decoding: bytes, as: UTF8.self), report)
  }

  /// What most questions show: time, user, name, service, region, ip and result.
  static let eventColumns = [
    TableColumn(name: "time", kind: .time, field: "time"),
    TableColumn(name: "user", kind: .text, field: "user"),
    TableColumn(name: "name", kind: .text, field: "name"),
    TableColumn(name: "service", kind: .text, field: "service"),
    TableColumn(name: "region", kind: .text, field: "region"),
    TableColumn(name: "ip", kind: .text, field: "ip"),
    TableColumn(name: "result", kind: .text, field: "result"),
  ]

  static let events: [[Cell]] = [
    [
      .time(1_795_269_731_000), .text("bob"), .text("DeleteBucket"), .text("s3"),
      .text("us-east-1"),
      .text("203.0.113.7"), .text("BucketNotEmpty"),
    ],
    [
      .time(1_795_269_820_500), .text("deployment-role-session"), .text("GetObject"), .text("s3"),
      .text("eu-central-1"), .text("2001:db8:85a3::8a2e:370:7334"), .text("ok"),
    ],
    [.missing, .missing, .text("ListBuckets"), .text("s3"), .missing, .missing, .text("ok")],
  ]
}
