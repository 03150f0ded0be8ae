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
    var key: [UInt32]
    /// Indexes into the group's events.
    var events: ClosedRange<Int>
    var references: ArraySlice<EventReference>
    var peak: Int
  }

  func rows(_ references: [EventReference], _ columns: [TableColumn]) throws -> TableRows {
    let timed = references.filter { snapshot.time($0) != Segment.noTime }
    let fields = burst.groups + (burst.distinct.map { [$0] } ?? [])
    let numbering = EventNumbering(fields, in: snapshot, cache)
    let groups = try EventGroups(timed, by: burst.groups.count, numbering, cancellation)
    var found: [Found] = []
    for group in groups.groups where group.events.count >= burst.count {
      try cancellation.check()
      let events = group.events.map { timed[$0] }
      for (range, peak) in bursts(in: events, numbering) {
        found.append(
          Found(key: group.key, events: range, references: events[range], peak: peak))
      }
    }
    found.sort { left, right in
      guard let a = left.references.first, let b = right.references.first else { return false }
      return snapshot.place(a) < snapshot.place(b)
    }
    return table(found, numbering, columns)
  }

  private func bursts(
    in events: [EventReference], _ numbering: EventNumbering
  ) -> [(range: ClosedRange<Int>, peak: Int)] {
    var bursts: [(range: ClosedRange<Int>, peak: Int)] = []
    var window = SlidingWindow()
    var start = 0
    let times = events.map { snapshot.time($0) }
    let values = burst.distinct.map { _ in
      events.map { numbering.numbers(burst.groups.count, $0) }
    }
    for index in events.indices {
      window.add(values?[index])
      while times[index] - times[start] > burst.window {
        window.remove(values?[start])
        start += 1
      }
      let size = window.size(isDistinct: values != nil)
      guard size >= burst.count else { continue }
      if let last = bursts.last, start <= last.range.upperBound {
        bursts[bursts.count - 1] = (last.range.lowerBound...index, max(last.peak, size))
      } else {
        bursts.append((start...index, size))
      }
    }
    return bursts
  }

  private func table(
    _ found: [Found], _ numbering: EventNumbering, _ columns: [TableColumn]
  ) -> TableRows {
    var cells = burst.groups.indices.map { field in
      found.map { numbering.cell(field, $0.key[field]) }
    }
    func time(_ reference: EventReference?) -> Cell {
      reference.map { .time(snapshot.time($0)) } ?? .missing
    }
    cells.append(found.map { time($0.references.first) })
    cells.append(found.map { time($0.references.last) })
    cells.append(found.map { .number(String($0.references.count)) })
    cells.append(found.map { .number(String($0.peak)) })
    if columns.count > cells.count, let user = BoundField(shortName: "user") {
      let reader = FieldReader(user, in: snapshot)
      cells.append(found.map { users(of: $0, reader) })
    }
    return TableRows(
      columns: columns, cells: cells, rowCount: found.count,
      events: EventRows(
        snapshot: snapshot, references: found.compactMap(\.references.first)))
  }

  /// Who was in it, most events first.
  private func users(of found: Found, _ reader: FieldReader) -> Cell {
    var counts: [Cell: Int] = [:]
    for reference in found.references {
      let cell = reader.cell(reference)
      if cell != .missing { counts[cell, default: 0] += 1 }
    }
    let users = counts.sorted {
      $0.value != $1.value ? $0.value > $1.value : ValueOrder.precedes($0.key, $1.key)
    }.map(\.key)
    let more = users.count - Self.mostUsers
    return .list(Array(users.prefix(Self.mostUsers)) + (more > 0 ? [.text("\(more) more")] : []))
  }
}

/// The events of a window, or how often each value is in it.
private struct SlidingWindow {
  private var count = 0
  private var values: [UInt32: Int] = [:]

  func size(isDistinct: Bool) -> Int { isDistinct ? values.count : count }

  mutating func add(_ numbers: [UInt32]?) {
    count += 1
    for number in numbers ?? [] { values[number, default: 0] += 1 }
  }

  mutating func remove(_ numbers: [UInt32]?) {
    count -= 1
    for number in numbers ?? [] {
      values[number, default: 0] -= 1
      if values[number] == 0 { values[number] = nil }
    }
  }
}
