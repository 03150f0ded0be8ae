import TrailRecord

/// Finds silences: times between two events, or matches, of a group, and from the last one to the end of what is
/// looked at.
struct GapsOperator {
  let gaps: BoundGaps
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  private struct Gap {
    var group: Int
    /// Numbers of the events before and behind it; the latter nil where the silence lasts to the end.
    var before: Int
    var after: Int?
    var length: Int64
    /// The median time between two events of the group; nil where it has fewer than two.
    var usual: Int64?
  }

  /// - Parameters:
  ///   - end: Where what is looked at ends: a silence may last to it.
  func rows(
    _ rows: TimedRows, until end: Int64, _ columns: [TableColumn]
  ) throws -> (rows: TableRows, notes: [Note]) {
    let times = snapshot.times(rows.references)
    let timed = rows[0..<times.count]
    let groups = EventGroups(
      timed,
      by: try gaps.groups.compactMap { try TimedField($0, in: snapshot, cache, cancellation) })
    var found: [Gap] = []
    for group in 0..<groups.count {
      if group & 0xFF == 0 { try cancellation.check() }
      let events = groups.events[groups.range(ofGroup: group)].map { Int($0) }
      found += silences(group, events, times, until: end)
    }
    found.sort { left, right in
      left.before != right.before
        ? left.before < right.before : groups.precedes(left.group, right.group)
    }
    var cells = gaps.groups.indices.map { field in found.map { groups.cell($0.group, field) } }
    cells.append(found.map { .time(times[$0.before]) })
    cells.append(found.map { $0.after.map { .time(times[$0]) } ?? .missing })
    cells.append(found.map { .number(String($0.length)) })
    cells.append(found.map { $0.usual.map { .number(String($0)) } ?? .missing })
    let events = EventRows(
      snapshot: snapshot, references: found.map { timed.references[$0.before] })
    return (
      TableRows(columns: columns, cells: cells, rowCount: found.count, events: events),
      groups.notes(gaps.groups, of: timed.count, "silence")
    )
  }

  private func silences(
    _ group: Int, _ events: [Int], _ times: [Int64], until end: Int64
  ) -> [Gap] {
    let steps = zip(events.dropFirst(), events).map { times[$0] - times[$1] }
    let usual = steps.isEmpty ? nil : steps.sorted()[(steps.count - 1) / 2]
    var found: [Gap] = []
    for (index, step) in steps.enumerated() where step > gaps.length {
      found.append(
        Gap(
          group: group, before: events[index], after: events[index + 1], length: step,
          usual: usual))
    }
    if let last = events.last, end - times[last] > gaps.length {
      found.append(
        Gap(group: group, before: last, after: nil, length: end - times[last], usual: usual))
    }
    return found
  }
}
