import Testing
import TrailRecord

@testable import TrailCloud

/// SNS's calls, as AWS answered them when they were recorded, and their records (facts §12).
@Suite struct TopicTests {
  let bench = ServiceBench()

  @Test func aTopicIsMadeOnce() throws {
    let record = try bench.record("sns", "CreateTopic", #"{"name": "alerts"}"#)
    #expect(record["requestParameters"] == ["name": "alerts"])
    #expect(record["responseElements"] == ["topicArn": .string(bench.topicARN("alerts"))])
    #expect(record["eventCategory"] == "Management")
    let again = try bench.sns("CreateTopic", ["Name": "alerts"])
    #expect(again == ["TopicArn": .string(bench.topicARN("alerts"))])
    let others = try bench.sns(
      "CreateTopic", ["Name": "alerts", "Attributes": ["DisplayName": "Alarm"]])
    #expect(
      others["Message"]
        == "Invalid parameter: Attributes Reason: Topic already exists with different attributes")
    let tagged = try bench.sns(
      "CreateTopic", ["Name": "alerts", "Tags": [["Key": "a", "Value": "b"]]])
    #expect(
      tagged["Message"]
        == "Invalid parameter: Tags Reason: Topic already exists with different tags")
    #expect(
      try bench.sns("ListTopics", [:])
        == ["Topics": [["TopicArn": .string(bench.topicARN("alerts"))]]])
  }

  @Test(arguments: [
    ("no topic", false, false), ("a.b", false, false), ("x.fifo", false, false),
    (String(repeating: "a", count: 257), false, false), ("a_B-9", false, true),
    ("x.fifo", true, true), ("x", true, false),
  ])
  func namesAreChecked(name: String, isFIFO: Bool, isGood: Bool) throws {
    let attributes: JSONValue = isFIFO ? ["FifoTopic": "true"] : [:]
    let answer = try bench.sns(
      "CreateTopic", ["Name": .string(name), "Attributes": attributes])
    #expect((answer["Error"] == nil) == isGood)
    if !isGood { #expect(answer["Error"] == "InvalidParameter") }
    if !isGood, !isFIFO { #expect(answer["Message"] == "Invalid parameter: Topic Name") }
  }

  /// Facts §6.4: the policy that CreateTopic gives, as AWS writes it.
  @Test func aNewTopicHasAWSsAttributes() throws {
    _ = try bench.sns("CreateTopic", ["Name": "alerts"])
    let arn = JSONValue.string(bench.topicARN("alerts"))
    let attributes = try #require(
      try bench.sns("GetTopicAttributes", ["TopicArn": arn])["Attributes"])
    #expect(
      attributes.names == [
        "DisplayName", "EffectiveDeliveryPolicy", "Owner", "Policy", "SubscriptionsConfirmed",
        "SubscriptionsDeleted", "SubscriptionsPending", "TopicArn",
      ])
    let policy = try JSONParser.parse(try #require(attributes["Policy"]?.text))
    #expect(policy["Version"] == "2008-10-17")
    #expect(policy["Id"] == "__default_policy_ID")
    #expect(policy.at("Statement.0.Sid") == "__default_statement_ID")
    #expect(policy.at("Statement.0.Principal.AWS") == "*")
    #expect(policy.at("Statement.0.Action.7") == "SNS:Publish")
    #expect(
      policy.at("Statement.0.Condition.StringEquals.AWS:SourceOwner") == .string(bench.account))
    #expect(
      attributes["EffectiveDeliveryPolicy"]
        == #"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#
    )
  }

  @Test func attributesAreSetAndRefused() throws {
    _ = try bench.sns("CreateTopic", ["Name": "alerts"])
    let arn = JSONValue.string(bench.topicARN("alerts"))
    func set(_ name: String, _ value: String) throws -> JSONValue? {
      try bench.sns(
        "SetTopicAttributes",
        [
          "TopicArn": arn, "AttributeName": .string(name), "AttributeValue": .string(value),
        ])["Message"]
    }
    #expect(try set("DisplayName", "Alarms") == nil)
    #expect(try set("SignatureVersion", "2") == nil)
    #expect(try set("KmsMasterKeyId", "alias/aws/sns") == nil)
    #expect(
      try set("DeliveryPolicy", #"{"http":{"defaultHealthyRetryPolicy":{"numRetries":1}}}"#) == nil)
    let attributes = try bench.sns("GetTopicAttributes", ["TopicArn": arn])["Attributes"]
    #expect(attributes?["DisplayName"] == "Alarms")
    #expect(attributes?["EffectiveDeliveryPolicy"]?.text?.contains(#""numRetries":1,"#) == true)
    #expect(try set("KmsMasterKeyId", "") == nil)
    #expect(bench.cloud.topics[bench.topicARN("alerts")]?.kmsKey == nil)
    #expect(try set("Colour", "red") == "Invalid parameter: AttributeName")
    #expect(try set("FifoTopic", "true") == "Invalid parameter: AttributeName")
    #expect(try set("SignatureVersion", "3") == "Invalid parameter: SignatureVersion")
    #expect(try set("Policy", "no JSON") == "Invalid parameter: Policy Error: null")
    #expect(
      try set(
        "Policy",
        #"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}"#)
        == "Invalid parameter: Policy statement action out of service scope!")
  }

  @Test func arnsAreChecked() throws {
    func get(_ arn: String) throws -> JSONValue? {
      try bench.sns("GetTopicAttributes", ["TopicArn": .string(arn)])["Message"]
    }
    #expect(
      try get("alerts")
        == "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1")
    #expect(try get(bench.topicARN("alerts")) == "Topic does not exist")
    #expect(
      try get("arn:aws:sns:eu-west-1:123456789012:alerts") == "Invalid parameter: TopicArn")
    let record = try bench.record(
      "sns", "GetTopicAttributes", #"{"topicArn": "\#(bench.topicARN("alerts"))"}"#)
    #expect(record["errorCode"] == "NotFoundException")
    #expect(
      try bench.sns("DeleteTopic", ["TopicArn": .string(bench.topicARN("alerts"))]) == [:])
  }

  @Test func permissionsAreStatements() throws {
    _ = try bench.sns("CreateTopic", ["Name": "alerts"])
    let arn = JSONValue.string(bench.topicARN("alerts"))
    func add(_ label: String, _ action: String) throws -> JSONValue? {
      try bench.sns(
        "AddPermission",
        [
          "TopicArn": arn, "Label": .string(label), "AWSAccountId": ["222233334444"],
          "ActionName": [.string(action)],
        ])["Message"]
    }
    #expect(try add("other", "Publish") == nil)
    #expect(
      bench.cloud.topics[bench.topicARN("alerts")]?.policy.at("Statement.1") == [
        "Sid": "other", "Effect": "Allow",
        "Principal": ["AWS": "arn:aws:iam::222233334444:root"], "Action": "SNS:Publish",
        "Resource": arn,
      ])
    #expect(try add("other", "Publish") == "Invalid parameter: Statement already exists")
    #expect(
      try add("more", "DeleteEverything")
        == "Invalid parameter: Policy statement action out of service scope!")
    _ = try bench.sns("RemovePermission", ["TopicArn": arn, "Label": "other"])
    #expect(bench.cloud.topics[bench.topicARN("alerts")]?.policy.at("Statement.1") == nil)
  }

  @Test func tagsComeAndGo() throws {
    _ = try bench.sns("CreateTopic", ["Name": "alerts", "Tags": [["Key": "k1", "Value": "v1"]]])
    let arn = JSONValue.string(bench.topicARN("alerts"))
    _ = try bench.sns(
      "TagResource", ["ResourceArn": arn, "Tags": [["Key": "k2", "Value": "v2"]]])
    _ = try bench.sns("UntagResource", ["ResourceArn": arn, "TagKeys": ["k1"]])
    #expect(
      try bench.sns("ListTagsForResource", ["ResourceArn": arn])
        == ["Tags": [["Key": "k2", "Value": "v2"]]])
    #expect(
      try bench.sns(
        "TagResource",
        [
          "ResourceArn": arn,
          "Tags": [["Key": "a", "Value": "1"], ["Key": "a", "Value": "2"]],
        ])["Message"] == "Invalid parameter: Duplicated keys are not allowed.")
    let many = (0..<51).map { ["Key": .string("k\($0)"), "Value": ""] as JSONValue }
    #expect(
      try bench.sns("TagResource", ["ResourceArn": arn, "Tags": .array(many)])["Error"]
        == "TagLimitExceeded")
    #expect(
      try bench.sns(
        "ListTagsForResource", ["ResourceArn": .string(bench.topicARN("nobody"))])["Error"]
        == "ResourceNotFound")
  }

  @Test func listsHavePagesOfAHundred() throws {
    for number in 100..<350 { _ = try bench.sns("CreateTopic", ["Name": .string("t\(number)")]) }
    var seen: [String] = []
    var token: JSONValue?
    var pages = 0
    repeat {
      let page = try bench.sns("ListTopics", token.map { ["NextToken": $0] } ?? [:])
      seen += (page["Topics"]?.elements ?? []).compactMap { $0["TopicArn"]?.text }
      token = page["NextToken"]
      pages += 1
    } while token != nil
    #expect(pages == 3)
    #expect(seen == (100..<350).map { bench.topicARN("t\($0)") })
    #expect(try bench.sns("ListTopics", ["NextToken": "x"])["Error"] == "InvalidParameter")
  }
}
