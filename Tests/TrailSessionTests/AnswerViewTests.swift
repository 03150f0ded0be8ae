import Testing
import TrailEngine

@testable import TrailSession

/// Timelines, facets, plans, and what is said below an answer.
@Suite struct AnswerViewTests {
  private let hour: Int64 = 3_600_000
  private let start: Int64 = 1_795_269_731_000

  @Test func aTimelineMarksDaysAndSilences() throws {
    let columns = [
      TableColumn(name: "time", kind: .time), TableColumn(name: "user", kind: .text, field: "user"),
      TableColumn(name: "name", kind: .text, field: "name"),
    ]
    let rows = Rendered.table(
      columns,
      [
        [.time(start), .text("bob"), .text("CreateBucket")],
        [.time(start + 5000), .text("root"), .text("PutObject")],
        [.time(start + 3 * hour + 12 * 60_000), .missing, .text("GetObject")],
        [.time(start + 72 * hour), .text("bob"), .text("DeleteBucket")],
        [.missing, .text("bob"), .text("Odd")],
      ])
    var bytes: [UInt8] = []
    let writer = DataWriter { bytes += $0 }
    _ = try TimelineRenderer(options: Rendered.options()).render(rows, to: writer)
    try writer.flush()
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        2026-11-21 Saturday
          14:02:11  bob   CreateBucket
          14:02:16  root  PutObject
          ⋮ 3 h 11 min later
          17:14:11        GetObject

        2026-11-24 Tuesday · 3 days later
          14:02:11  bob   DeleteBucket

        without a time
          –         bob   Odd

        """)
  }

  @Test func facetsAreBlocks() throws {
    let facets = [
      Facet(
        field: "name", distinctValues: 541,
        values: [(.text("GetObject"), 12_040), (.text("DeleteBucket"), 3)]),
      Facet(field: "mfa", distinctValues: 1, values: [(.missing, 7)]),
    ]
    var bytes: [UInt8] = []
    let writer = DataWriter { bytes += $0 }
    _ = try FacetsRenderer(options: Rendered.options()).render(facets, to: writer)
    try writer.flush()
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        name · 541 values
          12,040  GetObject
               3  DeleteBucket
          … 539 more

        mfa · 1 value
          7  –

        """)
  }

  @Test func aPlanIsATreeWithItsRows() throws {
    let plan = PlanReport(
      normalised: "events where denied | count by user",
      spelledOut: [("denied", "error in (\"*AccessDenied*\")")],
      root: PlanNode(
        title: "count by user", estimatedRows: 10, actualRows: 4,
        children: [
          PlanNode(
            title: "and", estimatedRows: 1200, actualRows: 1198,
            children: [
              PlanNode(title: "denied", access: "posting list", actualRows: 2000),
              PlanNode(title: "since 1h", access: "time range"),
            ])
        ]))
    var bytes: [UInt8] = []
    try ExplainRenderer(options: Rendered.options()).render(plan, to: DataWriter { bytes += $0 })
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        events where denied | count by user

        denied = error in ("*AccessDenied*")

        PLAN           FOUND BY      ESTIMATED  ACTUAL
        count by user                       10       4
        └ and                            1,200   1,198
          ├ denied     posting list              2,000
          └ since 1h   time range

        """)
  }

  @Test func anEmptyAnswerExplainsItselfInOneLine() {
    var answer = Rendered.answer([TableColumn(name: "user", kind: .text)], [])
    answer.notes = [
      Note(
        "No event is called DeleteTrial; DeleteTrail has 3",
        suggestion: "events where name=DeleteTrail"),
      Note("the newest event is 2026-11-21 15:10:00"),
    ]
    #expect(
      AnswerFooter.lines(answer, report: RenderingReport(), format: .ndjson, showsTime: false) == [
        "0 rows. No event is called DeleteTrial; DeleteTrail has 3\n  try: events where name=DeleteTrail",
        "the newest event is 2026-11-21 15:10:00",
      ])
  }

  @Test func theFooterCountsAndTimes() {
    var answer = Rendered.answer([TableColumn(name: "user", kind: .text)], [[.text("bob")]])
    answer.metrics.elapsedNanoseconds = 640_000
    let report = RenderingReport()
    #expect(
      AnswerFooter.lines(answer, report: report, format: .table, showsTime: true) == [
        "1 row · 0.6 ms"
      ])
    #expect(
      AnswerFooter.lines(answer, report: report, format: .table, showsTime: false) == ["1 row"])
    #expect(AnswerFooter.lines(answer, report: report, format: .ndjson, showsTime: false) == [])
  }

  @Test(arguments: [
    ("events since 2026-11-21T14:04 | new user", "1 new value"),
    ("events since 2026-11-21T14:04 | rare name baseline 13d", "2 rare values"),
    ("events | rare user", "2 rare values"),
    ("events where delete | burst 2 in 2h by user", "1 burst"),
    ("events where delete | burst 2 in 2h by user | sort user | select user", "1 burst"),
    ("events where delete | burst 2 in 2h by user; last | limit 1", "1 burst"),
    ("events where delete | burst 2 in 2h by user | count by user", "1 row"),
    ("events where name=Nothing | burst 2 in 2h", "0 bursts. "),
    ("events | gaps over 3h", "1 gap"),
    ("events | gaps over 1h", "2 gaps"),
    ("events where name=DeleteBucket then name=GetObject within 2h", "2 matches of 4 events"),
    (
      "events where name=DeleteBucket then name=GetObject within 2h | select time, user",
      "2 matches"
    ),
    ("events where name=DeleteBucket then name=GetObject within 2h | count by user", "1 row"),
    ("events | select user", "4 events"),
  ])
  func theFooterSaysWhatRowsAre(question: String, footer: String) throws {
    let test = try TestSession()
    test.run(question)
    let lines = test.messages.split(separator: "\n")
    #expect(
      lines.contains { footer.hasSuffix(" ") ? $0.hasPrefix(footer) : $0 == footer },
      "\(test.messages)")
  }

  @Test(
    arguments: [
      (640_000, "0.6 ms"), (9_960_000, "10.0 ms"), (48_400_000, "48 ms"), (6_120_000_000, "6.1 s"),
      (125_000_000_000, "2 min 5 s"),
    ] as [(UInt64, String)])
  func elapsedTimeIsReadable(nanoseconds: UInt64, text: String) {
    #expect(NumberText.elapsed(nanoseconds: nanoseconds) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func numbersAreGrouped(number: Int, text: String) {
    #expect(NumberText.grouped(number) == text)
  }
}
