import Glibc
import Testing
import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText

/// Runs the sentences of `Tests/Conformance/*.tqt`; see the README there for the form of the files.
@Suite struct ConformanceTests {
  private static let folder =
    String(#filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()) + "/Conformance"

  static let files: [String] = {
    guard let folder = opendir(Self.folder) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".tqt") { names.append(name) }
    }
    return names.sorted()
  }()

  @Test func filesAreThere() { #expect(Self.files.count >= 5) }

  @Test(arguments: files)
  func answersAsWritten(_ file: String) throws {
    let script = try ConformanceScript(text: Self.read(Self.folder + "/" + file))
    #expect(!script.cases.isEmpty)
    let store = EventStore()
    for file in script.files {
      try RandomStore.importRecords(file.records, into: store, stamp: file.stamp)
    }
    let snapshot = store.snapshot()
    let engine = QueryEngine()
    for item in script.cases {
      let actual = Self.answer(item.sentence, script, snapshot, engine)
      #expect(actual == item.expected, "\(file):\(item.line): \(item.sentence)")
    }
  }

  private static func answer(
    _ sentence: String, _ script: ConformanceScript, _ snapshot: StoreSnapshot,
    _ engine: QueryEngine
  ) -> [String] {
    let parsed = QueryParser.parse(sentence)
    guard parsed.isValid, let syntax = parsed.syntax else {
      return parsed.diagnostics.filter { $0.severity == .error }.map { "error \($0.code.rawValue)" }
    }
    do {
      var context = BindingContext(snapshot: snapshot, clock: script.clock)
      // Here `history` and `calls` are of the same events, as though all had been simulated.
      context.calls = snapshot
      let answer = try engine.compile(syntax, in: context).run()
      return try rows(of: answer, script)
    } catch let error as Diagnostics {
      return error.list.filter { $0.severity == .error }.map { "error \($0.code.rawValue)" }
    } catch {
      return ["\(error)"]
    }
  }

  private static func rows(of answer: Answer, _ script: ConformanceScript) throws -> [String] {
    switch answer.content {
    case .events, .timeline:
      let numbers = try DifferentialTests.records(answer).map { record in
        script.records.firstIndex(of: record).map { String($0 + 1) } ?? "?"
      }
      return [numbers.isEmpty ? "none" : numbers.joined(separator: " ")]
    case .chain(let chain):
      if chain.nodes.isEmpty { return ["none"] }
      return try chain.nodes.map { node in
        let event = EventRows(snapshot: chain.snapshot, references: [node.event])
        let record = try DifferentialTests.records(
          Answer(content: .events(event), plan: PlanReport(normalised: "")))[0]
        let number = script.records.firstIndex(of: record).map { String($0 + 1) } ?? "?"
        let marks =
          (node.hasNewAddress ? " ip" : "") + (node.hasNewAgent ? " agent" : "")
          + (node.isRow ? "" : " start")
        return String(repeating: ".", count: node.depth) + number + marks
      }
    case .matches(let matches), .matchTimeline(let matches):
      if matches.count == 0 { return ["none"] }
      return try (0..<matches.count).map { match in
        let events = EventRows(
          snapshot: matches.snapshot, references: Array(matches.events(of: match)))
        let records = try DifferentialTests.records(
          Answer(content: .events(events), plan: PlanReport(normalised: "")))
        return records.map { record in
          script.records.firstIndex(of: record).map { String($0 + 1) } ?? "?"
        }.joined(separator: " ")
      }
    case .table(let table), .chart(let table):
      if table.rowCount == 0 { return ["none"] }
      return (0..<table.rowCount).map { row in
        table.cells.map { $0[row] == .missing ? "-" : $0[row].text }.joined(separator: " | ")
      }
    case .facets(let facets):
      return facets.map { facet in
        facet.field + ": "
          + facet.values.map { "\($0.value.text) \($0.count)" }.joined(separator: ", ")
      }
    }
  }

  private static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw TestFailure("\(path) cannot be read") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
      bytes += block[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A conformance file taken apart.
struct ConformanceScript {
  struct Case {
    var line: Int
    var sentence: String
    var expected: [String]
  }

  private(set) var clock: Int64 = 0
  /// The records, by the files that they are imported from; a stamp is the time in a log file's name.
  private(set) var files: [(stamp: String?, records: [JSONValue])] = []
  private(set) var cases: [Case] = []

  /// Records are numbered through all files.
  var records: [JSONValue] { files.flatMap(\.records) }

  init(text: String) throws {
    var readsRecords = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if readsRecords, line.hasPrefix("{") {
        files[files.count - 1].records.append(try JSONParser.parse(String(line)))
      } else if line.hasPrefix("clock ") {
        guard let time = EventTime.parse(String(line.dropFirst(6))) else {
          throw TestFailure("line \(index + 1)")
        }
        clock = time
      } else if line == "records" || line.hasPrefix("records ") {
        readsRecords = true
        let stamp = line.dropFirst(8)
        files.append((stamp.isEmpty ? nil : String(stamp), []))
      } else if line.hasPrefix("=> ") {
        guard !cases.isEmpty else {
          throw TestFailure("line \(index + 1): a row before any sentence")
        }
        cases[cases.count - 1].expected.append(String(line.dropFirst(3)))
      } else if !line.isEmpty, !line.hasPrefix("#") {
        readsRecords = false
        cases.append(Case(line: index + 1, sentence: String(line), expected: []))
      } else if line.isEmpty {
        readsRecords = false
      }
    }
  }
}
