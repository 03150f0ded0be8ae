internal import TrailCrypto
internal import TrailRecord

// From a topic to those who subscribed.

extension Cloud {
  /// Sends a message to a topic's confirmed subscriptions whose filters it passes.
  ///
  /// - Complexity: O(subscriptions × message).
  func deliver(_ message: TopicMessage, of topicARN: String) {
    guard let topic = topics[topicARN], !topic.subscriptions.isEmpty else { return }
    // One signature for all, as SNS signs the message and not its copies.
    var signature: (text: String, certificate: String)?
    for subscription in topics.subscriptions(to: topicARN) where subscription.isConfirmed {
      if let filter = subscription.filter, !filter.passes(message) { continue }
      let made =
        signature
        ?? topicIdentifier { source in
          let bytes = (0..<256).map { _ in UInt8(truncatingIfNeeded: source.next()) }
          return (Encoding.base64(bytes), Self.certificate(in: topic.region))
        }
      signature = made
      let notification = Notification(
        topic: topic, subscription: subscription, message: message, signature: made.text,
        certificate: made.certificate)
      let failure = send(notification)
      topics.update(subscription: subscription.arn) { subscription in
        subscription.lastError = failure
        if failure == nil { subscription.deliveredCount += 1 }
      }
      if failure != nil, let deadLetter = subscription.deadLetterARN {
        sendToQueue(notification, deadLetter)
      }
    }
  }

  /// A Region has one certificate at a time.
  private static func certificate(in region: RegionName) -> String {
    var source = IdentifierSource.branch(seed: 0, name: "sns-certificate/\(region)")
    return source.hex(32)
  }

  /// - Returns: nil, or why the endpoint could not be reached: AWS's error code.
  private func send(_ notification: Notification) -> String? {
    let subscription = notification.subscription
    switch subscription.kind {
    case .sqs: return sendToQueue(notification, subscription.endpoint)
    case .lambda:
      return invokeFunction(
        subscription.endpoint, as: "sns.amazonaws.com", sourceARN: notification.topic.arn,
        payload: notification.lambdaEvent)
    // Nobody is there; the topic's inbox has the message.
    case .http, .https, .email, .emailJSON, .sms, .application, .firehose: return nil
    }
  }

  @discardableResult
  private func sendToQueue(_ notification: Notification, _ queueARN: String) -> String? {
    let message = notification.message
    let isRaw = notification.subscription.isRaw
    return send(
      isRaw ? message.text(for: .sqs) : notification.text, toQueue: queueARN,
      as: "sns.amazonaws.com", sourceARN: notification.topic.arn,
      attributes: isRaw ? message.attributes : .object([]), groupID: message.groupID,
      deduplicationID: message.deduplicationID)
  }

  /// Makes a subscription that was there before, agreed to and all.
  ///
  /// - Returns: its ARN; the one that is there already where there is one.
  @discardableResult
  package func defineSubscription(
    to topicARN: String, kind: Subscription.Kind, endpoint: String,
    attributes: [(name: String, value: String)] = []
  ) throws(AWSError) -> String {
    guard let topic = topics[topicARN] else { throw SNSErrors.noTopic }
    var subscription =
      subscription(to: topicARN, kind: kind, endpoint: endpoint)
      ?? Subscription(
        arn: "", topicARN: topicARN, kind: kind, endpoint: endpoint, owner: topic.account,
        isConfirmed: true)
    for (name, value) in attributes {
      try SubscriptionAttributes.set(name, value, of: &subscription)
    }
    if subscription.arn.isEmpty {
      subscription.arn = "\(topicARN):\(topicIdentifier { $0.uuid() })"
      topics.add(subscription)
    } else {
      topics.update(subscription: subscription.arn) { $0 = subscription }
    }
    return subscription.arn
  }

  /// The subscription of that endpoint, if there is one.
  func subscription(
    to topicARN: String, kind: Subscription.Kind, endpoint: String
  ) -> Subscription? {
    topics.subscriptions(to: topicARN).first { $0.kind == kind && $0.endpoint == endpoint }
  }
}
