internal import TrailRecord

/// The model of SQS: queues and their messages.
extension Cloud {
  func performSQS(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      if try !changeQueues(call, &outcome) { return performGenerally(call) }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// False where the model does not know the call: moving messages back from dead-letter queues.
  private func changeQueues(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateQueue": try createQueue(call, &outcome)
    case "ListQueues": outcome.response = try listQueues(call)
    case "GetQueueUrl":
      let owner = call.text("QueueOwnerAWSAccountId") ?? call.account
      let wanted = call.text("QueueName") ?? ""
      let arn = "arn:aws:sqs:\(call.region):\(owner):\(wanted)"
      name(arn, in: &outcome, call)
      guard let queue = queues[arn] else { throw Self.noQueue(wanted) }
      outcome.response = ["QueueUrl": .string(queue.url)]
    case "StartMessageMoveTask", "CancelMessageMoveTask", "ListMessageMoveTasks": return false
    default:
      let arn = try queueARN(call)
      name(arn, in: &outcome, call)
      guard let queue = queues[arn] else {
        throw Self.noQueue(arn.split(separator: ":").last.map(String.init) ?? arn)
      }
      try change(queue, call, &outcome)
    }
    return true
  }

  private static func noQueue(_ name: String) -> AWSError {
    var error = SQSErrors.noQueue
    error.advice = "define queue \(name)"
    return error
  }

  /// Names the queue in the record, for whom it belongs to as well.
  private func name(_ arn: String, in outcome: inout ServiceOutcome, _ call: ServiceCall) {
    let owner = ARN(arn).map { String($0.account) } ?? call.account
    outcome.resources = [ResourceReference(type: "AWS::SQS::Queue", arn: arn, accountID: owner)]
    if owner != call.account { outcome.resourceOwner = owner }
  }

  /// The ARN of the queue that a URL names; a bare name or an ARN is understood too.
  ///
  /// - Throws: `InvalidAddress` for a URL of another Region.
  private func queueARN(_ call: ServiceCall) throws(AWSError) -> String {
    let text = call.text("QueueUrl") ?? ""
    if text.hasPrefix("arn:") { return text }
    guard text.contains("/") else { return "arn:aws:sqs:\(call.region):\(call.account):\(text)" }
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count >= 3 else {
      throw AWSError("InvalidAddress", "The address \(text) is not valid for this endpoint.")
    }
    let host = parts[parts.count - 3]
    let labels = host.split(separator: ".").map(String.init)
    if host.hasSuffix(".amazonaws.com"), labels.count >= 4 {
      let region = labels[0] == "sqs" ? labels[1] : labels[0]
      guard region == call.region else {
        throw AWSError(
          "InvalidAddress", "The address https://\(host)/ is not valid for this endpoint.",
          advice: "simulate … in \(region)")
      }
    }
    return "arn:aws:sqs:\(call.region):\(parts[parts.count - 2]):\(parts[parts.count - 1])"
  }

  // MARK: Queues

  /// For how long a deleted queue's name is not free, in milliseconds.
  private static let nameRest: Int64 = 60_000

