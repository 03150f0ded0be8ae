import Testing
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// Trails from the shell.
@Suite struct TrailCommandTests {
  private func session(_ line: String = "") throws -> TestSession {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run("define bucket logs; define trail main to s3://logs\(line)", name: "t")
    return test
  }

  private func main(_ test: TestSession) throws -> Trail {
    try #require(test.session.cloudIfBegun?.trails.all.first)
  }

  @Test func definingATrailMakesTheConsolesCalls() throws {
    let test = try session(" tags team=audit,stage=test validate")
    let trail = try main(test)
    #expect(trail.isLogging && trail.isMultiRegion && trail.validatesLogFiles)
    #expect(trail.tags == [.init(key: "team", value: "audit"), .init(key: "stage", value: "test")])
    let made = test.run("events where service=cloudtrail | select name")
    #expect(made.contains("CreateTrail") && made.contains("StartLogging"))
  }

  private static let effects: [(line: String, holds: @Sendable (Trail) -> Bool)] = [
    (" stopped", { !$0.isLogging }),
    (" region eu-west-1", { $0.homeRegion == "eu-west-1" && !$0.isMultiRegion }),
    (" region eu-west-1 all regions", { $0.homeRegion == "eu-west-1" && $0.isMultiRegion }),
    (" no global", { !$0.isMultiRegion && !$0.includesGlobalServiceEvents }),
    (" prefix audit", { $0.keyPrefix == "audit" }),
    ("/audit/2026", { $0.keyPrefix == "audit/2026" }),
    (" no recursive", { !$0.recordsOwnDeliveries }),
    ("; alter trail main one region", { !$0.isMultiRegion && !$0.includesGlobalServiceEvents }),
    (
      "; alter trail main one region global",
      { !$0.isMultiRegion && $0.includesGlobalServiceEvents }
    ),
    (
      " prefix p validate; alter trail main no prefix no validate",
      { $0.keyPrefix == nil && !$0.validatesLogFiles }
    ),
    (" tags a=1,b=2; alter trail main no tags a", { $0.tags.map(\.key) == ["b"] }),
    ("; stop main", { !$0.isLogging }), ("; stop main; start main", { $0.isLogging }),
    (
      "; select main management write except kms",
      { $0.effectiveSelectors.phrases == ["management events (write) except kms.amazonaws.com"] }
    ),
    (
      "; select main data s3 data, other read",
      {
        $0.effectiveSelectors.phrases.last
          == "data events of AWS::S3::Object (read): arn:aws:s3:::data/, arn:aws:s3:::other/"
      }
    ),
    (
      "; select main data lambda hello",
      { $0.effectiveSelectors.phrases.last?.hasSuffix("function:hello") == true }
    ),
    (
      "; select main data s3 all; select main data s3 none",
      { $0.effectiveSelectors == .standard }
    ),
    (
      "; select main advanced '[{\"FieldSelectors\":[{\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}]}]'",
      { !$0.hasCustomEventSelectors && $0.selectors != nil }
    ),
    ("; select main basic [{\"ReadWriteType\":\"ReadOnly\"}]", { $0.hasCustomEventSelectors }),
    ("; select main network s3 denied", { $0.effectiveSelectors.advancedForm.count == 2 }),
  ]

  @Test(arguments: effects)
  func commandsSayWhatTheyMean(line: String, holds: @Sendable (Trail) -> Bool) throws {
    let test = try session(line)
    #expect(!test.messages.contains("error["), "\(test.messages)")
    #expect(holds(try main(test)), "\(test.messages)")
  }

