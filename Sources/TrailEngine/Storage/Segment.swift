import Synchronization
import TrailRecord

/// Up to `StorageLimits.rowsPerSegment` events, immutable, sorted by (time, arrival).
///
/// Events without a usable eventTime come last. See this module's README for what is stored how.
package final class Segment: Sendable {
  package let rowCount: Int
  /// Rows that have a usable eventTime: they come first.
  package let timedRowCount: Int
  /// Milliseconds since 1970 UTC, ascending; `Segment.noTime` for the rows that have none.
  package let times: Slab<Int64>
  /// The order in which events came into the store: file and place in it.
  package let arrivals: Slab<UInt64>
  /// A hash of each record's content that does not depend on the order of keys.
  let contentHashes: Slab<UInt64>
  package let values: ValueDictionary
  /// Where among the values a name may stand.
  let tokenSignatures: TokenSignatureIndex
  package let shapes: ShapeTable
  /// When its events were delivered, as far as is known; nil where nothing is.
  package let deliveries: SegmentDeliveries?
  // By path number: a look-up is an index.
  private let columnsByPath: [Column?]
  private let identifiersByPath: [IdentifierColumn?]
  /// The path table of the time of sealing: all paths that this segment has.
  let paths: PathTable
  /// Columns that are worked out from others on first use, kept for the session.
  package let computedColumns = ComputedColumnCache()

  /// Which values passed earlier tests.
  let codeSets = CodeSetCache()

  package static let noTime = Int64.max

  init(
    times: Slab<Int64>, arrivals: Slab<UInt64>, contentHashes: Slab<UInt64>,
    values: ValueDictionary, shapes: ShapeTable, columns: [Column],
    identifiers: [IdentifierColumn], paths: PathTable, deliveries: SegmentDeliveries? = nil
  ) {
    rowCount = times.count
    self.times = times
    self.arrivals = arrivals
    self.contentHashes = contentHashes
    self.values = values
    tokenSignatures = TokenSignatureIndex(values)
    self.shapes = shapes
    self.deliveries = deliveries
    var columnsByPath = [Column?](repeating: nil, count: paths.count)
    for column in columns { columnsByPath[Int(column.path.rawValue)] = column }
    self.columnsByPath = columnsByPath
    var identifiersByPath = [IdentifierColumn?](repeating: nil, count: paths.count)
    for column in identifiers { identifiersByPath[Int(column.path.rawValue)] = column }
    self.identifiersByPath = identifiersByPath
    self.paths = paths
    timedRowCount = times.lowerBound(of: Segment.noTime, in: 0..<times.count)
    checkInvariants()
  }

  /// The values of a path; `nil` where no event of the segment has any.
  @inline(__always)
  package func column(_ path: PathID) -> Column? {
    // Later imports may have added paths that this segment knows nothing of.
    path.rawValue < columnsByPath.count ? columnsByPath[Int(path.rawValue)] : nil
  }

  /// The canonical UUIDs of a path; `nil` where it has none.
  @inline(__always)
  package func identifiers(_ path: PathID) -> IdentifierColumn? {
    path.rawValue < identifiersByPath.count ? identifiersByPath[Int(path.rawValue)] : nil
  }

  /// All columns, by path number.
  package var columns: [Column] { columnsByPath.compactMap { $0 } }
  package var identifierColumns: [IdentifierColumn] { identifiersByPath.compactMap { $0 } }

  /// First and last usable time; `nil` where no event has one.
  package var timeRange: ClosedRange<Int64>? {
    timedRowCount == 0 ? nil : times[0]...times[timedRowCount - 1]
  }

  /// The rows whose time is in `start..<end`.
  ///
  /// - Complexity: O(log rows).
  package func rows(from start: Int64, until end: Int64) -> Range<Int> {
    let low = times.lowerBound(of: start, in: 0..<timedRowCount)
    return low..<times.lowerBound(of: max(start, end), in: low..<timedRowCount)
  }

  /// The rows in which one of `paths` is there and not null.
  package func rows(having paths: Set<PathID>, within range: Range<Int>) -> RowSet {
    shapes.rows(having: paths, within: range)
  }

  /// Bytes that the segment holds, computed columns left out.
  package var byteCount: Int {
    var total = times.byteCount + arrivals.byteCount + contentHashes.byteCount
    total += values.heap.byteCount + values.offsets.byteCount + values.kinds.byteCount
    total += shapes.byteCount + tokenSignatures.byteCount + (deliveries?.byteCount ?? 0)
    for column in columns { total += column.byteCount }
    for column in identifierColumns { total += column.byteCount }
    return total
  }

  private func checkInvariants() {
    assert(arrivals.count == rowCount && contentHashes.count == rowCount)
    assert(shapes.codes.count == rowCount)
    #if DEBUG
      for row in 1..<max(1, rowCount) {
        assert(times[row - 1] <= times[row])
        if times[row - 1] == times[row] { assert(arrivals[row - 1] < arrivals[row]) }
      }
    #endif
  }
}

/// Columns worked out from others, made once a segment and shared by all queries.
package final class ComputedColumnCache: Sendable {
  private let columns = Mutex<[String: any Sendable]>([:])

  /// True where `name` has been made.
  package func contains(_ name: String) -> Bool { columns.withLock { $0[name] != nil } }

  /// The cached value of `name`, made by `make` on first use.
  ///
  /// Two threads that ask at the same time may both make it; the first one stays.
  package func value<Value: Sendable>(_ name: String, _ make: () -> Value) -> Value {
    if let known = columns.withLock({ $0[name] as? Value }) { return known }
    let made = make()
    return columns.withLock { columns in
      if let other = columns[name] as? Value { return other }
      columns[name] = made
      return made
    }
  }
}

/// Which values of a column passed a test, for the tests of this session that had to look at every value.
///
/// A segment never changes, so neither does the outcome; a person asks much the same again and again.
final class CodeSetCache: Sendable {
  struct Key: Hashable, Sendable {
    /// The column; for a computed column the path that it was given.
    var path: PathID
    /// The field and the test, as a plan shows them.
    var test: String
  }
  /// Outcomes kept a segment; all are forgotten when they become more.
  static let capacity = 256

  private let sets = Mutex<[Key: CodeSet]>([:])

  subscript(key: Key) -> CodeSet? {
    get { sets.withLock { $0[key] } }
    set {
      sets.withLock { sets in
        if sets.count >= Self.capacity { sets.removeAll() }
        sets[key] = newValue
      }
    }
  }
}
