import TrailRecord

/// The value numbers of fields in single events.
struct EventNumbering {
  private let fields: [FieldOrdinals]

  init(_ fields: [BoundField], in snapshot: StoreSnapshot, _ cache: QueryCache) {
    self.fields = fields.map { cache.ordinals($0, in: snapshot) }
  }

  /// The value behind a number of a field.
  func cell(_ field: Int, _ number: UInt32) -> Cell { fields[field].keys[Int(number)] }

  /// The numbers of a field's values in an event, each once; none where it has none.
  func numbers(_ field: Int, _ reference: EventReference) -> [UInt32] {
    guard let column = fields[field].columns[Int(reference.segment)] else { return [] }
    let stored = column.field.column
    if !stored.isMultiValued {
      return stored.firstCode(at: Int(reference.row)).map { [column.ordinals[Int($0)]] } ?? []
    }
    var numbers: [UInt32] = []
    for entry in stored.entries(at: Int(reference.row)) {
      let number = column.ordinals[Int(stored.codes[entry])]
      if !numbers.contains(number) { numbers.append(number) }
    }
    return numbers
  }

  /// All combinations of the values of the first `count` fields; none where one of them is missing.
  func tuples(_ reference: EventReference, count: Int) -> [[UInt32]] {
    var tuples: [[UInt32]] = [[]]
    for field in 0..<count {
      let numbers = numbers(field, reference)
      if numbers.isEmpty { return [] }
      if numbers.count == 1 {
        for index in tuples.indices { tuples[index].append(numbers[0]) }
      } else {
        tuples = tuples.flatMap { tuple in numbers.map { tuple + [$0] } }
      }
    }
    return tuples
  }
}

/// Events in the order of time, parted by the values of some fields.
struct EventGroups {
  /// The values' numbers, and the events as indexes into the list that was parted.
  private(set) var groups: [(key: [UInt32], events: [Int])] = []

  /// Events that lack one of the fields are in no group.
  init(
    _ references: [EventReference], by count: Int, _ numbering: EventNumbering,
    _ cancellation: Cancellation
  ) throws {
    guard count > 0 else {
      if !references.isEmpty { groups = [([], Array(references.indices))] }
      return
    }
    var places: [[UInt32]: Int] = [:]
    for (index, reference) in references.enumerated() {
      if index & 0xFFFF == 0 { try cancellation.check() }
      for tuple in numbering.tuples(reference, count: count) {
        let place = places[tuple] ?? groups.count
        if place == groups.count {
          places[tuple] = place
          groups.append((tuple, []))
        }
        groups[place].events.append(index)
      }
    }
  }
}
