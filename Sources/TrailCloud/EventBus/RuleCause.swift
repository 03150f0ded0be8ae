/// What led to a call or an event.
struct RuleCause {
  /// How many actions of rules, one to the other.
  var depth = 0
  /// The rule whose action was the last.
  var rule: RuleID?
  /// The event with which it began.
  var root: RuleRoots.ID?
}

extension BusEvent {
  /// Says what led to the event.
  mutating func came(of cause: RuleCause) {
    depth = cause.depth
    root = cause.root
  }
}

/// How many actions each event led to, beyond its own: so that rules which branch come to an end
/// (`BusLimits.loopActions`).
struct RuleRoots {
  /// Counts up.
  typealias ID = Int

  private var counts: [UInt16] = []
  private var first: ID = 0

  /// So many events are remembered at least. What comes of one that is forgotten counts anew, and ends by its depth.
  private static let capacity = 100_000

  /// Begins to count what an event leads to.
  mutating func begin() -> ID {
    if counts.count >= 2 * Self.capacity {
      counts.removeFirst(Self.capacity)
      first += Self.capacity
    }
    counts.append(0)
    return first + counts.count - 1
  }

  /// Counts actions that an event led to; false where they would be too many.
  mutating func takes(_ actions: Int, of root: ID?) -> Bool {
    guard let place = root.map({ $0 - first }), counts.indices.contains(place) else { return true }
    let sum = Int(counts[place]) + actions
    guard sum <= BusLimits.loopActions else { return false }
    counts[place] = UInt16(sum)
    return true
  }
}
