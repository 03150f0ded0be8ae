import TrailCloud
import TrailEngine
import TrailRecord
import TrailText
import Testing

@testable import TrailSession

/// A world of its own from its usual beginning on.
private struct InsightDesk {
  let session = Session()
  let output: CollectedOutput

  init(traits: OutputTraits = OutputTraits()) { output = CollectedOutput(traits: traits) }

  /// Runs statements, and gives back the codes of those that failed.
  @discardableResult func run(_ text: String) -> [DiagnosticCode] {
    text.split(separator: ";").flatMap { statement in
      session.run(PlacedStatement(String(statement)), to: output).codes
    }
  }
}

@Suite struct InsightCommandTests {
  private static let scene = "define bucket logs; define trail main to s3://logs"
  private static let burst =
    scene
    + "; enable insights on main; advance 8d; simulate s3:CreateBucket bucketName=bucket-{n} x 40; advance 30m"

  /// §9.1: what the words put, and that one puts beside the other.
  @Test(
    arguments: [
      (
        "enable insights on main",
        #"[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]"#
      ),
      ("enable insights on main rate", #"[{"InsightType":"ApiCallRateInsight"}]"#),
      (
        "enable insights on main errors; enable insights on main rate for management",
        #"[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]"#
      ),
      (
        "select main data s3 all; enable insights on main rate for data; enable insights on main rate",
        #"[{"InsightType":"ApiCallRateInsight","EventCategories":["Management","Data"]}]"#
      ),
      (
        "select main data s3 all; enable insights on main for management and data; disable insights on main rate for management",
        #"[{"InsightType":"ApiCallRateInsight","EventCategories":["Data"]},{"InsightType":"ApiErrorRateInsight","EventCategories":["Management","Data"]}]"#
      ),
      (
        "enable insights on main; disable insights on main errors",
        #"[{"InsightType":"ApiCallRateInsight"}]"#
      ),
      ("enable insights on main; disable insights on main", "[]"),
    ])
  func wordsPutSelectors(line: String, selectors: String) throws {
    let test = InsightDesk()
    #expect(test.run(Self.scene + "; " + line).isEmpty)
    let trail = try #require(test.session.cloudIfBegun?.trails.all.first)
    let json = JSONValue.array(trail.insightSelectors.map(\.json))
    #expect(String(decoding: JSONWriter.bytes(json), as: UTF8.self) == selectors)
  }

  /// What AWS refuses, and what cannot be read.
  @Test(
    arguments: [
      ("enable insights on main for data", "InvalidInsightSelectorsException"),
      (
        "select main management read; enable insights on main rate",
        "InvalidInsightSelectorsException"
      ),
      ("enable insights main", "usage"), ("enable insights", "usage"),
      ("enable insights on main rats", "usage"), ("enable insights on main for network", "usage"),
      ("enable insights on nosuch", "TrailNotFoundException"),
    ])
  func refusalsAreSaid(line: String, code: String) {
    let test = InsightDesk()
    #expect(test.run(Self.scene + "; " + line) == [DiagnosticCode(rawValue: code)])
  }

  /// `insights where name=…` works on what the record says inside.
  @Test func insightsAreAskedForByTheirApi() {
    let test = InsightDesk()
    #expect(test.run(Self.burst).isEmpty)
    for (question, count) in [
      ("insights", 2), ("insights where name=CreateBucket", 2), ("insights where service=s3", 2),
      ("insights where name=DeleteBucket", 0), ("insights where insightDetails.state=Start", 1),
      ("insights where error exists", 0), ("events where insight and region=us-east-1", 2),
      ("events where failed and insight", 0),
    ] {
      test.run(question)
      #expect(test.session.lastAnswer?.rowCount == count, "\(question)")
    }
  }

  /// What was found is listed with its rates, and opened with its minutes.
  @Test func insightsAreListedAndOpened() {
    let test = InsightDesk(traits: OutputTraits(width: 80, isInteractive: true))
    test.run(Self.burst)
    test.output.clear()
    test.run("insights")
    let lines = test.output.data.split(separator: "\n")
    #expect(lines.first?.contains("STATE") == true && lines.first?.contains("BASELINE") == true)
    #expect(lines.count == 3 && lines[1].contains("Start") && lines[2].contains("End"))
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= 80 })
    test.output.clear()
    test.run("open 1")
    let page = test.output.data
    #expect(page.contains("API call rate of s3 CreateBucket"))
    #expect(page.contains("40 calls a minute") && page.contains("█") && page.contains("━"))
    #expect(page.contains("user/admin"))
    #expect(
      page.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= 80 }, "\(page)")
    #expect(!page.contains("\u{1b}"))
  }

  /// Without UTF-8 the plot is ASCII.
  @Test func plotsArePlainWhereTheTerminalAsks() {
    let test = InsightDesk(traits: OutputTraits(width: 60, usesUnicode: false))
    test.run(Self.burst)
    test.run("insights; open 1")
    let plot = test.output.data.split(separator: "\n").filter {
      $0.contains("|") || $0.contains("=")
    }
    #expect(plot.contains { $0.contains("#") })
    #expect(!test.output.data.contains("█") && !test.output.data.contains("━"))
  }

  /// Programs get the record as it is.
  @Test func jsonIsTheRecord() {
    let test = InsightDesk()
    test.run(Self.burst + "; output ndjson")
    test.output.clear()
    test.run("insights; open 1")
    let lines = test.output.data.split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == lines[2])
    #expect(lines[0].hasPrefix(#"{"eventVersion":"1.09","eventTime":"2026-01-13T09:00:00Z""#))
  }

  /// An empty answer says why.
  @Test(
    arguments: [
      ("insights", "enable insights on main"),
      ("enable insights on main; insights", "reported from 2026-01-06 21:00:00"),
    ])
  func emptyAnswersSayWhy(line: String, note: String) {
    let test = InsightDesk()
    test.run(Self.scene + "; " + line)
    #expect(test.output.messages.contains(note), "\(test.output.messages)")
  }

  /// What happened by itself is told when the clock moves.
  @Test func advancingTellsOfInsights() {
    let test = InsightDesk()
    test.run(Self.burst)
    #expect(test.output.messages.contains("Insight: s3 CreateBucket went up to 40 a minute"))
  }

  @Test(
    arguments: [
      ("0.0000882145", "0.0000882"), ("1234.5678", "1,235"), ("0.6", "0.6"), ("40", "40"),
      ("12345", "12,345"), ("0", "0"), ("2.0833333333", "2.08"), ("0.9999", "1"), ("x", "x"),
    ])
  func ratesAreReadable(spelling: String, text: String) {
    #expect(InsightText.rate(spelling) == text)
  }

  @Test(
    arguments: [
      ("0", "5", "new"), ("20", "0", "down to 0"), ("20", "100", "×5"), ("20", "5", "×0.25"),
      ("0.0002", "40", "×200,000"),
    ])
  func changesAreReadable(baseline: String, rate: String, text: String) {
    #expect(InsightText.change(from: baseline, to: rate) == text)
  }

  /// Bars fit the width whatever the number of minutes.
  @Test(arguments: [(5, 20), (30, 40), (300, 60), (1500, 80), (31, 120)])
  func plotsFitTheWidth(minutes: Int, width: Int) {
    let counts = (0..<minutes).map { $0 * 37 % 23 }
    let plot = MinutePlot(
      start: CloudDefaults.start, counts: counts, marked: 1..<3,
      palette: Palette(usesColour: false), width: width, usesBlocks: true)
    let lines = plot.text.split(separator: "\n")
    #expect(lines.count == 10)
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= width })
    #expect(lines[8].contains("━") && lines[9].contains(":"))
  }
}
