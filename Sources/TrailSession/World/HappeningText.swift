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
    var alarms = happenings.alarms.prefix(mostNamed).map { "alarm \($0.name) went to \($0.state)" }
    let more = happenings.alarms.count - alarms.count
    if more > 0 { alarms.append("\(NumberText.counted(more, "more change")) of alarms") }
    parts += alarms
    parts += happenings.deletedKeys.map { "key \($0) is deleted for good" }
    return parts.joined(separator: "; ")
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
