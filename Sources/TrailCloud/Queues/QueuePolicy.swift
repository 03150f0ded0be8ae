package import TrailRecord

/// Policies of queues.
package enum QueuePolicy {
  /// The policy of `define queue`: SNS and EventBridge may send, as their documentation has it.
  package static func forServices(_ arn: String) -> JSONValue {
    [
      "Version": "2012-10-17",
      "Statement": .array(
        [("AllowTopics", "sns.amazonaws.com"), ("AllowRules", "events.amazonaws.com")]
          .map { id, service in
            [
              "Sid": .string(id), "Effect": "Allow",
              "Principal": ["Service": .string(service)], "Action": "sqs:SendMessage",
              "Resource": .string(arn),
            ]
          }),
    ]
  }
}
