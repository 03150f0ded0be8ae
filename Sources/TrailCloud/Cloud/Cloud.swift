/// CloudTrail, and as much of AWS around it as CloudTrail can see: a simulation with a clock of its own.
///
/// Everything that happens is a call (`perform`) or a step of the clock (`advance`). Both are deterministic: the same
/// configuration and the same calls give the same records, files, keys and ids, byte for byte. Nothing here knows
/// queries or a terminal; files are written through `ObjectStorage`, and records are handed to `observer`.
///
/// A cloud belongs to one thread.
package final class Cloud {
  /// What is decided when a world begins.
  package struct Configuration: Hashable, Sendable {
    /// Where all ids, keys, addresses and file names come from.
    package var seed: UInt64 = 1
    /// The time at which the clock begins: milliseconds since 1970 UTC.
    package var start: Int64 = CloudDefaults.start
    package var account: AccountID = CloudDefaults.account
    package var region: RegionName = CloudDefaults.region

    package init() {}
  }

  package let configuration: Configuration
  /// The world's time in milliseconds since 1970 UTC. Only `advance` moves it.
  package internal(set) var now: Int64 {
    didSet { happenings.now = now }
  }
  /// Accounts, principals and resources.
  package internal(set) var world: World
  package internal(set) var trails = TrailRegistry()
  package internal(set) var buckets = BucketRegistry()
  package internal(set) var keys = KeyRegistry()
  package internal(set) var topics = TopicRegistry()
  package internal(set) var queues = QueueRegistry()
  package internal(set) var functions = FunctionCalls()
  package internal(set) var logGroups = LogGroupRegistry()
  package internal(set) var eventBuses = EventBusRegistry()
  package internal(set) var metrics = MetricRegistry()
  var delivery = DeliveryState()
  var eventsOnTheirWay = EventsOnTheirWay()
  /// The action of a rule that is being done; what happens meanwhile comes of it.
  var acting = RuleCause()
  var ruleRoots = RuleRoots()
  var insights = InsightState()
  var traffic = TrafficState()
  /// What is known of calls that are made again and again.
  var repeated = RepeatedCalls()
  var routes = RecordRoutes()
  /// While this is true, calls leave no records: they make what was there before.
  var isSilent = false
  var schedule = Schedule()
  var identifiers: IdentifierSource
  /// Where the bytes of delivered objects are kept. Those that read there want `storage`.
  let objects: any ObjectStorage
  /// Told of every record, recorded or not.
  package weak var observer: (any CloudObserver)?
  /// Does what rules ask of a session; set by whoever has one.
  package weak var sessionActions: (any SessionActionPerformer)?
  /// What happened by itself since it was last told (`takeHappenings`).
  package internal(set) var happenings = Happenings()
  /// What the last call was found to mean: calls are often repeated.
  var lastMeaning: CallMeaning?
  /// Answers LookupEvents from wherever the events are kept; nil where nobody keeps them.
  package var eventHistory: ((LookupRequest, AccountID, RegionName) -> LookupPage)?
  /// Tells of records that were made, from wherever they are kept; nil where nobody keeps them.
  package var pastRecords: PastRecords?
  /// Calls performed so far.
  package internal(set) var callCount = 0

  package init(_ configuration: Configuration = Configuration(), storage: any ObjectStorage) {
    self.configuration = configuration
    objects = storage
    now = configuration.start
    identifiers = IdentifierSource(seed: configuration.seed)
    world = World(configuration, identifiers: &identifiers)
    happenings.now = now
  }
}

extension Cloud {
  /// The storage, with all that was delivered.
  var storage: any ObjectStorage {
    writeFiles()
    return objects
  }
}

/// The world as it is before anybody says otherwise.
package enum CloudDefaults {
  /// Monday 2026-01-05 09:00:00 UTC: fixed, so that a script gives the same bytes on every day.
  package static let start: Int64 = 1_767_603_600_000
  package static let account: AccountID = "123456789012"
  package static let region: RegionName = "us-east-1"
  /// The user who does what shell commands ask for.
  package static let administrator = "admin"
}

/// Twelve digits.
package typealias AccountID = String
/// Such as `us-east-1`.
package typealias RegionName = String

/// Who wants to know what happens in a cloud.
package protocol CloudObserver: AnyObject {
  /// A record was made. Called in the order of `eventTime` as far as the clock goes, before `perform` or `advance`
  /// returns.
  ///
  /// - Parameter isRecorded: whether Event history or a logging trail kept it; if not, only the simulation knows it.
  func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool)
}
