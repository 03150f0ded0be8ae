import Glibc
import Testing
import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText
import TrailWorkspace

/// Random sentences over random stores: the planned query, a full scan and a naive evaluator give the same rows,
/// before the store is saved and after it was opened, and SQLite does where it can say the sentence.
@Suite struct SentenceTests {
  /// Sentences in all; `TRAILQ_SENTENCES` asks for more.
  private static let count =
    getenv("TRAILQ_SENTENCES").flatMap { Int(String(cString: $0)) } ?? 480
  private static let parts = 8
  private static let sentencesPerStore = 20
  private static let mostDraws = 8

  /// A store, the same saved and opened, and the two that ask them.
  private struct Stores {
    let before: StoreSnapshot
    let after: StoreSnapshot
    private let file: KeptFile
    private let workspace: Workspace
    private let engines = (before: QueryEngine(), after: QueryEngine())

    init(_ store: EventStore) throws {
      file = try KeptFile()
      before = store.snapshot()
      _ = try Workspace.save(store, WorkspaceState(), [], to: file.path)
      workspace = try Workspace(file.path, .existing)
      after = try workspace.makeStore().snapshot()
    }

    /// What each way to the answer gives, in words.
    func answers<Rows>(
      _ syntax: QuerySyntax, clock: Int64, _ rows: (Answer) throws -> Rows
    ) throws -> [(way: String, rows: Rows)] {
      var answers: [(way: String, rows: Rows)] = []
      for (state, snapshot, engine) in [
        ("", before, engines.before), (" after opening", after, engines.after),
      ] {
        var query = try engine.compile(
          syntax, in: BindingContext(snapshot: snapshot, clock: clock))
        answers.append(("planned" + state, try rows(query.run())))
        query.scansOnly = true
        answers.append(("scanned" + state, try rows(query.run())))
      }
      return answers
    }
  }

  private static func sentences(of part: Int) -> Int {
    (count * (part + 1)) / parts - (count * part) / parts
  }

  private static func parsed(_ sentence: String) throws -> QuerySyntax {
    let parsed = QueryParser.parse(sentence)
    #expect(parsed.isValid, "\(sentence): \(parsed.diagnostics.map(\.message))")
    return try #require(parsed.syntax, "\(sentence)")
  }

  /// True where all rows are as expected; else says which way strayed, and over which records.
  private static func agree<Rows: Equatable>(
    _ sentence: String, _ answers: [(way: String, rows: Rows)], _ expected: Rows,
    _ records: [JSONValue]
  ) -> Bool {
    guard let stray = answers.first(where: { $0.rows != expected }) else { return true }
    let lines = records.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
    Issue.record(
      "\(sentence)\n\(stray.way): \(stray.rows)\nexpected: \(expected)\nover\n\(lines.joined(separator: "\n"))"
    )
    return false
  }

  private static func lines(_ answer: Answer) throws -> [String] {
    if case .table(let table) = answer.content {
      return (0..<table.rowCount).map { row in
        table.cells.map { $0[row] == .missing ? "-" : $0[row].text }.joined(separator: " | ")
      }
    }
    return try DifferentialTests.records(answer).map {
      String(decoding: JSONWriter.bytes($0), as: UTF8.self)
    }
  }

  // MARK: Events and tables

  /// Half of the sentences.
  @Test(arguments: 0..<parts)
  func conditionsAndStagesAgree(part: Int) throws {
    let count = Self.sentences(of: part) / 2
    var queries = RandomQueries(generator: SeededGenerator(seed: UInt64(part) + 40_000))
    var told = 0
    for first in stride(from: 0, to: count, by: Self.sentencesPerStore) {
      let records = try RandomStore(
        seed: UInt64(part) << 32 | UInt64(first), count: queries.generator.pick([1, 10, 40]))
      let stores = try Stores(records.store)
      let database = try RecordDatabase(records.records)
      let naive = NaiveEvaluator(clock: DifferentialTests.clock)
      for _ in first..<min(count, first + Self.sentencesPerStore) {
        let sentence =
          queries.generator.chance(25)
          ? Self.plainSentence(&queries) : queries.sentence() + queries.stages()
        let syntax = try Self.parsed(sentence)
        let found = records.records.indices.filter { index in
          let record = records.records[index]
          return (syntax.predicate.map { naive.holds($0, record) } ?? true)
            && naive.isInWindow(syntax.clauses, record)
        }
        var pipeline = NaivePipeline(
          naive, found.map { records.records[$0] }, among: records.records)
        for stage in syntax.stages {
          let isKnown = pipeline.apply(stage)
          #expect(isKnown, "no such stage: \(sentence)")
        }
        let answers = try stores.answers(syntax, clock: DifferentialTests.clock, Self.lines)
        guard Self.agree(sentence, answers, pipeline.lines, records.records) else { return }
        if let sql = SentenceSQL.rows(syntax) {
          told += 1
          let rows = try database.rows(sql).map { (Int($0[0]) ?? 0) - 1 }
          #expect(rows == found, "\(sentence)\n\(sql)")
        }
        if let sql = SentenceSQL.groups(syntax) {
          let rows = try database.rows(sql).map { row in
            row.map { $0.isEmpty ? "-" : $0 }.joined(separator: " | ")
          }
          let own = answers[0].rows.map(Self.withOneSpelling)
          #expect(rows.sorted() == own.sorted(), "\(sentence)\n\(sql)")
        }
      }
    }
    #expect(told * 10 >= count, "SQL must be able to say some of it: \(told) of \(count)")
  }

