import TrailLanguage
import TrailRecord

/// A value in the form in which values of two events are compared: `=` is how people compare, so letter case is
/// folded, services are short, addresses and numbers are by value.
enum ComparableValue {
  /// The values of a cell, each in its form; none for what is missing.
  static func forms(_ cell: Cell, kind: BoundField.Kind, isExact: Bool = false) -> [String] {
    switch cell {
    case .missing: return []
    case .list(let cells): return cells.flatMap { forms($0, kind: kind, isExact: isExact) }
    case .number(let spelling):
      return [isExact ? spelling : ExactNumber(spelling)?.description ?? spelling]
    case .time(let time): return [EventTime.format(time)]
    case .flag(let flag): return [flag ? "true" : "false"]
    case .text(let text), .json(let text):
      if isExact { return [text] }
      if kind == .ip, let address = address(text) { return ["ip \(address.high) \(address.low)"] }
      return [String(decoding: CaseFolding.folded(text), as: UTF8.self)]
    }
  }

  private static func address(_ text: String) -> IPAddress? {
    var text = text
    return text.withUTF8 { IPAddress(bytes: $0) }
  }

  /// Whether two cells compare so; never `!=`, which is the negation of `=`.
  static func holds(
    _ comparison: ComparisonOperator, _ left: (cell: Cell, kind: BoundField.Kind),
    _ right: (cell: Cell, kind: BoundField.Kind)
  ) -> Bool {
    switch comparison {
    case .equal where left.cell == right.cell && left.cell != .missing: return true
    case .equal, .notEqual, .identical:
      let isExact = comparison == .identical
      let forms = forms(right.cell, kind: right.kind, isExact: isExact)
      return self.forms(left.cell, kind: left.kind, isExact: isExact).contains {
        forms.contains($0)
      }
    case .less: return holds(.less, left.cell, right.cell)
    case .lessOrEqual: return holds(.lessOrEqual, left.cell, right.cell)
    case .greater: return holds(.greater, left.cell, right.cell)
    case .greaterOrEqual: return holds(.greaterOrEqual, left.cell, right.cell)
    }
  }

  /// Whether one value of each holds the order: times and numbers by value, else texts.
  static func holds(
    _ comparison: OrderTest.ComparisonKind, _ left: Cell, _ right: Cell
  ) -> Bool {
    switch (left, right) {
    case (.missing, _), (_, .missing): return false
    case (.list(let cells), _): return cells.contains { holds(comparison, $0, right) }
    case (_, .list(let cells)): return cells.contains { holds(comparison, left, $0) }
    case (.time(let a), .time(let b)): return comparison.holds(a, b)
    default:
      if let a = ExactNumber(left.text), let b = ExactNumber(right.text) {
        return comparison.holds(a, b)
      }
      return comparison.holds(
        String(decoding: CaseFolding.folded(left.text), as: UTF8.self),
        String(decoding: CaseFolding.folded(right.text), as: UTF8.self))
    }
  }
}
