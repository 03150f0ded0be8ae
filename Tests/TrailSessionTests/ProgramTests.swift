import Foundation
import Testing
import TrailTestSupport

@testable import TrailSession

/// The real program: options, scripts, exit statuses, and which of its outputs says what.
@Suite struct ProgramTests {
  private func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> TrailqRun {
    try TrailqRun(
      arguments, in: TrailqRun.folderWithLogs(), input: input, environment: environment)
  }

  @Test(
    arguments: [
      (["-c", "echo hi"], 0), (["-c", "nonsense"], 2), (["--nonsense"], 2),
      (["--json", "-f", "csv"], 2),
      (["-f", "yaml"], 2), (["--now", "never"], 2), (["nosuch.trailq"], 2),
      (["-i", "nosuch", "-c", "echo hi"], 2),
      (["--help"], 0), (["--version"], 0), (["-c", "expect error usage set"], 0),
      (["-c", "expect error usage echo"], 1),
      (["-i", "AWSLogs", "-c", "events | expect 4"], 0),
      (["-i", "AWSLogs", "-c", "events | expect none"], 1),
      (["-i", "AWSLogs", "-c", "events | expect none; nonsense"], 2), (["-c", "quit"], 0),
    ] as [([String], Int32)])
  func theExitStatusTells(arguments: [String], status: Int32) throws {
    let run = try run(arguments)
    #expect(run.status == status, "\(run.output)\(run.messages)")
  }

  @Test func dataAndMessagesGoApart() throws {
    let run = try run([
      "-i", "AWSLogs", "-c", "events where name=DeleteBucket | select user, error",
    ])
    #expect(run.output == "USER  ERROR\nbob   AccessDenied\nbob   –\n")
    #expect(run.messages.hasPrefix("imported 1 file · 4 events · 2026-11-21 · 1 account · "))
    #expect(run.messages.hasSuffix("\n2 events\n"))
  }

  @Test func jsonGivesRecordsBack() throws {
    let run = try run(["-q", "-i", "AWSLogs", "--json", "-c", "events"])
    #expect(run.output == SampleRecords.all.map { $0 + "\n" }.joined())
    #expect(run.messages == "")
  }

  @Test func quietLeavesErrorsOnly() throws {
    let run = try run(["-q", "-i", "AWSLogs", "-c", "events | count; nonsense"])
    #expect(run.output == "COUNT\n    4\n")
    #expect(run.messages.hasPrefix("-c:1:17: error[unknown-command]: "))
  }

  @Test func aScriptStopsAtItsFirstErrorUnlessTold() throws {
    let script = "echo a\nnonsense\necho b\n"
    let stopped = try run([], input: script)
    #expect(stopped.output == "a\n")
    #expect(stopped.status == 2)
    #expect(stopped.messages.hasPrefix("stdin:2:1: error[unknown-command]: "))
    let going = try run(["-"], input: "set on_error continue\n" + script)
    #expect(going.output == "a\nb\n")
    #expect(going.status == 2)
  }

