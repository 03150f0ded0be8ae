/// All topics and the subscriptions to them.
package struct TopicRegistry {
  /// By ARN.
  package private(set) var byARN: [String: Topic] = [:]
  /// By ARN.
  package private(set) var subscriptions: [String: Subscription] = [:]
  /// Where ids and tokens come from.
  var source: IdentifierSource?

  init() {}

  package subscript(_ arn: String) -> Topic? { byARN[arn] }

  /// Makes a topic, or puts it in the place of the one of that ARN.
  mutating func put(_ topic: Topic) { byARN[topic.arn] = topic }

  /// Changes a topic where it is.
  mutating func update(_ arn: String, _ change: (inout Topic) -> Void) {
    guard let place = byARN.index(forKey: arn) else { return }
    change(&byARN.values[place])
  }

  /// Takes a topic away with all subscriptions to it.
  mutating func remove(_ arn: String) {
    for subscription in byARN[arn]?.subscriptions ?? [] { subscriptions[subscription] = nil }
    byARN[arn] = nil
  }

  /// The topics of an account and Region, by name.
  package func topics(of account: AccountID, in region: RegionName) -> [Topic] {
    byARN.values.filter { $0.account == account && $0.region == region }
      .sorted { $0.name < $1.name }
  }

  // MARK: Subscriptions

  mutating func add(_ subscription: Subscription) {
    subscriptions[subscription.arn] = subscription
    update(subscription.topicARN) { $0.subscriptions.append(subscription.arn) }
  }

  mutating func update(subscription arn: String, _ change: (inout Subscription) -> Void) {
    guard let place = subscriptions.index(forKey: arn) else { return }
    change(&subscriptions.values[place])
  }

  mutating func remove(subscription arn: String) {
    guard let subscription = subscriptions.removeValue(forKey: arn) else { return }
    update(subscription.topicARN) { topic in
      topic.subscriptions.removeAll { $0 == arn }
      if subscription.isConfirmed { topic.deletedSubscriptions += 1 }
    }
  }

  /// A topic's subscriptions, oldest first.
  package func subscriptions(to arn: String) -> [Subscription] {
    (byARN[arn]?.subscriptions ?? []).compactMap { subscriptions[$0] }
  }
}
