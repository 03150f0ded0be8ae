import Synchronization
import TrailRecord

/// The distinct values of a field over a whole snapshot, numbered: what grouping counts with.
///
/// A segment's codes become these numbers by one look-up each, so values of different segments meet without
/// comparing texts again.
final class FieldOrdinals: Sendable {
  /// The value behind each ordinal, as it is shown.
  let keys: OrdinalKeys
  /// For each segment, its column and the ordinal of each code; nil where it lacks the field.
  let columns: [SegmentOrdinals?]
  /// The segments whose values are numbered; of the others nothing is known.
  let numbered: Set<Int>
  private let ranks = Mutex<[UInt32]?>(nil)

  /// One less than `RowOrdinals.missing`, as every ordinal is one less than its number.
  static let none = RowOrdinals.missing &- 1

  struct SegmentOrdinals: Sendable {
    let field: FieldColumn
    /// `FieldOrdinals.none` for a value that does not count.
    let ordinals: [UInt32]
    /// True if two codes of the segment have one ordinal, such as `1` and `1.0`.
    let mergesCodes: Bool
  }

  /// - Complexity: O(distinct values of each segment); texts are hashed and numbered on all cores.
  init(
    _ field: BoundField, in snapshot: StoreSnapshot, segments: Set<Int>,
    _ cancellation: Cancellation
  ) throws(QueryCancelled) {
    numbered = segments
    let rows = segments.reduce(0) { $0 + snapshot.segments[$1].rowCount }
    let hashed = try SegmentWorkers.map(snapshot.segments, work: rows) {
      index, segment throws(QueryCancelled) -> HashedColumn? in
      guard segments.contains(index) else { return nil }
      try cancellation.check()
      return FieldColumns(segment: segment).column(field).map { HashedColumn($0, of: field) }
    }
    var numbering = try ValueNumbering(field.kind, hashed, cancellation)
    columns = try hashed.enumerated().map { index, column throws(QueryCancelled) in
      try cancellation.check()
      return column.map { numbering.number($0, ofSegment: index) }
    }
    keys = numbering.keys()
  }

  /// The place of each ordinal in the order of values. Worked out once.
  func sortRanks() -> [UInt32] {
    ranks.withLock { ranks in
      if let ranks { return ranks }
      let made = keys.ranks()
      ranks = made
      return made
    }
  }

  /// True where texts are the same value if they are the same bytes.
  static func isGroupedByText(_ kind: BoundField.Kind) -> Bool {
    switch kind {
    case .text, .number, .principal, .role: true
    case .time, .service, .ip, .flag: false
    }
  }
}

/// What numbering needs of a segment's values.
struct HashedColumn: Sendable {
  /// A value that is grouped by something else than its text.
  struct Other: Sendable {
    let code: UInt32
    /// Nil for a value that does not count.
    let key: Cell?
    let shown: Cell
  }

  let field: FieldColumn
  /// By code, without the others: of values that are grouped by their text the folded hashes, ascending, because codes
  /// are numbered so; of times their milliseconds.
  let hashes: [UInt64]
  /// False where texts are in another order than that of their hashes, as a damaged file has them.
  let isInOrder: Bool
  /// In the order of their codes.
  let others: [Other]

  init(_ column: FieldColumn, of field: BoundField) {
    self.field = column
    var hashes: [UInt64] = []
    var others: [Other] = []
    var scratch: [UInt8] = []
    let buffer = TextBuffer.make()
    let isGroupedByText = FieldOrdinals.isGroupedByText(field.kind) && !field.countsOnlyAddresses
    hashes.reserveCapacity(
      isGroupedByText || field.kind == .time ? column.column.distinctCount : 0)
    for code in 0..<UInt32(column.column.distinctCount) {
      let bytes = column.bytes(ofCode: code, in: buffer)
      let kind = column.kind(ofCode: code)
      if isGroupedByText, kind == .text {
        hashes.append(FoldedHash.hash(bytes, scratch: &scratch))
      } else if field.kind == .time, let time = EventTime.parse(bytes) {
        hashes.append(UInt64(bitPattern: time))
      } else {
        let counts = field.counts(bytes)
        others.append(
          Other(
            code: code, key: counts ? CellReader.groupKey(bytes, kind, as: field.kind) : nil,
            shown: counts ? CellReader.cell(bytes, kind, as: field.kind) : .missing))
      }
    }
    withExtendedLifetime(buffer) {}
    self.hashes = hashes
    isInOrder = field.kind == .time || zip(hashes, hashes.dropFirst()).allSatisfy { $0 <= $1 }
    self.others = others
  }

  /// The code behind each hash; nil where that is its place.
  func hashedCodes() -> [UInt32]? {
    if others.isEmpty { return nil }
    var codes: [UInt32] = []
    codes.reserveCapacity(hashes.count)
    var next = 0
    for code in 0..<UInt32(field.column.distinctCount) {
      if next < others.count, others[next].code == code { next += 1 } else { codes.append(code) }
    }
    return codes
  }
}