  @Test func expectationsAreTAP() throws {
    let folder = try TrailqRun.folderWithLogs()
    try folder.write(
      """
      import AWSLogs
      events where name=DeleteBucket | expect 2
      events where denied   # a comment
        | expect none
      events where user="a#b" | expect none
      expect error unknown-field events where nmae=x
      expect error usage events
      """, to: "checks.trailq")
    let run = try TrailqRun(["-q", "checks.trailq"], in: folder)
    #expect(
      run.output == """
        ok 1 - events where name=DeleteBucket | expect 2
        not ok 2 - events where denied \\# a comment | expect none
        # checks.trailq:3: expect none, found 1 row
        # #  TIME                 USER  NAME          SERVICE  REGION     IP           RESULT
        # 1  2026-11-21 13:02:11  bob   DeleteBucket  s3       us-east-1  203.0.113.7  AccessDenied
        ok 3 - events where user="a\\#b" | expect none
        ok 4 - expect error unknown-field events where nmae=x
        not ok 5 - expect error usage events
        # checks.trailq:7: expected error[usage], found no error
        1..5

        """)
    #expect(run.status == 1)
  }

  @Test func anErrorAfterExpectationsBailsOut() throws {
    let run = try run(["-q", "-c", "expect error usage set; nonsense"])
    #expect(run.output == "ok 1 - expect error usage set\nBail out! a statement failed\n")
    #expect(run.status == 2)
  }

  @Test func sourcedFilesNameThemselves() throws {
    let folder = try TrailqRun.folderWithLogs()
    try folder.write("echo in\nnonsense\n", to: "inner.trailq")
    try folder.write("source outer.trailq", to: "outer.trailq")
    let run = try TrailqRun(["-c", "source inner.trailq; echo after"], in: folder)
    #expect(run.output == "in\n")
    #expect(run.messages.hasPrefix("inner.trailq:2:1: error[unknown-command]"))
    #expect(run.status == 2)
    let loop = try TrailqRun(["-c", "source outer.trailq"], in: folder)
    #expect(loop.messages.contains("error[source-too-deep]"))
  }

  @Test func exportsAppearWhole() throws {
    let folder = try TrailqRun.folderWithLogs()
    let run = try TrailqRun(
      [
        "-q", "-i", "AWSLogs", "-f", "ndjson", "-c",
        "events | count by user; export a.csv; export b markdown; export nosuch/c.csv",
      ],
      in: folder)
    #expect(run.messages.contains("error[cannot-write]: `nosuch/c.csv` cannot be written"))
    #expect(try folder.read("a.csv") == "user,count\nalice,2\nbob,2\n")
    #expect(try folder.read("b").hasPrefix("| user | count |\n"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.hasPrefix(".trailq-") })
  }

  /// Runs a line of bash in a folder with logs, where `$trailq` is the program; gives back what it printed.
  private func bash(_ line: String, in folder: TemporaryFolder) throws -> (
    status: Int32, text: String
  ) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.arguments = ["-c", line]
    process.environment = [
      "HOME": folder.path, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "trailq": try builtProgram("trailq"),
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  @Test func aFileThatCannotGrowIsNotLeftBehindInHalf() throws {
    let folder = try TrailqRun.folderWithLogs()
    let (status, text) = try bash(
      "ulimit -f 1; $trailq -q -i AWSLogs -c 'events; export big.ndjson'", in: folder)
    #expect(text.contains("error[cannot-write]: `big.ndjson` cannot be written"), "\(text)")
    #expect(status == 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names == ["AWSLogs"])
  }

  @Test func whatIsNoRegularFileIsWrittenToAndNeverReplaced() throws {
    let folder = try TrailqRun.folderWithLogs()
    let (status, text) = try bash(
      """
      mkfifo pipe; cat pipe > got & $trailq -q -i AWSLogs -c 'events | count; export pipe csv'
      wait; test -p pipe
      """, in: folder)
    #expect(status == 0, "\(text)")
    #expect(try folder.read("got") == "count\n4\n")
  }

  @Test func anExportKeepsThePermissionsOfWhatItReplaces() throws {
    let folder = try TrailqRun.folderWithLogs()
    let (_, text) = try bash(
      """
      umask 022; touch private.csv; chmod 600 private.csv
      $trailq -q -i AWSLogs -c 'events | count; export private.csv; export new.csv' > /dev/null
      stat -c %a private.csv new.csv
      """, in: folder)
    #expect(text == "600\n644\n")
  }

  @Test func answersThatCannotBeWrittenAreAnError() throws {
    let folder = try TrailqRun.folderWithLogs()
    let (status, text) = try bash("$trailq -c help > /dev/full", in: folder)
    #expect(status == 2)
    #expect(text.contains("the answer cannot be written: the disk is full"), "\(text)")
  }

  @Test func aReaderThatLeavesEarlyIsNoError() throws {
    let (status, text) = try bash(
      "$trailq -q -i AWSLogs --json -c 'help; events; events; events' | head -n 1; exit ${PIPESTATUS[0]}",
      in: TrailqRun.folderWithLogs())
    #expect(status == 0)
    #expect(text == "Point trailq at CloudTrail logs, then ask in one sentence\n")
  }

  @Test func safeModeImportsWhatTheCommandLineNames() throws {
    let run = try run(["--safe", "-i", "AWSLogs", "-c", "events | count; import AWSLogs"])
    #expect(run.output == "COUNT\n    4\n")
    #expect(run.messages.contains("error[not-safe]"))
  }

  @Test func columnsOfTheEnvironmentAreHonoured() throws {
    let run = try run(["-q", "-i", "AWSLogs", "-c", "events"], environment: ["COLUMNS": "50"])
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 50 })
  }

  @Test(arguments: HelpBook.examples)
  func everyExampleOfHelpRuns(topic: String, line: String) throws {
    let folder = try TrailqRun.folderWithLogs()
    try folder.write("echo checked\n", to: "checks.trailq")
    let run = try TrailqRun(["-i", "AWSLogs", "--now", "2026-11-22", "-c", line], in: folder)
    // A question about a path that these few events lack, and an expectation that they fail, are answers too.
    #expect(run.status == 0 || run.output.hasPrefix("not ok"), "\(topic): \(line)\n\(run.messages)")
  }
}
