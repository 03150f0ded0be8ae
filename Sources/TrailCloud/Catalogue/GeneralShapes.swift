internal import TrailRecord

/// What records of calls look like that no service model knows.
///
/// Measured on real records: two thirds of the names are the API's with a small first letter; EC2 wraps its lists.
enum GeneralShapes {
  static let hidden: JSONValue = "HIDDEN_DUE_TO_SECURITY_REASONS"
  private static let sensitiveInEC2: JSONValue = "<sensitiveDataRemoved>"
  /// Members that records leave out rather than mask.
  private static let dropped: Set<String> = [
    "SecretString", "SecretBinary", "ZipFile", "zipFile", "SecretAccessKey", "Plaintext",
    "CiphertextBlob", "Payload", "Password", "NewPassword", "OldPassword", "PrivateKeyPlaintext",
    "CiphertextForRecipient", "SecretKey",
  ]
  /// Secrets that the models do not mark, by the end of their names.
  private static let secretEnds = ["Password", "AuthToken", "ClientSecret", "SecretToken"]
  /// Parameters that records mask though the models call them no secret.
  private static let masked: [String: Set<String>] = [
    "ssm.amazonaws.com": ["PutParameter.Value", "SendCommand.Parameters"],
    "sns.amazonaws.com": [
      "Publish.Message", "Publish.Subject", "Publish.MessageAttributes", "Publish.PhoneNumber",
      "PublishBatch.PublishBatchRequestEntries",
    ],
    "sqs.amazonaws.com": [
      "SendMessage.MessageBody", "SendMessage.MessageAttributes", "SendMessageBatch.Entries",
    ],
    "ses.amazonaws.com": [
      "SendEmail.Destination", "SendEmail.Message", "SendEmail.Content",
      "SendRawEmail.RawMessage",
    ],
    "dynamodb.amazonaws.com": [
      "PutItem.Item", "BatchWriteItem.RequestItems", "ExecuteStatement.Parameters",
      "TransactWriteItems.TransactItems", "UpdateItem.AttributeUpdates",
      "UpdateItem.ExpressionAttributeValues", "Query.ExpressionAttributeValues",
      "Scan.ExpressionAttributeValues",
    ],
    "kinesis.amazonaws.com": ["PutRecord.Data", "PutRecords.Records"],
    "events.amazonaws.com": ["PutEvents.Entries"],
  ]
  /// Services that mask with asterisks, and how.
  private static let asterisks: [String: JSONValue] = [
    "athena.amazonaws.com": "***OMITTED***", "appsync.amazonaws.com": "***",
    "apigateway.amazonaws.com": "***", "cloudshell.amazonaws.com": "***",
    "resource-explorer-2.amazonaws.com": "***",
  ]

  // MARK: Requests

  /// `requestParameters` from parameters under API names; null where there are none.
  static func requestParameters(_ parameters: JSONValue, of operation: APIOperation) -> JSONValue {
    guard let members = parameters.members else { return .null }
    if operation.service == "ec2" { return EC2Shapes.requestParameters(members, of: operation) }
    if members.isEmpty { return .null }
    let kinds = Dictionary(
      operation.input.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return .object(members.compactMap { request($0, kinds[$0.nameText], of: operation) })
  }

  private static func request(
    _ member: JSONMember, _ known: APIMember?, of operation: APIOperation
  ) -> JSONMember? {
    let name = member.nameText
    if dropped.contains(name) || known?.kind == .blob { return nil }
    let recorded = RecordNames.recorded(name, of: operation.eventSource)
    // What is in the environment of functions stays out of records.
    if operation.service == "lambda", name == "Environment" { return JSONMember(recorded, [:]) }
    if isSecret(name, known, of: operation) {
      return JSONMember(recorded, asterisks[operation.eventSource] ?? hidden)
    }
    return JSONMember(recorded, value(member.value, known?.kind, of: operation.eventSource))
  }

  /// Whether a member's value must not be in a record.
  static func isSecret(_ name: String, _ known: APIMember?, of operation: APIOperation) -> Bool {
    if known?.isSensitive == true { return true }
    if masked[operation.eventSource]?.contains("\(operation.name).\(name)") == true { return true }
    return secretEnds.contains { name.hasSuffix($0) } && known?.kind != .boolean
  }

  private static func value(
    _ value: JSONValue, _ kind: APIMember.Kind?, of eventSource: String
  ) -> JSONValue {
    switch kind {
    case .map: return value
    case .timestamp: return RecordTexts.time(value)
    default:
      if RecordNames.unchangedSources.contains(eventSource) { return value }
      return nested(value)
    }
  }

  /// A value within a parameter: small first letters, without what must not be in a record.
  private static func nested(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(nested))
    case .object(let members):
      .object(
        members.compactMap { member in
          let name = member.nameText
          if dropped.contains(name) { return nil }
          if secretEnds.contains(where: { name.hasSuffix($0) }) {
            return JSONMember(RecordNames.lowered(name), hidden)
          }
          return JSONMember(RecordNames.lowered(name), nested(member.value))
        })
    case .null, .bool, .number, .string: value
    }
  }

  // MARK: Answers

  /// `responseElements` from an answer under API names; null for reads and for empty answers.
  static func responseElements(_ response: JSONValue, of operation: APIOperation) -> JSONValue {
    guard !operation.isReadOnly, var members = response.members, !members.isEmpty else {
      return .null
    }
    let kinds = Dictionary(
      operation.output.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    // RDS's records have what is in the answer's only member (`responseElements.dBInstanceArn`).
    if opensWrapper(operation), members.count == 1, let inner = members[0].value.members {
      let kinds = structure(kinds[members[0].nameText], of: operation)
      return .object(inner.compactMap { answer($0, kinds[$0.nameText], of: operation) })
    }
    members.removeAll { dropped.contains($0.nameText) }
    return .object(members.compactMap { answer($0, kinds[$0.nameText], of: operation) })
  }

  private static func opensWrapper(_ operation: APIOperation) -> Bool {
    ["rds", "neptune", "docdb", "redshift", "elasticache"].contains(operation.service)
  }

  private static func answer(
    _ member: JSONMember, _ known: APIMember?, of operation: APIOperation
  ) -> JSONMember? {
    let name = member.nameText
    if dropped.contains(name) { return nil }
    var recorded = RecordNames.recorded(name, of: operation.eventSource)
    // Records of secrets that are written have `arn`, of those that are deleted `aRN`.
    if recorded == "aRN", operation.service == "secretsmanager",
      ["Create", "Put", "Update"].contains(where: { operation.name.hasPrefix($0) })
    {
      recorded = "arn"
    }
    if known?.isSensitive == true {
      return JSONMember(recorded, asterisks[operation.eventSource] ?? hidden)
    }
    let inner = structure(known, of: operation)
    if !inner.isEmpty, let members = member.value.members {
      return JSONMember(
        recorded, .object(members.compactMap { answer($0, inner[$0.nameText], of: operation) }))
    }
    return JSONMember(recorded, value(member.value, known?.kind, of: operation.eventSource))
  }

  /// What is known of a structure's members, which have times and secrets too.
  private static func structure(
    _ member: APIMember?, of operation: APIOperation
  ) -> [String: APIMember] {
    guard let name = member?.structure else { return [:] }
    return Dictionary(
      APICatalogue.standard.structure(name, of: operation.service).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
  }
}
