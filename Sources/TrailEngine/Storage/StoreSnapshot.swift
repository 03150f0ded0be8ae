/// What a query sees: sealed segments and the paths that their records have.
///
/// A value: later imports make new snapshots and change none.
package struct StoreSnapshot: Sendable {
  package let segments: [Segment]
  package let paths: PathTable

  package init(segments: [Segment], paths: PathTable) {
    self.segments = segments
    self.paths = paths
  }

  package static let empty = StoreSnapshot(segments: [], paths: PathTable())

  /// True where the same events lie in both, in the same segments.
  package func hasSameSegments(as other: StoreSnapshot) -> Bool {
    segments.count == other.segments.count && zip(segments, other.segments).allSatisfy(===)
  }

  /// The segments in which events of a window of time can lie.
  func overlapping(_ window: Range<Int64>) -> StoreSnapshot {
    if window == .min ..< .max { return self }
    return StoreSnapshot(segments: segments.filter { $0.overlaps(window) }, paths: paths)
  }

  package var rowCount: Int { segments.reduce(0) { $0 + $1.rowCount } }
  package var isEmpty: Bool { segments.allSatisfy { $0.rowCount == 0 } }

  /// First and last usable time of all events.
  package var timeRange: ClosedRange<Int64>? {
    let ranges = segments.compactMap(\.timeRange)
    guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else {
      return nil
    }
    return low...high
  }

  package var byteCount: Int { segments.reduce(0) { $0 + $1.byteCount } }
}
