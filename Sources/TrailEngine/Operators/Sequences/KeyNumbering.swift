import TrailRecord

/// Numbers the key values of events, so that events with the same values find each other.
///
/// A value is read once for each segment in which it occurs, not once for each event.
struct KeyNumbering {
  private let snapshot: StoreSnapshot
  /// The number of each value of each key.
  private var numbers: [[Cell: UInt32]]
  private var columns: [BoundField: [FieldColumn?]] = [:]
  /// By field, segment and code.
  private var known: [BoundField: [[UInt32: UInt32]]] = [:]

  init(keyCount: Int, in snapshot: StoreSnapshot) {
    self.snapshot = snapshot
    numbers = [[Cell: UInt32]](repeating: [:], count: keyCount)
  }

  /// The values of one key in an event, by number, each once; none where it has none.
  mutating func values(_ key: Int, _ field: BoundField, _ reference: EventReference) -> [UInt32] {
    let segment = Int(reference.segment)
    guard let column = column(field, segment) else { return [] }
    var values: [UInt32] = []
    for entry in column.column.entries(at: Int(reference.row)) {
      let number = number(key, field, segment, column.column.codes[entry], column)
      if !values.contains(number) { values.append(number) }
    }
    return values
  }

  private mutating func column(_ field: BoundField, _ segment: Int) -> FieldColumn? {
    if columns[field] == nil {
      columns[field] = snapshot.segments.map { FieldColumns(segment: $0).column(field) }
      known[field] = [[UInt32: UInt32]](repeating: [:], count: snapshot.segments.count)
    }
    return columns[field]?[segment]
  }

  private mutating func number(
    _ key: Int, _ field: BoundField, _ segment: Int, _ code: UInt32, _ column: FieldColumn
  ) -> UInt32 {
    if let number = known[field]?[segment][code] { return number }
    let cell = CellReader.groupKey(
      column.bytes(ofCode: code), column.kind(ofCode: code), as: field.kind)
    let number = numbers[key][cell] ?? UInt32(numbers[key].count)
    numbers[key][cell] = number
    known[field]?[segment][code] = number
    return number
  }
}
