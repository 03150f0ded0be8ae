import Testing
import TrailRecord

@testable import TrailCloud

/// Every refusal of CloudTrail's calls about trails: code and text (facts §3.2–§3.8).
@Suite struct TrailErrorTests {
  private static let arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail"

  @Test(
    arguments: [
      // §0.2: the combination is checked before all else.
      (
        "CreateTrail",
        #"{"Name":"x","S3BucketName":"none","IsMultiRegionTrail":true,"IncludeGlobalServiceEvents":false}"#,
        "InvalidParameterCombinationException",
        "Multi-Region trail must include global service events."
      ),
      // §3.3: names.
      (
        "CreateTrail", #"{"Name":"ab","S3BucketName":"none"}"#, "InvalidTrailNameException",
        "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters."
      ),
      (
        "CreateTrail", #"{"Name":"\#(String(repeating: "a", count: 129))","S3BucketName":"none"}"#,
        "InvalidTrailNameException",
        "Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters."
      ),
      (
        "CreateTrail", #"{"Name":"-abc","S3BucketName":"none"}"#, "InvalidTrailNameException",
        "Trail name must starts with a letter or number."
      ),
      (
        "CreateTrail", #"{"Name":"abc.","S3BucketName":"none"}"#, "InvalidTrailNameException",
        "Trail name must ends with a letter or number."
      ),
      (
        "CreateTrail", #"{"Name":"a b c","S3BucketName":"none"}"#, "InvalidTrailNameException",
        "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."
      ),
      ("GetTrail", #"{"Name":"a..b"}"#, "InvalidTrailNameException", nil),
      ("StartLogging", #"{"Name":"192.168.5.4"}"#, "InvalidTrailNameException", nil),
      // §3.5: bucket names.
      ("CreateTrail", #"{"Name":"new","S3BucketName":"UP"}"#, "InvalidS3BucketNameException", nil),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"a_bucket"}"#, "InvalidS3BucketNameException",
        nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"10.0.0.1"}"#,
        "InvalidS3BucketNameException", nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"a.-b"}"#, "InvalidS3BucketNameException", nil
      ),
      // §3.4.
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"nowhere"}"#, "S3BucketDoesNotExistException",
        "S3 bucket nowhere does not exist!"
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"closed"}"#,
        "InsufficientS3BucketPolicyException",
        "Incorrect S3 bucket policy is detected for bucket: closed"
      ),
      (
        "CreateTrail",
        #"{"Name":"new","S3BucketName":"logs","S3KeyPrefix":"\#(String(repeating: "p", count: 201))"}"#,
        "InvalidS3PrefixException", nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"logs","SnsTopicName":"no topic"}"#,
        "InvalidSnsTopicNameException", nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"logs","SnsTopicName":"nobody"}"#,
        "InsufficientSnsTopicPolicyException",
        "SNS Topic does not exist or the topic policy is incorrect!"
      ),
      (
        "CreateTrail", #"{"Name":"main","S3BucketName":"logs"}"#, "TrailAlreadyExistsException",
        "Trail main already exists for customer: 123456789012"
      ),
      (
        "CreateTrail",
        #"{"Name":"new","S3BucketName":"logs","CloudWatchLogsLogGroupArn":"x","CloudWatchLogsRoleArn":"y"}"#,
        "InvalidCloudWatchLogsLogGroupArnException",
        "CloudTrail cannot validate the specified log group ARN."
      ),
      (
        "CreateTrail",
        #"{"Name":"new","S3BucketName":"logs","CloudWatchLogsLogGroupArn":"arn:aws:logs:us-east-1:123456789012:log-group:g:*"}"#,
        "InvalidCloudWatchLogsRoleArnException", nil
      ),
      (
        "CreateTrail",
        #"{"Name":"new","S3BucketName":"logs","CloudWatchLogsRoleArn":"arn:aws:iam::123456789012:role/r"}"#,
        "InvalidCloudWatchLogsLogGroupArnException", nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"logs","KmsKeyId":"not a key"}"#,
        "InvalidKmsKeyIdException", nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"logs","KmsKeyId":"alias/none"}"#,
        "KmsKeyNotFoundException", nil
      ),
      (
        "CreateTrail", #"{"Name":"new","S3BucketName":"logs","IsOrganizationTrail":true}"#,
        "OrganizationsNotInUseException", nil
      ),
      (
        "CreateTrail",
        #"{"Name":"new","S3BucketName":"logs","TagsList":[{"Key":"a"},{"Key":"a"}]}"#,
        "InvalidTagParameterException", nil
      ),
      (
        "CreateTrail",
        #"{"Name":"new","S3BucketName":"logs","TagsList":[\#((0...50).map { #"{"Key":"k\#($0)"}"# }.joined(separator: ","))]}"#,
        "TagsLimitExceededException", nil
      ),
      // The whole ARN is printed for a plain name (REAL).
      (
        "StopLogging", #"{"Name":"nope"}"#, "TrailNotFoundException",
        "Unknown trail: \(arn)/nope for the user: 123456789012"
      ),
      (
        "DeleteTrail", #"{"Name":"\#(arn)/nope"}"#, "TrailNotFoundException",
        "Unknown trail: \(arn)/nope for the user: 123456789012"
      ),
      ("UpdateTrail", #"{"Name":"nope"}"#, "TrailNotFoundException", nil),
      ("GetTrailStatus", #"{"Name":"nope"}"#, "TrailNotFoundException", nil),
      ("GetEventSelectors", #"{"TrailName":"nope"}"#, "TrailNotFoundException", nil),
      (
        "GetTrail", #"{"Name":"arn:aws:s3:::x"}"#, "CloudTrailARNInvalidException", nil
      ),
      (
        "GetInsightSelectors", #"{"TrailName":"main"}"#, "InsightNotEnabledException",
        "Trail \(arn)/main does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again."
      ),
      (
        "PutInsightSelectors", #"{"TrailName":"main","InsightSelectors":[{"InsightType":"X"}]}"#,
        "InvalidInsightSelectorsException", nil
      ),
      (
        "PutInsightSelectors", #"{"InsightSelectors":[]}"#, "InvalidParameterCombinationException",
        nil
      ),
      (
        "ListTags", #"{"ResourceIdList":["\#(arn)/nope"]}"#, "ResourceNotFoundException", nil
      ),
      ("AddTags", #"{"ResourceId":"main","TagsList":[]}"#, "CloudTrailARNInvalidException", nil),
      (
        "UpdateTrail", #"{"Name":"main","IncludeGlobalServiceEvents":false}"#,
        "InvalidParameterCombinationException",
        "Multi-Region trail must include global service events."
      ),
      (
        "UpdateTrail", #"{"Name":"main","S3BucketName":"nowhere"}"#,
        "S3BucketDoesNotExistException", nil
      ),
    ] as [(String, String, String, String?)])
  func refusalsHaveAWSsCodesAndTexts(
    operation: String, parameters: String, code: String, text: String?
  ) throws {
    let bench = try TrailBench()
    try bench.trail("main", #","IsMultiRegionTrail":true"#)
    let before = bench.cloud.trails.all.map { $0.json }
    let result = try bench.call(operation, parameters)
    let error = try #require(result.error)
    #expect(error.code == code, "\(error)")
    if let text { #expect(error.message == text) }
    let record = try JSONParser.parse(try #require(result.records.first).bytes)
    #expect(record["errorCode"]?.text == code)
    #expect(record["responseElements"] == .null)
    #expect(bench.cloud.trails.all.map { $0.json } == before)
  }

  /// §3.5: five in a Region, where a multi-Region trail counts everywhere.
  @Test func fiveTrailsFitIntoARegion() throws {
    let bench = try TrailBench()
    for number in 1...4 { try bench.trail("one-\(number)") }
    try bench.trail("all", #","IsMultiRegionTrail":true"#, in: "eu-west-1")
    let sixth = try bench.call("CreateTrail", #"{"Name":"six","S3BucketName":"logs"}"#)
    #expect(sixth.error?.code == "MaximumNumberOfTrailsExceededException")
    #expect(sixth.error?.message == "User: 123456789012 already has 5 trails in us-east-1.")
    try bench.trail("elsewhere", in: "eu-west-1")
    let multi = try bench.call(
      "CreateTrail", #"{"Name":"six","S3BucketName":"logs","IsMultiRegionTrail":true}"#,
      in: "eu-west-1")
    #expect(multi.error?.message == "User: 123456789012 already has 5 trails in us-east-1.")
    let flip = try bench.call(
      "UpdateTrail", #"{"Name":"elsewhere","IsMultiRegionTrail":true}"#, in: "eu-west-1")
    #expect(flip.error?.code == "MaximumNumberOfTrailsExceededException")
    try bench.ask("DeleteTrail", #"{"Name":"one-1"}"#)
    try bench.trail("six")
  }

  /// §3.6: a shadow is changed at home only.
  @Test(arguments: [
    ("UpdateTrail", "Name", ""), ("DeleteTrail", "Name", ""), ("StartLogging", "Name", ""),
    ("StopLogging", "Name", ""),
    ("PutEventSelectors", "TrailName", #","EventSelectors":[{"ReadWriteType":"All"}]"#),
    ("PutInsightSelectors", "TrailName", #","InsightSelectors":[]"#),
    ("PutEventConfiguration", "TrailName", ""),
  ])
  func shadowsAreChangedAtHomeOnly(operation: String, member: String, more: String) throws {
    let bench = try TrailBench()
    try bench.trail("main", #","IsMultiRegionTrail":true"#)
    for name in ["main", try bench.main.arn] {
      let result = try bench.call(operation, #"{"\#(member)":"\#(name)"\#(more)}"#, in: "eu-west-1")
      #expect(result.error?.code == "InvalidHomeRegionException", "\(name)")
    }
    #expect(try bench.main.isLogging)
  }
}
