import Testing
import TrailRecord

@testable import TrailCloud

/// Alarms of CloudWatch.
@Suite struct AlarmTests {
  private static let start = CloudDefaults.start

  private func world(_ alarm: String = "") throws -> LogsWorld {
    let world = try LogsWorld(hasTrail: false)
    try put(world, alarm)
    return world
  }

  private func put(_ world: LogsWorld, _ more: String) throws {
    try world.call("cloudwatch", "PutMetricAlarm", Self.alarm(more))
  }

  private static func alarm(_ more: String) -> String {
    let defaults = [
      ("AlarmName", "\"a\""), ("Namespace", "\"N\""), ("MetricName", "\"m\""),
      ("Statistic", "\"Sum\""), ("Period", "300"), ("EvaluationPeriods", "1"), ("Threshold", "1"),
      ("ComparisonOperator", "\"GreaterThanOrEqualToThreshold\""),
    ].filter { !more.contains("\"\($0.0)\"") }.map { "\"\($0.0)\": \($0.1)" }
    return "{" + (defaults + (more.isEmpty ? [] : [more])).joined(separator: ", ") + "}"
  }

  private func value(_ world: LogsWorld, _ value: Double = 1, minutesAgo: Int64 = 0) throws {
    let time = EventTime.format((world.cloud.now - minutesAgo * 60_000) / 1000 * 1000)
    try world.call(
      "cloudwatch", "PutMetricData",
      """
      {"Namespace": "N", "MetricData": [{"MetricName": "m", "Value": \(value), "Timestamp": "\(time)"}]}
      """)
  }

  private func alarm(_ world: LogsWorld) throws -> MetricAlarm {
    try #require(world.cloud.metrics.alarms(of: "123456789012").first)
  }

  private func changes(_ world: LogsWorld) -> [String] {
    world.cloud.takeHappenings().alarms.map(\.state)
  }

  // MARK: Judgement

  /// AWS's tables of examples: 3 of 3 and 2 of 3 with five periods looked at. X breaches, 0 does not, - is missing;
  /// the newest stands on the right.
  private static let tables: [(String, Int, [MetricAlarm.State?])] = [
    ("0-X-X", 3, [.ok, .ok, .ok, .ok]), ("0----", 3, [.ok, .ok, .ok, .ok]),
    ("-----", 3, [.insufficientData, nil, .alarm, .ok]),
    ("0XX-X", 3, [.alarm, .alarm, .alarm, .alarm]), ("--X--", 3, [.alarm, nil, .alarm, .ok]),
    // Too early: the next value may be a good one.
    ("----X", 3, [nil, nil, .alarm, .ok]), ("---X-", 3, [nil, nil, .alarm, .ok]),
    ("0-X-X", 2, [.alarm, .alarm, .alarm, .alarm]), ("00X0X", 2, [.alarm, .alarm, .alarm, .alarm]),
    ("0-X--", 2, [.ok, .ok, .alarm, .ok]), ("----0", 2, [.ok, .ok, .alarm, .ok]),
    ("---X-", 2, [.alarm, nil, .alarm, .ok]),
  ]