  private func createQueue(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let name = call.text("QueueName") ?? ""
    let given = Self.texts(call.parameters["Attributes"])
    let fifo = given.first { $0.name == "FifoQueue" }?.value
    guard fifo == nil || fifo == "true" else {
      throw AWSError("InvalidAttributeName", "Unknown Attribute FifoQueue.")
    }
    guard fifo == nil ? QueueName.isValid(name) : QueueName.isValidFIFO(name) else {
      throw SQSErrors.queueName(isFIFO: fifo != nil)
    }
    var queue = Queue(name: name, region: call.region, account: call.account, time: call.time)
    self.name(queue.arn, in: &outcome, call)
    for (name, value) in given { try set(name, value, of: &queue) }
    queue.tags = Self.texts(call.parameters["tags"]).map {
      ResourceTag(key: $0.name, value: $0.value)
    }
    outcome.response = ["QueueUrl": .string(queue.url)]
    if let known = queues[queue.arn] {
      let before = Dictionary(attributes(of: known).map { ($0.name, $0.value) }) { $1 }
      let wanted = Dictionary(attributes(of: queue).map { ($0.name, $0.value) }) { $1 }
      for (name, _) in given where before[name] != wanted[name] {
        throw AWSError(
          "QueueNameExists",
          "A queue already exists with the same name and a different value for attribute \(name)")
      }
      return
    }
    if let deleted = queues.deleted[queue.arn], deleted + Self.nameRest > now {
      throw AWSError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        advice: "advance 1m")
    }
    queues.deleted[queue.arn] = nil
    queues.put(queue)
  }

  private func listQueues(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let prefix = call.text("QueueNamePrefix") ?? ""
    let all = queues.queues(of: call.account, in: call.region)
      .filter { $0.name.hasPrefix(prefix) }
    let size = call.parameters["MaxResults"]?.integer
    guard (1...1000).contains(size ?? 1000) else {
      throw SQSErrors.invalidValue(
        "\(size ?? 0)", "MaxResults", "MaxResults must be an integer between 1 and 1000.")
    }
    var start = 0
    if let token = call.text("NextToken"), !token.isEmpty {
      guard let place = PageToken.place(token), place <= all.count else {
        throw SQSErrors.invalidParameter("Invalid or expired next token.")
      }
      start = place
    }
    let end = min(all.count, start + (size ?? 1000))
    return compacted([
      "QueueUrls": all.isEmpty ? nil : .strings(all[start..<end].map(\.url)),
      "NextToken": end < all.count && size != nil ? .string(PageToken.text(end)) : nil,
    ])
  }

  private func change(
    _ queue: Queue, _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    switch call.operation.name {
    case "DeleteQueue":
      queues.remove(queue.arn)
      queues.deleted[queue.arn] = now
    case "GetQueueAttributes": outcome.response = try attributes(of: queue, call)
    case "SetQueueAttributes":
      var changed = queue
      let given = Self.texts(call.parameters["Attributes"])
      for (name, value) in given { try set(name, value, of: &changed) }
      changed.lastModifiedTime = call.time
      queues.put(changed)
    case "PurgeQueue": try purge(queue)
    case "ListDeadLetterSourceQueues":
      let sources = queues.queues(of: queue.account, in: queue.region)
        .filter { $0.redrive?.targetARN == queue.arn }
      outcome.response = ["queueUrls": .strings(sources.map(\.url))]
    case "AddPermission", "RemovePermission": try changePermission(of: queue, call)
    case "TagQueue":
      let tags = Self.texts(call.parameters["Tags"])
      let kept = queue.tags.filter { tag in !tags.contains { $0.name == tag.key } }
      let all = kept + tags.map { ResourceTag(key: $0.name, value: $0.value) }
      guard all.count <= ResourceTag.limit else {
        throw SQSErrors.invalidParameter("Too many tags added for queue \(queue.name).")
      }
      _ = queues.update(queue.arn) { $0.tags = all }
    case "UntagQueue":
      let keys = call.parameters["TagKeys"]?.texts ?? []
      _ = queues.update(queue.arn) { $0.tags.removeAll { keys.contains($0.key) } }
    case "ListQueueTags":
      outcome.response = [
        "Tags": .object(queue.tags.map { JSONMember($0.key, .string($0.value)) })
      ]
    default: try changeMessages(of: queue, call, &outcome)
    }
  }

  private func attributes(of queue: Queue, _ call: ServiceCall) throws(AWSError) -> JSONValue {
    let names = call.parameters["AttributeNames"]?.texts ?? []
    if let unknown = names.first(where: { !Self.queueAttributeNames.contains($0) }) {
      throw AWSError("InvalidAttributeName", "Unknown Attribute \(unknown).")
    }
    let wanted = attributes(of: queue).filter { names.contains("All") || names.contains($0.name) }
    guard !wanted.isEmpty else { return .object([]) }
    return [
      "Attributes": .object(wanted.map { JSONMember($0.name, .string($0.value)) })
    ]
  }

  private func purge(_ queue: Queue) throws(AWSError) {
    if let last = queue.lastPurge, last + Self.nameRest > now {
      throw AWSError(
        "PurgeQueueInProgress",
        "Only one PurgeQueue operation on \(queue.name) is allowed every 60 seconds.",
        advice: "advance 1m")
    }
    queue.contents.messages = []
    _ = queues.update(queue.arn) { $0.lastPurge = now }
  }

  // MARK: Permissions

  private static let permissions: Set<String> = [
    "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
    "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
  ]
  private static let mostActions = 7

  private func changePermission(of queue: Queue, _ call: ServiceCall) throws(AWSError) {
    let label = call.text("Label") ?? ""
    let policy: JSONValue =
      queue.policy
      ?? [
        "Version": "2008-10-17", "Id": .string("\(queue.arn)/SQSDefaultPolicy"), "Statement": [],
      ]
    let isThere = TopicPolicy.hasStatement(label, in: policy)
    guard call.operation.name == "AddPermission" else {
      guard isThere else { throw SQSErrors.invalidValue(label, "Label", "can't find label.") }
      let rest = TopicPolicy.removing(label, from: policy)
      let isEmpty = rest["Statement"]?.elements?.isEmpty ?? true
      _ = queues.update(queue.arn) { $0.policy = isEmpty ? nil : rest }
      return
    }
    let actions = call.parameters["Actions"]?.texts ?? []
    let accounts = call.parameters["AWSAccountIds"]?.texts ?? []
    guard !actions.isEmpty else { throw SQSErrors.missing("Actions") }
    guard !accounts.isEmpty, accounts.allSatisfy({ $0.count == 12 && $0.allSatisfy(\.isNumber) })
    else {
      throw SQSErrors.invalidValue(
        "[\(accounts.joined(separator: ", "))]", "PrincipalId", "Unable to verify.")
    }
    guard actions.count <= Self.mostActions else {
      throw AWSError(
        "OverLimit",
        "\(actions.count) Actions were found, maximum allowed is \(Self.mostActions).")
    }
    if let wrong = actions.first(where: { !Self.permissions.contains($0) }) {
      throw SQSErrors.invalidValue(
        "SQS:\(wrong)", "ActionName",
        "Only the queue owner is allowed to invoke this action.")
    }
    guard !isThere else { throw SQSErrors.invalidValue(label, "Label", "Already exists.") }
    let more = TopicPolicy.adding(
      label, accounts: accounts, actions: actions, on: queue.arn, prefix: "SQS", to: policy)
    _ = queues.update(queue.arn) { $0.policy = more }
  }
}
