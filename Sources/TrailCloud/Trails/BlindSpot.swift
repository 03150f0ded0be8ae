package import TrailRecord

/// What kept an event out of the trails, in a word: what stood between it and the trail that came nearest to recording
/// it. `explanation(of:)` says it of each trail in full.
package enum BlindSpot: Hashable, Sendable {
  case notLogging(trail: String)
  case deleted(trail: String)
  case notMadeYet(trail: String)
  case otherRegion(trail: String, home: RegionName)
  case globalLeftOut(trail: String)
  case ownDelivery(trail: String)
  /// A selector takes events of the kind, and not this one.
  case leftOut(trail: String)
  /// No selector takes events of the kind, such as `data events of AWS::S3::Object`.
  case unselected(kind: String)
  case noTrail

  /// Why, as the end of a sentence about events that no trail recorded, or that `trail` did not.
  package func phrase(of trail: String? = nil) -> String {
    switch self {
    case .notLogging(let name): "\(name) was not logging"
    case .deleted(let name): "\(name) was deleted"
    case .notMadeYet(let name): "\(name) was made later"
    case .otherRegion(let name, let home): "\(name) logs \(home) only"
    case .globalLeftOut(let name): "\(name) leaves the events of global services out"
    case .ownDelivery(let name): "\(name) leaves CloudTrail's own deliveries out"
    case .leftOut(let name): "the selectors of \(name) leave them out"
    case .unselected(let kind):
      "\(trail ?? "no trail") \(trail == nil ? "selects" : "does not select") \(kind)"
    case .noTrail: "there is no trail"
    }
  }
}

extension Cloud {
  /// Why an event is in no trail, or not in one of them; nil where it was recorded.
  ///
  /// - Parameter record: as CloudTrail writes it.
  package func blindSpot(of record: JSONValue, for only: TrailID? = nil) -> BlindSpot? {
    let event = EventRecord(reading: record)
    let seen = trails.known.filter {
      only == nil ? sees($0, event.recipientAccountID) : $0.id == only
    }
    var nearest: [BlindSpot]?
    for trail in seen {
      let obstacles = obstacles(trail, event)
      if obstacles.isEmpty { return nil }
      if nearest.map({ Self.distance(obstacles) < Self.distance($0) }) ?? true {
        nearest = obstacles
      }
    }
    return nearest?.last ?? .noTrail
  }

  /// How far from recording an event a trail was: one that selects such events was nearer than one that does not.
  private static func distance(_ obstacles: [BlindSpot]) -> Int {
    if case .unselected? = obstacles.last { return 2 * obstacles.count + 1 }
    return 2 * obstacles.count
  }

  /// What keeps a trail from recording an event; what its selectors say comes last.
  private func obstacles(_ trail: Trail, _ event: EventRecord) -> [BlindSpot] {
    var found: [BlindSpot] = []
    let then = trails.rule(of: trail.id, for: event)
    if let then, !then.isLogging {
      let isGone = trail.deletionTime.map { $0 / 1000 * 1000 <= event.eventTime } ?? false
      found.append(isGone ? .deleted(trail: trail.name) : .notLogging(trail: trail.name))
    } else if then == nil {
      found.append(.notMadeYet(trail: trail.name))
    }
    guard let rule = then ?? trails.rule(of: trail.id) else { return found }
    if !rule.covers(event) {
      found.append(
        event.isGlobalServiceEvent && rule.homeRegion == RecordingRule.globalRegion
          ? .globalLeftOut(trail: trail.name)
          : .otherRegion(trail: trail.name, home: rule.homeRegion))
    }
    if rule.isOwnDelivery(event) { found.append(.ownDelivery(trail: trail.name)) }
    if !rule.selects(event) {
      found.append(
        rule.written.mentions(event) ? .leftOut(trail: trail.name) : .unselected(kind: event.kind))
    }
    return found
  }
}

extension EventRecord {
  /// Such as `data events of AWS::S3::Object`.
  fileprivate var kind: String {
    switch category {
    case .management: "such management events"
    case .data: "data events" + (resources.first?.type.map { " of \($0)" } ?? "")
    case .networkActivity: "network activity events of \(eventSource)"
    case .insight: "Insights events"
    }
  }
}

extension EventSelectors {
  /// Whether some selector is about events of an event's kind, whatever it says of them.
  fileprivate func mentions(_ event: EventRecord) -> Bool {
    let types = Set(event.resources.compactMap(\.type))
    switch (self, event.category) {
    case (_, .management): return true
    case (.basic(let selectors), .data):
      return selectors.contains { selector in
        selector.dataResources.contains { types.contains($0.type) && !$0.values.isEmpty }
      }
    case (.advanced(let selectors), .data):
      return selectors.contains { selector in
        selector.category == .data
          && types.contains { selector["resources.type"]?.accepts($0) ?? true }
      }
    case (.advanced(let selectors), .networkActivity):
      return selectors.contains {
        $0.category == .networkActivity && $0["eventSource"]?.accepts(event.eventSource) ?? true
      }
    case (.basic, _), (_, .insight): return false
    }
  }
}
