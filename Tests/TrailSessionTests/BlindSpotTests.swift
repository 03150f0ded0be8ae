import Testing
import TrailTestSupport
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// An answer that misses calls says so in one line, with the command that shows why.
@Suite struct BlindSpotTests {
  private static let scene = "define bucket logs; define bucket data; define user bob"
  private static let put = "simulate s3:PutObject bucketName=data key=a as bob"
  private static let trail = "define trail main to s3://logs"

  private func messages(_ setUp: String, _ question: String) throws -> String {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run(Self.scene)
    test.run(setUp)
    test.run(question)
    return test.messages
  }

  /// Each reason for which trails can have missed a call.
  @Test(arguments: [
    ("\(put)", "there is no trail"),
    ("\(trail); \(put)", "no trail selects data events of AWS::S3::Object"),
    (
      "\(trail); select main data s3 other; \(put)", "the selectors of main leave them out"
    ),
    (
      "\(trail); select main data s3 data read; \(put)", "the selectors of main leave them out"
    ),
    ("\(trail); select main data s3 data; stop main; \(put)", "main was not logging"),
    ("\(trail) stopped; select main data s3 data; \(put)", "main was not logging"),
    ("\(trail); select main data s3 data; drop trail main; \(put)", "main was deleted"),
    ("\(put); advance 1m; \(trail); select main data s3 data", "main was made later"),
    (
      "set region eu-west-1; \(trail) no global; select main data s3 data; set region us-east-1; \(put)",
      "main logs eu-west-1 only"
    ),
    // Of two trails the one counts that came nearer.
    (
      "\(trail); define trail second to s3://logs prefix p; select second data s3 data; stop second; \(put)",
      "second was not logging"
    ),
    ("\(trail); stop main; \(put)", "no trail selects data events of AWS::S3::Object"),
  ])
  func eventsSayWhatNoTrailRecorded(setUp: String, reason: String) throws {
    for question in [
      "events where name=PutObject", "events where name=PutObject | count",
      "events | where name=PutObject | count by user", "events where user=bob since 1d | top name",
    ] {
      let messages = try messages(setUp, question)
      #expect(
        messages.contains("1 more call was made and recorded by no trail: \(reason)."),
        "\(messages)")
      #expect(messages.contains("\n  try: explain recorded "))
    }
    let shown = try messages(setUp, "events where name=ListBuckets")
    #expect(!shown.contains("more call"))
  }

  @Test func networkActivityIsMissedToo() throws {
    let messages = try messages(
      "\(Self.trail); simulate s3:ListBuckets vpce vpce-1 as bob", "events where user=bob")
    #expect(
      messages.contains(
        "recorded by no trail: no trail selects network activity events of s3.amazonaws.com."))
  }

  @Test func ownDeliveriesAreMissedWhereTheyAreLeftOut() throws {
    let messages = try messages(
      "\(Self.trail) no recursive; select main data s3 logs; simulate iam:CreateUser userName=x; flush",
      "events where name=PutObject")
    #expect(messages.contains("main leaves CloudTrail's own deliveries out"))
  }

  /// Several reasons are counted, the most frequent first.
  @Test func reasonsAreCounted() throws {
    let messages = try messages(
      "\(Self.put) x 3; advance 1m; \(Self.trail); select main data s3 data; stop main; \(Self.put) x 2",
      "events where name=PutObject")
    #expect(
      messages.contains(
        "5 more calls were made and recorded by no trail: main was made later (3), main was not logging (2)."
      ), "\(messages)")
  }

  @Test func theCommandShowsWhy() throws {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run(Self.scene)
    test.run("\(Self.trail); \(Self.put)")
    test.run("events where name=PutObject")
    let line = try #require(test.messages.split(separator: "\n").last)
    let command = String(line.dropFirst("  try: ".count))
    #expect(test.run(command).contains("selects management events only"))
  }

  /// Saved queries miss what their sentences miss.
  @Test func savedQueriesSayItToo() throws {
    let messages = try messages(
      "define query puts as events where name=PutObject; \(Self.trail); \(Self.put)", "@puts")
    #expect(messages.contains("recorded by no trail: no trail selects data events"))
  }

  /// With output for programs the note is not among the data.
  @Test func notesAreNoData() throws {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run(Self.scene)
    test.run("\(Self.put); output ndjson")
    #expect(test.run("events where name=PutObject") == "")
    #expect(test.messages.contains("recorded by no trail"))
  }

  // MARK: Event history

  /// Each reason for which Event history does not show a call (facts §2.1, §0.3, §0.15).
  @Test(arguments: [
    (
      "simulate s3:ListBuckets as bob", "1 read is hidden.",
      "history all where user = bob"
    ),
    (
      "simulate ec2:RunInstances imageId=ami-0abc as bob in eu-west-1 x 2",
      "2 events are of eu-west-1.", "set region eu-west-1"
    ),
    (
      "set region eu-west-1; simulate iam:CreateUser userName=eve as bob",
      "1 event is of us-east-1.", "set region us-east-1"
    ),
    (
      "\(put)", "1 more call is no management event, and Event history has no others.",
      "explain recorded "
    ),
    (
      "simulate iam:CreateUser userName=eve as bob; advance 91d",
      "1 event is older than 90 days.", "events where time < \"2026-01-06"
    ),
    (
      "define account 222233334444; simulate iam:CreateUser userName=eve as 222233334444/bob",
      "1 event is of another account.", "list accounts"
    ),
    (
      "simulate s3:ListBuckets as bob x 2; simulate ec2:RunInstances imageId=ami-0abc as bob in eu-west-1",
      "2 reads are hidden; 1 event is of eu-west-1.", "history all where user = bob"
    ),
  ])
  func historySaysWhatIsElsewhere(setUp: String, text: String, suggestion: String) throws {
    for question in ["history where user=bob", "history where user=bob | count"] {
      let messages = try messages(setUp, question)
      #expect(messages.contains(text), "\(messages)")
      #expect(messages.contains("\n  try: \(suggestion)"), "\(messages)")
    }
  }

  @Test func historyAllHidesNoReads() throws {
    let messages = try messages("simulate s3:ListBuckets as bob", "history all where user=bob")
    #expect(messages == "1 event\n")
  }

  // MARK: Lookup

  @Test(arguments: [
    ("\(put)", "lookup EventName=PutObject", "1 more call is no management event"),
    ("\(put)", "lookup Username=bob", "1 more call is no management event"),
    ("\(put)", "lookup ResourceName=data", "1 more call is no management event"),
    (
      "simulate ec2:RunInstances imageId=ami-0abc as bob in eu-west-1",
      "lookup EventName=RunInstances",
      "1 event is of eu-west-1.\n  try: set region eu-west-1"
    ),
    (
      "simulate iam:CreateUser userName=eve as bob; advance 91d", "lookup EventName=CreateUser",
      "1 event is older than 90 days."
    ),
  ])
  func lookupSaysWhatIsElsewhere(setUp: String, question: String, text: String) throws {
    #expect(try messages(setUp, question).contains(text))
  }

  @Test func lookupSaysNothingWhereNothingIsMissing() throws {
    let messages = try messages(
      "simulate iam:CreateUser userName=eve", "lookup EventName=CreateUser")
    #expect(messages == "1 event\n")
  }

  // MARK: What was delivered

  /// Each reason for which a call is not in a trail's bucket.
  @Test(arguments: [
    (
      "\(trail); simulate iam:CreateUser userName=eve as bob",
      "1 more event waits for delivery; the next arrives at", "flush main"
    ),
    (
      "\(trail); \(put); flush",
      "1 more call was made and not recorded by main: main does not select data events of AWS::S3::Object.",
      "explain recorded "
    ),
    (
      "\(trail); select main management write; simulate s3:ListBuckets as bob x 2; flush",
      "2 more calls were made and not recorded by main: the selectors of main leave them out.",
      "explain recorded "
    ),
    (
      "\(trail); stop main; simulate iam:CreateUser userName=eve as bob",
      "1 more call was made and not recorded by main: main was not logging.", "explain recorded "
    ),
    (
      "simulate iam:CreateUser userName=eve as bob; advance 1m; \(trail)",
      "1 more call was made and not recorded by main: main was made later.", "explain recorded "
    ),
    (
      "\(trail) region eu-west-1; simulate ec2:RunInstances imageId=ami-0abc as bob; flush",
      "1 more call was made and not recorded by main: main logs eu-west-1 only.",
      "explain recorded "
    ),
    (
      "define key alias/ct; \(trail) kms alias/ct; simulate iam:CreateUser userName=eve as bob; flush; simulate kms:DisableKey keyId=alias/ct",
      "1 file in s3://logs cannot be read: KMS.DisabledException", ""
    ),
    (
      "define key alias/ct; \(trail) kms alias/ct; simulate kms:DisableKey keyId=alias/ct as bob; flush",
      "1 more event waits for delivery; the last delivery failed: KMS.DisabledException",
      "status main"
    ),
  ])
  func deliveredSaysWhatIsNotThere(setUp: String, text: String, suggestion: String) throws {
    for question in ["delivered main where user=bob", "delivered where user=bob | count"] {
      let messages = try messages(setUp, question)
      #expect(messages.contains(text), "\(messages)")
      if !suggestion.isEmpty { #expect(messages.contains("\n  try: \(suggestion)"), "\(messages)") }
    }
  }

  @Test(arguments: [
    ("\(trail) stopped", "0 events. main is not logging.\n  try: start main"),
    (trail, "0 events. Nothing lies in s3://logs for main yet.\n  try: status main"),
  ])
  func anEmptyBucketIsSaid(setUp: String, text: String) throws {
    #expect(try messages(setUp, "delivered main").contains(text))
  }

  /// What was imported is nobody's simulated call, with a world and without one; what then is to be asked is said.
  @Test(arguments: [
    ("calls", "", "events"), ("history", "", "events"), ("history all", "", "events"),
    ("calls where failed | count by user", "", "events where failed | count by user"),
    ("calls where req.bucketName=data", "define user bob", "events where req.bucketName = data"),
    ("history since 1d", "define user bob", "events since 1d"),
    ("@mine where failed", "define query mine as calls", "events"),
  ])
  func anImportIsNoCall(question: String, setUp: String, instead: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"Records\":[\(SampleRecords.all.joined(separator: ","))]}", to: "a.json")
    let test = try TestSession(records: [])
    test.run("import \(folder.path); \(setUp)")
    #expect(test.run("events | count") == "COUNT\n    4\n")
    let rows = test.run("output csv; \(question)")
    #expect(rows.split(separator: "\n", omittingEmptySubsequences: false).dropFirst() == [""])
    let counted = question.contains("count") ? "0 rows" : "0 events"
    let said = "\(counted). Nothing has been simulated yet; imported events are `events`."
    #expect(test.messages == "\(said)\n  try: \(instead)\n")
    // A count of nothing is a row; what it says of is said too.
    #expect(test.run("output csv; calls | count") == "count\n0\n")
    #expect(test.messages.contains("Nothing has been simulated yet; imported events are `events`."))
    test.run("simulate s3:CreateBucket bucketName=data as bob")
    #expect(test.run("calls | count") == "count\n1\n")
    #expect(test.run("history | count") == "count\n1\n")
    #expect(test.run("events | count") == "count\n5\n")
  }

  @Test(arguments: ["history", "calls"])
  func anEmptyWorldIsSaid(question: String) throws {
    let test = try TestSession(records: [])
    test.run(question)
    #expect(
      test.messages
        == "0 events. Nothing has been simulated yet.\n  try: simulate s3:CreateBucket bucketName=data\n"
    )
  }
}
