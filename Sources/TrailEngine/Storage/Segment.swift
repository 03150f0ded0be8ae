import Synchronization
import TrailRecord

/// Up to `StorageLimits.rowsPerSegment` events, immutable, sorted by (time, arrival).
///
/// Events without a usable eventTime come last. See this module's README for what is stored how. What a segment holds
/// is in memory, or lies in a workspace and is read when it is first asked for.
package final class Segment: Sendable {
  /// Tells it from all others of this process, those that are gone included.
  let serial = Segment.nextSerial.add(1, ordering: .relaxed).newValue
  private static let nextSerial = Atomic<UInt64>(0)

  package let rowCount: Int
  /// Rows that have a usable eventTime: they come first.
  package let timedRowCount: Int
  /// First and last usable time; `nil` where no event has one.
  package let timeRange: ClosedRange<Int64>?
  private let body: Body
  /// The path table of the time of sealing or opening: all paths that this segment has.
  let paths: PathTable
  /// Columns that are worked out from others on first use, kept for the session.
  package let computedColumns = ComputedColumnCache()

  /// Which values passed earlier tests.
  let codeSets = CodeSetCache()

  /// Which rows hold names that were asked for.
  let namedRows = NamedRowsCache()

  package static let noTime = Int64.max

  /// True where it was tried in vain to merge it with others.
  var staysAsItIs: Bool { isLeftAlone.load(ordering: .relaxed) }
  private let isLeftAlone = Atomic<Bool>(false)

  func leaveAsItIs() { isLeftAlone.store(true, ordering: .relaxed) }

  /// True once its events lie in a merged segment: only snapshots of before still have it.
  var isReplaced: Bool { wasReplaced.load(ordering: .relaxed) }
  private let wasReplaced = Atomic<Bool>(false)

  func noteReplaced() { wasReplaced.store(true, ordering: .relaxed) }

  private enum Body: Sendable {
    case made(SegmentBody)
    case kept(KeptSegment)
  }

  init(_ body: SegmentBody, paths: PathTable) {
    rowCount = body.times.count
    timedRowCount = body.times.lowerBound(of: Segment.noTime, in: 0..<body.times.count)
    timeRange = timedRowCount == 0 ? nil : body.times[0]...body.times[timedRowCount - 1]
    self.body = .made(body)
    self.paths = paths
    checkInvariants()
  }

  /// A segment that lies in a workspace.
  init(_ kept: KeptSegment) {
    rowCount = kept.entry.rowCount
    timedRowCount = kept.entry.timedRowCount
    timeRange = kept.entry.timeRange
    body = .kept(kept)
    paths = kept.paths
  }

  /// What it is in the workspace that it was opened from; nil where it was made in this session.
  var kept: KeptSegment? {
    if case .kept(let kept) = body { kept } else { nil }
  }

  /// Milliseconds since 1970 UTC, ascending; `Segment.noTime` for the rows that have none.
  package var times: OffsetArray<Int64> {
    switch body {
    case .made(let body): body.times
    case .kept(let kept): kept.times
    }
  }
  /// The order in which events came into the store: file and place in it.
  package var arrivals: OffsetArray<UInt64> {
    switch body {
    case .made(let body): body.arrivals
    case .kept(let kept): kept.arrivals
    }
  }
  /// A hash of each record's content that does not depend on the order of keys.
  var contentHashes: Slab<UInt64> {
    switch body {
    case .made(let body): body.contentHashes
    case .kept(let kept): kept.contentHashes
    }
  }
  package var values: ValueDictionary {
    switch body {
    case .made(let body): body.values
    case .kept(let kept): kept.values
    }
  }
  /// Where among the values a name may stand.
  var tokenSignatures: TokenSignatureIndex {
    switch body {
    case .made(let body): body.tokenSignatures
    case .kept(let kept): kept.tokenSignatures
    }
  }
  package var shapes: ShapeTable {
    switch body {
    case .made(let body): body.shapes
    case .kept(let kept): kept.shapes
    }
  }

  /// When its events were delivered, as far as is known; nil where nothing is.
  package var deliveries: SegmentDeliveries? {
    switch body {
    case .made(let body): body.deliveries
    case .kept(let kept): kept.deliveries
    }
  }

  /// What tells of most identifiers that they are not here; made anew of a segment that lies in a workspace, which
  /// `mayHold` reads piece by piece instead.
  var identifierFilter: IdentifierFilter {
    switch body {
    case .made(let body): body.identifierFilter
    case .kept: IdentifierFilter(of: self)
    }
  }

  /// False where no event of the segment can have one of these as its eventID.
  func mayHold(_ keys: [IdentifierKey]) -> Bool {
    switch body {
    case .made(let body): keys.contains { body.identifierFilter.mayHold($0) }
    case .kept(let kept): keys.contains { kept.mayHold($0) }
    }
  }

  /// The values of a path; `nil` where no event of the segment has any.
  @inline(__always)
  package func column(_ path: PathID) -> Column? {
    switch body {
    case .made(let body): body.column(path)
    case .kept(let kept): kept.column(path)
    }
  }

  /// The values of a path with the dictionary that they are in; `nil` where no event of the segment has any.
  ///
  /// The dictionary is the segment's own, or one of this column alone, which costs less to read. Codes are the same.
  @inline(__always)
  func field(_ path: PathID) -> FieldColumn? {
    switch body {
    case .made(let body):
      body.column(path).map { FieldColumn(column: $0, dictionary: body.values) }
    case .kept(let kept): kept.field(path)
    }
  }

  /// The canonical UUIDs of a path; `nil` where it has none.
  @inline(__always)
  package func identifiers(_ path: PathID) -> IdentifierColumn? {
    switch body {
    case .made(let body): body.identifiers(path)
    case .kept(let kept): kept.identifiers(path)
    }
  }

  /// All columns, by path number.
  package var columns: [Column] {
    switch body {
    case .made(let body): body.columnsByPath.compactMap { $0 }
    case .kept(let kept): kept.columns
    }
  }
  package var identifierColumns: [IdentifierColumn] {
    switch body {
    case .made(let body): body.identifiersByPath.compactMap { $0 }
    case .kept(let kept): kept.identifierColumns
    }
  }

  /// The rows whose time is in `start..<end`.
  ///
  /// - Complexity: O(log rows), or O(1) where the range holds all of the segment or nothing.
  package func rows(from start: Int64, until end: Int64) -> Range<Int> {
    guard let timeRange, start < end, start <= timeRange.upperBound else {
      return timedRowCount..<timedRowCount
    }
    if end <= timeRange.lowerBound { return 0..<0 }
    if start <= timeRange.lowerBound, end > timeRange.upperBound { return 0..<timedRowCount }
    let times = times
    let low = times.lowerBound(of: start, in: 0..<timedRowCount)
    return low..<times.lowerBound(of: end, in: low..<timedRowCount)
  }

  /// True where events of a window of time can lie in it.
  func overlaps(_ window: Range<Int64>) -> Bool {
    if window == .min ..< .max { return true }
    return timeRange.map {
      $0.lowerBound < window.upperBound && $0.upperBound >= window.lowerBound
    } ?? false
  }

  /// The rows in which one of `paths` is there and not null.
  package func rows(having paths: Set<PathID>, within range: Range<Int>) -> RowSet {
    shapes.rows(having: paths, within: range)
  }

  /// Bytes that the segment holds, computed columns left out.
  package var byteCount: Int {
    switch body {
    case .made(let body): body.byteCount
    case .kept(let kept): kept.byteCount
    }
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

/// What a segment that was made in this session holds.
final class SegmentBody: Sendable {
  let times: OffsetArray<Int64>
  let arrivals: OffsetArray<UInt64>
  let contentHashes: Slab<UInt64>
  let values: ValueDictionary
  let tokenSignatures: TokenSignatureIndex
  let shapes: ShapeTable
  let deliveries: SegmentDeliveries?
  let identifierFilter: IdentifierFilter
  // By path number: a look-up is an index.
  let columnsByPath: [Column?]
  let identifiersByPath: [IdentifierColumn?]

  init(
    times: OffsetArray<Int64>, arrivals: OffsetArray<UInt64>, contentHashes: Slab<UInt64>,
    values: ValueDictionary, tokenSignatures: TokenSignatureIndex, shapes: ShapeTable,
    columns: [Column],
    identifiers: [IdentifierColumn], paths: PathTable, deliveries: SegmentDeliveries? = nil
  ) {
    self.times = times
    self.arrivals = arrivals
    self.contentHashes = contentHashes
    self.values = values
    self.tokenSignatures = tokenSignatures
    self.shapes = shapes
    self.deliveries = deliveries
    var columnsByPath = [Column?](repeating: nil, count: paths.count)
    for column in columns { columnsByPath[Int(column.path.rawValue)] = column }
    self.columnsByPath = columnsByPath
    var identifiersByPath = [IdentifierColumn?](repeating: nil, count: paths.count)
    for column in identifiers { identifiersByPath[Int(column.path.rawValue)] = column }
    self.identifiersByPath = identifiersByPath
    identifierFilter = IdentifierFilter(rowCount: times.count, paths: paths) {
      [columnsByPath, identifiersByPath] path in
      let column = columnsByPath[Int(path.rawValue)]
      return (
        identifiersByPath[Int(path.rawValue)],
        column.map { FieldColumn(column: $0, dictionary: values) }
      )
    }
  }

  @inline(__always)
  func column(_ path: PathID) -> Column? {
    // Later imports may have added paths that this segment knows nothing of.
    path.rawValue < columnsByPath.count ? columnsByPath[Int(path.rawValue)] : nil
  }

  @inline(__always)
  func identifiers(_ path: PathID) -> IdentifierColumn? {
    path.rawValue < identifiersByPath.count ? identifiersByPath[Int(path.rawValue)] : nil
  }

  var byteCount: Int {
    var total = times.byteCount + arrivals.byteCount + contentHashes.byteCount
    total += values.byteCount + shapes.byteCount + tokenSignatures.byteCount
    total += (deliveries?.byteCount ?? 0) + identifierFilter.byteCount
    for column in columnsByPath { total += column?.byteCount ?? 0 }
    for column in identifiersByPath { total += column?.byteCount ?? 0 }
    return total
  }
}

/// Columns worked out from others, made once a segment and shared by all queries.
package final class ComputedColumnCache: Sendable {
  struct Key: Hashable, Sendable {
    enum Kind: Sendable {
      case field, leaves, existence, hashes, hashesOfPath, keyTexts, searchedColumns, eventTexts
    }

    let kind: Kind
    /// What it was worked out from; empty where there is one of its kind only.
    let source: String

    init(_ kind: Kind, _ source: String = "") {
      self.kind = kind
      self.source = source
    }
  }

  private let columns = Mutex<[Key: any AnyObject & Sendable]>([:])

  /// A value in the table: a class is told from others at once, an existential's type is not.
  private final class Box<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  /// True where `key` has been made.
  func contains(_ key: Key) -> Bool { columns.withLock { $0[key] != nil } }

  /// The cached value of `key`, made by `make` on first use.
  ///
  /// Two threads that ask at the same time may both make it; the first one stays.
  func value<Value: Sendable>(_ key: Key, _ make: () -> Value) -> Value {
    if let known = columns.withLock({ $0[key] as? Box<Value> }) { return known.value }
    let made = Box(make())
    return columns.withLock { columns in
      if let other = columns[key] as? Box<Value> { return other.value }
      columns[key] = made
      return made.value
    }
  }
}

/// Which rows of a segment hold a name, for the names of this session: a person goes on asking about the same one.
final class NamedRowsCache: Sendable {
  /// Names kept a segment; all are forgotten when they become more.
  static let capacity = 32

  /// By the bytes of the name: what is the same to Unicode may be another name.
  private let rows = Mutex<[[UInt8]: RowSet]>([:])

  /// The rows of a name as it was asked for, found by `find` on first use.
  func rows(of name: String, _ find: () -> RowSet) -> RowSet {
    let name = Array(name.utf8)
    if let known = rows.withLock({ $0[name] }) { return known }
    let found = find()
    rows.withLock { rows in
      if rows.count >= Self.capacity { rows.removeAll() }
      rows[name] = found
    }
    return found
  }
}

/// Which values of a column passed a test, for the tests of this session.
///
/// A segment never changes, so neither does the outcome; a person asks much the same again and again.
final class CodeSetCache: Sendable {
  struct Key: Hashable, Sendable {
    /// The column; for a computed column the path that it was given.
    var path: PathID
    /// The field and the test (`FieldTest.outcomeKey`).
    var test: [UInt8]
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
