internal import TrailCrypto
internal import TrailRecord

// Publishing: what SNS takes as a message, and what it answers.

extension Cloud {
  private static let longestMessage = 262_144
  private static let longestSubject = 100
  private static let mostEntries = 10

  func publish(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    if call.text("PhoneNumber") != nil, call.text("TopicArn") == nil {
      outcome.response = ["MessageId": .string(topicIdentifier { $0.uuid() })]
      return
    }
    guard let arn = call.text("TopicArn") ?? call.text("TargetArn") else {
      throw SNSErrors.invalid("TopicArn or TargetArn Reason: no value for required parameter")
    }
    let name = call.text("TopicArn") == nil ? "TargetArn" : "TopicArn"
    let topic = topics[try Self.checkARN(arn, name, in: call.region)]
    if let owner = topic?.account { own(&outcome, owner, call) }
    if call.operation.name == "PublishBatch" {
      outcome.response = try publishBatch(call, topic)
      return
    }
    let message = try message(call.parameters, by: call)
    guard let topic else {
      throw name == "TargetArn"
        ? SNSErrors.invalid("TargetArn Reason: No endpoint found for the target arn specified")
        : SNSErrors.noTopic
    }
    let published = try publish(message, to: topic)
    outcome.work = repeatedWork(of: message, to: topic, published)
    outcome.response = compacted([
      "MessageId": .string(published.id),
      "SequenceNumber": published.sequenceNumber.map { .string($0) },
    ])
  }

  /// How a message is published again; nil where subscribers are told, or a FIFO topic counts.
  private func repeatedWork(
    of message: TopicMessage, to topic: Topic, _ published: TopicMessage
  ) -> RepeatedWork? {
    guard !topic.isFIFO else { return nil }
    let arn = topic.arn
    return RepeatedWork(
      made: [published.id],
      isPossible: { cloud, texts in
        guard texts.isEmpty, let topic = cloud.topics[arn] else { return false }
        return topic.subscriptions.isEmpty && cloud.refusalOfKey(of: topic, service: nil) == nil
      },
      run: { cloud, facts in
        var message = message
        message.time = facts.time
        message.publisher = Self.publisher(facts.caller)
        message.id = cloud.topicIdentifier { $0.uuid() }
        cloud.accept(message, by: arn)
        return RepeatedWork.Result(made: [message.id])
      })
  }

  private static func publisher(_ caller: CallerIdentity) -> String {
    caller.arn ?? caller.accountID
  }

  /// A topic of another account: its account gets the record too.
  private func own(_ outcome: inout ServiceOutcome, _ owner: AccountID, _ call: ServiceCall) {
    for place in outcome.resources.indices { outcome.resources[place].accountID = owner }
    if owner != call.account { outcome.resourceOwner = owner }
  }

  /// The message that parameters say.
  ///
  /// - Throws: SNS's refusal of what is no message.
  private func message(
    _ parameters: JSONValue, by call: ServiceCall
  ) throws(AWSError) -> TopicMessage {
    let text = parameters.member("Message")?.text ?? ""
    let attributes = parameters.member("MessageAttributes") ?? .object([])
    guard !text.isEmpty else { throw SNSErrors.invalid("Empty message") }
    try Self.checkAttributes(attributes)
    guard TopicMessage.size(text, attributes) <= Self.longestMessage else {
      throw SNSErrors.invalid("Message too long")
    }
    let subject = parameters.member("Subject")?.text
    if let subject {
      guard (1...Self.longestSubject).contains(subject.count),
        subject.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
      else { throw SNSErrors.invalid("Subject") }
    }
    var message = TopicMessage(id: "", time: call.time, subject: subject, text: text)
    message.attributes = attributes
    message.publisher = Self.publisher(call.identity)
    message.groupID = parameters.member("MessageGroupId")?.text
    message.deduplicationID = parameters.member("MessageDeduplicationId")?.text
    if let structure = parameters.member("MessageStructure")?.text {
      guard structure == "json" else { throw SNSErrors.invalid("MessageStructure") }
      try Self.checkStructure(text)
      message.isStructured = true
    }
    return message
  }

  private static func checkStructure(_ text: String) throws(AWSError) {
    guard let texts = try? JSONParser.parse(text), texts.members != nil else {
      throw SNSErrors.invalid("Message Structure - JSON message body failed to parse")
    }
    guard texts["default"]?.text != nil else {
      throw SNSErrors.invalid("Message Structure - No default entry in JSON message body")
    }
  }

  private static func checkAttributes(_ attributes: JSONValue) throws(AWSError) {
    for member in attributes.members ?? [] {
      let name = member.nameText
      func refusal(_ text: String) -> AWSError {
        AWSError("ParameterValueInvalid", "The message attribute '\(name)' \(text)")
      }
      guard MessageAttribute.isName(name) else { throw refusal("has an invalid name.") }
      guard let type = member.value.member("DataType")?.text, !type.isEmpty else {
        throw refusal("must contain non-empty message attribute type.")
      }
      guard let base = MessageAttribute.base(of: type) else {
        throw refusal(
          "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
        )
      }
      let field = base == "Binary" ? "Binary" : "String"
      let other = base == "Binary" ? "String" : "Binary"
      let value = member.value.member("\(field)Value")?.text
      if value == nil, member.value.member("\(other)Value") != nil {
        throw refusal("with type '\(type)' must use field '\(field)'.")
      }
      guard let value, !value.isEmpty else {
        throw refusal(
          "must contain non-empty message attribute value for message attribute type '\(type)'.")
      }
      if base == "Number", Double(value) == nil {
        throw AWSError(
          "ParameterValueInvalid",
          "Could not cast message attribute '\(name)' value to number.")
      }
    }
  }

