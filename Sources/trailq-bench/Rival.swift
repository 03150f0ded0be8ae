import ArgumentParser
import Foundation

/// An engine that trailq is measured against, by a program in `rivals/`.
enum Rival: String, CaseIterable {
  case duckdb, chdb, polars, sqlite
  case duckdbMemory = "duckdb_memory"
  case duckdbFiles = "duckdb_files"
  case jq, zgrep

  static func parse(_ list: String) -> [Rival] {
    list.split(separator: ",").compactMap { Rival(rawValue: String($0)) }
  }

  /// Events above which those are not asked that read all files for each question.
  private static let mostForSlowOnes = 2_000_000

  /// Why a rival is not asked at all about so many events on such a machine; `nil` where it is.
  func reasonToLeaveOut(events: Int, on machine: Machine) -> String? {
    if let missing = programs.first(where: { !machine.has($0) }) {
      return "there is no \(missing) on the PATH"
    }
    if readsAllFiles, events > Self.mostForSlowOnes {
      return "it reads all files for each question, hours in all: the smaller sizes show the same"
    }
    return machine.reasonAgainst(
      memory: events * memoryPerEvent, disk: events * diskPerEvent)
  }

  /// The programs without which it cannot run.
  private var programs: [String] {
    switch self {
    case .jq: ["python3", "bash", "xargs", "zcat", "jq"]
    case .zgrep: ["python3", "bash", "xargs", "zcat", "zgrep", "jq"]
    case .duckdb, .chdb, .polars, .sqlite, .duckdbMemory, .duckdbFiles: ["python3"]
    }
  }

  private var readsAllFiles: Bool { [.jq, .zgrep, .duckdbFiles].contains(self) }

  /// Bytes that it holds at its peak, as measured with a million events; 0 for those that do with what there is.
  private var memoryPerEvent: Int {
    switch self {
    case .chdb: 5_600
    case .polars: 5_200
    case .duckdbMemory: 4_600
    case .duckdb, .duckdbFiles, .sqlite, .jq, .zgrep: 0
    }
  }

  /// Bytes of its file and of what it writes on the way there.
  private var diskPerEvent: Int {
    switch self {
    case .duckdb: 2_500
    case .sqlite: 3_500
    case .chdb, .polars, .duckdbMemory, .duckdbFiles, .jq, .zgrep: 0
    }
  }

  /// Runs the rival's program to its end and reads its report.
  func measure(_ arguments: [String], root: URL, work: URL) throws -> EngineReport {
    let python =
      switch self {
      case .duckdb, .duckdbMemory, .duckdbFiles, .chdb:
        try PythonEnvironment.prepare(.engines, in: work)
      case .polars: try PythonEnvironment.prepare(.polars, in: work)
      // They need no package of Python's: SQLite comes with it.
      case .sqlite, .jq, .zgrep: "python3"
      }
    let program = root.appending(path: "Sources/trailq-bench/rivals/rival_\(rawValue).py").path
    let child = try ChildProcess.run(python, [program] + arguments)
    return try JSONDecoder().decode(EngineReport.self, from: child.output)
  }
}
