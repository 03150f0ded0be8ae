import Glibc
import Testing
import TrailEngine
import TrailTestSupport
import TrailText
import TrailWorkspace

@testable import TrailCloud
@testable import TrailSession

/// A session that is closed and opened is the session that it was.
@Suite struct WorkspaceSessionTests {
  let folder: TemporaryFolder
  var path: String { folder.path + "/kept" }

  init() throws { folder = try TemporaryFolder() }

  /// A session of its own; `path` keeps it.
  private func session(
    in path: String? = nil, readOnly: Bool = false,
    _ configure: (inout Session.Configuration) -> Void = { _ in }
  ) throws -> TestSession {
    let test = try TestSession(
      {
        $0.clock = SessionClock(.stopped(at: 0), isChosen: false)
        configure(&$0)
      }, records: [])
    if let path {
      #expect(
        test.session.keepFirst(in: path, readOnly: readOnly, to: test.output) == .finished,
        "\(test.messages)")
    }
    return test
  }

  /// All that the simulated world says of itself.
  static let questions = [
    "calls", "events | count by name, user", "trails", "status main", "list buckets",
    "list rules", "list users", "ls s3://logs", "delivered", "clock", "list queries",
    "calls | count, distinct ip by region",
  ]

  /// A sourced script that stops has said why: nothing more is to be said of it.
  @Test func aSourcedScriptThatStopsSaysWhyOnce() throws {
    try folder.write("echo before\nnosuch command\necho after\n", to: "bad.trailq")
    let test = try session()
    #expect(test.run("source \(folder.path)/bad.trailq") == "before\n")
    #expect(test.messages.contains("error[unknown-command]: there is no command `nosuch`"))
    #expect(!test.messages.contains("internal") && !test.messages.contains("ScriptStopped"))
  }

  /// What is not part of the world is not done again because traffic went on while it ran.
  @Test func underTheWallClockNothingElseIsDoneAgain() throws {
    let other = folder.path + "/other"
    do {
      let test = try session(in: path)
      test.run("define bucket logs; define trail main to s3://logs; clock live")
      test.run("traffic start batch at 60000/min")
      let script = folder.path + "/script.trailq"
      try folder.write("save \(other)\n", to: "script.trailq")
      for statement in [
        "source \(script)", "save \(other)", "events | count > \(folder.path)/count",
        "events | count",
      ] {
        usleep(60_000)
        test.run(statement)
      }
      #expect(!test.messages.contains("error"), "\(test.messages)")
      test.session.keeper.close()
    }
    #expect(unlink(other) == 0)
    let workspace = try Workspace(path, .readOnly)
    let texts = try workspace.statements().statements.map(\.text)
    workspace.close()
    #expect(texts.filter { $0 == "clock" }.count >= 3, "\(texts)")
    #expect(texts.allSatisfy { !$0.hasPrefix("save") && !$0.hasPrefix("events") }, "\(texts)")
    // The world is the same one.
    let again = try session(in: path)
    #expect(!again.run("calls | count").isEmpty)
    again.run("simulate s3:ListBuckets as bob")
    #expect(!again.messages.contains("another than"), "\(again.messages)")
    #expect(access(other, F_OK) != 0)
  }

  static let stories: [(name: String, first: [String], then: [String])] = [
    (
      "calls and deliveries",
      [
        "define bucket logs", "define trail main to s3://logs validate",
        "simulate s3:CreateBucket bucketName=data as bob",
        "simulate s3:PutObject bucketName=data key=a{n} as bob x 40 every 3s", "advance 20m",
        "define query mine as events where user=bob",
      ],
      [
        "simulate s3:DeleteBucket bucketName=data as bob", "advance 2h", "flush main",
        "validate main", "simulate iam:CreateUser userName=eve as root mfa",
      ]
    ),
    (
      "traffic that goes on",
      [
        "define bucket logs", "define trail main to s3://logs", "traffic start batch at 10/min",
        "advance 40m", "set region eu-west-1", "simulate ec2:DescribeInstances as alice",
      ],
      [
        "advance 30m", "traffic stop", "traffic 10m at 20/min",
        "simulate s3:ListBuckets as alice",
      ]
    ),
    (
      "refusals and people",
      [
        "define bucket logs", "define trail main to s3://logs", "define user eve",
        "simulate iam:CreateAccessKey userName=eve as admin",
        "expect error unknown-command nonsense", "simulate iam:CreateUser userName=eve",
        "clock +3h", "simulate sts:AssumeRole roleArn=arn:aws:iam::123456789012:role/none as eve",
      ],
      ["simulate iam:DeleteUser userName=eve", "advance 15m", "define user mallory"]
    ),
    (
      "a story to solve",
      ["define bucket logs", "define trail main to s3://logs", "scenario run leaked-key seed 7"],
      ["scenario show", "advance 1h", "simulate s3:ListBuckets as bob"]
    ),
  ]

  @Test(arguments: stories.indices)
  func theWorldGoesOnAsIfNothingHadBeen(index: Int) throws {
    let story = Self.stories[index]
    let whole = try session()
    for line in story.first { whole.run(line) }
    do {
      let first = try session(in: path)
      for line in story.first { first.run(line) }
      first.session.close()
    }
    let second = try session(in: path)
    for line in story.then + Self.questions {
      let expected = whole.run(line)
      #expect(second.run(line) == expected, "\(story.name): \(line)")
      #expect(second.messages.contains("warning:") == false, "\(second.messages)")
    }
    #expect(second.run("check").contains("is whole"))
    second.session.close()
  }

  @Test func theWorldIsBuiltWhenAStatementNeedsIt() throws {
    let calls: Int
    let counted: String
    do {
      let first = try session(in: path)
      first.run("define bucket logs; define trail main to s3://logs")
      first.run("simulate s3:ListBuckets as bob x 30")
      calls = try #require(first.session.builtWorld?.cloud.callCount)
      counted = first.run("calls | count by name")
      first.session.close()
    }
    let second = try session(in: path)
    #expect(second.session.keptWorld != nil && second.session.builtWorld == nil)
    second.run("help count; set rows 5; echo x; list queries")
    #expect(second.session.builtWorld == nil)
    #expect(second.session.clock.now == CloudDefaults.start)
    #expect(second.run("calls | count by name") == counted)
    second.run("simulate s3:ListBuckets as bob")
    #expect(second.session.keptWorld == nil)
    #expect(second.session.builtWorld?.cloud.callCount == calls + 1)
    #expect(second.run("calls where name=ListBuckets | count") == "COUNT\n   31\n")
  }

  @Test func rulesAreNotRunAgain() throws {
    let script = folder.path + "/answer.trailq"
    try folder.write(
      "simulate iam:DeleteAccessKey userName=$event.detail.requestParameters.userName accessKeyId=AKIA00000000000000001\nsimulate s3:ListBuckets as admin\n",
      to: "answer.trailq")
    try folder.write("#!/bin/sh\ncat >> \(folder.path)/ran\n", to: "program")
    chmod(folder.path + "/program", 0o755)
    let lines = [
      "define bucket logs", "define trail main to s3://logs", "define user eve",
      #"define rule answer on '{"detail":{"eventName":["CreateAccessKey"]}}' do run \#(script)"#,
      #"define rule start on '{"detail":{"eventName":["CreateUser"]}}' do exec \#(folder.path)/program"#,
      "simulate iam:CreateAccessKey userName=eve", "advance 5m",
      "simulate iam:CreateUser userName=mallory", "advance 5m",
    ]
    do {
      let first = try session(in: path) { $0.allowsPrograms = true }
      for line in lines { first.run(line) }
      #expect(first.run("calls where name=DeleteAccessKey | count") == "COUNT\n    1\n")
      first.session.close()
    }
    let ran = try folder.read("ran")
    #expect(!ran.isEmpty)
    // The file is gone, and programs are not allowed: what happened has happened.
    unlink(script)
    let second = try session(in: path)
    second.run("simulate s3:ListBuckets as bob")
    #expect(!second.messages.contains("warning:"), "\(second.messages)")
    #expect(try folder.read("ran") == ran)
    #expect(second.run("calls where name=DeleteAccessKey | count") == "COUNT\n    1\n")
    let expected = Self.questions.map { second.run($0) }
    second.session.close()
    let third = try session(in: path, readOnly: true)
    for (question, answer) in zip(Self.questions, expected) {
      #expect(third.run(question) == answer, "\(question)")
    }
  }

  @Test func aStoppedStatementIsStoppedThereAgain() throws {
    let expected: [String]
    let calls: Int
    do {
      let first = try session(in: path)
      first.run("define bucket logs; define trail main to s3://logs")
      let stopper = Stopper(session: first.session, after: 2)
      first.session.workObserver = stopper
      first.run("simulate s3:ListBuckets as bob x 50000 every 1s")
      first.session.workObserver = nil
      first.session.beginStatements()
      calls = try #require(first.session.builtWorld?.cloud.callCount)
      #expect((1_000..<50_000).contains(calls))
      first.run("simulate s3:ListBuckets as alice")
      expected = Self.questions.map { first.run($0) }
      first.session.close()
    }
    let second = try session(in: path)
    second.run("list users")
    second.run("status main")
    #expect(second.session.builtWorld?.cloud.callCount == calls + 1)
    #expect(Self.questions.map { second.run($0) } == expected)
  }

  @Test func foldersOfTheReaderAreLeftAsTheyAre() throws {
    let bucket = folder.path + "/bucket"
    do {
      let first = try session(in: path)
      first.run("define bucket logs at \(bucket); define trail main to s3://logs validate")
      first.run("simulate s3:ListBuckets as bob x 5; advance 2h")
      first.session.close()
    }
    let listed = try session(in: path)
    let before = listed.run("ls s3://logs")
    #expect(before.contains("CloudTrail"))
    listed.session.close()
    // Somebody tampers with what was delivered; that is what is there then.
    try folder.write("changed", to: "bucket/extra.txt")
    let second = try session(in: path)
    #expect(second.run("ls s3://logs").contains("extra.txt"))
    second.run("simulate s3:ListBuckets as bob; advance 2h")
    #expect(!second.messages.contains("warning:"), "\(second.messages)")
    #expect(second.run("delivered | count") == "COUNT\n    6\n")
    second.session.close()
  }

  // MARK: save and open

  @Test func savingCopiesAndOpeningGoesOver() throws {
    let test = try session()
    test.run("define bucket logs; define trail main to s3://logs; simulate s3:ListBuckets x 3")
    test.run("define query all as calls | count; set rows 9; save \(path)")
    #expect(test.messages.hasSuffix("; what follows is not (`open` goes over to it)\n"))
    let count = test.run("calls | count")
    test.run("simulate s3:ListBuckets as eve")
    // What came after is nowhere else.
    test.run("open \(path)", name: "t")
    #expect(test.messages.contains("error[unsaved-work]"))
    test.run("open \(path) discard")
    #expect(test.run("@all") == count)
    #expect(test.session.settings.rows == 9)
    test.run("simulate s3:ListBuckets as eve; save \(path)")
    #expect(test.messages.contains("is kept in"))
    test.run("save \(path)2; simulate s3:ListBuckets as mallory")
    test.session.close()
    let copy = try session(in: path + "2", readOnly: true)
    #expect(copy.run("calls where user=eve | count") == "COUNT\n    1\n")
    #expect(copy.run("calls where user=mallory | count") == "COUNT\n    0\n")
    copy.run("simulate s3:ListBuckets as zoe")
    #expect(copy.run("calls where user=zoe | count") == "COUNT\n    1\n")
    copy.run("save \(path)3")
    #expect(!copy.messages.contains("error"), "\(copy.messages)")
    let third = try session(in: path + "3")
    third.run("simulate s3:ListBuckets as zoe")
    #expect(!third.messages.contains("warning:"), "\(third.messages)")
    #expect(third.run("calls where user=zoe | count") == "COUNT\n    2\n")
    #expect(third.run("check \(path)").contains("is whole"))
  }

  /// What a session that only looks at a workspace saves has all that the workspace has.
  @Test func whatIsReadOnlyIsSavedWhole() throws {
    let log = folder.path + "/log.json"
    let records = (0..<40).map {
      #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"Call","eventID":"x-\#($0)"}"#
    }
    try folder.write(records.joined(separator: "\n"), to: "log.json")
    try folder.write(#"{"eventTime":"2026-11-20T10:00:00Z","eventName":"More"}"#, to: "more.json")
    do {
      let first = try session(in: path)
      first.run("import \(log)")
      first.session.close()
    }
    let second = try session(in: path, readOnly: true)
    second.run("save \(path)", name: "t")
    #expect(second.messages.contains("error[workspace-read-only]"))
    second.run("import \(folder.path)/more.json; save \(path)2")
    #expect(second.messages.contains("41 events saved"))
    second.session.close()
    let saved = try session(in: path + "2")
    #expect(
      saved.run("events | count by name | sort name") == "NAME  COUNT\nCall     40\nMore      1\n")
    saved.session.close()
    let kept = try session(in: path)
    #expect(kept.run("events | count") == "COUNT\n   40\n")
    kept.session.close()
  }

  @Test func optionsOverruleWhatIsKept() throws {
    do {
      let first = try session(in: path)
      first.run("output csv; clock 2026-11-20; set seed 5")
      first.session.close()
    }
    let second = try session(in: path)
    #expect(second.session.settings.output == .csv && second.session.settings.seed == 5)
    #expect(second.run("clock") == "")
    #expect(second.messages.contains("2026-11-20T00:00:00Z"))
    second.session.close()
    let third = try session(in: path) {
      $0.settings.output = .ndjson
      $0.chosenSettings = ["output"]
    }
    #expect(third.session.settings.output == .ndjson)
  }

  @Test func filesThatAreNoneAreSaid() throws {
    let test = try session()
    try folder.write(
      "no workspace at all, and long enough that its first bytes are looked at: 100", to: "text")
    for (line, code) in [
      ("open \(path)", "no-workspace"), ("open \(folder.path)", "not-a-workspace"),
      ("open \(folder.path)/text", "not-a-workspace"), ("check", "no-workspace"),
      ("check \(folder.path)/text", "not-a-workspace"), ("save \(folder.path)", "not-a-workspace"),
      ("save \(folder.path)/none/x", "workspace-unreachable"), ("open \(path) sideways", "usage"),
      ("save", "usage"),
    ] {
      test.run(line, name: "t")
      #expect(test.messages.contains("error[\(code)]"), "\(line): \(test.messages)")
    }
    let safe = try session { $0.isSafe = true }
    safe.run("open \(path)", name: "t")
    #expect(safe.messages.contains("error[not-safe]"))
  }

  @Test func anotherProcessIsNamed() throws {
    let test = try session(in: path)
    test.run("define bucket logs")
    let run = try TrailqRun(["-w", path, "-c", "echo hi"], in: folder)
    #expect(run.status == 2)
    #expect(run.messages.contains("is in use by pid \(getpid())"), "\(run.messages)")
    #expect(
      run.messages.contains("open \"\(path)\" read-only") || run.messages.contains("read-only"))
    let reader = try TrailqRun(
      ["-w", path, "--read-only", "-c", "list buckets; check"], in: folder)
    #expect(reader.status == 0 && reader.output.contains("logs"), "\(reader.messages)")
    test.session.close()
    let after = try TrailqRun(["-w", path, "-c", "list buckets"], in: folder)
    #expect(after.status == 0 && after.output.contains("logs"))
  }

  @Test func damagedEventsAreLeftOutAndNamed() throws {
    let log = SampleRecords.all.joined(separator: "\n")
    try folder.write(log, to: "log.json")
    do {
      let first = try session(in: path)
      first.run("import \(folder.path)/log.json")
      first.session.close()
    }
    try Self.damage(path)
    let second = try session(in: path)
    let answer = second.run("events | count by name")
    #expect(answer == "")
    #expect(
      second.messages.contains("segment 1 is damaged, and its 4 events of 2026-11-21 13:02:11 …"),
      "\(second.messages)")
    second.run("check", name: "t")
    #expect(second.messages.contains("error[workspace-damaged]"), "\(second.messages)")
    // A copy is the file as it is.
    second.run("save \(folder.path)/copy", name: "t")
    #expect(
      second.messages
        == "0 events saved to \(folder.path)/copy; 1 segment that cannot be read, with 4 events, is copied as it is\n"
    )
    // Read again, they are there again.
    second.run("import \(folder.path)/log.json")
    #expect(second.run("events | count") == "COUNT\n    4\n")
  }

  /// Where a file is written anew, `save` says itself what it could not read, though nothing had asked for it before.
  @Test func whatIsLeftOutIsSaidByTheCommandThatLeavesItOut() throws {
    try folder.write(SampleRecords.all.joined(separator: "\n"), to: "log.json")
    do {
      let first = try session(in: path)
      first.run("import \(folder.path)/log.json")
      first.session.close()
    }
    try Self.damage(path)
    let second = try session(in: path, readOnly: true)
    second.run("simulate s3:CreateBucket bucketName=data as bob", name: "t")
    second.run("save \(folder.path)/copy", name: "t")
    #expect(
      second.messages.contains(
        "1 event saved to \(folder.path)/copy; 1 segment that cannot be read, with 4 events, is left out\n"
      ), "\(second.messages)")
    let third = try session(in: "\(folder.path)/copy")
    #expect(third.run("events | count") == "COUNT\n    1\n")
    third.run("check", name: "t")
    #expect(!third.messages.contains("error"), "\(third.messages)")
  }

  /// Changes a byte in the middle of each part of a segment.
  private static func damage(_ path: String) throws {
    let descriptor = open(path, O_RDWR)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    pread(descriptor, &bytes, bytes.count, 0)
    let name = Array("DeleteBucket".utf8)
    var isFound = false
    for place in bytes.indices.dropLast(name.count)
    where bytes[place] == name[0] && Array(bytes[place..<place + name.count]) == name {
      isFound = true
      bytes[place] ^= 1
    }
    try #require(isFound)
    try #require(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
  }
}

/// Stops a session's statement when it has given so many signs of life.
private final class Stopper: WorkObserver, @unchecked Sendable {
  private let stop: @Sendable () -> Void
  private var left: Int

  init(session: Session, after count: Int) {
    stop = session.stopSwitch
    left = count
  }

  func importIs(at progress: ImportStage) {}
  func workHasEnded() {}
  func workIs(at text: String) {
    left -= 1
    if left == 0 { stop() }
  }
}
