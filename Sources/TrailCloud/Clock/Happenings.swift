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
  /// Records that no delivery could bring to a log group in fourteen days, by trail name.
  package private(set) var lostLogEvents: [String: Int] = [:]
  /// Notifications published about deliveries.
  package private(set) var notifications = 0
  /// Notifications of alarms, by alarm and topic.
  package private(set) var alarmsTold: [AlarmNotice: Int] = [:]
  /// Batches written to log groups, by the group's name.
  package private(set) var logEvents: [String: Int] = [:]
  /// Alarms that changed their state, in order.
  package private(set) var alarms: [AlarmChange] = []
  /// Insights events that were published, in order.
  package private(set) var insights: [InsightNews] = []
  /// Keys whose waiting time ended.
  package private(set) var deletedKeys: [String] = []
  /// What rules did, by rule and action; what the session shows by itself is not among it.
  package private(set) var actions: [RuleAction: Int] = [:]
  /// What rules could not do, by rule, action and code.
  package private(set) var failedActions: [RuleAction: Int] = [:]
  /// Messages in dead-letter queues, by the queue's ARN.
  package private(set) var deadLetters: [String: Int] = [:]
  /// Rules whose actions led to their own events too often.
  package private(set) var loops: [RuleID: Int] = [:]
  /// Rules that waited for events of one that had led to too many actions by then.
  package private(set) var excesses: [RuleID: Int] = [:]
  /// Events that could not be kept on their way.
  package private(set) var lostEvents = 0
  /// The same, moment by moment.
  package private(set) var journal = Journal()
  /// The time at which what is noted happens.
  var now: Int64 = 0

  package struct Failure: Hashable, Sendable {
    package var trail: String
    package var code: String
  }
  package struct AlarmNotice: Hashable, Sendable {
    package var alarm: String
    package var topic: String
  }
  package struct AlarmChange: Hashable, Sendable {
    package var name: String
    package var state: String
  }
  package struct RuleAction: Hashable, Sendable {
    package var rule: String
    package var action: String
    /// What hindered it; empty where nothing did.
    package var code = ""
  }

  /// The start or end of unusual activity.
  package struct InsightNews: Hashable, Sendable {
    package var isStart: Bool
    package var isRise: Bool
    package var eventName: String
    package var eventSource: String
    package var errorCode: String?
    package var region: RegionName
    /// Calls or errors a minute, as the record spells them.
    package var average: String
    package var baseline: String
    /// When the activity started or ended, how many calls were counted, and whose most of them were.
    package var time: Int64
    package var count: Int
    package var caller: String?
  }

  /// More alarm changes than this are not kept; nobody reads them.
  private static let mostAlarms = 100

  package var isEmpty: Bool {
    logFiles.isEmpty && lost.isEmpty && digests.isEmpty && failures.isEmpty && logEvents.isEmpty
      && alarms.isEmpty && insights.isEmpty && lostLogEvents.isEmpty
      && deletedKeys.isEmpty && notifications == 0 && alarmsTold.isEmpty
      && actions.isEmpty && failedActions.isEmpty
      && deadLetters.isEmpty && loops.isEmpty && excesses.isEmpty && lostEvents == 0
  }

  mutating func wroteLogFile(_ folder: LogFileKey.Folder, isData: Bool, to bucket: String) {
    logFiles[bucket, default: 0] += 1
    let kind =
      switch folder {
      case .logs: isData ? "data events file" : "log file"
      case .insights: "Insights file"
      case .networkActivity: "network activity file"
      case .digests: "digest"
      }
    note(.delivery, "\(kind) to s3://\(bucket)")
  }
  mutating func wroteDigest(to bucket: String) {
    digests[bucket, default: 0] += 1
    note(.digest, "digest to s3://\(bucket)")
  }
  mutating func couldNotDeliver(_ trail: String, code: String) {
    failures[Failure(trail: trail, code: code), default: 0] += 1
    note(.failure, "delivery of trail \(trail) failed: \(code)")
  }
  mutating func lost(_ count: Int, of trail: String) { lost[trail, default: 0] += count }
  mutating func lostLogEvents(_ count: Int, of trail: String) {
    lostLogEvents[trail, default: 0] += count
  }
  mutating func notifiedOfDelivery() {
    notifications += 1
    note(.notification, "notification about a delivery")
  }
  mutating func alarm(_ name: String, told topic: String) {
    alarmsTold[AlarmNotice(alarm: name, topic: topic), default: 0] += 1
    note(.notification, "alarm \(name) told \(topic)")
  }
  mutating func wroteLogEvents(_ count: Int, to group: String) {
    logEvents[group, default: 0] += count
    note(.delivery, "log event to \(group)", count: count)
  }
  mutating func alarm(_ name: String, went state: String) {
    note(.alarm, "alarm \(name) went to \(state)")
    guard alarms.count < Self.mostAlarms else { return }
    alarms.append(AlarmChange(name: name, state: state))
  }
  mutating func insight(_ news: InsightNews) {
    if news.isStart, news.isRise {
      let who = news.caller.map { " by \($0)" } ?? ""
      let error = news.errorCode.map { " (\($0))" } ?? ""
      note(
        .call, "\(news.eventName)\(who)\(error), unusually often", at: news.time,
        count: news.count)
    }
    guard insights.count < Self.mostAlarms else { return }
    insights.append(news)
  }
  mutating func deletedKey(_ arn: String) { deletedKeys.append(arn) }

  mutating func note(
    _ kind: Journal.Entry.Kind, _ text: String, at time: Int64? = nil, count: Int = 1,
    rule: RuleID? = nil, event: String? = nil
  ) {
    journal.note(
      Journal.Entry(
        time: time ?? now, kind: kind, text: text, rule: rule?.name, event: event,
        count: count))
  }

  /// Begins to count anew; the journal goes on, and is not among what is given back: it would have to be copied.
  fileprivate mutating func begin() -> Happenings {
    var counted = self
    self = Happenings()
    swap(&journal, &counted.journal)
    now = counted.now
    return counted
  }
}

