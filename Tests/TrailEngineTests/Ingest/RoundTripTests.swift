import Glibc
import Testing
import TrailRecord

@testable import TrailEngine

/// Whatever record goes in comes out: key order, number spelling, everything.
@Suite struct RoundTripTests {
  let folder = ScratchFolder()

  @Test(arguments: 0..<20)
  func randomRecords(seed: UInt64) {
    var generator = RecordGenerator(seed: seed)
    let lines = (0..<300).map { generator.record($0) }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    // Some of them have a time that is none.
    #expect(report.problems.allSatisfy { $0.reason.contains("eventTime that is no time") })
    #expect(store.snapshot().records.sorted() == lines.sorted())
  }

  /// What a path had last is looked for before anything else, and so is the key that came next the last time.
  @Test func textsThatBeginLikeTheOnesBefore() {
    let letters = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"
    // How JSON may spell a text, and how it is written again.
    var texts = [
      (#""#, #""#), (#"\""#, #"\""#), (#"\\"#, #"\\"#), (#"\u0061b"#, "ab"), (#"a\""#, #"a\""#),
      (#"ab\\"#, #"ab\\"#), ("é", "é"), (#"\u00e9"#, "é"), ("aé", "aé"),
      (String(letters.prefix(31)) + #"\""#, String(letters.prefix(31)) + #"\""#),
    ]
    for count in [1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 62] {
      let text = String(letters.prefix(count))
      texts.append((text, text))
      texts.append((text.dropLast() + "é", text.dropLast() + "é"))
    }
    var written: [String] = []
    var lines: [String] = []
    for first in texts {
      for second in texts {
        for text in [first, second] {
          let number = lines.count
          written.append(
            #"{"eventName":"x","n":\#(number),"a":"\#(text.0)","k\#(text.0)":{"b":"\#(text.0)"},"z":"1"}"#
          )
          lines.append(
            #"{"eventName":"x","n":\#(number),"a":"\#(text.1)","k\#(text.1)":{"b":"\#(text.1)"},"z":"1"}"#
          )
        }
      }
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", written.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// Numbers and flags that begin like those before them, in each place where a member can stand, and texts that are
  /// spelled like them.
  @Test func numbersThatBeginLikeTheOnesBefore() {
    let values = [
      "1", "12", "123", "12.5", "12.50", "1e3", "1e30", "-1", "-12", "0", "-0", "0.0", "true",
      "false",
      "null", "\"12\"", "\"true\"", "\"null\"", "\"\"", "{}", "[]", "[12]", "[12,12]", "{\"n\":12}",
    ]
    var lines: [String] = []
    for first in values {
      for second in values {
        for value in [first, first, second] {
          lines.append(
            #"{"eventName":"x","i":\#(lines.count),"a":\#(value),"b":{"c":\#(value)},"#
              + #""d":[\#(value),{"e":\#(value)}],"z":\#(value)}"#)
        }
      }
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// A key that is sometimes there, keys in turns, and in an order that changes.
  @Test func keysThatComeInTurns() {
    let members = [#""a":1"#, #""b":2"#, #""aa":3"#, #""c":"x""#, #""d":{"a":1}"#]
    var generator = RecordGenerator(seed: 5)
    let lines = (0..<3_000).map { number in
      let some = (0..<generator.below(6)).map { _ in members[generator.below(5)] }
      let object = "{" + some.joined(separator: ",") + "}"
      return "{"
        + ([#""eventName":"x""#, #""i":\#(number)"#, #""o":\#(object)"#] + some).joined(
          separator: ",") + "}"
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    #expect(report.problems == [])
    #expect(store.snapshot().records == lines)
  }

  /// So many elements that the stack of tokens is full to the last one, when its node is hashed.
  @Test func anArrayThatFillsTheStackOfTokens() {
    let zeros = String(repeating: "0,", count: (1 << 20) - 3) + "0"
    let line = #"{"eventName":"x","requestParameters":["# + zeros + "]}"
    let array = #"{"eventVersion":["# + zeros + "]}"
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", line + "\n" + array)])
    #expect(report.problems == [])
    #expect(store.snapshot().records == [line, array])
  }

  /// Zeros lie behind a text: they are no key, though a key of zeros came next the last time.
  @Test func aKeyOfZerosIsNotSeenBehindTheText() throws {
    let store = EventStore()
    let key = String(repeating: #"\u0000"#, count: 5_000)
    let line = #"{"\#(key)":1,"eventName":"x"}"#
    try store.append(record: Array(line.utf8))
    #expect(throws: EventStore.AppendError.self) { try store.append(record: Array(#"{""#.utf8)) }
    #expect(store.snapshot().records == [line])
  }

  /// Compared by bytes: `==` of texts does not tell them apart either.
  @Test func keysThatAreTheSameToUnicode() throws {
    let (composed, decomposed) = ("R\u{E9}", "Re\u{301}")
    let lines = [
      #"{"eventName":"a","requestParameters":{"\#(composed)":"1","\#(decomposed)":"2"}}"#,
      #"{"eventName":"b","requestParameters":{"\#(decomposed)":{"\#(composed)":[3]}}}"#,
      #"{"eventName":"c","requestParameters":{"\#(composed)":{"\#(decomposed)":4}}}"#,
      #"{"\#(decomposed)":5,"\#(composed)":6,"eventName":"d"}"#,
    ]
    func check(_ store: EventStore) {
      #expect(store.snapshot().records.map { Array($0.utf8) } == lines.map { Array($0.utf8) })
    }
    let whole = EventStore()
    #expect(
      whole.importLogs([folder.write("all.json", lines.joined(separator: "\n"))]).problems == [])
    check(whole)
    // Segments of one record each, which are merged.
    let pieces = EventStore()
    for (index, line) in lines.enumerated() {
      _ = pieces.importLogs([folder.write("\(index).json", line)])
    }
    check(pieces)
    let live = EventStore()
    for line in lines { try live.append(record: Array(line.utf8)) }
    check(live)
    let path = try #require(PathTable(whole.snapshot().paths.entries(from: 1)))
    #expect(path.count == whole.snapshot().paths.count)
  }

  @Test func oneWorkerAndTwoGiveTheSameSegments() {
    var generator = RecordGenerator(seed: 7)
    for file in 0..<40 {
      let lines = (0..<100).map { _ in generator.record(generator.below(3_000)) }
      folder.write(
        "1_CloudTrail_us-east-1_20261120T\(10 + file / 10)\(10 + file % 10)Z_x.json",
        lines.joined(separator: "\n"))
    }
    let stores = [1, 2, 3].map { workers in
      let store = EventStore()
      _ = store.importLogs([folder.path], workers: workers)
      return store.snapshot()
    }
    #expect(stores[0].rowCount > 2_000)
    #expect(stores[0].records == stores[1].records)
    #expect(stores[0].records == stores[2].records)
    #expect(stores[0].segments.map(\.rowCount) == stores[1].segments.map(\.rowCount))
  }

  /// Units of work one behind the other, the first of which has nothing that is kept: what the next ones become does
  /// not depend on who read it.
  @Test func unitsLeaveNothingBehind() {
    let others = String(repeating: #"{"x":true,"y":"\u0041","z":null}"# + "\n", count: 40_000)
    folder.write("1_CloudTrail_us-east-1_20261120T1000Z_x.json", others)
    for file in 1..<4 {
      let lines = (0..<8_000).map { number in
        #"{"eventTime":"2026-11-20T1\#(file):00:00Z","eventName":"n\#(file)","n":\#(number),"#
          + #""requestParameters":{"k\#(file)":"a text that makes the file larger than a unit has to be"}}"#
      }
      folder.write(
        "1_CloudTrail_us-east-1_20261120T1\(file)00Z_x.json", lines.joined(separator: "\n"))
    }
    let stores = [1, 2, 3].map { workers in
      let store = EventStore()
      _ = store.importLogs([folder.path], workers: workers)
      let snapshot = store.snapshot()
      #expect(snapshot.paths.existingChild(of: .root, .key("x")) == nil)
      return snapshot.segments.map { SegmentEncoder.encode($0).parts }
    }
    #expect(stores[0].count > 1)
    // Apart, because nobody wants to read bytes by the million.
    let areTheSame = stores.allSatisfy { $0 == stores[0] }
    #expect(areTheSame)
  }

  @Test func largeFilesAreSplitAtLineEnds() throws {
    var generator = RecordGenerator(seed: 3)
    let line = generator.record(1)
    let count = IngestLimits.splitFileBytes / line.utf8.count + 1_000
    var text = ""
    text.reserveCapacity(count * (line.utf8.count + 24))
    for index in 0..<count { text += #"{"n":\#(index),"eventName":"x","r":\#(line)}"# + "\n" }
    let file = folder.write("big.json", text)
    var status = stat()
    stat(file, &status)
    #expect(
      FileSplitter.split(ImportItem(path: file, byteCount: Int(status.st_size))).count > 1)
    let store = EventStore()
    let report = store.importLogs([file])
    #expect(report.events == count && report.files == 1 && report.problems == [])
    // Arrival order is the order of the file, across its parts.
    let numbers = store.snapshot().records.compactMap { record in
      record.dropFirst(5).prefix { $0.isNumber }.description
    }
    #expect(numbers == (0..<count).map(String.init))
  }

  @Test func eventsThatArriveOneByOne() throws {
    var generator = RecordGenerator(seed: 11)
    let store = EventStore()
    var lines: [String] = []
    for index in 0..<(EventStore.openRows + 100) {
      lines.append(generator.record(index))
      try store.append(record: Array(lines[index].utf8))
      if index % 1_000 == 17 { #expect(store.snapshot().rowCount == index + 1) }
    }
    #expect(store.snapshot().records.sorted() == lines.sorted())
    #expect(throws: EventStore.AppendError.self) { try store.append(record: Array("[1]".utf8)) }
    #expect(throws: EventStore.AppendError.self) { try store.append(record: Array("{\"a\":".utf8)) }
    #expect(store.snapshot().rowCount == lines.count)
  }

  @Test(.enabled(if: access(SharedData.records, R_OK) == 0, "the shared records are not here"))
  func realRecords() {
    let store = EventStore()
    let report = store.importLogs([SharedData.records])
    #expect(report.events == 27_833)
    #expect(
      report.problems.map(\.reason) == [
        "2 record(s) have an eventTime that is no time; they are kept without one"
      ])
    #expect(store.snapshot().rowCount == 27_833)
  }
}

/// Data beside the repository, where they are.
enum SharedData {
  static let folder: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    // …/<package>/Tests/TrailEngineTests/Ingest/RoundTripTests.swift
    parts.removeLast(5)
    return parts.joined(separator: "/") + "/shared/data"
  }()
  static var records: String { folder + "/real/records.ndjson.gz" }
}

/// Seeded random records: few keys, many shapes.
struct RecordGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

  mutating func record(_ number: Int) -> String {
    var members = [#""eventVersion":"1.08""#]
    let hexadecimal = String(number, radix: 16)
    if below(10) > 0 {
      members.append(
        #""eventID":"00000000-0000-4000-8000-\#(String(repeating: "0", count: 12 - hexadecimal.count))\#(hexadecimal)""#
      )
    }
    members.append(
      #""eventTime":"\#(pick(["2026-11-20T10:00:0\(below(10))Z", "2026-11-20T10:00:00.5Z", "x"]))""#
    )
    for key in ["requestParameters", "responseElements", "resources", "a\\\"b", "é", ""] {
      if below(2) == 0 { members.append(#""\#(key)":\#(value(depth: 0))"#) }
    }
    if below(4) == 0 { members.swapAt(0, members.count - 1) }
    return "{" + members.joined(separator: ",") + "}"
  }

  mutating func value(depth: Int) -> String {
    switch below(depth > 4 ? 6 : 9) {
    case 0: return pick(["null", "true", "false"])
    case 1: return pick(["0", "-1", "243.0", "1e5", "1E+400", "-0.0", "12345678901234567890123"])
    case 2: return "\"\(pick(["", "a", "A", "日本", "x\\ny", "\\u0001", "😀", "\\\\"]))\""
    case 3, 4, 5: return "\"v\(below(40))\""
    case 6:
      return "[" + (0..<below(4)).map { _ in value(depth: depth + 1) }.joined(separator: ",") + "]"
    default:
      let keys = ["k", "l", "m", "n"].prefix(below(5))
      return "{" + keys.map { #""\#($0)":\#(value(depth: depth + 1))"# }.joined(separator: ",")
        + "}"
    }
  }
}
