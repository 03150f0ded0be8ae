import Testing
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// Topics, queues and functions from the shell.
@Suite struct TopicCommandTests {
  private func session(_ lines: String) throws -> TestSession {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run(lines, name: "t")
    return test
  }

  private static let arn = "arn:aws:sns:us-east-1:123456789012:told"

  /// Facts §6.4: what CloudTrail publishes, on a page and as data.
  @Test func theInboxShowsWhatCloudTrailPublished() throws {
    let test = try session(
      """
      define topic told; define bucket logs; define trail main to s3://logs notify told
      simulate iam:CreateUser userName=a; advance 15m; simulate iam:CreateUser userName=b; advance 15m
      """)
    let page = test.run("inbox told 1")
    let lines = page.split(separator: "\n").map(String.init)
    #expect(lines[0].hasSuffix("  cloudtrail.amazonaws.com"))
    #expect(lines[1] == "  {")
    #expect(lines[2] == #"    "s3Bucket": "logs","#)
    #expect(test.messages.contains("1 older message (`inbox told all`)"))
    let data = test.run("output ndjson; inbox told").split(separator: "\n").map(String.init)
    #expect(data.count == 2)
    #expect(data[0] > data[1])
    #expect(data[0].contains(#""message":"{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\""#))
  }

  private static let empties: [(String, String)] = [
    (
      "define topic told",
      "topic told has no messages yet; a trail would notify it: define trail NAME to s3://BUCKET notify told"
    ),
    (
      "define topic told; define bucket logs; define trail main to s3://logs notify told",
      "topic told has no messages yet; trail main notifies it of each delivery (`advance 15m`)"
    ),
    (
      "define topic told; define bucket logs; define trail main to s3://logs notify told;"
        + " define topic told policy none; simulate iam:CreateUser userName=a; flush",
      "topic told has no messages yet; trail main could not publish: AuthorizationError"
    ),
  ]

  @Test(arguments: empties)
  func anEmptyInboxSaysWhoWouldWrite(lines: String, text: String) throws {
    let test = try session(lines)
    test.run("inbox told")
    #expect(test.messages.contains(text), "\(test.messages)")
  }

