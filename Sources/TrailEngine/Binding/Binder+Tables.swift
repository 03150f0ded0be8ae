import TrailLanguage
import TrailText

// Conditions on the rows of a table: columns by name, the same comparisons.

extension Binder {
  mutating func tablePredicate(_ syntax: PredicateSyntax, _ columns: [TableColumn])
    -> TablePredicate
  {
    switch syntax {
    case .or(let parts, _): return .or(parts.map { tablePredicate($0, columns) })
    case .and(let parts, _): return .and(parts.map { tablePredicate($0, columns) })
    case .not(let inner, _): return .not(tablePredicate(inner, columns))
    case .word(let name):
      report(
        BindingCode.wordNeedsEvents, "`\(name.text)` asks about events, and these rows are a table",
        at: name.range, notes: ["the columns are \(Self.list(columns))"])
      return .constant(false)
    case .about(_, let range):
      report(
        BindingCode.wordNeedsEvents, "`about` asks about events, and these rows are a table",
        at: range, notes: ["the columns are \(Self.list(columns))"])
      return .constant(false)
    case .comparison(let field, let comparison, let value, _):
      return self.comparison(field, comparison, value, columns)
    case .matches(let field, let pattern, let isNot, _):
      guard let index = column(field, columns), let test = regex(pattern) else {
        return .constant(false)
      }
      let bound = TablePredicate.test(
        column: index, test, text: "\(columns[index].name) ~ /\(pattern.pattern)/\(pattern.flags)")
      return isNot ? .not(bound) : bound
    case .among(let field, let values, _):
      return .or(values.map { comparison(field, .equal, $0, columns) })
    case .exists(let field, _):
      return column(field, columns).map { .exists(column: $0) } ?? .constant(false)
    case .invalid: return .constant(false)
    }
  }

  private mutating func comparison(
    _ field: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax,
    _ columns: [TableColumn]
  ) -> TablePredicate {
    guard let index = column(field, columns) else { return .constant(false) }
    let column = columns[index]
    let bound: TablePredicate
    if column.kind == .time, comparison != .identical, !value.hasWildcard {
      guard let period = requiredPeriod(value, for: column.name) else { return .constant(false) }
      bound = .time(column: index, Self.span(comparison, period))
    } else {
      let kind = column.fieldKind ?? .text
      guard let test = test(kind == .time ? .text : kind, column.name, comparison, value) else {
        return .constant(false)
      }
      let sign = comparison == .notEqual ? "=" : comparison.rawValue
      bound = .test(
        column: index, test, text: "\(column.name) \(sign) \(Quoting.value(value.text))")
    }
    return comparison == .notEqual ? .not(bound) : bound
  }

  /// The column that a name means, in any letter case.
  mutating func column(_ syntax: FieldSyntax, _ columns: [TableColumn]) -> Int? {
    let name = syntax.steps.joined(separator: ".")
    if let index = columns.firstIndex(where: { $0.name == name })
      ?? columns.firstIndex(where: { $0.name.lowercased() == name.lowercased() })
    {
      return index
    }
    let near = NearNames.nearest(to: name, among: columns.map(\.name))
    report(
      BindingCode.unknownColumn, "these rows have no column `\(name)`", at: syntax.range,
      label: near.first.map { "did you mean `\($0)`?" },
      notes: ["the columns are \(Self.list(columns))"],
      fixIt: near.first.map { FixIt(replace: syntax.range, with: $0) })
    return nil
  }

  static func list(_ columns: [TableColumn]) -> String {
    columns.map { "`\($0.name)`" }.joined(separator: ", ")
  }
}
