import TrailLanguage
import TrailRecord

/// A value in the form in which values of two events are compared: `=` is how people compare, so letter case is
/// folded, services are short, addresses and numbers are by value.
struct ComparableValue {
  private let cell: Cell
  /// Of comparisons that ask for equality.
  private let forms: [String]

  init(_ cell: Cell, kind: BoundField.Kind, for comparison: ComparisonOperator) {
    self.cell = cell
    switch comparison {
    case .equal, .notEqual: forms = Self.forms(cell, kind: kind)
    case .identical: forms = Self.forms(cell, kind: kind, isExact: true)
    case .less, .lessOrEqual, .greater, .greaterOrEqual: forms = []
    }
  }

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

  /// Whether a cell compares so to this value, which was made for the comparison; never `!=`, which is the negation of
  /// `=`.
  func holds(_ comparison: ComparisonOperator, _ left: Cell, _ kind: BoundField.Kind) -> Bool {
    switch comparison {
    case .equal where left == cell && left != .missing: return true
    case .equal, .notEqual, .identical:
      guard !forms.isEmpty else { return false }
      return Self.forms(left, kind: kind, isExact: comparison == .identical)
        .contains { forms.contains($0) }
    case .less: return Self.holds(.less, left, cell)
    case .lessOrEqual: return Self.holds(.lessOrEqual, left, cell)
    case .greater: return Self.holds(.greater, left, cell)
    case .greaterOrEqual: return Self.holds(.greaterOrEqual, left, cell)
    }
  }

  /// Whether one value of each holds the order: times and numbers by value, else texts.
  private static func holds(
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
