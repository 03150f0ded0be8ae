internal import TrailRecord

// Attributes of queues: what SetQueueAttributes takes and GetQueueAttributes gives.

extension Cloud {
  private static let flags: Set<String> = ["SqsManagedSseEnabled", "ContentBasedDeduplication"]
  private static let ofFIFO: [String: [String]] = [
    "ContentBasedDeduplication": ["true", "false"],
    "DeduplicationScope": ["messageGroup", "queue"],
    "FifoThroughputLimit": ["perQueue", "perMessageGroupId"],
  ]

  /// Sets one attribute of a queue. An empty text takes a policy or key away.
  ///
  /// - Throws: SQS's refusal.
  func set(_ name: String, _ value: String, of queue: inout Queue) throws(AWSError) {
    if let attribute = QueueAttribute(rawValue: name) {
      guard let number = Int(value), attribute.range.contains(number) else {
        throw Self.invalidAttribute(name)
      }
      queue.attributes[name] = "\(number)"
      return
    }
    switch name {
    case "Policy": queue.policy = try Self.policy(value)
    case "RedrivePolicy": queue.redrive = try redrive(value, of: queue)
    case "RedriveAllowPolicy":
      guard value.isEmpty || Self.isRedriveAllowPolicy(value) else {
        throw Self.invalidAttribute(name)
      }
      queue.attributes[name] = value.isEmpty ? nil : value
    case "KmsMasterKeyId":
      queue.attributes[name] = value.isEmpty ? nil : value
      if !value.isEmpty { queue.attributes["SqsManagedSseEnabled"] = nil }
    case "SqsManagedSseEnabled":
      guard ["true", "false"].contains(value) else { throw Self.invalidAttribute(name) }
      guard value == "false" || queue.attributes["KmsMasterKeyId"] == nil else {
        throw AWSError(
          "InvalidAttributeName",
          "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
        )
      }
      queue.attributes[name] = value
    case "FifoQueue":
      guard queue.isFIFO, value == "true" else {
        throw queue.isFIFO
          ? AWSError(
            "InvalidAttributeValue",
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
          ) : Self.unknownAttribute(name)
      }
    default: try setFIFO(name, value, of: &queue)
    }
  }

  private func setFIFO(_ name: String, _ value: String, of queue: inout Queue) throws(AWSError) {
    guard let values = Self.ofFIFO[name] else { throw Self.unknownAttribute(name) }
    guard queue.isFIFO else {
      throw AWSError(
        "InvalidAttributeName", "You can specify the \(name) only when FifoQueue is set to true.")
    }
    guard values.contains(value) else { throw Self.invalidAttribute(name) }
    queue.attributes[name] = value
  }

  private static func unknownAttribute(_ name: String) -> AWSError {
    AWSError("InvalidAttributeName", "Unknown Attribute \(name).")
  }

  private static func invalidAttribute(_ name: String) -> AWSError {
    AWSError("InvalidAttributeValue", "Invalid value for the parameter \(name).")
  }

  private static func policy(_ text: String) throws(AWSError) -> JSONValue? {
    guard !text.isEmpty else { return nil }
    guard let policy = try? JSONParser.parse(text), policy["Statement"] != nil else {
      throw invalidAttribute("Policy")
    }
    return policy
  }

  private static func isRedriveAllowPolicy(_ text: String) -> Bool {
    guard let policy = try? JSONParser.parse(text),
      let permission = policy["redrivePermission"]?.text
    else { return false }
    let sources = policy["sourceQueueArns"]?.texts ?? []
    return permission == "byQueue"
      ? (1...10).contains(sources.count)
      : ["allowAll", "denyAll"].contains(permission) && sources.isEmpty
  }

