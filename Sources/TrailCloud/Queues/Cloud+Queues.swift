internal import TrailCrypto
package import TrailRecord

extension Cloud {
  /// Makes a queue that was there before: no call, no event. One that is there already is changed.
  ///
  /// - Parameters:
  ///   - policy: who may send beside the account itself; nil for nobody.
  ///   - attributes: by AWS's name; checked as SetQueueAttributes does.
  /// - Returns: the queue's ARN.
  @discardableResult
  package func defineQueue(
    _ name: String, region: RegionName? = nil, account: AccountID? = nil, policy: JSONValue? = nil,
    redrive: Queue.Redrive? = nil, attributes: [(name: String, value: String)] = []
  ) throws(AWSError) -> String {
    guard QueueName.isValid(name) || QueueName.isValidFIFO(name) else {
      throw SQSErrors.queueName(isFIFO: name.hasSuffix(QueueName.fifoEnd))
    }
    let fresh = Queue(
      name: name, region: region ?? world.region, account: account ?? world.account, time: now)
    var queue = queues[fresh.arn] ?? fresh
    queue.policy = policy
    queue.redrive = redrive
    for (name, value) in attributes { try set(name, value, of: &queue) }
    queues.put(queue)
    return queue.arn
  }

  /// Sends a message to a queue as an AWS service does.
  ///
  /// - Parameters:
  ///   - service: its principal: `sns.amazonaws.com`, `events.amazonaws.com`.
  ///   - sourceARN: what the service acts for, such as a topic or a rule: policies can ask for it.
  ///   - attributes: message attributes under API names.
  ///   - groupID: needed by FIFO queues.
  ///   - isPermitted: true where it acts as a role of the queue's account, so that policies are not asked.
  /// - Returns: nil, or AWS's error code where there is no such queue (`QueueDoesNotExist`), its policy does not let
  ///   the service send (`AccessDenied`), or the message is none that it takes.
  func send(
    _ text: String, toQueue arn: String, as service: String, sourceARN: String? = nil,
    attributes: JSONValue = .object([]), groupID: String? = nil, deduplicationID: String? = nil,
    isPermitted: Bool = false
  ) -> String? {
    guard let queue = queues[arn] else { return SQSErrors.noQueue.code }
    guard isPermitted || queueAccepts(queue, service: service, sourceARN: sourceARN) else {
      return "AccessDenied"
    }
    if let refusal = refusalOfKey(
      of: queue, service: isPermitted ? nil : service, sourceARN: sourceARN)
    {
      return refusal.code
    }
    var draft = MessageDraft(body: text, senderID: Self.senderID(of: service))
    draft.attributes = attributes
    draft.groupID = queue.isFIFO ? groupID : nil
    draft.deduplicationID = queue.isFIFO ? deduplicationID : nil
    do {
      let sent = try enqueue(draft, in: arn)
      recordServiceSend(sent, to: queue, as: service)
      return nil
    } catch {
      return error.code
    }
  }

  /// Whether a queue's policy lets a service send.
  private func queueAccepts(_ queue: Queue, service: String, sourceARN: String?) -> Bool {
    ServicePolicy(queue.policy).allows(
      ServicePolicy.Request(
        service: service, action: "sqs:SendMessage", resource: queue.arn,
        context: Self.context(of: sourceARN)))
  }

  /// What policies can ask of a service that acts for something.
  private static func context(of sourceARN: String?) -> [String: String] {
    var context = ["aws:SecureTransport": "true"]
    context["aws:SourceArn"] = sourceARN
    context["aws:SourceAccount"] = sourceARN.flatMap { ARN($0) }.map { String($0.account) }
    return context
  }

  /// Services have ids of their own among senders.
  private static func senderID(of service: String) -> String {
    var source = IdentifierSource.branch(seed: 0, name: "sender/\(service)")
    return source.iamID("AIDA")
  }

  /// Why an encrypted queue's key cannot be used; nil where it can, or there is none.
  func refusalOfKey(
    of queue: Queue, service: String?, sourceARN: String? = nil
  ) -> AWSError? {
    guard let name = queue.attributes["KmsMasterKeyId"], !name.isEmpty else { return nil }
    if name == "alias/aws/sqs" || name.hasSuffix(":alias/aws/sqs") {
      return service == nil ? nil : SQSErrors.keyRefuses
    }
    guard let key = key(named: name, account: queue.account, region: queue.region) else {
      return AWSError("KmsNotFound", "Key '\(name)' does not exist")
    }
    switch key.state {
    case .enabled: break
    case .disabled: return AWSError("KmsDisabled", "\(key.arn) is disabled.")
    case .pendingDeletion, .pendingImport:
      return AWSError("KmsInvalidState", "\(key.arn) is pending deletion.")
    }
    guard let service else { return nil }
    let isAllowed = ["kms:GenerateDataKey", "kms:Decrypt"].allSatisfy { action in
      ServicePolicy(key.policy).allows(
        ServicePolicy.Request(
          service: service, action: action, resource: nil, context: Self.context(of: sourceARN)))
    }
    return isAllowed ? nil : SQSErrors.keyRefuses
  }

