/// Names a rule.
package struct RuleID: Hashable, Sendable {
  package var bus: BusID
  package var name: String

  package init(bus: BusID, name: String) {
    self.bus = bus
    self.name = name
  }

  /// Such as `arn:aws:events:us-east-1:123456789012:rule/key-watch`; on a bus of one's own its name comes first.
  package var arn: String {
    let path = bus.isDefault ? name : "\(bus.name)/\(name)"
    return "arn:aws:events:\(bus.region):\(bus.account):rule/\(path)"
  }

  /// Reads a rule's ARN.
  init?(arn text: String) {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "events", parts[5].hasPrefix("rule/")
    else { return nil }
    let path = parts[5].dropFirst("rule/".count).split(separator: "/", maxSplits: 1)
    guard let last = path.last else { return nil }
    self.init(
      bus: BusID(
        account: String(parts[4]), region: String(parts[3]),
        name: path.count == 2 ? String(path[0]) : BusID.defaultName), name: String(last))
  }
}

/// A rule of EventBridge: which events it waits for, and what is done then.
package struct EventRule: Sendable {
  /// Which events a rule is told of (facts §10.1).
  package enum State: String, Hashable, Sendable, CaseIterable {
    case enabled = "ENABLED"
    case disabled = "DISABLED"
    /// Read-only management events too.
    case enabledWithReads = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
  }
  /// What became of its events.
  package struct Statistics: Hashable, Sendable {
    package var matches = 0
    package var lastMatch: Int64?
    package var lastEventName: String?
    package var invocations = 0
    package var failures = 0
    package var retries = 0
    package var deadLetters = 0
    /// Events that were given up without a dead-letter queue.
    package var dropped = 0
    /// Events that its own actions had led to, too often.
    package var loops = 0
    /// Events that came of one which had led to as many actions as it may.
    package var excess = 0
    /// Events that were lost on their way, where too many others were.
    package var lost = 0
    /// The last failure, and when.
    package var lastFailure: String?
    package var lastFailureTime: Int64?
  }
  package let id: RuleID
  package var pattern: String?
  package var schedule: String?
  package var state = State.enabled
  package var description: String?
  package var roleARN: String?
  package var tags: [TrailTag] = []
  package var creationTime: Int64
  /// AWS's targets in the order in which they were put, then the session's actions.
  package var targets: [RuleTarget] = []
  /// Counts the changes of pattern, schedule and state, so that what was planned before is known to be stale.
  var revision = 0
  var compiled: RulePattern?
  var compiledSchedule: ScheduleExpression?

  package var name: String { id.name }
  package var arn: String { id.arn }

  init(_ id: RuleID, creationTime: Int64) {
    self.id = id
    self.creationTime = creationTime
  }

  /// The targets that PutTargets made.
  package var resourceTargets: [RuleTarget] {
    targets.filter { if case .resource = $0.destination { true } else { false } }
  }
}
