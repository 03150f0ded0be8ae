import Testing
import TrailEngine

@testable import TrailSession

/// The formats that programs read, and those for documents.
@Suite struct FormatTests {
  private let columns = [
    TableColumn(name: "user", kind: .text), TableColumn(name: "count", kind: .number),
    TableColumn(name: "first", kind: .time), TableColumn(name: "mfa", kind: .flag),
    TableColumn(name: "values_name", kind: .list),
  ]
  private let rows: [[Cell]] = [
    [
      .text("a \"quoted\", \\ name"), .number("243.0"), .time(1_795_269_731_000), .flag(true),
      .list([.text("x"), .number("1e3")]),
    ],
    [
      .text("two\nlines\tand | bars\r"), .number("12345678901234567890"), .missing, .missing,
      .list([]),
    ],
  ]

  private func text(_ renderer: any ResultRenderer) throws -> String {
    try Rendered.text(renderer, Rendered.table(columns, rows)).text
  }

  @Test func jsonLinesKeepNumbersExact() throws {
    #expect(
      try text(JSONRenderer(style: .lines)) == #"""
        {"user":"a \"quoted\", \\ name","count":243.0,"first":"2026-11-21T14:02:11Z","mfa":true,"values_name":["x",1e3]}
        {"user":"two\nlines\tand | bars\r","count":12345678901234567890,"first":null,"mfa":null,"values_name":[]}

        """#)
  }

  @Test func jsonIsOneArray() throws {
    let text = try text(JSONRenderer(style: .array))
    #expect(text.hasPrefix("[\n{\"user\""))
    #expect(text.hasSuffix("}\n]\n"))
    let empty = Rendered.table(columns, [])
    #expect(try Rendered.text(JSONRenderer(style: .array), empty).text == "[]\n")
    #expect(try Rendered.text(JSONRenderer(style: .lines), empty).text == "")
  }

  @Test func csvQuotesWhatNeedsIt() throws {
    #expect(
      try text(SeparatedValuesRenderer(style: .commas)) == """
        user,count,first,mfa,values_name
        "a ""quoted"", \\ name",243.0,2026-11-21T14:02:11Z,true,"[""x"",1e3]"
        "two
        lines\tand | bars\r",12345678901234567890,,,[]

        """)
  }

  @Test func tsvEscapesItsOwnMarks() throws {
    #expect(
      try text(SeparatedValuesRenderer(style: .tabs)) == #"""
        user	count	first	mfa	values_name
        a "quoted", \\ name	243.0	2026-11-21T14:02:11Z	true	["x",1e3]
        two\nlines\tand | bars\r	12345678901234567890			[]

        """#)
  }

  @Test func markdownEscapesBars() throws {
    #expect(
      try text(MarkdownRenderer()) == #"""
        | user | count | first | mfa | values\_name |
        | --- | ---: | --- | --- | --- |
        | a "quoted", \\ name | 243.0 | 2026-11-21 14:02:11 | true | x, 1e3 |
        | two\\nlines\\tand \| bars\\r | 12345678901234567890 |  |  |  |

        """#)
  }

  @Test func linesPutOneFieldOnALine() throws {
    #expect(
      try text(LinesRenderer(options: Rendered.options(.lines))) == #"""
        user         a "quoted", \ name
        count        243.0
        first        2026-11-21 14:02:11
        mfa          true
        values_name  x, 1e3

        user         two\nlines\tand | bars\r
        count        12345678901234567890
        first        –
        mfa          –
        values_name

        """#)
  }

  @Test(arguments: [
    ("a.csv", OutputFormat.csv), ("b.JSON", .json), ("c.ndjson", .ndjson), ("d.jsonl", .ndjson),
    ("e.tsv", .tsv), ("f.md", .markdown), ("g.txt", .lines),
  ])
  func fileNamesTellTheFormat(name: String, format: OutputFormat) {
    #expect(OutputFormat(fileName: name) == format)
  }

  @Test func otherFileNamesTellNothing() {
    #expect(OutputFormat(fileName: "answer") == nil)
    #expect(OutputFormat(fileName: "answer.xls") == nil)
  }

  @Test func largeAnswersGoOutInLargePieces() throws {
    var pieces: [Int] = []
    let writer = DataWriter { pieces.append($0.count) }
    let many = AnswerRows(
      columns: [TableColumn(name: "n", kind: .number)], rowCount: 100_000,
      cells: { range in CellBatch([range.map { .number(String($0)) }]) })
    _ = try JSONRenderer(style: .lines).render(many, to: writer)
    try writer.flush()
    #expect(pieces.dropLast().allSatisfy { $0 >= 64 * 1024 })
    // `{"n":` and `}` and the line's end round each number.
    let digits = (0..<100_000).map { number in String(number).utf8.count }.reduce(0, +)
    #expect(pieces.reduce(0, +) == digits + 7 * 100_000)
  }
}