  /// Puts a message into a queue. A FIFO queue that has had it takes it for done.
  ///
  /// - Throws: SQS's refusal.
  func enqueue(_ draft: MessageDraft, in arn: String) throws(AWSError) -> QueueMessage {
    guard let queue = queues[arn] else { throw SQSErrors.noQueue }
    try draft.check(for: queue)
    return put(draft, in: queue)
  }

  /// Puts a message that a queue takes into it.
  func put(_ draft: MessageDraft, in queue: Queue) -> QueueMessage {
    var message = QueueMessage(
      id: queueIdentifier { $0.uuid() }, body: draft.body, senderID: draft.senderID, sentTime: now,
      availableTime: now + Int64(draft.delay ?? queue.number(.delay)) * 1000)
    message.attributes = draft.attributes
    message.groupID = draft.groupID
    message.traceHeader = draft.traceHeader
    if queue.isFIFO {
      let id =
        draft.deduplicationID
        ?? Encoding.hex(Hash.sha256(Array(draft.body.utf8)))
      message.deduplicationID = id
      let key = queue.deduplicationKey(id, group: draft.groupID)
      if let known = queue.contents.taken[key], known.time + DeduplicatedMessage.interval > now {
        message.id = known.id
        message.sequenceNumber = known.sequenceNumber
        return message
      }
      let number = SequenceNumber.text(queue.sentCount)
      message.sequenceNumber = number
      queue.contents.taken[key] = DeduplicatedMessage(
        time: now, id: message.id, sequenceNumber: number)
    }
    put(message, in: queue.arn)
    return message
  }

  private func put(_ message: QueueMessage, in arn: String) {
    _ = queues.update(arn) { queue in
      queue.sentCount += 1
      queue.add(message, at: now)
    }
  }

  /// Receives messages, and moves those that were received too often to the dead-letter queue.
  ///
  /// - Parameter visibility: in seconds; nil for the queue's own.
  func receive(_ count: Int, from arn: String, visibility: Int? = nil) -> [QueueMessage] {
    guard let queue = queues[arn] else { return [] }
    let target = queue.redrive.flatMap { queues[$0.targetARN] }
    let seconds = visibility ?? queue.number(.visibility)
    let received = queue.receive(
      count, for: Int64(seconds) * 1000, at: now, buries: target != nil)
    for dead in received.dead {
      guard let target else { break }
      var message = dead
      message.deadLetterSource = arn
      message.availableTime = now
      // A standard queue counts a message's age from when it was first sent; a FIFO queue begins anew.
      if target.isFIFO { message.sentTime = now }
      put(message, in: target.arn)
    }
    return received.messages
  }

  /// Something random of the queues' own, so that messages change no other ids.
  func queueIdentifier<Value>(_ make: (inout IdentifierSource) -> Value) -> Value {
    var source = queues.source ?? .branch(seed: configuration.seed, name: "queues")
    defer { queues.source = source }
    return make(&source)
  }

  /// Ours: what services send are data events of the queue as well.
  private func recordServiceSend(_ message: QueueMessage, to queue: Queue, as service: String) {
    guard trails.selectDataEvents(in: queue.account) else { return }
    recordServiceCall(
      "SendMessage", of: "sqs.amazonaws.com", by: service, in: queue.account,
      region: queue.region, isReadOnly: false, category: .data,
      requestParameters: [
        "queueUrl": .string(queue.url), "messageBody": GeneralShapes.hidden,
      ],
      responseElements: [
        "mD5OfMessageBody": .string(MessageDigest.body(message.body)),
        "messageId": .string(message.id),
      ],
      resources: [
        ResourceReference(type: "AWS::SQS::Queue", arn: queue.arn, accountID: queue.account)
      ])
  }
}

/// Numbers of FIFO messages: twenty digits that grow.
enum SequenceNumber {
  private static let digits = 17
  private static let step = 256

  static func text(_ count: Int) -> String {
    let number = "\((count + 1) * step)"
    return "188" + String(repeating: "0", count: max(0, digits - number.utf8.count)) + number
  }
}
