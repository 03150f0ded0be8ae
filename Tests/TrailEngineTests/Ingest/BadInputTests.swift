import Glibc
import Testing

@testable import TrailEngine

/// Bad input is named and the rest is kept.
@Suite struct BadInputTests {
  let folder = ScratchFolder()

  private func record(_ number: Int, _ more: String = "") -> String {
    #"{"eventVersion":"1.08","eventName":"E\#(number)"\#(more)}"#
  }

  private func imported(_ paths: [String]) -> ([String], ImportReport) {
    let store = EventStore()
    let report = store.importLogs(paths)
    return (store.snapshot().records, report)
  }

  /// What stands between two good records must not cost either of them.
  @Test(arguments: [
    #"{"eventVersion":"1.08","eventName":}"#,
    #"{"eventVersion":"1.08","a":[1,2}"#,
    #"{"eventVersion":"1.08","a":01}"#,
    #"{"eventVersion":"1.08","a":"\q"}"#,
    #"{"eventVersion":"1.08","a":tru}"#,
    #"{"eventVersion":"1.08","a" "b"}"#,
    #"{"eventVersion":"1.08","a":-}"#,
    #"{"eventVersion":"1.08","a":1.}"#,
    #"{"eventVersion" 1.08"#,
    "garbage",
    "\u{0}\u{1}",
  ])
  func aBrokenRecordBetweenGoodOnes(broken: String) {
    for text in [
      "\(record(1))\n\(broken)\n\(record(2))\n", "[\(record(1)),\(broken),\(record(2))]",
      #"{"Records":[\#(record(1)),\#(broken),\#(record(2))]}"#,
    ] {
      let (records, report) = imported([folder.write("log.json", text)])
      #expect(records == [record(1), record(2)], "in \(text)")
      if broken.utf8.first != 0 { #expect(report.problemCount >= 1, "in \(text)") }
    }
  }

  @Test func problemsNameTheByte() {
    let text = "\(record(1))\n{\"eventVersion\":\"1.08\",\"x\":@}\n\(record(2))\n"
    let file = folder.write("log.json", text)
    let (_, report) = imported([file])
    let at = text.utf8.firstIndex(of: UInt8(ascii: "@"))
    #expect(
      report.problems == [
        ImportProblem(
          file: file, offset: at.map { text.utf8.distance(from: text.startIndex, to: $0) },
          reason: "expected a value")
      ])
  }

