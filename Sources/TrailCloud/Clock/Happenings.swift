/// What happened by itself since somebody last asked: counts and names for the person who moved the clock.
///
/// The rooms in which it happens note it here; nothing in the cloud reads it.
package struct Happenings: Sendable {
  /// Log files written, by bucket.
  package private(set) var logFiles: [String: Int] = [:]
  /// Digests written, by bucket.
  package private(set) var digests: [String: Int] = [:]
  /// Deliveries that failed, by trail name and AWS's error code.
  package private(set) var failures: [Failure: Int] = [:]
  /// Records that no delivery could place in thirty days, by trail name.
  package private(set) var lost: [String: Int] = [:]
  /// Notifications published about deliveries.
  package private(set) var notifications = 0
  /// Batches written to log groups, by the group's name.
  package private(set) var logEvents: [String: Int] = [:]
  /// Alarms that changed their state, in order.
  package private(set) var alarms: [AlarmChange] = []
  /// Keys whose waiting time ended.
  package private(set) var deletedKeys: [String] = []

  package struct Failure: Hashable, Sendable {
    package var trail: String
    package var code: String
  }
  package struct AlarmChange: Hashable, Sendable {
    package var name: String
    package var state: String
  }

  /// More alarm changes than this are not kept; nobody reads them.
  private static let mostAlarms = 100

  package var isEmpty: Bool {
    logFiles.isEmpty && lost.isEmpty && digests.isEmpty && failures.isEmpty && logEvents.isEmpty
      && alarms.isEmpty
      && deletedKeys.isEmpty && notifications == 0
  }

  mutating func wroteLogFile(to bucket: String) { logFiles[bucket, default: 0] += 1 }
  mutating func wroteDigest(to bucket: String) { digests[bucket, default: 0] += 1 }
  mutating func couldNotDeliver(_ trail: String, code: String) {
    failures[Failure(trail: trail, code: code), default: 0] += 1
  }
  mutating func lost(_ count: Int, of trail: String) { lost[trail, default: 0] += count }
  mutating func notified() { notifications += 1 }
  mutating func wroteLogEvents(_ count: Int, to group: String) {
    logEvents[group, default: 0] += count
  }
  mutating func alarm(_ name: String, went state: String) {
    guard alarms.count < Self.mostAlarms else { return }
    alarms.append(AlarmChange(name: name, state: state))
  }
  mutating func deletedKey(_ arn: String) { deletedKeys.append(arn) }
}

extension Cloud {
  /// What happened by itself since this was last asked.
  package func takeHappenings() -> Happenings {
    defer { happenings = Happenings() }
    return happenings
  }
}