  @Test(arguments: [
    ("define trail main to s3://logs", "TrailAlreadyExistsException"),
    ("define trail other to s3://nowhere", "S3BucketDoesNotExistException"),
    (
      "define trail other to s3://logs all regions no global",
      "InvalidParameterCombinationException"
    ),
    ("define trail other", "usage"), ("start mian", "TrailNotFoundException"),
    ("select main data s3 \"arn:aws:s3:::data\"", "InvalidEventSelectorsException"),
    ("select main management none", "InvalidEventSelectorsException"),
    ("select main everything", "usage"), ("alter trail main", "usage"),
    ("set region eu-west-1; stop main", "InvalidHomeRegionException"),
    ("drop trail main; show trail main", "TrailNotFoundException"),
    ("explain recorded nosuch", "no-such-event"),
  ])
  func refusalsAreDiagnostics(line: String, code: String) throws {
    let test = try session()
    test.run(line, name: "t")
    #expect(test.messages.contains("error[\(code)]"), "\(test.messages)")
  }

  @Test func explainTellsWhyOfEachTrail() throws {
    let test = try session("; define trail reads to s3://logs; select reads management read")
    test.run("simulate iam:CreateUser UserName=eve; events where name=CreateUser", name: "t")
    let text = test.run("explain recorded 1")
    #expect(text.contains("main recorded it, for s3://logs"))
    #expect(text.contains("reads did not record it: its selector selects read events only"))
    #expect(text.contains("Event history has it"))
  }

  @Test func showPrintsTheSelectorsAsAWSTakesThem() throws {
    let test = try session("; select main data AWS::SQS::Queue all")
    let page = test.run("show trail main")
    #expect(page.contains(#"{"Field":"resources.type","Equals":["AWS::SQS::Queue"]}"#))
    let json = test.run("output ndjson; show trail main")
    #expect(json.hasPrefix(#"{"Trail":{"Name":"main","S3BucketName":"logs","#))
    test.run("simulate ec2:DescribeVpcs; output table")
    #expect(test.run("show trail main").contains("to arrive"))
  }

  /// A refusal points at the words that are refused, and offers no mend of others.
  @Test(arguments: [
    ("region eu-west-9", "eu-west-9", "try:  define trail two to s3://logs region eu-west-1"),
    ("kms alias/none", "alias/none", "first: define key alias/none"),
    ("prefix /a", "/a", ""), ("no global all regions", "global", "only a trail of one Region"),
    ("tags =x", "=x", ""), ("organization", "organization", "CreateOrganization"),
    ("val", "val", "try:  define trail two to s3://logs validate"),
  ])
  func refusalsPointAtTheirWords(line: String, words: String, advice: String) throws {
    let test = try session()
    let statement = "define trail two to s3://logs \(line)"
    test.run(statement)
    let lines = test.messages.split(separator: "\n", omittingEmptySubsequences: false)
    let at = try #require(lines.firstIndex { $0.hasSuffix(statement) })
    let marks = lines[at + 1]
    let start = try #require(marks.firstIndex(of: "^"))
    let column = marks.distance(from: marks.startIndex, to: start) - 2
    #expect(statement.dropFirst(column).hasPrefix(words))
    #expect(test.messages.contains(advice))
  }

  @Test func whatIsSwitchedAlreadyIsSaid() throws {
    let test = try session()
    test.run("start main")
    #expect(test.messages == "trail main was logging already\n")
    test.run("stop main; stop main")
    #expect(test.messages == "trail main logs no more\ntrail main was not logging anyway\n")
  }

  @Test(arguments: [
    ("define trail two ", ["to"]), ("define trail two to ", ["s3://logs"]),
    ("define trail two to s3://logs all ", ["regions"]),
    ("define trail two to s3://logs v", ["validate"]), ("alter trail ", ["main"]),
    ("alter trail main no k", ["kms"]), ("select ", ["main"]),
    ("select main m", ["management"]), ("select main management w", ["write"]),
    ("select main data s3 a", ["arn:aws:s3:::logs/", "all"]),
  ])
  func trailsAreCompleted(text: String, candidates: [String]) throws {
    let completion = try session().session.complete(text, at: text.utf8.count)
    #expect(completion.candidates.map(\.insertion) == candidates)
  }
}
