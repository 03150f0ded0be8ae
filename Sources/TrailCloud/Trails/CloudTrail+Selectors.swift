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

  /// Ours: the texts of `InvalidInsightSelectorsException`.
  func putInsightSelectors(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(changedAs: try insightSource(call), call)
    var selectors: [InsightSelector] = []
    for element in call.parameters["InsightSelectors"]?.elements ?? [] {
      let name = element["InsightType"]?.text ?? ""
      guard let type = InsightSelector.InsightType(rawValue: name) else {
        let known = InsightSelector.InsightType.allCases.map(\.rawValue)
        throw insightError(
          "Insight type \(name) is not valid. Valid values: \(known.joined(separator: ", ")).")
      }
      guard !selectors.contains(where: { $0.type == type }) else {
        throw insightError("Insight type \(name) is given more than once.")
      }
      var categories: [EventCategory] = []
      for category in (element["EventCategories"]?.elements ?? []).compactMap(\.text) {
        guard let known = EventCategory(rawValue: category), known == .management || known == .data
        else {
          throw insightError(
            "Event category \(category) is not valid. Valid values: Management, Data.")
        }
        categories.append(known)
      }
      let selector = InsightSelector(type: type, categories: categories)
      try check(selector, of: trail)
      selectors.append(selector)
    }
    trail.insightSelectors = selectors
    return outcome(of: call, keeping: trail, response: trail.insightSelectorsJSON)
  }

  /// What Insights look at, the trail must record (facts §9.1).
  private func check(_ selector: InsightSelector, of trail: Trail) throws(AWSError) {
    let categories = selector.categories.isEmpty ? [.management] : selector.categories
    let kinds = trail.effectiveSelectors.managementKinds
    if categories.contains(.management) {
      switch selector.type {
      case .callRate where !kinds.writes:
        throw insightError(
          "\(selector.type.rawValue) needs a trail that logs write management events.")
      case .errorRate where !kinds.reads && !kinds.writes:
        throw insightError("\(selector.type.rawValue) needs a trail that logs management events.")
      default: break
      }
    }
    if categories.contains(.data), !trail.effectiveSelectors.hasData {
      throw insightError(
        "\(selector.type.rawValue) of data events needs a trail that logs data events.")
    }
  }

  private func insightError(_ message: String) -> AWSError {
    AWSError("InvalidInsightSelectorsException", message)
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
    case (let name?, nil): return name
    case (nil, let store?):
      throw AWSError("EventDataStoreNotFoundException", "Event data store \(store) was not found.")
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
