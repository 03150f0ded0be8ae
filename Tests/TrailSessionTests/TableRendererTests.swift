import Testing
import TrailEngine
import TrailText

@testable import TrailSession

@Suite struct TableRendererTests {
  private func table(
    width: Int? = nil, isInteractive: Bool = false, usesColour: Bool = false, rowLimit: Int = 1000
  ) throws -> (text: String, report: RenderingReport) {
    let options = Rendered.options(
      width: width, isInteractive: isInteractive, usesColour: usesColour, rowLimit: rowLimit)
    let rows = Rendered.table(Rendered.eventColumns, Rendered.events, canBeOpened: true)
    return try Rendered.text(TableRenderer(options: options), rows)
  }

  @Test func aPipeGetsEverythingUncut() throws {
    let expected = """
      TIME                     USER                     NAME          SERVICE  REGION        \
      IP                            RESULT
      2026-11-21 14:02:11      bob                      DeleteBucket  s3       us-east-1     \
      203.0.113.7                   BucketNotEmpty
      2026-11-21 14:03:40.500  deployment-role-session  GetObject     s3       eu-central-1  \
      2001:db8:85a3::8a2e:370:7334  ok
      –                        –                        ListBuckets   s3       –             \
      –                             ok

      """
    #expect(try table().text == expected)
  }

  @Test(arguments: [40, 60, 80, 100, 120, 200])
  func noLineIsWiderThanTheScreenOrEndsInASpace(width: Int) throws {
    let (text, _) = try table(width: width, isInteractive: true)
    for line in text.split(separator: "\n") {
      #expect(DisplayWidth.of(line) <= width, "\(line)")
      #expect(!line.hasSuffix(" "))
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let (text, report) = try table(width: 60)
    #expect(report.hiddenColumns == ["service", "region"])
    #expect(text.hasPrefix("TIME"))
    #expect(text.contains("2026-11-21 14:02:11"))
  }

  @Test func rowsAreNumberedWhereAPersonCanOpenThem() throws {
    let (text, _) = try table(isInteractive: true)
    let starts = text.split(separator: "\n").map { $0.prefix(3) }
    #expect(starts == ["#  ", "1  ", "2  ", "3  "])
  }

  @Test func aScreenShowsNoMoreRowsThanTheSettingSays() throws {
    let (text, report) = try table(isInteractive: true, rowLimit: 2)
    #expect(text.split(separator: "\n").count == 3)
    #expect(report.hiddenRows == 1)
  }

  @Test func aPipeGetsAllRows() throws {
    #expect(try table(rowLimit: 2).report.hiddenRows == 0)
  }

  @Test func numbersStandToTheRight() throws {
    let rows = Rendered.table(
      [TableColumn(name: "user", kind: .text), TableColumn(name: "count", kind: .number)],
      [[.text("bob"), .number("1204")], [.text("a"), .number("7")], [.missing, .number("12")]])
    let (text, _) = try Rendered.text(TableRenderer(options: Rendered.options()), rows)
    #expect(
      text == """
        USER  COUNT
        bob    1204
        a         7
        –        12

        """)
  }

  @Test func wideCharactersTakeTwoColumns() throws {
    let rows = Rendered.table(
      [TableColumn(name: "user", kind: .text), TableColumn(name: "ip", kind: .text)],
      [[.text("山田太郎"), .text("x")], [.text("bob"), .text("y")]])
    let (text, _) = try Rendered.text(TableRenderer(options: Rendered.options()), rows)
    #expect(text == "USER      IP\n山田太郎  x\nbob       y\n")
  }

  @Test func nothingInAValueSteersTheTerminal() throws {
    let rows = Rendered.table(
      [TableColumn(name: "agent", kind: .text)],
      [[.text("a\u{1b}[2Jb\nc\u{9b}31m\u{202e}d\u{7f}\t\r")]])
    let (text, _) = try Rendered.text(TableRenderer(options: Rendered.options()), rows)
    #expect(text == "AGENT\na\\u{1b}[2Jb\\nc\\u{9b}31m\\u{202e}d\\u{7f}\\t\\r\n")
  }

  @Test func coloursTellWhatThingsMean() throws {
    let (text, _) = try table(usesColour: true)
    #expect(text.contains("\u{1b}[31mBucketNotEmpty\u{1b}[0m"))
    #expect(text.contains("\u{1b}[1;31mDeleteBucket\u{1b}[0m"))
    #expect(text.contains("\u{1b}[2;32mok\u{1b}[0m"))
  }

  @Test func noRowsMakeNoTable() throws {
    let rows = Rendered.table(Rendered.eventColumns, [])
    #expect(try Rendered.text(TableRenderer(options: Rendered.options()), rows).text == "")
  }

  @Test func longTextBreaksAtSpacesWhereItCan() {
    #expect(TerminalText.pieces("one two three four", columns: 9) == ["one two", "three", "four"])
    #expect(TerminalText.pieces("abcdefghij", columns: 4) == ["abcd", "efgh", "ij"])
    #expect(TerminalText.pieces("山田太郎", columns: 5) == ["山田", "太郎"])
    #expect(TerminalText.pieces("", columns: 5) == [""])
  }

  @Test func arnsKeepTheirEnds() {
    let arn = "arn:aws:iam::123456789012:role/service-role/very-long-role-name"
    #expect(TerminalText.cut(arn, to: 30) == "arn:aws:ia…very-long-role-name")
    #expect(TerminalText.cut("Boto3/1.34 md/Botocore#1.34", to: 12) == "Boto3/1.34 …")
    #expect(TerminalText.cut("山田太郎", to: 5) == "山田…")
    #expect(TerminalText.cut("abc", to: 1) == "…")
  }
}
