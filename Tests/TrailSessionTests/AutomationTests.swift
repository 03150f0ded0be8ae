import Testing
import TrailRecord
import TrailTestSupport
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// Rules of EventBridge from the shell: what they print and run, and what is said of them (facts §10.1).
@Suite struct AutomationTests {
  private func session(
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

  private let keys = #"'{"detail": {"eventName": ["CreateAccessKey"]}}'"#

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

  // MARK: Scripts

  private func script(_ text: String, in folder: TemporaryFolder) throws -> String {
    try folder.write(text, to: "rule.trailq")
    return "run '\(folder.path)/rule.trailq'"
  }

  @Test func aScriptAnswersAnEvent() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script(
      """
      # What the rule does.
      echo the key of $event.detail.requestParameters.userName
      simulate iam:UpdateAccessKey userName=$event.detail.responseElements.accessKey.userName \
      accessKeyId=$event.detail.responseElements.accessKey.accessKeyId status=Inactive as responder
      """, in: folder)
    test.run("define user eve; define rule keys on \(keys) do \(action)")
    #expect(test.run("simulate iam:CreateAccessKey userName=eve; advance 5m") == "the key of eve\n")
    #expect(!test.messages.contains("error"), "\(test.messages)")
    let account = try #require(test.session.cloudIfBegun?.world.accounts["123456789012"])
    #expect(account.users["eve"]?.accessKeys.map(\.isActive) == [true, false])
    test.run("events where name=UpdateAccessKey and user=responder | select time, req.status")
    #expect(test.run("last").contains("2026-01-05 09:01:00"))
  }

