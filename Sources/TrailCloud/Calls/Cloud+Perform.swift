internal import TrailRecord
internal import TrailText

extension Cloud {
  /// Makes a call: finds out what it means, lets the service answer, and records it.
  ///
  /// Time moves to `call.time` first where that is later than now.
  ///
  /// - Returns: the records, AWS's answer, and AWS's error if it refused.
  /// - Throws: `CallProblem` where the call cannot be made at all; nothing has happened then.
  package func perform(_ call: APICall) throws(CallProblem) -> CallResult {
    let (operation, parameters) = try meaning(of: call)
    try checkAddress(of: call)
    return try perform(call, operation, parameters)
  }

  /// The operation and the typed parameters of a call; what was asked last is known at once.
  func meaning(
    of call: APICall
  ) throws(CallProblem) -> (APIOperation, JSONValue) {
    if var known = lastMeaning, known.service == call.service, known.name == call.operation,
      known.isUnchecked == call.isUnchecked
    {
      if known.given == call.parameters { return (known.operation, known.parameters) }
      if let parameters = try known.parameters(from: call.parameters) {
        known.given = call.parameters
        known.parameters = parameters
        lastMeaning = known
        return (known.operation, parameters)
      }
    }
    let catalogue = APICatalogue.standard
    var operation = try catalogue.operation(call.operation, of: call.service)
    // Records call both lists ListObjects; the second has a mark among its parameters.
    if operation.name == "ListObjects",
      call.parameters.contains(where: { $0.nameText == "list-type" })
    {
      operation = try catalogue.operation("ListObjectsV2", of: call.service)
    }
    let parameters =
      call.isUnchecked
      ? .object(call.parameters) : try catalogue.parameters(call.parameters, of: operation)
    lastMeaning = CallMeaning(
      service: call.service, name: call.operation, given: call.parameters,
      isUnchecked: call.isUnchecked, operation: operation, parameters: parameters,
      binding: call.isUnchecked ? nil : catalogue.binding(of: call.parameters, to: operation))
    return (operation, parameters)
  }

  /// Refuses an address that is none.
  func checkAddress(of call: APICall) throws(CallProblem) {
    if let address = call.sourceIPAddress, !SourceAddress.isValid(address) {
      throw CallProblem(
        .address, "`\(address)` is no address", notes: ["such as 203.0.113.7 or 2001:db8::7"])
    }
  }

  /// Makes a call whose parameters are typed and whose address is one.
  func perform(
    _ call: APICall, _ operation: APIOperation, _ parameters: JSONValue
  ) throws(CallProblem) -> CallResult {
    var remarks: [String] = []
    if let time = call.time, time > now { advance(to: time) }
    let identity = try identity(of: call.caller, remarks: &remarks)
    let region = try region(of: call, operation, in: identity.accountID)
    callCount += 1
    let isWatched = repeated.isWatching
    if isWatched { identifiers.beginTrace() }
    var service = ServiceCall(
      operation: operation, parameters: parameters, identity: identity, caller: call.caller,
      region: region.name, time: (call.time.map { min($0, now) } ?? now) / 1000 * 1000,
      requestID: operation.eventSource == "s3.amazonaws.com"
        ? identifiers.s3RequestID() : identifiers.uuid())
    service.isAnswerWanted = call.isAnswerWanted
    service.sourceIPAddress = call.sourceIPAddress ?? identity.sourceIPAddress
    if let (code, message) = call.error {
      service.wantedError = RecordedErrors.wanted(
        code, message, for: service, identifiers: &identifiers)
    }
    var outcome =
      service.wantedError.map { refusal(of: service, with: $0) } ?? self.outcome(of: service)
    if let response = call.response { outcome.responseElements = response }
    let draft = self.draft(call, service, outcome, isGlobal: region.isGlobal)
    let records = records(of: draft, service, outcome)
    if isWatched {
      note(outcome, of: service, identifiers.endTrace())
    } else if outcome.repetition == nil {
      repeated.stamp(of: operation).changes += 1
    }
    for record in records { publish(record) }
    outcome.afterwards?(self)
    if !remarks.isEmpty { settleMadeUpUser(call, outcome, &remarks) }
    return CallResult(
      records: records, response: outcome.error == nil ? outcome.response : .object([]),
      error: outcome.error, remarks: remarks)
  }

