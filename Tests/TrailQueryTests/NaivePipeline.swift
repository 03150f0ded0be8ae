import TrailEngine
import TrailLanguage
import TrailRecord

/// A value as answers order and group it: its kind, in the order of kinds, and how it is spelled.
struct NaiveCell: Hashable {
  enum Kind: Int { case number, time, flag, text, list, missing }
  var kind: Kind
  var text: String

  static let missing = NaiveCell(kind: .missing, text: "-")

  static func count(_ count: Int) -> NaiveCell { NaiveCell(kind: .number, text: "\(count)") }

  func precedes(_ other: NaiveCell) -> Bool {
    // A text that spells a number is one here.
    let (rank, otherRank) = (rank, other.rank)
    if rank != otherRank { return rank < otherRank }
    if rank == 0, let a = ExactNumber(text), let b = ExactNumber(other.text), a != b {
      return a < b
    }
    if kind != other.kind { return kind.rawValue < other.kind.rawValue }
    return text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }

  private var rank: Int {
    kind == .text && ExactNumber(text) != nil ? Kind.number.rawValue : kind.rawValue
  }

  static func precedes(_ left: [NaiveCell], _ right: [NaiveCell]) -> Bool {
    left.lexicographicallyPrecedes(right) { $0.precedes($1) }
  }
}

/// The stages of a sentence, each by looking at all rows with dictionaries and lists.
struct NaivePipeline {
  /// Values that `rare` shows are seen at most this often.
  private static let rareCount = 3

  let evaluator: NaiveEvaluator
  private let spellings: AddressSpellings
  /// The events, until a stage makes a table of them, each with its place in the order of time.
  private var placed: [(place: Int, event: JSONValue)]
  private var events: [JSONValue] { placed.map(\.event) }
  private(set) var table: (columns: [String], rows: [[NaiveCell]])?

  /// - Parameter records: All that the store has.
  init(_ evaluator: NaiveEvaluator, _ events: [JSONValue], among records: [JSONValue]) {
    self.evaluator = evaluator
    spellings = AddressSpellings(records)
    placed = events.enumerated().map { ($0.offset, $0.element) }
  }

  /// Each row as text.
  var lines: [String] {
    table?.rows.map { $0.map(\.text).joined(separator: " | ") }
      ?? events.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
  }

  /// False for a stage that this evaluator does not know.
  mutating func apply(_ stage: StageSyntax) -> Bool {
    switch stage.kind {
    case .limit(let count):
      placed = Array(placed.prefix(count))
      if let own = table { table?.rows = Array(own.rows.prefix(count)) }
    case .sort(let keys): sort(keys)
    case .filter(let predicate) where table == nil:
      placed = placed.filter { evaluator.holds(predicate, $0.event) }
    case .filter(.comparison(let field, let comparison, let value, _)):
      return filter(field, comparison, value)
    case .select(let items) where table == nil:
      let rows = events.map { event in items.map { shown($0.field, event) } }
      table = (items.map { name($0.field) }, rows)
    case .distinct(let fields) where table == nil:
      // As `sort` orders them, which compares addresses and not their spellings.
      let names = fields.map(name)
      func ordered(_ row: [NaiveCell]) -> [NaiveCell] {
        zip(names, row).map { $0 == "ip" ? Self.address($1) : $1 }
      }
      let rows = Set(events.flatMap { tuples(fields, $0) })
        .sorted { NaiveCell.precedes(ordered($0), ordered($1)) }
      table = (names, rows)
    case .top(let limit, let field) where table == nil:
      let counted = counts(events, [field]).filter { $0.key != [.missing] }
      let total = counted.reduce(0) { $0 + $1.events.count }
      table = (
        [name(field), "count", "share"],
        counted.prefix(limit ?? 10).map { group in
          let share = (ExactNumber(group.events.count) * 100).divided(by: total, decimals: 1)
          return group.key + [
            .count(group.events.count), NaiveCell(kind: .number, text: share.description),
          ]
        }
      )
    case .rare(let field, nil) where table == nil:
      let isAddress = name(field) == "ip"
      let seldom = counts(events, [field]).filter { group in
        group.key != [.missing] && group.events.count <= Self.rareCount
          && (!isAddress || IPAddress(group.key[0].text) != nil)
      }
      table = (
        [name(field), "count"],
        seldom.sorted {
          $0.events.count != $1.events.count
            ? $0.events.count < $1.events.count : NaiveCell.precedes($0.key, $1.key)
        }.map { $0.key + [.count($0.events.count)] }
      )
    case .count(let aggregation) where table == nil && aggregation.every == nil:
      aggregate(aggregation)
    case .stats(let aggregation) where table == nil && aggregation.every == nil:
      aggregate(aggregation)
    default: return false
    }
    return true
  }

