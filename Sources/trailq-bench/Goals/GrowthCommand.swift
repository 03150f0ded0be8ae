import ArgumentParser
import Foundation

/// Prints what ten times as many events cost, from two reports.
struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Compare two reports of `compare --json`, of one and of ten million events.")

  @Argument(help: "The report of the smaller size.")
  var smaller: String

  @Argument(help: "The report of the larger size.")
  var larger: String

  func run() throws {
    let report = GrowthReport(smaller: try read(smaller), larger: try read(larger))
    guard report.smaller.events < report.larger.events else {
      throw ValidationError(
        "\(smaller) has as many events as \(larger), or more: the smaller one goes first")
    }
    print(report.markdown(), terminator: "")
  }

  private func read(_ path: String) throws -> ComparisonReport {
    do {
      return try JSONDecoder().decode(
        ComparisonReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ValidationError("\(path) is no report of `compare --json`: \(error)")
    }
  }
}
