internal import TrailRecord

// Messages: sent, received, deleted, given back.

extension Cloud {
  /// Performs what is left: calls about a queue's messages.
  func changeMessages(
    of queue: Queue, _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    switch call.operation.name {
    case "SendMessage":
      if let refusal = refusalOfKey(of: queue, service: nil) { throw refusal }
      let sent = try enqueue(draft(call.parameters, call), in: queue.arn)
      outcome.response = Self.answer(for: sent, isFIFO: queue.isFIFO)
    case "SendMessageBatch":
      if let refusal = refusalOfKey(of: queue, service: nil) { throw refusal }
      outcome.response = try sendBatch(to: queue, call)
    case "ReceiveMessage": outcome.response = try receive(from: queue, call)
    case "DeleteMessage": try delete(call.text("ReceiptHandle") ?? "", from: queue)
    case "ChangeMessageVisibility":
      try changeVisibility(
        call.text("ReceiptHandle") ?? "", call.parameters["VisibilityTimeout"]?.integer ?? 0,
        in: queue)
    case "DeleteMessageBatch":
      outcome.response = try batch(call, named: "Delete") { entry throws(AWSError) in
        try delete(entry.member("ReceiptHandle")?.text ?? "", from: queue)
        return []
      }
    case "ChangeMessageVisibilityBatch":
      outcome.response = try batch(call, named: "ChangeMessageVisibility") {
        entry throws(AWSError) in
        try changeVisibility(
          entry.member("ReceiptHandle")?.text ?? "",
          entry.member("VisibilityTimeout")?.integer ?? 0, in: queue)
        return []
      }
    default: break
    }
    outcome.work = repeatedWork(on: queue, call, outcome.response)
  }

  // MARK: Sending

  func draft(_ parameters: JSONValue, _ call: ServiceCall) -> MessageDraft {
    var draft = MessageDraft(
      body: parameters.member("MessageBody")?.text ?? "", senderID: Self.senderID(of: call.identity)
    )
    draft.attributes = parameters.member("MessageAttributes") ?? .object([])
    draft.delay = parameters.member("DelaySeconds")?.integer
    draft.groupID = parameters.member("MessageGroupId")?.text
    draft.deduplicationID = parameters.member("MessageDeduplicationId")?.text
    draft.traceHeader =
      parameters.member("MessageSystemAttributes")?["AWSTraceHeader"]?
      .member("StringValue")?.text
    return draft
  }

  static func senderID(of caller: CallerIdentity) -> String {
    caller.userIdentity["principalId"]?.text ?? caller.accountID
  }

  static func answer(for sent: QueueMessage, isFIFO: Bool) -> JSONValue {
    compacted([
      "MD5OfMessageBody": .string(MessageDigest.body(sent.body)),
      "MD5OfMessageAttributes": MessageDigest.attributes(sent.attributes).map { .string($0) },
      "MessageId": .string(sent.id),
      "SequenceNumber": isFIFO ? sent.sequenceNumber.map { .string($0) } : nil,
    ])
  }

  private static let longestBatch = 1_048_576

  private func sendBatch(to queue: Queue, _ call: ServiceCall) throws(AWSError) -> JSONValue {
    let size = (call.parameters["Entries"]?.elements ?? []).reduce(0) { size, entry in
      size
        + TopicMessage.size(
          entry.member("MessageBody")?.text ?? "",
          entry.member("MessageAttributes") ?? .object([]))
    }
    return try batch(call, named: "Send", size: size) { entry throws(AWSError) in
      let sent = try enqueue(draft(entry, call), in: queue.arn)
      return Self.answer(for: sent, isFIFO: queue.isFIFO).members ?? []
    }
  }

  /// Does the same for each entry of a batch, and says which failed.
  ///
  /// - Parameter work: gives what an entry's answer has beside its id.
  private func batch(
    _ call: ServiceCall, named name: String, size: Int = 0,
    _ work: (JSONValue) throws(AWSError) -> [JSONMember]
  ) throws(AWSError) -> JSONValue {
    let entries = call.parameters["Entries"]?.elements ?? []
    try Self.checkBatch(entries, named: name, size: size)
    var successful: [JSONValue] = []
    var failed: [JSONValue] = []
    for entry in entries {
      let id = entry.member("Id") ?? ""
      do throws(AWSError) {
        successful.append(.object([JSONMember("Id", id)] + (try work(entry))))
      } catch {
        failed.append([
          "Id": id, "SenderFault": true, "Code": .string(error.code),
          "Message": .string(error.message),
        ])
      }
    }
    return ["Successful": .array(successful), "Failed": .array(failed)]
  }

  private static let mostEntries = 10

