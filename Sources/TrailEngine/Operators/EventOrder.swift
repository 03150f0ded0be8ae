/// Puts the rows of several segments into one order.
enum EventOrder {
  /// References in the order of time and arrival, events without a time last.
  ///
  /// - Complexity: O(rows) where segments do not overlap in time, else O(rows × log segments) at worst.
  static func ascending(_ selection: [RowSet], in snapshot: StoreSnapshot) -> [EventReference] {
    let parts = selection.indices.filter { !selection[$0].isEmpty }
    let ordered = parts.sorted { left, right in
      let a = bounds(selection[left], snapshot.segments[left])
      let b = bounds(selection[right], snapshot.segments[right])
      return a.first < b.first
    }
    let isDisjoint = zip(ordered, ordered.dropFirst()).allSatisfy { left, right in
      bounds(selection[left], snapshot.segments[left]).last
        < bounds(selection[right], snapshot.segments[right]).first
    }
    var result: [EventReference] = []
    result.reserveCapacity(selection.reduce(0) { $0 + $1.count })
    if isDisjoint {
      for part in ordered {
        selection[part].forEach {
          result.append(EventReference(segment: UInt32(part), row: UInt32($0)))
        }
      }
      return result
    }
    merge(ordered.map { ($0, selection[$0].rows()) }, snapshot, into: &result)
    return result
  }

  /// Newest first; events of one time stay in the order of arrival, and those without a time come last.
  static func descending(_ references: [EventReference], in snapshot: StoreSnapshot)
    -> [EventReference]
  {
    var result: [EventReference] = []
    result.reserveCapacity(references.count)
    let timed = references.prefix { snapshot.time($0) != Segment.noTime }
    var end = timed.endIndex
    while end > timed.startIndex {
      var start = end - 1
      let time = snapshot.time(timed[start])
      while start > timed.startIndex, snapshot.time(timed[start - 1]) == time { start -= 1 }
      result.append(contentsOf: timed[start..<end])
      end = start
    }
    result.append(contentsOf: references[timed.endIndex...])
    return result
  }

  private typealias Key = (time: Int64, arrival: UInt64)

  private static func bounds(_ rows: RowSet, _ segment: Segment) -> (first: Key, last: Key) {
    let bounds = rows.bounds
    let last = bounds.upperBound - 1
    return (
      (segment.times[bounds.lowerBound], segment.arrivals[bounds.lowerBound]),
      (segment.times[last], segment.arrivals[last])
    )
  }

  /// The rows of one segment that are still to come.
  private struct Head {
    let segment: UInt32
    let rows: [UInt32]
    let times: OffsetArray<Int64>
    let arrivals: OffsetArray<UInt64>
    var next = 0

    init(_ part: (segment: Int, rows: [UInt32]), _ snapshot: StoreSnapshot) {
      segment = UInt32(part.segment)
      rows = part.rows
      times = snapshot.segments[part.segment].times
      arrivals = snapshot.segments[part.segment].arrivals
    }

    var key: Key {
      let row = Int(rows[next])
      return (times[row], arrivals[row])
    }

    /// Appends all rows before `end`, at least one; all that are left where it is nil.
    mutating func move(before end: Key?, into result: inout [EventReference]) {
      let stop = end.map { firstRow(notBefore: $0) } ?? rows.count
      for row in rows[next..<stop] { result.append(EventReference(segment: segment, row: row)) }
      next = stop
    }

    /// - Complexity: O(log of the rows before it).
    private func firstRow(notBefore end: Key) -> Int {
      rows.withUnsafeBufferPointer { rows in
        func isBefore(_ index: Int) -> Bool {
          let row = Int(rows[index])
          return (times[row], arrivals[row]) < end
        }
        var low = next + 1
        var step = 1
        while low + step <= rows.count, isBefore(low + step - 1) {
          low += step
          step *= 2
        }
        var high = min(rows.count, low + step)
        while low < high {
          let middle = (low + high) / 2
          if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
      }
    }
  }

  private static func merge(
    _ parts: [(segment: Int, rows: [UInt32])], _ snapshot: StoreSnapshot,
    into result: inout [EventReference]
  ) {
    var heads = parts.map { Head($0, snapshot) }
    while heads.count > 1 {
      var best = 0
      var bestKey = heads[0].key
      var second: Key?
      for index in heads.indices.dropFirst() {
        let own = heads[index].key
        if own < bestKey {
          second = bestKey
          best = index
          bestKey = own
        } else if second.map({ own < $0 }) ?? true {
          second = own
        }
      }
      // All rows of this segment before the next segment's head go at once.
      heads[best].move(before: second, into: &result)
      if heads[best].next == heads[best].rows.count { heads.remove(at: best) }
    }
    for index in heads.indices { heads[index].move(before: nil, into: &result) }
  }

  /// Row sets of references in any order.
  static func selection(
    _ references: some Sequence<EventReference>, in snapshot: StoreSnapshot
  ) -> [RowSet] {
    var lists = [[UInt32]](repeating: [], count: snapshot.segments.count)
    for reference in references { lists[Int(reference.segment)].append(reference.row) }
    return lists.enumerated().map { index, list in
      .bitmap(list: list.sorted(), of: snapshot.segments[index].rowCount)
    }
  }
}

extension StoreSnapshot {
  /// The time of an event; `Segment.noTime` where it has none.
  package func time(_ reference: EventReference) -> Int64 {
    segments[Int(reference.segment)].times[Int(reference.row)]
  }
}
