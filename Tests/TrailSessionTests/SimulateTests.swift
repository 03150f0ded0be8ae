import Foundation
import Testing
import TrailCloud
import TrailText
import TrailTestSupport

@testable import TrailSession

/// `simulate`: from a statement to records and what is said about them.
@Suite struct SimulateTests {
  private func session() throws -> TestSession {
    try TestSession({ $0.clock = SessionClock(.running, isChosen: false) }, records: [])
  }

  /// A text in brackets that is no JSON is not some other form of list.
  @Test(
    arguments: [
      (
        #"events:PutEvents entries='[{"a":}]'"#,
        "`Entries` is no JSON: this byte does not belong here, at byte 7", #"[{"a":"#
      ),
      (
        #"events:PutEvents entries='[{"Source":"a"'"#,
        "`Entries` is no JSON: the text ends inside a value, at byte 15", #"[{"Source":"a""#
      ),
      (
        #"iam:TagUser userName=eve tags='[{"Key"=x}]'"#,
        "`Tags` is no JSON: this byte does not belong here, at byte 8", #"[{"Key""#
      ),
    ])
  func brokenJSONIsSaidToBeBroken(call: String, message: String, before: String) throws {
    let test = try session()
    test.run("simulate \(call)")
    #expect(test.messages.contains(message), "\(test.messages)")
    #expect(test.messages.contains("it is JSON up to there: \(before)\n"), "\(test.messages)")
    #expect(test.run("calls | expect none").hasPrefix("ok"))
  }

  /// What the events are, without the head of the table.
  private func events(_ test: TestSession, _ columns: String) -> [String] {
    test.run("events | select \(columns)").split(separator: "\n").dropFirst().map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
  }

  @Test(
    arguments: [
      (
        "simulate s3:CreateBucket bucketName=data as bob from 203.0.113.7",
        "bob 203.0.113.7 us-east-1"
      ),
      (
        "simulate s3:ListBuckets as root in eu-west-1 from 2001:db8::7",
        "root 2001:db8::7 eu-west-1"
      ),
      (
        "simulate ec2:DescribeInstances as Ops/x in eu-west-1 from 10.0.0.1", "x 10.0.0.1 eu-west-1"
      ),
      (
        "simulate iam:CreateUser userName=eve in eu-west-1 from 10.0.0.1",
        "admin 10.0.0.1 us-east-1"
      ),
      (
        "set region eu-west-1; simulate ec2:DescribeInstances from 10.0.0.1",
        "admin 10.0.0.1 eu-west-1"
      ),
    ] as [(String, String)])
  func whoWhereAndWhence(line: String, expected: String) throws {
    let test = try session()
    test.run(line, name: "t")
    #expect(!test.messages.contains("error["), "\(test.messages)")
    #expect(events(test, "user, ip, region") == [expected])
  }

