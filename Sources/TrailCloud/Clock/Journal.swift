/// What happened, moment by moment: calls that rules waited for, deliveries, Insights, events, actions.
///
/// Kept for the page that shows them in their order; the oldest go when there are too many.
package struct Journal: Sendable {
  package struct Entry: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case call, delivery, digest, insight, event, action, failure, alarm, notification
    }
    package var time: Int64
    package var kind: Kind
    package var text: String
    /// The rule that it belongs to, and the id of its event.
    package var rule: String?
    package var event: String?
    /// How often the same happened at the same time.
    package var count = 1
  }
  /// In the order in which they happened. What belongs to an event is never put together here: only its id tells
  /// whether several rules were told of one call, or of several that look alike.
  package private(set) var entries: [Entry] = []

  /// So many are kept at least.
  private static let capacity = 50_000

  init() {}

  /// So many of the newest are looked at whether the same happened already: other deliveries come between.
  private static let reach = 12

  /// - Complexity: O(1) on average.
  mutating func note(_ entry: Entry) {
    if entry.event == nil, let place = place(ofSame: entry) {
      entries[place].count += entry.count
      return
    }
    if entries.count >= 2 * Self.capacity { entries.removeFirst(Self.capacity) }
    entries.append(entry)
  }

  private func place(ofSame entry: Entry) -> Int? {
    entries.indices.suffix(Self.reach).last { place in
      let other = entries[place]
      return other.event == nil && other.time == entry.time && other.kind == entry.kind
        && other.rule == entry.rule && other.text == entry.text
    }
  }
}
