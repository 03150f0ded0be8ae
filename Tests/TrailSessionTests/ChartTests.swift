import Testing
import TrailEngine

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

  private struct NoLines: Error {}
}
