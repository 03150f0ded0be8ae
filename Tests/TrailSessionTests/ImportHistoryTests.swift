import Foundation
import Glibc
import Testing
import TrailEngine
import TrailTestSupport

@testable import TrailSession

/// Imports of earlier sessions: their files are not read again, and what was odd in them is still told.
@Suite struct ImportHistoryTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/kept" }

  init() throws {
    folder = try TemporaryFolder()
    mkdir(folder.path + "/logs", 0o700)
  }

  /// Without an eventID, so that a second reading would show.
  private func event(_ number: Int) -> String {
    #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"Call\#(number)"}"#
  }

  private func inSession(_ body: (TestSession) throws -> Void) throws {
    let test = try TestSession(
      { $0.clock = SessionClock(.stopped(at: 0), isChosen: false) }, records: [])
    #expect(test.session.keepFirst(in: path, readOnly: false, to: test.output) == .finished)
    try body(test)
    #expect(test.run("check").contains("is whole"))
    test.session.close()
  }

  /// What was stopped is not called imported.
  @Test func aStoppedImportSaysHowFarItCame() {
    var report = ImportReport()
    report.files = 2
    report.filesAsked = 3
    report.events = 1_234
    report.wasCancelled = true
    let lines = ImportSummary.lines(report, in: .empty, accounts: nil)
    #expect(
      lines.count == 1 && lines[0].hasPrefix("stopped after 0 of 3 files · 1,234 events kept · "))
  }

  @Test func anImportOfAnEarlierSessionCostsALook() throws {
    try folder.write(event(1), to: "logs/1.json")
    try folder.write(event(2) + "\n{", to: "logs/2.json")
    let logs = folder.path + "/logs"
    var problems = ""
    try inSession { test in
      test.run("import \(logs)")
      #expect(test.messages.contains("1 problem · see: problems"))
      problems = test.run("problems")
      #expect(problems.contains("\(logs)/2.json"))
    }
    try inSession { test in
      #expect(test.run("problems") == problems)
      test.run("import \(logs)")
      #expect(test.messages.hasPrefix("nothing new · 2 files read before, unchanged"))
      try folder.write(event(2) + "\n" + event(3), to: "logs/2.json")
      test.run("import \(logs)")
      #expect(test.messages.contains("  1 file read before, unchanged\n"), "\(test.messages)")
      test.run("problems")
      #expect(test.messages.contains("Nothing was odd"))
    }
    try inSession { test in
      test.run("import --follow \(logs)")
      #expect(test.messages.hasPrefix("nothing new · 2 files read before, unchanged"))
      try folder.write(event(4), to: "logs/4.json")
      #expect(test.run("events where name=Call4 | count") == "COUNT\n    1\n")
      #expect(test.messages.hasPrefix("+ 1 file · 1 event\n"))
      test.run("problems")
      #expect(test.messages.contains("Nothing was odd"))
    }
  }

  /// What cannot be opened is told again, and is as little an error as it was with files that could be.
  @Test func whatCannotBeOpenedIsNoErrorBesideWhatIsKnown() throws {
    try folder.write(event(1), to: "logs/1.json")
    #expect(symlink("\(folder.path)/logs/loop.json", "\(folder.path)/logs/loop.json") == 0)
    for beginning in ["imported 1 file", "nothing new · 1 file read before, unchanged · 1 problem"]
    {
      let run = try TrailqRun(["-w", path, "-c", "import logs"], in: folder)
      #expect(run.status == 0 && run.messages.contains(beginning), "\(run.messages)")
      #expect(run.messages.contains("1 problem · see: problems"), "\(run.messages)")
    }
    let run = try TrailqRun(["-w", path, "-c", "import logs/loop.json"], in: folder)
    #expect(run.status == 2 && run.messages.contains("nothing was imported"), "\(run.messages)")
  }

  /// A relative name is that of the folder in which it was given.
  @Test func whatWasNamedInAnotherFolderHasItsWholePath() throws {
    try folder.write("{", to: "logs/odd.json")
    func problems(in place: TemporaryFolder) throws -> String {
      let run = try TrailqRun(["-q", "-w", path, "-c", "output csv; problems"], in: place)
      #expect(run.status == 0, "\(run.messages)")
      return run.output
    }
    let run = try TrailqRun(["-w", path, "-c", "import logs"], in: folder)
    #expect(run.messages.contains("see: problems"), "\(run.messages)")
    #expect(try problems(in: folder).contains("\nlogs/odd.json,"))
    #expect(try problems(in: TemporaryFolder()).contains("\n\(folder.path)/logs/odd.json,"))
  }

  /// A file that comes in pieces is read with each, and what its beginning lacked is forgotten with its end.
  @Test func aFileThatComesInPiecesIsWholeInTheEnd() throws {
    let records = SampleRecords.all
    let whole = "{\"Records\":[\(records.joined(separator: ","))]}"
    try inSession { test in
      test.run("import --follow \(folder.path)/logs")
      try folder.write(String(whole.prefix(whole.count / 2)), to: "logs/1.json")
      test.run("problems")
      #expect(test.messages.hasPrefix("+ 1 file · "), "\(test.messages)")
      #expect(test.messages.contains("1 problem · see: problems"), "\(test.messages)")
      try folder.write(whole, to: "logs/1.json")
      #expect(test.run("events | count") == "COUNT\n    \(records.count)\n")
      test.run("problems")
      #expect(test.messages.contains("Nothing was odd"), "\(test.messages)")
    }
  }

  /// Whatever way files come, and whenever the reader ends it: each event is there once, and nothing is read again.
  @Test func whatAFollowedFolderGotIsKeptWhenItIsInterrupted() throws {
    try folder.write("import --follow logs\n", to: "script.trailq")
    mkdir(folder.path + "/stage", 0o700)
    var total = 0
    for round in 0..<2 {
      let follower = try Follower(in: folder)
      try follower.wait(for: "following logs")
      for number in 0..<30 {
        total += 20
        try bring(round * 100 + number, way: number % 4)
      }
      if round == 0 { try follower.wait(for: "+ ") }
      #expect(try follower.interrupt() == 130)
      try inSession { test in
        #expect(test.run("events | count by id | where count > 1 | count") == "COUNT\n    0\n")
      }
    }
    let count = "COUNT\n\(total)\n"
    let rest = try TrailqRun(["-q", "-w", path, "-c", "import logs; events | count"], in: folder)
    #expect(rest.output.filter { $0 != " " } == count, "\(rest.output) \(rest.messages)")
    let again = try TrailqRun(
      ["-w", path, "-c", "import logs; events | count; problems"], in: folder)
    #expect(again.output.filter { $0 != " " } == count)
    #expect(again.messages.contains("nothing new · 60 files read before"), "\(again.messages)")
    #expect(again.messages.contains("Nothing was odd"), "\(again.messages)")
  }

  /// Writes a log file: under another name, in pieces, cut off at first, or at once.
  private func bring(_ number: Int, way: Int) throws {
    let digits = String(10_000 + number)
    let lines = (0..<20).map {
      #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"Call","eventID":"00000000-0000-4000-8000-0000000\#(digits)"}"#
        .replacing("8000-00", with: "8000-\($0 + 10)")
    }
    let text = lines.joined(separator: "\n")
    let name = "logs/\(number).json"
    switch way {
    case 0:
      try folder.write(text, to: "stage/\(number).json")
      #expect(rename("\(folder.path)/stage/\(number).json", "\(folder.path)/\(name)") == 0)
    case 1:
      for count in [300, 1_000, text.count] {
        try folder.write(String(text.prefix(count)), to: name)
      }
    case 2:
      try folder.write(String(text.prefix(1_500)), to: name)
      usleep(60_000)
      try folder.write(text, to: name)
    default:
      try folder.write(text, to: name)
    }
  }

  /// The real program, which follows a folder until it is interrupted.
  private struct Follower {
    let process = Process()
    let folder: TemporaryFolder
    private static let patienceMilliseconds = 20_000

    init(in folder: TemporaryFolder) throws {
      self.folder = folder
      try folder.write("", to: "said")
      process.executableURL = URL(filePath: try builtProgram("trailq"))
      process.arguments = ["-w", folder.path + "/kept", "script.trailq"]
      process.currentDirectoryURL = URL(filePath: folder.path)
      process.environment = ["HOME": folder.path, "LC_ALL": "C.UTF-8", "TERM": "dumb"]
      let said = try FileHandle(forWritingTo: URL(filePath: folder.path + "/said"))
      process.standardOutput = said
      process.standardError = said
      try process.run()
    }

    func wait(for text: String) throws {
      for _ in 0..<Self.patienceMilliseconds / 10 {
        if try folder.read("said").contains(text) { return }
        usleep(10_000)
      }
      Issue.record("`\(text)` is not said")
    }

    func interrupt() throws -> Int32 {
      process.interrupt()
      process.waitUntilExit()
      return process.terminationStatus
    }
  }
}