  private static func checkBatch(
    _ entries: [JSONValue], named name: String, size: Int
  ) throws(AWSError) {
    guard !entries.isEmpty else {
      throw AWSError(
        "EmptyBatchRequest",
        "There should be at least one \(name)MessageBatchRequestEntry in the request.")
    }
    guard entries.count <= mostEntries else {
      throw AWSError(
        "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are \(mostEntries). You have sent \(entries.count).")
    }
    let ids = entries.map { $0.member("Id")?.text ?? "" }
    guard ids.allSatisfy(BatchEntry.isID) else {
      throw AWSError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
      )
    }
    if let twice = ids.enumerated().first(where: { ids[..<$0.offset].contains($0.element) }) {
      throw AWSError("BatchEntryIdsNotDistinct", "Id \(twice.element) repeated.")
    }
    guard size <= longestBatch else {
      throw AWSError(
        "BatchRequestTooLong",
        "Batch requests cannot be longer than \(longestBatch) bytes. You have sent \(size) bytes.")
    }
  }

  // MARK: Receiving

  private static let mostReceived = 10

  private func receive(from queue: Queue, _ call: ServiceCall) throws(AWSError) -> JSONValue {
    let count = call.parameters["MaxNumberOfMessages"]?.integer ?? 1
    guard (1...Self.mostReceived).contains(count) else {
      throw SQSErrors.invalidValue(
        "\(count)", "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
    }
    if let wait = call.parameters["WaitTimeSeconds"]?.integer,
      !QueueAttribute.wait.range.contains(wait)
    {
      throw SQSErrors.invalidValue(
        "\(wait)", "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
    }
    let visibility = call.parameters["VisibilityTimeout"]?.integer
    if let visibility { try Self.checkVisibility(visibility) }
    if let refusal = refusalOfKey(of: queue, service: nil) { throw refusal }
    return received(from: queue, call)
  }

  /// What a call that SQS takes receives.
  func received(from queue: Queue, _ call: ServiceCall) -> JSONValue {
    let messages = receive(
      call.parameters["MaxNumberOfMessages"]?.integer ?? 1, from: queue.arn,
      visibility: call.parameters["VisibilityTimeout"]?.integer)
    guard !messages.isEmpty else { return .object([]) }
    return ["Messages": .array(messages.map { received($0, from: queue, call) })]
  }

  private func received(
    _ message: QueueMessage, from queue: Queue, _ call: ServiceCall
  ) -> JSONValue {
    let handle = ReceiptHandle(messageID: message.id, receiveCount: message.receiveCount)
    let names = call.parameters["MessageAttributeNames"]?.texts ?? []
    let attributes = message.attributes.members?.filter { member in
      names.contains { Self.names($0, member.nameText) }
    }
    let system = systemAttributes(of: message, call)
    return compacted([
      "MessageId": .string(message.id),
      "ReceiptHandle": .string(queueIdentifier { handle.text(queue: queue.arn, &$0) }),
      "MD5OfBody": .string(MessageDigest.body(message.body)), "Body": .string(message.body),
      "Attributes": system.isEmpty ? nil : .object(system),
      "MD5OfMessageAttributes": attributes.flatMap { MessageDigest.attributes(.object($0)) }
        .map { .string($0) },
      "MessageAttributes": attributes.flatMap { $0.isEmpty ? nil : .object($0) },
    ])
  }

  /// Whether a name among those that are asked for means an attribute: `All`, `.*`, `Order.*`.
  private static func names(_ wanted: String, _ attribute: String) -> Bool {
    if wanted == "All" { return true }
    guard wanted.hasSuffix(".*") else { return wanted == attribute }
    return attribute.hasPrefix(wanted.dropLast(2))
  }

  private func systemAttributes(of message: QueueMessage, _ call: ServiceCall) -> [JSONMember] {
    let names =
      (call.parameters["MessageSystemAttributeNames"]?.texts ?? [])
      + (call.parameters["AttributeNames"]?.texts ?? [])
    let values: [(String, String?)] = [
      ("ApproximateFirstReceiveTimestamp", message.firstReceiveTime.map { "\($0)" }),
      ("ApproximateReceiveCount", "\(message.receiveCount)"),
      ("AWSTraceHeader", message.traceHeader),
      ("DeadLetterQueueSourceArn", message.deadLetterSource),
      ("MessageDeduplicationId", message.deduplicationID), ("MessageGroupId", message.groupID),
      ("SenderId", message.senderID), ("SentTimestamp", "\(message.sentTime)"),
      ("SequenceNumber", message.sequenceNumber),
    ]
    return values.compactMap { name, value in
      guard let value, names.contains("All") || names.contains(name) else { return nil }
      return JSONMember(name, .string(value))
    }
  }

  // MARK: Afterwards

  private static func checkVisibility(_ seconds: Int) throws(AWSError) {
    guard QueueAttribute.visibility.range.contains(seconds) else {
      throw SQSErrors.invalidValue(
        "\(seconds)", "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
    }
  }

  /// The place of the message that a handle names; nil where it is gone.
  private func place(
    of handle: String, in queue: Queue
  ) throws(AWSError) -> (handle: ReceiptHandle, place: Int?) {
    guard let parsed = ReceiptHandle(handle, queue: queue.arn) else {
      throw AWSError(
        "ReceiptHandleIsInvalid",
        "The input receipt handle \"\(handle)\" is not a valid receipt handle.")
    }
    return (parsed, queue.messages.firstIndex { $0.id == parsed.messageID })
  }

  /// Ours: an old handle of a standard queue's message deletes it as well; SQS promises nothing.
  private func delete(_ handle: String, from queue: Queue) throws(AWSError) {
    let (parsed, place) = try place(of: handle, in: queue)
    guard let place else { return }
    if queue.isFIFO {
      let message = queue.messages[place]
      guard message.receiveCount == parsed.receiveCount, message.availableTime > now else {
        throw SQSErrors.invalidValue(
          handle, "ReceiptHandle", "The receipt handle has expired.")
      }
    }
    queue.contents.messages.remove(at: place)
  }

  private func changeVisibility(
    _ handle: String, _ seconds: Int, in queue: Queue
  ) throws(AWSError) {
    try Self.checkVisibility(seconds)
    let (parsed, place) = try place(of: handle, in: queue)
    guard let place, queue.messages[place].receiveCount == parsed.receiveCount else {
      throw SQSErrors.invalidValue(
        handle, "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.")
    }
    let end = now + Int64(seconds) * 1000
    let first = queue.messages[place].firstReceiveTime ?? now
    guard end - first <= Int64(QueueAttribute.visibility.range.upperBound) * 1000 else {
      throw SQSErrors.invalidValue(
        "\(seconds)", "VisibilityTimeout",
        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
    }
    queue.contents.messages[place].availableTime = end
  }
}
