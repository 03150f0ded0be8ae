/// All trails of all accounts.
///
/// A trail that is gone is still found by its id, for what it recorded before and has not delivered yet.
package struct TrailRegistry: Sendable {
  /// The trails that are there.
  package private(set) var byID: [TrailID: Trail] = [:]
  /// Those that are gone.
  package private(set) var deleted: [TrailID: Trail] = [:]
  /// What each trail recorded, and since when; the last is now's.
  private var rules: [TrailID: [DatedRule]] = [:]
  private var count = 0
  /// What `recording` walks: the trails of an account, and those of organizations, in the order of their ids.
  private var ofAccount: [AccountID: [Watch]] = [:]
  private var ofOrganizations: [Watch] = []

  /// The trails that deliver to a log group.
  private(set) var haveLogGroups: Set<TrailID> = []

  /// Changes of trails so far.
  private(set) var changeCount = 0
  /// The records of the clock's present second, by fingerprints of their ids, and those that were judged before a
  /// change in their own second: by how many changes had come by then.
  private var present: (second: Int64, records: [UInt64]) = (0, [])
  private var judgedBefore: [UInt64: Int] = [:]

  private struct DatedRule: Sendable {
    /// The beginning of the second in which it came.
    var since: Int64
    var change: Int
    var rule: RecordingRule
  }
  private struct Watch: Sendable {
    var id: TrailID
    var account: AccountID
    var rule: RecordingRule
  }

  init() {}

  /// The trail, even if it is gone.
  package subscript(_ id: TrailID) -> Trail? { byID[id] ?? deleted[id] }

  /// The trails that are there, in the order in which they were made.
  package var all: [Trail] { byID.values.sorted { $0.id < $1.id } }

  /// Those that are there and those that are gone, in the order in which they were made.
  var known: [Trail] { (Array(byID.values) + Array(deleted.values)).sorted { $0.id < $1.id } }

  mutating func makeID() -> TrailID {
    count += 1
    return TrailID(number: count)
  }

  /// Changes what is kept about a trail without bearing on what it records, such as its status.
  mutating func update(_ id: TrailID, _ change: (inout Trail) -> Void) {
    if var trail = byID[id] {
      change(&trail)
      byID[id] = trail
    } else if var trail = deleted[id] {
      change(&trail)
      deleted[id] = trail
    }
  }

  /// Keeps a trail, new or changed, as it is from a time on.
  mutating func keep(_ trail: Trail, from time: Int64) {
    if trail.deletionTime == nil {
      byID[trail.id] = trail
    } else {
      byID[trail.id] = nil
      deleted[trail.id] = trail
    }
    for record in present.records where judgedBefore[record] == nil {
      judgedBefore[record] = changeCount
    }
    present.records = []
    changeCount += 1
    rules[trail.id, default: []].append(
      DatedRule(since: time / 1000 * 1000, change: changeCount, rule: RecordingRule(trail)))
    rebuildIndex()
  }

  /// Remembers when a record was judged, so that it can be explained although the clock stands still.
  ///
  /// - Complexity: O(1); nothing is kept of the seconds in which no trail changes.
  mutating func judged(_ record: EventRecord) {
    let second = record.eventTime / 1000
    if second != present.second {
      present.second = second
      present.records.removeAll(keepingCapacity: true)
    }
    present.records.append(record.fingerprint)
  }

  /// What a trail recorded when this record came; nil before the trail was made.
  func rule(of id: TrailID, for record: EventRecord) -> RecordingRule? {
    if let change = judgedBefore[record.fingerprint] {
      return rules[id]?.last { $0.change <= change }?.rule
    }
    return rule(of: id, at: record.eventTime)
  }

  private mutating func rebuildIndex() {
    ofAccount = [:]
    ofOrganizations = []
    haveLogGroups = []
    for trail in all {
      if trail.logGroupARN != nil { haveLogGroups.insert(trail.id) }
      guard let rule = rules[trail.id]?.last?.rule else { continue }
      let watch = Watch(id: trail.id, account: trail.account, rule: rule)
      if trail.isOrganizationTrail {
        ofOrganizations.append(watch)
      } else {
        ofAccount[trail.account, default: []].append(watch)
      }
    }
  }

  /// Whether any organization's trail logs.
  var hasOrganizationTrails: Bool { !ofOrganizations.isEmpty }

  /// The trails that log this record, in the order in which they were made.
  ///
  /// A record of the clock's present second is judged by the trails as they are; a late one by what they were at its
  /// time. Ours: changes take effect at once, which AWS does not promise (facts §3.9).
  func recording(_ record: EventRecord, in cloud: Cloud) -> [TrailID] {
    let isLate = record.eventTime / 1000 < cloud.now / 1000
    var found: [TrailID] = []
    for watch in ofAccount[record.recipientAccountID] ?? [] {
      let rule = isLate ? self.rule(of: watch.id, at: record.eventTime) : watch.rule
      if let rule, rule.records(record) { found.append(watch.id) }
    }
    guard !ofOrganizations.isEmpty else { return found }
    var isMixed = false
    for watch in ofOrganizations {
      guard cloud.world.isCovered(record.recipientAccountID, byTrailsOf: watch.account) else {
        continue
      }
      let rule = isLate ? self.rule(of: watch.id, at: record.eventTime) : watch.rule
      guard let rule, rule.records(record) else { continue }
      isMixed = isMixed || found.last.map { $0 > watch.id } ?? false
      found.append(watch.id)
    }
    return isMixed ? found.sorted() : found
  }

  /// Whether a trail that logs selects any data events of an account.
  func selectDataEvents(in account: AccountID) -> Bool {
    let watches = (ofAccount[account] ?? []) + ofOrganizations
    return watches.contains { $0.rule.isLogging && $0.rule.selectors.takesDataEvents }
  }

  /// What a trail recorded at a time; nil before it was made.
  func rule(of id: TrailID, at time: Int64) -> RecordingRule? {
    rules[id]?.last { $0.since <= time }?.rule
  }

  /// What a trail records now.
  func rule(of id: TrailID) -> RecordingRule? { rules[id]?.last?.rule }

  /// When a trail began and ceased to log, and now does.
  package func loggingIntervals(of id: TrailID) -> [(start: Int64, end: Int64?)] {
    var intervals: [(start: Int64, end: Int64?)] = []
    for dated in rules[id] ?? [] {
      let isOpen = intervals.last.map { $0.end == nil } ?? false
      if dated.rule.isLogging, !isOpen {
        intervals.append((dated.since, nil))
      } else if !dated.rule.isLogging, isOpen {
        intervals[intervals.count - 1].end = dated.since
      }
    }
    return intervals.filter { interval in interval.end.map { $0 > interval.start } ?? true }
  }
}

extension World {
  /// Whether a management account's organization trails record an account's events.
  func isCovered(_ account: AccountID, byTrailsOf manager: AccountID) -> Bool {
    if account == manager { return true }
    guard let organization, organization.managementAccount == manager else { return false }
    return organization.members.contains(account)
  }
}