  @Test func receivingIsAsInSQS() throws {
    let test = try session(
      "define queue jobs visibility 1m; simulate sqs:SendMessage queueUrl=jobs messageBody=hello")
    #expect(test.run("receive jobs keep").contains("  hello\n"))
    #expect(test.run("receive jobs").contains("  hello\n"))
    #expect(test.run("receive jobs") == "")
    #expect(
      test.messages.contains("queue jobs has no message to receive; 1 message in flight"))
    #expect(test.run("advance 1m; receive jobs delete").contains("received 2 times"))
    test.run("advance 1m; receive jobs")
    #expect(!test.messages.contains("in flight"))
    let calls = test.run("calls where service=sqs | select name | output ndjson")
    #expect(calls.isEmpty)
    let names = test.run("output ndjson; calls where service=sqs | count by name")
    #expect(names.contains(#"{"name":"ReceiveMessage","count":4}"#), "\(names)")
    #expect(names.contains(#"{"name":"DeleteMessage","count":1}"#), "\(names)")
  }

  @Test func topicsFeedQueuesAndFunctions() throws {
    let test = try session(
      """
      define topic told
      define queue dead; define queue jobs fed by told dead-letter dead after 1 visibility 1s
      define queue plain fed by told raw
      define function page-me fed by told
      simulate sns:Publish topicArn=\(Self.arn) message='{"a":1}' subject=hey
      """)
    #expect(!test.messages.contains("error["), "\(test.messages)")
    let enveloped = test.run("receive jobs")
    #expect(enveloped.contains(#""Subject": "hey""#))
    #expect(enveloped.contains(#""Message": {"a":1}"#))
    #expect(test.run("receive plain").contains("\n  {\"a\":1}\n"))
    test.run("advance 1s; receive jobs")
    #expect(test.run("receive dead").contains(#""Subject": "hey""#))
    let function = test.run("show function page-me")
    #expect(function.contains("calls by services  1"))
    #expect(function.contains("2026-01-05 09:00:00 called by sns.amazonaws.com for \(Self.arn)\n"))
  }

  private static let refused: [(String, String)] = [
    ("show topic told", "first: define topic told"),
    ("define topic told; show topic tod", "did you mean `told`?"),
    ("define topic 'no topic'", "error[InvalidParameter]: Invalid parameter: Topic Name"),
    ("define topic told region mars", "error[bad-region]: there is no Region `mars`"),
    ("define topic told region eu-south-1", "first: define region eu-south-1"),
    ("define topic told account 222233334444", "first: define account 222233334444"),
    ("define topic told kms nothing", "first: define key nothing"),
    ("define topic told polcy none", "did you mean `policy`?"),
    ("define topic told policy {\"a\":1}", "Invalid parameter: Policy Error: null"),
    ("define topic told subscribe emal x", "did you mean `email`?"),
    ("define topic told subscribe sqs jobs", "first: define queue jobs"),
    ("define queue jobs fed by told", "first: define topic told"),
    ("define queue jobs dead-letter dead", "first: define queue dead"),
    ("define queue jobs visibility 1d", "Invalid value for the parameter VisibilityTimeout."),
    ("define queue jobs fed", "expected here: the topic"),
    ("define function 'a b'", "error[bad-function-name]"),
    ("inbox told", "first: define topic told"),
    ("define topic told; inbox told many", "is no number of messages"),
    ("define queue jobs; receive jobs 11", "Must be between 1 and 10, if provided."),
    ("define key alias/aws/mine", "error[InvalidAliasNameException]"),
    ("define bucket logs region mars", "error[bad-region]"),
    ("drop user nobody", "there is no user `nobody`"),
    ("define user bob; drop user bo", "did you mean `bob`?"),
    ("drop region us-east-1", "Region us-east-1 is enabled by default and cannot be changed."),
    (
      "define bucket logs; define trail main to s3://logs; simulate iam:CreateUser userName=a; flush;"
        + " drop bucket logs", "error[BucketNotEmpty]"
    ),
  ]

  @Test(arguments: refused)
  func mistakesAreExplained(line: String, text: String) throws {
    let test = try session(line)
    #expect(test.messages.contains(text), "\(test.messages)")
  }

  private static let drops: [(String, String)] = [
    ("define topic x; drop topic x", "DeleteTopic"),
    ("define queue x; drop queue x", "DeleteQueue"),
    ("define function x; drop function x", "DeleteFunction20150331"),
    ("define bucket xxx; drop bucket xxx", "DeleteBucket"),
    ("define key x; drop key x in 7 days", "ScheduleKeyDeletion"),
    ("define user x; drop user x", "DeleteUser"), ("define role x; drop role x", "DeleteRole"),
    ("define region eu-south-1; drop region eu-south-1", "DisableRegion"),
    (
      "define account 222233334444; define topic x account 222233334444 region eu-west-1; drop topic x",
      "DeleteTopic"
    ),
  ]

  /// What is taken away is taken away by AWS's own call, which leaves its event.
  @Test(arguments: drops)
  func droppingIsACall(line: String, name: String) throws {
    let test = try session(line)
    #expect(!test.messages.contains("error["), "\(test.messages)")
    #expect(test.run("output ndjson; calls | select name").contains("\"\(name)\""))
  }

  /// Issue 3: every kind of thing is defined, listed, and shown the same way.
  @Test(arguments: [
    ("account 222233334444", "accounts", "222233334444"), ("user x", "users", "x"),
    ("role x", "roles", "x"), ("bucket xxx", "buckets", "xxx"), ("key x", "keys", "alias/x"),
    ("topic x", "topics", "x"), ("queue x", "queues", "x"), ("function x", "functions", "x"),
  ])
  func everyNounIsDefinedListedAndShown(definition: String, list: String, name: String) throws {
    let test = try session("define \(definition); define \(definition)")
    #expect(!test.messages.contains("error["), "\(test.messages)")
    #expect(test.run("list \(list)").contains(name))
    let page = test.run("show \(definition)")
    #expect(page.contains(name == "alias/x" ? "alias/x" : name), "\(test.messages)")
    let all = test.run("output ndjson; list \(list)")
    #expect(all.split(separator: "\n").count { $0.contains("\"\(name)\"") } == 1, "\(all)")
  }

  @Test func namesAndOptionsAreCompleted() throws {
    let test = try session("define topic told; define queue jobs; define key ct")
    func completed(_ text: String) -> [String] {
      test.session.complete(text, at: text.utf8.count).candidates.map(\.insertion)
    }
    #expect(completed("inbox ") == ["told"])
    #expect(completed("show topic ") == ["told"])
    #expect(completed("receive jo") == ["jobs"])
    #expect(completed("receive jobs 1 k") == ["keep"])
    #expect(completed("define queue more fed by ") == ["told"])
    #expect(completed("define queue more dead-letter ") == ["jobs"])
    #expect(completed("simulate sns:Publish topicArn=") == ["topicArn=\(Self.arn)"])
    #expect(
      completed("simulate sqs:PurgeQueue queueUrl=") == [
        "queueUrl=https://sqs.us-east-1.amazonaws.com/123456789012/jobs"
      ])
    #expect(completed("define topic more policy ") == ["none", "cloudtrail"])
    #expect(completed("define topic more kms ") == ["alias/ct"])
    #expect(completed("define topic more re") == ["region"])
    #expect(completed("define bucket more po") == ["policy"])
    #expect(completed("drop key ") == ["alias/ct"])
    #expect(
      completed("define topic more region eu-west-") == ["eu-west-1", "eu-west-2", "eu-west-3"])
  }

  /// Facts §6.4: an encrypted topic works with a key that lets CloudTrail in.
  @Test func encryptedTopics() throws {
    let test = try session(
      """
      define key ct; define key quiet policy topic; define bucket logs
      define topic told kms ct
      expect error InsufficientSnsTopicPolicyException define trail main to s3://logs notify told
      define topic told kms quiet
      define trail main to s3://logs notify told
      simulate iam:CreateUser userName=a; flush
      """)
    #expect(!test.messages.contains("error["), "\(test.messages)")
    #expect(test.run("list topics").contains("yes"))
    test.run("disable key quiet; simulate iam:CreateUser userName=b; flush")
    #expect(test.run("status main").contains("KMSDisabled"))
    test.run("expect error InsufficientSnsTopicPolicyException alter trail main notify told")
    test.run("alter trail main notify told")
    #expect(test.messages.contains("first: enable key"), "\(test.messages)")
  }
}
