import Testing
import TrailRecord
import TrailTestSupport
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// What tests of rules begin with.
enum RuleScene {
  /// A pattern that new access keys meet.
  static let keys = #"'{"detail": {"eventName": ["CreateAccessKey"]}}'"#

  /// A session with a trail that logs.
  static func session(
    _ configure: (inout Session.Configuration) -> Void = { _ in }
  ) throws -> TestSession {
    let test = try TestSession(
      {
        $0.clock = SessionClock(.running, isChosen: false)
        configure(&$0)
      }, records: [])
    test.run("define bucket logs; define trail main to s3://logs")
    return test
  }

  /// The action that runs a script of that text.
  static func script(_ text: String, in folder: TemporaryFolder) throws -> String {
    try folder.write(text, to: "rule.trailq")
    return "run '\(folder.path)/rule.trailq'"
  }
}

/// Rules of EventBridge from the shell: what they print and run, and what is said of them (facts §10.1).
@Suite struct AutomationTests {
  private func session(
    _ configure: (inout Session.Configuration) -> Void = { _ in }
  ) throws -> TestSession { try RuleScene.session(configure) }
  private let keys = RuleScene.keys

  // MARK: Printing

  @Test func aRulePrintsALine() throws {
    let test = try session()
    test.run("define rule keys on \(keys) do print; define user eve")
    #expect(test.run("simulate iam:CreateAccessKey userName=eve") == "")
    #expect(
      test.run("advance 5m") == """
        2026-01-05 09:01:00  rule keys: CreateAccessKey by admin in us-east-1

        """)
  }

  @Test func manyEventsAtOneTimeAreOneLine() throws {
    let test = try session()
    test.run(#"define rule all on '{"source": ["aws.iam"]}' do print"#)
    test.run("simulate iam:CreateUser userName=u{n} x 10; simulate iam:DeleteUser userName=u1")
    #expect(
      test.run("advance 5m") == """
        2026-01-05 09:01:00  rule all: 11 events: CreateUser by admin in us-east-1 ×10, DeleteUser by admin in us-east-1

        """)
  }

  @Test func linesOfOneStatementHaveAnEnd() throws {
    let test = try session()
    test.run(#"define rule all on '{"source": ["aws.iam"]}' do print"#)
    let lines = test.run("simulate iam:CreateUser userName=u{n} x 100 every 10s")
      .split(separator: "\n")
    #expect(lines.count == 21)
    #expect(lines.last == "rule all: 74 more events")
  }

  @Test func formatsForProgramsGetTheEvent() throws {
    let test = try session { $0.settings.output = .ndjson }
    test.run("define rule keys on \(keys) do print; define user eve")
    let text = test.run("simulate iam:CreateAccessKey userName=eve x 2; advance 5m")
    let events = try text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    #expect(events.count == 2)
    #expect(events[0]["detail-type"] == "AWS API Call via CloudTrail")
    #expect(events[0]["detail"]?["eventName"] == "CreateAccessKey")
  }

  @Test(
    arguments: [
      ("'\"<$.detail.eventName> of <$.detail.requestParameters.userName>\"'", "CreateUser of eve"),
      ("$.detail.requestParameters", #"{"userName":"eve"}"#),
      ("$.detail.eventName", "CreateUser"),
      (#"'{"fixed": true}'"#, #"{"fixed": true}"#),
      (
        #"'{"rule": <aws.events.rule-name>, "who": <$.detail.userIdentity.userName>}'"#,
        #"{"rule": "r", "who": "admin"}"#
      ),
    ])
  func inputSaysWhatIsPrinted(input: String, wanted: String) throws {
    let test = try session()
    test.run(
      #"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do print input \#(input)"#)
    #expect(
      test.run("simulate iam:CreateUser userName=eve; advance 1m")
        == "2026-01-05 09:01:00  rule r: \(wanted)\n", "\(test.messages)")
  }

  // MARK: Topics and queues

  @Test func targetsOfAWSGetTheEvent() throws {
    let test = try session()
    test.run(
      """
      define topic alerts; define queue jobs; \
      define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do notify alerts \
      input '"<$.detail.requestParameters.userName> was made"' do send jobs input $.detail.eventName
      """)
    #expect(!test.messages.contains("there is no"), "\(test.messages)")
    test.run("simulate iam:CreateUser userName=eve; advance 5m")
    #expect(
      test.messages.contains("rule r: notify alerts; rule r: send jobs"), "\(test.messages)")
    #expect(test.run("inbox alerts").contains("\"eve was made\""))
    #expect(test.run("receive jobs").contains("\"CreateUser\""))
  }

  /// AWS's attributes of dead letters.
  @Test func whatCannotBeDeliveredGoesToTheDeadLetterQueue() throws {
    let test = try session()
    test.run(
      """
      define queue dead; define rule r on '{"detail": {"eventName": ["CreateUser"]}}' \
      do notify nowhere dead-letter dead
      """)
    #expect(test.messages.contains("there is no topic nowhere yet (`define topic nowhere`)"))
    test.run("simulate iam:CreateUser userName=eve; advance 5m")
    #expect(
      test.messages.contains(
        "rule r: notify nowhere failed: NO_RESOURCE (`show rule r`); 1 dead letter to dead"),
      "\(test.messages)")
    let queue = try #require(
      test.session.cloudIfBegun?.queues["arn:aws:sqs:us-east-1:123456789012:dead"])
    let message = try #require(queue.peek(1, at: test.session.clock.now).first)
    let event = try JSONParser.parse(message.body)
    #expect(event["detail"]?["eventName"] == "CreateUser")
    let attributes = (message.attributes.members ?? []).map {
      "\($0.nameText)=\($0.value["StringValue"]?.text ?? "")"
    }
    #expect(
      attributes == [
        "RULE_ARN=arn:aws:events:us-east-1:123456789012:rule/r",
        "TARGET_ARN=arn:aws:sns:us-east-1:123456789012:nowhere", "ERROR_CODE=NO_RESOURCE",
        "ERROR_MESSAGE=Topic does not exist (NotFound)", "RETRY_ATTEMPTS=0",
      ])
    let shown = test.run("receive dead keep").split(separator: "\n").dropFirst().prefix(3)
    #expect(
      shown.map(String.init) == [
        "  RULE_ARN: arn:aws:events:us-east-1:123456789012:rule/r",
        "  TARGET_ARN: arn:aws:sns:us-east-1:123456789012:nowhere", "  ERROR_CODE: NO_RESOURCE",
      ])
    #expect(test.run("set output csv; receive dead keep").contains("\"\"ERROR_CODE\"\""))
    // As a consumer gets it, too.
    for (format, take) in [("json", "keep"), ("ndjson", "")] {
      let text = test.run("set output \(format); receive dead \(take)")
      let value = try JSONParser.parse(text)
      let received = format == "json" ? try #require(value.elements?.first) : value
      #expect(received["attributes"]?["ERROR_CODE"] == "NO_RESOURCE", "\(text)")
      #expect(received["body"]?.text == message.body)
    }
  }

  @Test func retriesThatRunOutAreDeadLettersToo() throws {
    let test = try session { $0.allowsPrograms = true }
    test.run(
      """
      define queue dead; define rule r on '{"detail": {"eventName": ["CreateUser"]}}' \
      do exec false retry 2 dead-letter dead; simulate iam:CreateUser userName=eve; advance 5m
      """)
    let queue = try #require(
      test.session.cloudIfBegun?.queues["arn:aws:sqs:us-east-1:123456789012:dead"])
    let message = try #require(queue.peek(1, at: test.session.clock.now).first)
    let attributes = message.attributes
    #expect(attributes["EXHAUSTED_RETRY_CONDITION"]?["StringValue"] == "MaximumRetryAttempts")
    #expect(attributes["RETRY_ATTEMPTS"]?["StringValue"] == "2")
    #expect(attributes["ERROR_CODE"]?["StringValue"] == "ERROR_FROM_TARGET")
    #expect(attributes["TARGET_ARN"]?["StringValue"] == "exec false")
  }

  // MARK: Defining

  @Test(
    arguments: [
      (#"define rule r on '{"source": []}' do print"#, "InvalidEventPatternException"),
      (#"define rule r on '{"source": ["a"]}'"#, "usage"), ("define rule r do print", "usage"),
      ("define rule r schedule 'rate(1 minutes)' do print", "ValidationException"),
      (#"define rule r on '{"source": ["a"]}' bus nowhere do print"#, "ResourceNotFoundException"),
      (#"define rule r on '{"source": ["a"]}' do dance"#, "usage"),
      (#"define rule r on '{"source": ["a"]}' do print input hello"#, "ValidationException"),
      (
        #"define rule r on '{"source": ["a"]}' do notify t dead-letter q.fifo"#,
        "ValidationException"
      ),
      (#"define rule r on '{"source": ["a"]}' do notify t retry 200"#, "ValidationException"),
      (#"define rule r on '{"source": ["a"]}' state sometimes do print"#, "ValidationException"),
      ("show rule none", "ResourceNotFoundException"),
      ("drop bus none", "ResourceNotFoundException"),
      ("drop bus default", "ValidationException"), ("drop rule none", "ResourceNotFoundException"),
      ("define bus team/x", "ValidationException"),
      (#"define rule r on '{"source": ["a"]}' in mars-1 do print"#, "bad-region"),
      (#"define rule r on '{"source": ["a"]}' in eu-south-1 do print"#, "bad-region"),
      ("define bus b in mars-1", "bad-region"),
      ("test pattern '{\"a\": 1}'", "InvalidEventPatternException"),
      ("test pattern '{\"a\": [1]}'", "no-answer"),
    ])
  func whatIsWrongIsSaid(line: String, code: String) throws {
    let test = try session()
    #expect(test.run("expect error \(code) \(line)").hasPrefix("ok 1"), "\(test.output.data)")
    #expect(test.run("list rules") == "")
  }

  @Test func aRuleIsReplacedWithItsTargets() throws {
    let test = try session()
    test.run(#"define rule r on '{"source": ["a"]}' do notify one do print"#)
    test.run(#"define rule r on '{"source": ["b"]}' state reads do notify two"#)
    #expect(test.messages.contains("rule r is replaced: notify two"))
    let table = test.run("list rules")
    #expect(table.contains("notify two") && !table.contains("one") && !table.contains("print"))
    #expect(table.contains("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"))
  }

  /// `define` sets the scene; what changes it are calls.
  @Test func definingLeavesNoEventsAndChangingDoes() throws {
    let test = try session()
    test.run("define rule r on \(keys) do print do notify t; define bus b")
    #expect(test.run("calls where service=events | count").contains("0"))
    test.run("disable rule r; enable rule r; enable rule r reads; drop rule r; drop bus b")
    let names = test.run("set output csv; calls where service=events | select name")
    #expect(
      names.split(separator: "\n").dropFirst() == [
        "DisableRule", "EnableRule", "PutRule", "RemoveTargets", "DeleteRule", "DeleteEventBus",
      ])
    #expect(!test.messages.contains("error"), "\(test.messages)")
  }

  @Test func enableAndDisableSayWhatIs() throws {
    let test = try session()
    test.run(#"define rule r on '{"source": ["aws.iam"]}' state disabled do print"#)
    #expect(test.run("simulate iam:CreateUser userName=a; advance 1m") == "")
    test.run("enable rule r")
    #expect(test.messages.contains("rule r is enabled"))
    #expect(test.run("simulate iam:CreateUser userName=b; advance 1m") != "")
    #expect(test.run("simulate iam:ListUsers; advance 1m") == "")
    test.run("enable rule r reads")
    #expect(test.run("simulate iam:ListUsers; advance 1m") != "")
    test.run("disable rule r")
    #expect(test.run("simulate iam:CreateUser userName=c; advance 1m") == "")
  }

  @Test func withoutATrailThatIsSaid() throws {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run(#"define rule r on '{"source": ["aws.iam"]}' do print"#)
    #expect(test.messages.contains("no trail is logging"))
    for (pattern, isAboutCalls) in [
      (#"{"detail": {"eventName": ["CreateUser"]}}"#, true),
      (#"{"detail-type": [{"suffix": "via CloudTrail"}]}"#, true),
      (#"{"source": [{"prefix": "aws."}]}"#, true),
      (#"{"source": ["aws.events"], "detail": {"eventName": ["PutRule"]}}"#, true),
      (#"{"$or": [{"source": ["my.app"]}, {"source": ["aws.s3"]}]}"#, true),
      (#"{"source": ["aws.events"]}"#, false), (#"{"source": ["my.app"]}"#, false),
      (#"{"source": ["my.app"], "detail": {"text": ["see aws.iam and CloudTrail"]}}"#, false),
      (#"{"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}"#, false),
      (#"{"detail": {"orderId": [{"exists": true}]}}"#, false),
    ] {
      test.run("define rule s on '\(pattern)' do print")
      #expect(test.messages.contains("no trail is logging") == isAboutCalls, "\(pattern)")
    }
    test.run(#"define bus b; define rule s on '{"source": ["aws.iam"]}' bus b do print"#)
    #expect(!test.messages.contains("no trail is logging"))
  }

  // MARK: Pages

  @Test func aRuleHasAPage() throws {
    let test = try session()
    test.run(
      #"define rule r on '{"source": ["aws.iam"]}' description "keys and users" do print do notify t input '"<$.detail.eventName>"' retry 3 for 1h dead-letter q"#
    )
    #expect(
      test.run("show rule r") == """
        rule r
          arn          arn:aws:events:us-east-1:123456789012:rule/r
          bus          default, us-east-1
          state        ENABLED
          description  keys and users

        does
          notify t  gets "<v1>"; 3 retries within 1 h; dead letters to arn:aws:sqs:us-east-1:123456789012:q
          print     gets the event; no retries

        events
          matched      0
          invocations  0
          failures     0

        EventPattern
        {"source":["aws.iam"]}

        """)
  }

  // MARK: Events of one's own

  @Test func putEventsMeetRulesAtOnce() throws {
    let test = try session()
    test.run(
      #"define bus orders; define rule paid on '{"detail-type": ["paid"]}' bus orders do print"#)
    let line = test.run(
      #"simulate events:PutEvents entries='[{"Source":"shop","DetailType":"paid","Detail":"{}","EventBusName":"orders"}]'"#
    )
    #expect(
      line == "2026-01-05 09:00:00  rule paid: paid from shop in us-east-1\n", "\(test.messages)")
  }
}
