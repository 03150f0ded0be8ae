import TrailRecord

/// What could have been known at a time, as `as-of` asks.
package struct Knowledge: Sendable {
  /// Where somebody looked.
  enum Place: Sendable {
    /// Anywhere: in the log files that were delivered, or in Event history.
    case anywhere
    case eventHistory
  }

  /// The last moment that counts: milliseconds since 1970 UTC.
  let time: Int64
  let place: Place
  /// When simulated events were delivered.
  let deliveries: EventDeliveries
  /// What Event history shows.
  let management: BoundPredicate
  let insight: BoundPredicate

  /// The first moment that does not count.
  var until: Int64 { time + 1 }

  /// As a plan shows it.
  var text: String { "as-of \(EventTime.format(time))" }

  /// Ours: an event of which nobody knows when it was delivered counts as known so long after it happened (facts
  /// §6.3: about five minutes, 95 of 100 within 5.2), in milliseconds.
  package static let assumedDelay: Int64 = 300_000
  /// Ours: an Insights event of which nobody knows it (facts §6.3: within thirty minutes).
  package static let assumedInsightDelay: Int64 = 1_800_000
  /// Ours: Event history shows an event so long after it happened (facts §2.1: about five minutes).
  package static let historyDelay: Int64 = 300_000
}

/// When simulated events first lay in a bucket, by event.
package struct EventDeliveries: Sendable {
  private var times: [Identifier: Int64] = [:]

  package init() {}

  /// Notes that events were delivered; the first delivery of an event counts.
  package mutating func note(_ events: some Sequence<Identifier>, at time: Int64) {
    for event in events { times[event] = min(times[event] ?? .max, time) }
  }

  /// Nil where the event has not been delivered.
  package func time(of event: Identifier) -> Int64? { times[event] }
}