  /// A user whose name was only tried at the sign-in page does not exist afterwards either.
  private func settleMadeUpUser(
    _ call: APICall, _ outcome: ServiceOutcome, _ remarks: inout [String]
  ) {
    guard case .user(let name) = call.caller.kind else { return }
    let account = call.caller.account ?? world.account
    guard world.accounts[account]?.users[name]?.isMadeUp == true else { return }
    if outcome.error != nil, call.service.lowercased().hasPrefix("signin") {
      world.accounts[account]?.users[name] = nil
      callersChanged()
      remarks = ["there is no user \(name): AWS hides the name that was tried"]
    } else {
      world.accounts[account]?.users[name]?.isMadeUp = false
    }
  }

  /// A call that fails because somebody wants it to: the state of things is left as it is.
  private func refusal(of call: ServiceCall, with error: AWSError) -> ServiceOutcome {
    var outcome = dressedRefusal(of: call)
    outcome.error = error
    outcome.repetition = Repetition()
    return outcome
  }

  /// Keeps how a call was worked out, for the next one like it.
  private func note(
    _ outcome: ServiceOutcome, of service: ServiceCall, _ draws: [IdentifierSource.Draw]
  ) {
    // What happens from here on is not the call.
    repeated.isWatching = false
    guard let repetition = outcome.repetition else {
      repeated.stamp(of: service.operation).changes += 1
      return
    }
    if !repetition.effect.isNothing, let bucket = service.text("Bucket"),
      let key = service.text("Key")
    {
      repeated.objectSize = objectSize(key, in: bucket)
    } else {
      repeated.objectSize = nil
    }
    repeated.run = CallRun(
      time: service.time, draws: draws, identity: service.identity, repetition: repetition,
      texts: [], objectSize: nil)
  }

  private func dressedRefusal(of call: ServiceCall) -> ServiceOutcome {
    if let event = serviceEvent(of: call) { return event }
    return switch call.operation.eventSource {
    case "s3.amazonaws.com": s3Shape(of: call)
    case "signin.amazonaws.com": performSignIn(call)
    default: ServiceOutcome()
    }
  }

  // MARK: Regions

  /// Where a call's event is recorded, and whether as a global service's (facts §4).
  private func region(
    of call: APICall, _ operation: APIOperation, in account: AccountID
  ) throws(CallProblem) -> (name: RegionName, isGlobal: Bool) {
    if let region = call.region, world.accounts[account]?.regions.contains(region) != true {
      if Regions.optIn.contains(region) {
        throw CallProblem(
          .region, "Region \(region) is not switched on in account \(account)",
          notes: ["define region \(region)"])
      }
      throw CallProblem(
        .region, "there is no Region `\(region)`",
        suggestions: NearestNames.find(region, in: Regions.all), notes: ["`list regions`"])
    }
    if let global = operation.globalRegion {
      let isGlobal = ["iam.amazonaws.com", "cloudfront.amazonaws.com"].contains(
        operation.eventSource)
      return (global, isGlobal)
    }
    if operation.eventSource == "sts.amazonaws.com" {
      // In us-east-1 the global endpoint is meant; regional endpoints record where they are.
      let region = call.region ?? "us-east-1"
      return (region, region == "us-east-1")
    }
    if operation.eventSource == "signin.amazonaws.com" {
      return (call.region ?? "us-east-1", false)
    }
    return (call.region ?? world.region, false)
  }

  // MARK: Records

