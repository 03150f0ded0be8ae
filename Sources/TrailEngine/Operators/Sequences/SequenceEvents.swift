import TrailRecord

/// When an event happened among all others: by time, then by arrival.
struct EventPlace: Comparable, Hashable {
  var time: Int64
  var arrival: UInt64

  static func < (left: EventPlace, right: EventPlace) -> Bool {
    (left.time, left.arrival) < (right.time, right.arrival)
  }
}

/// The events of one step that can be in a match, in the order of time.
struct StepEvents {
  var references: [EventReference] = []
  var places: [EventPlace] = []

  var count: Int { references.count }

  init() {}

  init(_ selection: [RowSet], in snapshot: StoreSnapshot) {
    references = EventOrder.ascending(selection, in: snapshot)
    // What has no time stands last, and is in no order of time.
    while let last = references.last, snapshot.time(last) == Segment.noTime {
      references.removeLast()
    }
    places = snapshot.places(references)
  }

  /// The first event after a place among those of a part, or where the part ends.
  func firstIndex(after place: EventPlace, in range: Range<Int>) -> Int {
    firstIndex(in: range) { $0 > place }
  }

  /// The first event of a time or a later one, or where the part ends.
  func firstIndex(from time: Int64, in range: Range<Int>) -> Int {
    firstIndex(in: range) { $0.time >= time }
  }

  /// The first event of a part from which on a condition holds, or where the part ends.
  @inline(__always)
  func firstIndex(in range: Range<Int>, where holds: (EventPlace) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if holds(places[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Whether the event at a place is one of a part.
  func contains(_ place: EventPlace, in range: Range<Int>) -> Bool {
    let index = firstIndex(in: range) { $0 >= place }
    return index < range.upperBound && places[index] == place
  }

  /// The events with these indexes, in this order.
  func picking(_ indexes: [Int]) -> StepEvents {
    var picked = StepEvents()
    picked.references = indexes.map { references[$0] }
    picked.places = indexes.map { places[$0] }
    return picked
  }
}

extension StoreSnapshot {
  func place(_ reference: EventReference) -> EventPlace {
    let segment = segments[Int(reference.segment)]
    let row = Int(reference.row)
    return EventPlace(time: segment.times[row], arrival: segment.arrivals[row])
  }

  /// The same for many events, a run of one segment at a time.
  func places(_ references: [EventReference]) -> [EventPlace] {
    [EventPlace](unsafeUninitializedCapacity: references.count) { output, count in
      count = references.count
      guard let base = output.baseAddress else { return }
      references.forEachRun { segment, range in
        let (times, arrivals) = (segments[segment].times, segments[segment].arrivals)
        withExtendedLifetime((times, arrivals)) {
          for index in range {
            let row = Int(references[index].row)
            (base + index).initialize(
              to: EventPlace(time: times[row], arrival: arrivals[row]))
          }
        }
      }
    }
  }
}

/// How far the events of one step can lie from an event of another in the same match.
struct TimeReach {
  private let before: Int64
  private let after: Int64

  /// - Parameters:
  ///   - step: Whose events are asked for.
  ///   - other: The step that they lie before or after.
  ///   - distance: How long a match may last.
  init(of step: Int, from other: Int, distance: Int64) {
    before = step > other ? 0 : distance
    after = step > other ? distance : 0
  }

  /// The times that are within reach of some time of a span.
  func span(around times: ClosedRange<Int64>) -> ClosedRange<Int64> {
    let start = times.lowerBound.subtractingReportingOverflow(before)
    let end = times.upperBound.addingReportingOverflow(after)
    return (start.overflow ? .min : start.partialValue)...(end.overflow ? .max : end.partialValue)
  }
}

/// Spans of time, in order and apart: where events can be that are in a match with given ones.
struct TimeSpans {
  private var spans: [(start: Int64, end: Int64)] = []

  /// The times within reach of some events.
  init(around events: StepEvents, _ reach: TimeReach) {
    for place in events.places {
      let span = reach.span(around: place.time...place.time)
      if let last = spans.last, span.lowerBound <= last.end {
        spans[spans.count - 1].end = max(last.end, span.upperBound)
      } else {
        spans.append((span.lowerBound, span.upperBound))
      }
    }
  }

  /// The rows that lie in one of the spans.
  ///
  /// - Complexity: O(spans in the segment × log rows), or O(rows) where that is less.
  func rows(_ rows: RowSet, in segment: Segment) -> RowSet {
    guard let range = segment.timeRange, !rows.isEmpty else { return .none(of: segment.rowCount) }
    let own = spans.filter { $0.end >= range.lowerBound && $0.start <= range.upperBound }
    guard own.count > Self.fewSpans else {
      return own.reduce(.none(of: segment.rowCount)) { all, span in
        let end = span.end == .max ? Int64.max : span.end + 1
        return all.union(rows.clipped(to: segment.rows(from: span.start, until: end)))
      }
    }
    var kept: [UInt32] = []
    var next = 0
    let times = segment.times
    rows.forEach { row in
      let time = times[row]
      while next < own.count, own[next].end < time { next += 1 }
      if next < own.count, own[next].start <= time { kept.append(UInt32(row)) }
    }
    return .bitmap(list: kept, of: segment.rowCount)
  }

  private static let fewSpans = 16
}