  @Test func oneCallIsOneLine() throws {
    let test = try session()
    test.run("advance 0s")
    test.run("simulate s3:CreateBucket bucketName=data")
    #expect(test.messages == "2026-01-05 09:00:00  CreateBucket  admin  ok\n")
    test.run("simulate s3:DeleteBucket bucketName=nope as bob")
    #expect(
      test.messages == """
        user bob did not exist and was made
        2026-01-05 09:00:00  DeleteBucket  bob  NoSuchBucket: The specified bucket does not exist
          first: define bucket nope

        """)
  }

  @Test func manyCallsAreASummary() throws {
    let test = try session()
    test.run("define user bob; simulate s3:CreateBucket bucketName=b-{n} as bob x 500 every 2s")
    let line = try #require(test.messages.split(separator: "\n").last)
    #expect(
      line.hasPrefix("500 calls · 2026-01-05 09:00:00 … 2026-01-05 09:16:38 · 500 ok · "), "\(line)"
    )
    #expect(events(test, "req.bucketName").suffix(2) == ["b-499", "b-500"])
    #expect(test.session.clock.now == CloudDefaults.start + 998_000)
    test.run("simulate s3:DeleteBucket bucketName=b-{n} x600")
    #expect(test.messages.contains("500 ok · 100 NoSuchBucket"), "\(test.messages)")
  }

  @Test func placeholdersCountInEveryPart() throws {
    let test = try session()
    test.run(
      #"simulate iam:TagUser userName=bob tags=[{"Key":"k{n}","Value":"v"}] as u{n} from 10.0.0.{n} agent "a/{n}" x 2"#,
      name: "t")
    #expect(
      events(test, "user, ip, agent, req.tags.key") == [
        "u1 10.0.0.1 a/1 k1", "u2 10.0.0.2 a/2 k2",
      ], "\(test.messages)")
  }

  @Test func aTimeThatHasPassedMakesALateRecord() throws {
    let test = try session()
    test.run("simulate s3:ListBuckets at 08:00 x 2 every 10m; simulate s3:ListBuckets at +1h")
    #expect(
      events(test, "time").sorted() == [
        "2026-01-05 08:00:00", "2026-01-05 08:10:00", "2026-01-05 10:00:00",
      ])
    #expect(test.session.clock.now == CloudDefaults.start + 3_600_000)
  }

  @Test(
    arguments: [
      ("expect error NoSuchBucket simulate s3:DeleteBucket bucketName=nope", "ok 1"),
      ("expect error NoSuchKey simulate s3:DeleteBucket bucketName=nope", "not ok 1"),
      ("expect error NoSuchBucket simulate s3:CreateBucket bucketName=data", "not ok 1"),
      ("expect error AccessDenied simulate s3:ListBuckets error AccessDenied x 3", "ok 1"),
      ("expect error unknown-operation simulate s3:Nope", "ok 1"),
      ("expect error missing-parameter simulate s3:DeleteBucket", "ok 1"),
    ] as [(String, String)])
  func expectationsKnowRefusals(line: String, result: String) throws {
    let test = try session()
    #expect(test.run(line).hasPrefix(result + " - "), "\(test.output.data)\(test.messages)")
  }

  @Test func aRefusalDoesNotStopAScript() throws {
    let test = try session()
    let text = test.run("simulate s3:DeleteBucket bucketName=nope\necho still here", name: "t")
    #expect(text == "still here\n")
  }

  @Test(
    arguments: [
      ("simulate s3:DeletBucket bucketName=x", "^^^^^^^^^^^", "DeleteBucket"),
      ("simulate s33:ListBuckets", "^^^", "s3"),
      ("simulate s3:DeleteBucket buketName=x", "^^^^^^^^^^^", "bucketName"),
      ("simulate s3:ListBuckets in eu-wst-1", "^^^^^^^^", "eu-west-1"),
    ] as [(String, String, String)])
  func whatIsMisspeltIsUnderlined(line: String, marks: String, meant: String) throws {
    let test = try session()
    test.run(line)
    #expect(test.messages.contains(" \(marks) did you mean `\(meant)`?"), "\(test.messages)")
  }

  @Test func anOperationWithoutItsServiceIsMended() throws {
    let test = try session()
    test.run("simulate deletetrail name=x")
    #expect(
      test.messages.contains("try:  simulate cloudtrail:DeleteTrail name=x"), "\(test.messages)")
  }

  @Test func theSameScriptGivesTheSameBytesInTwoProcesses() throws {
    let script = """
      define user bob mfa
      define role Ops trusts 123456789012
      simulate s3:CreateBucket bucketName=data as bob
      simulate s3:PutObject bucketName=data key=log-{n}.gz as Ops/x x 50 every 7s
      simulate sts:AssumeRole roleArn=arn:aws:iam::123456789012:role/Ops roleSessionName=s as bob
      simulate signin:ConsoleLogin as bob fails x 3 every 10s
      simulate iam:CreateAccessKey userName=bob
      simulate ec2:RunInstances imageId=ami-0abc instanceType=t3.micro as 222233334444/eve
      advance 1d
      list users; list roles
      events
      """
    let runs = try (0..<2).map { _ in
      try TrailqRun(["--json", "-"], in: TrailqRun.folderWithLogs(), input: script)
    }
    #expect(runs[0].status == 0, "\(runs[0].messages)")
    #expect(runs[0].output == runs[1].output)
    #expect(runs[0].output.split(separator: "\n").count > 8)
    let other = try TrailqRun(
      ["--json", "-"], in: TrailqRun.folderWithLogs(), input: "set seed 2\n" + script)
    #expect(other.output != runs[0].output)
  }
}

