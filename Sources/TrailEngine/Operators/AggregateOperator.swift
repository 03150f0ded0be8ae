import TrailLanguage
import TrailRecord

/// Groups rows and works out aggregates: `count`, `stats`, and what `top`, `rare` and `distinct` stand on.
struct AggregateOperator {
  let groups: [GroupingSource]
  let aggregates: [(function: AggregateFunction, source: GroupingSource?)]
  let every: Int64?
  /// The first bucket, and how many there may be.
  let firstBucket: Int64
  let bucketCount: Int

  /// Rows that all batches have together: decides how slots are laid out.
  let rowCount: Int

  /// A group of the result.
  struct Group {
    let slot: Int
    let count: Int
    /// Where its numbers begin in `Groups.numbers`.
    fileprivate let start: Int
  }

  /// The groups of a result, in order.
  struct Groups {
    var list: [Group]
    /// Bucket first where there are buckets; then the groups' numbers, group after group.
    fileprivate let numbers: [UInt32]
    /// How many there are, of which `list` may have only the first.
    let total: Int

    func number(_ group: Group, _ index: Int) -> UInt32 { numbers[group.start + index] }
  }

  struct State: Sendable {
    var slots: GroupSlots
    var counts: [UInt32] = []
    var measures: [Measure]
  }

  private var sizes: [Int] {
    (every == nil ? [] : [bucketCount + 1]) + groups.map { $0.keyCount + 1 }
  }

  func makeState() -> State {
    let slots = GroupSlots(sizes: sizes, rowCount: rowCount)
    let measures = aggregates.map { function, source -> Measure in
      if case .times? = source { return Measure(ofTimes: function) }
      return Measure(function, valueCount: (source?.keyCount ?? 0) + 1, slots: slots)
    }
    return State(slots: slots, measures: measures)
  }

  /// Adds the rows of one batch.
  func add(_ batch: GroupingBatch, to state: inout State) {
    if addCounts(batch, to: &state) { return }
    var fields = every == nil ? [] : [buckets(batch)]
    fields += groups.map { $0.ordinals(batch: batch.index, rows: batch.rows) }
    let (slots, owners) = state.slots.slots(fields, rows: batch.rows.count)
    let slotCount = state.slots.count
    state.counts.grow(to: slotCount, with: 0)
    state.counts.withUnsafeMutableBufferPointer { counts in
      slots.withUnsafeBufferPointer { slots in
        for slot in slots { counts[Int(slot)] &+= 1 }
      }
    }
    for index in aggregates.indices {
      guard let source = aggregates[index].source else { continue }
      let values = source.ordinals(batch: batch.index, rows: batch.rows)
      state.measures[index].add(
        values, slots: slots, owners: owners, slotCount: slotCount, batch: batch)
    }
  }

