internal import TrailCloud

/// What happened by itself, in words.
enum HappeningText {
  /// Buckets, groups and alarms that are named one by one.
  private static let mostNamed = 4

  static func text(_ happenings: Happenings) -> String {
    var parts: [String] = []
    parts += named(happenings.logFiles) { bucket, count in
      "delivered \(NumberText.counted(count, "log file")) to s3://\(bucket)"
    }
    parts += named(happenings.digests) { bucket, count in
      "\(NumberText.counted(count, "digest")) to s3://\(bucket)"
    }
    parts += named(happenings.logEvents) { group, count in
      "\(NumberText.counted(count, "log event")) to \(group)"
    }
    if happenings.notifications > 0 {
      parts.append(NumberText.counted(happenings.notifications, "notification"))
    }
    let failures = happenings.failures.sorted {
      ($0.key.trail, $0.key.code) < ($1.key.trail, $1.key.code)
    }
    parts += failures.map { failure, _ in
      "delivery of trail \(failure.trail) failed: \(failure.code) (`status \(failure.trail)`)"
    }
    parts += happenings.lost.sorted { $0.key < $1.key }.map { trail, count in
      "\(NumberText.counted(count, "record")) of trail \(trail) could not be delivered in 30 days and are lost"
    }
    parts += happenings.lostLogEvents.sorted { $0.key < $1.key }.map { trail, count in
      "\(NumberText.counted(count, "record")) of trail \(trail) could not be brought to its log group in 14 days"
        + " and are lost"
    }
    var alarms = happenings.alarms.prefix(mostNamed).map { "alarm \($0.name) went to \($0.state)" }
    let more = happenings.alarms.count - alarms.count
    if more > 0 { alarms.append("\(NumberText.counted(more, "more change")) of alarms") }
    parts += alarms
    let told = happenings.alarmsTold.sorted {
      ($0.key.alarm, $0.key.topic) < ($1.key.alarm, $1.key.topic)
    }
    parts += told.prefix(mostNamed).map {
      "alarm \($0.key.alarm) told \($0.key.topic)\(times($0.value))"
    }
    let untold = told.dropFirst(mostNamed).reduce(0) { $0 + $1.value }
    if untold > 0 { parts.append("\(NumberText.counted(untold, "more notification")) of alarms") }
    var insights = happenings.insights.prefix(mostNamed).map(text)
    let others = happenings.insights.count - insights.count
    if others > 0 { insights.append("\(NumberText.counted(others, "more Insights event"))") }
    parts += insights
    parts += rules(happenings)
    parts += happenings.deletedKeys.map { "key \($0) is deleted for good" }
    return parts.joined(separator: "; ")
  }

  private static func times(_ count: Int) -> String {
    count == 1 ? "" : " ×\(NumberText.grouped(count))"
  }

  /// What rules of EventBridge did.
  private static func rules(_ happenings: Happenings) -> [String] {
    func inOrder(_ counts: [Happenings.RuleAction: Int]) -> [(
      key: Happenings.RuleAction, value: Int
    )] {
      counts.sorted {
        ($0.key.rule, $0.key.action, $0.key.code) < ($1.key.rule, $1.key.action, $1.key.code)
      }
    }
    var parts = inOrder(happenings.actions).prefix(mostNamed).map {
      "rule \($0.key.rule): \($0.key.action)\(times($0.value))"
    }
    let more = happenings.actions.count - parts.count
    if more > 0 { parts.append("\(NumberText.counted(more, "more action")) of rules") }
    parts += inOrder(happenings.failedActions).prefix(mostNamed).map {
      "rule \($0.key.rule): \($0.key.action) failed\(times($0.value)): \($0.key.code)"
        + " (`show rule \($0.key.rule)`)"
    }
    parts += named(happenings.deadLetters) { queue, count in
      "\(NumberText.counted(count, "dead letter")) to \(queue.split(separator: ":").last ?? "")"
    }
    parts += happenings.loops.sorted { $0.key.arn < $1.key.arn }.map { rule, _ in
      "rule \(rule.name) stopped: actions of rules led to its events \(BusLimits.loopDepth) times over"
    }
    parts += happenings.excesses.sorted { $0.key.arn < $1.key.arn }.map { rule, _ in
      "rule \(rule.name) stopped: one event led to \(NumberText.grouped(BusLimits.loopActions)) actions of rules"
    }
    if happenings.lostEvents > 0 {
      parts.append(
        "\(NumberText.counted(happenings.lostEvents, "event")) of EventBridge lost: more than"
          + " \(NumberText.grouped(BusLimits.eventsOnTheirWay)) were on their way")
    }
    return parts
  }

  /// Such as `Insight: RunInstances of ec2 rises to 33 a minute, usually 0.0002 (us-east-1)`.
  private static func text(_ news: Happenings.InsightNews) -> String {
    let service = news.eventSource.prefix { $0 != "." }
    let what =
      news.errorCode.map { "\($0) of \(service) \(news.eventName)" }
      ?? "\(service) \(news.eventName)"
    let change =
      news.isStart ? "Insight: \(what) went" : "the Insight about \(what) is over, it went"
    let direction = news.isRise ? "up" : "down"
    return "\(change) \(direction) to \(InsightText.rate(news.average)) a minute, usually"
      + " \(InsightText.rate(news.baseline)) (\(news.region))"
  }

  private static func named(
    _ counts: [String: Int], _ text: (String, Int) -> String
  ) -> [String] {
    let sorted = counts.sorted { $0.key < $1.key }
    var parts = sorted.prefix(mostNamed).map { text($0.key, $0.value) }
    let rest = sorted.dropFirst(mostNamed)
    if !rest.isEmpty {
      parts.append("\(NumberText.grouped(rest.reduce(0) { $0 + $1.value })) more elsewhere")
    }
    return parts
  }
}
