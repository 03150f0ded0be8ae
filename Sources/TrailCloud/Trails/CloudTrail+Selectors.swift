internal import TrailRecord

/// The calls that say what a trail records.
extension Cloud {
  func putEventSelectors(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(changedAs: try call.needed("TrailName"), call)
    func given(_ name: String) -> JSONValue? {
      call.parameters[name].flatMap { $0 == .null ? nil : $0 }
    }
    trail.selectors = try EventSelectors(
      basic: given("EventSelectors"), advanced: given("AdvancedEventSelectors"))
    return outcome(of: call, keeping: trail, response: trail.selectorsJSON)
  }

  /// The list replaces what was put before; an empty one switches Insights off (facts §9.1).
  ///
  /// Checked in this order: what is named, the trail, the list, what the trail logs, its bucket. Ours, and the texts of
  /// `InvalidInsightSelectorsException`.
  func putInsightSelectors(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(changedAs: try insightSource(call), call)
    guard let given = call.parameters["InsightSelectors"], given != .null else {
      _ = try call.needed("InsightSelectors")
      return ServiceOutcome()
    }
    guard let elements = given.elements else {
      throw insightError("InsightSelectors must be a list.")
    }
    var selectors: [InsightSelector] = []
    for element in elements {
      let selector = try readInsightSelector(element)
      guard !selectors.contains(where: { $0.type == selector.type }) else {
        throw insightError("Insight type \(selector.type.rawValue) is given more than once.")
      }
      try check(selector, of: trail)
      selectors.append(selector)
    }
    if !selectors.isEmpty { try checkBucket(of: trail) }
    trail.insightSelectors = selectors
    return outcome(of: call, keeping: trail, response: trail.insightSelectorsJSON)
  }

  private func readInsightSelector(_ json: JSONValue) throws(AWSError) -> InsightSelector {
    guard let members = json.members else {
      throw insightError("InsightSelectors must be a list of objects.")
    }
    for member in members where !["InsightType", "EventCategories"].contains(member.nameText) {
      throw insightError(
        "InsightSelectors has no member \(member.nameText). Valid members: InsightType, EventCategories."
      )
    }
    let name = json["InsightType"]?.text ?? ""
    guard let type = InsightSelector.InsightType(rawValue: name) else {
      let known = InsightSelector.InsightType.allCases.map(\.rawValue)
      throw insightError(
        "Insight type \(name) is not valid. Valid values: \(known.joined(separator: ", ")).")
    }
    var selector = InsightSelector(type: type)
    guard let given = json["EventCategories"], given != .null else { return selector }
    guard let elements = given.elements else {
      throw insightError("EventCategories must be a list.")
    }
    for element in elements {
      let name = element.text ?? ""
      guard let category = EventCategory(rawValue: name),
        category == .management || category == .data
      else {
        throw insightError("Event category \(name) is not valid. Valid values: Management, Data.")
      }
      guard !selector.categories.contains(category) else {
        throw insightError("Event category \(name) is given more than once.")
      }
      selector.categories.append(category)
    }
    return selector
  }

  /// What Insights look at, the trail must record (facts §9.1).
  private func check(_ selector: InsightSelector, of trail: Trail) throws(AWSError) {
    let categories = selector.effectiveCategories
    let kinds = trail.effectiveSelectors.managementKinds
    if categories.contains(.management) {
      switch selector.type {
      case .callRate where !kinds.writes:
        throw insightError(
          "\(selector.type.rawValue) needs a trail that logs write management events.",
          advice: "select \(trail.name) management write")
      case .errorRate where !kinds.reads && !kinds.writes:
        throw insightError(
          "\(selector.type.rawValue) needs a trail that logs management events.",
          advice: "select \(trail.name) management all")
      default: break
      }
    }
    if categories.contains(.data), !trail.effectiveSelectors.hasData {
      throw insightError(
        "\(selector.type.rawValue) of data events needs a trail that logs data events.",
        advice: "select \(trail.name) data s3 all")
    }
  }

  private func insightError(_ message: String, advice: String? = nil) -> AWSError {
    AWSError("InvalidInsightSelectorsException", message, advice: advice)
  }

  func getInsightSelectors(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let trail = try trail(readAs: try insightSource(call), call)
    guard !trail.insightSelectors.isEmpty else {
      throw AWSError(
        "InsightNotEnabledException",
        "Trail \(trail.arn) does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again."
      )
    }
    return answer(trail.insightSelectorsJSON)
  }

  /// The trail whose Insights are meant. Ours: event data stores are not simulated.
  private func insightSource(_ call: ServiceCall) throws(AWSError) -> String {
    switch (call.text("TrailName"), call.text("EventDataStore")) {
    case (let name?, nil):
      guard call.text("InsightsDestination") == nil else {
        throw AWSError(
          "InvalidParameterCombinationException",
          "InsightsDestination cannot be used with TrailName: a trail delivers Insights to its own bucket."
        )
      }
      return name
    case (nil, _?):
      throw AWSError(
        "UnsupportedOperationException", "Insights of event data stores are not supported.",
        advice: "event data stores are not simulated: a trail's Insights need TrailName")
    default:
      throw AWSError(
        "InvalidParameterCombinationException", "Specify either TrailName or EventDataStore.")
    }
  }
}

extension EventSelectors {
  /// Which management events are taken at all.
  var managementKinds: (reads: Bool, writes: Bool) {
    switch self {
    case .basic(let selectors):
      let taking = selectors.filter(\.includesManagementEvents)
      return (
        taking.contains { $0.readWriteType != .writeOnly },
        taking.contains { $0.readWriteType != .readOnly }
      )
    case .advanced(let selectors):
      let taking = selectors.filter { $0.category == .management }
      return (
        taking.contains { $0["readOnly"]?.accepts("true") ?? true },
        taking.contains { $0["readOnly"]?.accepts("false") ?? true }
      )
    }
  }

  /// Whether data events of anything are taken.
  var hasData: Bool {
    switch self {
    case .basic(let selectors):
      selectors.contains { $0.dataResources.contains { !$0.values.isEmpty } }
    case .advanced(let selectors): selectors.contains { $0.category == .data }
    }
  }
}