  /// Counting by one field needs no list of rows: the column counts its codes. False where that does not fit.
  private func addCounts(_ batch: GroupingBatch, to state: inout State) -> Bool {
    guard every == nil, groups.count == 1, aggregates.allSatisfy({ $0.source == nil }),
      case .field(let field) = groups[0], let segment = batch.segment, state.slots.isDense
    else { return false }
    state.counts.grow(to: state.slots.count, with: 0)
    guard let column = field.columns[batch.index] else {
      state.counts[0] += UInt32(batch.rows.count)
      return true
    }
    if column.field.column.isMultiValued && column.mergesCodes { return false }
    var counts = [UInt32](repeating: 0, count: column.field.column.distinctCount)
    let rows: RowSet =
      switch batch.rows {
      case .range(let range): .range(range, of: segment.rowCount)
      case .list(let list): .list(list, of: segment.rowCount)
      }
    let missing = counts.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map { column.field.column.addCounts(over: rows, to: $0) } ?? rows.count
    }
    state.counts[0] += UInt32(missing)
    for code in counts.indices { state.counts[Int(column.ordinals[code] &+ 1)] += counts[code] }
    return true
  }

  /// The bucket of each row, counted from the first; rows are in time order, so one division serves many.
  private func buckets(_ batch: GroupingBatch) -> RowOrdinals {
    let length = every ?? 1
    var start = Int64.max
    var number: UInt32 = 0
    @inline(__always)
    func bucket(of time: Int64) -> UInt32 {
      if time == Segment.noTime { return RowOrdinals.missing }
      if time < start || time - start >= length {
        let bucket = Self.bucket(time, length)
        start = Self.start(ofBucket: bucket, length)
        number = UInt32(bucket - firstBucket) + 1
      }
      return number
    }
    let numbers = [UInt32](unsafeUninitializedCapacity: batch.rows.count) { output, count in
      count = batch.rows.count
      switch (batch.segment?.times, batch.rows) {
      case (let times?, .range(let range)):
        for index in 0..<count { output[index] = bucket(of: times[range.lowerBound &+ index]) }
      case (let times?, .list(let list)):
        for index in 0..<count { output[index] = bucket(of: times[Int(list[index])]) }
      case (nil, let rows):
        for index in 0..<count {
          output[index] = bucket(of: batch.tableTimes?[rows[index]] ?? Segment.noTime)
        }
      }
    }
    return .single(numbers)
  }

  /// The number of the multiple of `length` since 1970 that `time` lies in.
  static func bucket(_ time: Int64, _ length: Int64) -> Int64 {
    let time = time - origin(length)
    let quotient = time / length
    return time % length < 0 ? quotient - 1 : quotient
  }

  /// When a bucket begins.
  static func start(ofBucket bucket: Int64, _ length: Int64) -> Int64 {
    bucket * length + origin(length)
  }

  /// Whole weeks begin on a Monday, of which this is one; all else counts from midnight of 1970-01-01.
  private static func origin(_ length: Int64) -> Int64 {
    length % week == 0 ? monday % length : 0
  }

  private static let week: Int64 = 7 * 86_400_000
  /// 2000-01-03.
  private static let monday: Int64 = 946_857_600_000

  /// Adds what another worker has.
  func merge(_ other: State, into state: inout State) {
    let mapping: [Int] =
      state.slots.isDense
      ? [] : (0..<other.slots.count).map { state.slots.slot(of: other.slots.numbers(of: $0)) }
    let slot: (Int) -> Int = { mapping.isEmpty ? $0 : mapping[$0] }
    state.counts.grow(to: state.slots.count, with: 0)
    for index in other.counts.indices { state.counts[slot(index)] += other.counts[index] }
    for index in aggregates.indices where aggregates[index].source != nil {
      state.measures[index].merge(other.measures[index], slotCount: state.slots.count, slot)
    }
  }

  /// The groups that have rows: by bucket, then most first, then by their values.
  ///
  /// - Parameter limit: how many of the first are wanted; nil for all.
  func groups(of state: State, limit: Int? = nil) -> Groups {
    if sizes.isEmpty {
      let group = Group(slot: 0, count: Int(state.counts.first ?? 0), start: 0)
      return Groups(list: [group], numbers: [], total: 1)
    }
    let total = state.counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    let few = slotsOfFirst(state, limit: limit)
    let ranks =
      few.map { self.ranks(ofSlots: $0, in: state) }
      ?? groups.map { Ranks.all($0.sortRanks()) }
    let skipped = every == nil ? 0 : 1
    let width = sizes.count
    var numbers: [UInt32] = []
    var sortable: [(major: UInt64, minor: UInt64, group: Group)] = []
    func add(_ slot: Int) {
      let start = numbers.count
      state.slots.appendNumbers(of: slot, to: &numbers)
      let bucket = skipped == 1 ? Self.place(numbers[start], nil) : 0
      func place(_ index: Int) -> UInt64 {
        index < ranks.count ? UInt64(Self.place(numbers[start + skipped + index], ranks[index])) : 0
      }
      sortable.append(
        (
          UInt64(bucket) << 32 | UInt64(UInt32.max - state.counts[slot]), place(0) << 32 | place(1),
          Group(slot: slot, count: Int(state.counts[slot]), start: start)
        ))
    }
    if let few {
      for slot in few { add(slot) }
    } else {
      for slot in state.counts.indices where state.counts[slot] > 0 { add(slot) }
    }
    let count = sortable.count
    // A constant, so that no comparison has to ask whether somebody is writing to it.
    let everyNumber = numbers
    func precedes(
      _ left: (major: UInt64, minor: UInt64, group: Group),
      _ right: (major: UInt64, minor: UInt64, group: Group)
    ) -> Bool {
      if left.major != right.major { return left.major < right.major }
      if left.minor != right.minor { return left.minor < right.minor }
      for index in stride(from: 2, to: ranks.count, by: 1) {
        let a = Self.place(everyNumber[left.group.start + skipped + index], ranks[index])
        let b = Self.place(everyNumber[right.group.start + skipped + index], ranks[index])
        if a != b { return a < b }
      }
      return false
    }
    if let limit, limit < count, FirstRows.isFew(limit) {
      let order = FirstRows.order(of: count, limit: limit) { left, right in
        if precedes(sortable[left], sortable[right]) { return true }
        return left < right && !precedes(sortable[right], sortable[left])
      }
      sortable = order.map { sortable[$0] }
    } else {
      sortable.withUnsafeMutableBufferPointer { sortable in
        // Computed slots are numbered by bucket first: then each bucket is sorted for itself.
        var start = 0
        while start < count {
          let bucket = sortable[start].major >> 32
          var end = start + 1
          while end < count, sortable[end].major >> 32 == bucket { end += 1 }
          if end < count, sortable[end].major >> 32 < bucket {
            sortable.sort(by: precedes)
            return
          }
          var own = UnsafeMutableBufferPointer(rebasing: sortable[start..<end])
          own.sort(by: precedes)
          start = end
        }
      }
      if let limit { sortable.removeLast(max(0, count - limit)) }
    }
    assert(numbers.count == width * count)
    return Groups(list: sortable.map(\.group), numbers: numbers, total: total)
  }

  /// The place of a number in its field's order; missing comes last.
  private static func place(_ number: UInt32, _ ranks: Ranks?) -> UInt32 {
    if number == RowOrdinals.missing { return .max }
    switch ranks {
    case .all(let ranks): return ranks[Int(number) - 1]
    case .met(let ranks): return ranks[number] ?? .max
    case nil: return number
    }
  }

  /// The places of a field's numbers in the order of its values.
  private enum Ranks {
    /// By ordinal.
    case all([UInt32])
    /// Of those numbers that occur.
    case met([UInt32: UInt32])
  }

  /// The slots of all groups that can be among the first `limit`, by their counts alone; nil where that spares little:
  /// a field of few values is put in order once, and serves the next question too.
  private func slotsOfFirst(_ state: State, limit: Int?) -> [Int]? {
    guard every == nil, let limit, limit > 0, FirstRows.isFew(limit),
      groups.contains(where: { $0.keyCount > Self.manyValues })
    else { return nil }
    // The greatest counts, descending.
    var greatest: [UInt32] = []
    for count in state.counts where count > 0 {
      if greatest.count == limit {
        if count <= greatest[limit - 1] { continue }
        greatest.removeLast()
      }
      greatest.insert(count, at: greatest.firstIndex { $0 < count } ?? greatest.count)
    }
    guard let least = greatest.last else { return nil }
    var slots: [Int] = []
    for slot in state.counts.indices where state.counts[slot] >= least {
      slots.append(slot)
      if slots.count > Self.manyValues { return nil }
    }
    return slots
  }

  /// More values than this are not put in order for the sake of a few.
  private static let manyValues = 4_096

  /// The ranks of the values that some groups have, where there are no buckets.
  private func ranks(ofSlots slots: [Int], in state: State) -> [Ranks] {
    let numbers = slots.map { state.slots.numbers(of: $0) }
    return groups.enumerated().map { index, source in
      let keys = source.keys
      let met = Set(numbers.map { $0[index] }).subtracting([RowOrdinals.missing])
      let order = keys.order(of: met.sorted().map { Int($0) - 1 })
      return .met(
        Dictionary(
          uniqueKeysWithValues: order.enumerated().map { (UInt32($1) + 1, UInt32($0)) }))
    }
  }

  /// The columns of the result: buckets, groups, aggregates.
  func cells(of groups: Groups, in state: State) -> [[Cell]] {
    var columns: [[Cell]] = []
    if let every {
      columns.append(
        groups.list.map { group in
          let number = groups.number(group, 0)
          return number == RowOrdinals.missing
            ? .missing : .time(Self.start(ofBucket: firstBucket + Int64(number) - 1, every))
        })
    }
    let skipped = columns.count
    for (index, source) in self.groups.enumerated() {
      var cells = KeyCells(source.keys, uses: groups.list.count)
      columns.append(
        groups.list.map { group in
          let number = groups.number(group, index + skipped)
          return number == RowOrdinals.missing ? .missing : cells[Int(number) - 1]
        })
    }
    let slots = groups.list.map(\.slot)
    for (index, aggregate) in aggregates.enumerated() {
      if aggregate.source == nil {
        var cells = CountCells()
        columns.append(groups.list.map { cells[$0.count] })
      } else {
        columns.append(
          AggregateCells.cells(
            state.measures[index], aggregate.source, slots: slots, slotCount: state.slots.count))
      }
    }
    return columns
  }
}