/// Numbers the values of a field over all segments.
private struct ValueNumbering {
  private let columns: [HashedColumn?]
  private let hashed: NumberedHashes
  private let kind: BoundField.Kind
  /// Of each ordinal, where its value first stood.
  private var places: [OrdinalKeys.Place]
  private var shown: ShownKeys
  private var ordinalOfOther: [Cell: UInt32] = [:]
  /// Of each value that is not hashed, the last segment that has it.
  private var lastSegments: [UInt32] = []

  init(
    _ kind: BoundField.Kind, _ columns: [HashedColumn?], _ cancellation: Cancellation
  ) throws(QueryCancelled) {
    self.kind = kind
    self.columns = columns
    hashed =
      kind == .time
      ? TimeNumbering.number(columns) : try TextNumbering.number(columns, cancellation)
    places = hashed.places
    shown = ShownKeys(kind)
  }

  func keys() -> OrdinalKeys {
    OrdinalKeys(places, in: columns.map { $0?.field }, cells: shown.cells, kind: kind)
  }

  /// The ordinals of a segment's codes: asked for one segment after the other.
  mutating func number(
    _ column: HashedColumn, ofSegment segment: Int
  ) -> FieldOrdinals.SegmentOrdinals {
    if column.others.isEmpty {
      return FieldOrdinals.SegmentOrdinals(
        field: column.field, ordinals: hashed.ordinals[segment],
        mergesCodes: hashed.mergesCodes[segment])
    }
    var ordinals: [UInt32] = []
    ordinals.reserveCapacity(column.field.column.distinctCount)
    var mergesCodes = hashed.mergesCodes[segment]
    var uncounted = 0
    var nextHashed = 0
    for other in column.others {
      let between = Int(other.code) - ordinals.count
      ordinals += hashed.ordinals[segment][nextHashed..<(nextHashed + between)]
      nextHashed += between
      guard let key = other.key else {
        ordinals.append(FieldOrdinals.none)
        uncounted += 1
        continue
      }
      let ordinal = self.ordinal(of: key, shown: other.shown)
      let place = Int(ordinal) - hashed.places.count
      if place == lastSegments.count {
        lastSegments.append(UInt32(segment))
      } else if lastSegments[place] == UInt32(segment) {
        mergesCodes = true
      } else {
        lastSegments[place] = UInt32(segment)
      }
      ordinals.append(ordinal)
    }
    ordinals += hashed.ordinals[segment][nextHashed...]
    return FieldOrdinals.SegmentOrdinals(
      field: column.field, ordinals: ordinals, mergesCodes: mergesCodes || uncounted > 1)
  }

  private mutating func ordinal(of key: Cell, shown spelling: Cell) -> UInt32 {
    if let known = ordinalOfOther[key] {
      if let cell = places[Int(known)].cell { shown.note(key, cell) { spelling } }
      return known
    }
    let ordinal = UInt32(places.count)
    ordinalOfOther[key] = ordinal
    let cell = shown.cells.count
    shown.note(key, cell) { spelling }
    places.append(.init(cell: cell))
    return ordinal
  }
}

/// The values of groups as answers show them: an address that is spelled in one way wherever it stands is shown so, one
/// of several spellings in the canonical one; everything else as it is grouped by.
struct ShownKeys {
  private(set) var cells: [Cell] = []
  private let showsSpellings: Bool

  init(_ kind: BoundField.Kind?) { showsSpellings = kind == .ip }

  /// Takes in a value with the number that its key has, which is the next one where the key is new.
  mutating func note(_ key: Cell, _ number: Int, spelled spelling: () -> Cell) {
    if number == cells.count {
      cells.append(showsSpellings ? spelling() : key)
    } else if showsSpellings, cells[number] != key, cells[number] != spelling() {
      cells[number] = key
    }
  }
}

extension BoundField {
  /// So many distinct values, counted in each segment, are numbered for the sake of few events: of large stores, one
  /// for so many events.
  private static let manyValues = 1 << 17
  private static let eventsForEachValue = 8

  /// True where numbering all values of the field costs little, whatever number of events is asked about.
  func isWorthNumbering(in snapshot: StoreSnapshot) -> Bool {
    if case .time = source { return false }
    var values = 0
    let most = max(Self.manyValues, snapshot.rowCount / Self.eventsForEachValue)
    for segment in snapshot.segments {
      let fields = FieldColumns(segment: segment)
      // A column of identifiers would be the size of the store.
      if fields.leafPaths(self).contains(where: { segment.identifiers($0) != nil }) { return false }
      values += fields.column(self)?.column.distinctCount ?? 0
      if values > most { return false }
    }
    return true
  }
}
