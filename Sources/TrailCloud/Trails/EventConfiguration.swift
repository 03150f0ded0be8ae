internal import TrailRecord

/// PutEventConfiguration and GetEventConfiguration of trails (facts §5.6): kept and told, and without other effect.
extension Cloud {
  private static let maximumAggregations = 1

  func putEventConfiguration(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    var trail = try trail(changedAs: try configurationTarget(call), call)
    if let size = call.text("MaxEventSize"), size != "Standard" {
      throw configurationError(
        size == "Large"
          ? "MaxEventSize Large is for event data stores only."
          : "MaxEventSize \(size) is not valid. Valid values: Standard, Large.")
    }
    if let keys = call.parameters["ContextKeySelectors"]?.elements, !keys.isEmpty {
      throw configurationError("ContextKeySelectors need MaxEventSize Large.")
    }
    let aggregations = call.parameters["AggregationConfigurations"]?.elements ?? []
    guard aggregations.count <= Self.maximumAggregations else {
      throw configurationError("At most one aggregation configuration is possible.")
    }
    let templates = ["API_ACTIVITY", "RESOURCE_ACCESS", "USER_ACTIONS"]
    for aggregation in aggregations {
      let given = aggregation["Templates"]?.texts ?? []
      guard aggregation["EventCategory"]?.text == "Data", !given.isEmpty,
        given.allSatisfy({ templates.contains($0) })
      else {
        throw configurationError(
          "An aggregation configuration needs EventCategory Data and templates of \(templates.joined(separator: ", "))."
        )
      }
    }
    trail.eventConfiguration = .members([
      ("MaxEventSize", .string("Standard")),
      ("AggregationConfigurations", aggregations.isEmpty ? nil : .array(aggregations)),
    ])
    return outcome(of: call, keeping: trail, response: Self.configuration(of: trail))
  }

  func getEventConfiguration(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    answer(Self.configuration(of: try trail(readAs: try configurationTarget(call), call)))
  }

  private static func configuration(of trail: Trail) -> JSONValue {
    .object(
      [JSONMember("TrailARN", .string(trail.arn))] + (trail.eventConfiguration.members ?? []))
  }

  private func configurationTarget(_ call: ServiceCall) throws(AWSError) -> String {
    switch (call.text("TrailName"), call.text("EventDataStore")) {
    case (let name?, nil): return name
    case (nil, let store?):
      throw AWSError("EventDataStoreNotFoundException", "Event data store \(store) was not found.")
    default:
      throw AWSError(
        "InvalidParameterCombinationException", "Specify either TrailName or EventDataStore.")
    }
  }

  private func configurationError(_ message: String) -> AWSError {
    AWSError("InvalidParameterCombinationException", message)
  }
}
