import TrailRecord

/// Finds silences: times between two events of a group, and from the last one to the end of what is looked at.
struct GapsOperator {
  let gaps: BoundGaps
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  private struct Gap {
    var key: [UInt32]
    var before: EventReference
    /// Nil where the silence lasts to the end.
    var after: EventReference?
    var length: Int64
    /// The median time between two events of the group; nil where it has fewer than two.
    var usual: Int64?
  }

  /// - Parameter end: Where what is looked at ends: a silence may last to it.
  func rows(
    _ references: [EventReference], until end: Int64, _ columns: [TableColumn]
  ) throws -> TableRows {
    let timed = references.filter { snapshot.time($0) != Segment.noTime }
    let numbering = EventNumbering(gaps.groups, in: snapshot, cache)
    let groups = try EventGroups(timed, by: gaps.groups.count, numbering, cancellation)
    var found: [Gap] = []
    for group in groups.groups {
      try cancellation.check()
      found += silences(group.key, group.events.map { timed[$0] }, until: end)
    }
    found.sort { snapshot.place($0.before) < snapshot.place($1.before) }
    var cells = gaps.groups.indices.map { field in
      found.map { numbering.cell(field, $0.key[field]) }
    }
    cells.append(found.map { .time(snapshot.time($0.before)) })
    cells.append(found.map { $0.after.map { .time(snapshot.time($0)) } ?? .missing })
    cells.append(found.map { .number(String($0.length)) })
    cells.append(found.map { $0.usual.map { .number(String($0)) } ?? .missing })
    return TableRows(
      columns: columns, cells: cells, rowCount: found.count,
      events: EventRows(snapshot: snapshot, references: found.map(\.before)))
  }

  private func silences(
    _ key: [UInt32], _ events: [EventReference], until end: Int64
  ) -> [Gap] {
    let times = events.map { snapshot.time($0) }
    let steps = zip(times.dropFirst(), times).map { $0 - $1 }
    let usual = steps.isEmpty ? nil : steps.sorted()[(steps.count - 1) / 2]
    var found: [Gap] = []
    for (index, step) in steps.enumerated() where step > gaps.length {
      found.append(
        Gap(
          key: key, before: events[index], after: events[index + 1], length: step, usual: usual))
    }
    if let last = events.last, let time = times.last, end - time > gaps.length {
      found.append(Gap(key: key, before: last, after: nil, length: end - time, usual: usual))
    }
    return found
  }
}
