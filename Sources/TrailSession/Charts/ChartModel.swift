internal import TrailEngine

/// A table as a picture: lines over time, or bars.
struct ChartModel {
  /// Lines that are drawn one by one; the others are summed up as one more, where their values add up.
  static let mostLines = 5

  struct Line {
    var name: String
    /// A value for each time; where the table has none 0, or nil where values do not add up.
    var values: [Double?]

    var total: Double { values.reduce(0) { $0 + ($1 ?? 0) } }
  }
  struct Bar {
    var name: String
    var value: Double
    /// As the table spells it.
    var text: String
  }
  enum Form {
    case lines(TimeAxis, [Line])
    case bars([Bar])
  }
  var form: Form
  /// What the values are, by the name of their column.
  var title: String
  /// Whether the values of several lines, or times, may be summed.
  var addsUp: Bool
  /// Lines that are neither drawn nor summed up.
  var undrawn = 0

  /// Nil where the table has no column of numbers.
  init?(_ table: TableRows) {
    guard let value = table.columns.firstIndex(where: { Self.isNumber($0) }) else { return nil }
    title = table.columns[value].name
    addsUp = table.columns[value].addsUp
    let labels = table.columns.indices.filter { index in
      index < value && table.columns[index].kind != .time
    }
    let names = (0..<table.rowCount).map { row in
      labels.map { column in
        CellText.readable(table.cells[column][row], kind: table.columns[column].kind)
      }.joined(separator: " · ")
    }
    if let time = table.columns[..<value].firstIndex(where: { $0.kind == .time }) {
      let (times, lines) = Self.lines(table, time: time, value: value, names: names)
      let shown = Self.shown(lines, addsUp: addsUp)
      form = .lines(TimeAxis(times: times, bucket: table.columns[time].bucket), shown)
      if !addsUp { undrawn = lines.count - shown.count }
    } else {
      form = .bars(
        (0..<table.rowCount).map { row in
          Bar(
            name: names[row].isEmpty ? table.columns[value].name : names[row],
            value: Self.number(table.cells[value][row]),
            text: CellText.readable(table.cells[value][row], kind: table.columns[value].kind))
        })
    }
  }

  private static func isNumber(_ column: TableColumn) -> Bool {
    column.kind == .number || column.kind == .duration
  }

  private static func number(_ cell: Cell) -> Double {
    if case .number(let spelling) = cell { return Double(spelling) ?? 0 }
    return 0
  }

  private static func lines(
    _ table: TableRows, time: Int, value: Int, names: [String]
  ) -> (times: [Int64], [Line]) {
    let addsUp = table.columns[value].addsUp
    var places: [Int64: Int] = [:]
    for case .time(let moment) in table.cells[time] { places[moment] = 0 }
    let times = places.keys.sorted()
    for (place, moment) in times.enumerated() { places[moment] = place }
    var lines: [Line] = []
    var known: [String: Int] = [:]
    for row in 0..<table.rowCount {
      guard case .time(let moment) = table.cells[time][row], let place = places[moment] else {
        continue
      }
      let line = known[names[row]] ?? lines.count
      if line == lines.count {
        known[names[row]] = line
        let empty: Double? = addsUp ? 0 : nil
        lines.append(Line(name: names[row], values: Array(repeating: empty, count: times.count)))
      }
      guard case .number(let spelling) = table.cells[value][row] else { continue }
      let before = addsUp ? lines[line].values[place] ?? 0 : 0
      lines[line].values[place] = before + (Double(spelling) ?? 0)
    }
    return (times, lines)
  }

  /// The largest lines, and the sum of the others where there is any.
  private static func shown(_ lines: [Line], addsUp: Bool) -> [Line] {
    func size(_ line: Line) -> Double {
      addsUp ? line.total : line.values.lazy.compactMap(\.self).max() ?? 0
    }
    let ranked = lines.enumerated().sorted { left, right in
      let (a, b) = (size(left.element), size(right.element))
      return a != b ? a > b : left.offset < right.offset
    }.map(\.element)
    guard ranked.count > mostLines + 1 else { return ranked }
    guard addsUp else { return Array(ranked.prefix(mostLines)) }
    let rest = ranked[mostLines...]
    let sum = rest[mostLines].values.indices.map { place -> Double? in
      rest.reduce(0) { $0 + ($1.values[place] ?? 0) }
    }
    return ranked.prefix(mostLines) + [Line(name: "\(rest.count) others", values: sum)]
  }

  /// The largest value that is drawn, and 1 where there is none.
  var maximum: Double {
    let largest =
      switch form {
      case .lines(_, let lines): lines.flatMap(\.values).compactMap(\.self).max() ?? 0
      case .bars(let bars): bars.map(\.value).max() ?? 0
      }
    return largest > 0 ? largest : 1
  }
}

/// Numbers on an axis.
enum AxisText {
  /// Whole numbers with thousands parted, others with two decimals at most.
  static func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    guard hundredths.magnitude < 1e15 else { return "\(value)" }
    let whole = Int(hundredths) / 100
    let rest = abs(Int(hundredths) % 100)
    guard rest != 0 else { return NumberText.grouped(whole) }
    let decimals = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(NumberText.grouped(whole)).\(decimals)"
  }

  /// A round number that is no smaller: 1, 2 or 5 and zeros.
  static func ceiling(_ value: Double) -> Double {
    var step = 1.0
    while step * 10 <= value { step *= 10 }
    while step > value, step > 1e-9 { step /= 10 }
    for factor in [1.0, 2, 3, 4, 5, 6, 8, 10] where step * factor >= value { return step * factor }
    return step * 10
  }

  /// As much of a time as tells it from the others of a span.
  static func time(_ time: Int64, span: Int64) -> String {
    let readable = ReadableTime.readable(time)
    let day: Int64 = 86_400_000
    if span >= 3 * day { return String(readable.prefix(10)) }
    return span >= day ? String(readable.dropFirst(5).prefix(11)) : ReadableTime.timeOfDay(time)
  }
}
