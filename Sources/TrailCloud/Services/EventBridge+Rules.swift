package import TrailRecord

// PutRule and its kin.

extension Cloud {
  func putRule(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkRule(call)
    let bus = try bus(call.text("EventBusName"), call)
    let id = RuleID(bus: bus, name: call.text("Name") ?? "")
    let pattern = call.text("EventPattern").flatMap { $0.isEmpty ? nil : $0 }
    let schedule = call.text("ScheduleExpression").flatMap { $0.isEmpty ? nil : $0 }
    guard pattern != nil || schedule != nil else {
      throw AWSError(
        "ValidationException",
        "Parameter(s) EventPattern or ScheduleExpression must be specified.")
    }
    let known = eventBuses[id]
    var rule = known ?? EventRule(id, creationTime: call.time)
    rule.compiledSchedule = nil
    if let schedule {
      guard bus.isDefault else {
        throw AWSError(
          "ValidationException", "ScheduleExpression is supported only on the default event bus.")
      }
      guard let expression = ScheduleExpression(schedule) else {
        throw AWSError("ValidationException", "Parameter ScheduleExpression is not valid.")
      }
      rule.compiledSchedule = expression
    }
    rule.compiled = nil
    if let pattern { rule.compiled = try RulePattern(pattern) }
    if known == nil, keptBus(bus).rules.count >= BusLimits.rulesPerBus {
      throw AWSError(
        "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    }
    // What is not said is not kept (PutRule replaces), except tags and targets.
    rule.pattern = pattern
    rule.schedule = schedule
    rule.state = call.text("State").flatMap { EventRule.State(rawValue: $0) } ?? .enabled
    rule.description = call.text("Description")
    rule.roleARN = call.text("RoleArn")
    if known == nil { rule.tags = try BusTags.read(call.parameters["Tags"]) }
    outcome.response = ["RuleArn": .string(id.arn)]
    outcome.afterwards = { cloud in
      if cloud.eventBuses[bus] == nil { cloud.eventBuses.keep(cloud.keptBus(bus)) }
      // Targets may have changed meanwhile only in the call itself, which is over.
      cloud.eventBuses.keep(rule, isChanged: true)
      cloud.planNextRun(of: id)
    }
  }

  private func checkRule(_ call: ServiceCall) throws(AWSError) {
    var check = ModelCheck()
    check.text(call.text("Name"), "name", lengths: BusLimits.ruleName, pattern: .name)
    check.text(
      call.text("ScheduleExpression"), "scheduleExpression",
      lengths: 0...BusLimits.scheduleCharacters)
    check.text(
      call.text("EventPattern"), "eventPattern", lengths: 0...BusLimits.patternCharacters)
    check.choice(call.text("State"), "state", of: EventRule.State.allCases.map(\.rawValue))
    check.text(
      call.text("Description"), "description", lengths: 0...BusLimits.descriptionCharacters)
    check.text(call.text("RoleArn"), "roleArn", lengths: 1...BusLimits.arnCharacters)
    check.text(
      call.text("EventBusName"), "eventBusName", lengths: 1...BusLimits.arnCharacters,
      pattern: .busNameOrARN)
    try check.finish()
  }

  func deleteRule(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkNames(call, "Name")
    let bus = try bus(call.text("EventBusName"), call)
    let id = RuleID(bus: bus, name: call.text("Name") ?? "")
    // A rule that is not there is deleted too (measured).
    guard let rule = eventBuses[id] else { return }
    guard rule.resourceTargets.isEmpty else {
      throw AWSError(
        "ValidationException", "Rule can't be deleted since it has targets.")
    }
    outcome.afterwards = { $0.eventBuses.remove(id) }
  }

  func describeRule(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkNames(call, "Name")
    outcome.response = description(of: try rule("Name", call))
  }

  /// A rule as DescribeRule answers it.
  package func description(of rule: EventRule) -> JSONValue {
    .members(Self.members(of: rule) + [("CreatedBy", .string(rule.id.bus.account))])
  }

  func listRules(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkNames(call, "NamePrefix")
    let bus = try bus(call.text("EventBusName"), call)
    let prefix = call.text("NamePrefix") ?? ""
    let all = (eventBuses[bus]?.sortedRules ?? []).filter { $0.name.hasPrefix(prefix) }
    let (page, token) = try page(all, call)
    outcome.response = .members([
      ("Rules", .array(page.map { .members(Self.members(of: $0)) })), ("NextToken", token),
    ])
  }

  private static func members(of rule: EventRule) -> [(name: String, value: JSONValue?)] {
    [
      ("Name", .string(rule.name)), ("Arn", .string(rule.arn)),
      ("EventPattern", .text(rule.pattern)), ("ScheduleExpression", .text(rule.schedule)),
      ("State", .string(rule.state.rawValue)), ("Description", .text(rule.description)),
      ("RoleArn", .text(rule.roleARN)), ("EventBusName", .string(rule.id.bus.name)),
    ]
  }

  /// Ours: EnableRule on a rule that hears reads too leaves it so.
  func setState(
    _ state: EventRule.State, _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    try checkNames(call, "Name")
    var rule = try rule("Name", call)
    guard rule.state != state, !(state == .enabled && rule.state == .enabledWithReads) else {
      return
    }
    rule.state = state
    outcome.afterwards = { cloud in
      cloud.eventBuses.keep(rule, isChanged: true)
      cloud.planNextRun(of: rule.id)
    }
  }

  func testPattern(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text("EventPattern"), "eventPattern", lengths: 0...BusLimits.patternCharacters)
    try check.finish()
    let pattern = try RulePattern(call.text("EventPattern") ?? "")
    guard let event = try? JSONParser.parse(call.text("Event") ?? ""), event.members != nil,
      Self.neededInEvents.allSatisfy({ event[$0] != nil })
    else { throw AWSError("ValidationException", "Parameter Event is not valid.") }
    outcome.response = ["Result": .bool(pattern.matches(event))]
  }

  /// What TestEventPattern wants an event to have (botocore's model).
  private static let neededInEvents = [
    "id", "account", "source", "time", "region", "resources", "detail-type",
  ]

  func checkNames(_ call: ServiceCall, _ member: String) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text(member), RecordNames.lowered(member), lengths: BusLimits.ruleName, pattern: .name)
    check.text(
      call.text("EventBusName"), "eventBusName", lengths: 1...BusLimits.arnCharacters,
      pattern: .busNameOrARN)
    check.number(call.parameters["Limit"]?.integer, "limit", in: 1...Self.busPageSize)
    try check.finish()
  }
}