  private func redrive(_ text: String, of queue: Queue) throws(AWSError) -> Queue.Redrive? {
    guard !text.isEmpty else { return nil }
    func refusal(_ reason: String) -> AWSError {
      SQSErrors.invalidValue(text, "RedrivePolicy", reason)
    }
    guard let policy = try? JSONParser.parse(text), let members = policy.members else {
      throw refusal(
        "Amazon SQS can't create the redrive policy, as it isn't in a supported format.")
    }
    guard !members.isEmpty else { return nil }
    for name in ["maxReceiveCount", "deadLetterTargetArn"] where policy[name] == nil {
      throw refusal("Redrive policy does not contain mandatory attribute: \(name).")
    }
    guard let target = policy["deadLetterTargetArn"]?.text, ARN(target)?.service == "sqs" else {
      throw refusal("Invalid value for deadLetterTargetArn.")
    }
    guard let count = policy["maxReceiveCount"]?.integer, (1...1000).contains(count) else {
      let given = policy["maxReceiveCount"].map {
        String(decoding: JSONWriter.bytes($0), as: UTF8.self)
      }
      throw refusal(
        "Invalid value for maxReceiveCount: \(given ?? ""), valid values are from 1 to 1000 both inclusive."
      )
    }
    guard let dead = queues[target] else { throw refusal("Dead letter target does not exist.") }
    guard dead.account == queue.account, dead.region == queue.region else {
      throw refusal("Dead letter target owner should be same as the source.")
    }
    guard dead.isFIFO == queue.isFIFO else {
      throw refusal("Dead-letter queue must be same type of queue as the source.")
    }
    guard Self.allowsRedrive(dead, from: queue.arn) else {
      throw refusal("The dead-letter queue's redrive allow policy does not permit this source.")
    }
    return Queue.Redrive(targetARN: target, maxReceiveCount: count)
  }

  private static func allowsRedrive(_ dead: Queue, from source: String) -> Bool {
    guard let text = dead.attributes["RedriveAllowPolicy"],
      let policy = try? JSONParser.parse(text)
    else { return true }
    switch policy["redrivePermission"]?.text {
    case "denyAll": return false
    case "byQueue": return policy["sourceQueueArns"]?.texts.contains(source) ?? false
    default: return true
    }
  }

  // MARK: Reading

  /// All attributes of a queue, by name.
  func attributes(of queue: Queue) -> [(name: String, value: String)] {
    let counts = queue.counts(at: now)
    var values: [String: String] = [
      "ApproximateNumberOfMessages": "\(counts.available)",
      "ApproximateNumberOfMessagesDelayed": "\(counts.delayed)",
      "ApproximateNumberOfMessagesNotVisible": "\(counts.inFlight)",
      "CreatedTimestamp": "\(queue.creationTime / 1000)",
      "LastModifiedTimestamp": "\(queue.lastModifiedTime / 1000)", "QueueArn": queue.arn,
      "SqsManagedSseEnabled": "true",
    ]
    for attribute in QueueAttribute.allCases where attribute != .keyReuse {
      values[attribute.rawValue] = "\(queue.number(attribute))"
    }
    if queue.isFIFO {
      values["FifoQueue"] = "true"
      values["ContentBasedDeduplication"] = "false"
      values["DeduplicationScope"] = "queue"
      values["FifoThroughputLimit"] = "perQueue"
    }
    values.merge(queue.attributes) { $1 }
    if queue.attributes["KmsMasterKeyId"] != nil {
      values["SqsManagedSseEnabled"] = "false"
      values[QueueAttribute.keyReuse.rawValue] = "\(queue.number(.keyReuse))"
    }
    values["Policy"] = queue.policy.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
    values["RedrivePolicy"] = queue.redrive.map {
      "{\"deadLetterTargetArn\":\"\($0.targetARN)\",\"maxReceiveCount\":\($0.maxReceiveCount)}"
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Names that GetQueueAttributes knows.
  static let queueAttributeNames: Set<String> = Set(QueueAttribute.allCases.map(\.rawValue))
    .union(flags).union(ofFIFO.keys)
    .union([
      "All", "Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "FifoQueue",
      "QueueArn", "CreatedTimestamp", "LastModifiedTimestamp", "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
    ])
}