  /// What an attacker chose stays one value, however it looks.
  @Test(
    arguments: [
      #"x" ; echo owned "#, #"x' ; echo owned '"#, "x\necho owned", "x; echo owned",
      #"\" ; echo owned"#, "$event.id", "# x", "{n}", #"a\b"#, "", " ", "x | count",
    ])
  func valuesStayValues(agent: String) throws {
    let record = JSONValue.object([
      JSONMember("detail", .object([JSONMember("userAgent", .string(agent))]))
    ])
    let binding = EventBinding(event: record)
    for line in [
      "echo $event.detail.userAgent", "echo \"$event.detail.userAgent\"",
      "echo '$event.detail.userAgent'",
    ] {
      let bound = try binding.bound(PlacedStatement(line))
      #expect(
        try ArgumentSplitter.split(bound.text).map(\.text) == ["echo", agent], "\(bound.text)")
    }
    // In JSON, and in a sentence.
    let json = try binding.bound(
      PlacedStatement(#"test pattern {"a": ["$event.detail.userAgent", $event.detail.userAgent]}"#))
    let pattern = try JSONParser.parse(String(json.text.dropFirst("test pattern ".count)))
    #expect(pattern == ["a": [.string(agent), .string(agent)]])
  }

  @Test func sentencesTakeValuesToo() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script(
      "events where agent = $event.detail.userAgent and name = CreateUser | count", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    let output = test.run(
      #"simulate iam:CreateUser userName=eve agent 'a "quoted" \\ or 1=1'; advance 1m"#)
    #expect(output.contains("1"), "\(output) \(test.messages)")
    #expect(!test.messages.contains("error"), "\(test.messages)")
  }

  @Test func pathsReachWhatIsThere() throws {
    let event = try JSONParser.parse(
      #"{"a": {"odd key": 1, "list": [{"x": true}, 2.50]}, "n": null, "eventsource": "no"}"#)
    let binding = EventBinding(event: event)
    for (line, wanted) in [
      (#"echo $event.a."odd key""#, "echo 1"), ("echo $event.a.list[0].x", "echo true"),
      ("echo $event.a.list[1]", "echo 2.50"), ("echo $event.n", "echo \"null\""),
      ("echo $event.a.list", #"echo [{"x":true},2.50]"#),
      ("echo $events $eventual", "echo $events $eventual"),
      (#"echo \$event.n"#, #"echo \$event.n"#), ("echo $event.n. x", "echo \"null\". x"),
      ("echo x # $event.nothing", "echo x # $event.nothing"),
    ] {
      #expect(try binding.bound(PlacedStatement(line)).text == wanted)
    }
  }

  @Test func aPathThatFindsNothingFailsTheAction() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script("echo $event.detail.nothing\necho not reached", in: folder)
    test.run(
      #"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action) retry 1"#)
    #expect(test.run("simulate iam:CreateUser userName=eve; advance 5m") == "")
    #expect(
      test.messages.contains("error[no-value]: the event has nothing at `$event.detail.nothing`"))
    #expect(test.messages.contains("failed ×2: ERROR_FROM_TARGET (`show rule r`)"))
  }

  @Test func aScriptCannotMoveTheClock() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script("advance 1h", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    test.run("simulate iam:CreateUser userName=eve; advance 5m")
    #expect(test.messages.contains("error[clock-stands-still]"), "\(test.messages)")
    #expect(test.session.clock.now == CloudDefaults.start + 300_000)
  }

  /// The statement that moved the clock is not changed by what rules run.
  @Test func aScriptLeavesTheReadersAnswerAlone() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script(
      "simulate iam:DeleteUser userName=nobody\nevents | count", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    test.run("simulate iam:CreateUser userName=eve; events where name=CreateUser")
    test.run("advance 5m")
    #expect(test.run("last | select name").contains("CreateUser"))
  }

  @Test func aLoopIsStoppedAndSaid() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script("simulate iam:CreateGroup groupName=g", in: folder)
    test.run(#"define rule loop on '{"detail": {"eventName": ["CreateGroup"]}}' do \#(action)"#)
    test.run("simulate iam:CreateGroup groupName=g; advance 1h")
    #expect(
      test.messages.contains(
        "rule loop stopped: actions of rules led to its events \(BusLimits.loopDepth) times over"))
  }

  @Test func safeSessionsRunNothing() throws {
    let test = try session { $0.isSafe = true }
    test.run("define rule r on \(keys) do run x.trailq", name: "t")
    #expect(test.messages.contains("error[not-safe]: `run` is switched off by --safe"))
  }

  @Test func aScriptMustBeThere() throws {
    let test = try session()
    test.run("define rule r on \(keys) do run /nowhere/x.trailq", name: "t")
    #expect(test.messages.contains("error[cannot-read]: there is no file `/nowhere/x.trailq`"))
  }

  // MARK: Programs

  @Test func programsNeedToBeAllowed() throws {
    let test = try session()
    test.run("define rule r on \(keys) do exec /bin/true", name: "t")
    #expect(test.messages.contains("error[not-allowed]"))
    #expect(test.messages.contains("start trailq with --allow-exec"))
    #expect(test.run("list rules") == "")
  }

  @Test func aProgramGetsTheEvent() throws {
    let folder = try TemporaryFolder()
    let test = try session { $0.allowsPrograms = true }
    test.run(
      "define rule r on \(keys) do exec sh -c 'cat > \(folder.path)/event; echo seen $TRAILQ_RULE'")
    test.run("define user eve; simulate iam:CreateAccessKey userName=eve; advance 5m")
    #expect(test.messages.contains("sh: seen r\n"), "\(test.messages)")
    let event = try JSONParser.parse(folder.read("event"))
    #expect(event["detail"]?["eventName"] == "CreateAccessKey")
  }

  @Test(
    arguments: [
      ("false", "ERROR_FROM_TARGET: false ended with status 1"),
      ("sh -c 'exit 7'", "ERROR_FROM_TARGET: sh ended with status 7"),
      ("sh -c 'kill -9 $$'", "ERROR_FROM_TARGET: sh was ended by signal 9"),
      ("/no/such/program", "NO_RESOURCE: /no/such/program cannot be started"),
    ])
  func aProgramThatFailsIsAFailure(program: String, wanted: String) throws {
    let test = try session { $0.allowsPrograms = true }
    test.run("define rule r on \(keys) do exec \(program)")
    test.run("simulate iam:CreateAccessKey userName=admin; advance 5m")
    #expect(test.run("show rule r").contains("failures      1"))
    let id = RuleID(bus: BusID(account: "123456789012", region: "us-east-1"), name: "r")
    let failure = test.session.cloudIfBegun?.eventBuses.statistics(of: id).lastFailure ?? ""
    #expect(failure.contains(wanted), "\(failure)")
  }

  /// A program that reads nothing, and one that writes without end, are no danger.
  @Test func programsMayBeRude() throws {
    let input = [UInt8](repeating: 0x61, count: 1 << 20)
    let deaf = ChildProgram(words: ["true"]).run(input: input) { false }
    #expect(deaf.kind == .exited(0))
    let loud = ChildProgram(words: ["sh", "-c", "head -c 1000000 /dev/zero; exit 3"])
      .run(input: []) { false }
    #expect(loud.kind == .exited(3))
    #expect(loud.output.utf8.count == ChildProgram.keptOutput)
    let echo = ChildProgram(words: ["cat"]).run(input: Array("a\nb".utf8)) { false }
    #expect(echo.output == "a\nb")
    var asked = 0
    let stopped = ChildProgram(words: ["sleep", "1000"]).run(input: []) {
      asked += 1
      return asked > 3
    }
    #expect(stopped.kind == .stopped)
    // What it started ends with it.
    let slow = ChildProgram(words: ["sh", "-c", "sleep 1000 & wait"], seconds: 0)
      .run(input: []) { false }
    #expect(slow.kind == .timedOut)
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
    test.run(#"define rule s on '{"source": ["my.app"]}' do print"#)
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

  @Test func theTimelineShowsTheOrder() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try script(
      "simulate iam:DeleteUser userName=$event.detail.requestParameters.userName", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    test.run("simulate iam:CreateUser userName=eve; advance 15m; set output csv")
    let lines = test.run("timeline").split(separator: "\n").dropFirst()
    #expect(
      lines.prefix(4).map { $0.replacing(folder.path + "/", with: "") } == [
        "2026-01-05T09:00:00Z,call,CreateUser by admin,1",
        "2026-01-05T09:01:00Z,event,CreateUser reached bus default: rule r,1",
        "2026-01-05T09:01:00Z,action,run rule.trailq (rule r),1",
        "2026-01-05T09:01:00Z,call,DeleteUser by admin,1",
      ])
    #expect(lines.contains { $0.contains(",delivery,log file to s3://logs,") })
    #expect(test.run("timeline rule r").split(separator: "\n").count == 5)
    #expect(test.run("happenings since 09:02") == test.run("timeline since 09:02"))
    #expect(!test.run("timeline since 09:02").contains("CreateUser"))
  }

  // MARK: Testing patterns

  @Test func aPatternIsExplainedFieldByField() throws {
    let test = try session()
    test.run("simulate iam:CreateUser userName=eve; events where name=CreateUser; set output csv")
    let table = test.run(
      #"test pattern '{"source": ["aws.iam"], "detail": {"eventName": ["DeleteUser"], "errorCode": [{"exists": true}]}}' event 1"#
    )
    #expect(
      table == #"""
        field,verdict,wanted,found
        detail.errorCode,missing,"[{""exists"":true}]",
        detail.eventName,differs,"[""DeleteUser""]","""CreateUser"""
        source,ok,"[""aws.iam""]","""aws.iam"""

        """#)
    #expect(
      test.messages.contains(
        "CreateUser does not match: detail.errorCode, detail.eventName"))
  }

  @Test func whatWouldKeepAnEventAwayIsSaid() throws {
    let test = try session()
    test.run("simulate iam:ListUsers; events where name=ListUsers")
    test.run(#"test pattern '{"source": ["aws.iam"]}' event 1"#)
    #expect(test.messages.contains("ListUsers matches"))
    #expect(test.messages.contains("only rules with `state reads` are told of it"))
    test.run("stop main; simulate iam:CreateUser userName=eve; events where name=CreateUser")
    test.run(#"test pattern '{"source": ["aws.iam"]}' event 1"#)
    #expect(test.messages.contains("no trail logged it"))
  }

  @Test func theEventsOfAnAnswerAreCounted() throws {
    let test = try session()
    test.run("simulate iam:CreateUser userName=u{n} x 3; simulate iam:ListUsers; events")
    let table = test.run(
      #"test pattern '{"source": ["aws.iam"], "detail": {"readOnly": [false]}}'"#)
    #expect(test.messages.contains("3 of 7 events match"), "\(test.messages)")
    #expect(table.contains("detail.readOnly") && table.contains("source"))
  }

  @Test func anEventCanBeGiven() throws {
    let test = try session()
    test.run(#"test pattern '{"a": {"b": [1]}}' '{"detail-type": "t", "a": {"b": 1.0}}'"#)
    #expect(test.messages.contains("t matches"), "\(test.messages)")
    // A record is put into its envelope.
    test.run(
      #"test pattern '{"source": ["aws.s3"]}' '{"eventVersion": "1.11", "eventName": "X", "eventSource": "s3.amazonaws.com"}'"#
    )
    #expect(test.messages.contains("X matches"), "\(test.messages)")
  }

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