  private func draft(
    _ call: APICall, _ service: ServiceCall, _ outcome: ServiceOutcome, isGlobal: Bool
  ) -> RecordDraft {
    let operation = service.operation
    let identity = service.identity
    var draft = RecordDraft()
    draft.userIdentity = identity.userIdentity
    draft.eventTime = service.time
    draft.eventSource = operation.eventSource
    draft.eventName = operation.eventName
    draft.awsRegion = service.region
    draft.sourceIPAddress = service.sourceIPAddress
    draft.userAgent =
      call.userAgent ?? identity.userAgent
      ?? UserAgents.usual(
        for: operation, isFromConsole: identity.isFromConsole)
    if operation.eventSource == "s3.amazonaws.com", !identity.isService,
      let agent = draft.userAgent, !agent.hasPrefix("[")
    {
      draft.userAgent = "[\(agent)]"
    }
    if let error = outcome.error {
      let code = RecordedErrors.recordedCode(of: error, eventSource: operation.eventSource)
      if !code.isEmpty { draft.errorCode = code }
      if !error.message.isEmpty { draft.errorMessage = error.message }
      draft.requestParameters =
        RecordedErrors.dropsParameters(code, of: operation.eventSource)
        ? .null : requestParameters(service, outcome)
    } else {
      draft.requestParameters = requestParameters(service, outcome)
      draft.responseElements =
        outcome.responseElements
        ?? GeneralShapes.responseElements(outcome.response, of: operation)
    }
    draft.additionalEventData = outcome.additionalEventData
    draft.requestID = service.requestID
    draft.eventID = identifiers.uuid()
    draft.isReadOnly = operation.isReadOnly
    draft.resources = outcome.resources
    draft.category = operation.category
    draft.recipientAccountID = identity.accountID
    draft.isGlobalServiceEvent = isGlobal
    if identity.isService, identity.userIdentity["type"]?.text == "AWSService" {
      draft.sharedEventID = identifiers.uuid()
    }
    if !identity.isService && !identity.isFromConsole {
      draft.tlsDetails = TLSDetails.of(
        operation, region: service.region, host: draft.requestParameters["Host"]?.text)
    }
    if identity.isFromConsole { draft.isSessionCredentialFromConsole = true }
    if let endpoint = call.vpcEndpointID {
      draft.vpcEndpointID = endpoint
      draft.vpcEndpointAccountID = identity.accountID
    }
    outcome.finish?(&draft)
    return draft
  }

  private func requestParameters(_ call: ServiceCall, _ outcome: ServiceOutcome) -> JSONValue {
    outcome.requestParameters
      ?? GeneralShapes.requestParameters(call.parameters, of: call.operation)
  }

  /// One record for each account that gets one, and the network's record where the call went through an endpoint.
  private func records(
    of draft: RecordDraft, _ call: ServiceCall, _ outcome: ServiceOutcome
  ) -> [EventRecord] {
    var draft = draft
    var records: [EventRecord] = []
    if let owner = outcome.resourceOwner, owner != call.account, world.accounts[owner] != nil {
      let shared = draft.sharedEventID ?? identifiers.uuid()
      draft.sharedEventID = shared
      var copy = draft
      copy.eventID = identifiers.uuid()
      copy.recipientAccountID = owner
      copy.userIdentity = foreignIdentity(call.identity)
      copy.isSessionCredentialFromConsole = false
      records = [draft.sealed(), copy.sealed()]
    } else {
      records = [draft.sealed()]
    }
    if let network = networkDraft(of: draft) {
      // Ours: what the endpoint refuses never reaches the service, which therefore records nothing.
      if draft.errorCode == RecordedErrors.endpointRefusal { records = [] }
      records.append(network.sealed())
    }
    return records
  }

  /// How a caller looks in the records of another account (facts §1.3: `AWSAccount`).
  private func foreignIdentity(_ identity: CallerIdentity) -> JSONValue {
    guard let principal = identity.userIdentity["principalId"],
      identity.userIdentity["type"]?.text != "AWSAccount"
    else { return identity.userIdentity }
    return [
      "type": "AWSAccount", "principalId": principal, "accountId": .string(identity.accountID),
    ]
  }

