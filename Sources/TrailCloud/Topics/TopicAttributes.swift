internal import TrailCrypto
internal import TrailRecord

/// Attributes of topics: what SetTopicAttributes and CreateTopic take.
enum TopicAttributes {
  private static let longestDisplayName = 100
  private static let feedbackProtocols = ["HTTP", "Firehose", "Lambda", "Application", "SQS"]
  private static let feedback: Set<String> = Set(
    feedbackProtocols.flatMap {
      [
        "\($0)SuccessFeedbackRoleArn", "\($0)SuccessFeedbackSampleRate",
        "\($0)FailureFeedbackRoleArn",
      ]
    })

  /// Sets one attribute. An empty text takes it away where that is possible.
  ///
  /// - Throws: SNS's refusal.
  static func set(_ name: String, _ value: String, of topic: inout Topic) throws(AWSError) {
    switch name {
    case "Policy":
      topic.policy =
        value.isEmpty
        ? TopicPolicy.standard(for: topic.arn, account: topic.account)
        : try TopicPolicy.read(.string(value))
      return
    case "DisplayName":
      guard value.count <= longestDisplayName else { throw SNSErrors.invalid("DisplayName") }
    case "KmsMasterKeyId": break
    case "SignatureVersion": try check(value, among: ["1", "2"], name)
    case "TracingConfig": try check(value, among: ["PassThrough", "Active"], name)
    case "ContentBasedDeduplication" where topic.isFIFO:
      try check(value, among: ["true", "false"], name)
    case "FifoThroughputScope" where topic.isFIFO:
      try check(value, among: ["Topic", "MessageGroup"], name)
    case "ArchivePolicy" where topic.isFIFO, "DeliveryPolicy":
      guard value.isEmpty || (try? JSONParser.parse(value))?.members != nil else {
        throw SNSErrors.invalid("\(name): failed to parse JSON.")
      }
    case _ where feedback.contains(name):
      if name.hasSuffix("SampleRate"), !value.isEmpty {
        guard let rate = Int(value), (0...100).contains(rate) else { throw SNSErrors.invalid(name) }
      }
    default: throw SNSErrors.invalid("AttributeName")
    }
    topic.attributes[name] = value.isEmpty && name != "DisplayName" ? nil : value
  }

  private static func check(
    _ value: String, among values: [String], _ name: String
  ) throws(AWSError) {
    guard values.contains(value) else { throw SNSErrors.invalid(name) }
  }

  /// The delivery policy with SNS's own values where the topic's says nothing.
  static func effectiveDeliveryPolicy(of topic: Topic) -> String {
    let own = topic.attributes["DeliveryPolicy"].flatMap { try? JSONParser.parse($0) }?["http"]
    var retry = standardRetry
    for member in own?["defaultHealthyRetryPolicy"]?.members ?? [] {
      retry = retry.setting(member.nameText, member.value)
    }
    let policy: JSONValue = [
      "http": [
        "defaultHealthyRetryPolicy": retry,
        "disableSubscriptionOverrides": own?["disableSubscriptionOverrides"] ?? false,
        "defaultRequestPolicy": own?["defaultRequestPolicy"]
          ?? ["headerContentType": "text/plain; charset=UTF-8"],
      ]
    ]
    return String(decoding: JSONWriter.bytes(policy), as: UTF8.self)
  }

  private static let standardRetry: JSONValue = [
    "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
  ]
}

/// Where a list goes on, as a token that says nothing to people.
enum PageToken {
  private static let mark = "page:"

  static func text(_ place: Int) -> String {
    Encoding.base64(Array("\(mark)\(place)".utf8))
  }

  static func place(_ token: String) -> Int? {
    guard let bytes = Encoding.bytes(base64: token),
      case let text = String(decoding: bytes, as: UTF8.self), text.hasPrefix(mark)
    else { return nil }
    return Int(text.dropFirst(mark.count)).flatMap { $0 >= 0 ? $0 : nil }
  }
}
