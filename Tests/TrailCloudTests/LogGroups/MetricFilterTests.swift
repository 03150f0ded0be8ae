import Testing
import TrailRecord

@testable import TrailCloud

/// Metric filters and the metrics that they make (facts §7.2).
@Suite struct MetricFilterTests {
  private func world() throws -> LogsWorld {
    let world = try LogsWorld(hasTrail: false)
    try world.call("logs", "CreateLogStream", #"{"logGroupName": "trail", "logStreamName": "s"}"#)
    return world
  }

  private func filter(
    _ pattern: String, _ transformation: String, name: String = "f"
  ) -> String {
    let text = String(decoding: JSONWriter.bytes(.string(pattern)), as: UTF8.self)
    return """
      {"logGroupName": "trail", "filterName": "\(name)", "filterPattern": \(text),
       "metricTransformations": [{"metricName": "m", "metricNamespace": "N", \(transformation)}]}
      """
  }

  private func put(_ world: LogsWorld, _ messages: [(Int64, String)]) throws {
    let events = messages.map { offset, message -> JSONValue in
      [
        "timestamp": .number(Int(CloudDefaults.start + offset)), "message": .string(message),
      ]
    }
    let text = String(decoding: JSONWriter.bytes(.array(events)), as: UTF8.self)
    try world.call(
      "logs", "PutLogEvents",
      #"{"logGroupName": "trail", "logStreamName": "s", "logEvents": \#(text)}"#)
  }

  private func points(
    _ world: LogsWorld, _ statistics: String, more: String = "", period: Int = 60
  ) throws -> [JSONValue] {
    let answer = try world.call(
      "cloudwatch", "GetMetricStatistics",
      """
      {"Namespace": "N", "MetricName": "m", "Period": \(period), "Statistics": [\(statistics)],
       "StartTime": "2026-01-05T08:00:00Z", "EndTime": "2026-01-05T10:00:00Z"\(more)}
      """)
    return answer["Datapoints"]?.elements ?? []
  }

  @Test func matchesAreCountedByTheMinuteOfTheirTime() throws {
    let world = try world()
    try world.call("logs", "PutMetricFilter", filter("ERROR", #""metricValue": "2""#))
    try put(world, [(1000, "ERROR"), (2000, "fine"), (59_000, "ERROR"), (60_000, "ERROR")])
    try put(world, [(3000, "late ERROR")])
    let found = try points(world, #""Sum", "SampleCount", "Average", "Minimum", "Maximum""#)
    #expect(
      found == [
        [
          "Timestamp": "2026-01-05T09:00:00Z", "SampleCount": .number("3.0"),
          "Average": .number("2.0"), "Sum": .number("6.0"), "Minimum": .number("2.0"),
          "Maximum": .number("2.0"), "Unit": "None",
        ],
        [
          "Timestamp": "2026-01-05T09:01:00Z", "SampleCount": .number("1.0"),
          "Average": .number("2.0"), "Sum": .number("2.0"), "Minimum": .number("2.0"),
          "Maximum": .number("2.0"), "Unit": "None",
        ],
      ])
  }

  /// A minute with events and without a match counts the default; a minute without events counts nothing.
  @Test func defaultsStandForMinutesWithoutAMatch() throws {
    let world = try world()
    try world.call(
      "logs", "PutMetricFilter", filter("ERROR", #""metricValue": "1", "defaultValue": 0"#))
    try put(world, [(0, "fine"), (60_000, "ERROR"), (61_000, "fine"), (180_000, "fine")])
    let sums = try points(world, #""Sum""#).map { $0["Sum"] }
    #expect(sums == [.number("0.0"), .number("1.0"), .number("0.0")])
  }

  @Test func valuesComeFromTheEvent() throws {
    let world = try world()
    try world.call(
      "logs", "PutMetricFilter",
      filter("{ $.latency = * }", #""metricValue": "$.latency", "unit": "Milliseconds""#))
    try put(
      world,
      [
        (0, #"{"latency": 50}"#), (1, #"{"latency": "12.5"}"#), (2, #"{"latency": "slow"}"#),
        (3, #"{"other": 1}"#), (4, "latency 7"),
      ])
    let found = try points(
      world, #""Sum", "Maximum""#, more: #", "ExtendedStatistics": ["p50", "p100"]"#)
    #expect(found.count == 1 && found[0]["Sum"] == .number("62.5"))
    #expect(found[0]["Unit"]?.text == "Milliseconds")
    #expect(found[0].at("ExtendedStatistics.p50") == .number("12.5"))
    // Columns have values too.
    try world.call(
      "logs", "PutMetricFilter", filter("[a, b, ..., size > 10]", #""metricValue": "$size""#))
    try put(world, [(120_000, "x y z 40"), (120_001, "x y 5")])
    #expect(try points(world, #""Sum""#).map { $0["Sum"] }.contains(.number("40.0")))
  }

  @Test func dimensionsMakeMetricsOfTheirOwn() throws {
    let world = try world()
    try world.call(
      "logs", "PutMetricFilter",
      filter(
        #"{ $.code = "*" }"#,
        #""metricValue": "1", "dimensions": {"Code": "$.code", "Who": "$.user.name"}"#))
    try put(
      world,
      [
        (0, #"{"code": "A", "user": {"name": "bob"}}"#),
        (1, #"{"code": "A", "user": {"name": "bob"}}"#),
        (2, #"{"code": "B", "user": {"name": "eve"}}"#), (3, #"{"code": "A"}"#),
      ])
    let metrics = try world.call("cloudwatch", "ListMetrics", #"{"Namespace": "N"}"#)
    #expect(metrics["Metrics"]?.elements?.count == 2)
    #expect(
      try points(
        world, #""Sum""#,
        more:
          #", "Dimensions": [{"Name": "Who", "Value": "bob"}, {"Name": "Code", "Value": "A"}]"#
      ).map { $0["Sum"] } == [.number("2.0")])
    #expect(try points(world, #""Sum""#).isEmpty)
    let some = try world.call(
      "cloudwatch", "ListMetrics", #"{"Dimensions": [{"Name": "Code", "Value": "B"}]}"#)
    #expect(some.at("Metrics.0.Dimensions.1.Value")?.text == "eve")
  }

  @Test func filtersAreDescribed() throws {
    let world = try world()
    try world.call(
      "logs", "PutMetricFilter", filter(" ", #""metricValue": "1", "defaultValue": 0"#, name: "b"))
    try world.call("logs", "PutMetricFilter", filter("x", #""metricValue": "1""#, name: "a"))
    let found = try world.call("logs", "DescribeMetricFilters", #"{"logGroupName": "trail"}"#)
    #expect(found["metricFilters"]?.elements?.compactMap { $0["filterName"]?.text } == ["a", "b"])
    #expect(
      found.at("metricFilters.1") == [
        "filterName": "b", "filterPattern": " ",
        "metricTransformations": [
          [
            "metricName": "m", "metricNamespace": "N", "metricValue": "1",
            "defaultValue": .number("0.0"),
          ]
        ], "creationTime": .number(Int(CloudDefaults.start)), "logGroupName": "trail",
        "applyOnTransformedLogs": false,
      ])
    let some = try world.call(
      "logs", "DescribeMetricFilters",
      #"{"metricName": "m", "metricNamespace": "N", "filterNamePrefix": "b"}"#)
    #expect(some["metricFilters"]?.elements?.count == 1)
    try world.call("logs", "DeleteMetricFilter", #"{"logGroupName": "trail", "filterName": "a"}"#)
    let groups = try world.call("logs", "DescribeLogGroups")
    #expect(groups.at("logGroups.0.metricFilterCount")?.integer == 1)
  }

  private static let refusals: [(String, String, String?)] = [
    ("{ $.a == 1 }", #""metricValue": "1""#, "Invalid metric filter pattern"),
    ("a-b", #""metricValue": "1""#, "Invalid character(s) in term 'a-b'"),
    (
      "ERROR", #""metricValue": "1", "dimensions": {"A": "$.a"}"#,
      "The specified filter pattern does not support dimensions"
    ),
    (
      "{ $.a = 1 }", #""metricValue": "1", "defaultValue": 0, "dimensions": {"A": "$.a"}"#,
      "Invalid metric transformation: dimensions and default value are mutually exclusive properties"
    ),
    (
      "{ $.a = 1 }",
      #""metricValue": "1", "dimensions": {"A": "$.a", "B": "$.b", "C": "$.c", "D": "$.d"}"#, nil
    ),
    ("{ $.a = 1 }", #""metricValue": "one""#, nil),
    ("ERROR", #""metricValue": "$.a""#, nil), ("[a, b]", #""metricValue": "$c""#, nil),
    ("{ $.a = 1 }", #""metricValue": "1", "unit": "Furlongs""#, nil),
  ]

  @Test(arguments: refusals)
  func filtersAreRefused(pattern: String, transformation: String, text: String?) throws {
    let world = try world()
    let result = try world.attempt("logs", "PutMetricFilter", filter(pattern, transformation))
    #expect(result.error?.code == "InvalidParameterException")
    if let text { #expect(result.error?.message == text) }
  }

  /// Facts §7.2: a hundred filters, five of them with regular expressions; one transformation each.
  @Test func groupsHaveLimits() throws {
    let world = try world()
    for number in 0..<5 {
      try world.call(
        "logs", "PutMetricFilter", filter("%x%", #""metricValue": "1""#, name: "r\(number)"))
    }
    let sixth = try world.attempt(
      "logs", "PutMetricFilter", filter("%x%", #""metricValue": "1""#, name: "r5"))
    #expect(sixth.error?.code == "LimitExceededException")
    for number in 0..<95 {
      try world.call(
        "logs", "PutMetricFilter", filter("x", #""metricValue": "1""#, name: "f\(number)"))
    }
    let next = try world.attempt(
      "logs", "PutMetricFilter", filter("x", #""metricValue": "1""#, name: "more"))
    #expect(next.error?.message == "Resource limit exceeded.")
    // One that is there may be put anew.
    try world.call("logs", "PutMetricFilter", filter("y", #""metricValue": "1""#, name: "f0"))
    let two = try world.attempt(
      "logs", "PutMetricFilter",
      """
      {"logGroupName": "trail", "filterName": "f0", "filterPattern": "x", "metricTransformations":
       [{"metricName": "m", "metricNamespace": "N", "metricValue": "1"},
        {"metricName": "n", "metricNamespace": "N", "metricValue": "1"}]}
      """)
    #expect(
      two.error?.message.hasSuffix("Member must have length less than or equal to 1") == true)
    let long = try world.attempt(
      "logs", "PutMetricFilter",
      filter("x", #""metricValue": "1""#, name: String(repeating: "X", count: 513)))
    #expect(
      long.error?.message.hasSuffix(
        "at 'filterName' failed to satisfy constraint: Member must have length less than or equal to 512"
      ) == true)
  }

  @Test func patternsAreTested() throws {
    let world = try world()
    let answer = try world.call(
      "logs", "TestMetricFilter",
      """
      {"filterPattern": "[..., status_code=200, size]", "logEventMessages": [
       "127.0.0.1 - frank \\"GET /a HTTP/1.0\\" 200 1534",
       "127.0.0.1 - frank \\"GET /a HTTP/1.0\\" 500 5324"]}
      """)
    #expect(
      answer == [
        "matches": [
          [
            "eventNumber": 0, "eventMessage": #"127.0.0.1 - frank "GET /a HTTP/1.0" 200 1534"#,
            "extractedValues": [
              "$1": "127.0.0.1", "$2": "-", "$3": "frank", "$4": "GET /a HTTP/1.0",
              "$status_code": "200", "$size": "1534",
            ],
          ]
        ]
      ])
    let many = (0..<51).map { "\"\($0)\"" }.joined(separator: ",")
    #expect(
      try world.attempt(
        "logs", "TestMetricFilter", #"{"filterPattern": "x", "logEventMessages": [\#(many)]}"#
      ).error?.code == "InvalidParameterException")
  }

  /// A filter counts what comes after it was made, and nothing that lies there already.
  @Test func nothingIsCountedInRetrospect() throws {
    let world = try world()
    try put(world, [(0, "ERROR")])
    try world.call("logs", "PutMetricFilter", filter("ERROR", #""metricValue": "1""#))
    #expect(try points(world, #""Sum""#).isEmpty)
  }

  /// Trails' records are counted when they are delivered, at the minute of the event.
  @Test func deliveredRecordsAreCounted() throws {
    let world = try LogsWorld()
    try world.call(
      "logs", "PutMetricFilter",
      filter("{ $.eventName = CreateUser }", #""metricValue": "1", "defaultValue": 0"#))
    world.advance(minutes: 1)
    try world.call("iam", "CreateUser", #"{"UserName": "a"}"#)
    world.advance(minutes: 10)
    let found = try points(world, #""Sum""#)
    #expect(found.first?["Timestamp"]?.text == "2026-01-05T09:00:00Z")
    #expect(found.map { $0["Sum"] }.prefix(2) == [.number("0.0"), .number("1.0")])
  }
}
