import Foundation
import Testing
import TrailEngine
import TrailTestSupport

@testable import TrailSession

/// What a chart draws of a table.
@Suite struct ChartTests {
  /// Two times, ten names; the name `n9` has no value at the second time.
  private func table(addsUp: Bool) -> TableRows {
    var cells: [[Cell]] = [[], [], []]
    for time in [0, 60_000] as [Int64] {
      for name in 0..<10 {
        cells[0].append(.time(time))
        cells[1].append(.text("n\(name)"))
        cells[2].append(time > 0 && name == 9 ? .missing : .number("\(name + 1)"))
      }
    }
    let columns = [
      TableColumn(name: "time", kind: .time), TableColumn(name: "name", kind: .text),
      TableColumn(name: "x", kind: .number, addsUp: addsUp),
    ]
    return TableRows(columns: columns, cells: cells, rowCount: cells[0].count)
  }

  @Test func countsOfOthersAreSummedUp() throws {
    let model = try #require(ChartModel(table(addsUp: true)))
    guard case .lines(_, let lines) = model.form else { throw NoLines() }
    #expect(lines.map(\.name) == ["n8", "n7", "n6", "n5", "n4", "5 others"])
    #expect(lines[4].values == [5, 5] && lines[4].total == 10)
    // One of the others has no second value, which counts as nothing.
    #expect(lines[5].values == [20, 10] && model.undrawn == 0)
  }

  @Test func averagesOfOthersAreNot() throws {
    let model = try #require(ChartModel(table(addsUp: false)))
    guard case .lines(_, let lines) = model.form else { throw NoLines() }
    #expect(lines.map(\.name) == ["n9", "n8", "n7", "n6", "n5"])
    // Where there is no value, there is no line.
    #expect(lines[0].values == [10, nil] && model.undrawn == 5)
    #expect(model.maximum == 10)
  }

  @Test func aggregatesSayWhetherTheyAddUp() throws {
    let test = try TestSession()
    let chart = test.run("events | stats avg req.n, count by name every 1h | chart")
    #expect(!chart.contains("others"))
    #expect(test.run("events | count every 1h | chart").contains("━━ count"))
  }

  // MARK: Times

  /// Minutes, each with a value.
  private func axis(_ minutes: [Int64], bucket: Int64?) -> TimeAxis {
    TimeAxis(times: minutes.map { $0 * 60_000 }, bucket: bucket.map { $0 * 60_000 })
  }

  private func text(_ columns: [Double?]) -> String {
    columns.map { $0.map { AxisText.number($0) } ?? "." }.joined(separator: " ")
  }

  @Test func timesLieWhereTheyAre() {
    // Two buckets, a gap of three, two more: seven buckets over 14 columns.
    let buckets = axis([0, 5, 25, 30], bucket: 5)
    #expect(text(buckets.columns(14, of: [1, 2, 3, 4])) == "1 1 2 2 . . . . . . 3 3 4 4")
    let shares = (0..<4).map { text([buckets.share(of: $0) * 30]) }
    #expect(shares == ["0", "5", "25", "30"])
    #expect(buckets.strokes([1, 2, 3, 4]) == [[0, 1], [2, 3]])
    #expect(buckets.strokes([1, nil, 3, 4]) == [[0], [2, 3]])
    // Moments are joined, and a moment without a value parts them.
    let moments = axis([0, 1, 10], bucket: nil)
    #expect(text(moments.columns(11, of: [5, 0, 9])) == "5 0 1 2 3 4 5 6 7 8 9")
    #expect(text(moments.columns(11, of: [5, nil, 9])) == "5 . . . . . . . . . 9")
    #expect(moments.strokes([5, 0, 9]) == [[0, 1, 2]])
    // Where a column has several, the largest counts.
    #expect(text(axis([0, 1, 2, 3], bucket: 1).columns(2, of: [1, 2, 4, 3])) == "2 4")
    #expect(text(axis([0, 1, 2, 100], bucket: nil).columns(3, of: [1, 7, 2, 3])) == "7 2.5 3")
    #expect(text(axis([7], bucket: 5).columns(3, of: [2])) == "2 2 2")
    #expect(text(axis([7], bucket: nil).columns(3, of: [2])) == "2 . .")
    #expect(text(axis([], bucket: nil).columns(3, of: [])) == ". . .")
  }

  /// Buckets that a filter left out are a gap, in the terminal and in the picture.
  @Test func aGapInTimeIsAGapOnTheAxis() throws {
    let folder = try TemporaryFolder()
    let test = try TestSession(records: [])
    for (number, time) in ["09:00", "09:01", "09:40"].enumerated() {
      let record = SampleRecords.record("2026-11-21T\(time):00Z", "E", "bob", id: number + 1)
      try test.session.store.append(record: Array(record.utf8))
    }
    let chart = test.run("events | count every 1m | where count > 0 | chart")
    let row = try #require(chart.split(separator: "\n").first).drop { $0 != "┤" }.dropFirst()
    let drawn = row.split(separator: " ")
    // Two of 41 buckets, then one, with the time between them.
    #expect(drawn.count == 2, "\(row)")
    #expect(drawn[0].count < 6 && drawn[1].count < 4 && row.count > 60, "\(row)")
    test.run("export chart \(folder.path)/a.svg")
    let svg = try String(contentsOfFile: "\(folder.path)/a.svg", encoding: .utf8)
    let strokes = svg.split(separator: "\n").filter { $0.hasPrefix("<polyline") }.map { line in
      line.matches(of: /([\d.]+),/).map { String($0.1) }
    }
    // From 72 to 888: a minute of forty is 20.4.
    #expect(strokes == [["72", "92.4"], ["888", "890"]], "\(svg)")
  }

  private struct NoLines: Error {}
}
