import TrailRecord

/// Finds stretches in which a sliding window holds enough events, or enough distinct values.
///
/// A window holds the events that are at most its length behind its last one. Windows that share events are one
/// burst, from the first event of the first to the last event of the last.
struct BurstOperator {
  /// Users of a burst that are named.
  private static let mostUsers = 5

  let burst: BoundBurst
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  private struct Found {
    var group: Int
    /// Its events' places among those of all groups.
    var range: ClosedRange<Int>
    var peak: Int
  }

  func rows(
    _ rows: TimedRows, _ columns: [TableColumn]
  ) throws -> (rows: TableRows, notes: [Note]) {
    let times = snapshot.times(rows.references)
    let timed = rows[0..<times.count]
    let groups = EventGroups(
      timed,
      by: try burst.groups.compactMap { try TimedField($0, in: snapshot, cache, cancellation) })
    var found: [Found] = []
    if let distinct = try burst.distinct.flatMap({
      try TimedField($0, in: snapshot, cache, cancellation)
    }) {
      switch distinct.numbers(of: timed) {
      case .single(let numbers):
        var counts = [UInt32](repeating: 0, count: distinct.keys.count + 1)
        try numbers.withUnsafeBufferPointer { numbers in
          try counts.withUnsafeMutableBufferPointer { counts in
            var window = ValueWindow(numbers: numbers, counts: counts)
            try find(in: groups, times, &window, leastEvents: burst.count, &found)
          }
        }
      case .several(let starts, let values):
        var window = ListWindow(starts, values, valueCount: distinct.keys.count)
        // One event may have several values.
        try find(in: groups, times, &window, leastEvents: 1, &found)
      }
    } else {
      var window = EventWindow()
      try find(in: groups, times, &window, leastEvents: burst.count, &found)
    }
    found.sort { left, right in
      let a = groups.events[left.range.lowerBound]
      let b = groups.events[right.range.lowerBound]
      return a != b ? a < b : groups.precedes(left.group, right.group)
    }
    return (
      try table(found, groups, timed, columns),
      groups.notes(burst.groups, of: timed.count, "burst")
    )
  }

  /// - Parameter leastEvents: A window with fewer events than this is too small whatever they are.
  private func find<Window: SlidingWindow>(
    in groups: EventGroups, _ times: [Int64], _ window: inout Window, leastEvents: Int,
    _ found: inout [Found]
  ) throws {
    try groups.events.withUnsafeBufferPointer { events in
      try times.withUnsafeBufferPointer { times in
        for group in 0..<groups.count {
          let range = groups.range(ofGroup: group)
          if group & 0xFF == 0 { try cancellation.check() }
          guard hasFullWindow(events, range, times, leastEvents) else { continue }
          find(in: group, events, range, times, &window, &found)
        }
      }
    }
  }

  /// Whether enough events lie near enough together anywhere: what they are is looked at only then.
  private func hasFullWindow(
    _ events: UnsafeBufferPointer<UInt32>, _ range: Range<Int>,
    _ times: UnsafeBufferPointer<Int64>, _ leastEvents: Int
  ) -> Bool {
    guard range.count >= leastEvents else { return false }
    for first in range.lowerBound...(range.upperBound - leastEvents) {
      let last = first &+ leastEvents &- 1
      if times[Int(events[last])] &- times[Int(events[first])] <= burst.window { return true }
    }
    return false
  }

  @inline(__always)
  private func find<Window: SlidingWindow>(
    in group: Int, _ events: UnsafeBufferPointer<UInt32>, _ range: Range<Int>,
    _ times: UnsafeBufferPointer<Int64>, _ window: inout Window, _ found: inout [Found]
  ) {
    var last: Found?
    var start = range.lowerBound
    for index in range {
      let event = Int(events[index])
      window.add(event)
      while times[event] &- times[Int(events[start])] > burst.window {
        window.remove(Int(events[start]))
        start &+= 1
      }
      guard window.size >= burst.count else { continue }
      if let own = last, start <= own.range.upperBound {
        last = Found(
          group: group, range: own.range.lowerBound...index, peak: max(own.peak, window.size))
      } else {
        if let last { found.append(last) }
        last = Found(group: group, range: start...index, peak: window.size)
      }
    }
    if let last { found.append(last) }
    for index in start..<range.upperBound { window.remove(Int(events[index])) }
  }

