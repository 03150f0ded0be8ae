internal import TrailRecord

/// A subscription to a topic.
package struct Subscription: Sendable {
  /// What messages are sent by.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case http, https, email, sms, sqs, application, lambda, firehose
    case emailJSON = "email-json"

    /// Whether somebody has to agree first.
    var needsConfirmation: Bool {
      switch self {
      case .http, .https, .email, .emailJSON: true
      case .sms, .sqs, .application, .lambda, .firehose: false
      }
    }
  }
  package var arn: String
  package var topicARN: String
  package var kind: Kind
  package var endpoint: String
  /// The account that subscribed.
  package var owner: AccountID
  /// The ARN of who subscribed.
  package var principal: String?
  package var isConfirmed: Bool
  /// What ConfirmSubscription must show, until it has.
  package var token: String?
  /// What SetSubscriptionAttributes sets, by AWS's name.
  package internal(set) var attributes: [String: String] = [:]
  /// What its filter policy means; nil where it gets everything.
  var filter: FilterPolicy?
  /// Messages that reached the endpoint.
  package internal(set) var deliveredCount = 0
  /// Why the last message did not: AWS's error code.
  package internal(set) var lastError: String?

  package var isRaw: Bool { attributes["RawMessageDelivery"] == "true" }

  /// The queue for messages that do not reach the endpoint.
  var deadLetterARN: String? {
    attributes["RedrivePolicy"].flatMap { try? JSONParser.parse($0) }?["deadLetterTargetArn"]?.text
  }
}
