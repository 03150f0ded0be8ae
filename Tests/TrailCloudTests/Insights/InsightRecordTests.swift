import Testing
import TrailRecord

@testable import TrailCloud

@Suite struct InsightRecordTests {
  /// §9.3: every member, in AWS's order; the baseline reaches back to midnight, seven days before; averages are exact.
  @Test func aBurstHasAStartAndAnEndOfAWSsShape() throws {
    var world = try InsightWorld()
    world.advance(days: 2)
    for arn in ["user/ann", "user/bob"] {
      world.make { $0.userIdentity = ["type": "IAMUser", "arn": .string("arn:aws:iam::1:\(arn)")] }
    }
    world.advance(days: 6)
    world.advance(minutes: 102)
    let start = world.cloud.now
    world.make(30) {
      $0.userIdentity = [
        "type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/Deploy/session-1",
      ]
      $0.userAgent = "codedeploy.amazonaws.com"
    }
    world.make(3) { $0.errorCode = "Client.InstanceLimitExceeded" }
    world.advance(minutes: 1)
    world.make(21) { $0.userAgent = nil }
    world.advance(minutes: 60)
    #expect(world.insights.count == 2)
    let baselineMinutes = 7 * 1440 + 10 * 60 + 42
    let baseline = "0.0001865324"
    #expect(InsightNumber.average(2, of: baselineMinutes) == baseline)
    let one = InsightNumber.average(1, of: baselineMinutes)
    let bob = #"{"value":"arn:aws:iam::123456789012:user/bob","average":"#
    let role = #"{"value":"arn:aws:sts::123456789012:assumed-role/Deploy","average":"#
    let before =
      #"[{"value":"arn:aws:iam::1:user/ann","average":\#(one)},{"value":"arn:aws:iam::1:user/bob","average":\#(one)}]"#
    func expected(_ state: String, time: String, id: String, duration: Int, _ parts: String...)
      -> String
    {
      #"{"eventVersion":"1.09","eventTime":"\#(time)","awsRegion":"us-east-1","eventID":"\#(id)","eventType":"AwsCloudTrailInsight","recipientAccountId":"123456789012","sharedEventID":"\#(world.insights[0].at("sharedEventID")?.text ?? "")","insightDetails":{"state":"\#(state)","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","insightType":"ApiCallRateInsight","sourceEventCategory":"Management","insightContext":{"statistics":{"baseline":{"average":\#(baseline)},"insight":{"average":\#(parts[0])},"insightDuration":\#(duration),"baselineDuration":\#(baselineMinutes)},"attributions":[{"attribute":"userIdentityArn","insight":\#(parts[1]),"baseline":\#(before)},{"attribute":"userAgent","insight":\#(parts[2]),"baseline":[{"value":"agent","average":\#(baseline)}]},{"attribute":"errorCode","insight":\#(parts[3]),"baseline":[{"value":"null","average":\#(baseline)}]}]}},"eventCategory":"Insight"}"#
    }
    let ids = world.insights.map { $0.at("eventID")?.text ?? "" }
    #expect(Set(ids).count == 2)
    #expect(
      text(world.insights[0])
        == expected(
          "Start", time: EventTime.format(start), id: ids[0], duration: 1, "33",
          "[\(role)30},\(bob)3}]",
          #"[{"value":"codedeploy.amazonaws.com","average":30},{"value":"agent","average":3}]"#,
          #"[{"value":"null","average":30},{"value":"Client.InstanceLimitExceeded","average":3}]"#))
    #expect(
      text(world.insights[1])
        == expected(
          "End", time: EventTime.format(start + 120_000), id: ids[1], duration: 2, "27",
          "[\(role)15},\(bob)12}]",
          #"[{"value":"codedeploy.amazonaws.com","average":15},{"value":"null","average":10.5},{"value":"agent","average":1.5}]"#,
          #"[{"value":"null","average":25.5},{"value":"Client.InstanceLimitExceeded","average":1.5}]"#
        ))
  }