  private func table(
    _ found: [Found], _ groups: EventGroups, _ timed: TimedRows, _ columns: [TableColumn]
  ) throws -> TableRows {
    func event(_ place: Int) -> EventReference { timed.references[Int(groups.events[place])] }
    var cells = burst.groups.indices.map { field in found.map { groups.cell($0.group, field) } }
    cells.append(found.map { .time(snapshot.time(event($0.range.lowerBound))) })
    cells.append(found.map { .time(snapshot.time(event($0.range.upperBound))) })
    cells.append(found.map { .number(String($0.range.count)) })
    cells.append(found.map { .number(String($0.peak)) })
    if columns.count > cells.count, let user = BoundField(shortName: "user") {
      let users = try cache.ordinals(user, in: snapshot, cancellation)
      var tally = UserTally(users, RowOrdinals(users, of: timed.references))
      cells.append(
        found.map { found in
          for place in found.range { tally.add(Int(groups.events[place])) }
          return .list(tally.takeMost(Self.mostUsers))
        })
    }
    return TableRows(
      columns: columns, cells: cells, rowCount: found.count,
      events: EventRows(snapshot: snapshot, references: found.map { event($0.range.lowerBound) }))
  }
}

/// How many events, or distinct values, a window holds.
private protocol SlidingWindow {
  var size: Int { get }
  mutating func add(_ event: Int)
  mutating func remove(_ event: Int)
}

private struct EventWindow: SlidingWindow {
  private(set) var size = 0

  mutating func add(_ event: Int) { size += 1 }
  mutating func remove(_ event: Int) { size -= 1 }
}

/// Values of a field of which each event has one at most.
private struct ValueWindow: SlidingWindow {
  let numbers: UnsafeBufferPointer<UInt32>
  /// Of each value, the events in the window that have it.
  let counts: UnsafeMutableBufferPointer<UInt32>
  private(set) var size = 0

  init(numbers: UnsafeBufferPointer<UInt32>, counts: UnsafeMutableBufferPointer<UInt32>) {
    self.numbers = numbers
    self.counts = counts
  }

  @inline(__always)
  mutating func add(_ event: Int) {
    let number = Int(numbers[event])
    guard number != Int(RowOrdinals.missing) else { return }
    if counts[number] == 0 { size &+= 1 }
    counts[number] &+= 1
  }

  @inline(__always)
  mutating func remove(_ event: Int) {
    let number = Int(numbers[event])
    guard number != Int(RowOrdinals.missing) else { return }
    counts[number] &-= 1
    if counts[number] == 0 { size &-= 1 }
  }
}

/// Values of a field of which an event may have several.
private struct ListWindow: SlidingWindow {
  private let starts: [UInt32]
  private let values: [UInt32]
  private var counts: [UInt32]
  private(set) var size = 0

  init(_ starts: [UInt32], _ values: [UInt32], valueCount: Int) {
    self.starts = starts
    self.values = values
    counts = [UInt32](repeating: 0, count: valueCount + 1)
  }

  mutating func add(_ event: Int) {
    for place in Int(starts[event])..<Int(starts[event + 1]) {
      let number = Int(values[place])
      if counts[number] == 0 { size += 1 }
      counts[number] += 1
    }
  }

  mutating func remove(_ event: Int) {
    for place in Int(starts[event])..<Int(starts[event + 1]) {
      let number = Int(values[place])
      counts[number] -= 1
      if counts[number] == 0 { size -= 1 }
    }
  }
}

/// Who was in a burst, and how often.
private struct UserTally {
  private let users: FieldOrdinals
  private let numbers: RowOrdinals
  private var counts: [Int]
  private var met: [UInt32] = []

  init(_ users: FieldOrdinals, _ numbers: RowOrdinals) {
    self.users = users
    self.numbers = numbers
    counts = [Int](repeating: 0, count: users.keys.count + 1)
  }

  mutating func add(_ event: Int) {
    numbers.forEachNumber(ofRow: event) { number in
      if counts[Int(number)] == 0 { met.append(number) }
      counts[Int(number)] += 1
    }
  }

  /// The users with the most events, then how many others there are; begins anew.
  mutating func takeMost(_ limit: Int) -> [Cell] {
    let sorted = met.sorted { left, right in
      let (a, b) = (counts[Int(left)], counts[Int(right)])
      if a != b { return a > b }
      return ValueOrder.precedes(users.keys[Int(left) - 1], users.keys[Int(right) - 1])
    }
    for number in met { counts[Int(number)] = 0 }
    met = []
    let more = sorted.count - limit
    return sorted.prefix(limit).map { users.keys[Int($0) - 1] }
      + (more > 0 ? [.text("\(more) more")] : [])
  }
}
