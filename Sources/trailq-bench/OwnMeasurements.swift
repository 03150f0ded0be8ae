import Foundation

/// What is measured of trailq in processes of its own, beside the questions.
struct OwnMeasurements {
  let logs: LogData
  let work: URL
  let runs: Int

  /// Loads of each kind; where there is much to load, one has to do.
  private static let loads = 5
  private static let eventsForOneLoad = 2_000_000
  /// Bytes an event of a file with a record a line.
  private static let lineBytesPerEvent = 2_000

  /// Milliseconds of `trailq -c ''` as a whole process: all that a start takes, and nothing to do.
  func starts() throws -> [Double] {
    try (0..<runs).map { _ in
      try ChildProcess.run(Self.binary("trailq"), ["-c", ""]).seconds * 1000
    }
  }

  /// A question of freshly imported logs, as a whole process.
  func wholeProcess() throws -> (child: ChildProcess, events: Int) {
    let child = try ChildProcess.run(
      Self.binary("trailq"),
      ["--json", "-q", "-i", logs.folder.path, "-c", "events | count"], quietly: true)
    return (child, try JSONDecoder().decode(CountRow.self, from: child.output).count)
  }

  /// Loads beside their limits, each in a fresh process; what cannot be done here goes to `omissions`.
  func loads(events: Int, on machine: Machine, omissions: inout [String]) throws -> [LoadSeries] {
    let count = events > Self.eventsForOneLoad ? 1 : Self.loads
    var series = [
      try self.series(.files, logs.folder.path, count),
      try self.series(.zlib, logs.folder.path, count),
    ]
    let reason =
      events > Self.eventsForOneLoad
      ? "the smaller sizes show the same"
      : machine.reasonAgainst(disk: events * Self.lineBytesPerEvent)
    if let reason {
      omissions.append("NDJSON (\(reason))")
      say("LEFT OUT: NDJSON: \(reason)")
      return series
    }
    let file = work.appending(path: "records.ndjson")
    defer { try? FileManager.default.removeItem(at: file) }
    _ = try RecordLines.write(try logs.paths(), to: file)
    series.append(try self.series(.lines, file.path, count))
    return series
  }

  private func series(_ kind: LoadSeries.Kind, _ data: String, _ count: Int) throws -> LoadSeries {
    let arguments = ["load", "--kind", kind.rawValue, "--data", data]
    let trials = try (0..<count).map { _ in
      let child = try ChildProcess.run(Self.binary("trailq-bench"), arguments)
      return try JSONDecoder().decode(LoadTrial.self, from: child.output)
    }
    return LoadSeries(kind: kind, trials: trials)
  }

  /// The last word of what trailq says of its version.
  static func version() throws -> String {
    let child = try ChildProcess.run(binary("trailq"), ["--version"])
    let line = String(decoding: child.output, as: UTF8.self)
    return line.split { $0.isWhitespace }.last.map(String.init) ?? ""
  }

  /// The program that was built beside this one.
  static func binary(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: name).path
  }
}

/// The one row of `events | count`.
private struct CountRow: Decodable {
  var count: Int
}
