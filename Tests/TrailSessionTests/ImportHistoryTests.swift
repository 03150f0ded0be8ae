import Glibc
import Testing
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
}
