internal import TrailRecord

// Subscriptions to topics.

extension Cloud {
  /// False where the model does not know the call.
  func changeSubscriptions(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "Subscribe": outcome.response = ["SubscriptionArn": .string(try subscribe(call))]
    case "ConfirmSubscription":
      outcome.response = ["SubscriptionArn": .string(try confirmSubscription(call))]
    case "Unsubscribe": topics.remove(subscription: try subscriptionARN(call))
    case "GetSubscriptionAttributes":
      outcome.response = ["Attributes": attributes(of: try subscription(call))]
    case "SetSubscriptionAttributes": try setSubscriptionAttribute(call)
    case "ListSubscriptions":
      let all = topics.subscriptions.values.filter {
        $0.owner == call.account && ARN($0.arn)?.region == call.region[...]
      }
      outcome.response = try Self.page(
        all.sorted { $0.arn < $1.arn }.map(Self.listed), "Subscriptions", call)
    case "ListSubscriptionsByTopic":
      let topic = try topic(call)
      outcome.response = try Self.page(
        topics.subscriptions(to: topic.arn).map(Self.listed), "Subscriptions", call)
    default: return false
    }
    return true
  }

  private static func listed(_ subscription: Subscription) -> JSONValue {
    [
      "SubscriptionArn": .string(
        subscription.isConfirmed ? subscription.arn : "PendingConfirmation"),
      "Owner": .string(subscription.owner), "Protocol": .string(subscription.kind.rawValue),
      "Endpoint": .string(subscription.endpoint), "TopicArn": .string(subscription.topicARN),
    ]
  }

  // MARK: Subscribing

  private func subscribe(_ call: ServiceCall) throws(AWSError) -> String {
    let topic = try topic(call)
    let name = call.text("Protocol") ?? ""
    guard let kind = Subscription.Kind(rawValue: name) else {
      throw SNSErrors.invalid("Amazon SNS does not support this protocol string: \(name)")
    }
    let endpoint = call.text("Endpoint") ?? ""
    try check(endpoint, of: kind, for: topic)
    var subscription = Subscription(
      arn: "", topicARN: topic.arn, kind: kind, endpoint: endpoint, owner: call.account,
      principal: call.identity.arn, isConfirmed: false)
    // The scope of a filter policy decides what the policy may say.
    let given = Self.texts(call.parameters["Attributes"])
    let scopes = given.filter { $0.name == "FilterPolicyScope" }
    for (name, value) in scopes + given.filter({ $0.name != "FilterPolicyScope" }) {
      do throws(AWSError) {
        try SubscriptionAttributes.set(name, value, of: &subscription)
      } catch {
        throw AWSError(error.code, Self.asAttribute(error.message))
      }
    }
    if let known = self.subscription(to: topic.arn, kind: kind, endpoint: endpoint) {
      guard subscription.attributes.allSatisfy({ known.attributes[$0.key] == $0.value }) else {
        throw SNSErrors.invalid(
          "Attributes Reason: Subscription already exists with different attributes")
      }
      return answer(for: known, call)
    }
    subscription.arn = "\(topic.arn):\(topicIdentifier { $0.uuid() })"
    let isForeign = ARN(endpoint).map { $0.account != call.account[...] } ?? false
    subscription.isConfirmed = !kind.needsConfirmation && !(kind == .sqs && isForeign)
    topics.add(subscription)
    if !subscription.isConfirmed { askForConfirmation(of: subscription.arn) }
    return answer(for: topics.subscriptions[subscription.arn] ?? subscription, call)
  }

  private func answer(for subscription: Subscription, _ call: ServiceCall) -> String {
    subscription.isConfirmed || call.parameters["ReturnSubscriptionArn"]?.boolean == true
      ? subscription.arn : "pending confirmation"
  }

  /// Sends the token that a subscription is agreed to with; a queue of another account gets it as a message.
  private func askForConfirmation(of arn: String) {
    let token = topicIdentifier { $0.hex(Self.tokenDigits) }
    let id = topicIdentifier { $0.uuid() }
    topics.update(subscription: arn) { $0.token = token }
    guard let subscription = topics.subscriptions[arn], subscription.kind == .sqs,
      let topic = topics[subscription.topicARN]
    else { return }
    let text = Notification.confirmation(
      of: subscription, token: token, id: id, time: now, region: topic.region)
    _ = send(
      text, toQueue: subscription.endpoint, as: "sns.amazonaws.com", sourceARN: topic.arn)
  }

  private static let tokenDigits = 256

  private func check(
    _ endpoint: String, of kind: Subscription.Kind, for topic: Topic
  ) throws(AWSError) {
    guard !endpoint.isEmpty else { throw SNSErrors.invalid("Endpoint") }
    func needs(_ isRight: Bool, _ text: String) throws(AWSError) {
      if !isRight { throw SNSErrors.invalid(text) }
    }
    if topic.isFIFO, kind != .sqs {
      throw SNSErrors.invalid("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue")
    }
    switch kind {
    case .http, .https:
      try needs(
        endpoint.hasPrefix("\(kind.rawValue)://"), "Endpoint must match the specified protocol")
    case .email, .emailJSON:
      let parts = endpoint.split(separator: "@", omittingEmptySubsequences: false)
      try needs(parts.count == 2 && parts.allSatisfy { !$0.isEmpty }, "Email address")
    case .sms:
      let digits = endpoint.filter { !"+-./ ".contains($0) }
      try needs(
        (5...15).contains(digits.count) && digits.allSatisfy { "0"..."9" ~= $0 },
        "Invalid SMS endpoint: \(endpoint)")
    case .sqs:
      try needs(ARN(endpoint)?.service == "sqs", "SQS endpoint ARN")
      try needs(
        topic.isFIFO || !endpoint.hasSuffix(QueueName.fifoEnd),
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics"
      )
    case .lambda: try needs(ARN(endpoint)?.service == "lambda", "Lambda endpoint ARN")
    case .firehose: try needs(ARN(endpoint)?.service == "firehose", "Firehose endpoint ARN")
    case .application:
      try needs(
        ARN(endpoint)?.service == "sns",
        "Endpoint Reason: Endpoint does not exist for endpoint arn\(endpoint)")
    }
  }

  private func confirmSubscription(_ call: ServiceCall) throws(AWSError) -> String {
    let topic = try topic(call)
    let token = call.text("Token") ?? ""
    guard !token.isEmpty, token.allSatisfy(\.isHexDigit) else { throw SNSErrors.invalid("Token") }
    guard
      let subscription = topics.subscriptions(to: topic.arn).first(where: { $0.token == token })
    else { throw AWSError("InvalidParameter", "Invalid token") }
    topics.update(subscription: subscription.arn) { $0.isConfirmed = true }
    return subscription.arn
  }

  // MARK: What is known of one

  private func subscriptionARN(_ call: ServiceCall) throws(AWSError) -> String {
    try Self.checkARN(call.text("SubscriptionArn") ?? "", "SubscriptionArn", in: call.region)
  }

  private func subscription(_ call: ServiceCall) throws(AWSError) -> Subscription {
    guard let subscription = topics.subscriptions[try subscriptionARN(call)] else {
      throw SNSErrors.noSubscription
    }
    return subscription
  }

  private func setSubscriptionAttribute(_ call: ServiceCall) throws(AWSError) {
    var subscription = try subscription(call)
    try SubscriptionAttributes.set(
      call.text("AttributeName") ?? "", call.text("AttributeValue") ?? "", of: &subscription)
    topics.update(subscription: subscription.arn) { known in
      known.attributes = subscription.attributes
      known.filter = subscription.filter
    }
  }

  /// What GetSubscriptionAttributes gives. The scope is told only where there is a policy.
  private func attributes(of subscription: Subscription) -> JSONValue {
    var values = subscription.attributes
    values["FilterPolicyScope"] =
      subscription.filter == nil
      ? nil : SubscriptionAttributes.scope(of: subscription).rawValue
    values["ConfirmationWasAuthenticated"] = "\(subscription.token == nil)"
    values["Endpoint"] = subscription.endpoint
    values["Owner"] = subscription.owner
    values["PendingConfirmation"] = "\(!subscription.isConfirmed)"
    values["Protocol"] = subscription.kind.rawValue
    values["RawMessageDelivery"] = values["RawMessageDelivery"] ?? "false"
    values["SubscriptionArn"] = subscription.arn
    values["SubscriptionPrincipal"] = subscription.principal
    values["TopicArn"] = subscription.topicARN
    return .object(
      values.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })
  }
}

