import ArgumentParser
import Foundation
import TrailEngine

/// Loads logs once, in a process of its own, just after the limit for such a load was measured in the same process.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Measure one load of trailq and its limit, and print both as JSON.")

  @Option(
    help: "What is loaded how: \(LoadSeries.Kind.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var kind = LoadSeries.Kind.files

  @Option(
    help:
      "A folder with AWSLogs; for `\(LoadSeries.Kind.lines.rawValue)` a file with a record a line.")
  var data: String

  func run() throws {
    let threads = kind == .lines ? 1 : Processors.count
    let limit =
      kind == .lines
      ? try TopLevelPass(path: data).run().seconds
      : try GunzipPass(
        paths: try LogData(folder: URL(fileURLWithPath: data)).paths(), threads: threads
      ).run().seconds
    let store = EventStore()
    let path = kind == .lines ? data : data + "/AWSLogs"
    let begin = ContinuousClock.now
    let report = store.importLogs(
      [path], workers: threads, inflatingWith: kind == .zlib ? .zlib : .libdeflate)
    let elapsed = ContinuousClock.now - begin
    guard report.problemCount == 0, report.events > 0 else {
      throw BenchError("\(path): \(report.events) events and \(report.problemCount) problems")
    }
    let trial = LoadTrial(
      threads: threads, events: report.events, bytes: report.bytes, limitSeconds: limit,
      loadSeconds: elapsed.seconds)
    FileHandle.standardOutput.write(try JSONEncoder().encode(trial))
  }
}

/// One load beside its limit.
struct LoadTrial: Codable {
  var threads: Int
  var events: Int
  /// Of text, inflated.
  var bytes: Int
  /// `GunzipPass`, or `TopLevelPass` for lines.
  var limitSeconds: Double
  var loadSeconds: Double
}

/// Loads of one kind, each in a process of its own.
struct LoadSeries: Codable {
  enum Kind: String, Codable, CaseIterable, ExpressibleByArgument {
    /// The log files, on all processors, with libdeflate.
    case files
    /// The same with zlib alone. The limit is libdeflate's all the same.
    case zlib
    /// The same records in one file, a record a line, on one thread.
    case lines
  }
  var kind: Kind
  var trials: [LoadTrial]

  var loadSeconds: Double { trials.map(\.loadSeconds).median }
  var limitSeconds: Double { trials.map(\.limitSeconds).median }
  /// The load in multiples of its limit. Each pair was measured within one process, one right after the other,
  /// because machines drift.
  var ratio: Double { trials.map { $0.loadSeconds / $0.limitSeconds }.median }

  /// What was measured, and what it was held against.
  var sentence: String {
    let what =
      switch kind {
      case .files: "the log files"
      case .zlib: "the log files, inflated by zlib"
      case .lines: "one file with a record a line"
      }
    let limit =
      kind == .lines
      ? "reading it and numbering the texts of its top-level fields"
      : "inflating them by libdeflate"
    let threads = trials.first?.threads ?? 1
    return
      "Load of \(what), threads: \(threads), loads: \(trials.count): \(GoalText.number(loadSeconds)) s; "
      + "\(limit): \(GoalText.number(limitSeconds)) s; \(GoalText.number(ratio)) times that."
  }
}