  @Test(arguments: tables)
  func missingDataIsTreatedAsAWSsTablesSay(
    _ row: (points: String, wanted: Int, states: [MetricAlarm.State?])
  ) throws {
    let treatments: [MetricAlarm.MissingData] = [.missing, .ignore, .breaching, .notBreaching]
    for (treatment, state) in zip(treatments, row.states) {
      var alarm = MetricAlarm(
        name: "a", region: "us-east-1", account: "1",
        metric: MetricID(account: "1", region: "us-east-1", namespace: "N", name: "m"),
        statistic: .sum, statisticName: "Sum", period: 300, evaluationPeriods: 3,
        datapointsToAlarm: row.wanted, threshold: 1, comparison: .greaterOrEqual,
        configurationTime: 0, stateTime: 0, transitionTime: 0)
      alarm.missingData = treatment
      #expect(alarm.range == 5)
      let periods = row.points.reversed().enumerated().map { index, mark in
        mark == "-"
          ? nil
          : AlarmJudgement.Point(
            time: Int64(-index) * 300_000, value: mark == "X" ? 1 : 0, sampleCount: 1)
      }
      #expect(
        AlarmJudgement(periods, of: alarm).state == state, "\(row.points) as \(treatment)")
    }
  }

  @Test func comparisonsAreAWSs() {
    let values: [(MetricAlarm.Comparison, [Bool])] = [
      (.greaterOrEqual, [false, true, true]), (.greater, [false, false, true]),
      (.less, [true, false, false]), (.lessOrEqual, [true, true, false]),
    ]
    for (comparison, expected) in values {
      #expect([1.0, 2.0, 3.0].map { comparison.isBreaching($0, 2) } == expected)
    }
  }

  // MARK: Life

  /// Made without values, in alarm with one, and back when it is gone; real alarms on 5 minutes keep the state for
  /// three periods.
  @Test func anAlarmComesAndGoes() throws {
    let world = try world(#""TreatMissingData": "notBreaching""#)
    #expect(try alarm(world).state == .insufficientData)
    #expect(try alarm(world).reason == "Unchecked: Initial alarm creation")
    world.advance(minutes: 2)
    #expect(try alarm(world).state == .ok)
    #expect(
      try alarm(world).reason
        == "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching]."
    )
    try value(world)
    world.advance(minutes: 2)
    #expect(try alarm(world).state == .alarm)
    #expect(
      try alarm(world).reason
        == "Threshold Crossed: 1 datapoint [1.0 (05/01/26 08:58:00)] was greater than or equal to the threshold (1.0)."
    )
    world.advance(minutes: 12)
    #expect(try alarm(world).state == .alarm)
    world.advance(minutes: 3)
    #expect(try alarm(world).state == .ok)
    #expect(changes(world) == ["OK", "ALARM", "OK"])
    // Nothing is planned when nothing can change.
    #expect(try alarm(world).nextEvaluation == nil)
  }

  @Test(arguments: [
    ("missing", ["ALARM", "INSUFFICIENT_DATA"]), ("ignore", ["ALARM"]),
    ("breaching", ["ALARM"]), ("notBreaching", ["OK", "ALARM", "OK"]),
  ])
  func treatmentsOfMissingData(treatment: String, states: [String]) throws {
    let world = try world(#""TreatMissingData": "\#(treatment)""#)
    world.advance(minutes: 2)
    try value(world)
    world.advance(minutes: 60)
    #expect(changes(world) == states)
  }

  /// M of N: two of three minutes.
  @Test func someOfSeveralPeriods() throws {
    let world = try world(
      #""Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5"#)
    for minute in 0..<12 {
      try value(world, [1, 9, 1, 1, 9, 9, 1, 1, 1, 1, 1, 1][minute])
      world.advance(minutes: 1)
    }
    world.advance(minutes: 1)
    #expect(changes(world) == ["OK", "ALARM", "OK"])
    let reason = try alarm(world).reason
    #expect(reason.contains("out of the last 3 datapoints"))
    #expect(reason.hasSuffix("(minimum 2 datapoints for ALARM -> OK transition)."))
  }

  /// The reason, its data and the history, as real ones read.
  @Test func reasonsAndHistoryReadAsAWSs() throws {
    let world = try world(#""DatapointsToAlarm": 1"#)
    try value(world, 2)
    world.advance(minutes: 2)
    let now = try alarm(world)
    #expect(
      now.reason
        == "Threshold Crossed: 1 out of the last 1 datapoints [2.0 (05/01/26 08:56:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    let data = try JSONParser.parse(now.reasonData ?? "")
    #expect(
      data.names == [
        "version", "queryDate", "startDate", "statistic", "period", "recentDatapoints", "threshold",
        "evaluatedDatapoints",
      ])
    #expect(data["startDate"]?.text == "2026-01-05T08:56:00.000+0000")
    #expect(data["recentDatapoints"] == [.number("2.0")])
    world.advance(minutes: 30)
    let history = try world.call("cloudwatch", "DescribeAlarmHistory", #"{"AlarmName": "a"}"#)
    let items = try #require(history["AlarmHistoryItems"]?.elements)
    #expect(
      items.compactMap { $0["HistorySummary"]?.text } == [
        "Alarm updated from ALARM to INSUFFICIENT_DATA",
        "Alarm updated from INSUFFICIENT_DATA to ALARM", "Alarm \"a\" created",
      ])
    let state = try JSONParser.parse(items[1]["HistoryData"]?.text ?? "")
    #expect(state.at("oldState.stateReason")?.text == "Unchecked: Initial alarm creation")
    #expect(state.at("newState.stateReasonData") == data)
    #expect(
      try JSONParser.parse(items[0]["HistoryData"]?.text ?? "").at("newState.stateReason")?.text
        == "Insufficient Data: 1 datapoint was unknown.")
    let updates = try world.call(
      "cloudwatch", "DescribeAlarmHistory",
      #"{"HistoryItemType": "StateUpdate", "ScanBy": "TimestampAscending", "MaxRecords": 1}"#)
    #expect(updates["AlarmHistoryItems"]?.elements?.count == 1 && updates["NextToken"] != nil)
  }

  /// Evaluated only when something can have changed: a year without values is no work.
  @Test func nothingIsPlannedForEver() throws {
    let world = try world(#""TreatMissingData": "notBreaching""#)
    world.advance(minutes: 5)
    #expect(world.cloud.schedule.isEmpty)
    try value(world)
    world.advance(minutes: 60)
    #expect(world.cloud.schedule.isEmpty)
  }

  /// Every minute gives what an evaluation of every minute would: a model without a schedule of its own.
  @Test(arguments: 1...6 as ClosedRange<UInt64>) func theScheduleMissesNothing(seed: UInt64) throws
  {
    var random = IdentifierSource(seed: seed)
    func pick<T>(_ all: [T]) -> T { all[Int(random.next() % UInt64(all.count))] }
    let world = try world(
      """
      "Period": \(pick([60, 120, 300])), "EvaluationPeriods": \(pick([2, 3])),
      "DatapointsToAlarm": \(pick([1, 2])), "Threshold": 3,
      "ComparisonOperator": "\(pick(["GreaterThanThreshold", "LessThanThreshold"]))",
      "TreatMissingData": "\(pick(["missing", "ignore", "breaching", "notBreaching"]))",
      "Statistic": "\(pick(["Sum", "Maximum", "Average"]))"
      """)
    var state = MetricAlarm.State.insufficientData
    var seen: [MetricAlarm.State] = []
    for _ in 0..<200 {
      if random.next() % 5 == 0 {
        try value(
          world, Double(random.next() % 6), minutesAgo: Int64(random.next() % 4))
      }
      world.advance(minutes: 1)
      let now = try alarm(world)
      // What was known at the alarm's second of the minute that has just passed.
      let judgement = AlarmJudgement(
        world.cloud.periodsForTests(of: now, upTo: world.cloud.now - 60_000), of: now)
      if let next = judgement.state { state = next }
      #expect(now.state == state)
      if seen.last != state { seen.append(state) }
    }
    #expect(seen.count > 1)
  }

  // MARK: Actions

  @Test func aMissingTopicIsNoted() throws {
    let topic = "arn:aws:sns:us-east-1:123456789012:ops"
    let world = try world(#""AlarmActions": ["\#(topic)"], "ActionsEnabled": true"#)
    try value(world)
    world.advance(minutes: 2)
    let history = try world.call(
      "cloudwatch", "DescribeAlarmHistory", #"{"HistoryItemType": "Action"}"#)
    let item = try #require(history.at("AlarmHistoryItems.0"))
    #expect(item["HistorySummary"]?.text?.hasPrefix("Failed to execute action \(topic)") == true)
    #expect(try alarm(world).state == .alarm)
  }

  @Test func aTopicIsToldInAWSsWords() throws {
    let topic = "arn:aws:sns:us-east-1:123456789012:ops"
    let world = try world(
      #""AlarmActions": ["\#(topic)"], "AlarmDescription": "too many", "ActionsEnabled": true"#)
    try world.cloud.defineTopic("ops", policy: nil)
    try value(world)
    world.advance(minutes: 2)
    let history = try world.call(
      "cloudwatch", "DescribeAlarmHistory", #"{"HistoryItemType": "Action"}"#)
    let item = try #require(history.at("AlarmHistoryItems.0"))
    let data = try JSONParser.parse(item["HistoryData"]?.text ?? "")
    #expect(data["notificationResource"]?.text == topic)
    #expect(item["HistorySummary"]?.text == "Successfully executed action \(topic)")
    let published = try #require(world.cloud.topics[topic]?.inbox.first)
    #expect(published.publisher == "cloudwatch.amazonaws.com")
    #expect(published.subject?.hasPrefix("ALARM: \"") == true)
    #expect(published.text == data["publishedMessage"]?.text)
    let message = try JSONParser.parse(published.text)
    #expect(
      message.names == [
        "AlarmName", "AlarmDescription", "AWSAccountId", "AlarmConfigurationUpdatedTimestamp",
        "NewStateValue", "NewStateReason", "StateChangeTime", "Region", "AlarmArn",
        "OldStateValue", "OKActions", "AlarmActions", "InsufficientDataActions", "Trigger",
      ])
    #expect(message["Region"]?.text == "US East (N. Virginia)")
    #expect(message["StateChangeTime"]?.text?.hasSuffix("+0000") == true)
    #expect(message.at("Trigger.Statistic")?.text == "SUM")
    #expect(message.at("Trigger.Threshold") == .number("1.0"))
    #expect(message.at("Trigger.TreatMissingData")?.text == "missing")
  }

  @Test func actionsCanBeSwitchedOff() throws {
    let world = try world(#""AlarmActions": ["arn:aws:sns:us-east-1:123456789012:ops"]"#)
    try world.call("cloudwatch", "DisableAlarmActions", #"{"AlarmNames": ["a"]}"#)
    #expect(
      try world.call("cloudwatch", "DescribeAlarms").at("MetricAlarms.0.ActionsEnabled") == false)
    try world.call(
      "cloudwatch", "SetAlarmState",
      #"{"AlarmName": "a", "StateValue": "ALARM", "StateReason": "test"}"#)
    func actions() throws -> Int {
      try world.call("cloudwatch", "DescribeAlarmHistory", #"{"HistoryItemType": "Action"}"#)[
        "AlarmHistoryItems"]?.elements?.count ?? 0
    }
    #expect(try actions() == 0)
    try world.call("cloudwatch", "EnableAlarmActions", #"{"AlarmNames": ["a"]}"#)
    // No action without a change.
    try world.call(
      "cloudwatch", "SetAlarmState",
      #"{"AlarmName": "a", "StateValue": "ALARM", "StateReason": "again"}"#)
    #expect(try actions() == 0)
    // The state that was set lasts until the next evaluation changes it.
    try world.call(
      "cloudwatch", "SetAlarmState",
      #"{"AlarmName": "a", "StateValue": "OK", "StateReason": "test"}"#)
    try world.call(
      "cloudwatch", "SetAlarmState",
      #"{"AlarmName": "a", "StateValue": "ALARM", "StateReason": "test"}"#)
    #expect(try actions() == 1)
    world.advance(minutes: 2)
    #expect(try alarm(world).state == .insufficientData)
  }

  // MARK: The API

  @Test func alarmsAreDescribed() throws {
    let world = try world()
    #expect(
      try world.call("cloudwatch", "DescribeAlarms", #"{"AlarmNames": ["a", "none"]}"#) == [
        "CompositeAlarms": [],
        "MetricAlarms": [
          [
            "AlarmName": "a",
            "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
            "AlarmConfigurationUpdatedTimestamp": "2026-01-05T09:00:00Z", "ActionsEnabled": true,
            "OKActions": [], "AlarmActions": [], "InsufficientDataActions": [],
            "StateValue": "INSUFFICIENT_DATA",
            "StateReason": "Unchecked: Initial alarm creation",
            "StateUpdatedTimestamp": "2026-01-05T09:00:00Z", "MetricName": "m", "Namespace": "N",
            "Statistic": "Sum", "Dimensions": [], "Period": 300, "EvaluationPeriods": 1,
            "Threshold": .number("1.0"), "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "StateTransitionedTimestamp": "2026-01-05T09:00:00Z",
          ]
        ],
      ])
    try put(world, #""AlarmName": "b", "MetricName": "other""#)
    let some = try world.call(
      "cloudwatch", "DescribeAlarmsForMetric", #"{"Namespace": "N", "MetricName": "other"}"#)
    #expect(some.at("MetricAlarms.0.AlarmName")?.text == "b")
    try world.call("cloudwatch", "DeleteAlarms", #"{"AlarmNames": ["a"]}"#)
    #expect(
      try world.call("cloudwatch", "DescribeAlarms").at("MetricAlarms.0.AlarmName")?.text == "b")
  }

  private static let refusals: [(String, String)] = [
    (
      #""TreatMissingData": "whatever""#,
      "Option whatever is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore and missing."
    ),
    (
      #""DatapointsToAlarm": 2"#,
      "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    ),
    (#""Period": 45"#, "Period must be 10, 20, 30 or a multiple of 60"),
    (
      #""EvaluationPeriods": 289"#,
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)."
    ),
    (#""AlarmActions": ["ops"]"#, "Invalid arn syntax: ops"),
    (
      #""ComparisonOperator": "Equals""#,
      "1 validation error detected: Value 'Equals' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold, LessThanLowerOrGreaterThanUpperThreshold, LessThanLowerThreshold, GreaterThanUpperThreshold]"
    ),
    (
      #""Statistic": "Median""#,
      "1 validation error detected: Value 'Median' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [SampleCount, Average, Sum, Minimum, Maximum]"
    ),
  ]

  @Test(arguments: refusals) func alarmsAreRefused(parameters: String, text: String) throws {
    let world = try LogsWorld(hasTrail: false)
    let result = try world.attempt("cloudwatch", "PutMetricAlarm", Self.alarm(parameters))
    #expect(result.error?.code == "ValidationError")
    #expect(result.error?.message == text)
  }

  @Test func statesAreRefused() throws {
    let world = try world()
    let bad = try world.attempt(
      "cloudwatch", "SetAlarmState",
      #"{"AlarmName": "a", "StateValue": "INVALID", "StateReason": ""}"#)
    #expect(
      bad.error?.message
        == "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]"
    )
    let none = try world.attempt(
      "cloudwatch", "SetAlarmState",
      #"{"AlarmName": "none", "StateValue": "OK", "StateReason": ""}"#)
    #expect(none.error?.code == "ResourceNotFound")
    #expect(
      try world.attempt("cloudwatch", "DeleteAlarms", #"{"AlarmNames": ["a", "none"]}"#).error?.code
        == "ResourceNotFound")
    #expect(try world.call("cloudwatch", "DescribeAlarms").at("MetricAlarms.0") != nil)
  }

  /// Values with counts, statistics, and one value; by unit.
  @Test func dataIsPutInThreeForms() throws {
    let world = try world()
    try world.call(
      "cloudwatch", "PutMetricData",
      """
      {"Namespace": "N", "MetricData": [
       {"MetricName": "m", "Values": [10, 2], "Counts": [2, 11], "Unit": "Count"},
       {"MetricName": "m", "StatisticValues": {"SampleCount": 2, "Sum": 6, "Minimum": 1, "Maximum": 5}},
       {"MetricName": "m", "Value": 7, "Unit": "Count"}]}
      """)
    func data(_ statistic: String, _ more: String = "") throws -> JSONValue {
      try world.call(
        "cloudwatch", "GetMetricData",
        """
        {"StartTime": "2026-01-05T08:00:00Z", "EndTime": "2026-01-05T10:00:00Z", "MetricDataQueries":
         [{"Id": "q", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "m"}, "Period": 60,
           "Stat": "\(statistic)"\(more)}}]}
        """)
    }
    #expect(try data("Sum").at("MetricDataResults.0.Values") == [.number("55.0")])
    #expect(
      try data("SampleCount", #", "Unit": "Count""#).at("MetricDataResults.0.Values.0")
        == .number("14.0"))
    #expect(
      try data("p90", #", "Unit": "Count""#).at("MetricDataResults.0.Values.0") == .number("10.0"))
    #expect(
      try data("Maximum", #", "Unit": "Seconds""#).at("MetricDataResults.0") == [
        "Id": "q", "Label": "m", "Timestamps": [], "Values": [], "StatusCode": "Complete",
      ])
    let bad = try world.attempt(
      "cloudwatch", "PutMetricData",
      #"{"Namespace": "N", "MetricData": [{"MetricName": "m", "Values": [1], "Counts": [1, 2]}]}"#)
    #expect(
      bad.error?.message
        == "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size."
    )
  }

  @Test func numbersReadAsJavas() {
    let texts: [(Double, String)] = [
      (1, "1.0"), (0, "0.0"), (-2.5, "-2.5"), (21.5, "21.5"), (9_999_999, "9999999.0"),
      (10_000_000, "1.0E7"), (123_456_789, "1.23456789E8"), (0.001, "0.001"), (0.0001, "1.0E-4"),
      (-0.000_012_5, "-1.25E-5"), (1e300, "1.0E300"), (40.760000000000005, "40.760000000000005"),
    ]
    for (value, text) in texts { #expect(JavaText.number(value) == text) }
  }
}

extension Cloud {
  /// The periods that an alarm looks at, without its schedule.
  func periodsForTests(of alarm: MetricAlarm, upTo end: Int64) -> [AlarmJudgement.Point?] {
    let length = Int64(alarm.period) * 1000
    return (0..<alarm.range).map { index in
      let start = end - Int64(index + 1) * length
      var total = StatisticSet()
      for series in metrics.values(of: alarm.metric, unit: nil) {
        for (time, set) in zip(series.times, series.sets)
        where time >= start && time < start + length { total.add(set) }
      }
      guard total.sampleCount > 0, let value = total.value(of: alarm.statistic) else { return nil }
      return AlarmJudgement.Point(time: start, value: value, sampleCount: total.sampleCount)
    }
  }
}
