import Foundation
import Testing
import TrailEngine
import TrailTestSupport

@testable import TrailSession

/// The program is killed wherever it happens to be; what it had acknowledged is there afterwards, and all is whole.
@Suite struct CrashTests {
  /// Points at which it is killed; `TRAILQ_CRASHES` asks for more.
  static let points =
    ProcessInfo.processInfo.environment["TRAILQ_CRASHES"].flatMap { Int($0) } ?? 6

  /// What is done, a statement a line. Each is acknowledged by a line of its own.
  static let statements =
    [
      "define bucket logs", "define trail main to s3://logs validate",
      "simulate s3:CreateBucket bucketName=data as bob",
      "simulate s3:PutObject bucketName=data key=k{n} as bob x 40 every 2s", "import logs",
      "define query mine as events where user=bob", "flush main", "advance 90m",
      "traffic 5m at 60/min", "save copy", "set rows 77",
      "simulate iam:CreateUser userName=eve as admin", "import more", "advance 30m",
      "simulate ec2:DescribeInstances as eve x 900", "save copy", "define user mallory",
      "simulate s3:DeleteBucket bucketName=data as bob", "flush main",
    ]
    // One file at a time: their segments are merged.
    + (0..<10).map { "import few/\($0).json" }

  /// What a session has after so many statements.
  private struct Expectation: Equatable {
    var calls: String
    var events: Int
    var queries: String
    var rows: Int
  }

  private static func state(of test: TestSession) -> Expectation {
    let calls = test.run("calls | count by name, user")
    let events = test.session.store.snapshot().rowCount
    let queries = test.run("list queries")
    return Expectation(
      calls: calls, events: events, queries: queries, rows: test.session.settings.rows)
  }

  private static let linesPerFile = 150
  private static let folders = [("logs", 0, 8), ("more", 4_000, 8), ("few", 8_000, 10)]
  private static let importedEvents = folders.reduce(0) { $0 + $1.2 * linesPerFile }

  private static func makeLogs(in folder: TemporaryFolder) throws {
    for (name, first, files) in folders {
      mkdir(folder.path + "/" + name, 0o700)
      for file in 0..<files {
        let lines = (0..<linesPerFile).map { number in
          let id = first + file * linesPerFile + number
          return SampleRecords.record(
            "2026-11-21T14:\(10 + file):\(10 + number % 50)Z", "GetObject", "u\(id % 7)", id: 0
          ).replacing("00000000-0000-4000-8000-000000000000", with: Self.uuid(id))
        }
        try folder.write(lines.joined(separator: "\n"), to: "\(name)/\(file).json")
      }
    }
  }

