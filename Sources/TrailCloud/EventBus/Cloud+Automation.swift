package import TrailRecord

// What the shell asks of EventBridge: the same as AWS's API, but as something that was there before, so that no record
// is made of it.

extension Cloud {
  /// Does what an operation of EventBridge does, without a call that anybody recorded.
  ///
  /// - Returns: AWS's answer under API names.
  /// - Throws: AWS's refusal.
  @discardableResult
  package func arrangeEvents(
    _ operation: String, _ parameters: [JSONMember], account: AccountID? = nil,
    region: RegionName? = nil
  ) throws(AWSError) -> JSONValue {
    let catalogue = APICatalogue.standard
    let call: ServiceCall
    do {
      let operation = try catalogue.operation(operation, of: "events")
      var remarks: [String] = []
      let root = Caller(.root, account: account)
      call = ServiceCall(
        operation: operation, parameters: try catalogue.parameters(parameters, of: operation),
        identity: try identity(of: root, remarks: &remarks), region: region ?? world.region,
        time: now, requestID: "")
    } catch {
      throw AWSError("ValidationException", error.message)
    }
    let outcome = performEvents(call)
    if let error = outcome.error { throw error }
    outcome.afterwards?(self)
    return outcome.response
  }

  /// Gives a rule the actions of the session that it shall do, in the place of those that it did.
  package func setSessionTargets(_ targets: [RuleTarget], of id: RuleID) {
    guard var rule = eventBuses[id] else { return }
    rule.targets = rule.resourceTargets + targets
    eventBuses.keep(rule)
  }

  package func forgetRule(_ id: RuleID) { eventBuses.remove(id) }

  package func setState(_ state: EventRule.State, of id: RuleID) {
    guard var rule = eventBuses[id], rule.state != state else { return }
    rule.state = state
    eventBuses.keep(rule, isChanged: true)
    planNextRun(of: id)
  }

  /// Makes a bus that was there before; a default one is there without.
  package func defineBus(_ id: BusID, description: String?) throws(AWSError) {
    if id.isDefault || eventBuses[id] != nil {
      var bus = keptBus(id)
      bus.description = description ?? bus.description
      return eventBuses.keep(bus)
    }
    var parameters = [JSONMember("Name", .string(id.name))]
    if let description { parameters.append(JSONMember("Description", .string(description))) }
    try arrangeEvents("CreateEventBus", parameters, account: id.account, region: id.region)
  }

  /// Lets an account, or all of the organization where it is nil, put events on a bus.
  package func letIn(_ account: AccountID?, on bus: BusID) throws(AWSError) {
    var parameters = [
      JSONMember("EventBusName", .string(bus.name)), JSONMember("Action", "events:PutEvents"),
      JSONMember("Principal", .string(account ?? "*")),
      JSONMember("StatementId", .string("lets-\(account ?? "organization")")),
    ]
    if account == nil {
      guard let organization = world.organization else {
        throw AWSError(
          "AWSOrganizationsNotInUseException", "There is no organization.",
          advice: "define organization")
      }
      parameters.append(
        JSONMember(
          "Condition",
          [
            "Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": .string(organization.id),
          ]))
    }
    try arrangeEvents("PutPermission", parameters, account: bus.account, region: bus.region)
  }

  /// Lets a rule invoke a function, as the console does when the function becomes its target.
  package func letEventBridgeInvoke(_ functionARN: String, for rule: RuleID) {
    guard let parts = ARN(functionARN) else { return }
    let place = ResourcePlace(
      "lambda/function", String(parts.region), LambdaNames.plain(functionARN))
    let account = String(parts.account)
    guard let function = kept(at: place, in: account) else { return }
    let statement: JSONValue = [
      "Sid": .string("AWSEvents_\(rule.name)"), "Effect": "Allow",
      "Principal": ["Service": .string(EventBridgeService.principal)],
      "Action": "lambda:InvokeFunction",
      "Resource": .string(LambdaNames.arn(place.name, place.region, account)),
      "Condition": ["ArnLike": ["AWS:SourceArn": .string(rule.arn)]],
    ]
    let statements = (function["statements"] ?? [:]).setting("AWSEvents_\(rule.name)", statement)
    keep(function.setting("statements", statements), at: place, in: account)
  }

  /// The rule of a name, in the Region first, on the default bus first.
  package func rules(
    named name: String, in account: AccountID, region: RegionName
  ) -> [EventRule] {
    eventBuses.rules.filter { $0.name == name && $0.id.bus.account == account }
      .sorted { left, right in
        (left.id.bus.region == region ? 0 : 1) < (right.id.bus.region == region ? 0 : 1)
      }
  }
}

extension BusEvent {
  /// The event that EventBridge would make of a record.
  package static func made(of record: JSONValue) -> BusEvent {
    BusEvent(EventRecord(reading: record))
  }
}
