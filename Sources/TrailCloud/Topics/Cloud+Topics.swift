package import TrailRecord

extension Cloud {
  /// Makes a topic that was there before: no call, no event. One that is there already is changed.
  ///
  /// - Parameters:
  ///   - policy: nil for the one that CreateTopic gives.
  ///   - kmsKey: the alias, id or ARN of the key that encrypts it; nil for none.
  /// - Returns: the topic's ARN.
  @discardableResult
  package func defineTopic(
    _ name: String, region: RegionName? = nil, account: AccountID? = nil, policy: JSONValue?,
    kmsKey: String? = nil
  ) throws(AWSError) -> String {
    guard TopicName.isValid(name) || TopicName.isValidFIFO(name) else {
      throw SNSErrors.topicName
    }
    let fresh = Topic(
      name: name, region: region ?? world.region, account: account ?? world.account)
    var topic = topics[fresh.arn] ?? fresh
    topic.policy =
      try policy.map { value throws(AWSError) in try TopicPolicy.read(value) }
      ?? TopicPolicy.standard(for: topic.arn, account: topic.account)
    topic.attributes["KmsMasterKeyId"] = kmsKey
    topics.put(topic)
    return topic.arn
  }

  /// Publishes as an AWS service does.
  ///
  /// - Parameters:
  ///   - service: its principal: `cloudtrail.amazonaws.com`, `cloudwatch.amazonaws.com` for alarms,
  ///     `events.amazonaws.com` for EventBridge.
  ///   - sourceARN: what the service acts for, such as a trail, an alarm or a rule: policies can ask for it.
  ///   - isPermitted: true where it acts as a role of the topic's account, so that policies are not asked.
  /// - Returns: nil, or the error code where the topic is missing, its policy or its key's refuses (facts §6.3,
  ///   §6.4): `NotFound`, `AuthorizationError`, `KMSAccessDenied`, …
  func publish(
    _ text: String, subject: String? = nil, attributes: JSONValue = .object([]),
    to topicARN: String, as service: String, sourceARN: String? = nil, isPermitted: Bool = false
  ) -> String? {
    if let refusal = refusalOfPublishing(
      to: topicARN, as: service, sourceARN: sourceARN, isPermitted: isPermitted)
    {
      return refusal.code
    }
    var message = TopicMessage(
      id: topicIdentifier { $0.uuid() }, time: now, subject: subject, text: text)
    message.attributes = attributes
    message.publisher = service
    recordServicePublish(message, to: topicARN, as: service)
    accept(message, by: topicARN)
    return nil
  }

  /// Why a service cannot publish to a topic; nil where it can.
  func refusalOfPublishing(
    to topicARN: String, as service: String, sourceARN: String?, isPermitted: Bool = false
  ) -> AWSError? {
    guard let topic = topics[topicARN] else { return SNSErrors.noTopic }
    var context = ["aws:SecureTransport": "true"]
    context["aws:SourceArn"] = sourceARN
    let owner = sourceARN.flatMap { ARN($0) }.map { String($0.account) } ?? topic.account
    context["aws:SourceAccount"] = owner
    // Alarms act for their account, which the policy of every new topic lets in.
    if service == "cloudwatch.amazonaws.com" { context["AWS:SourceOwner"] = owner }
    let request = ServicePolicy.Request(
      service: service, action: "sns:Publish", resource: topicARN, context: context)
    guard isPermitted || ServicePolicy(topic.policy).allows(request) else {
      let who = service == "cloudwatch.amazonaws.com" ? sourceARN.map { "Resource: \($0)" } : nil
      return AWSError(
        "AuthorizationError",
        "\(who ?? "User: \(service)") is not authorized to perform: SNS:Publish on resource: "
          + "\(topicARN) because no resource-based policy allows the SNS:Publish action")
    }
    if topic.isFIFO { return SNSErrors.noGroup }
    return refusalOfKey(of: topic, service: isPermitted ? nil : service, context: context)
  }

  /// Why an encrypted topic's key cannot be used (facts §6.4); nil where it can, or there is none.
  ///
  /// - Parameter service: nil for callers of the account, whom no policy is evaluated for.
  func refusalOfKey(
    of topic: Topic, service: String?, context: [String: String] = [:]
  ) -> AWSError? {
    guard let name = topic.kmsKey else { return nil }
    func refusal(_ code: String, _ inner: String) -> AWSError {
      AWSError(code, "null (Service: AWSKMS; Status Code: 400; Error Code: \(inner))")
    }
    // The key that AWS manages for SNS lets no other service in.
    if name == "alias/aws/sns" || name.hasSuffix(":alias/aws/sns") {
      return service == nil ? nil : refusal("KMSAccessDenied", "AccessDeniedException")
    }
    guard let key = key(named: name, account: topic.account, region: topic.region) else {
      return refusal("KMSNotFound", "NotFoundException")
    }
    switch key.state {
    case .enabled: break
    case .disabled: return refusal("KMSDisabled", "DisabledException")
    case .pendingDeletion, .pendingImport:
      return refusal("KMSInvalidState", "KMSInvalidStateException")
    }
    guard let service else { return nil }
    var context = context
    context["kms:EncryptionContext:aws:sns:topicArn"] = topic.arn
    let isAllowed = ["kms:GenerateDataKey", "kms:Decrypt"].allSatisfy { action in
      ServicePolicy(key.policy).allows(
        ServicePolicy.Request(service: service, action: action, resource: nil, context: context))
    }
    return isAllowed ? nil : refusal("KMSAccessDenied", "AccessDeniedException")
  }

  /// Takes a message in and sends it to all who subscribed.
  func accept(_ message: TopicMessage, by topicARN: String) {
    topics[topicARN]?.add(message)
    deliver(message, of: topicARN)
  }

  /// Something random of the topics' own, so that messages change no other ids.
  func topicIdentifier<Value>(_ make: (inout IdentifierSource) -> Value) -> Value {
    var source = topics.source ?? .branch(seed: configuration.seed, name: "topics")
    defer { topics.source = source }
    return make(&source)
  }

  /// Ours: what services publish are data events of the topic as well.
  private func recordServicePublish(
    _ message: TopicMessage, to topicARN: String, as service: String
  ) {
    guard let topic = topics[topicARN], trails.selectDataEvents(in: topic.account) else { return }
    recordServiceCall(
      "Publish", of: "sns.amazonaws.com", by: service, in: topic.account, region: topic.region,
      isReadOnly: false, category: .data,
      requestParameters: compacted([
        "topicArn": .string(topicARN), "message": GeneralShapes.hidden,
        "subject": message.subject.map { _ in GeneralShapes.hidden },
      ]), responseElements: ["messageId": .string(message.id)],
      resources: [
        ResourceReference(type: "AWS::SNS::Topic", arn: topicARN, accountID: topic.account)
      ])
  }
}

/// Errors of SNS with its texts.
enum SNSErrors {
  static let noTopic = AWSError("NotFound", "Topic does not exist")
  static let noSubscription = AWSError("NotFound", "Subscription does not exist")
  static let noResource = AWSError("ResourceNotFound", "Resource does not exist")
  static let topicName = invalid("Topic Name")
  static let noGroup = invalid("The MessageGroupId parameter is required for FIFO topics")

  /// `InvalidParameter` as SNS words it: what is wrong follows a colon.
  static func invalid(_ what: String) -> AWSError {
    AWSError("InvalidParameter", "Invalid parameter: \(what)")
  }
}