  /// A line with its addresses spelled as the database has them.
  private static func withOneSpelling(_ line: String) -> String {
    line.split(separator: " | ", omittingEmptySubsequences: false)
      .map { NaiveField.address(String($0)) }.joined(separator: " | ")
  }

  /// A sentence that SQL can say.
  private static func plainSentence(_ queries: inout RandomQueries) -> String {
    while true {
      let predicate = queries.predicate(1)
      guard let syntax = QueryParser.parsePredicate(predicate).syntax,
        SentenceSQL.condition(syntax) != nil
      else { continue }
      let groups = ["", "name", "ip, error", "req.count, type", "ip"]
      let group = queries.generator.pick(groups)
      return "events where \(predicate)" + (group.isEmpty ? "" : " | count by \(group)")
    }
  }

  // MARK: Along time

  /// An eighth of them.
  @Test(arguments: 0..<parts)
  func stagesAlongTimeAgree(part: Int) throws {
    let count = Self.sentences(of: part) / 8
    var random = SeededGenerator(seed: UInt64(part) + 50_000)
    for first in stride(from: 0, to: count, by: Self.sentencesPerStore) {
      let story = try StoryStore(&random)
      let stores = try Stores(story.store)
      for number in first..<min(count, first + Self.sentencesPerStore) {
        let head = AlongTimeTests.Head(&random)
        let stage = AlongTimeTests.stage(&random, number % 5)
        let sentence = "\(head.text) | \(stage.text)"
        let answers = try stores.answers(
          try Self.parsed(sentence), clock: StoryStore.start, AlongTimeTests.lines)
        let expected = stage.rows(head.naive(story.records))
        guard Self.agree(sentence, answers, expected, story.records) else { return }
      }
    }
  }

  // MARK: Sequences

  /// Conditions on matches, with the names of steps.
  private static func condition(
    _ random: inout SeededGenerator, _ names: [String], depth: Int = 0
  ) -> String {
    if depth < 2, random.chance(35) {
      let (left, right) = (
        condition(&random, names, depth: depth + 1), condition(&random, names, depth: depth + 1)
      )
      return random.pick(["(\(left) and \(right))", "(\(left) or \(right))", "not (\(left))"])
    }
    let field = random.pick(["user", "ip", "name"])
    let place = names.randomElement(using: &random).map { random.pick(["", "\($0).", "\($0)."]) }
    let own = (place ?? "") + field
    if let other = names.randomElement(using: &random), random.chance(35) {
      return "\(own) \(random.pick(["=", "!="])) \(other).\(field)"
    }
    return own
      + random.pick([
        " = u", " != v", " = 10.0.0.1", " in (A, v, 10.0.0.2)", " exists", " ~ /[B1]/", " !~ /v/",
      ])
  }

  /// The others.
  @Test(arguments: 0..<parts)
  func sequencesAgree(part: Int) throws {
    let count = Self.sentences(of: part) * 3 / 8
    var random = SeededGenerator(seed: UInt64(part) + 60_000)
    for first in stride(from: 0, to: count, by: Self.sentencesPerStore / 2) {
      let records = SequenceTests.records(&random)
      let store = EventStore()
      let cut = Int.random(in: 0...records.count, using: &random)
      for part in [records[..<cut], records[cut...]] where !part.isEmpty {
        try RandomStore.importRecords(Array(part), into: store)
      }
      let stores = try Stores(store)
      for _ in first..<min(count, first + Self.sentencesPerStore / 2) {
        var sentence = SequenceTests.sentence(&random)
        var naive = SequenceTests.naive(try Self.parsed(sentence), records)
        var matches = naive.matches()
        // Few sequences have matches, and steps with names, of which stages could say anything.
        for _ in 0..<Self.mostDraws
        where matches.isEmpty || !naive.steps.contains(where: { $0.name != nil }) {
          sentence = SequenceTests.sentence(&random)
          naive = SequenceTests.naive(try Self.parsed(sentence), records)
          matches = naive.matches()
        }
        let names = naive.steps.compactMap(\.name?.text)
        if random.chance(70) {
          let condition = Self.condition(&random, names)
          sentence += " | where \(condition)"
          let predicate = try #require(QueryParser.parsePredicate(condition).syntax)
          let stages = NaiveMatches(sequences: naive)
          matches = matches.filter { stages.holds(predicate, $0) }
        }
        guard random.chance(35) else {
          let answers = try stores.answers(try Self.parsed(sentence), clock: SequenceTests.start) {
            try SequenceTests.numbers($0, among: records)
          }
          guard Self.agree(sentence, answers, matches, records) else { return }
          continue
        }
        let place = names.randomElement(using: &random).map { "\($0)." } ?? ""
        let group = random.pick(["user", "ip", place + "user", place + "ip", place + "name"])
        let (burst, seconds) = (random.pick([1, 2, 3]), random.pick([1, 1, 3, 9]))
        let distinct = random.pick([nil, place + "name", place + "user"])
        sentence +=
          " | burst \(burst)\(distinct.map { " distinct \($0)" } ?? "") in \(seconds)s by \(group)"
        let along = NaiveAlongTime(
          records: NaiveMatches(sequences: naive).records(matches), condition: nil,
          window: .min ..< .max, fields: [group, distinct, "user"].compactMap(\.self),
          spellings: AddressSpellings(records))
        let expected = along.burst(
          burst, distinct: distinct, within: Int64(seconds) * 1000, by: [group])
        let answers = try stores.answers(
          try Self.parsed(sentence), clock: SequenceTests.start, AlongTimeTests.lines)
        guard Self.agree(sentence, answers, expected, records) else { return }
      }
    }
  }
}
