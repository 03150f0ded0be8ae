import Testing
import TrailRecord

@testable import TrailCloud

/// Refusals of CloudTrail's calls that need something in the world: keys, tags, organizations, signing keys.
@Suite struct TrailRequirementTests {
  /// §3.2, §3.4, §6.6: the key must be there, in the bucket's Region, symmetric, enabled, and let CloudTrail in.
  @Test(arguments: ["CreateTrail", "UpdateTrail"])
  func keysMustBeUsable(operation: String) throws {
    let bench = try TrailBench()
    try bench.trail("main")
    let good = bench.cloud.defineKey(alias: "good", region: "us-east-1")
    let closed = bench.cloud.defineKey(
      alias: "closed", region: "us-east-1", letsCloudTrailIn: false)
    let far = bench.cloud.defineKey(alias: "far", region: "eu-west-1")
    let made = try bench.ask("CreateKey", #"{"KeySpec":"RSA_2048"}"#, service: "kms")
    let asymmetric = try #require(made["KeyMetadata"]?["Arn"]?.text)
    let off = bench.cloud.defineKey(alias: "off", region: "us-east-1")
    try bench.ask("DisableKey", #"{"KeyId":"\#(off.arn)"}"#, service: "kms")
    let going = bench.cloud.defineKey(alias: "going", region: "us-east-1")
    try bench.ask("ScheduleKeyDeletion", #"{"KeyId":"\#(going.arn)"}"#, service: "kms")
    func refusal(_ key: String) throws -> AWSError? {
      let head =
        operation == "CreateTrail" ? #""Name":"new","S3BucketName":"logs""# : #""Name":"main""#
      return try bench.call(operation, #"{\#(head),"KmsKeyId":"\#(key)"}"#).error
    }
    #expect(try refusal("alias/nobody")?.code == "KmsKeyNotFoundException")
    #expect(try refusal(far.arn)?.code == "KmsKeyNotFoundException")
    #expect(try refusal("no key at all")?.code == "InvalidKmsKeyIdException")
    #expect(try refusal("alias/a b")?.code == "InvalidKmsKeyIdException")
    #expect(try refusal(asymmetric)?.code == "InvalidKmsKeyIdException")
    #expect(try refusal(off.arn)?.code == "KmsException")
    #expect(try refusal(going.arn)?.code == "KmsException")
    let insufficient = try #require(try refusal("alias/closed"))
    #expect(insufficient.code == "InsufficientEncryptionPolicyException")
    #expect(
      insufficient.message
        == "Insufficient permissions to access S3 bucket logs or KMS key \(closed.arn).")
    for name in [good.id, good.arn, "alias/good", "arn:aws:kms:us-east-1:123456789012:alias/good"] {
      #expect(try refusal(name) == nil)
      #expect(bench.cloud.trails.all.last?.kmsKeyARN == good.arn)
      if operation == "CreateTrail" { try bench.ask("DeleteTrail", #"{"Name":"new"}"#) }
    }
  }

  /// §3.5: tags of trails.
  @Test(arguments: [
    ("AddTags", #""ResourceId":"ARN","TagsList":[{"Key":""}]"#, "InvalidTagParameterException"),
    (
      "AddTags",
      #""ResourceId":"ARN","TagsList":[{"Key":"\#(String(repeating: "k", count: 129))"}]"#,
      "InvalidTagParameterException"
    ),
    (
      "AddTags",
      #""ResourceId":"ARN","TagsList":[{"Key":"k","Value":"\#(String(repeating: "v", count: 257))"}]"#,
      "InvalidTagParameterException"
    ),
    (
      "AddTags", #""ResourceId":"ARN","TagsList":[{"Key":"k"},{"Key":"k"}]"#,
      "InvalidTagParameterException"
    ),
    (
      "AddTags",
      #""ResourceId":"ARN","TagsList":[\#((1...51).map { #"{"Key":"k\#($0)"}"# }.joined(separator: ","))]"#,
      "TagsLimitExceededException"
    ),
    ("AddTags", #""ResourceId":"ARN2","TagsList":[{"Key":"k"}]"#, "ResourceNotFoundException"),
    ("RemoveTags", #""ResourceId":"ARN2","TagsList":[{"Key":"k"}]"#, "ResourceNotFoundException"),
    ("ListTags", #""ResourceIdList":["main"]"#, "CloudTrailARNInvalidException"),
    (
      "ListTags", #""ResourceIdList":["arn:aws:s3:::logs"]"#, "CloudTrailARNInvalidException"
    ),
    (
      "ListTags",
      #""ResourceIdList":[\#((1...21).map { _ in #""ARN""# }.joined(separator: ","))]"#,
      "InvalidParameterException"
    ),
  ])
  func tagsHaveRules(operation: String, parameters: String, code: String) throws {
    let bench = try TrailBench()
    try bench.trail("main")
    let text = parameters.replacing("ARN", with: try bench.main.arn)
    #expect(try bench.call(operation, "{\(text)}").error?.code == code)
    #expect(try bench.main.tags.isEmpty)
  }

  /// §3.5: fifty tags fit, and tags of a trail of all Regions are added at its home.
  @Test func fiftyTagsFit() throws {
    let bench = try TrailBench()
    try bench.trail("main", #","IsMultiRegionTrail":true"#)
    let arn = try bench.main.arn
    let tags = (1...50).map { #"{"Key":"k\#($0)"}"# }.joined(separator: ",")
    let elsewhere = try bench.call(
      "AddTags", #"{"ResourceId":"\#(arn)","TagsList":[{"Key":"k"}]}"#, in: "eu-west-1")
    #expect(elsewhere.error?.code == "InvalidHomeRegionException")
    try bench.ask("AddTags", #"{"ResourceId":"\#(arn)","TagsList":[\#(tags)]}"#)
    #expect(try bench.main.tags.count == 50)
    let more = try bench.call("AddTags", #"{"ResourceId":"\#(arn)","TagsList":[{"Key":"k51"}]}"#)
    #expect(more.error?.code == "TagsLimitExceededException")
    try bench.ask("AddTags", #"{"ResourceId":"\#(arn)","TagsList":[{"Key":"k50","Value":"new"}]}"#)
  }

  /// §8.4: ListPublicKeys.
  @Test(arguments: [
    (
      #"{"StartTime":"2026-01-06T00:00:00Z","EndTime":"2026-01-05T00:00:00Z"}"#,
      "InvalidTimeRangeException"
    ),
    (#"{"EndTime":"2026-01-01T00:00:00Z"}"#, "InvalidTimeRangeException"),
    (#"{"NextToken":"made-up"}"#, "InvalidTokenException"),
  ])
  func publicKeysHaveATimeRange(parameters: String, code: String) throws {
    let bench = try TrailBench()
    #expect(try bench.call("ListPublicKeys", parameters).error?.code == code)
  }

  /// §8.4: keys are of a Region, valid for thirty days, and their fingerprint is the MD5 of their bytes.
  @Test func publicKeysAreThoseThatSigned() throws {
    let bench = try TrailBench()
    #expect(text(try bench.ask("ListPublicKeys")) == #"{"PublicKeyList":[]}"#)
    try bench.trail("main", #","EnableLogFileValidation":true"#)
    bench.cloud.advance(to: bench.cloud.now + 2 * 3_600_000)
    let key = try #require(
      try bench.ask("ListPublicKeys")["PublicKeyList"]?.elements?.first)
    #expect(
      key.members?.map(\.nameText) == [
        "Value", "ValidityStartTime", "ValidityEndTime", "Fingerprint",
      ])
    let start = try #require(key["ValidityStartTime"]?.integer)
    #expect(key["ValidityEndTime"]?.integer == start + 2_592_000)
    #expect(key["Value"]?.text?.utf8.count == 360)
    #expect(key["Fingerprint"]?.text?.utf8.count == 32)
    let elsewhere = try bench.ask("ListPublicKeys", in: "eu-west-1")
    #expect(elsewhere["PublicKeyList"] == [])
  }

  /// §3.2, §3.3, §3.5: what every call refuses that names a trail.
  @Test(arguments: [
    "DeleteTrail", "StartLogging", "StopLogging", "UpdateTrail", "GetTrail", "GetTrailStatus",
  ])
  func namesAndARNsAreChecked(operation: String) throws {
    let bench = try TrailBench()
    try bench.trail("main")
    let arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail"
    for (name, code) in [
      ("nobody", "TrailNotFoundException"), ("\(arn)/nobody", "TrailNotFoundException"),
      ("a", "InvalidTrailNameException"), ("a..b", "InvalidTrailNameException"),
      ("10.0.0.1", "InvalidTrailNameException"),
      ("arn:aws:iam::1:user/x", "CloudTrailARNInvalidException"),
      ("\(arn)/", "CloudTrailARNInvalidException"),
      ("arn:aws:cloudtrail:us-east-1:1234:trail/main", "CloudTrailARNInvalidException"),
      ("arn:aws:cloudtrail:us-east-1:222233334444:trail/main", "TrailNotFoundException"),
    ] {
      let result = try bench.call(operation, #"{"Name":"\#(name)"}"#)
      #expect(result.error?.code == code, "\(name)")
      if code == "TrailNotFoundException" {
        let full = name.hasPrefix("arn:") ? name : "\(arn)/\(name)"
        #expect(result.error?.message == "Unknown trail: \(full) for the user: 123456789012")
      }
    }
    #expect(bench.cloud.trails.all.count == 1)
  }

  /// §3.4: the text of a refusal for want of permission, its code in the record and its lost parameters.
  @Test func refusalsNameTheTrail() throws {
    let bench = try TrailBench()
    var call = APICall("cloudtrail", "StopLogging", parameters: [JSONMember("name", "main")])
    call.error = ("AccessDeniedException", nil)
    let result = try bench.cloud.perform(call)
    let record = try JSONParser.parse(result.records[0].bytes)
    #expect(result.error?.code == "AccessDeniedException")
    #expect(record["errorCode"] == "AccessDenied")
    #expect(
      record["errorMessage"]?.text
        == "User: arn:aws:iam::123456789012:user/admin is not authorized to perform: cloudtrail:StopLogging on resource: arn:aws:cloudtrail:us-east-1:123456789012:trail/main because no identity-based policy allows the cloudtrail:StopLogging action"
    )
    #expect(record["requestParameters"] == .null)
  }

  /// §3.7: an organization that bills together only has no organization trails.
  @Test func organizationsNeedAllFeatures() throws {
    let bench = try TrailBench()
    try bench.ask(
      "CreateOrganization", #"{"FeatureSet":"CONSOLIDATED_BILLING"}"#, service: "organizations")
    let made = try bench.call(
      "CreateTrail", #"{"Name":"org","S3BucketName":"logs","IsOrganizationTrail":true}"#)
    #expect(made.error?.code == "OrganizationNotInAllFeaturesModeException")
  }

  /// §2.2, §3.2: what stands in a record's parameters can be sent again as it stands there.
  @Test func parametersOfRecordsAreUnderstood() throws {
    let bench = try TrailBench()
    try bench.ask(
      "CreateTrail",
      #"{"name":"main","s3BucketName":"logs","tagsList":[{"key":"a","value":"1"}]}"#)
    #expect(try bench.main.tags == [TrailTag(key: "a", value: "1")])
    try bench.ask(
      "PutEventSelectors",
      #"{"trailName":"main","eventSelectors":[{"readWriteType":"WriteOnly","includeManagementEvents":true,"dataResources":[{"type":"AWS::S3::Object","values":["arn:aws:s3:::b/"]}],"excludeManagementEventSources":[]}]}"#
    )
    #expect(try bench.main.effectiveSelectors.phrases.count == 2)
    let found = try bench.call(
      "LookupEvents",
      #"{"lookupAttributes":[{"attributeKey":"EventName","attributeValue":"x"}],"maxResults":5}"#)
    #expect(found.error == nil)
  }
}