// What rules do.
extension Happenings {
  /// The event of a call reached a bus where rules wait for it, however many.
  mutating func arrived(_ event: BusEvent) {
    guard let caller = event.caller else { return }
    note(.call, "\(event.name) by \(caller)", at: event.time, event: event.id)
  }
  /// An event met a rule.
  mutating func matched(_ rule: RuleID, _ event: BusEvent) {
    let name = event.isInsight ? event.name + "," : event.name
    note(
      .event, "\(name) reached bus \(rule.bus.name): rule \(rule.name)", rule: rule,
      event: event.id)
  }
  mutating func begins(_ target: RuleTarget, of rule: RuleID, _ event: BusEvent) {
    note(.action, "\(target.text) (rule \(rule.name))", rule: rule, event: event.id)
  }
  mutating func invoked(_ target: RuleTarget, of rule: RuleID) {
    if case .session(.print) = target.destination { return }
    actions[RuleAction(rule: rule.name, action: target.text), default: 0] += 1
  }
  /// A call came of a rule's action.
  mutating func acted(_ record: EventRecord, for rule: RuleID) {
    note(
      .call, BusEvent.callText(record), at: record.eventTime, rule: rule,
      event: BusEvent.id(ofRecord: record.eventID))
  }
  mutating func failed(
    _ target: RuleTarget, of rule: RuleID, code: String, _ message: String
  ) {
    note(
      .failure, "\(target.text) (rule \(rule.name)) failed: \(code): \(message)", rule: rule)
    let action = RuleAction(rule: rule.name, action: target.text, code: code)
    failedActions[action, default: 0] += 1
  }
  mutating func deadLetter(_ queue: String, of rule: RuleID) {
    deadLetters[queue, default: 0] += 1
    note(.failure, "dead letter of rule \(rule.name) to \(queue)", rule: rule)
  }
  mutating func stoppedLoop(of rule: RuleID) {
    loops[rule, default: 0] += 1
    note(.failure, "rule \(rule.name) stopped: actions of rules led to its event", rule: rule)
  }
  mutating func stoppedExcess(of rule: RuleID) {
    excesses[rule, default: 0] += 1
    note(
      .failure, "rule \(rule.name) stopped: one event led to too many actions of rules", rule: rule)
  }
  mutating func lostEvents(_ count: Int) { lostEvents += count }

  /// An Insights event was recorded.
  mutating func insight(_ record: EventRecord) {
    note(
      .insight, InsightHeadline.text(of: record), event: BusEvent.id(ofRecord: record.eventID))
  }
}
extension Cloud {
  /// What happened by itself since this was last asked.
  package func takeHappenings() -> Happenings {
    happenings.begin()
  }
}