/// What lies in buckets, and what is left of it.
@Suite struct BucketFolderTests {
  private static let script = """
    define bucket audit-logs at BUCKET
    define bucket own
    define trail main to s3://audit-logs validate
    define trail other to s3://own
    select main data s3 "arn:aws:s3:::data/"
    simulate s3:CreateBucket bucketName=data as bob
    simulate s3:PutObject bucketName=data key=log-{n}.gz as Ops/x x 200 every 7s
    simulate iam:CreateUser userName=eve-{n} as bob in eu-west-1 x 20 every 1m
    advance 5h
    ls s3://audit-logs
    ls s3://own
    events
    """

  /// Every file under a folder with its bytes, hidden ones included.
  private func tree(_ path: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      let file = "\(path)/\(name)"
      if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue {
        files[name] = try Data(contentsOf: URL(filePath: file))
      }
    }
    return files
  }

  @Test func theSameScriptTwiceGivesTheSameTreesOfFiles() throws {
    let folder = try TemporaryFolder()
    let runs = try (1...2).map { number in
      let bucket = "\(folder.path)/bucket-\(number)"
      let run = try TrailqRun(
        ["--json", "-"], in: TrailqRun.folderWithLogs(),
        input: Self.script.replacing("BUCKET", with: bucket),
        environment: ["TMPDIR": folder.path])
      #expect(run.status == 0, "\(run.messages)")
      return (run.output, try tree(bucket))
    }
    #expect(runs[0].0 == runs[1].0)
    #expect(runs[0].1.count > 20)
    #expect(runs[0].1 == runs[1].1)
    // The bucket that nobody placed lay in the session's folder, which is gone.
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.filter { $0.hasPrefix("trailq-") } == [])
  }

  @Test(arguments: ["TERM", "HUP"])
  func aSignalLeavesNoFolderBehind(signal: String) throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c",
      """
      mkfifo input; "$trailq" - < input & pid=$!
      exec 3> input
      printf '%s\\n' 'define bucket logs; define trail main to s3://logs' \\
        'simulate iam:CreateUser userName=eve; flush' 'advance 36500d' >&3
      exec 3>&-
      for i in $(seq 300); do ls -d trailq-* > /dev/null 2>&1 && break; sleep 0.05; done
      ls -d trailq-* && kill -\(signal) $pid; wait $pid; echo "status $?"
      """,
    ]
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.environment = [
      "HOME": folder.path, "TMPDIR": folder.path, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "trailq": try builtProgram("trailq"),
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.contains("trailq-"), "\(text)")
    #expect(text.contains("status \(signal == "TERM" ? 143 : 129)"), "\(text)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.filter { $0.hasPrefix("trailq-") } == [])
  }
}

@Suite struct SessionFolderTests {
  @Test func aSessionsFolderIsPrivateAndGoesWithAllThatIsInIt() throws {
    let outside = try TemporaryFolder()
    try outside.write("kept", to: "kept.txt")
    let folder = SessionFolder()
    let path = try folder.path()
    #expect(try folder.path() == path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o700)
    try FileManager.default.createDirectory(
      atPath: path + "/a/.hidden/c", withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(filePath: path + "/a/.hidden/c/x"))
    try FileManager.default.createSymbolicLink(
      atPath: path + "/a/link", withDestinationPath: outside.path)
    folder.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try outside.read("kept.txt") == "kept")
  }

  @Test func nothingIsMadeBeforeItIsNeeded() {
    let folder = SessionFolder()
    folder.remove()
    folder.remove()
  }
}
