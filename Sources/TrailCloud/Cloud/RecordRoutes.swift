/// Where the records of repeated calls go: found out once for all that have their traits in common.
struct RecordRoutes {
  /// Traits whose routes are kept; with more than this it begins anew.
  private static let most = 20_000

  /// A trail that records, and where what it has recorded waits.
  struct Stop {
    let id: TrailID
    let queue: DeliveryQueue
  }
  private struct Route {
    /// Kept alive, so that no other object takes its place.
    let traits: RecordTraits
    let stops: [Stop]
  }
  private var byTraits: [ObjectIdentifier: Route] = [:]
  /// How often trails had changed when these were found out.
  private var changes = -1

  /// The stops of records with these traits; nil where they are not known, or no longer.
  mutating func stops(of traits: RecordTraits, changes: Int) -> [Stop]? {
    if changes != self.changes {
      byTraits.removeAll(keepingCapacity: true)
      self.changes = changes
    }
    return byTraits[ObjectIdentifier(traits)]?.stops
  }

  mutating func keep(_ stops: [Stop], of traits: RecordTraits) {
    if byTraits.count >= Self.most { byTraits.removeAll(keepingCapacity: true) }
    byTraits[ObjectIdentifier(traits)] = Route(traits: traits, stops: stops)
  }
}