  /// The network activity event beside a call through a VPC endpoint (facts §1.8, §5.5).
  private func networkDraft(of draft: RecordDraft) -> RecordDraft? {
    guard draft.vpcEndpointID != nil, draft.eventType == .apiCall else { return nil }
    var network = draft
    network.eventVersion = "1.09"
    network.category = .networkActivity
    network.eventType = .vpceEvent
    network.eventID = identifiers.uuid()
    network.sharedEventID = draft.sharedEventID ?? identifiers.uuid()
    network.additionalEventData = nil
    network.resources = []
    network.tlsDetails = nil
    network.isSessionCredentialFromConsole = false
    if draft.errorCode != RecordedErrors.endpointRefusal {
      network.errorCode = nil
      network.errorMessage = nil
    }
    return network
  }

  /// Records a call that an AWS service makes by itself, such as CloudTrail's `GetBucketAcl` (facts §3.4, §6.6).
  ///
  /// Its state has no consequences; who needs those calls the rooms that hold it.
  func recordServiceCall(
    _ eventName: String, of eventSource: String, by service: String, in account: AccountID,
    region: RegionName, isReadOnly: Bool, category: EventCategory = .management,
    requestParameters: JSONValue = .null, responseElements: JSONValue = .null,
    additionalEventData: JSONValue? = nil, resources: [ResourceReference] = [],
    error: AWSError? = nil
  ) {
    var draft = RecordDraft()
    draft.userIdentity = ["type": "AWSService", "invokedBy": .string(service)]
    draft.eventTime = now / 1000 * 1000
    draft.eventSource = eventSource
    draft.eventName = eventName
    draft.awsRegion = region
    draft.sourceIPAddress = service
    draft.userAgent = service
    if let error {
      draft.errorCode = RecordedErrors.recordedCode(of: error, eventSource: eventSource)
      draft.errorMessage = error.message
    } else {
      draft.responseElements = responseElements
    }
    draft.requestParameters = requestParameters
    draft.additionalEventData = additionalEventData
    draft.requestID =
      eventSource == "s3.amazonaws.com" ? identifiers.s3RequestID() : identifiers.uuid()
    draft.eventID = identifiers.uuid()
    draft.isReadOnly = isReadOnly
    draft.resources = resources
    draft.category = category
    draft.recipientAccountID = account
    draft.sharedEventID = identifiers.uuid()
    draft.isGlobalServiceEvent = eventSource == "sts.amazonaws.com" && region == "us-east-1"
    publish(draft.sealed())
  }
}

extension SourceAddress {
  /// An address, or the name of a service that stands for one.
  static func isValid(_ text: String) -> Bool {
    IPAddress(text) != nil || text.hasSuffix(".amazonaws.com") || text.hasPrefix("AWS Internal")
  }
}

/// What a call was found to mean, kept for the next one like it.
struct CallMeaning {
  var service: String
  var name: String
  var given: [JSONMember]
  var isUnchecked: Bool
  var operation: APIOperation
  var parameters: JSONValue
  /// The member that each given parameter means, where only values differ between calls.
  var binding: [APIMember]?

  /// The typed parameters of a call that gives the same names; nil where it does not.
  func parameters(from parameters: [JSONMember]) throws(CallProblem) -> JSONValue? {
    guard let binding, parameters.count == given.count else { return nil }
    var members: [JSONMember] = []
    members.reserveCapacity(parameters.count)
    for (index, parameter) in parameters.enumerated() {
      guard parameter.name == given[index].name else { return nil }
      members.append(
        JSONMember(
          binding[index].name,
          try ParameterValues.value(parameter.value, as: binding[index], at: index)))
    }
    return .object(members)
  }
}
