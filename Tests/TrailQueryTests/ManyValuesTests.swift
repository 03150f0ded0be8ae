import Glibc
import Testing
import TrailEngine
import TrailLanguage
import TrailRecord
import TrailWorkspace

/// Fields of more values than are put in order for the sake of a few, spread over several segments: texts that differ
/// in case only, numbers and texts that spell the same, several values of one event, times.
@Suite struct ManyValuesTests {
  private static let importedEvents = 8_000
  private static let liveEvents = 4_000

  private let store: EventStore
  private let snapshot: StoreSnapshot
  private let records: [JSONValue]

  init() throws {
    var random = SeededGenerator(seed: 4_711)
    let store = EventStore()
    var records: [JSONValue] = []
    for number in 0..<(Self.importedEvents + Self.liveEvents) {
      records.append(Self.record(number, &random))
    }
    // What is imported and what arrives one by one are not merged with each other.
    try RandomStore.importRecords(Array(records[..<Self.importedEvents]), into: store)
    for record in records[Self.importedEvents...] {
      try store.append(record: JSONWriter.bytes(record))
    }
    self.store = store
    snapshot = store.snapshot()
    try #require(snapshot.segments.count > 1)
    self.records = records
  }

  private static func text(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

  private static func code(_ random: inout SeededGenerator) -> JSONValue {
    let number = Int.random(in: 0..<9_000, using: &random)
    switch number % 7 {
    case 0: return .number(String(number / 2))
    case 1: return text(String(number / 2))
    case 2: return text("CODE-\(number / 4)")
    default: return text("code-\(number / 4)")
    }
  }

  /// One word in any of many spellings, all of which have one folded hash.
  private static func spelling(_ random: inout SeededGenerator) -> String {
    let bits = Int.random(in: 0..<200, using: &random)
    return String(
      "abcdefgh".enumerated().map { bits >> $0 & 1 == 1 ? Character($1.uppercased()) : $1 })
  }

  private static func record(_ number: Int, _ random: inout SeededGenerator) -> JSONValue {
    // Times that several segments have.
    let seconds = Int64(Int.random(in: 0..<7_000, using: &random))
    let time = EventTime.format(StoryStore.start + seconds * 1_000)
    let tags = (0..<Int.random(in: 0...3, using: &random)).map { _ in code(&random) }
    return .object([
      JSONMember("eventID", text("id-\(number)")), JSONMember("eventTime", text(time)),
      JSONMember("eventName", text(random.pick(["A", "B"]))),
      JSONMember(
        "requestParameters",
        .object([
          JSONMember("code", code(&random)), JSONMember("tags", .array(tags)),
          JSONMember("spelling", text(spelling(&random))),
        ])),
    ])
  }

  private func rows(_ sentence: String) throws -> [[Cell]] {
    let syntax = try #require(QueryParser.parse(sentence).syntax, "\(sentence)")
    let context = BindingContext(snapshot: snapshot, clock: DifferentialTests.clock)
    let answer = try QueryEngine().compile(syntax, in: context).run()
    guard case .table(let table) = answer.content else { throw TestFailure("no table") }
    return (0..<table.rowCount).map { row in table.cells.map { $0[row] } }
  }

  private static func cell(_ value: JSONValue) -> Cell {
    switch value {
    case .number(let spelling): .number(spelling)
    case .string(let bytes): .text(String(decoding: bytes, as: UTF8.self))
    default: .missing
    }
  }

  @Test func countsAreThoseOfTheRecords() throws {
    var codes: [Cell: Int] = [:]
    var tags: [Cell: Int] = [:]
    var spellings: [Cell: Int] = [:]
    for record in records {
      let parameters = try #require(record["requestParameters"])
      codes[Self.cell(try #require(parameters["code"])), default: 0] += 1
      spellings[Self.cell(try #require(parameters["spelling"])), default: 0] += 1
      guard case .array(let elements)? = parameters["tags"] else { continue }
      let own = Set(elements.map(Self.cell))
      for cell in own.isEmpty ? [.missing] : own { tags[cell, default: 0] += 1 }
    }
    #expect(codes.count > 4_096 && tags.count > 4_096 && spellings.count == 200)
    for (field, counts) in [
      ("req.code", codes), ("req.tags", tags), ("req.spelling", spellings),
    ] {
      let found = try rows("events | count by \(field)")
      #expect(found.count == counts.count, "\(field)")
      for row in found { #expect(row[1] == .number(String(counts[row[0]] ?? 0)), "\(row)") }
    }
  }

  @Test(arguments: [
    "count by req.code", "count by req.tags", "count by req.code, name",
    "count by time",
    "stats count, distinct req.code by req.tags",
  ])
  func theFirstGroupsAreThoseOfAll(stage: String) throws {
    let all = try rows("events | \(stage)")
    for limit in [1, 5, 40, 256] {
      #expect(try rows("events | \(stage) | limit \(limit)") == Array(all.prefix(limit)))
    }
  }

  @Test func timesAreThoseOfTheRecords() throws {
    var counts: [String: Int] = [:]
    for record in records { counts[try #require(record["eventTime"]?.text), default: 0] += 1 }
    let found = try rows("events | count by time")
    #expect(found.count == counts.count)
    for row in found {
      guard case .time(let time) = row[0] else {
        Issue.record("no time: \(row)")
        return
      }
      #expect(row[1] == .number(String(counts[EventTime.format(time)] ?? 0)), "\(row)")
    }
  }

  @Test func distinctValuesOfAllAreTheGroups() throws {
    for field in ["req.code", "req.tags"] {
      let groups = try rows("events | count by \(field)").count { $0[0] != .missing }
      #expect(try rows("events | stats distinct \(field)") == [[.number(String(groups))]])
    }
  }

  /// Texts of a damaged file are others than those that were put in order.
  @Test func damagedTextsAreCountedAsTheyAre() throws {
    let file = try KeptFile()
    _ = try Workspace.save(store, WorkspaceState(), [], to: file.path)
    let whole = try file.bytes()
    var answered = 0
    for place in 1..<Self.damagedPlaces {
      var bytes = whole
      let start = bytes.count * place / Self.damagedPlaces
      for index in start..<min(bytes.count, start + Self.damagedBytes) { bytes[index] = 0 }
      let damaged = try KeptFile()
      try damaged.write(bytes)
      guard let workspace = try? Workspace(damaged.path, .readOnly),
        let opened = try? workspace.makeStore().snapshot()
      else { continue }
      for stage in ["count by req.code", "count by req.tags | limit 3", "stats distinct req.code"] {
        let syntax = try #require(QueryParser.parse("events | \(stage)").syntax)
        _ = try KeptStoreTests.answer(syntax, opened, QueryEngine())
        answered += 1
      }
    }
    #expect(answered > Self.damagedPlaces)
  }

  private static let damagedPlaces = 40
  private static let damagedBytes = 3_000
}

extension KeptFile {
  fileprivate func bytes() throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw TestFailure("\(path) is not there") }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = fread(buffer.baseAddress, 1, size, file)
    }
  }

  fileprivate func write(_ bytes: [UInt8]) throws {
    guard let file = fopen(path, "w") else { throw TestFailure("\(path) cannot be written") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw TestFailure("\(path) is not written")
    }
  }
}
