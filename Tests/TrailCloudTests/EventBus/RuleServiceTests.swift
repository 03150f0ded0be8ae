import Testing
import TrailRecord

@testable import TrailCloud

/// EventBridge's API: what it takes, what it answers, what it leaves in records, and its refusals (botocore's model;
/// texts measured on AWS).
@Suite struct RuleServiceTests {
  let bench = ServiceBench()

  private func rule(_ name: String = "r", bus: String? = nil) throws {
    let bus = bus.map { #","EventBusName":"\#($0)""# } ?? ""
    try bench.call(
      "events", "PutRule", #"{"Name":"\#(name)","EventPattern":"{\"source\":[\"a\"]}"\#(bus)}"#)
  }

  private func refusal(_ operation: String, _ parameters: String) throws -> AWSError? {
    try bench.call("events", operation, parameters).error
  }

  @Test func putRuleLeavesItsRecord() throws {
    let record = try bench.record(
      "events", "PutRule",
      #"{"Name":"keys","EventPattern":"{\"source\":[\"aws.iam\"]}","State":"ENABLED","Description":"d"}"#
    )
    #expect(record["eventSource"] == "events.amazonaws.com")
    #expect(record["readOnly"] == false)
    #expect(
      record["requestParameters"] == [
        "name": "keys", "eventPattern": #"{"source":["aws.iam"]}"#, "state": "ENABLED",
        "description": "d",
      ])
    #expect(
      record["responseElements"] == [
        "ruleArn": "arn:aws:events:us-east-1:123456789012:rule/keys"
      ])
    let disabled = try bench.record("events", "DisableRule", #"{"Name":"keys"}"#)
    #expect(disabled["requestParameters"] == ["name": "keys"])
    #expect(disabled["responseElements"] == .null)
    let described = try bench.call("events", "DescribeRule", #"{"Name":"keys"}"#)
    #expect(
      described.response == [
        "Name": "keys", "Arn": "arn:aws:events:us-east-1:123456789012:rule/keys",
        "EventPattern": #"{"source":["aws.iam"]}"#, "State": "DISABLED", "Description": "d",
        "EventBusName": "default", "CreatedBy": "123456789012",
      ])
    #expect(try bench.record("events", "DescribeRule", #"{"Name":"keys"}"#)["readOnly"] == true)
  }

  /// What is not said again is not kept; targets are.
  @Test func putRuleReplacesARule() throws {
    try bench.call(
      "events", "PutRule",
      #"{"Name":"r","EventPattern":"{\"source\":[\"a\"]}","Description":"d","State":"DISABLED"}"#)
    try bench.call(
      "events", "PutTargets",
      #"{"Rule":"r","Targets":[{"Id":"1","Arn":"arn:aws:sns:us-east-1:123456789012:t"}]}"#)
    try bench.call("events", "PutRule", #"{"Name":"r","ScheduleExpression":"rate(1 hour)"}"#)
    let answer = try bench.call("events", "DescribeRule", #"{"Name":"r"}"#).response
    #expect(
      answer.names == [
        "Name", "Arn", "ScheduleExpression", "State", "EventBusName", "CreatedBy",
      ])
    #expect(answer["State"] == "ENABLED")
    let targets = try bench.call("events", "ListTargetsByRule", #"{"Rule":"r"}"#).response
    #expect(
      targets == ["Targets": [["Id": "1", "Arn": "arn:aws:sns:us-east-1:123456789012:t"]]])
  }

  @Test(
    arguments: [
      (
        "PutRule", #"{"Name":"r"}"#, "ValidationException",
        "Parameter(s) EventPattern or ScheduleExpression must be specified."
      ),
      (
        "PutRule", #"{"Name":"r","ScheduleExpression":"rate(5 minute)"}"#, "ValidationException",
        "Parameter ScheduleExpression is not valid."
      ),
      (
        "PutRule", #"{"Name":"r","ScheduleExpression":"rate(1 hour)","EventBusName":"b"}"#,
        "ValidationException", "ScheduleExpression is supported only on the default event bus."
      ),
      (
        "PutRule", #"{"Name":"r","EventPattern":"{\"source\":[\"a\"]}","EventBusName":"nowhere"}"#,
        "ResourceNotFoundException", "Event bus nowhere does not exist."
      ),
      (
        "PutRule", #"{"Name":"a b","EventPattern":"{\"source\":[\"a\"]}"}"#, "ValidationException",
        #"1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"#
      ),
      (
        "PutRule", #"{"Name":"r","EventPattern":"{\"source\":[\"a\"]}","State":"ON"}"#,
        "ValidationException",
        "1 validation error detected: Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]"
      ),
      (
        "DescribeRule", #"{"Name":"none"}"#, "ResourceNotFoundException",
        "Rule none does not exist on EventBus default."
      ),
      (
        "EnableRule", #"{"Name":"none","EventBusName":"b"}"#, "ResourceNotFoundException",
        "Rule none does not exist on EventBus b."
      ),
      (
        "PutTargets",
        #"{"Rule":"none","Targets":[{"Id":"1","Arn":"arn:aws:sns:us-east-1:123456789012:t"}]}"#,
        "ResourceNotFoundException", "Rule none does not exist on EventBus default."
      ),
      (
        "DeleteEventBus", #"{"Name":"default"}"#, "ValidationException",
        "Cannot delete event bus default."
      ),
      (
        "CreateEventBus", #"{"Name":"b"}"#, "ResourceAlreadyExistsException",
        "Event bus b already exists."
      ),
      (
        "CreateEventBus", #"{"Name":"default"}"#, "ResourceAlreadyExistsException",
        "Event bus default already exists."
      ),
      (
        "CreateEventBus", #"{"Name":"team/b"}"#, "ValidationException",
        "Event bus name must not contain '/'."
      ),
      (
        "DescribeEventBus", #"{"Name":"none"}"#, "ResourceNotFoundException",
        "Event bus none does not exist."
      ),
      (
        "RemovePermission", #"{"StatementId":"x"}"#, "ResourceNotFoundException",
        "EventBus does not have a policy."
      ),
      (
        "PutPermission",
        #"{"EventBusName":"none","Action":"events:PutEvents","Principal":"*","StatementId":"x"}"#,
        "ResourceNotFoundException", "Event bus none does not exist."
      ),
      (
        "PutPermission", #"{"Action":"events:PutRule","Principal":"*","StatementId":"x"}"#,
        "ValidationException", "Provided value in parameter 'action' is not supported."
      ),
      (
        "TestEventPattern", #"{"EventPattern":"{\"source\":[\"a\"]}","Event":"{}"}"#,
        "ValidationException", "Parameter Event is not valid."
      ),
    ])
  func refusesInAWSWords(
    operation: String, parameters: String, code: String, message: String
  ) throws {
    try bench.call("events", "CreateEventBus", #"{"Name":"b"}"#)
    let error = try refusal(operation, parameters)
    #expect(error?.code == code)
    #expect(error?.message == message)
  }

  /// Several things that are wrong are told at once, as AWS does.
  @Test func tellsAllThatTheModelForbids() throws {
    let name = String(repeating: "x", count: 65) + " "
    #expect(
      try refusal("PutRule", #"{"Name":"\#(name)","EventPattern":"{}","State":"x"}"#)?.message
        == "3 validation errors detected: Value '\(name)' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64; Value '\(name)' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value 'x' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]"
    )
  }

  @Test func badPatternsAreRefused() throws {
    let error = try refusal("PutRule", #"{"Name":"r","EventPattern":"{\"source\":[]}"}"#)
    #expect(error?.code == "InvalidEventPatternException")
    #expect(
      error?.message.hasPrefix(
        "Event pattern is not valid. Reason: Empty arrays are not allowed") == true)
    let record = try bench.record("events", "PutRule", #"{"Name":"r","EventPattern":"{}"}"#)
    #expect(record["errorCode"] == "InvalidEventPatternException")
    // The longest that is allowed, and one more.
    func pattern(_ length: Int) -> String {
      let frame = #"{"source":[""]}"#
      return #"{"source":["\#(String(repeating: "x", count: length - frame.count))"]}"#
    }
    func ask(_ text: String) throws -> AWSError? {
      var call = APICall("events", "PutRule")
      call.parameters = [JSONMember("Name", "r"), JSONMember("EventPattern", .string(text))]
      return try bench.cloud.perform(call).error
    }
    #expect(try ask(pattern(4096)) == nil)
    #expect(
      try ask(pattern(4097))?.message.hasSuffix(
        "Member must have length less than or equal to 4096") == true)
  }

  @Test func deletingARuleNeedsItsTargetsGone() throws {
    try rule()
    try bench.call(
      "events", "PutTargets",
      #"{"Rule":"r","Targets":[{"Id":"1","Arn":"arn:aws:sns:us-east-1:123456789012:t"}]}"#)
    #expect(
      try refusal("DeleteRule", #"{"Name":"r"}"#)?.message
        == "Rule can't be deleted since it has targets.")
    let removed = try bench.record("events", "RemoveTargets", #"{"Rule":"r","Ids":["1","9"]}"#)
    #expect(removed["requestParameters"] == ["rule": "r", "ids": ["1", "9"]])
    #expect(removed["responseElements"] == ["failedEntryCount": 0, "failedEntries": []])
    #expect(try refusal("DeleteRule", #"{"Name":"r"}"#) == nil)
    // Once more, and on a bus that is not there.
    #expect(try refusal("DeleteRule", #"{"Name":"r"}"#) == nil)
    #expect(
      try refusal("DeleteRule", #"{"Name":"r","EventBusName":"none"}"#)?.code
        == "ResourceNotFoundException")
  }

  // MARK: Targets

  @Test(
    arguments: [
      (
        #"{"Id":"t","Arn":"notarn"}"#,
        "Parameter notarn is not valid. Reason: Provided Arn is not in correct format."
      ),
      (#"{"Id":"t","Arn":"arn:aws:s3:::b"}"#, "s3 is not a supported service for a target."),
      (
        #"{"Id":"t","Arn":"arn:aws:states:us-east-1:123456789012:stateMachine:s"}"#,
        "RoleArn is required for target arn:aws:states:us-east-1:123456789012:stateMachine:s."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:events:us-east-1:123456789012:event-bus/b"}"#,
        "RoleArn is required for target arn:aws:events:us-east-1:123456789012:event-bus/b."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:222233334444:x"}"#,
        "RoleArn is required for target arn:aws:sns:us-east-1:222233334444:x."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:events:us-east-1:123456789012:event-bus/b","RoleArn":"arn:aws:iam::123456789012:role/r","InputPath":"$.detail"}"#,
        "Modifying the input for target t is not supported."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","Input":"hello"}"#,
        "JSON syntax error in input for target t."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","InputPath":"detail"}"#,
        "InputPath for target t is invalid."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","InputTransformer":{"InputPathsMap":{"a":"$.x"},"InputTemplate":"\"<b>\""}}"#,
        "InputTemplate for target t contains invalid placeholder b."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sqs:us-east-1:123456789012:q.fifo"}"#,
        "Parameter(s) SqsParameters must be specified for target: t."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","EcsParameters":{"TaskDefinitionArn":"a"}}"#,
        "Parameter(s) EcsParameters not supported for target: t."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","DeadLetterConfig":{"Arn":"arn:aws:sns:us-east-1:123456789012:x"}}"#,
        "sns is not supported as a dead letter resource."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","DeadLetterConfig":{"Arn":"arn:aws:sqs:us-east-1:123456789012:q.fifo"}}"#,
        "SQS FIFO is not supported by Dead Letter Queues."
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","RetryPolicy":{"MaximumRetryAttempts":186}}"#,
        "1 validation error detected: Value '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 185"
      ),
      (
        #"{"Id":"t","Arn":"arn:aws:sns:us-east-1:123456789012:x","RetryPolicy":{"MaximumEventAgeInSeconds":59}}"#,
        "1 validation error detected: Value '59' at 'targets.1.member.retryPolicy.maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60"
      ),
      (
        #"{"Id":"a b","Arn":"arn:aws:sns:us-east-1:123456789012:x"}"#,
        #"1 validation error detected: Value 'a b' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"#
      ),
    ])
  func badTargetsAreRefused(target: String, message: String) throws {
    try rule()
    let error = try refusal("PutTargets", #"{"Rule":"r","Targets":[\#(target)]}"#)
    #expect(error?.code == "ValidationException")
    #expect(error?.message == message)
  }

  @Test func fiveTargetsAreTheMost() throws {
    try rule()
    func targets(_ numbers: ClosedRange<Int>) -> String {
      numbers.map { #"{"Id":"\#($0)","Arn":"arn:aws:sns:us-east-1:123456789012:t\#($0)"}"# }
        .joined(separator: ",")
    }
    #expect(try refusal("PutTargets", #"{"Rule":"r","Targets":[\#(targets(1...5))]}"#) == nil)
    #expect(
      try refusal("PutTargets", #"{"Rule":"r","Targets":[\#(targets(6...6))]}"#)?.code
        == "LimitExceededException")
    // One that is there is changed.
    #expect(try refusal("PutTargets", #"{"Rule":"r","Targets":[\#(targets(5...5))]}"#) == nil)
    let names = try bench.call(
      "events", "ListRuleNamesByTarget",
      #"{"TargetArn":"arn:aws:sns:us-east-1:123456789012:t3"}"#)
    #expect(names.response == ["RuleNames": ["r"]])
  }

  @Test func putTargetsLeavesItsRecord() throws {
    try rule()
    let record = try bench.record(
      "events", "PutTargets",
      #"{"Rule":"r","Targets":[{"Id":"1","Arn":"arn:aws:lambda:us-east-1:123456789012:function:f","InputTransformer":{"InputPathsMap":{"User":"$.detail.userIdentity.userName"},"InputTemplate":"{\"u\": <User>}"}}]}"#
    )
    #expect(
      record["requestParameters"] == [
        "rule": "r",
        "targets": [
          [
            "id": "1", "arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "inputTransformer": [
              "inputPathsMap": ["User": "$.detail.userIdentity.userName"],
              "inputTemplate": #"{"u": <User>}"#,
            ],
          ]
        ],
      ])
    #expect(record["responseElements"] == ["failedEntryCount": 0, "failedEntries": []])
  }

  // MARK: Buses

  @Test func busesComeAndGo() throws {
    let made = try bench.record("events", "CreateEventBus", #"{"Name":"orders"}"#)
    #expect(
      made["responseElements"] == [
        "eventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/orders"
      ])
    try rule("r", bus: "orders")
    let rules = try bench.call("events", "ListRules", #"{"EventBusName":"orders"}"#).response
    #expect(rules.at("Rules.0.Arn") == "arn:aws:events:us-east-1:123456789012:rule/orders/r")
    #expect(try bench.call("events", "ListRules").response == ["Rules": []])
    let listed = try bench.call("events", "ListEventBuses").response
    #expect(listed["EventBuses"]?.elements?.map { $0["Name"] } == ["default", "orders"])
    // By ARN too; and its rules go with it.
    try bench.call(
      "events", "DescribeRule",
      #"{"Name":"r","EventBusName":"arn:aws:events:us-east-1:123456789012:event-bus/orders"}"#)
    try bench.call("events", "DeleteEventBus", #"{"Name":"orders"}"#)
    #expect(bench.cloud.eventBuses.ruleCount == 0)
    #expect(try refusal("DeleteEventBus", #"{"Name":"orders"}"#) == nil)
  }

  @Test func permissionsAreStatementsOfThePolicy() throws {
    try bench.call("events", "CreateEventBus", #"{"Name":"b"}"#)
    try bench.call(
      "events", "PutPermission",
      #"{"EventBusName":"b","Action":"events:PutEvents","Principal":"222233334444","StatementId":"one"}"#
    )
    try bench.call(
      "events", "PutPermission",
      #"{"EventBusName":"b","Action":"events:PutEvents","Principal":"*","StatementId":"all","Condition":{"Type":"StringEquals","Key":"aws:PrincipalOrgID","Value":"o-1"}}"#
    )
    func policy() throws -> JSONValue? {
      try bench.call("events", "DescribeEventBus", #"{"Name":"b"}"#).response["Policy"]?.text
        .map { try JSONParser.parse($0) }
    }
    let arn: JSONValue = "arn:aws:events:us-east-1:123456789012:event-bus/b"
    #expect(
      try policy() == [
        "Version": "2012-10-17",
        "Statement": [
          [
            "Sid": "one", "Effect": "Allow",
            "Principal": ["AWS": "arn:aws:iam::222233334444:root"], "Action": "events:PutEvents",
            "Resource": arn,
          ],
          [
            "Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents",
            "Resource": arn,
            "Condition": ["StringEquals": ["aws:PrincipalOrgID": "o-1"]],
          ],
        ],
      ])
    let missing = try refusal("RemovePermission", #"{"EventBusName":"b","StatementId":"x"}"#)
    #expect(missing?.message == "Statement with the provided id does not exist.")
    try bench.call("events", "RemovePermission", #"{"EventBusName":"b","StatementId":"one"}"#)
    #expect(try policy()?["Statement"]?.elements?.count == 1)
    try bench.call(
      "events", "RemovePermission", #"{"EventBusName":"b","RemoveAllPermissions":true}"#)
    #expect(try policy() == nil)
  }

  // MARK: Tags and pages

  @Test func rulesAndBusesHaveTags() throws {
    try bench.call(
      "events", "PutRule",
      #"{"Name":"r","EventPattern":"{\"source\":[\"a\"]}","Tags":[{"Key":"a","Value":"1"}]}"#)
    let arn = "arn:aws:events:us-east-1:123456789012:rule/r"
    try bench.call(
      "events", "TagResource",
      #"{"ResourceARN":"\#(arn)","Tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":""}]}"#)
    func tags() throws -> JSONValue? {
      try bench.call("events", "ListTagsForResource", #"{"ResourceARN":"\#(arn)"}"#).response[
        "Tags"]
    }
    #expect(try tags() == [["Key": "a", "Value": "2"], ["Key": "b", "Value": ""]])
    try bench.call("events", "UntagResource", #"{"ResourceARN":"\#(arn)","TagKeys":["a"]}"#)
    #expect(try tags() == [["Key": "b", "Value": ""]])
    #expect(
      try refusal("ListTagsForResource", #"{"ResourceARN":"\#(arn)x"}"#)?.message
        == "Rule rx does not exist on EventBus default.")
    #expect(
      try refusal(
        "TagResource",
        #"{"ResourceARN":"\#(arn)","Tags":[{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}]}"#)?
        .message == "Invalid parameter: Duplicated keys are not allowed.")
  }

  @Test func listsHavePages() throws {
    for number in 1...7 { try rule("r\(number)") }
    var names: [String] = []
    var token: String?
    repeat {
      let next = token.map { #","NextToken":"\#($0)""# } ?? ""
      let page = try bench.call("events", "ListRules", #"{"Limit":3\#(next)}"#).response
      names += page["Rules"]?.elements?.compactMap { $0["Name"]?.text } ?? []
      token = page["NextToken"]?.text
    } while token != nil
    #expect(names == (1...7).map { "r\($0)" })
    #expect(try refusal("ListRules", #"{"NextToken":"made-up"}"#)?.code == "ValidationException")
    #expect(
      try bench.call("events", "ListRules", #"{"NamePrefix":"r7"}"#).response["Rules"]?.elements?
        .count == 1)
  }

  @Test func patternsCanBeTested() throws {
    let event =
      #"{\"id\":\"1\",\"account\":\"1\",\"source\":\"a\",\"time\":\"2026-01-05T09:00:00Z\",\"region\":\"us-east-1\",\"resources\":[],\"detail-type\":\"t\",\"detail\":{}}"#
    func result(_ source: String) throws -> JSONValue? {
      try bench.call(
        "events", "TestEventPattern",
        #"{"EventPattern":"{\"source\":[\"\#(source)\"]}","Event":"\#(event)"}"#
      )
      .response["Result"]
    }
    #expect(try result("a") == true)
    #expect(try result("b") == false)
  }
}