  @Test func truncatedGzipKeepsWhatCameBefore() {
    let lines = (0..<2_000).map { record($0, #","x":"\#($0 * 7919)""#) }
    let whole = Compression.gzip(Array(lines.joined(separator: "\n").utf8))
    let (records, report) = imported([
      folder.write("cut.json.gz", Array(whole[..<(whole.count / 2)]))
    ])
    #expect(records.count > 500)
    #expect(records == Array(lines.prefix(records.count)))
    #expect(report.problems.contains { $0.reason.contains("ends too early") })
  }

  @Test func damagedGzipKeepsWhatCameBefore() {
    let lines = (0..<2_000).map { record($0, #","x":"\#($0 * 7919)""#) }
    var whole = Compression.gzip(Array(lines.joined(separator: "\n").utf8))
    for index in (whole.count / 2)..<(whole.count / 2 + 64) { whole[index] ^= 0x5A }
    let (records, report) = imported([folder.write("bad.json.gz", whole)])
    #expect(records.count > 100)
    #expect(records.first == lines[0])
    #expect(report.problemCount > 0)
  }

  @Test func truncatedPlainFile() {
    let text = #"{"Records":[\#(record(1)),\#(record(2)),{"eventVersion":"1.0"#
    let (records, report) = imported([folder.write("cut.json", text)])
    #expect(records == [record(1), record(2)])
    #expect(report.problems.map(\.reason) == ["the text ends inside a record"])
  }

  /// What is lost between good records is said each time.
  @Test func everyRunOfOtherLinesIsReported() {
    let text = "\(record(1))\n<13>a {}\n<13>b {}\n\(record(2))\n<13>c {}\n\(record(3))\n"
    let (records, report) = imported([folder.write("syslog.json", text)])
    #expect(records == [record(1), record(2), record(3)])
    #expect(report.problems.map(\.reason) == ["not JSON", "not JSON"])
    let first = record(1).utf8.count + 1
    #expect(report.problems.map(\.offset) == [first, first + 2 * 9 + record(2).utf8.count + 1])
  }

  /// Zeros behind compressed data fill up a block; what else stands there is told of.
  @Test func whatStandsBehindCompressedData() {
    let (one, two) = (
      Compression.gzip(Array(record(1).utf8)), Compression.gzip(Array(record(2).utf8))
    )
    let zeros = [UInt8](repeating: 0, count: 512)
    let padded = imported([folder.write("padded.json.gz", one + zeros + two + zeros)])
    #expect(padded.0 == [record(1), record(2)])
    #expect(padded.1.problems == [])
    let joined = imported([folder.write("joined.json.gz", one + Array(record(2).utf8))])
    #expect(joined.0 == [record(1)])
    #expect(joined.1.problems.map { $0.reason.contains("behind the compressed data") } == [true])
  }

  /// What was changed in an archive is read and said, as are entries that its directory has lost.
  @Test func damagedArchives() {
    let archive = Compression.zip([
      ("a.json", Array(record(1).utf8), false), ("b.json", Array(record(2).utf8), false),
    ])
    var changed = archive
    if let digit = changed.firstIndex(of: UInt8(ascii: "8")) { changed[digit] = UInt8(ascii: "9") }
    let one = imported([folder.write("changed.zip", changed)])
    #expect(one.0 == [record(1).replacing("1.08", with: "1.09"), record(2)])
    #expect(one.1.problems.map { $0.reason.contains("its checksum differs") } == [true])
    var cut = archive
    if let second = cut.indices.last(where: { cut[$0...].starts(with: [0x50, 0x4B, 1, 2]) }) {
      cut[second] = 0
    }
    let two = imported([folder.write("cut.zip", cut)])
    #expect(two.0 == [record(1)])
    #expect(two.1.problems.map { $0.reason.contains("1 of its entries") } == [true])
  }

  /// A text inside a text goes on behind a broken record.
  @Test func aBrokenRecordInAText() {
    let lines = "\(record(1))\n{\"eventVersion\":}\n\(record(2))"
    let quoted = "\"" + lines.replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    let (records, report) = imported([folder.write("a.json", #"{"message":\#(quoted)}"#)])
    #expect(records == [record(1), record(2)])
    #expect(report.problems.map(\.reason) == ["in a text: expected a value"])
  }

  @Test func invalidUTF8IsReplacedAndSaid() {
    var bytes = Array(#"{"eventVersion":"1.08","eventName":"a"#.utf8)
    bytes += [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80]
    bytes += Array(#""}"#.utf8)
    let (records, report) = imported([folder.write("bad.json", bytes)])
    #expect(records.count == 1)
    #expect(records[0].contains("a\u{FFFD}\u{FFFD}("))
    #expect(report.problems.count == 1 && report.problems[0].reason.contains("not UTF-8"))
  }

  @Test func loneSurrogatesComeBackAsTheyCame() {
    let text = record(1, #","a":"\ud800 \udfff x","\udc00":"\ud83d\ude00""#)
    let (records, _) = imported([folder.write("s.json", text)])
    #expect(records == [record(1, #","a":"\ud800 \udfff x","\udc00":"😀""#)])
  }

  @Test func duplicateKeysAreKept() {
    let text = record(1, #","a":1,"a":"two","a":null,"b":{"a":[],"a":{}}"#)
    #expect(imported([folder.write("d.json", text)]).0 == [text])
  }

  @Test func deepNesting() {
    func nested(_ depth: Int) -> String {
      record(
        1,
        #","a":\#(String(repeating: "[", count: depth))\#(String(repeating: "]", count: depth))"#)
    }
    let deep = nested(IngestLimits.nesting - 2)
    let (records, report) = imported([folder.write("deep.json", deep)])
    #expect(records == [deep])
    #expect(report.problems == [])
    let tooDeep = nested(IngestLimits.nesting + 10)
    let (rest, second) = imported([
      folder.write("deeper.json", "\(tooDeep)\n\(record(2))")
    ])
    #expect(rest == [record(2)])
    #expect(second.problems.contains { $0.reason.contains("nested too deep") })
  }

  /// What is longer than the limit is reported by its place, and the rest is kept, wherever it stands.
  @Test(arguments: [1 << 20, 7])
  func aRecordBeyondTheLimit(piece: Int) {
    let long = record(2, #","x":"\#(String(repeating: "y", count: 5_000))""#)
    let almost = record(3, #","x":"\#(String(repeating: "y", count: 900))""#)
    let text = "\(record(1))\n\(long)\n\(almost)\n\(record(4))\n"
    let sink = CollectingSink()
    let reader = DocumentReader(sink: sink, window: TextWindow(), recordBytes: 1_000)
    reader.read(from: DrippingSource(Array(text.utf8), piece: piece))
    #expect(sink.records == [record(1), almost, record(4)])
    #expect(reader.problems.map(\.offset) == [record(1).utf8.count + 1])
    #expect(reader.problems.allSatisfy { $0.reason == WalkFailure.Reason.tooLong.rawValue })
  }

  @Test func aLongLineThatIsNoJSON() {
    let text = String(repeating: "x", count: 40 << 20)
    folder.write("long.txt", text + "\n" + record(1))
    folder.write("log.json", record(2))
    let (records, _) = imported([folder.path])
    #expect(records.contains(record(2)))
  }

  @Test func aBombIsNotReadToItsEnd() {
    let spaces = [UInt8](repeating: 0x20, count: 24 << 20)
    let bomb = Compression.gzip(spaces + Array(record(1).utf8))
    let (sink, reader) = reading(bomb, isCompressed: true, bytesWithoutRecord: 1 << 20)
    #expect(sink.records == [])
    #expect(reader.bytesRead <= 1 << 20 + 2 * IngestLimits.windowBytes)
    #expect(reader.problems.contains { $0.reason.contains("the rest is not read") })
  }

  @Test(arguments: [
    ("\"}\n{\"eventName\":\"ok\"}\n", ##"{"eventName":"ok"}"##),
    ("\"},{\"userIdentity\":{\"type\":\"Root\"}}", ##"{"userIdentity":{"type":"Root"}}"##),
  ])
  func whatComesBehindAnEndlessStringIsFound(rest: String, expected: String) {
    let endless = #"{"eventName":""# + String(repeating: "y", count: 16 << 20)
    let (sink, reader) = reading(Array((endless + rest).utf8), recordBytes: 1 << 20)
    #expect(sink.records.map { String($0.prefix(100)) } == [expected])
    #expect(reader.problems.contains { $0.reason.contains("larger than") })
  }

  /// Reads a text in windows, with limits that are reached soon.
  private func reading(
    _ bytes: [UInt8], isCompressed: Bool = false,
    bytesWithoutRecord: Int = IngestLimits.bytesWithoutRecord,
    recordBytes: Int = IngestLimits.recordBytes
  ) -> (CollectingSink, DocumentReader) {
    let sink = CollectingSink()
    let window = TextWindow()
    window.beginPieces()
    let reader = DocumentReader(
      sink: sink, window: window, bytesWithoutRecord: bytesWithoutRecord, recordBytes: recordBytes)
    bytes.withUnsafeBufferPointer { bytes in
      let source = MemorySource(bytes)
      reader.read(from: isCompressed ? InflatingSource(source, .gzip) : source)
    }
    return (sink, reader)
  }

  @Test func unreadableMissingAndLoopingPaths() {
    let good = folder.write("a/log.json", record(1))
    let closed = folder.write("a/closed.json", record(2))
    chmod(closed, 0)
    symlink(folder.path + "/a", folder.path + "/a/loop")
    symlink(folder.path + "/nowhere", folder.path + "/a/dangling")
    let (records, report) = imported([folder.path, folder.path + "/missing"])
    // The superuser may read anything.
    #expect(records == (geteuid() == 0 ? [record(2), record(1)] : [record(1)]))
    #expect(report.problems.contains { $0.file.hasSuffix("/missing") })
    #expect(report.problems.contains { $0.file.hasSuffix("/dangling") })
    #expect(good.hasSuffix("log.json"))
  }

  @Test func recordsWithoutTimeOrIdentifierAreKept() {
    let lines = [
      record(1, #","eventTime":null,"eventID":null"#), record(2, #","eventTime":"soon""#),
      record(3, #","eventTime":"2026-11-20 10:00:00.250","eventID":"not-a-uuid""#), record(4),
    ]
    let store = EventStore()
    let report = store.importLogs([folder.write("odd.json", lines.joined(separator: "\n"))])
    #expect(
      report.problems.map(\.reason) == [
        "1 record(s) have an eventTime that is no time; they are kept without one"
      ])
    let snapshot = store.snapshot()
    // The one with a usable time comes first.
    #expect(snapshot.records == [lines[2], lines[0], lines[1], lines[3]])
    #expect(snapshot.segments.first?.timedRowCount == 1)
  }
}
