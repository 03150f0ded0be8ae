import Testing
import TrailRecord

@testable import TrailCloud

/// What log groups are given, and targets that a role stands for.
@Suite struct TargetTests {
  private let everything = #"{"source": [{"prefix": "aws."}]}"#

  /// A template says what is the message and when (AWS's reference of PutTargets).
  @Test func aTemplateMakesTheMessageOfALogGroup() throws {
    let bench = try RuleBench()
    _ = try bench.rule("r", on: everything)
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:g"
    try bench.cloud.defineLogGroup("g")
    func put(_ template: String) throws(AWSError) {
      try bench.cloud.arrangeEvents(
        "PutTargets",
        [
          JSONMember("Rule", "r"),
          JSONMember(
            "Targets",
            [
              [
                "Id": "1", "Arn": .string(group),
                "InputTransformer": [
                  "InputPathsMap": [
                    "t": "$.time", "n": "$.detail.eventName", "p": "$.detail.requestParameters",
                  ], "InputTemplate": .string(template),
                ],
              ]
            ]),
        ])
    }
    for bad in [
      #""<n> happened""#, #"{"timestamp": <t>}"#, #"{"time": <t>, "message": <n>}"#,
      #"{"timestamp": <t>, "message": <n>, "more": 1}"#, #"[<t>, <n>]"#,
    ] {
      #expect(throws: AWSError.self, "\(bad)") { try put(bad) }
    }
    func newest() throws -> LogEvent? {
      let kept = try #require(bench.cloud.logGroups[group])
      return bench.cloud.newestLogEvents(of: kept, nil).first
    }
    try put(#"{"timestamp": <t>, "message": "<n> happened"}"#)
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    #expect(
      try newest().map { String(decoding: $0.message, as: UTF8.self) } == "CreateUser happened")
    #expect(try newest()?.time == CloudDefaults.start)
    // All but texts is JSON; a time may be in milliseconds.
    try put(#"{"timestamp": 1767600000123, "message": <p>}"#)
    try bench.call("iam", "DeleteUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    let kept = try #require(bench.cloud.logGroups[group])
    let earlier = bench.cloud.newestLogEvents(of: kept, nil).first { $0.time == 1_767_600_000_123 }
    #expect(earlier.map { String(decoding: $0.message, as: UTF8.self) } == #"{"userName":"eve"}"#)
    // What makes no time is not delivered.
    try put(#"{"timestamp": <n>, "message": <n>}"#)
    try bench.call("iam", "CreateUser", #"{"UserName":"eve"}"#)
    bench.advance(60)
    let rule = RuleID(bus: BusID(account: "123456789012", region: "us-east-1"), name: "r")
    let failure = bench.cloud.eventBuses.statistics(of: rule).lastFailure
    #expect(failure?.contains("INVALID_PARAMETER") == true, "\(failure ?? "")")
    #expect(
      bench.cloud.happenings.journal.entries.contains {
        $0.kind == .delivery && $0.text == "log event to g"
      })
  }

  /// A target with a role needs no policy of the target that names EventBridge; the role needs one.
  @Test(arguments: [
    ("arn:aws:sns:us-east-1:123456789012:t", "sns:Publish"),
    ("arn:aws:sqs:us-east-1:123456789012:q", "sqs:SendMessage"),
    ("arn:aws:lambda:us-east-1:123456789012:function:f", "lambda:InvokeFunction"),
    ("arn:aws:logs:us-east-1:123456789012:log-group:g", "logs:PutLogEvents"),
  ])
  func aRoleStandsForTheTargetsPolicy(arn: String, action: String) throws {
    let bench = try RuleBench()
    let rule = try bench.rule("r", on: everything)
    let cloud = bench.cloud
    try cloud.defineTopic("t", policy: nil)
    try cloud.defineQueue("q")
    cloud.defineFunction("f", invokers: [])
    try cloud.defineLogGroup("g")
    cloud.defineRole(
      "Invoker", trusting: Cloud.trustPolicy(["Service": "events.amazonaws.com"]),
      allowing: [
        "Version": "2012-10-17",
        "Statement": [
          ["Effect": "Allow", "Action": .string(action), "Resource": .string(arn + "*")]
        ],
      ])
    cloud.defineRole(
      "Idle", trusting: Cloud.trustPolicy(["Service": "events.amazonaws.com"]),
      allowing: ["Version": "2012-10-17", "Statement": []])
    func failure(as role: String?) throws -> String? {
      let before = cloud.eventBuses.statistics(of: rule).failures
      var target: [JSONMember] = [JSONMember("Id", "1"), JSONMember("Arn", .string(arn))]
      if let role {
        target.append(JSONMember("RoleArn", .string("arn:aws:iam::123456789012:role/\(role)")))
      }
      try cloud.arrangeEvents(
        "PutTargets",
        [JSONMember("Rule", "r"), JSONMember("Targets", .array([.object(target)]))])
      try bench.call("s3", "CreateBucket", #"{"Bucket":"b-\#(before)-\#(role ?? "none")"}"#)
      bench.advance(60)
      let counts = cloud.eventBuses.statistics(of: rule)
      return counts.failures > before ? counts.lastFailure : nil
    }
    // Log groups have no policy here.
    if !arn.contains(":logs:") {
      #expect(try failure(as: nil)?.contains("NO_PERMISSIONS") == true)
    }
    #expect(try failure(as: "Invoker") == nil)
    #expect(try failure(as: "Idle")?.contains("does not allow \(action)") == true)
    #expect(try failure(as: "Nobody")?.contains("FAILED_TO_ASSUME_ROLE") == true)
  }
}
