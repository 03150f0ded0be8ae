import Testing
import TrailRecord

@testable import TrailCloud

/// Filter policies of subscriptions: what AWS answered, and which messages pass.
@Suite struct FilterPolicyTests {
  let bench = ServiceBench()
  private let arn: JSONValue

  init() throws {
    _ = try bench.sns("CreateTopic", ["Name": "alerts"])
    arn = .string(bench.topicARN("alerts"))
    try bench.cloud.defineQueue("q", policy: QueuePolicy.forServices(bench.queueARN("q")))
  }

  private func subscribe(_ policy: String, _ scope: String? = nil) throws -> JSONValue {
    var attributes: JSONValue = [
      "RawMessageDelivery": "true", "FilterPolicy": .string(policy),
    ]
    if let scope { attributes = attributes.setting("FilterPolicyScope", .string(scope)) }
    return try bench.sns(
      "Subscribe",
      [
        "TopicArn": arn, "Protocol": "sqs", "Endpoint": .string(bench.queueARN("q")),
        "Attributes": attributes,
      ])
  }

  /// As AWS answered on 2024-05-14.
  private static let refusals: [(String, String)] = [
    (
      #"{"key":[["value"]]}"#,
      "FilterPolicy: Match value must be String, number, true, false, or null\n at [Source: (String)\"{\"key\":[[\"value\"]]}\"; line: 1, column: 10]"
    ),
    (
      #"{"key":[{"wrong-operator":true}]}"#,
      "FilterPolicy: Unrecognized match type wrong-operator\n at [Source: (String)\"{\"key\":[{\"wrong-operator\":true}]}\"; line: 1, column: 31]"
    ),
    (
      #"{"key":[{"suffix":"value","prefix":"value2"}]}"#,
      "FilterPolicy: Only one key allowed in match expression\n at [Source: (String)\"{\"key\":[{\"suffix\":\"value\",\"prefix\":\"value2\"}]}\"; line: 1, column: 37]"
    ),
    (
      #"{"key":[{"suffix":100}]}"#,
      "FilterPolicy: suffix match pattern must be a string\n at [Source: (String)\"{\"key\":[{\"suffix\":100}]}\"; line: 1, column: 22]"
    ),
    (
      #"{"key":[{"numeric":[]}]}"#,
      "FilterPolicy: Invalid member in numeric match: ]\n at [Source: (String)\"{\"key\":[{\"numeric\":[]}]}\"; line: 1, column: 22]"
    ),
    (
      #"{"key":[{"numeric":["<",100,">",10]}]}"#,
      "FilterPolicy: Too many elements in numeric expression\n at [Source: (String)\"{\"key\":[{\"numeric\":[\"<\",100,\">\",10]}]}\"; line: 1, column: 30]"
    ),
    (
      #"{"key":[{"numeric":[">",3,"<",1]}]}"#,
      "FilterPolicy: Bottom must be less than top\n at [Source: (String)\"{\"key\":[{\"numeric\":[\">\",3,\"<\",1]}]}\"; line: 1, column: 33]"
    ),
    (
      #"{"key":[{"exists":null}]}"#,
      "FilterPolicy: exists match pattern must be either true or false.\n at [Source: (String)\"{\"key\":[{\"exists\":null}]}\"; line: 1, column: 23]"
    ),
    (
      #"{"key_a":"value_one"}"#,
      "FilterPolicy: \"key_a\" must be an object or an array\n at [Source: (String)\"{\"key_a\":\"value_one\"}\"; line: 1, column: 11]"
    ),
    (
      #"{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}"#,
      "FilterPolicy: Filter policy can not have more than 5 keys"
    ),
    (
      "{\"a\":[\((0..<151).map { "\"\($0)\"" }.joined(separator: ","))]}",
      "FilterPolicy: Filter policy is too complex"
    ),
  ]

  @Test(arguments: refusals.indices)
  func whatIsNoPolicyIsRefused(index: Int) throws {
    let (policy, text) = Self.refusals[index]
    let answer = try subscribe(policy)
    #expect(answer["Error"] == "InvalidParameter")
    #expect(answer["Message"] == .string("Invalid parameter: Attributes Reason: \(text)"))
  }

  @Test func nestedPoliciesLookAtBodies() throws {
    let nested = #"{"object":{"key":[{"prefix":"auto-"}]}}"#
    #expect(
      try subscribe(nested)["Message"]
        == "Invalid parameter: Attributes Reason: Filter policy scope MessageAttributes does not support nested filter policy"
    )
    #expect(try subscribe(nested, "MessageBody")["SubscriptionArn"] != nil)
    #expect(
      try subscribe(nested, "RandomValue")["Message"]
        == "Invalid parameter: Attributes Reason: FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes"
    )
    // 4 × 3 levels × 3 × 2 levels = 72 is allowed, and two keys more are too much.
    let deep =
      #"{"key_a":{"key_b":{"key_c":["1","2","3","4"]}},"key_d":{"key_e":["1","2","3"]}}"#
    #expect(try FilterPolicy(deep, scope: .body) != nil)
    #expect(throws: AWSError.self) {
      try FilterPolicy(
        deep.dropLast() + #","key_f":["1","2","3"]}"#, scope: .body)
    }
  }

  private static let attributes: [(String, JSONValue, Bool)] = [
    (#"{"n":[{"numeric":[">",0,"<=",100]}]}"#, ["n": ["Number", "99.12"]], true),
    (#"{"n":[{"numeric":[">",0,"<=",100]}]}"#, ["n": ["Number", "100.12"]], false),
    (#"{"n":[{"numeric":[">",0,"<=",100]}]}"#, ["n": ["String", "99"]], false),
    (#"{"n":[99]}"#, ["n": ["Number", "99.0"]], true),
    (#"{"store":["value1"]}"#, ["store": ["String.Array", #"["value1","value2"]"#]], true),
    (#"{"store":["value1"]}"#, ["store": ["String.Array", #"["value2"]"#]], false),
    (#"{"store":["value1"]}"#, ["store": ["String", "value1"]], true),
    (#"{"store":[{"exists":true}]}"#, ["other": ["String", "x"]], false),
    (#"{"store":[{"exists":false}]}"#, ["other": ["String", "x"]], true),
    (#"{"store":[{"exists":true}]}"#, ["store": ["Number", "1"]], true),
    (#"{"a":[null,{"anything-but":"whatever"}]}"#, ["a": ["String", "whatever"]], false),
    (#"{"a":[null,{"anything-but":"whatever"}]}"#, [:], true),
    (#"{"a":[{"anything-but":"whatever"}]}"#, [:], false),
    (#"{"a":[{"equals-ignore-case":"tennis"}]}"#, ["a": ["String", "TENNIS"]], true),
    (#"{"a":["x"],"b":["y"]}"#, ["a": ["String", "x"]], false),
    (#"{"$or":[{"a":["x"]},{"b":["y"]}]}"#, ["b": ["String", "y"]], true),
  ]

  @Test(arguments: attributes.indices)
  func attributesDecide(index: Int) throws {
    let (policy, given, passes) = Self.attributes[index]
    #expect(try subscribe(policy)["Error"] == nil)
    let attributes = (given.members ?? []).map { member in
      JSONMember(
        member.name,
        [
          "DataType": member.value.elements?.first ?? "",
          "StringValue": member.value.elements?.last ?? "",
        ])
    }
    _ = try bench.sns(
      "Publish", ["TopicArn": arn, "Message": "m", "MessageAttributes": .object(attributes)])
    #expect(try bench.bodies("q") == (passes ? ["m"] : []))
  }

  private static let bodies: [(String, String, Bool)] = [
    (#"{"object":{"key":[{"prefix":"auto-"},"hard"]}}"#, #"{"object":{"key":"auto-test"}}"#, true),
    (#"{"object":{"key":[{"prefix":"auto-"},"hard"]}}"#, #"{"object":{"key":"other"}}"#, false),
    (#"{"object":{"key":["x"]}}"#, "no JSON", false),
    (#"{"object":{"key":["x"]}}"#, #"["x"]"#, false),
    (
      #"{"headers":{"route-to":["queue1"]}}"#, #"{"headers":{"route-to":["queue1","queue2"]}}"#,
      true
    ),
    (
      #"{"Records":{"s3":{"object":{"key":[{"prefix":"auto-"}]}},"eventName":[{"prefix":"ObjectCreated:"}]}}"#,
      #"{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":{"key":"auto-1"}}}]}"#, true
    ),
    (#"{"object.nested":["string.value"]}"#, #"{"object":{"nested":"string.value"}}"#, true),
  ]

  @Test(arguments: bodies.indices)
  func bodiesDecide(index: Int) throws {
    let (policy, body, passes) = Self.bodies[index]
    #expect(try subscribe(policy, "MessageBody")["Error"] == nil)
    _ = try bench.sns("Publish", ["TopicArn": arn, "Message": .string(body)])
    #expect(try bench.bodies("q") == (passes ? [body] : []))
  }

  @Test func policiesAreSetAndTakenAway() throws {
    let subscription = try subscribe(#"{"a":["x"]}"#)["SubscriptionArn"] ?? .null
    func set(_ name: String, _ value: String) throws -> JSONValue? {
      try bench.sns(
        "SetSubscriptionAttributes",
        [
          "SubscriptionArn": subscription, "AttributeName": .string(name),
          "AttributeValue": .string(value),
        ])["Message"]
    }
    func attributes() throws -> JSONValue? {
      try bench.sns("GetSubscriptionAttributes", ["SubscriptionArn": subscription])["Attributes"]
    }
    #expect(try attributes()?["FilterPolicyScope"] == "MessageAttributes")
    #expect(
      try set("FilterPolicy", #"{"a":{"b":["x"]}}"#)
        == "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy"
    )
    #expect(try set("FilterPolicyScope", "MessageBody") == nil)
    #expect(try set("FilterPolicy", #"{"a":{"b":["x"]}}"#) == nil)
    #expect(try attributes()?["FilterPolicyScope"] == "MessageBody")
    #expect(try set("FilterPolicyScope", "MessageAttributes") != nil)
    #expect(try set("FilterPolicy", "{}") == nil)
    #expect(try attributes()?["FilterPolicy"] == nil)
    #expect(try attributes()?["FilterPolicyScope"] == nil)
    _ = try bench.sns("Publish", ["TopicArn": arn, "Message": "m"])
    #expect(try bench.bodies("q") == ["m"])
  }
}
