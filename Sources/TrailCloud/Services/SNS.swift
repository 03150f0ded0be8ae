internal import TrailRecord

/// The model of SNS: topics, who subscribed to them, and what is published.
extension Cloud {
  func performSNS(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    outcome.resources = dataResources(of: call)
    do {
      if try !changeTopics(call, &outcome) { return performGenerally(call) }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// False where the model does not know the call: text messages, mobile endpoints, data protection.
  private func changeTopics(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateTopic": outcome.response = ["TopicArn": .string(try createTopic(call))]
    case "DeleteTopic": topics.remove(try topicARN(call))
    case "GetTopicAttributes":
      outcome.response = ["Attributes": attributes(of: try topic(call))]
    case "SetTopicAttributes": try setTopicAttribute(call)
    case "AddPermission", "RemovePermission": try changePermission(call)
    case "ListTopics":
      let all = topics.topics(of: call.account, in: call.region)
      outcome.response = try Self.page(
        all.map { ["TopicArn": .string($0.arn)] }, "Topics", call)
    case "TagResource", "UntagResource", "ListTagsForResource":
      try changeTags(call, &outcome)
    case "Publish", "PublishBatch": try publish(call, &outcome)
    default: return try changeSubscriptions(call, &outcome)
    }
    return true
  }

  // MARK: Topics

  /// The topic that a call is about.
  ///
  /// - Throws: SNS's refusal where there is none.
  func topic(_ call: ServiceCall) throws(AWSError) -> Topic {
    let arn = try topicARN(call)
    if let topic = topics[arn] { return topic }
    var error = SNSErrors.noTopic
    error.advice = "define topic \(arn.split(separator: ":").last ?? "")"
    throw error
  }

  private func topicARN(_ call: ServiceCall) throws(AWSError) -> String {
    try Self.checkARN(call.text("TopicArn") ?? "", "TopicArn", in: call.region)
  }

  /// An ARN that can be one of SNS's in the Region of the call.
  static func checkARN(
    _ text: String, _ name: String, in region: RegionName
  ) throws(AWSError) -> String {
    let count = text.split(separator: ":", omittingEmptySubsequences: false).count
    guard count >= 6 else {
      var error = SNSErrors.invalid(
        "\(name) Reason: An ARN must have at least 6 elements, not \(count)")
      error.advice =
        "SNS takes no names: arn:aws:sns:\(region):\(CloudDefaults.account):\(text), say"
      throw error
    }
    guard let arn = ARN(text), arn.service == "sns", arn.region == region else {
      throw SNSErrors.invalid(name)
    }
    return text
  }

  private func createTopic(_ call: ServiceCall) throws(AWSError) -> String {
    let name = call.text("Name") ?? ""
    let given = Self.texts(call.parameters["Attributes"])
    let isFIFO = given.contains { $0.name == "FifoTopic" && $0.value == "true" }
    guard isFIFO ? TopicName.isValidFIFO(name) : TopicName.isValid(name) else {
      throw isFIFO
        ? AWSError(
          "InvalidParameter",
          "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
        ) : SNSErrors.topicName
    }
    let tags = try Self.tags(call.parameters["Tags"])
    var topic = Topic(name: name, region: call.region, account: call.account)
    for (name, value) in given where name != "FifoTopic" {
      do throws(AWSError) {
        try TopicAttributes.set(name, value, of: &topic)
      } catch {
        throw AWSError(error.code, Self.asAttribute(error.message))
      }
    }
    if let known = topics[topic.arn] {
      try checkSame(known, given, tags, as: topic)
    } else {
      topic.tags = tags
      topics.put(topic)
    }
    return topic.arn
  }

  /// CreateTopic and Subscribe say that what is wrong is among the attributes.
  static func asAttribute(_ message: String) -> String {
    let start = "Invalid parameter: "
    guard message.hasPrefix(start) else { return message }
    return start + "Attributes Reason: " + message.dropFirst(start.count)
  }

  /// Making a topic twice is no error, unless it is another one.
  private func checkSame(
    _ known: Topic, _ given: [(name: String, value: String)], _ tags: [ResourceTag],
    as wanted: Topic
  ) throws(AWSError) {
    let differs = given.contains { attribute in
      attribute.name == "Policy"
        ? known.policy != wanted.policy
        : attribute.name != "FifoTopic"
          && known.attributes[attribute.name] != wanted.attributes[attribute.name]
    }
    if differs {
      throw SNSErrors.invalid("Attributes Reason: Topic already exists with different attributes")
    }
    if !tags.isEmpty, Set(tags) != Set(known.tags) {
      throw SNSErrors.invalid("Tags Reason: Topic already exists with different tags")
    }
  }

  private func setTopicAttribute(_ call: ServiceCall) throws(AWSError) {
    var topic = try topic(call)
    let name = call.text("AttributeName") ?? ""
    guard name != "FifoTopic" else { throw SNSErrors.invalid("AttributeName") }
    try TopicAttributes.set(name, call.text("AttributeValue") ?? "", of: &topic)
    topics.update(topic.arn) { known in
      known.policy = topic.policy
      known.attributes = topic.attributes
    }
  }

  /// What GetTopicAttributes gives.
  func attributes(of topic: Topic) -> JSONValue {
    let subscriptions = topics.subscriptions(to: topic.arn)
    var values = topic.attributes
    values["DisplayName"] = values["DisplayName"] ?? ""
    values["EffectiveDeliveryPolicy"] = TopicAttributes.effectiveDeliveryPolicy(of: topic)
    values["Owner"] = topic.account
    values["Policy"] = String(decoding: JSONWriter.bytes(topic.policy), as: UTF8.self)
    values["SubscriptionsConfirmed"] = "\(subscriptions.count { $0.isConfirmed })"
    values["SubscriptionsDeleted"] = "\(topic.deletedSubscriptions)"
    values["SubscriptionsPending"] = "\(subscriptions.count { !$0.isConfirmed })"
    values["TopicArn"] = topic.arn
    if topic.isFIFO {
      values["FifoTopic"] = "true"
      values["ContentBasedDeduplication"] = values["ContentBasedDeduplication"] ?? "false"
    }
    return .object(
      values.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })
  }