  private static func uuid(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  @Test func whatWasAcknowledgedIsThere() throws {
    let base = try TemporaryFolder()
    try Self.makeLogs(in: base)
    let expectations = try Self.expectations(base)
    try base.write(
      Self.statements.enumerated().map { "\($0.element)\necho ack \($0.offset + 1)\n" }.joined(),
      to: "script.trailq")
    var generator = SeededGenerator(seed: 20_261_126)
    let duration = try Self.kill(base, at: nil).seconds
    var acknowledgedSomewhere: Set<Int> = []
    for point in 0..<Self.points {
      for name in ["kept", "kept-wal", "kept-shm", "kept-journal"] {
        unlink(base.path + "/" + name)
      }
      // At a statement, and somewhere in it: where time alone decided, the longest would get nearly all.
      let moment = Moment(
        acknowledged: Int.random(in: 0..<Self.statements.count, using: &generator),
        seconds: Double.random(
          in: 0..<2 * duration / Double(Self.statements.count), using: &generator))
      let run = try Self.kill(base, at: moment)
      acknowledgedSomewhere.insert(run.acknowledged)
      try Self.check(
        base, acknowledged: run.acknowledged, expectations, "point \(point), \(moment)")
    }
    #expect(acknowledgedSomewhere.count > min(5, Self.points / 4))
  }

  private static func expectations(_ base: TemporaryFolder) throws -> [Expectation] {
    let test = try TestSession(
      { $0.clock = SessionClock(.stopped(at: 0), isChosen: false) }, records: [])
    var states = [state(of: test)]
    for statement in statements {
      // Paths are those of the program's folder.
      test.run(
        statement.replacing("import ", with: "import \(base.path)/")
          .replacing("save ", with: "save \(base.path)/reference-"))
      states.append(state(of: test))
    }
    return states
  }

  /// When the program is killed: so long after so many statements.
  private struct Moment {
    var acknowledged: Int
    var seconds: Double
  }

  private static func acknowledged(in base: TemporaryFolder) throws -> Int {
    let lines = try base.read("stdout").split(separator: "\n")
    return lines.compactMap { $0.hasPrefix("ack ") ? Int($0.dropFirst(4)) : nil }.last ?? 0
  }

  /// Runs the program and kills it at a moment; without one it ends by itself.
  private static func kill(
    _ base: TemporaryFolder, at moment: Moment?
  ) throws -> (acknowledged: Int, seconds: Double) {
    let process = Process()
    process.executableURL = URL(filePath: try builtProgram("trailq"))
    process.arguments = ["-q", "-w", "kept", "script.trailq"]
    process.currentDirectoryURL = URL(filePath: base.path)
    process.environment = ["HOME": base.path, "LC_ALL": "C.UTF-8", "TERM": "dumb"]
    try base.write("", to: "stdout")
    let output = try FileHandle(forWritingTo: URL(filePath: base.path + "/stdout"))
    process.standardOutput = output
    process.standardError = output
    let start = ContinuousClock.now
    try process.run()
    if let moment {
      while process.isRunning, try acknowledged(in: base) < moment.acknowledged { usleep(1_000) }
      usleep(UInt32(moment.seconds * 1_000_000))
      if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    let elapsed = (ContinuousClock.now - start).components
    let text = try base.read("stdout")
    let count = try acknowledged(in: base)
    if moment == nil {
      #expect(process.terminationStatus == 0, "\(text)")
      #expect(count == statements.count)
    }
    return (
      count,
      Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1_000_000_000_000_000_000
    )
  }

  private static func check(
    _ base: TemporaryFolder, acknowledged: Int, _ expectations: [Expectation], _ place: String
  ) throws {
    let test = try TestSession(
      { $0.clock = SessionClock(.stopped(at: 0), isChosen: false) }, records: [])
    let path = base.path + "/kept"
    guard access(path, F_OK) == 0 else {
      #expect(acknowledged == 0, "\(place)")
      return
    }
    #expect(test.session.keepFirst(in: path, readOnly: false, to: test.output) == .finished)
    #expect(test.run("check").contains("is whole"), "\(place): \(test.messages)")
    var found = state(of: test)
    let before = expectations[acknowledged]
    let after = expectations[min(acknowledged + 1, statements.count)]
    // Of an import under way some segments are there.
    if found.events > before.events, found.events < after.events { found.events = before.events }
    #expect(
      found == before || found == after,
      "\(place): after \(acknowledged) statements \(found), not \(before) nor \(after)")
    // No file is known whose events are not there: read again, all are there once.
    test.run("import \(base.path)/logs \(base.path)/more \(base.path)/few")
    #expect(
      test.run("events where id=00000000-0000-4000-8000-* | count")
        == "COUNT\n \(importedEvents)\n",
      "\(place)")
    // The world goes on, and what `save` left is whole or not there.
    test.run("simulate s3:ListBuckets as admin")
    #expect(!test.messages.contains("warning:"), "\(place): \(test.messages)")
    if access(base.path + "/copy", F_OK) == 0 {
      #expect(test.run("check \(base.path)/copy").contains("is whole"), "\(place)")
    }
    test.session.close()
  }
}