  /// §9.3: an error rate says its code and is not attributed to codes; reads count too (§0.12).
  @Test func errorRatesSayTheirCode() throws {
    var world = try InsightWorld(#"[{"InsightType":"ApiErrorRateInsight"}]"#)
    world.advance(days: 7)
    world.make(12) {
      $0.eventName = "DescribeInstances"
      $0.isReadOnly = true
      $0.errorCode = "Client.UnauthorizedOperation"
    }
    world.make(40) {
      $0.eventName = "DescribeInstances"
      $0.isReadOnly = true
    }
    world.advance(minutes: 60)
    #expect(world.insights.count == 2)
    let details = try #require(world.insights[0]["insightDetails"])
    #expect(
      details.members?.map(\.nameText) == [
        "state", "eventSource", "eventName", "insightType", "errorCode", "sourceEventCategory",
        "insightContext",
      ])
    #expect(details["errorCode"]?.text == "Client.UnauthorizedOperation")
    #expect(details["insightType"]?.text == "ApiErrorRateInsight")
    #expect(text(details.at("insightContext.statistics.insight")) == #"{"average":12}"#)
    #expect(text(details.at("insightContext.statistics.baseline")) == #"{"average":0}"#)
    let attributions = try #require(details.at("insightContext.attributions")?.elements)
    #expect(attributions.map { $0["attribute"]?.text } == ["userIdentityArn", "userAgent"])
    #expect(attributions.allSatisfy { text($0["baseline"]) == "[]" })
  }

  /// §0.12, §9.1, §9.3: data events, reads and writes, of the trail that records them; the bucket is the resource.
  @Test func dataEventsHaveInsightsOfTheirTrail() throws {
    var world = try InsightWorld(nil)
    try world.bench.ask(
      "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::data/"]}]}]}"#
    )
    try world.enable(#"[{"InsightType":"ApiCallRateInsight","EventCategories":["Data"]}]"#)
    world.advance(days: 7)
    func draft(_ bucket: String) -> (inout RecordDraft) -> Void {
      {
        $0.category = .data
        $0.eventSource = "s3.amazonaws.com"
        $0.eventName = "GetObject"
        $0.isReadOnly = true
        $0.resources = [
          ResourceReference(type: "AWS::S3::Object", arn: "arn:aws:s3:::\(bucket)/a.csv"),
          ResourceReference(type: "AWS::S3::Bucket", arn: "arn:aws:s3:::\(bucket)"),
        ]
      }
    }
    world.make(50, draft("data"))
    world.make(99, draft("elsewhere"))
    // Management events are not looked at.
    world.make(50)
    world.advance(minutes: 60)
    #expect(world.insights.count == 2)
    let details = try #require(world.insights[0]["insightDetails"])
    #expect(details.members?.last?.nameText == "insightSource")
    #expect(details["insightSource"]?.text == (try world.bench.main.arn))
    #expect(details["sourceEventCategory"]?.text == "Data")
    #expect(text(details.at("insightContext.statistics.insight")) == #"{"average":50}"#)
    let attributions = try #require(details.at("insightContext.attributions")?.elements)
    #expect(
      attributions.map { $0["attribute"]?.text } == [
        "userIdentityArn", "userAgent", "errorCode", "resourceArn",
      ])
    #expect(
      text(attributions.last?["insight"]) == #"[{"value":"arn:aws:s3:::data","average":50}]"#)
  }

  /// §9.3: averages as AWS spells them in its examples.
  @Test(
    arguments: [
      (1, 11336, "0.0000882145"), (3, 5, "0.6"), (6, 5, "1.2"), (6, 1, "6"), (0, 11092, "0"),
      (1, 10181, "0.0000982222"), (21, 10080, "0.0020833333"), (2, 3, "0.6666666667"),
      (10_000_000, 3, "3333333.3333333333"),
    ])
  func averagesAreSpelledAsAWSDoes(count: Int, minutes: Int, text: String) {
    #expect(InsightNumber.average(count, of: minutes) == text)
  }

  /// §9.3: five values at most, the most frequent first.
  @Test func fiveValuesAreTold() throws {
    var world = try InsightWorld()
    world.advance(days: 7)
    for number in 1...9 {
      world.make(number) { $0.userAgent = "agent-\(number)" }
    }
    world.advance(minutes: 60)
    let agents = try #require(
      world.insights[0].at("insightDetails.insightContext.attributions")?.elements)[1]
    #expect(
      text(agents["insight"])
        == #"[{"value":"agent-9","average":9},{"value":"agent-8","average":8},{"value":"agent-7","average":7},{"value":"agent-6","average":6},{"value":"agent-5","average":5}]"#
    )
  }
}