  // MARK: Permissions and tags

  private func changePermission(_ call: ServiceCall) throws(AWSError) {
    let topic = try topic(call)
    let label = call.text("Label") ?? ""
    guard call.operation.name == "AddPermission" else {
      topics.update(topic.arn) { $0.policy = TopicPolicy.removing(label, from: $0.policy) }
      return
    }
    let actions = call.parameters["ActionName"]?.texts ?? []
    let accounts = call.parameters["AWSAccountId"]?.texts ?? []
    guard !TopicPolicy.hasStatement(label, in: topic.policy) else {
      throw SNSErrors.invalid("Statement already exists")
    }
    guard !actions.isEmpty, actions.allSatisfy({ TopicPolicy.actions.contains($0) }) else {
      throw SNSErrors.invalid("Policy statement action out of service scope!")
    }
    guard !accounts.isEmpty, accounts.allSatisfy({ $0.count == 12 && $0.allSatisfy(\.isNumber) })
    else { throw SNSErrors.invalid("Policy Error: PrincipalNotFound") }
    topics.update(topic.arn) { topic in
      topic.policy = TopicPolicy.adding(
        label, accounts: accounts, actions: actions, on: topic.arn, prefix: "SNS",
        to: topic.policy)
    }
  }

  private func changeTags(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    let arn = try Self.checkARN(call.text("ResourceArn") ?? "", "ResourceArn", in: call.region)
    guard let topic = topics[arn] else { throw SNSErrors.noResource }
    switch call.operation.name {
    case "TagResource":
      let tags = try Self.tags(call.parameters["Tags"])
      let changed = tags.map(\.key)
      let all = topic.tags.filter { !changed.contains($0.key) } + tags
      guard all.count <= ResourceTag.limit else { throw SNSErrors.tagLimit }
      topics.update(arn) { $0.tags = all }
    case "UntagResource":
      let keys = call.parameters["TagKeys"]?.texts ?? []
      topics.update(arn) { $0.tags.removeAll { keys.contains($0.key) } }
    default:
      outcome.response = [
        "Tags": .array(topic.tags.map { ["Key": .string($0.key), "Value": .string($0.value)] })
      ]
    }
  }

  private static func tags(_ value: JSONValue?) throws(AWSError) -> [ResourceTag] {
    let tags = (value?.elements ?? []).map {
      ResourceTag(
        key: $0.member("Key")?.text ?? "", value: $0.member("Value")?.text ?? "")
    }
    guard Set(tags.map(\.key)).count == tags.count else {
      throw SNSErrors.invalid("Duplicated keys are not allowed.")
    }
    guard tags.count <= ResourceTag.limit else { throw SNSErrors.tagLimit }
    return tags
  }

  // MARK: Parameters

  /// A map's members as texts, in the given order.
  static func texts(_ map: JSONValue?) -> [(name: String, value: String)] {
    (map?.members ?? []).map { member in
      (
        member.nameText,
        member.value.text ?? String(decoding: JSONWriter.bytes(member.value), as: UTF8.self)
      )
    }
  }

  private static let pageSize = 100

  /// A hundred things from where the token says.
  static func page(
    _ all: [JSONValue], _ name: String, _ call: ServiceCall
  ) throws(AWSError) -> JSONValue {
    var start = 0
    if let token = call.text("NextToken"), !token.isEmpty {
      guard let place = PageToken.place(token), place <= all.count else {
        throw SNSErrors.invalid("nextToken")
      }
      start = place
    }
    let end = min(all.count, start + pageSize)
    return compacted([
      name: .array(Array(all[start..<end])),
      "NextToken": end < all.count ? .string(PageToken.text(end)) : nil,
    ])
  }
}

extension SNSErrors {
  static let tagLimit = AWSError(
    "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
}
