import Testing
import TrailRecord

@testable import TrailCloud

@Suite struct InsightErrorTests {
  private static let arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail"

  /// §9.1: what a trail must log, and what selectors may say.
  @Test(
    arguments: [
      (#"{"TrailName":"main","InsightSelectors":7}"#, "InvalidInsightSelectorsException"),
      (#"{"TrailName":"main","InsightSelectors":["x"]}"#, "InvalidInsightSelectorsException"),
      (#"{"TrailName":"main","InsightSelectors":[{}]}"#, "InvalidInsightSelectorsException"),
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRate"}]}"#,
        "InvalidInsightSelectorsException"
      ),
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRateInsight","X":1}]}"#,
        "InvalidInsightSelectorsException"
      ),
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiCallRateInsight"}]}"#,
        "InvalidInsightSelectorsException"
      ),
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRateInsight","EventCategories":["Insight"]}]}"#,
        "InvalidInsightSelectorsException"
      ),
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRateInsight","EventCategories":"Data"}]}"#,
        "InvalidInsightSelectorsException"
      ),
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiCallRateInsight","EventCategories":["Management","Management"]}]}"#,
        "InvalidInsightSelectorsException"
      ),
      // The trail logs no data events.
      (
        #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiErrorRateInsight","EventCategories":["Data"]}]}"#,
        "InvalidInsightSelectorsException"
      ),
      (#"{"TrailName":"main"}"#, "InvalidParameterException"),
      (#"{"InsightSelectors":[]}"#, "InvalidParameterCombinationException"),
      (
        #"{"TrailName":"main","EventDataStore":"eds","InsightSelectors":[]}"#,
        "InvalidParameterCombinationException"
      ),
      (
        #"{"TrailName":"main","InsightsDestination":"eds","InsightSelectors":[]}"#,
        "InvalidParameterCombinationException"
      ),
      (#"{"EventDataStore":"eds-1","InsightSelectors":[]}"#, "UnsupportedOperationException"),
      (#"{"TrailName":"nope","InsightSelectors":[]}"#, "TrailNotFoundException"),
      (#"{"TrailName":"x","InsightSelectors":[]}"#, "InvalidTrailNameException"),
      (#"{"TrailName":"arn:aws:s3:::x","InsightSelectors":[]}"#, "CloudTrailARNInvalidException"),
    ])
  func selectorsAreChecked(parameters: String, code: String) throws {
    let bench = try TrailBench()
    try bench.trail()
    var call = APICall("cloudtrail", "PutInsightSelectors")
    call.parameters = try JSONParser.parse(parameters).members ?? []
    call.isUnchecked = true
    let result = try bench.cloud.perform(call)
    #expect(result.error?.code == code, "\(String(describing: result.error))")
    #expect(try bench.main.insightSelectors.isEmpty)
  }

  /// §9.1: call rates need write events, error rates any; data events data selectors.
  @Test(
    arguments: [
      ("ReadOnly", "ApiCallRateInsight", false), ("ReadOnly", "ApiErrorRateInsight", true),
      ("WriteOnly", "ApiCallRateInsight", true), ("WriteOnly", "ApiErrorRateInsight", true),
    ])
  func rateInsightsNeedWriteEvents(logs: String, type: String, isAllowed: Bool) throws {
    let bench = try TrailBench()
    try bench.trail()
    try bench.ask(
      "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"\#(logs)"}]}"#)
    let result = try bench.call(
      "PutInsightSelectors",
      #"{"TrailName":"main","InsightSelectors":[{"InsightType":"\#(type)"}]}"#)
    #expect(result.error?.code == (isAllowed ? nil : "InvalidInsightSelectorsException"))
    let data =
      #"[{"Name":"d","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::SQS::Queue"]}]}]"#
    try bench.ask(
      "PutEventSelectors", #"{"TrailName":"main","AdvancedEventSelectors":\#(data)}"#)
    let management = try bench.call(
      "PutInsightSelectors",
      #"{"TrailName":"main","InsightSelectors":[{"InsightType":"\#(type)"}]}"#)
    #expect(management.error?.code == "InvalidInsightSelectorsException")
    let answer = try bench.ask(
      "PutInsightSelectors",
      #"{"TrailName":"main","InsightSelectors":[{"InsightType":"\#(type)","EventCategories":["Data"]}]}"#
    )
    #expect(
      text(answer)
        == #"{"TrailARN":"\#(Self.arn)/main","InsightSelectors":[{"InsightType":"\#(type)","EventCategories":["Data"]}]}"#
    )
  }

  /// §3.4, §9.1: the list replaces, an empty one switches off.
  @Test func theListReplaces() throws {
    let world = try InsightWorld()
    let answer = try world.bench.ask("GetInsightSelectors", #"{"TrailName":"main"}"#)
    #expect(
      text(answer)
        == #"{"TrailARN":"\#(Self.arn)/main","InsightSelectors":[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]}"#
    )
    #expect(try text(world.bench.main.json["HasInsightSelectors"]) == "true")
    try world.enable("[]")
    let refused = try world.bench.call("GetInsightSelectors", #"{"TrailName":"main"}"#)
    #expect(refused.error?.code == "InsightNotEnabledException")
    #expect(
      refused.error?.message
        == "Trail \(Self.arn)/main does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again."
    )
    #expect(try text(world.bench.main.json["HasInsightSelectors"]) == "false")
  }

  /// Insights go to the trail's bucket, which must still let CloudTrail in.
  @Test func theBucketIsCheckedAgain() throws {
    let bench = try TrailBench()
    try bench.trail()
    try bench.ask("DeleteBucketPolicy", #"{"Bucket":"logs"}"#, service: "s3")
    let selectors =
      #"{"TrailName":"main","InsightSelectors":[{"InsightType":"ApiErrorRateInsight"}]}"#
    #expect(
      try bench.call("PutInsightSelectors", selectors).error?.code
        == "InsufficientS3BucketPolicyException")
    try bench.ask("PutInsightSelectors", #"{"TrailName":"main","InsightSelectors":[]}"#)
    try bench.ask("DeleteBucket", #"{"Bucket":"logs"}"#, service: "s3")
    #expect(
      try bench.call("PutInsightSelectors", selectors).error?.code
        == "S3BucketDoesNotExistException")
  }

  /// §9.4: every parameter of ListInsightsData.
  @Test(
    arguments: [
      ("", "InvalidParameterException"),
      (#""InsightSource":"ab","DataType":"InsightsEvents""#, "InvalidParameterException"),
      (#""InsightSource":"a b c","DataType":"InsightsEvents""#, "InvalidParameterException"),
      (#""InsightSource":"ARN","DataType":"Events""#, "InvalidParameterException"),
      (#""InsightSource":"ARN""#, "InvalidParameterException"),
      (#""InsightSource":"\#(arn)/nope","DataType":"InsightsEvents""#, "InvalidParameterException"),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","Dimensions":{"EventName":"a","EventId":"b"}"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","Dimensions":{"Username":"a"}"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","Dimensions":{"EventName":""}"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","Dimensions":{"EventName":"\#(String(repeating: "_", count: 1001))"}"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","StartTime":20,"EndTime":10"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","MaxResults":0"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","MaxResults":51"#,
        "InvalidParameterException"
      ),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","NextToken":"abcd""#,
        "InvalidParameterException"
      ),
      (#""InsightSource":"ARN","DataType":"InsightsEvents","MaxResults":50"#, nil),
      (
        #""InsightSource":"ARN","DataType":"InsightsEvents","Dimensions":{"EventSource":"s3.amazonaws.com"}"#,
        nil
      ),
    ] as [(String, String?)])
  func insightsDataIsAskedForByRule(parameters: String, code: String?) throws {
    let bench = try TrailBench()
    try bench.trail()
    var call = APICall("cloudtrail", "ListInsightsData")
    let json = "{\(parameters.replacing("ARN", with: "\(Self.arn)/main"))}"
    call.parameters = try JSONParser.parse(json).members ?? []
    call.isUnchecked = true
    let result = try bench.cloud.perform(call)
    #expect(result.error?.code == code, "\(String(describing: result.error))")
    if code == nil { #expect(text(result.response) == #"{"Events":[]}"#) }
  }

  /// §9.4: every parameter of ListInsightsMetricData.
  @Test(
    arguments: [
      ("", "InvalidParameterException"),
      (#","EventSource":"ec2""#, "InvalidParameterException"),
      (#","EventSource":"EC2.amazonaws.com""#, "InvalidParameterException"),
      (#","EventName":"Run-Instances""#, "InvalidParameterException"),
      (#","EventName":"\#(String(repeating: "a", count: 129))""#, "InvalidParameterException"),
      (#","InsightType":"Rate""#, "InvalidParameterException"),
      (#","InsightType":"ApiErrorRateInsight""#, "InvalidParameterException"),
      (#","ErrorCode":"AccessDenied""#, "InvalidParameterException"),
      (#","InsightType":"ApiErrorRateInsight","ErrorCode":"a/b""#, "InvalidParameterException"),
      (#","StartTime":20,"EndTime":10"#, "InvalidParameterException"),
      (#","Period":120"#, "InvalidParameterException"),
      (#","DataType":"Zeros""#, "InvalidParameterException"),
      (#","MaxResults":0"#, "InvalidParameterException"),
      (#","MaxResults":21601"#, "InvalidParameterException"),
      (#","NextToken":"zz""#, "InvalidParameterException"),
      (#","TrailName":"x""#, "InvalidTrailNameException"),
      (#","TrailName":"nope""#, "InvalidParameterException"),
      (#","MaxResults":21600,"Period":60,"DataType":"NonZeroData""#, nil),
      (#","InsightType":"ApiErrorRateInsight","ErrorCode":"Client.Unauthorized""#, nil),
    ] as [(String, String?)])
  func metricDataIsAskedForByRule(parameters: String, code: String?) throws {
    let bench = try TrailBench()
    try bench.trail()
    // What is said later replaces what is said before.
    let usual =
      #""EventSource":"ec2.amazonaws.com","EventName":"RunInstances","InsightType":"ApiCallRateInsight""#
    var members: [JSONMember] = []
    if !parameters.isEmpty {
      for member in try JSONParser.parse("{\(usual)\(parameters)}").members ?? [] {
        members.removeAll { $0.name == member.name }
        members.append(member)
      }
    }
    var call = APICall("cloudtrail", "ListInsightsMetricData", parameters: members)
    call.isUnchecked = true
    let result = try bench.cloud.perform(call)
    #expect(result.error?.code == code, "\(String(describing: result.error))")
  }
}
