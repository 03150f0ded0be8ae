import TrailLanguage
import TrailRecord

/// Turns what measures gathered into the cells of an answer.
enum AggregateCells {
  /// The cells of one aggregate for the given slots.
  static func cells(
    _ measure: Measure, _ source: GroupingSource?, slots: [Int], slotCount: Int
  ) -> [Cell] {
    switch measure.gathered {
    case .present(let counts):
      return slots.map { .number(String($0 < counts.count ? counts[$0] : 0)) }
    case .edge(let edges):
      let keys = source?.keys ?? OrdinalKeys([])
      return slots.map { slot in
        slot < edges.count ? edges[slot].map { keys[Int($0.number) - 1] } ?? .missing : .missing
      }
    case .times(let times):
      return slots.map { slot in
        slot < times.count && times[slot] != Segment.noTime ? .time(times[slot]) : .missing
      }
    case .bits, .table, .pairs: break
    }
    if measure.function == .distinct {
      let counts = measure.distinctCounts(slotCount)
      return slots.map { .number(String(counts[$0])) }
    }
    let keys = source?.keys ?? OrdinalKeys([])
    let values = measure.valuesBySlot(slotCount)
    return slots.map { slot in
      cell(measure.function, values[slot].map { (keys[Int($0.number) - 1], $0.count) })
    }
  }

  private static func cell(_ function: AggregateFunction, _ values: [(Cell, Int)]) -> Cell {
    switch function {
    case .min: values.map(\.0).min(by: ValueOrder.precedes) ?? .missing
    case .max: values.map(\.0).max(by: ValueOrder.precedes) ?? .missing
    case .values: .list(values.map(\.0).sorted(by: ValueOrder.precedes))
    case .sum: sum(values).map { .number($0.total.description) } ?? .missing
    case .avg: sum(values)?.mean.map { .number($0.description) } ?? .missing
    case .p50: percentile(50, values)
    case .p90: percentile(90, values)
    case .p99: percentile(99, values)
    case .count, .distinct, .first, .last: .missing
    }
  }

  /// The number that a cell is, or that its text spells: records write `"100"` where others write `100`, and `<` takes
  /// both for numbers too.
  private static func number(_ cell: Cell) -> ExactNumber? {
    switch cell {
    case .number(let spelling): ExactNumber(spelling)
    case .text(let text): ExactNumber(text)
    case .missing, .time, .flag, .list, .json: nil
    }
  }

  private static func numbers(_ values: [(Cell, Int)]) -> [(ExactNumber, Int)] {
    values.compactMap { cell, count in number(cell).map { ($0, count) } }
  }

  /// Nil where no value is a number.
  private static func sum(_ values: [(Cell, Int)]) -> ExactSum? {
    var sum = ExactSum()
    for (number, count) in numbers(values) { sum.add(number, times: count) }
    return sum.count > 0 ? sum : nil
  }

  /// The smallest number that at least so many percent of the values do not exceed (nearest rank).
  private static func percentile(_ percent: Int, _ values: [(Cell, Int)]) -> Cell {
    let sorted = numbers(values).sorted { $0.0 < $1.0 }
    let total = sorted.reduce(0) { $0 + $1.1 }
    guard total > 0 else { return .missing }
    let rank = max(1, (total * percent + 99) / 100)
    var seen = 0
    for (number, count) in sorted {
      seen += count
      if seen >= rank { return .number(number.description) }
    }
    return .missing
  }
}

/// The cells of values that many groups may have: each is made once.
struct KeyCells {
  private let keys: OrdinalKeys
  /// By ordinal; empty where there are more values than groups.
  private var made: [Cell?]

  init(_ keys: OrdinalKeys, uses: Int) {
    self.keys = keys
    made = keys.count < uses ? [Cell?](repeating: nil, count: keys.count) : []
  }

  subscript(ordinal: Int) -> Cell {
    mutating get {
      if made.isEmpty { return keys[ordinal] }
      if let cell = made[ordinal] { return cell }
      let cell = keys[ordinal]
      made[ordinal] = cell
      return cell
    }
  }
}

/// Numbers of events as cells: small ones occur again and again.
struct CountCells {
  private var made: [Cell?] = Array(repeating: nil, count: Self.smallCounts)
  private static let smallCounts = 1_024

  subscript(count: Int) -> Cell {
    mutating get {
      guard made.indices.contains(count) else { return .number(String(count)) }
      if let cell = made[count] { return cell }
      let cell = Cell.number(String(count))
      made[count] = cell
      return cell
    }
  }
}
