import TrailRecord

extension StoreSnapshot {
  /// The times of events in the order of time, up to the first that has none.
  func times(_ references: [EventReference]) -> [Int64] {
    let times = [Int64](unsafeUninitializedCapacity: references.count) { output, count in
      count = references.count
      guard let base = output.baseAddress else { return }
      references.forEachRun { segment, range in
        let times = segments[segment].times
        withExtendedLifetime(times) {
          for index in range { base[index] = times[Int(references[index].row)] }
        }
      }
    }
    let timed = times.lastIndex { $0 != Segment.noTime }.map { $0 + 1 } ?? 0
    return timed == times.count ? times : Array(times[..<timed])
  }
}

extension [EventReference] {
  /// Calls `body` with each run of events of one segment.
  func forEachRun(_ body: (_ segment: Int, _ range: Range<Int>) -> Void) {
    var start = 0
    while start < count {
      let segment = self[start].segment
      var end = start + 1
      while end < count, self[end].segment == segment { end += 1 }
      body(Int(segment), start..<end)
      start = end
    }
  }
}

extension RowOrdinals {
  /// The numbers of one field for events in any order, read a run of one segment at a time.
  init(_ field: FieldOrdinals, of references: [EventReference]) {
    let isMultiValued = field.columns.contains { $0?.field.column.isMultiValued ?? false }
    self = isMultiValued ? Self.lists(field, references) : Self.numbers(field, references)
  }

  private static func numbers(
    _ field: FieldOrdinals, _ references: [EventReference]
  ) -> RowOrdinals {
    let numbers = [UInt32](unsafeUninitializedCapacity: references.count) { output, count in
      count = references.count
      guard let base = output.baseAddress else { return }
      references.forEachRun { segment, range in
        guard let column = field.columns[segment] else {
          (base + range.lowerBound).update(repeating: missing, count: range.count)
          return
        }
        column.ordinals.withUnsafeBufferPointer { ordinals in
          let stored = column.field.column
          if case .full = stored.layout {
            switch stored.codes.width {
            case .bits8(let codes): decode(codes.base, ordinals, references, range, base)
            case .bits16(let codes): decode(codes.base, ordinals, references, range, base)
            case .bits32(let codes): decode(codes.base, ordinals, references, range, base)
            }
          } else {
            for index in range {
              base[index] =
                stored.firstCode(at: Int(references[index].row))
                .map { ordinals[Int($0)] &+ 1 } ?? missing
            }
          }
        }
      }
    }
    return .single(numbers)
  }

  @inline(__always)
  private static func decode<Code: FixedWidthInteger & UnsignedInteger>(
    _ codes: UnsafePointer<Code>, _ ordinals: UnsafeBufferPointer<UInt32>,
    _ references: [EventReference], _ range: Range<Int>, _ output: UnsafeMutablePointer<UInt32>
  ) {
    references.withUnsafeBufferPointer { references in
      for index in range {
        output[index] = ordinals[Int(codes[Int(references[index].row)])] &+ 1
      }
    }
  }

  private static func lists(
    _ field: FieldOrdinals, _ references: [EventReference]
  ) -> RowOrdinals {
    var starts: [UInt32] = [0]
    var values: [UInt32] = []
    references.forEachRun { segment, range in
      guard let column = field.columns[segment] else {
        starts.append(contentsOf: repeatElement(UInt32(values.count), count: range.count))
        return
      }
      let stored = column.field.column
      for index in range {
        let first = values.count
        for entry in stored.entries(at: Int(references[index].row)) {
          let number = column.ordinals[Int(stored.codes[entry])] &+ 1
          if number != missing, !values[first...].contains(number) { values.append(number) }
        }
        starts.append(UInt32(values.count))
      }
    }
    return .several(starts: starts, values: values)
  }

  /// The numbers of a row's values, each once; none where it has none.
  @inline(__always)
  func forEachNumber(ofRow row: Int, _ body: (UInt32) -> Void) {
    switch self {
    case .single(let numbers):
      if numbers[row] != Self.missing { body(numbers[row]) }
    case .several(let starts, let values):
      for place in Int(starts[row])..<Int(starts[row + 1]) { body(values[place]) }
    }
  }
}

/// Rows in the order of time, parted by the values of some fields.
///
/// A row with several values of a field is in the group of each; one that lacks a field is in none.
struct EventGroups {
  private let fields: [TimedField]
  /// The fields' numbers of each group, one group behind the other.
  private var keys: [UInt32] = []
  /// Where each group begins in `events`, and where the last one ends.
  private var starts: [Int] = [0]
  /// Indexes into the list that was parted, group after group.
  private(set) var events: [UInt32] = []
  /// Events that are in no group, because they lack a field.
  private(set) var leftOut = 0

  init(_ rows: TimedRows, by fields: [TimedField]) {
    self.fields = fields
    guard !fields.isEmpty else {
      events = rows.references.indices.map { UInt32($0) }
      if !events.isEmpty { starts.append(events.count) }
      return
    }
    // A slot is one counter here, which costs less than looking up a combination.
    var slots = GroupSlots(
      sizes: fields.map { $0.keys.count + 1 }, rowCount: rows.count, densePerRow: 32)
    let (slotOfEntry, rowOfEntry) = slots.slots(
      fields.map { $0.numbers(of: rows) }, rows: rows.count)
    var places = [Int](repeating: 0, count: slots.count)
    places.withUnsafeMutableBufferPointer { places in
      for slot in slotOfEntry { places[Int(slot)] &+= 1 }
    }
    var total = 0
    for slot in places.indices where places[slot] > 0 {
      let numbers = slots.numbers(of: slot)
      guard !numbers.contains(RowOrdinals.missing) else {
        leftOut += places[slot]
        places[slot] = -1
        continue
      }
      keys += numbers
      (places[slot], total) = (total, total + places[slot])
      starts.append(total)
    }
    events = [UInt32](unsafeUninitializedCapacity: total) { events, count in
      count = total
      places.withUnsafeMutableBufferPointer { places in
        for (entry, slot) in slotOfEntry.enumerated() where places[Int(slot)] >= 0 {
          events[places[Int(slot)]] = rowOfEntry.map { $0[entry] } ?? UInt32(entry)
          places[Int(slot)] &+= 1
        }
      }
    }
  }

  var count: Int { starts.count - 1 }

  /// What is to be said of events that are in no group.
  ///
  /// - Parameter what: what none of them can be in: "burst".
  func notes(_ groups: [RowField], of rows: Int, _ what: String) -> [Note] {
    guard leftOut > 0 else { return [] }
    let names = groups.compactMap { $0.bound.map { "`\($0.name)`" } }.joined(separator: " or ")
    let share = "\(EmptyAnswer.number(leftOut)) of \(EmptyAnswer.counted(rows, "event"))"
    return [Note("\(share) have no \(names): they are in no \(what).")]
  }

  /// Where a group's events stand in `events`.
  func range(ofGroup group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }

  /// The value of a field that a group's events have in common.
  func cell(_ group: Int, _ field: Int) -> Cell {
    fields[field].keys[Int(keys[group * fields.count + field]) - 1]
  }

  /// The order of groups by their values, field by field.
  func precedes(_ left: Int, _ right: Int) -> Bool {
    for field in fields.indices {
      let (a, b) = (cell(left, field), cell(right, field))
      if a != b { return ValueOrder.precedes(a, b) }
    }
    return false
  }
}
