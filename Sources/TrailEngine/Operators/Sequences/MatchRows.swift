/// Matches of a sequence: the same number of events each, in the order of time.
package struct MatchRows: Sendable {
  package let sequence: BoundSequence
  package let snapshot: StoreSnapshot
  /// The events of all matches, one match behind the other.
  package private(set) var events: [EventReference] = []

  /// Events of a match.
  package let width: Int

  init(sequence: BoundSequence, snapshot: StoreSnapshot) {
    self.sequence = sequence
    self.snapshot = snapshot
    width = sequence.width
  }

  package var count: Int { width == 0 ? 0 : events.count / width }

  /// The events of one match.
  package func events(of match: Int) -> ArraySlice<EventReference> {
    events[match * width..<(match + 1) * width]
  }

  /// The event that completes each match: what a field of a match is read in.
  package var lastEvents: [EventReference] {
    (0..<count).map { events[($0 + 1) * width - 1] }
  }

  /// The event of a step in each match; a repeated step's last.
  package func events(ofStep step: Int) -> [EventReference] {
    let place = sequence.place(ofStep: step)
    return (0..<count).map { events[$0 * width + place] }
  }

  /// The event of a step in one match.
  package func event(ofStep step: Int, in match: Int) -> EventReference {
    events[match * width + sequence.place(ofStep: step)]
  }

  /// The step that the sentence calls so.
  package func step(named name: String) -> Int? {
    sequence.steps.firstIndex { $0.name == name }
  }

  /// True where a match has events of one time in another order than that of arrival, until reorderings are removed.
  private var hasReorderings = false

  /// Appends a match, whatever its place in the order.
  ///
  /// - Parameter isInOrder: Whether its events are in the order of time and arrival.
  mutating func append(_ match: [EventReference], isInOrder: Bool) {
    events.append(contentsOf: match)
    if !isInOrder { hasReorderings = true }
  }

  /// The matches with these numbers, in this order.
  func picking(_ matches: [Int]) -> MatchRows {
    var picked = MatchRows(sequence: sequence, snapshot: snapshot)
    picked.events.reserveCapacity(matches.count * width)
    for match in matches { picked.events.append(contentsOf: events(of: match)) }
    return picked
  }

  /// Orders matches by their last event, then by their events from the first on.
  mutating func putInOrder(removesRepeats: Bool) {
    let places = snapshot.places(events)
    let width = width
    func precedes(_ left: Int, _ right: Int) -> Bool {
      let (a, b) = (left * width, right * width)
      for offset in 0..<width where places[a + offset] != places[b + offset] {
        return places[a + offset] < places[b + offset]
      }
      return false
    }
    // Nearly all differ in their last event already.
    let last = (0..<count).map { (place: places[($0 + 1) * width - 1], match: $0) }
    let sorted = last.sorted { left, right in
      left.place != right.place ? left.place < right.place : precedes(left.match, right.match)
    }
    var order = sorted.map(\.match)
    if removesRepeats {
      var kept: [Int] = []
      for match in order {
        if let last = kept.last, events(of: last) == events(of: match) { continue }
        kept.append(match)
      }
      order = kept
    }
    self = picking(order)
  }

  /// Leaves one of the matches that have the same events in several orders: that whose events, from the first on, come
  /// first in the order of arrival.
  ///
  /// - Complexity: O(m log m) for m matches with events of one time.
  mutating func removeReorderings() {
    guard hasReorderings else { return }
    let width = width
    let places = snapshot.places(events)
    let tied = (0..<count).filter { match in
      (match * width + 1..<(match + 1) * width).contains {
        places[$0 - 1].time == places[$0].time
      }
    }
    var keys: [EventPlace] = []
    keys.reserveCapacity(tied.count * width)
    for match in tied { keys += places[match * width..<(match + 1) * width].sorted() }
    /// Below zero where the left one comes first.
    func compare(_ places: [EventPlace], _ left: Int, _ right: Int) -> Int {
      for offset in 0..<width {
        let (a, b) = (places[left * width + offset], places[right * width + offset])
        if a != b { return a < b ? -1 : 1 }
      }
      return 0
    }
    let sorted = tied.indices.sorted { left, right in
      let order = compare(keys, left, right)
      return order != 0 ? order < 0 : compare(places, tied[left], tied[right]) < 0
    }
    var isKept = [Bool](repeating: true, count: count)
    for (before, this) in zip(sorted, sorted.dropFirst()) where compare(keys, before, this) == 0 {
      isKept[tied[this]] = false
    }
    self = picking(isKept.indices.filter { isKept[$0] })
  }
}
