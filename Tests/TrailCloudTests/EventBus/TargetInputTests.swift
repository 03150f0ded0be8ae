import Testing
import TrailRecord

@testable import TrailCloud

/// What targets are given (AWS's guide, eb-transform-target-input; measured on AWS where it says nothing).
@Suite struct TargetInputTests {
  /// The event of AWS's guide.
  static let event = #"""
    {"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602",\#
    "detail-type":"EC2 Instance State-change Notification","source":"aws.ec2",\#
    "account":"123456789012","time":"2015-11-11T21:29:54Z","region":"us-east-1",\#
    "resources":["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],\#
    "detail":{"instance-id":"i-0123456789","state":"RUNNING","count":3,"tags":["a","b"],\#
    "list":[{"k":1},{"k":2}],"quote":"say \"hi\"","none":null}}
    """#
  private let context = InputTemplate.Context(
    ruleARN: "arn:aws:events:us-east-1:123456789012:rule/example", ruleName: "example",
    time: 1_767_603_600_000)

  private func filled(_ template: String, _ paths: [String: String]) throws -> String {
    let members = paths.keys.sorted().map { JSONMember($0, .string(paths[$0] ?? "")) }
    let event = try JSONParser.parse(Self.event)
    let bytes = try InputTemplate(template, paths: members, target: "t").filled(
      with: event, context)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (#""instance <instance> is in <state>""#, #""instance i-0123456789 is in RUNNING""#),
      (#""instance \"<instance>\" is in <state>""#, #""instance \"i-0123456789\" is in RUNNING""#),
      (
        #"{"instance" : <instance>, "state": <state>}"#,
        #"{"instance" : "i-0123456789", "state": "RUNNING"}"#
      ),
      (
        #"{"instance" : <instance>, "state": "<state>", "instanceStatus": "instance \"<instance>\" is in <state>"}"#,
        #"{"instance" : "i-0123456789", "state": "RUNNING", "instanceStatus": "instance \"i-0123456789\" is in RUNNING"}"#
      ),
      (
        #"{"state": [9, <state>, true], "Transformed" : "Yes"}"#,
        #"{"state": [9, "RUNNING", true], "Transformed" : "Yes"}"#
      ),
      (#"{"n": <count>, "s": "<count> of them"}"#, #"{"n": 3, "s": "3 of them"}"#),
      (#"{"tags": <tags>, "text": "tags <tags>"}"#, #"{"tags": ["a","b"], "text": "tags [a,b]"}"#),
      (#""Detail is <list>""#, #""Detail is [{k:1},{k:2}]""#),
      (#""gone: <missing>.""#, #""gone: .""#),
      (#"{"gone": <missing>}"#, #"{"gone": ""}"#),
      (#"{"none": <none>}"#, #"{"none": null}"#),
      (#"{"first": <first>, "all": <all>}"#, #"{"first": 1, "all": [1,2]}"#),
      (#""1 < 2 and <not a name> stay""#, #""1 < 2 and <not a name> stay""#),
      (
        #"{"ruleArn": <aws.events.rule-arn>, "ruleName": <aws.events.rule-name>, "at": <aws.events.event.ingestion-time>}"#,
        #"{"ruleArn": "arn:aws:events:us-east-1:123456789012:rule/example", "ruleName": "example", "at": "2026-01-05T09:00:00Z"}"#
      ),
    ])
  func templatesAreFilledIn(template: String, wanted: String) throws {
    let paths = [
      "instance": "$.detail.instance-id", "state": "$.detail.state", "count": "$.detail.count",
      "tags": "$.detail.tags", "list": "$.detail.list", "missing": "$.detail.nothing",
      "none": "$.detail.none", "first": "$.detail.list[0].k", "all": "$.detail.list[*].k",
    ]
    #expect(try filled(template, paths) == wanted)
  }

  /// `aws.events.event` lacks the detail and has another name for its type; `.json` is all of it.
  @Test func theEventItselfCanBePutIn() throws {
    let made = try JSONParser.parse(
      filled(#"{"o": <aws.events.event>, "j": <aws.events.event.json>}"#, [:]))
    #expect(made["o"]?["detail"] == nil)
    #expect(made["o"]?["detailType"] == "EC2 Instance State-change Notification")
    #expect(made["o"]?["detail-type"] == nil)
    #expect(made["j"] == (try JSONParser.parse(Self.event)))
  }

  @Test(
    arguments: [
      (#""x <nowhere>""#, "InputTemplate for target t contains invalid placeholder nowhere."),
      (
        #"[<aws.events.event.json>]"#,
        "InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template."
      ),
      (
        #""all of <aws.events.event>""#,
        "InputTemplate for target t contains placeholder aws.events.event valid only for JSON template."
      ),
    ])
  func badTemplatesAreRefused(template: String, message: String) {
    #expect(throws: AWSError("ValidationException", message)) {
      _ = try InputTemplate(template, paths: [], target: "t")
    }
  }

  @Test(
    arguments: [
      "detail", "", "$detail", "$.detail['key']", #"$.detail["key"]"#, "$.", "$..x", "$[x]",
      "$.a[", "$.a[-1]",
    ])
  func badPathsAreRefused(path: String) {
    #expect(EventPath(path) == nil)
    #expect(throws: AWSError("ValidationException", "InputPath for target t is invalid.")) {
      _ = try TargetInput.read(["InputPath": .string(path)], target: "t")
    }
  }

  @Test(
    arguments: [
      ("$", event), ("$.detail.state", #""RUNNING""#), ("$.detail.list[1]", #"{"k":2}"#),
      ("$.detail.list[*].k", "[1,2]"), ("$.detail.count", "3"),
      ("$.resources[0]", #""arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111""#),
      ("$.detail.none", "null"), ("$.detail-type", #""EC2 Instance State-change Notification""#),
    ])
  func pathsTakeParts(path: String, wanted: String) throws {
    let value = try #require(EventPath(path)?.value(in: JSONParser.parse(Self.event)))
    #expect(String(decoding: JSONWriter.bytes(value), as: UTF8.self) == wanted)
  }

  @Test func onlyOneKindOfInputIsTaken() {
    let message =
      "Only one of Input, InputPath, or InputTransformer must be provided for target t."
    #expect(throws: AWSError("ValidationException", message)) {
      _ = try TargetInput.read(["Input": "{}", "InputPath": "$"], target: "t")
    }
    #expect(throws: AWSError("ValidationException", "JSON syntax error in input for target t.")) {
      _ = try TargetInput.read(["Input": "hello"], target: "t")
    }
  }
}
