import Testing
import TrailTestSupport

@testable import TrailSession

@Suite struct CompletionTests {
  /// Candidates at the end of a text, each with its remark.
  private func complete(_ text: String) throws -> [String] {
    let completion = try TestSession().session.complete(text, at: text.utf8.count)
    #expect(completion.replacedRange.upperBound == text.utf8.count)
    return completion.candidates.map {
      $0.remark.isEmpty ? $0.insertion : "\($0.insertion) \($0.remark)"
    }
  }

  @Test func statementsBeginWithSourcesAndCommands() throws {
    let all = try complete("")
    #expect(all.first == "events asks a question")
    #expect(all.contains { $0.hasPrefix("import ") })
    #expect(try complete("ev") == ["events asks a question"])
    #expect(
      try complete("echo x; exp").map { $0.prefix { $0 != " " } } == [
        "export", "explain", "expect",
      ])
  }

  @Test func valuesComeWithTheirCountsUnderTheRestOfTheSentence() throws {
    #expect(try complete("events where user=") == ["alice 2", "bob 2"])
    #expect(try complete("events where user=a") == ["alice 2"])
    #expect(try complete("events where name=DeleteBucket and user=") == ["bob 2"])
    #expect(try complete("events where user=bob and error exists and name=") == ["DeleteBucket 1"])
    #expect(try complete("events since 2026-11-21T18:00Z where user=") == ["alice 1"])
    #expect(try complete("explain events where user=") == ["alice 2", "bob 2"])
    #expect(try complete("expect error x events where user=b") == ["bob 2"])
    #expect(try complete("events | where user=") == ["alice 2", "bob 2"])
    #expect(try complete("events where name=A then user=") == ["alice 2", "bob 2"])
    #expect(try complete("events where name=A as k then no user=a") == ["alice 2"])
  }

  @Test func valuesThatNeedQuotesGetThem() throws {
    #expect(try complete("events where req.key=") == ["\"a b\" 1"])
    #expect(try complete("events where user='b") == ["'bob' 2"])
    #expect(try complete("events where user=\"b") == ["\"bob\" 2"])
  }

  @Test func pathsAreThoseThatOccur() throws {
    let paths = try complete("events where req.")
    #expect(
      paths == [
        "req.bucketName 2 values", "req.key 1 value", "req.\"odd key\"", "req.size 1 value",
        "req.tags. …",
      ])
    #expect(try complete("events where req.tags.") == ["req.tags.k 2 values"])
    #expect(try complete("events where use").contains("user"))
  }

  @Test func stagesAndColumnsFollowTheGrammar() throws {
    #expect(try complete("events | ti").map { $0.prefix { $0 != " " } } == ["timeline"])
    #expect(try complete("events | count by user | sort c").contains("count column"))
  }

  @Test func timesSayWhatTheyLeave() throws {
    let times = try complete("events since ")
    #expect(times.contains("1h 0 events"))
    #expect(times.contains("1d 4 events"))
  }

  @Test func commandsCompleteTheirArguments() throws {
    #expect(
      try complete("help ti").map { $0.prefix { $0 != " " } } == [
        "times", "timeline", "timing", "time",
      ])
    #expect(try complete("output nd") == ["ndjson one JSON object a line; --json is short for it"])
    #expect(try complete("set output t") == ["table", "tsv"])
    #expect(try complete("timing ") == ["on", "off"])
    #expect(try complete("words thr") == ["throttled word"])
    #expect(try complete("clock l") == ["latest", "live"])
    #expect(try complete("echo ") == [])
    #expect(try complete("nonsense ") == [])
  }

  @Test(
    arguments: [
      ("simulate s3:DeleteObj", ["s3:DeleteObject", "s3:DeleteObjectTagging", "s3:DeleteObjects"]),
      ("simulate signi", ["signin:"]), ("simulate s3:DeleteBucket b", ["bucketName="]),
      ("simulate s3:DeleteBucket bucketName=x as a", ["admin", "anonymous"]),
      ("simulate s3:DeleteBucket bucketName=x in eu-n", ["eu-north-1"]),
      ("simulate s3:DeleteBucket bucketName=x as bob fr", ["from"]),
      ("define us", ["user"]), ("list acc", ["accounts"]), ("define region eu-c", ["eu-central-2"]),
      ("define query x ", ["as"]), ("define query x as ev", ["events"]),
    ] as [(String, [String])])
  func theSimulatorCompletes(text: String, expected: [String]) throws {
    let test = try TestSession()
    let found = test.session.complete(text, at: text.utf8.count).candidates.map(\.insertion)
    #expect(found == expected)
  }

  @Test func namesInTheWorldAreOffered() throws {
    let test = try TestSession()
    test.run("define user bob; define role Ops")
    func found(_ text: String) -> [String] {
      test.session.complete(text, at: text.utf8.count).candidates.map(\.insertion)
    }
    #expect(found("simulate s3:ListBuckets as ") == ["admin", "bob", "Ops/", "root", "anonymous"])
    #expect(found("simulate iam:DeleteUser userName=b") == ["userName=bob"])
    let parameters = found("simulate s3:PutObject ")
    #expect(parameters.prefix(2) == ["bucketName=", "key="])
  }

  @Test func savedQueriesAreOffered() throws {
    let test = try TestSession()
    test.run("define query refused as events where denied")
    #expect(test.session.complete("@r", at: 2).candidates.map(\.insertion) == ["@refused"])
    #expect(test.session.complete("drop query ", at: 11).candidates.map(\.insertion) == ["refused"])
  }

  @Test func pathsOfFilesAreCompleted() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "a b.json")
    try folder.write("", to: "logs.gz")
    try folder.write("", to: ".hidden")
    #expect(
      try complete("import \(folder.path)/") == [
        "\(folder.path)/a\\ b.json ", "\(folder.path)/logs.gz ",
      ])
    #expect(try complete("import x \"\(folder.path)/a") == ["\"\(folder.path)/a b.json\" "])
  }

  @Test func nothingBreaksWhereverTheCursorIs() throws {
    let session = try TestSession().session
    let text =
      "events where user=\"é\" and (req.\"odd key\" ~ /a b/ or ip in (1.2.3.4, x)) | sort user # x"
    for cursor in -1...text.utf8.count + 1 { _ = session.complete(text, at: cursor) }
    #expect(session.complete(text, at: 13).candidates.count > 10)
  }
}
