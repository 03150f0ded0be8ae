package import TrailRecord

/// Policies of topics (facts §6.4).
package enum TopicPolicy {
  /// What a topic has when nobody says otherwise: its account may do everything. CloudWatch's alarms get in by it,
  /// because they name the account that they act for; CloudTrail and EventBridge do not.
  package static func standard(for arn: String, account: AccountID) -> JSONValue {
    document([ownerStatement(arn, account)])
  }

  /// The policy of `define topic`: CloudTrail, CloudWatch's alarms and EventBridge may publish.
  ///
  /// - Parameter trailARN: where CloudTrail may publish for one trail only.
  package static func forServices(
    _ arn: String, account: AccountID, trailARN: String? = nil
  ) -> JSONValue {
    document([
      ownerStatement(arn, account),
      compacted([
        "Sid": "AWSCloudTrailSNSPolicy20131101", "Effect": "Allow",
        "Principal": ["Service": .string(CloudTrailService.principal)], "Action": "SNS:Publish",
        "Resource": .string(arn),
        "Condition": trailARN.map { ["StringEquals": ["aws:SourceArn": .string($0)]] },
      ]),
      [
        "Sid": "AWSEventsPublish", "Effect": "Allow",
        "Principal": ["Service": "events.amazonaws.com"], "Action": "sns:Publish",
        "Resource": .string(arn),
      ],
    ])
  }

  private static func document(_ statements: [JSONValue]) -> JSONValue {
    ["Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": .array(statements)]
  }

  private static func ownerStatement(_ arn: String, _ account: AccountID) -> JSONValue {
    [
      "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": ["AWS": "*"],
      "Action": .strings(ownersActions.map { "SNS:\($0)" }), "Resource": .string(arn),
      "Condition": ["StringEquals": ["AWS:SourceOwner": .string(account)]],
    ]
  }

  private static let ownersActions = [
    "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission",
    "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish",
  ]

  /// Actions that AddPermission can give.
  static let actions: Set<String> = Set(ownersActions + ["Receive"])

  /// The policy that a text is; nil where it is none that SNS would take.
  ///
  /// - Throws: SNS's refusal.
  static func read(_ value: JSONValue) throws(AWSError) -> JSONValue {
    let document = value.text.map { try? JSONParser.parse($0) } ?? value
    guard let document, let statement = document["Statement"],
      case let statements = statement.elements ?? [statement],
      statements.allSatisfy({ $0.members != nil && $0["Effect"] != nil })
    else { throw SNSErrors.invalid("Policy Error: null") }
    let actions = statements.flatMap { $0["Action"]?.texts ?? [] }
    guard actions.allSatisfy({ $0 == "*" || $0.lowercased().hasPrefix("sns:") }) else {
      throw SNSErrors.invalid("Policy statement action out of service scope!")
    }
    return document
  }

  /// A policy with a statement more, as AddPermission writes it.
  static func adding(
    _ label: String, accounts: [String], actions: [String], on arn: String, prefix: String,
    to policy: JSONValue
  ) -> JSONValue {
    func one(_ texts: [String]) -> JSONValue {
      texts.count == 1 ? .string(texts[0]) : .strings(texts)
    }
    let statement: JSONValue = [
      "Sid": .string(label), "Effect": "Allow",
      "Principal": ["AWS": one(accounts.map { "arn:aws:iam::\($0):root" })],
      "Action": one(actions.map { "\(prefix):\($0)" }), "Resource": .string(arn),
    ]
    return policy.setting("Statement", .array(statements(of: policy) + [statement]))
  }

  /// A policy without the statement of a label.
  static func removing(_ label: String, from policy: JSONValue) -> JSONValue {
    policy.setting(
      "Statement", .array(statements(of: policy).filter { $0["Sid"]?.text != label }))
  }

  static func hasStatement(_ label: String, in policy: JSONValue) -> Bool {
    statements(of: policy).contains { $0["Sid"]?.text == label }
  }

  private static func statements(of policy: JSONValue) -> [JSONValue] {
    let statement = policy["Statement"]
    return statement?.elements ?? statement.map { [$0] } ?? []
  }
}
