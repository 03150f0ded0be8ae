package import TrailRecord

/// An SNS topic and what was published to it.
package struct Topic: Sendable {
  package var name: String
  package var region: RegionName
  package var account: AccountID
  package var policy: JSONValue?
  package var inbox: [TopicMessage] = []

  package var arn: String { "arn:aws:sns:\(region):\(account):\(name)" }
}

/// A message as a subscriber gets it.
package struct TopicMessage: Hashable, Sendable {
  package var id: String
  package var time: Int64
  package var subject: String?
  package var text: String
}

/// All topics.
package struct TopicRegistry: Sendable {
  package private(set) var byARN: [String: Topic] = [:]

  init() {}
}

extension Cloud {
  /// Publishes as an AWS service does.
  ///
  /// - Returns: nil, or the error code where the topic is missing or its policy refuses (facts §6.3, §6.4).
  func publish(
    _ text: String, subject: String? = nil, to topicARN: String, as service: String
  ) -> String? { nil }

  /// Whether CloudTrail may publish there: what CreateTrail checks.
  func topicAccepts(_ topicARN: String, service: String, sourceARN: String) -> Bool { false }
}
