internal import TrailRecord

// What EventBridge does with the services that its targets belong to.

extension Cloud {
  /// Sends an event on to another bus: of the account, of another that lets it in, or of another Region.
  ///
  /// What came from another bus goes to no third one (AWS's guide, eb-bus-to-bus); across Regions it goes once too.
  func forward(_ event: BusEvent, to arn: String, from rule: RuleID) -> InvocationFailure? {
    guard let bus = BusID(arn: arn), world.accounts[bus.account] != nil,
      bus.isDefault || eventBuses[bus] != nil
    else { return InvocationFailure("NO_RESOURCE", "Event bus \(arn) does not exist.") }
    let crossesRegions = bus.region != rule.bus.region
    if crossesRegions ? event.hoppedRegion : event.hopped {
      return InvocationFailure(
        crossesRegions ? "THIRD_REGION_HOP_DETECTED" : "THIRD_ACCOUNT_HOP_DETECTED",
        "Events received from another event bus cannot be forwarded to this event bus.")
    }
    guard bus.account == rule.bus.account || busLetsIn(bus, rule.bus.account, from: rule.arn)
    else {
      return InvocationFailure(
        "NO_PERMISSIONS",
        "Event bus \(arn) does not let account \(rule.bus.account) put events.")
    }
    var forwarded = event
    if crossesRegions { forwarded.hoppedRegion = true } else { forwarded.hopped = true }
    send(forwarded, to: bus, after: 0)
    return nil
  }

  /// Invokes a function asynchronously; Invoke is a data event of its account (facts §15.11).
  func invokeFunction(
    _ arn: String, _ input: [UInt8], from rule: RuleID, asRole: Bool
  ) -> InvocationFailure? {
    // Functions take JSON alone; a template's text is none where its quotes do not pair.
    guard let payload = try? JSONParser.parse(input) else {
      return InvocationFailure("INVALID_JSON", "The input of function \(arn) is not valid JSON.")
    }
    return invokeFunction(
      arn, as: EventBridgeService.principal, sourceARN: rule.arn, payload: payload,
      isPermitted: asRole
    ).map { Self.failure($0, "Function \(arn) cannot be invoked.") }
  }

  /// Publishes to a topic, whose policy must let EventBridge in where no role of the target does.
  func publishToTopic(
    _ text: String, _ arn: String, from rule: RuleID, asRole: Bool
  ) -> InvocationFailure? {
    if let error = refusalOfPublishing(
      to: arn, as: EventBridgeService.principal, sourceARN: rule.arn, isPermitted: asRole)
    {
      return Self.failure(error.code, error.message)
    }
    return publish(
      text, to: arn, as: EventBridgeService.principal, sourceARN: rule.arn, isPermitted: asRole
    )
    .map { Self.failure($0, "Topic \(arn) does not take messages of EventBridge.") }
  }

  /// Sends to a queue, whose policy must let EventBridge in where no role of the target does.
  func sendToQueue(
    _ text: String, _ arn: String, attributes: [(String, String)], from rule: RuleID,
    group: String? = nil, asRole: Bool = false
  ) -> InvocationFailure? {
    let members = attributes.map { name, value in
      JSONMember(name, ["DataType": "String", "StringValue": .string(value)])
    }
    return send(
      text, toQueue: arn, as: EventBridgeService.principal, sourceARN: rule.arn,
      attributes: .object(members), groupID: group, isPermitted: asRole
    ).map { Self.failure($0, "Queue \(arn) does not take messages of EventBridge.") }
  }

  /// Puts an event into a log group: as it is, or the message that a template made of it, at that template's time.
  /// Ours: each rule has one stream there, whose name is a UUID.
  func putToLogGroup(
    _ input: [UInt8], _ arn: String, of target: RuleTarget, _ event: BusEvent, _ rule: RuleID
  ) -> InvocationFailure? {
    guard let group = logGroups[arn] else {
      return InvocationFailure("NO_RESOURCE", "The log group \(arn) does not exist.")
    }
    var entry = (time: event.time, message: input)
    if case .template = target.input {
      do {
        entry = try LogTargetInput.read(input, target: target.id)
      } catch {
        return error
      }
    }
    var source = IdentifierSource.branch(seed: configuration.seed, name: "log stream/\(rule.arn)")
    let stream = source.uuid()
    if group.streams[stream] == nil {
      logGroups[arn]?.streams[stream] = LogStream(name: stream, creationTime: now)
    }
    var events = LogEventStore()
    events.append(
      entry.message, time: entry.time,
      isJSON: JSONText.isContainer(entry.message, 0..<entry.message.count))
    receive(events, in: arn, stream: stream)
    happenings.wroteLogEvents(1, to: group.name)
    return nil
  }

  /// A failure with an error code of a service in the words of dead-letter queues.
  static func failure(_ code: String, _ message: String) -> InvocationFailure {
    let folded = code.lowercased()
    if folded.contains("notfound") || folded.contains("nonexist") || folded.contains("notexist") {
      return InvocationFailure("NO_RESOURCE", "\(message) (\(code))")
    }
    if folded.contains("denied") || folded.contains("authorization") {
      return InvocationFailure("NO_PERMISSIONS", "\(message) (\(code))")
    }
    if folded.contains("throttl") || folded.contains("unavailable") || folded.contains("internal") {
      return InvocationFailure("THROTTLING", "\(message) (\(code))", isRetriable: true)
    }
    return InvocationFailure("ERROR_FROM_TARGET", "\(message) (\(code))")
  }
}
