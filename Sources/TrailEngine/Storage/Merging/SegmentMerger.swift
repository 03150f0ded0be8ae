/// Makes one segment of several whose events came one behind the other.
///
/// Nothing is written as text and read again: values, structures and paths are interned anew by their numbers, and
/// the rows sealed as those of an import are. A merged segment answers as its parts did, event for event.
enum SegmentMerger {
  /// The events of `segments`, which are in the order of arrival, as one segment.
  ///
  /// Returns nil where one of them is damaged, or is not what its table of contents says: they stay as they are then.
  ///
  /// - Parameter paths: a table that holds the paths of all of them.
  /// - Complexity: O(values of the events + distinct values · log).
  static func merge(_ segments: [Segment], paths: PathTable) -> Segment? {
    var builder = SegmentBuilder()
    var map = PathMap(pathCount: paths.count)
    var deliveries = segments.contains { $0.deliveries != nil } ? SegmentDeliveries.none : nil
    if segments.contains(where: { $0.deliveries?.isLive ?? false }) { deliveries = .live }
    var lastArrival: UInt64?
    for segment in segments {
      guard segment.rowCount > 0 else { continue }
      guard let arrivals = segment.arrivalRange,
        lastArrival.map({ $0 < arrivals.lowerBound }) ?? true
      else { return nil }
      lastArrival = arrivals.upperBound
      deliveries?.append(segment.deliveries ?? .none, from: arrivals.lowerBound)
      let isWhole = SegmentRows.append(segment, paths, to: &builder, &map)
      if !isWhole || segment.isDamaged { return nil }
    }
    builder.deliveries = deliveries
    return SegmentSealer.seal(builder, dropping: [], pathIDs: map.pathIDs, paths: paths)
  }
}

/// The numbers that the store's paths have in a builder.
struct PathMap {
  private var numbers: [UInt32]
  /// The store's number behind each of the builder's.
  private(set) var pathIDs: [PathID] = [.root]

  private static let none = UInt32.max

  init(pathCount: Int) {
    numbers = Array(repeating: Self.none, count: pathCount)
    numbers[0] = PathInterner.root
  }

  /// The builder's number of a path, made if it is new.
  mutating func number(
    of path: PathID, in paths: PathTable, _ builder: inout SegmentBuilder
  ) -> UInt32 {
    let known = numbers[Int(path.rawValue)]
    if known != Self.none { return known }
    // From the root down: a path may have thousands of steps, so not by recursion.
    var missing: [PathID] = []
    var next = path
    while numbers[Int(next.rawValue)] == Self.none {
      missing.append(next)
      next = paths.parent(of: next)
    }
    var number = numbers[Int(next.rawValue)]
    for path in missing.reversed() {
      number = builder.paths.path(below: number, paths.step(of: path))
      assert(Int(number) == pathIDs.count)
      numbers[Int(path.rawValue)] = number
      pathIDs.append(path)
    }
    return number
  }
}

extension Segment {
  /// The arrival numbers of its first and last event; nil where it has none.
  ///
  /// - Complexity: O(rows), or O(1) where it lies in a workspace.
  var arrivalRange: ClosedRange<UInt64>? {
    if let kept { return kept.entry.firstArrival...kept.entry.lastArrival }
    return arrivals.bounds
  }
}

extension SegmentDeliveries {
  /// Adds what is known of a segment whose events, from `arrival` on, came behind those that it speaks of.
  mutating func append(_ later: SegmentDeliveries, from arrival: UInt64) {
    if isLive { return }
    // What the first events' file said may have been forgotten: it must not be taken for the one before.
    if later.firstArrivals.first.map({ $0 > arrival }) ?? true {
      beginFile(at: arrival, deliveredAt: nil)
    }
    for (first, time) in zip(later.firstArrivals, later.times) {
      beginFile(
        at: max(first, firstArrivals.last ?? 0),
        deliveredAt: time == Segment.noTime ? nil : time)
    }
  }
}
