import TrailRecord

/// Numbers the key values of events, so that events with the same values find each other.
///
/// A value is read once for each segment in which it occurs, not once for each event.
struct KeyNumbering {
  /// One field in one segment.
  private struct Source {
    let column: FieldColumn?
    /// The number of each code; `unread` where it was not asked for yet.
    var numbers: [UInt32]
  }
  private static let unread = UInt32.max

  private let keys: [[BoundField]]
  private let snapshot: StoreSnapshot
  /// The number of each value of each key.
  private var numbers: [[Cell: UInt32]]
  /// By key, step and segment; nil where nothing was asked yet.
  private var sources: [[[Source?]]]
  private let buffer = TextBuffer.make()

  /// - Parameter keys: For each key, its field in each step.
  init(_ keys: [[BoundField]], in snapshot: StoreSnapshot) {
    self.keys = keys
    self.snapshot = snapshot
    numbers = [[Cell: UInt32]](repeating: [:], count: keys.count)
    sources = keys.map { key in
      key.map { _ in [Source?](repeating: nil, count: snapshot.segments.count) }
    }
  }

  /// The values of one key in an event of a step, by number, each once; none where it has none.
  mutating func values(_ key: Int, ofStep step: Int, _ reference: EventReference) -> [UInt32] {
    let segment = Int(reference.segment)
    if sources[key][step][segment] == nil {
      let column = FieldColumns(segment: snapshot.segments[segment]).column(keys[key][step])
      sources[key][step][segment] = Source(
        column: column,
        numbers: [UInt32](repeating: Self.unread, count: column?.column.distinctCount ?? 0))
    }
    guard let column = sources[key][step][segment]?.column else { return [] }
    var values: [UInt32] = []
    for entry in column.column.entries(at: Int(reference.row)) {
      let code = column.column.codes[entry]
      var number = sources[key][step][segment]?.numbers[Int(code)] ?? Self.unread
      if number == Self.unread {
        let cell = CellReader.groupKey(
          column.bytes(ofCode: code, in: buffer), column.kind(ofCode: code),
          as: keys[key][step].kind)
        number = numbers[key][cell] ?? UInt32(numbers[key].count)
        numbers[key][cell] = number
        sources[key][step][segment]?.numbers[Int(code)] = number
      }
      if !values.contains(number) { values.append(number) }
    }
    return values
  }
}
