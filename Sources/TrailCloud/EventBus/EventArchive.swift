internal import TrailRecord

/// Names an archive or a replay: both are of an account and Region.
struct BusResourceID: Hashable, Sendable {
  var account: AccountID
  var region: RegionName
  var name: String

  /// Such as `arn:aws:events:us-east-1:123456789012:archive/orders`.
  func arn(_ kind: String) -> String { "arn:aws:events:\(region):\(account):\(kind)/\(name)" }

  init(account: AccountID, region: RegionName, name: String) {
    self.account = account
    self.region = region
    self.name = name
  }

  /// Reads the ARN of an archive or a replay.
  init?(arn text: String, _ kind: String) {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "events",
      parts[5].hasPrefix("\(kind)/"), parts[5].utf8.count > kind.utf8.count + 1
    else { return nil }
    self.init(
      account: String(parts[4]), region: String(parts[3]),
      name: String(parts[5].dropFirst(kind.utf8.count + 1)))
  }

  static func < (left: Self, right: Self) -> Bool {
    (left.account, left.region, left.name) < (right.account, right.region, right.name)
  }
}

/// An archive of a bus: the events that it had, to be replayed.
struct EventArchive: Sendable {
  let id: BusResourceID
  let bus: BusID
  let creationTime: Int64
  var pattern: String?
  var compiled: RulePattern
  var description: String?
  /// 0 for ever.
  var retentionDays = 0
  var kmsKey: String?
  private(set) var events: [Kept] = []
  private(set) var size = 0

  struct Kept: Sendable {
    var event: BusEvent
    /// When it came into the archive.
    var time: Int64
  }

  var arn: String { id.arn("archive") }
  /// What it goes by among the rules of its bus; no rule can have such a name.
  var listenerName: String { Self.listenerPrefix + id.name }
  static let listenerPrefix = "archive/"

  /// The events that are there at a time: those older than the retention are gone.
  mutating func sweep(at time: Int64) {
    guard retentionDays > 0 else { return }
    let oldest = time - Int64(retentionDays) * EventTime.millisecondsPerDay
    let gone = events.prefix { $0.time < oldest }.count
    guard gone > 0 else { return }
    size -= events.prefix(gone).reduce(0) { $0 + $1.event.bytes.count }
    events.removeFirst(gone)
  }

  mutating func keep(_ event: BusEvent, at time: Int64) {
    sweep(at: time)
    events.append(Kept(event: event, time: time))
    size += event.bytes.count
  }
}

/// A replay of what an archive has of a stretch of time.
struct EventReplay: Sendable {
  enum State: String, Sendable, CaseIterable {
    case starting = "STARTING"
    case running = "RUNNING"
    case cancelling = "CANCELLING"
    case completed = "COMPLETED"
    case cancelled = "CANCELLED"
    case failed = "FAILED"
  }
  let id: BusResourceID
  let archive: BusResourceID
  let bus: BusID
  /// The ARNs of the rules that hear of it; empty for all.
  var rules: [String] = []
  var description: String?
  /// Of the events that are replayed.
  var start: Int64
  var end: Int64
  var state = State.starting
  var startTime: Int64
  var endTime: Int64?
  var lastReplayed: Int64?
  /// What led to the replay, where a rule's action did.
  var cause = RuleCause()
  /// What is still to be sent, by time; nil before it runs.
  var rest: ArraySlice<BusEvent>?

  var arn: String { id.arn("replay") }
  var isActive: Bool { [.starting, .running, .cancelling].contains(state) }
}

extension BusEvent {
  /// The event as a replay sends it: `replay-name` stands behind the Region (measured). Ours: it keeps its id.
  func replayed(as name: String) -> BusEvent {
    var event = self
    event.isReplayed = true
    // Text of others has its quotes escaped, so the first that reads so is the envelope's.
    let mark = Array(#","resources":"#.utf8)
    guard let place = bytes.firstRange(of: mark)?.lowerBound else { return event }
    var member = Array(#","replay-name":"#.utf8)
    JSONWriter.appendString(name.utf8, to: &member)
    event.bytes.insert(contentsOf: member, at: place)
    return event
  }
}