/// Attributes of subscriptions: what SetSubscriptionAttributes and Subscribe take.
enum SubscriptionAttributes {
  /// Sets one attribute. An empty text takes it away where that is possible.
  ///
  /// - Throws: SNS's refusal.
  static func set(
    _ name: String, _ given: String, of subscription: inout Subscription
  ) throws(AWSError) {
    var value = given
    switch name {
    case "RawMessageDelivery":
      value = value.lowercased()
      guard ["true", "false"].contains(value) else {
        throw SNSErrors.invalid(
          "RawMessageDelivery: Invalid value [\(value)]. Must be true or false.")
      }
      if value == "true",
        ![.sqs, .http, .https, .firehose].contains(subscription.kind)
      {
        throw SNSErrors.invalid(
          "Delivery protocol [\(subscription.kind.rawValue)] does not support raw message delivery."
        )
      }
    case "RedrivePolicy": try checkRedrive(value)
    case "FilterPolicy":
      subscription.filter = try filter(value, scope(of: subscription))
      if subscription.filter == nil { value = "" }
    case "FilterPolicyScope":
      guard let scope = FilterPolicy.Scope(rawValue: value) else {
        throw SNSErrors.invalid(
          "FilterPolicyScope: Invalid value [\(value)]. Please use either MessageBody or MessageAttributes"
        )
      }
      subscription.filter = try filter(subscription.attributes["FilterPolicy"] ?? "", scope)
    case "DeliveryPolicy":
      guard value.isEmpty || (try? JSONParser.parse(value))?.members != nil else {
        throw SNSErrors.invalid("DeliveryPolicy: failed to parse JSON.")
      }
    case "SubscriptionRoleArn":
      guard value.isEmpty || ARN(value)?.service == "iam" else {
        throw SNSErrors.invalid("SubscriptionRoleArn")
      }
    default: throw SNSErrors.invalid("AttributeName")
    }
    subscription.attributes[name] = value.isEmpty ? nil : value
  }

  static func scope(of subscription: Subscription) -> FilterPolicy.Scope {
    subscription.attributes["FilterPolicyScope"].flatMap { FilterPolicy.Scope(rawValue: $0) }
      ?? .attributes
  }

  private static func filter(
    _ text: String, _ scope: FilterPolicy.Scope
  ) throws(AWSError) -> FilterPolicy? {
    text.isEmpty ? nil : try FilterPolicy(text, scope: scope)
  }

  private static func checkRedrive(_ text: String) throws(AWSError) {
    guard !text.isEmpty else { return }
    guard let policy = try? JSONParser.parse(text), policy.members != nil else {
      throw SNSErrors.invalid("RedrivePolicy: failed to parse JSON.")
    }
    guard let target = policy["deadLetterTargetArn"]?.text, ARN(target)?.service == "sqs" else {
      throw SNSErrors.invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
    }
  }
}
