import ArgumentParser
import Foundation

/// An engine that trailq is measured against, by a program in `rivals/`.
enum Rival: String, CaseIterable {
  case duckdb, chdb, polars, sqlite, jq, zgrep

  static func parse(_ list: String) -> [Rival] {
    list.split(separator: ",").compactMap { Rival(rawValue: String($0)) }
  }

  /// Why a rival is not asked at all on so many events.
  func reasonToLeaveOut(at size: Size) -> String? {
    switch self {
    case .jq where size == .tenMillion, .zgrep where size == .tenMillion:
      "reads all files for each question, which takes an hour: the smaller sizes show the same"
    default: nil
    }
  }

  /// Runs the rival's program to its end and reads its report.
  func measure(_ arguments: [String], root: URL, work: URL) throws -> EngineReport {
    let python =
      switch self {
      case .duckdb, .chdb: try PythonEnvironment.prepare(.engines, in: work)
      case .polars: try PythonEnvironment.prepare(.polars, in: work)
      // They need no package of Python's: SQLite comes with it.
      case .sqlite, .jq, .zgrep: "python3"
      }
    let program = root.appending(path: "Sources/trailq-bench/rivals/rival_\(rawValue).py").path
    let child = try ChildProcess.run(python, [program] + arguments)
    return try JSONDecoder().decode(EngineReport.self, from: child.output)
  }
}
