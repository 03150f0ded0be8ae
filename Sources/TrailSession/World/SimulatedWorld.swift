package import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord

/// The simulated cloud of a session, with what it needs of the outside.
package final class SimulatedWorld {
  package let cloud: Cloud
  /// Where all simulated calls go, those apart that neither Event history nor a trail recorded.
  let store: EventStore
  /// When events were delivered, of as many log files of the cloud as `deliveredFiles` says.
  private var deliveries = EventDeliveries()
  private var deliveredFiles = 0
  /// What was read from the trails' buckets.
  var delivered: [TrailID: DeliveredEvents] = [:]
  /// Where buckets lie that nobody placed elsewhere; nil where everything is kept in memory.
  let folder: SessionFolder?

  /// - Parameter store: the session's.
  init(cloud: Cloud, store: EventStore, folder: SessionFolder?) {
    self.cloud = cloud
    self.store = store
    self.folder = folder
    cloud.observer = self
  }
}

extension SimulatedWorld: CloudObserver {
  package func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) {
    store.takeIn(record.bytes, isRecorded ? .recorded : .unrecorded)
  }
}

extension SimulatedWorld {
  /// Says what `history` and `calls` mean.
  func addSources(to context: inout BindingContext) {
    context.calls = store.calls()
    context.historyPredicates = EventHistory.predicates(
      account: cloud.world.account, region: cloud.world.region, now: cloud.now)
  }

  /// When the simulated events were delivered.
  ///
  /// - Complexity: O(events delivered since it was last asked).
  func eventDeliveries() -> EventDeliveries {
    for file in cloud.deliveries(after: deliveredFiles) {
      deliveries.note(
        file.events.lazy.map { Identifier(high: $0.high, low: $0.low) }, at: file.time)
      deliveredFiles += 1
    }
    return deliveries
  }
}

/// The console's Event history, as a condition on simulated calls (facts §0.3, §0.15).
enum EventHistory {
  /// How far back it goes.
  static let days: Int64 = 90

  static func predicates(
    account: AccountID, region: RegionName, now: Int64
  ) -> (writes: PredicateSyntax, all: PredicateSyntax)? {
    let start = ReadableTime.iso(now - days * EventTime.millisecondsPerDay)
    let all =
      "eventCategory == Management and awsRegion == \"\(region)\""
      + " and recipientAccountId == \"\(account)\" and time >= \"\(start)\""
    guard let every = QueryParser.parse("events where \(all)").syntax?.predicate,
      let writes = QueryParser.parse("events where \(all) and readOnly = false").syntax?.predicate
    else { return nil }
    return (writes, every)
  }
}