  private func name(_ field: FieldSyntax) -> String { field.steps.joined(separator: ".") }

  // MARK: Values

  /// The values of a field in an event as groups have them, each once.
  private func keys(_ field: FieldSyntax, _ event: JSONValue) -> [NaiveCell] {
    var keys: [NaiveCell] = []
    for cell in cells(field, event) {
      var key = cell
      if key.kind == .number { key.text = ExactNumber(key.text)?.description ?? key.text }
      if key.kind == .text, name(field) == "ip" { key.text = spellings.shown(key.text) }
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// All values of a field in an event, as they are shown.
  private func cells(_ field: FieldSyntax, _ event: JSONValue) -> [NaiveCell] {
    let name = name(field)
    if name == "time" {
      return evaluator.time(event).map { [NaiveCell(kind: .time, text: EventTime.format($0))] }
        ?? []
    }
    return NaiveField(steps: field.steps).values(event).map { value in
      var text = NaiveField.text(value)
      switch value {
      case .number: return NaiveCell(kind: .number, text: text)
      case .bool: return NaiveCell(kind: .flag, text: text)
      default: break
      }
      let isFlag = ["readonly", "crossaccount"].contains(name)
      if isFlag, text == "true" || text == "false" { return NaiveCell(kind: .flag, text: text) }
      if name == "service", text.lowercased().hasSuffix(".amazonaws.com"), text.count > 14 {
        text = String(text.dropLast(14))
      }
      return NaiveCell(kind: .text, text: text)
    }
  }

  private func shown(_ field: FieldSyntax, _ event: JSONValue) -> NaiveCell {
    // An object, and an array of more than plain values, is shown as it is.
    if field.steps.count > 1 {
      let member = NaiveField.fullPath(field.steps).reduce(event as JSONValue?) { $0?[$1] }
      let isPlain: Bool
      switch member {
      case .array(let elements):
        isPlain =
          !elements.isEmpty
          && elements.allSatisfy {
            switch $0 {
            case .null, .array, .object: false
            default: true
            }
          }
      case .object: isPlain = false
      default: isPlain = true
      }
      if let member, !isPlain {
        return NaiveCell(
          kind: .list, text: String(decoding: JSONWriter.bytes(member), as: UTF8.self))
      }
    }
    let cells = cells(field, event)
    if cells.count < 2 { return cells.first ?? .missing }
    return NaiveCell(kind: .list, text: cells.map(\.text).joined(separator: ", "))
  }

  /// The combinations of some fields' values; what an event lacks is one value.
  private func tuples(_ fields: [FieldSyntax], _ event: JSONValue) -> [[NaiveCell]] {
    fields.reduce([[]]) { tuples, field in
      let keys = keys(field, event)
      return tuples.flatMap { tuple in (keys.isEmpty ? [.missing] : keys).map { tuple + [$0] } }
    }
  }

  // MARK: Groups

  /// The groups of events, most first, ties by value.
  private func counts(
    _ events: [JSONValue], _ fields: [FieldSyntax]
  ) -> [(key: [NaiveCell], events: [JSONValue])] {
    var groups: [[NaiveCell]: [JSONValue]] = [:]
    for event in events {
      for tuple in tuples(fields, event) { groups[tuple, default: []].append(event) }
    }
    if fields.isEmpty, groups.isEmpty { groups[[]] = [] }
    return groups.map { ($0.key, $0.value) }.sorted {
      $0.1.count != $1.1.count
        ? $0.1.count > $1.1.count : NaiveCell.precedes($0.0, $1.0)
    }
  }

  private mutating func aggregate(_ syntax: AggregationSyntax) {
    let names = syntax.aggregates.map { item in
      item.name?.text ?? item.function.rawValue + (item.field.map { "_" + name($0) } ?? "")
    }
    table = (
      syntax.groups.map(name) + names,
      // The first and the last are so in time, however the events were sorted.
      counts(placed.sorted { $0.place < $1.place }.map(\.event), syntax.groups).map { group in
        group.key + syntax.aggregates.map { value($0, group.events) }
      }
    )
  }

  private func value(_ syntax: AggregateSyntax, _ events: [JSONValue]) -> NaiveCell {
    guard let field = syntax.field else { return .count(events.count) }
    let lists = events.map { keys(field, $0) }.filter { !$0.isEmpty }
    switch syntax.function {
    // An empty list is there, though it has no value; a time that is none is not.
    case .count where name(field) != "time":
      return .count(events.count { NaiveField(steps: field.steps).exists($0) })
    case .count: return .count(lists.count)
    case .distinct: return .count(Set(lists.flatMap { $0 }).count)
    case .first: return lists.first?.first ?? .missing
    case .last: return lists.last?.last ?? .missing
    case .min: return lists.flatMap { $0 }.min { $0.precedes($1) } ?? .missing
    case .max: return lists.flatMap { $0 }.max { $0.precedes($1) } ?? .missing
    case .sum:
      var sum = ExactSum()
      for cell in lists.flatMap({ $0 }) where cell.kind == .number {
        if let number = ExactNumber(cell.text) { sum.add(number) }
      }
      return sum.count > 0
        ? NaiveCell(kind: .number, text: sum.total.description) : .missing
    case .avg, .values, .p50, .p90, .p99: return .missing
    }
  }

  // MARK: Order

  private mutating func sort(_ keys: [SortKeySyntax]) {
    func precedes(_ left: [NaiveCell], _ right: [NaiveCell]) -> Bool {
      for (index, key) in keys.enumerated() where left[index] != right[index] {
        let (a, b) = (left[index], right[index])
        if a == .missing || b == .missing { return b == .missing }
        return key.isDescending ? b.precedes(a) : a.precedes(b)
      }
      return false
    }
    func stable<Row>(_ rows: [Row], _ cells: (Row) -> [NaiveCell]) -> [Row] {
      rows.enumerated().map { (place: $0.offset, row: $0.element, cells: cells($0.element)) }
        .sorted { left, right in
          precedes(left.cells, right.cells)
            || !precedes(right.cells, left.cells) && left.place < right.place
        }.map(\.row)
    }
    if let own = table {
      let places = keys.map { own.columns.firstIndex(of: name($0.field)) ?? 0 }
      table?.rows = stable(own.rows) { row in
        places.map { own.columns[$0] == "ip" ? Self.address(row[$0]) : row[$0] }
      }
    } else {
      placed = stable(placed) { row in
        keys.map { key in
          let first = self.keys(key.field, row.event).first ?? .missing
          return name(key.field) == "ip" ? Self.address(first) : first
        }
      }
    }
  }

  private static func address(_ cell: NaiveCell) -> NaiveCell {
    NaiveCell(kind: cell.kind, text: NaiveField.address(cell.text))
  }

  /// `where count > 2` of a table.
  private mutating func filter(
    _ field: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax
  ) -> Bool {
    guard let own = table, let column = own.columns.firstIndex(of: name(field)),
      let limit = ExactNumber(value.text)
    else { return false }
    table?.rows = own.rows.filter { row in
      guard row[column].kind == .number, let number = ExactNumber(row[column].text) else {
        return false
      }
      return switch comparison {
      case .less: number < limit
      case .lessOrEqual: !(limit < number)
      case .greater: limit < number
      case .greaterOrEqual: !(number < limit)
      case .equal, .identical, .notEqual: (number == limit) == (comparison != .notEqual)
      }
    }
    return true
  }
}
