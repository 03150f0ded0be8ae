import Testing
import TrailRecord

@testable import TrailCloud

/// What rules hear of CloudWatch's alarms (CloudWatch's guide, "Alarm events and EventBridge").
@Suite struct AlarmEventTests {
  /// AWS's example of a pattern for one alarm.
  private let pattern =
    #"{"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"], "resources": ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:busy"]}"#

  private func bench() throws -> RuleBench {
    // No trail logs: these events do not come from CloudTrail.
    let bench = try RuleBench(logs: false)
    try bench.call(
      "cloudwatch", "PutMetricAlarm",
      """
      {"AlarmName": "busy", "AlarmDescription": "too much", "Namespace": "App", "MetricName": "Calls",
       "Dimensions": [{"Name": "Stage", "Value": "prod"}], "Statistic": "Average", "Period": 300,
       "EvaluationPeriods": 1, "Threshold": 50, "ComparisonOperator": "GreaterThanThreshold",
       "TreatMissingData": "notBreaching"}
      """)
    return bench
  }

  private func put(_ value: Int, _ bench: RuleBench) throws {
    try bench.call(
      "cloudwatch", "PutMetricData",
      """
      {"Namespace": "App", "MetricData": [{"MetricName": "Calls", "Value": \(value),
       "Dimensions": [{"Name": "Stage", "Value": "prod"}]}]}
      """)
  }

  @Test func aRuleHearsEveryChange() throws {
    let bench = try bench()
    try bench.rule("alarms", on: pattern)
    bench.advance(120)
    try put(99, bench)
    bench.advance(120)
    bench.advance(3600)
    let events = try bench.events()
    func value(_ event: JSONValue, _ state: String) -> String? {
      event["detail"]?[state]?["value"]?.text
    }
    #expect(events.map { value($0, "state") } == ["OK", "ALARM", "OK"])
    // The first of them is from INSUFFICIENT_DATA.
    #expect(events.map { value($0, "previousState") } == ["INSUFFICIENT_DATA", "OK", "ALARM"])
    #expect(bench.tasks.allSatisfy { $0.task.event.name.hasSuffix("of alarm busy") })
  }

  /// Members as in AWS's documented example.
  @Test func theEnvelopeIsAWSs() throws {
    let bench = try bench()
    try bench.rule(
      "alarms",
      on:
        #"{"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}, "previousState": {"value": ["OK"]}}}"#
    )
    bench.advance(120)
    try put(99, bench)
    bench.advance(120)
    let event = try #require(try bench.events().first)
    #expect(
      event.members?.map(\.nameText) == [
        "version", "id", "detail-type", "source", "account", "time", "region", "resources",
        "detail",
      ])
    #expect(event["detail-type"] == "CloudWatch Alarm State Change")
    #expect(event["resources"] == ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:busy"])
    let detail = try #require(event["detail"])
    #expect(
      detail.members?.map(\.nameText) == ["alarmName", "configuration", "previousState", "state"])
    #expect(detail["alarmName"] == "busy")
    #expect(detail["configuration"]?["description"] == "too much")
    let metric = try #require(detail["configuration"]?["metrics"]?.elements?.first)
    #expect(metric["id"]?.text?.isEmpty == false)
    #expect(
      metric["metricStat"] == [
        "metric": ["dimensions": ["Stage": "prod"], "name": "Calls", "namespace": "App"],
        "period": 300, "stat": "Average",
      ])
    #expect(metric["returnData"] == true)
    let state = try #require(detail["state"])
    #expect(state.members?.map(\.nameText) == ["reason", "reasonData", "timestamp", "value"])
    #expect(state["reason"]?.text?.hasPrefix("Threshold Crossed: 1 datapoint [99.0") == true)
    let data = try JSONParser.parse(try #require(state["reasonData"]?.text))
    #expect(data["threshold"] == .number("50.0"))
    let alarm = try #require(bench.cloud.metrics.alarms(of: "123456789012").first)
    #expect(state["timestamp"]?.text == JavaText.longTime(alarm.stateTime))
    #expect(detail["previousState"]?["value"] == "OK")
  }

  /// A state that is set again is no change, and nobody is told.
  @Test func aStateThatIsSetAgainIsNoChange() throws {
    let bench = try bench()
    try bench.rule("alarms", on: pattern)
    bench.advance(120)
    let count = bench.tasks.count
    for _ in 0..<2 {
      try bench.call(
        "cloudwatch", "SetAlarmState",
        #"{"AlarmName": "busy", "StateValue": "ALARM", "StateReason": "a test"}"#)
      bench.advance(0)
    }
    #expect(bench.tasks.count == count + 1)
    let state = try #require(try bench.events().last?["detail"]?["state"])
    #expect(state["reason"] == "a test")
    #expect(state["reasonData"] == nil)
  }

  /// A rule that sets the state of the alarm that it hears of is stopped.
  @Test func aLoopThroughAnAlarmEnds() throws {
    let bench = try bench()
    let rule = try bench.rule("alarms", on: pattern)
    bench.act = { task in
      let isAlarm = task.event.name.hasPrefix("ALARM")
      _ = try? bench.call(
        "cloudwatch", "SetAlarmState",
        #"{"AlarmName": "busy", "StateValue": "\#(isAlarm ? "OK" : "ALARM")", "StateReason": "x"}"#)
      return nil
    }
    bench.advance(120)
    #expect(bench.cloud.eventBuses.statistics(of: rule).loops == 1)
    #expect(bench.tasks.count == BusLimits.loopDepth)
  }
}
