import Testing
import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText

/// Three ways to one answer: with indexes, by scanning every row, and by a naive evaluator over JSON values.
@Suite struct DifferentialTests {
  static let clock: Int64 = 1_795_200_000_000

  @Test(arguments: 0..<12)
  func predicatesAgree(seed: Int) throws {
    let store = try RandomStore(seed: UInt64(seed), count: 40)
    #expect(store.snapshot.rowCount == store.records.count)
    var queries = RandomQueries(generator: SeededGenerator(seed: UInt64(seed) + 1_000))
    let engine = QueryEngine()
    let naive = NaiveEvaluator(clock: Self.clock)
    for _ in 0..<150 {
      let sentence = queries.sentence()
      let parsed = QueryParser.parse(sentence)
      let syntax = try #require(parsed.syntax, "\(sentence): \(parsed.diagnostics)")
      #expect(parsed.isValid, "\(sentence): \(parsed.diagnostics.map(\.message))")
      let context = BindingContext(snapshot: store.snapshot, clock: Self.clock)
      var compiled = try engine.compile(syntax, in: context)
      let indexed = try Self.records(compiled.run())
      compiled.scansOnly = true
      let scanned = try Self.records(compiled.run())
      let expected = store.records.filter { record in
        (syntax.predicate.map { naive.holds($0, record) } ?? true)
          && naive.isInWindow(syntax.clauses, record)
      }
      #expect(indexed == scanned, "index and scan differ: \(sentence)")
      if indexed != expected {
        let extra = indexed.first { !expected.contains($0) }
        let lost = expected.first { !indexed.contains($0) }
        Issue.record(
          "\(sentence): \(indexed.count) rows, naive \(expected.count); extra \(Self.text(extra)), lost \(Self.text(lost))"
        )
        return
      }
    }
  }

  @Test(arguments: 0..<8)
  func groupsAgree(seed: Int) throws {
    let store = try RandomStore(seed: UInt64(seed) + 50, count: 40)
    var queries = RandomQueries(generator: SeededGenerator(seed: UInt64(seed) + 2_000))
    let engine = QueryEngine()
    let naive = NaiveEvaluator(clock: Self.clock)
    for round in 0..<40 {
      let fields = queries.groups()
      let sentence =
        "\(queries.sentence()) | count, distinct ip, sum req.count by \(fields.joined(separator: ", "))"
      let parsed = QueryParser.parse(sentence)
      let syntax = try #require(parsed.syntax)
      let context = BindingContext(snapshot: store.snapshot, clock: Self.clock)
      let answer = try engine.compile(syntax, in: context).run()
      guard case .table(let table) = answer.content else {
        Issue.record("no table: \(sentence)")
        return
      }
      let matching = store.records.filter { record in
        (syntax.predicate.map { naive.holds($0, record) } ?? true)
          && naive.isInWindow(syntax.clauses, record)
      }
      let expected = NaiveGrouping.count(matching, by: fields)
      let actual = (0..<table.rowCount).map { row in
        table.cells.map { NaiveField.address($0[row].text) }.joined(separator: "|")
      }
      #expect(actual.sorted() == expected.sorted(), "round \(round): \(sentence)")
      let counts = table.cells[fields.count].compactMap { Int($0.text) }
      #expect(counts == counts.sorted(by: >), "most first: \(sentence)")
    }
  }

  static func records(_ answer: Answer) throws -> [JSONValue] {
    let rows: EventRows
    switch answer.content {
    case .events(let events), .timeline(let events): rows = events
    case .matches, .matchTimeline, .chain, .chart, .table, .facets: throw TestFailure("no events")
    }
    return try (0..<rows.count).map { index in
      var bytes: [UInt8] = []
      rows.appendRecord(at: index, to: &bytes)
      return try JSONParser.parse(bytes)
    }
  }

  private static func text(_ record: JSONValue?) -> String {
    record.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) } ?? "-"
  }
}

/// Grouping with dictionaries, a record at a time.
enum NaiveGrouping {
  /// `count, distinct ip, sum req.count` by fields: one line a group.
  static func count(_ records: [JSONValue], by fields: [String]) -> [String] {
    struct Group {
      var count = 0
      var addresses: Set<String> = []
      var sum = ExactSum()
    }
    var groups: [[String]: Group] = [:]
    for record in records {
      let values = fields.map { keys($0, record) }
      for combination in product(values) {
        var group = groups[combination] ?? Group()
        group.count += 1
        group.addresses.formUnion(
          NaiveField(steps: ["ip"]).values(record).map { NaiveField.address(NaiveField.text($0)) })
        for value in NaiveField(steps: ["req", "count"]).values(record) {
          if case .number(let spelling) = value, let number = ExactNumber(spelling) {
            group.sum.add(number)
          }
        }
        groups[combination] = group
      }
    }
    return groups.map { key, group in
      let sum = group.sum.count > 0 ? group.sum.total.description : ""
      return (key + [String(group.count), String(group.addresses.count), sum]).joined(
        separator: "|")
    }
  }

  /// The distinct values of a field as groups show them; one empty text where there is none.
  private static func keys(_ field: String, _ record: JSONValue) -> [String] {
    var keys: [String] = []
    for value in NaiveField(steps: field.split(separator: ".").map(String.init)).values(record) {
      var text = NaiveField.text(value)
      if case .number = value, let number = ExactNumber(text) { text = number.description }
      if field == "ip" { text = NaiveField.address(text) }
      if field == "service", text.hasSuffix(".amazonaws.com") { text = String(text.dropLast(14)) }
      // A number and a text of the same spelling are two groups that print alike.
      let tag = if case .string = value { "" } else { "\u{0}" }
      if !keys.contains(text + tag) { keys.append(text + tag) }
    }
    let shown = keys.map { $0.replacing("\u{0}", with: "") }
    return shown.isEmpty ? [""] : shown
  }

  private static func product(_ values: [[String]]) -> [[String]] {
    values.reduce([[]]) { rows, column in rows.flatMap { row in column.map { row + [$0] } } }
  }
}
