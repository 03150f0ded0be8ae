import TrailRecord

/// Events on their way into a segment: values, paths and structures interned, rows in order of arrival.
///
/// The walker (`SegmentBuilder+Walk`) shreds records straight into it; `SegmentSealer` sorts it by time and
/// makes the columns. A record that turns out to be broken is taken back whole.
struct SegmentBuilder: ~Copyable {
  var values = ValueInterner()
  var paths = PathInterner()
  var shapes = ShapeInterner()
  var objects = RememberedObjects()
  /// The two flags, once one came.
  var lastTrue = PathInterner.LastValue()
  var lastFalse = PathInterner.LastValue()
  /// The values of all records, in document order: a value number for each leaf, four words for an identifier.
  var leaves = GrowingBuffer<UInt32>(capacity: 1 << 16)
  /// Where each row's values begin in `leaves`.
  private(set) var leafStarts = GrowingBuffer<UInt32>(capacity: 1 << 12)
  /// The root node of each row's structure.
  private(set) var roots = GrowingBuffer<UInt32>(capacity: 1 << 12)
  private(set) var times = GrowingBuffer<Int64>(capacity: 1 << 12)
  private(set) var arrivals = GrowingBuffer<UInt64>(capacity: 1 << 12)
  private(set) var contentHashes = GrowingBuffer<UInt64>(capacity: 1 << 12)
  /// Each row's eventID.
  private(set) var eventKeys = GrowingBuffer<EventKey>(capacity: 1 << 12)

  /// Where the rows come from.
  var deliveries: SegmentDeliveries?

  // The record that is being walked.
  var pending = GrowingBuffer<PendingLeaf>(capacity: 1 << 8)
  /// What to remember of the record once its values have their numbers.
  var walkedObjects = GrowingBuffer<WalkedObject>(capacity: 16)
  var tokens = GrowingBuffer<UInt32>(capacity: 1 << 12)
  var recordTime = Segment.noTime
  var recordContentHash: UInt64 = 0
  var recordEventKey = EventKey.absent
  var recordMarks: RecordMarks = []
  var recordHasInvalidText = false
  var recordHasUnreadableTime = false
  var timeReader = CanonicalTimeReader()
  var decoder = JSONStringDecoder()

  // The text that is being walked: `TextWindow.padding` zero bytes follow `end`.
  var text: UnsafePointer<UInt8>
  var end = 0
  var failure: WalkFailure?
  private let emptyText = Slab<UInt8>(count: 0, padding: TextWindow.padding) { _ in }

  init() { text = emptyText.base }

  /// Objects and arrays inside one another that the walk follows: what the thread's stack allows.
  var nestingLimit = IngestLimits.nesting

  var rowCount: Int { roots.count }

  /// True when the segment should be sealed before it takes more.
  var isFull: Bool {
    rowCount >= StorageLimits.rowsPerSegment
      || values.heap.count >= StorageLimits.valueBytesPerSegment
      || leaves.count >= StorageLimits.entriesPerSegment
  }

  /// Forgets all rows, keeping memory and paths, so that the next segment costs no new pages.
  mutating func reset() {
    values.reset()
    shapes.reset()
    objects.reset()
    lastTrue = PathInterner.LastValue()
    lastFalse = PathInterner.LastValue()
    paths.forgetValues()
    leaves.truncate(to: 0)
    leafStarts.truncate(to: 0)
    roots.truncate(to: 0)
    times.truncate(to: 0)
    arrivals.truncate(to: 0)
    contentHashes.truncate(to: 0)
    eventKeys.truncate(to: 0)
    tokens.truncate(to: 0)
    deliveries?.forgetFiles()
  }

  /// The number of a value that was interned elsewhere. Seven bytes behind it must be readable.
  @inline(__always)
  mutating func number(of value: UnsafeBufferPointer<UInt8>, _ kind: ValueKind) -> UInt32 {
    value.baseAddress.map { values.number($0, value.count, kind) } ?? 0
  }

  /// The number of the node with these tokens.
  mutating func number(ofNode node: [UInt32]) -> UInt32 {
    node.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { shapes.number($0, node.count) } ?? 0
    }
  }

  /// Appends an identifier to the values of the record.
  @inline(__always)
  mutating func appendLeaves(of identifier: Identifier) {
    for word in [identifier.high, identifier.low] {
      leaves.append(UInt32(truncatingIfNeeded: word >> 32))
      leaves.append(UInt32(truncatingIfNeeded: word))
    }
  }

  mutating func beginRecord() {
    leafStarts.append(UInt32(leaves.count))
    recordTime = Segment.noTime
    recordContentHash = 0
    recordEventKey = .absent
    recordMarks = []
    recordHasInvalidText = false
    recordHasUnreadableTime = false
    failure = nil
    pending.truncate(to: 0)
    walkedObjects.truncate(to: 0)
  }

  mutating func commitRecord(root: UInt32, arrival: UInt64) {
    roots.append(root)
    times.append(recordTime)
    arrivals.append(arrival)
    contentHashes.append(recordContentHash)
    eventKeys.append(recordEventKey)
    tokens.truncate(to: 0)
    assert(leafStarts.count == roots.count)
  }

  mutating func abandonRecord() {
    leaves.truncate(to: Int(leafStarts[leafStarts.count - 1]))
    leafStarts.truncate(to: leafStarts.count - 1)
    tokens.truncate(to: 0)
  }
}

/// Why a record could not be read, and where.
struct WalkFailure: Error, Hashable {
  var offset: Int
  var reason: Reason

  enum Reason: String, Hashable, Sendable {
    case expectedKey = "expected a key in quotes"
    case expectedColon = "expected `:` after the key"
    case expectedValue = "expected a value"
    case expectedCommaOrBrace = "expected `,` or `}`"
    case expectedCommaOrBracket = "expected `,` or `]`"
    case badNumber = "not a JSON number"
    case badLiteral = "expected `true`, `false` or `null`"
    case badEscape = "not a JSON escape"
    case tooDeep = "objects and arrays nested too deep"
    case tooLong = "a record larger than 64 MiB"
    case endOfText = "the text ends inside a record"
  }
}
