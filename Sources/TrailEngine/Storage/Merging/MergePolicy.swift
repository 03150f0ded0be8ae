/// Which segments of a shelf become one.
///
/// Segments lie in the order of arrival. A run at the end is merged when what follows its first segment has become as
/// large as that is. So an event lies, each time it is rewritten, in a segment at least twice as large as before (but
/// for once, when a large segment takes in the smaller ones before it), and what is not merged at least halves from
/// one segment to the next: events are rewritten O(log n) times, and O(log n) small segments are left.
enum MergePolicy {
  /// A run has as many segments at least: merging two by two would rewrite more for little.
  static let fewest = 4
  /// A segment of this size stays as it is, and parts what is before it from what is behind.
  static let largeRows = StorageLimits.rowsPerSegment / 2

  /// The run to merge; nil where none is.
  ///
  /// - Parameters:
  ///   - sizes: The segments' rows; nil for one that stays as it is.
  ///   - first: Where a run must begin before: what one import made stays as it is until there is more.
  /// - Complexity: O(small segments at the end).
  static func run(in sizes: [Int?], beginningBefore first: Int) -> Range<Int>? {
    var after = 0
    var found: Int?
    for index in sizes.indices.reversed() {
      guard let size = sizes[index], size < largeRows else { break }
      if sizes.count - index >= fewest, after >= size, index < first { found = index }
      after += size
    }
    return found.map { $0..<sizes.count }
  }

  /// A run cut into groups, each as large as a segment may be. What is alone in its group stays as it is.
  ///
  /// - Parameter fits: whether a segment may be in one group with those before it, of which the first is given.
  static func groups(
    of run: Range<Int>, rows: (Int) -> Int, textBytes: (Int) -> Int,
    fits: (_ first: Int, _ next: Int) -> Bool
  ) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = run.lowerBound
    var total = (rows: 0, bytes: 0)
    for index in run {
      let (own, bytes) = (rows(index), textBytes(index))
      let isTooLarge =
        total.rows + own > StorageLimits.rowsPerSegment
        || total.bytes + bytes > StorageLimits.valueBytesPerSegment
      if index > start, isTooLarge || !fits(start, index) {
        groups.append(start..<index)
        start = index
        total = (0, 0)
      }
      total.rows += own
      total.bytes += bytes
    }
    groups.append(start..<run.upperBound)
    return groups.filter { $0.count > 1 }
  }
}
