package import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailWorkspace

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

  /// While a kept world is built again: its records are there already.
  private var replayed: ReplayedStorage?
  /// The number of calls at which a replayed statement was stopped.
  var stopsAtCall: Int?
  /// Stops the replayed statement.
  private let stop: () -> Void

  /// - Parameters:
  ///   - store: the session's.
  ///   - replayed: the storage, where the world is built again.
  init(
    cloud: Cloud, store: EventStore, folder: SessionFolder?, replayed: ReplayedStorage? = nil,
    stop: @escaping () -> Void = {}
  ) {
    self.replayed = replayed
    self.stop = stop
    self.cloud = cloud
    self.store = store
    self.folder = folder
    cloud.observer = self
  }

  /// What happens from now on is new.
  func endReplay() {
    replayed?.isReplaying = false
    replayed = nil
    _ = cloud.takeHappenings()
  }
}

extension SimulatedWorld: CloudObserver {
  package func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) {
    if replayed != nil {
      if let stopsAtCall, cloud.callCount >= stopsAtCall { stop() }
      return
    }
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

extension Session {
  /// Says what `history` and `calls` mean, whether a simulated world is built, kept, or has not begun.
  func addSources(to context: inout BindingContext) {
    if let builtWorld { return builtWorld.addSources(to: &context) }
    context.calls = store.calls()
    guard let keptWorld else { return }
    context.historyPredicates = EventHistory.predicates(
      account: keptWorld.currentAccount, region: keptWorld.currentRegion, now: keptWorld.now)
  }

  /// The world for remarks about an answer: nobody waits long for those.
  var worldForRemarks: SimulatedWorld? {
    if let keptWorld, keptWorld.calls > SessionKeeper.mostCallsForRemarks { return nil }
    return world
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
