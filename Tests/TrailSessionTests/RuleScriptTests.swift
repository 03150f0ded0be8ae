import Testing
import TrailRecord
import TrailTestSupport
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// What rules of EventBridge run: scripts of the session, and programs.
@Suite struct RuleScriptTests {
  private func session(
    _ configure: (inout Session.Configuration) -> Void = { _ in }
  ) throws -> TestSession { try RuleScene.session(configure) }
  private let keys = RuleScene.keys

  // MARK: Scripts

  @Test func aScriptAnswersAnEvent() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try RuleScene.script(
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
    let binding = ValueBinding(event: record)
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
    let action = try RuleScene.script(
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
    let binding = ValueBinding(event: event)
    for (line, wanted) in [
      (#"echo $event.a."odd key""#, "echo 1"), ("echo $event.a.list[0].x", "echo true"),
      ("echo $event.a.list[1]", "echo 2.50"), ("echo $event.n", "echo \"null\""),
      ("echo $event.a.list", #"echo "[{\"x\":true},2.50]""#),
      ("echo x=$event.a.list", #"echo x=[{"x":true},2.50]"#),
      ("help $event.a $event", "help $event.a $event"),
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
    let action = try RuleScene.script("echo $event.detail.nothing\necho not reached", in: folder)
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
    let action = try RuleScene.script("advance 1h", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    test.run("simulate iam:CreateUser userName=eve; advance 5m")
    #expect(test.messages.contains("error[clock-stands-still]"), "\(test.messages)")
    #expect(test.session.clock.now == CloudDefaults.start + 300_000)
  }

  /// The statement that moved the clock is not changed by what rules run.
  @Test func aScriptLeavesTheReadersAnswerAlone() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try RuleScene.script(
      "simulate iam:DeleteUser userName=nobody\nevents | count", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    test.run("simulate iam:CreateUser userName=eve; events where name=CreateUser")
    test.run("advance 5m")
    #expect(test.run("last | select name").contains("CreateUser"))
  }

  @Test func aLoopIsStoppedAndSaid() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try RuleScene.script("simulate iam:CreateGroup groupName=g", in: folder)
    test.run(#"define rule loop on '{"detail": {"eventName": ["CreateGroup"]}}' do \#(action)"#)
    test.run("simulate iam:CreateGroup groupName=g; advance 1h")
    #expect(
      test.messages.contains(
        "rule loop stopped: actions of rules led to its events \(BusLimits.loopDepth) times over"))
  }

  /// Ten events for each event: the sum of the actions is limited, not only their depth.
  @Test func aLoopThatBranchesIsStoppedAndSaid() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let entry = #"{"Source":"my.app","DetailType":"t","Detail":"{}"}"#
    let entries = Array(repeating: entry, count: 10).joined(separator: ",")
    let action = try RuleScene.script("simulate events:PutEvents entries=[\(entries)]", in: folder)
    test.run(#"define rule loop on '{"source": ["my.app"]}' do \#(action)"#)
    test.run("simulate events:PutEvents entries=[\(entry)]; advance 1m")
    #expect(
      test.messages.contains("rule loop stopped: one event led to 1,000 actions of rules"),
      "\(test.messages)")
    let page = test.run("show rule loop").split(separator: "\n").map(String.init)
    #expect(page.contains("  invocations  1,001"), "\(page)")
    #expect(
      page.contains { $0.hasPrefix("  stopped ") && $0.contains("9,010 events that came of one") },
      "\(page)")
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

  /// From any working folder: beside the script that defines the rule, then from where one is.
  @Test func aScriptIsFoundBesideTheOneThatDefinesTheRule() throws {
    let folder = try TemporaryFolder()
    try folder.write("echo beside", to: "answer.trailq")
    let test = try session()
    let definition = "define rule keys on \(keys) do run answer.trailq"
    test.run(definition, name: "elsewhere/lesson.trailq")
    #expect(test.messages.contains("there is no file `answer.trailq`"))
    test.run(definition, name: "\(folder.path)/lesson.trailq")
    #expect(test.messages.contains("rule keys is defined: run answer.trailq"), "\(test.messages)")
    let text = test.run("simulate iam:CreateAccessKey userName=admin; advance 5m")
    #expect(text == "beside\n", "\(test.messages)")
    #expect(test.run("show rule keys").contains("run answer.trailq"))
    // So is what a script sources.
    #expect(
      test.run("source answer.trailq", name: "\(folder.path)/lesson.trailq") == "beside\n")
  }

  // MARK: The answer to a call

  @Test func theAnswerToACallCanBeUsed() throws {
    let test = try session()
    test.run("echo $response", name: "t")
    #expect(test.messages.contains("error[no-value]: no call was simulated yet"))
    test.run(
      """
      define user eve
      simulate iam:CreateAccessKey userName=eve
      simulate iam:UpdateAccessKey userName=eve accessKeyId=$response.AccessKey.AccessKeyId status=Inactive
      """)
    let account = try #require(test.session.cloudIfBegun?.world.accounts["123456789012"])
    #expect(account.users["eve"]?.accessKeys.map(\.isActive) == [true, false])
    test.run("simulate iam:CreateAccessKey userName=eve; echo $response.AccessKey.Nothing")
    #expect(test.messages.contains("the answer has nothing at `$response.AccessKey.Nothing`"))
    // A refused call answers nothing.
    test.run("simulate iam:CreateAccessKey userName=nobody; echo $response.AccessKey")
    #expect(test.messages.contains("it is empty"), "\(test.messages)")
    #expect(test.run("simulate s3:ListBuckets; echo $responses") == "$responses\n")
    // An object is written as JSON, and taken as such.
    let written = test.run(
      "define user bob; simulate iam:CreateAccessKey userName=bob; echo $response")
    #expect(try JSONParser.parse(written)["AccessKey"]?["UserName"] == "bob", "\(written)")
    #expect(
      test.run(
        #"test pattern '{"AccessKey": {"UserName": ["bob"]}}' $response where verdict=matches | expect 1"#
      ).hasPrefix("ok"), "\(test.messages)")
  }

  @Test(arguments: ["$response", "$event", "$RESPONSE"])
  func valuesHaveHelp(name: String) throws {
    let test = try session()
    for line in ["help \(name)", "simulate s3:ListBuckets; help \(name)"] {
      #expect(test.run(line).contains("AWS's answer to the call that was simulated last"))
    }
  }

  /// What stands in a statement is not looked through again: an event's text cannot name a value.
  @Test func valuesAreBoundOnce() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try RuleScene.script(
      """
      simulate iam:CreateUser userName=made
      echo $event.detail.userAgent
      expect error X echo $event.detail.userAgent
      """, in: folder)
    test.run("define rule keys on \(keys) do \(action)")
    let cloud = try #require(test.session.cloudIfBegun)
    var call = APICall(
      "iam", "CreateAccessKey", parameters: [JSONMember("userName", "admin")])
    call.userAgent = "$response.User.UserName"
    _ = try cloud.perform(call)
    let text = test.run("advance 5m")
    #expect(text.hasPrefix("$response.User.UserName\n"), "\(text) \(test.messages)")
    #expect(!text.contains("made"), "\(text)")
  }

  @Test func aRulesScriptLeavesTheAnswerAlone() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try RuleScene.script("simulate s3:ListBuckets", in: folder)
    test.run("define rule keys on \(keys) do \(action); define user eve")
    let text = test.run(
      "simulate iam:CreateAccessKey userName=eve; advance 5m; echo $response.AccessKey.UserName")
    #expect(text == "eve\n", "\(test.messages)")
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
}