  /// Publishes for a caller of the account.
  private func publish(
    _ message: TopicMessage, to topic: Topic
  ) throws(AWSError) -> TopicMessage {
    if let refusal = refusalOfKey(of: topic, service: nil) { throw refusal }
    var message = message
    if topic.isFIFO {
      if let known = try numbered(&message, for: topic) {
        message.id = known.id
        message.sequenceNumber = known.sequenceNumber
        return message
      }
    } else {
      guard message.deduplicationID == nil else {
        throw SNSErrors.invalid(
          "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type"
        )
      }
      message.id = topicIdentifier { $0.uuid() }
    }
    accept(message, by: topic.arn)
    return message
  }

  /// Gives a message of a FIFO topic its id and number.
  ///
  /// - Returns: what was answered before, where the topic has had the message already.
  private func numbered(
    _ message: inout TopicMessage, for topic: Topic
  ) throws(AWSError) -> DeduplicatedMessage? {
    guard message.groupID?.isEmpty == false else { throw SNSErrors.noGroup }
    guard message.deduplicationID != nil || topic.attributes["ContentBasedDeduplication"] == "true"
    else {
      throw SNSErrors.invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
      )
    }
    let id = message.deduplicationID ?? Encoding.hex(Hash.sha256(Array(message.text.utf8)))
    message.deduplicationID = id
    let isByGroup = topic.attributes["FifoThroughputScope"] == "MessageGroup"
    let key = isByGroup ? "\(message.groupID ?? "")\u{0}\(id)" : id
    if let known = topic.published[key], known.time + DeduplicatedMessage.interval > now {
      return known
    }
    let number = 10_000_000_000_000_000_000 + UInt64(topic.publishedCount + 1) * 1000
    let sent = DeduplicatedMessage(
      time: now, id: topicIdentifier { $0.uuid() }, sequenceNumber: "\(number)")
    message.id = sent.id
    message.sequenceNumber = sent.sequenceNumber
    topics.update(topic.arn) { topic in
      topic.published = topic.published.filter {
        $0.value.time + DeduplicatedMessage.interval > now
      }
      topic.published[key] = sent
    }
    return nil
  }

  // MARK: Batches

  private func publishBatch(_ call: ServiceCall, _ topic: Topic?) throws(AWSError) -> JSONValue {
    let entries = call.parameters["PublishBatchRequestEntries"]?.elements ?? []
    try Self.checkBatch(entries)
    guard let topic else { throw SNSErrors.noTopic }
    if topic.isFIFO {
      guard entries.allSatisfy({ $0.member("MessageGroupId")?.text?.isEmpty == false }) else {
        throw SNSErrors.noGroup
      }
    }
    // What one entry lacks fails all of them.
    var messages: [(id: String, message: TopicMessage)] = []
    for entry in entries {
      messages.append((entry.member("Id")?.text ?? "", try message(entry, by: call)))
    }
    var successful: [JSONValue] = []
    for (id, message) in messages {
      let published = try publish(message, to: topics[topic.arn] ?? topic)
      successful.append(
        compacted([
          "Id": .string(id), "MessageId": .string(published.id),
          "SequenceNumber": published.sequenceNumber.map { .string($0) },
        ]))
    }
    return ["Successful": .array(successful), "Failed": []]
  }

  private static func checkBatch(_ entries: [JSONValue]) throws(AWSError) {
    guard !entries.isEmpty else {
      throw AWSError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    }
    guard entries.count <= mostEntries else {
      throw AWSError(
        "TooManyEntriesInBatchRequest",
        "The batch request contains more entries than permissible.")
    }
    let ids = entries.map { $0.member("Id")?.text ?? "" }
    guard ids.allSatisfy(BatchEntry.isID) else {
      throw AWSError(
        "InvalidBatchEntryId",
        "The Id of a batch entry in a batch request doesn't abide by the specification.")
    }
    guard Set(ids).count == ids.count else {
      throw AWSError(
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.")
    }
    let size = entries.reduce(0) { size, entry in
      size
        + TopicMessage.size(
          entry.member("Message")?.text ?? "", entry.member("MessageAttributes") ?? .object([]))
    }
    guard size <= longestMessage else {
      throw AWSError(
        "BatchRequestTooLong",
        "The length of all the messages put together is more than the limit.")
    }
  }
}

/// Entries of batches, which topics and queues have alike.
enum BatchEntry {
  private static let longestID = 80

  static func isID(_ id: String) -> Bool {
    TopicName.isValid(id) && id.utf8.count <= longestID
  }
}
