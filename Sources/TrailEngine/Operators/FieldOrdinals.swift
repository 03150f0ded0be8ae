import Synchronization

/// The distinct values of a field over a whole snapshot, numbered: what grouping counts with.
///
/// A segment's codes become these numbers by one look-up each, so values of different segments meet without
/// comparing texts again.
final class FieldOrdinals: Sendable {
  /// The value behind each ordinal, as it is shown.
  let keys: [Cell]
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

  init(_ field: BoundField, in snapshot: StoreSnapshot, segments: Set<Int>) {
    numbered = segments
    var numbers: [Cell: UInt32] = [:]
    var keys = ShownKeys(field.kind)
    let buffer = TextBuffer()
    columns = snapshot.segments.enumerated().map { index, segment in
      guard segments.contains(index), let column = FieldColumns(segment: segment).column(field)
      else { return nil }
      var ordinals: [UInt32] = []
      ordinals.reserveCapacity(column.column.distinctCount)
      for code in 0..<UInt32(column.column.distinctCount) {
        let bytes = column.bytes(ofCode: code, in: buffer)
        guard field.counts(bytes) else {
          ordinals.append(Self.none)
          continue
        }
        let kind = column.kind(ofCode: code)
        let key = CellReader.groupKey(bytes, kind, as: field.kind)
        let next = UInt32(keys.cells.count)
        let number = numbers[key, default: next]
        if number == next { numbers[key] = next }
        keys.note(key, Int(number)) { CellReader.cell(bytes, kind, as: field.kind) }
        ordinals.append(number)
      }
      return SegmentOrdinals(
        field: column, ordinals: ordinals, mergesCodes: Set(ordinals).count < ordinals.count)
    }
    self.keys = keys.cells
  }

  /// The place of each ordinal in the order of values. Worked out once.
  func sortRanks() -> [UInt32] {
    ranks.withLock { ranks in
      if let ranks { return ranks }
      let order = keys.indices.sorted { ValueOrder.precedes(keys[$0], keys[$1]) }
      var made = [UInt32](repeating: 0, count: keys.count)
      for (rank, ordinal) in order.enumerated() { made[ordinal] = UInt32(rank) }
      ranks = made
      return made
    }
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
  private static let eventsForEachValue = 16

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

/// What queries of one session share: the numbering of each field's values.
package final class QueryCache: Sendable {
  /// Numberings kept; a session asks for few fields again and again.
  private static let maximumFields = 64

  private struct Entry: Sendable {
    let segments: [ObjectIdentifier]
    let ordinals: FieldOrdinals
    /// Keeps the segments alive, so that their identity stays theirs.
    let snapshot: StoreSnapshot
  }
  private let entries = Mutex<[BoundField: Entry]>([:])

  package init() {}

  /// - Parameter segments: The numbers of those whose values are wanted; all of them unless told.
  func ordinals(
    _ field: BoundField, in snapshot: StoreSnapshot, of segments: Set<Int>? = nil
  ) -> FieldOrdinals {
    // How an address is shown depends on how all records spell it.
    let needed = field.kind == .ip ? nil : segments
    var wanted = needed ?? Set(snapshot.segments.indices)
    let segments = snapshot.segments.map { ObjectIdentifier($0) }
    if let known = entries.withLock({ $0[field] }), known.segments == segments {
      if known.ordinals.numbered.isSuperset(of: wanted) { return known.ordinals }
      wanted.formUnion(known.ordinals.numbered)
    }
    let made = FieldOrdinals(field, in: snapshot, segments: wanted)
    entries.withLock { entries in
      // What was asked before segments were merged would keep their memory.
      entries = entries.filter { !$0.value.snapshot.segments.contains { $0.isReplaced } }
      if entries.count >= Self.maximumFields { entries.removeAll() }
      entries[field] = Entry(segments: segments, ordinals: made, snapshot: snapshot)
    }
    return made
  }
}
