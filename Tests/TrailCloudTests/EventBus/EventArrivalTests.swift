import Testing
import TrailRecord

@testable import TrailCloud

/// What of CloudTrail reaches EventBridge, when and how (facts §10.1, §0.18, §0.19).
@Suite struct EventArrivalTests {
  private let everything = #"{"source": [{"prefix": "aws."}]}"#

  @Test func aCallIsAnEventAMinuteLater() throws {
    let bench = try RuleBench()
    try bench.rule("all", on: everything)
    let result = try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(59)
    #expect(bench.tasks.isEmpty)
    bench.advance(1)
    #expect(bench.tasks.count == 1)
    #expect(bench.tasks[0].time == CloudDefaults.start + 60_000)
    let record = String(decoding: result.records[0].bytes, as: UTF8.self)
    let id = bench.tasks[0].task.event.id
    #expect(
      String(decoding: bench.tasks[0].task.event.bytes, as: UTF8.self)
        == #"{"version":"0","id":"\#(id)","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","account":"123456789012","time":"2026-01-05T09:00:00Z","region":"us-east-1","resources":[],"detail":\#(record)}"#
    )
    #expect(id != result.records[0].eventID)
  }

  @Test func withoutALoggingTrailNothingArrives() throws {
    let bench = try RuleBench(logs: false)
    try bench.rule("all", on: everything)
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(600)
    #expect(bench.tasks.isEmpty)
    try bench.call("cloudtrail", "StartLogging", #"{"Name":"main"}"#)
    try bench.call("iam", "CreateUser", #"{"UserName":"mallory"}"#)
    bench.advance(600)
    #expect(bench.names == ["CreateUser"])
    try bench.call("cloudtrail", "StopLogging", #"{"Name":"main"}"#)
    try bench.call("iam", "DeleteUser", #"{"UserName":"eve"}"#)
    bench.advance(600)
    #expect(bench.names == ["CreateUser", "StopLogging"])
  }

  /// One trail is enough, and more make no more events.
  @Test func severalTrailsDoNotMultiplyEvents() throws {
    let bench = try RuleBench()
    try bench.call("cloudtrail", "CreateTrail", #"{"Name":"second","S3BucketName":"logs"}"#)
    try bench.call("cloudtrail", "StartLogging", #"{"Name":"second"}"#)
    try bench.rule("all", on: everything)
    try bench.call("ec2", "CreateKeyPair", #"{"KeyName":"k"}"#)
    bench.advance(60)
    #expect(bench.names == ["CreateKeyPair"])
  }

  @Test func eventsArriveInTheRegionWhereTheyWereRecorded() throws {
    let bench = try RuleBench()
    try bench.rule("here", on: everything)
    try bench.rule("there", on: everything, region: "eu-west-1")
    try bench.call("ec2", "CreateKeyPair", #"{"KeyName":"k"}"#, region: "eu-west-1")
    // A global service's, which is recorded in us-east-1 wherever it is called.
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#, region: "eu-west-1")
    bench.advance(60)
    #expect(bench.tasks.map(\.task.rule.name) == ["there", "here"])
    #expect(bench.tasks.map(\.task.event.region) == ["eu-west-1", "us-east-1"])
  }

  @Test func onlyOneStateHearsOfReads() throws {
    let bench = try RuleBench()
    try bench.rule("writes", on: everything)
    try bench.rule("reads", on: everything, state: .enabledWithReads)
    try bench.rule("none", on: everything, state: .disabled)
    try bench.call("iam", "ListUsers")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    // AssumeRole is a read (facts §0.4).
    bench.cloud.defineRole("Ops")
    try bench.call(
      "sts", "AssumeRole",
      #"{"RoleArn":"arn:aws:iam::123456789012:role/Ops","RoleSessionName":"x"}"#)
    bench.advance(60)
    #expect(
      bench.tasks.map { "\($0.task.rule.name) \($0.task.event.name)" } == [
        "reads ListUsers", "reads CreateUser", "writes CreateUser", "reads AssumeRole",
      ])
  }

  @Test func dataEventsArriveOnlyWhereATrailSelectsThem() throws {
    let bench = try RuleBench()
    try bench.call("s3", "CreateBucket", #"{"Bucket":"data"}"#)
    try bench.rule("all", on: everything)
    try bench.call("s3", "GetObject", #"{"Bucket":"data","Key":"a"}"#)
    bench.advance(60)
    #expect(bench.tasks.isEmpty)
    try bench.call(
      "cloudtrail", "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::data/"]}]}]}"#
    )
    bench.advance(60)
    #expect(bench.names == ["PutEventSelectors"])
    // Reads of data need no state of their own.
    try bench.call("s3", "GetObject", #"{"Bucket":"data","Key":"a"}"#)
    bench.advance(60)
    #expect(bench.names == ["PutEventSelectors", "GetObject"])
    #expect(bench.tasks[1].task.event.detailType == "AWS API Call via CloudTrail")
  }

  @Test func aTrailOfDataAloneSendsNoManagementEvents() throws {
    let bench = try RuleBench()
    try bench.call(
      "cloudtrail", "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]}"#
    )
    try bench.rule("all", on: everything)
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(bench.tasks.isEmpty)
  }

  @Test func networkEventsArriveWhereATrailSelectsThem() throws {
    let bench = try RuleBench()
    try bench.call(
      "cloudtrail", "PutEventSelectors",
      #"{"TrailName":"main","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["NetworkActivity"]},{"Field":"eventSource","Equals":["kms.amazonaws.com"]}]}]}"#
    )
    try bench.rule("all", on: everything)
    var call = APICall("kms", "ListKeys")
    call.vpcEndpointID = "vpce-0a1b2c3d"
    _ = try bench.cloud.perform(call)
    bench.advance(60)
    #expect(
      bench.tasks.map(\.task.event.detailType) == ["AWS Network Activity Event via CloudTrail"])
    #expect(bench.tasks[0].task.event.source == "aws.kms")
  }

  /// Each kind of record has its detail-type, and Insights a source of their own.
  @Test(
    arguments: [
      (.apiCall, "ec2.amazonaws.com", "AWS API Call via CloudTrail", "aws.ec2"),
      (.consoleSignIn, "signin.amazonaws.com", "AWS Console Signin via CloudTrail", "aws.signin"),
      (
        .consoleAction, "billingconsole.amazonaws.com", "AWS Console Action via CloudTrail",
        "aws.billingconsole"
      ),
      (.serviceEvent, "kms.amazonaws.com", "AWS Service Event via CloudTrail", "aws.kms"),
      (.insight, "", "AWS Insight via CloudTrail", "aws.cloudtrail"),
      (.vpceEvent, "kms.amazonaws.com", "AWS Network Activity Event via CloudTrail", "aws.kms"),
    ] as [(EventType, String, String, String)])
  func detailTypesFollowTheRecord(
    type: EventType, eventSource: String, detailType: String, source: String
  ) {
    var draft = RecordDraft()
    draft.eventType = type
    draft.eventSource = eventSource
    draft.eventName = "X"
    draft.eventID = "11111111-2222-4333-8444-555555555555"
    let event = BusEvent(draft.sealed())
    #expect(event.detailType == detailType)
    #expect(event.source == source)
  }

  @Test func insightsArriveWhereATrailHasThemOn() throws {
    let bench = try RuleBench()
    try bench.rule("insights", on: #"{"detail-type": ["AWS Insight via CloudTrail"]}"#)
    var draft = RecordDraft()
    draft.eventType = .insight
    draft.category = .insight
    draft.eventName = "RunInstances"
    draft.awsRegion = "us-east-1"
    draft.recipientAccountID = "123456789012"
    draft.eventTime = bench.cloud.now
    draft.eventID = "11111111-2222-4333-8444-555555555555"
    bench.cloud.publish(draft.sealed())
    bench.advance(60)
    #expect(bench.tasks.isEmpty)
    try bench.call(
      "cloudtrail", "PutInsightSelectors",
      #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRateInsight"}]}"#)
    draft.eventID = "21111111-2222-4333-8444-555555555555"
    draft.eventTime = bench.cloud.now
    bench.cloud.publish(draft.sealed())
    bench.advance(60)
    #expect(bench.names == ["Insight starts: RunInstances in us-east-1"])
  }

  @Test func eventsOf256KilobytesAreNotSent() throws {
    let bench = try RuleBench()
    try bench.rule("all", on: everything)
    var draft = RecordDraft()
    draft.eventSource = "s3.amazonaws.com"
    draft.eventName = "Big"
    draft.awsRegion = "us-east-1"
    draft.recipientAccountID = "123456789012"
    draft.eventTime = bench.cloud.now
    draft.isReadOnly = false
    for size in [260_000, 262_144] {
      draft.eventID = "11111111-2222-4333-8444-\(100_000_000_000 + size)"
      draft.requestParameters = ["x": .string([UInt8](repeating: 0x61, count: size))]
      bench.cloud.publish(draft.sealed())
    }
    bench.advance(60)
    #expect(bench.names == ["Big"])
  }

  @Test func anotherAccountsEventsGoToItsOwnBus() throws {
    let bench = try RuleBench()
    bench.cloud.defineOrganization()
    bench.cloud.defineAccount("222233334444", isMember: true)
    try bench.call(
      "cloudtrail", "CreateTrail",
      #"{"Name":"org","S3BucketName":"logs","IsMultiRegionTrail":true,"IsOrganizationTrail":true}"#)
    try bench.call("cloudtrail", "StartLogging", #"{"Name":"org"}"#)
    try bench.rule("ours", on: everything)
    let caller = Caller(.user("bob"), account: "222233334444")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#, as: caller)
    bench.advance(60)
    #expect(bench.tasks.isEmpty)
    try bench.cloud.arrangeEvents(
      "PutRule",
      [JSONMember("Name", "theirs"), JSONMember("EventPattern", .string(everything))],
      account: "222233334444")
    let id = RuleID(bus: BusID(account: "222233334444", region: "us-east-1"), name: "theirs")
    bench.cloud.setSessionTargets(
      [RuleTarget(id: "shell 1", destination: .session(.print))], of: id)
    try bench.call("iam", "CreateUser", #"{"UserName":"eva"}"#, as: caller)
    bench.advance(60)
    #expect(bench.tasks.map(\.task.rule) == [id])
    #expect(bench.tasks[0].task.event.account == "222233334444")
  }

  // MARK: Rules that change on the way

  @Test func aRuleThatIsGoneOrSwitchedOffByThenHearsNothing() throws {
    let bench = try RuleBench()
    let dropped = try bench.rule("dropped", on: everything)
    let disabled = try bench.rule("disabled", on: everything)
    let changed = try bench.rule("changed", on: everything)
    try bench.rule("kept", on: everything)
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.cloud.forgetRule(dropped)
    bench.cloud.setState(.disabled, of: disabled)
    try bench.rule("changed", on: #"{"source": ["aws.s3"]}"#)
    // One that comes later does not hear of it either.
    try bench.rule("later", on: everything)
    bench.advance(60)
    #expect(bench.tasks.map(\.task.rule.name) == ["kept"])
    #expect(bench.cloud.eventBuses.statistics(of: changed).matches == 0)
  }

  @Test func aRuleDoesNotHearOfItsOwnMaking() throws {
    let bench = try RuleBench()
    try bench.call(
      "events", "PutRule",
      #"{"Name":"all","EventPattern":"{\"source\":[\"aws.events\"]}"}"#)
    let id = RuleID(bus: BusID(account: "123456789012", region: "us-east-1"), name: "all")
    bench.cloud.setSessionTargets(
      [RuleTarget(id: "shell 1", destination: .session(.print))], of: id)
    try bench.call("events", "DisableRule", #"{"Name":"all"}"#)
    try bench.call("events", "EnableRule", #"{"Name":"all"}"#)
    bench.advance(60)
    // DisableRule came while it was on, the others while it was not there or off.
    #expect(bench.names == ["DisableRule"])
  }

  @Test func lateRecordsArriveAMinuteAfterTheyCame() throws {
    let bench = try RuleBench()
    bench.advance(3600)
    try bench.rule("all", on: everything)
    var call = APICall("iam", "CreateUser", parameters: [JSONMember("UserName", "eve")])
    call.time = bench.cloud.now - 600_000
    _ = try bench.cloud.perform(call)
    bench.advance(60)
    #expect(bench.tasks.map(\.time) == [CloudDefaults.start + 3_660_000])
    #expect(bench.tasks[0].task.event.time == CloudDefaults.start + 3_000_000)
  }

  // MARK: Order and cost

  @Test func eventsKeepTheirOrderAndRulesTheirs() throws {
    let bench = try RuleBench()
    try bench.rule("b", on: everything)
    try bench.rule("a", on: everything)
    for number in 1...3 {
      try bench.call("iam", "CreateUser", #"{"UserName":"u\#(number)"}"#)
    }
    bench.advance(60)
    let users = try bench.events().map { $0.at("detail.requestParameters.userName")?.text ?? "" }
    #expect(users == ["u1", "u1", "u2", "u2", "u3", "u3"])
    #expect(bench.tasks.map(\.task.rule.name) == ["a", "b", "a", "b", "a", "b"])
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    func run(_ seed: UInt64) throws -> [[UInt8]] {
      let bench = try RuleBench(seed: seed)
      try bench.rule("all", on: everything)
      try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
      try bench.call("ec2", "CreateKeyPair", #"{"KeyName":"k"}"#)
      bench.advance(60)
      return bench.tasks.map(\.task.event.bytes)
    }
    #expect(try run(7) == run(7))
    #expect(try run(7) != run(8))
  }

  /// A rule more does not change the ids of what was there.
  @Test func rulesLeaveRecordsAsTheyAre() throws {
    func run(_ rules: [String]) throws -> [[UInt8]] {
      let bench = try RuleBench()
      for rule in rules { try bench.rule(rule, on: everything) }
      let first = try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
      bench.advance(120)
      let second = try bench.call("ec2", "CreateKeyPair", #"{"KeyName":"k"}"#)
      return (first.records + second.records).map(\.bytes)
    }
    #expect(try run([]) == run(["a", "b"]))
  }

  @Test func whileThereIsNoRuleNothingIsKept() throws {
    let bench = try RuleBench()
    for _ in 0..<100 { try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#) }
    #expect(bench.cloud.eventsOnTheirWay.count == 0)
    #expect(bench.cloud.eventBuses.ruleCount == 0)
    // Nor where rules wait for something else.
    try bench.rule("other", on: #"{"source": ["aws.s3"]}"#)
    for _ in 0..<100 { try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#) }
    #expect(bench.cloud.eventsOnTheirWay.count == 0)
    bench.cloud.forgetRule(try bench.rule("other", on: everything))
    #expect(bench.cloud.eventBuses.ruleCount == 0)
  }
}
