import Testing
import TrailRecord

@testable import TrailCloud

/// Rules and their targets: schedules, retries, other buses, functions.
@Suite struct InvocationTests {
  private let everything = #"{"source": [{"prefix": "aws."}]}"#

  // MARK: Schedules

  @Test func aScheduleMakesEventsOfItsOwn() throws {
    let bench = try RuleBench()
    try bench.cloud.arrangeEvents(
      "PutRule",
      [JSONMember("Name", "hourly"), JSONMember("ScheduleExpression", "rate(1 hour)")])
    let id = RuleID(bus: BusID(account: "123456789012", region: "us-east-1"), name: "hourly")
    bench.cloud.setSessionTargets(
      [RuleTarget(id: "shell 1", destination: .session(.print))], of: id)
    bench.advance(3 * 3600)
    #expect(bench.tasks.map { ($0.time - CloudDefaults.start) / 3_600_000 } == [1, 2, 3])
    let event = try bench.events()[0]
    #expect(
      event.removing(["id"]) == [
        "version": "0", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "123456789012", "time": "2026-01-05T10:00:00Z", "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/hourly"], "detail": [:],
      ])
    #expect(Set(try bench.events().map { $0["id"] }).count == 3)
    bench.cloud.setState(.disabled, of: id)
    bench.advance(5 * 3600)
    #expect(bench.tasks.count == 3)
    // Ours: a rate counts anew from when the rule is switched on.
    bench.advance(1800)
    bench.cloud.setState(.enabled, of: id)
    bench.advance(3600)
    #expect(bench.tasks.count == 4)
  }

  @Test func aRuleThatIsReplacedKeepsOneSchedule() throws {
    let bench = try RuleBench()
    let id = RuleID(bus: BusID(account: "123456789012", region: "us-east-1"), name: "r")
    for expression in ["rate(1 minute)", "rate(10 minutes)", "cron(0 12 * * ? *)"] {
      try bench.cloud.arrangeEvents(
        "PutRule",
        [JSONMember("Name", "r"), JSONMember("ScheduleExpression", .string(expression))])
      bench.cloud.setSessionTargets(
        [RuleTarget(id: "shell 1", destination: .session(.print))], of: id)
    }
    bench.advance(86_400)
    #expect(bench.tasks.map { EventTime.format($0.time) } == ["2026-01-05T12:00:00Z"])
  }

  // MARK: Retries

  @Test func failuresAreTriedAgainWithLongerAndLongerWaits() throws {
    let bench = try RuleBench()
    let rule = try bench.rule("r", on: everything) { $0.retry.attempts = 12 }
    bench.act = { _ in InvocationFailure("ERROR_FROM_TARGET", "no", isRetriable: true) }
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(7200)
    let times = bench.tasks.map { ($0.time - bench.tasks[0].time) / 1000 }
    #expect(times == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 991, 1471, 1951])
    let counts = bench.cloud.eventBuses.statistics(of: rule)
    #expect(counts.failures == 13)
    #expect(counts.retries == 12)
    #expect(counts.dropped == 1)
    #expect(counts.lastFailure == "print: ERROR_FROM_TARGET: no")
  }

  @Test func tryingEndsWithTheAgeOfTheEvent() throws {
    let bench = try RuleBench()
    try bench.rule("r", on: everything) {
      $0.retry.attempts = 185
      $0.retry.ageSeconds = 60
    }
    bench.act = { _ in InvocationFailure("ERROR_FROM_TARGET", "no", isRetriable: true) }
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(7200)
    #expect(bench.tasks.count == 6)
  }

  /// AWS's default is 185 tries within 24 hours; both are reached here.
  @Test func theUsualPolicyFillsADay() throws {
    let bench = try RuleBench()
    try bench.rule("r", on: everything) { $0.retry = RetryPolicy() }
    bench.act = { _ in InvocationFailure("ERROR_FROM_TARGET", "no", isRetriable: true) }
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(3 * 86_400)
    #expect(bench.tasks.count == 186)
    let span = bench.tasks[185].time - bench.tasks[0].time
    #expect(span <= 86_400_000 && span > 80_000_000)
  }

  @Test func aTryThatSucceedsEndsIt() throws {
    let bench = try RuleBench()
    let rule = try bench.rule("r", on: everything) { $0.retry.attempts = 5 }
    var left = 2
    bench.act = { _ in
      left -= 1
      return left >= 0 ? InvocationFailure("TIMEOUT", "slow", isRetriable: true) : nil
    }
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(600)
    #expect(bench.tasks.count == 3)
    #expect(bench.cloud.eventBuses.statistics(of: rule).invocations == 1)
    #expect(bench.cloud.eventBuses.statistics(of: rule).dropped == 0)
  }

  /// What is missing or forbidden is not tried again (AWS's guide).
  @Test func missingTargetsAreNotTriedAgain() throws {
    let bench = try RuleBench()
    let rule = try bench.rule("r", on: everything)
    try bench.cloud.arrangeEvents(
      "PutTargets",
      [
        JSONMember("Rule", "r"),
        JSONMember(
          "Targets", [["Id": "1", "Arn": "arn:aws:sns:us-east-1:123456789012:none"]]),
      ])
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(86_400)
    let counts = bench.cloud.eventBuses.statistics(of: rule)
    #expect(counts.failures == 1)
    #expect(counts.retries == 0)
    #expect(counts.lastFailure?.contains("NO_RESOURCE") == true)
  }

  /// A log group gets the event as it is, in a stream of the rule's.
  @Test func logGroupsKeepEvents() throws {
    let bench = try RuleBench()
    _ = try bench.rule("r", on: everything)
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/changes"
    try bench.cloud.defineLogGroup("/aws/events/changes")
    try bench.cloud.arrangeEvents(
      "PutTargets",
      [
        JSONMember("Rule", "r"),
        JSONMember("Targets", [["Id": "1", "Arn": .string(group)]]),
      ])
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(3_600)
    let kept = try #require(bench.cloud.logGroups[group])
    let events = bench.cloud.newestLogEvents(of: kept, nil)
    let event = try JSONParser.parse(try #require(events.first).message)
    #expect(event["detail-type"]?.text == "AWS API Call via CloudTrail")
    #expect(event["detail"]?["requestParameters"]?["userName"]?.text == "eve")
    #expect(kept.streams.count == 1)
  }

  @Test func aRetryOfARuleThatIsGoneIsNoMore() throws {
    let bench = try RuleBench()
    let rule = try bench.rule("r", on: everything) { $0.retry.attempts = 100 }
    bench.act = { _ in InvocationFailure("TIMEOUT", "slow", isRetriable: true) }
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(62)
    let count = bench.tasks.count
    bench.cloud.forgetRule(rule)
    bench.advance(86_400)
    #expect(bench.tasks.count == count)
  }

  // MARK: Other buses

  private func forward(
    _ bench: RuleBench, _ rule: String,
    on bus: BusID = BusID(account: "123456789012", region: "us-east-1"),
    to target: BusID, role: String = "Forwarder"
  ) throws {
    bench.cloud.defineRole(
      "Forwarder", trusting: Cloud.trustPolicy(["Service": "events.amazonaws.com"]))
    bench.cloud.defineRole("Other")
    try bench.cloud.arrangeEvents(
      "PutRule",
      [
        JSONMember("Name", .string(rule)), JSONMember("EventPattern", .string(everything)),
        JSONMember("EventBusName", .string(bus.name)),
      ], account: bus.account, region: bus.region)
    try bench.cloud.arrangeEvents(
      "PutTargets",
      [
        JSONMember("Rule", .string(rule)), JSONMember("EventBusName", .string(bus.name)),
        JSONMember(
          "Targets",
          [
            [
              "Id": "1", "Arn": .string(target.arn),
              "RoleArn": .string("arn:aws:iam::123456789012:role/\(role)"),
            ]
          ]),
      ], account: bus.account, region: bus.region)
  }

  private let home = BusID(account: "123456789012", region: "us-east-1")

  @Test func eventsAreSentOnToAnotherBusAndNoThird() throws {
    let bench = try RuleBench()
    let second = BusID(account: home.account, region: home.region, name: "second")
    let third = BusID(account: home.account, region: home.region, name: "third")
    for bus in [second, third] { try bench.cloud.defineBus(bus, description: nil) }
    try forward(bench, "to-second", to: second)
    try forward(bench, "to-third", on: second, to: third)
    try bench.rule("at-second", on: everything, bus: "second")
    try bench.rule("at-third", on: everything, bus: "third")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(bench.tasks.map(\.task.rule.name) == ["at-second"])
    let counts = bench.cloud.eventBuses.statistics(of: RuleID(bus: second, name: "to-third"))
    #expect(counts.lastFailure?.contains("THIRD_ACCOUNT_HOP_DETECTED") == true)
    #expect(counts.failures == 1)
  }

  @Test func readsStayReadsOnAnotherBus() throws {
    let bench = try RuleBench()
    let second = BusID(account: home.account, region: home.region, name: "second")
    try bench.cloud.defineBus(second, description: nil)
    try forward(bench, "to-second", to: second)
    bench.cloud.setState(.enabledWithReads, of: RuleID(bus: home, name: "to-second"))
    try bench.rule("writes", on: everything, bus: "second")
    try bench.rule("reads", on: everything, state: .enabledWithReads, bus: "second")
    try bench.call("iam", "ListUsers")
    bench.advance(60)
    #expect(bench.tasks.map(\.task.rule.name) == ["reads"])
  }

  @Test func anotherRegionsBusGetsTheEventAsItIs() throws {
    let bench = try RuleBench()
    let there = BusID(account: home.account, region: "eu-west-1")
    try forward(bench, "to-ireland", to: there)
    try bench.rule("at-ireland", on: everything, region: "eu-west-1")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(bench.tasks.map(\.task.rule.bus) == [there])
    #expect(bench.tasks[0].task.event.region == "us-east-1")
  }

  @Test func anotherAccountsBusMustLetTheEventIn() throws {
    let bench = try RuleBench()
    bench.cloud.defineAccount("222233334444")
    let theirs = BusID(account: "222233334444", region: "us-east-1")
    try forward(bench, "to-them", to: theirs)
    let rule = RuleID(bus: home, name: "to-them")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(
      bench.cloud.eventBuses.statistics(of: rule).lastFailure?.contains("NO_PERMISSIONS") == true)
    try bench.cloud.letIn("123456789012", on: theirs)
    try bench.call("iam", "CreateUser", #"{"UserName":"eva"}"#)
    bench.advance(60)
    #expect(bench.cloud.eventBuses.statistics(of: rule).invocations == 1)
  }

  /// A policy may ask for the organization.
  @Test func theOrganizationCanBeLetIn() throws {
    let bench = try RuleBench()
    bench.cloud.defineOrganization()
    for (account, isMember) in [("222233334444", true), ("333344445555", false)] {
      bench.cloud.defineAccount(account, isMember: isMember)
    }
    try bench.cloud.letIn(nil, on: home)
    #expect(bench.cloud.busLetsIn(home, "222233334444", from: nil))
    #expect(!bench.cloud.busLetsIn(home, "333344445555", from: nil))
  }

  @Test func theRoleMustTrustEventBridge() throws {
    let bench = try RuleBench()
    let second = BusID(account: home.account, region: home.region, name: "second")
    try bench.cloud.defineBus(second, description: nil)
    try forward(bench, "to-second", to: second, role: "Other")
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(
      bench.cloud.eventBuses.statistics(of: RuleID(bus: home, name: "to-second")).lastFailure?
        .contains("FAILED_TO_ASSUME_ROLE") == true)
  }

  // MARK: Functions

  @Test func aFunctionIsInvokedWhereItsPolicyLetsTheRule() throws {
    let bench = try RuleBench()
    bench.cloud.defineFunction("fix")
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:fix"
    let rule = try bench.rule("r", on: #"{"detail":{"eventName":["CreateUser"]}}"#)
    bench.cloud.setSessionTargets([], of: rule)
    try bench.cloud.arrangeEvents(
      "PutTargets",
      [JSONMember("Rule", "r"), JSONMember("Targets", [["Id": "1", "Arn": .string(arn)]])])
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(
      bench.cloud.eventBuses.statistics(of: rule).lastFailure?.contains("NO_PERMISSIONS") == true)
    bench.cloud.letEventBridgeInvoke(arn, for: rule)
    final class Observer: CloudObserver {
      var records: [JSONValue] = []
      func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) {
        if let value = try? JSONParser.parse(record.bytes) { records.append(value) }
      }
    }
    let observer = Observer()
    try bench.call(
      "cloudtrail", "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::Lambda::Function","Values":["arn:aws:lambda"]}]}]}"#
    )
    bench.cloud.observer = observer
    try bench.call("iam", "CreateUser", #"{"UserName":"eva"}"#)
    bench.advance(60)
    #expect(bench.cloud.eventBuses.statistics(of: rule).invocations == 1)
    let invoke = try #require(observer.records.first { $0["eventName"] == "Invoke" })
    #expect(
      invoke["userIdentity"] == ["type": "AWSService", "invokedBy": "events.amazonaws.com"])
    #expect(
      invoke["requestParameters"] == [
        "functionName": .string(arn), "invocationType": "Event",
        "sourceArn": "arn:aws:events:us-east-1:123456789012:rule/r",
        "sourceAccount": "123456789012",
      ])
    #expect(invoke["eventCategory"] == "Data")
  }

  // MARK: The journal

  @Test func theJournalHasTheOrderOfThings() throws {
    let bench = try RuleBench()
    try bench.rule("r", on: #"{"detail":{"eventName":["CreateUser"]}}"#)
    bench.act = { _ in
      _ = try? bench.call("iam", "DeleteUser", #"{"UserName":"eve"}"#)
      return nil
    }
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(900)
    let entries = bench.cloud.happenings.journal.entries.sorted { $0.time < $1.time }
    #expect(
      entries.map { "\(($0.time - CloudDefaults.start) / 1000) \($0.kind.rawValue)" }.prefix(4) == [
        "0 call", "60 event", "60 action", "60 call",
      ])
    #expect(entries.contains { $0.kind == .delivery && $0.text == "log file to s3://logs" })
  }
}
