internal import TrailRecord

/// The model of EventBridge: buses, rules, targets, events (facts §10.1; texts measured on AWS where they could be).
///
/// What a call changes, changes right after its record was made: so a rule does not hear of its own making.
extension Cloud {
  func performEvents(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      if try !changeRules(call, &outcome), try !changeBuses(call, &outcome),
        try !changeArchives(call, &outcome)
      {
        return performGenerally(call)
      }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// False where the call is about something else.
  private func changeRules(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "PutRule": try putRule(call, &outcome)
    case "DeleteRule": try deleteRule(call, &outcome)
    case "DescribeRule": try describeRule(call, &outcome)
    case "ListRules": try listRules(call, &outcome)
    case "EnableRule": try setState(.enabled, call, &outcome)
    case "DisableRule": try setState(.disabled, call, &outcome)
    case "PutTargets": try putTargets(call, &outcome)
    case "RemoveTargets": try removeTargets(call, &outcome)
    case "ListTargetsByRule": try listTargets(call, &outcome)
    case "ListRuleNamesByTarget": try listRuleNames(call, &outcome)
    case "TestEventPattern": try testPattern(call, &outcome)
    default: return false
    }
    return true
  }

  private func changeBuses(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateEventBus": try createBus(call, &outcome)
    case "UpdateEventBus": try updateBus(call, &outcome)
    case "DeleteEventBus": try deleteBus(call, &outcome)
    case "DescribeEventBus": try describeBus(call, &outcome)
    case "ListEventBuses": try listBuses(call, &outcome)
    case "PutPermission": try putPermission(call, &outcome)
    case "RemovePermission": try removePermission(call, &outcome)
    case "PutEvents": try putEvents(call, &outcome)
    case "TagResource": try tagResource(call, &outcome)
    case "UntagResource": try untagResource(call, &outcome)
    case "ListTagsForResource": try listTags(call, &outcome)
    default: return false
    }
    return true
  }

  // MARK: Names

  /// The bus that a parameter names, by name or ARN; the default one where it is absent.
  ///
  /// - Throws: `ResourceNotFoundException` where there is none.
  func bus(_ name: String?, _ call: ServiceCall) throws(AWSError) -> BusID {
    let id = busID(name, call)
    guard id.isDefault || eventBuses[id] != nil else { throw Self.noBus(id.name) }
    return id
  }

  func busID(_ name: String?, _ call: ServiceCall) -> BusID {
    BusID(named: name ?? BusID.defaultName, account: call.account, region: call.region)
  }

  static func noBus(_ name: String) -> AWSError {
    AWSError(
      "ResourceNotFoundException", "Event bus \(name) does not exist.", advice: "define bus \(name)"
    )
  }

  /// A bus as it is kept; a default one that nobody touched begins here.
  func keptBus(_ id: BusID) -> EventBus {
    eventBuses[id] ?? EventBus(id, creationTime: configuration.start - EventTime.millisecondsPerDay)
  }

  /// The rule that a call names.
  ///
  /// - Parameter member: the parameter with the rule's name.
  func rule(_ member: String, _ call: ServiceCall) throws(AWSError) -> EventRule {
    let bus = try bus(call.text("EventBusName"), call)
    let name = call.text(member) ?? ""
    guard let rule = eventBuses[RuleID(bus: bus, name: name)] else {
      throw AWSError(
        "ResourceNotFoundException", "Rule \(name) does not exist on EventBus \(bus.name).")
    }
    return rule
  }

  // MARK: Pages

  static let busPageSize = 100

  /// A page of a list: what follows the token, and the token of the next page.
  ///
  /// Ours: a token is the place in the list, in letters that nobody would guess.
  func page<Element>(_ list: [Element], _ call: ServiceCall) throws(AWSError) -> (
    page: [Element], token: JSONValue?
  ) {
    let limit = call.parameters["Limit"]?.integer ?? Self.busPageSize
    var start = 0
    if let token = call.text("NextToken") {
      guard let place = BusToken.place(token), place <= list.count else {
        throw AWSError("ValidationException", "The specified token is not valid.")
      }
      start = place
    }
    let end = min(start + limit, list.count)
    return (
      Array(list[start..<end]), end < list.count ? .string(BusToken.text(end)) : nil
    )
  }
}

/// Tokens of pages.
enum BusToken {
  private static let prefix = "AAAAAAAAAA"

  static func text(_ place: Int) -> String { "\(prefix)\(place * 7919 + 104_729)==" }

  static func place(_ token: String) -> Int? {
    guard token.hasPrefix(prefix), token.hasSuffix("=="),
      let number = Int(token.dropFirst(prefix.count).dropLast(2)),
      (number - 104_729).isMultiple(of: 7919), number >= 104_729
    else { return nil }
    return (number - 104_729) / 7919
  }
}
