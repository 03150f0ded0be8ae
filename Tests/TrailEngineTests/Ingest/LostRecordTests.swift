import Testing

@testable import TrailEngine

/// What stands where a record should and is none costs no record, and is no event.
@Suite struct LostRecordTests {
  let folder = ScratchFolder()

  /// A record whose first key is none that the reader knows.
  static func unusual(_ number: Int) -> String {
    #"{"awsRegion":"us-east-1","eventName":"E\#(number)","eventSource":"a.amazonaws.com","eventTime":"2026-11-20T10:00:00Z"}"#
  }

  private func record(_ number: Int, _ more: String = "") -> String {
    #"{"eventVersion":"1.08","eventName":"E\#(number)"\#(more)}"#
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
        "\n", with: "\\n")
      + "\""
  }

  private func imported(_ text: String, _ name: String = "log.json") -> ([String], ImportReport) {
    imported(Array(text.utf8), name)
  }

  private func imported(_ bytes: [UInt8], _ name: String = "log.json") -> ([String], ImportReport) {
    let store = EventStore()
    let report = store.importLogs([folder.write(name, bytes)])
    return (store.snapshot().records, report)
  }

  private func reading(_ text: String, pieceBytes: Int) -> ([String], [String]) {
    let sink = CollectingSink()
    let window = TextWindow(pieceBytes: pieceBytes)
    window.beginPieces()
    let reader = DocumentReader(sink: sink, window: window)
    Array(text.utf8).withUnsafeBufferPointer { reader.read(from: MemorySource($0)) }
    return (sink.records, reader.problems.map { "\($0.offset): \($0.reason)" })
  }

  // MARK: What is no record

  /// Among records or behind them, an object is a record only where it says so.
  @Test(arguments: ["\n", "", ",\n"])
  func anObjectWithoutMarksIsNoEvent(between: String) {
    let other = #"{"type":"Root"}"#
    let text = [record(1), other, record(2)].joined(separator: between)
    for text in [text, "[\(text)]", #"{"Records":[\#(text)]}"#] {
      let (records, report) = imported(text)
      #expect(records == [record(1), record(2)], "in \(text)")
      #expect(report.problems.map(\.reason) == ["a JSON object that is no CloudTrail record"])
    }
  }

  /// What the AWS command line gives of `Events[].CloudTrailEvent`, and `jq` without `-r`.
  @Test func textsOfRecordsAreRead() {
    let texts = [1, 2, 3].map { Self.quoted(record($0)) }
    let records = [1, 2, 3].map { record($0) }
    for text in [
      texts.joined(separator: "\n"), "[\(texts.joined(separator: ",\n "))]", texts.joined(),
      "\(record(1))\n\(texts[1])\n\(record(3))", "[\(record(1)),\(texts[1]),\(record(3))]",
      #"{"Records":[\#(texts.joined(separator: ","))]}"#,
      #"{"Events":[\#(texts.joined(separator: ","))],"n":1}"#,
      #"{"n":1,"Records":[\#(texts.joined(separator: ","))]}"#,
      #"{"n":1,"Events":[\#(texts.joined(separator: ","))]}"#,
      "[[1,\(texts[0])],[2,\(texts[1])],[3,\(texts[2])]]",
    ] {
      let found = imported(text)
      #expect(found.0 == records, "in \(text)")
      #expect(found.1.problems == [], "in \(text)")
      for pieceBytes in [3, 7, 50, 100] {
        let pieces = reading(text, pieceBytes: pieceBytes)
        #expect(pieces.0 == records && pieces.1 == [], "in pieces of \(pieceBytes): \(text)")
      }
    }
  }

  @Test func otherTextsAreSaid() {
    let (records, report) = imported("\(record(1))\n\"a\"\n\"b\"\n\(record(2))\n\"c\n\(record(3))")
    #expect(records == [record(1), record(2), record(3)])
    #expect(report.problems.map(\.reason) == ["a text that is no CloudTrail record", "not JSON"])
    #expect(report.problems.first?.offset == record(1).utf8.count + 1)
  }

  /// Messages have members that records have, in whatever order a program wrote them.
  @Test(arguments: [
    #"{"awsRegion":"us-east-1","body":"BODY","eventSource":"aws:sqs","messageId":"1"}"#,
    #"{"eventSource":"aws:sqs","messageId":"1","body":"BODY","awsRegion":"us-east-1"}"#,
    #"{"eventID":"shardId-1:2","eventName":"aws:kinesis:record","eventSource":"aws:kinesis","kinesis":{"message":"BODY"}}"#,
  ])
  func messagesWhateverTheirFirstKey(form: String) {
    let message = form.replacing("\"BODY\"", with: Self.quoted(record(1)))
    let records = #"{"Records":[\#(message)]}"#
    for text in [
      message, records, "[\(message)]", #"{"message":\#(Self.quoted(records))}"#,
      #"{"logEvents":[{"message":\#(Self.quoted(message))}]}"#,
    ] {
      let found = imported(text)
      #expect(found.0 == [record(1)], "in \(text)")
      #expect(found.1.problems == [], "in \(text)")
    }
  }

  /// What a service tells a function or a queue is no call, also where nothing is in it that could be read.
  @Test(arguments: [
    #"{"kinesis":{"data":"!!!!"},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"s:1"}"#,
    #"{"eventID":"1","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","dynamodb":{"Keys":{}}}"#,
    #"{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}"#,
    #"{"messageId":"1","eventSource":"aws:sqs","awsRegion":"us-east-1","body":"hello"}"#,
  ])
  func messagesWithoutRecordsAreNoEvents(message: String) {
    for text in [
      message, "\(record(1))\n\(message)", "[\(record(1)),\(message)]",
      #"{"message":\#(Self.quoted(message))}"#,
    ] {
      let (records, report) = imported(text)
      #expect(records == (text.contains(record(1)) ? [record(1)] : []), "in \(text)")
      #expect(report.problems.count == 1, "in \(text)")
    }
  }

  // MARK: Behind something broken

  private static let brokenMembers = [
    #""a":tru"#, #""a":01"#, #""a":"\q""#, #""a" "b""#, #""a":[1,2"#, #""a":{"b":1"#, #""a":"b"#,
    #""a":@"#, #""a":1.,"b":[{"type":"x"},{"type":"y"}]"#, #""userIdentity":{"type":"Root"},"a":-"#,
  ]

  /// The next record is found whatever its first key is.
  @Test(arguments: brokenMembers)
  func theNextRecordHasAnyFirstKey(members: String) {
    let good = [1, 2, 3].map { Self.unusual($0) }
    let broken =
      #"{"awsRegion":"us-east-1",\#(members),"resources":[{"ARN":"x"}],"sourceIPAddress":"1.2.3.4"}"#
    let elements = [good[0], broken, good[1], good[2]]
    let pretty = elements.map { $0.replacing(#",""#, with: ",\n      \"") }.joined(
      separator: ",\n    ")
    for text in [
      elements.joined(separator: "\n"), "[\(elements.joined(separator: ","))]",
      #"{"Records":[\#(elements.joined(separator: ","))]}"#,
      "{\n  \"Records\": [\n    \(pretty)\n  ]\n}\n", "[\n    \(pretty)\n]",
      #"{"version":1,"Records":[\#(elements.joined(separator: ","))]}"#,
      #"[{"awsRegion":1,"x":@},\#(elements.joined(separator: ","))]"#,
      #"{"message":\#(Self.quoted(elements.joined(separator: "\n")))}"#,
      #"{"message":\#(Self.quoted(#"{"Records":[\#(elements.joined(separator: ","))]}"#))}"#,
    ] {
      let (records, report) = imported(text)
      #expect(records == good, "in \(text)")
      #expect((1...2).contains(report.problemCount), "\(report.problems.map(\.reason)) in \(text)")
      if text.hasPrefix("{\"message\"") { continue }
      for pieceBytes in [16, 64, 300] {
        let pieces = reading(text, pieceBytes: pieceBytes)
        #expect(pieces.0 == good, "in pieces of \(pieceBytes): \(text)")
        #expect(pieces.1.count == report.problemCount, "in pieces of \(pieceBytes): \(text)")
      }
    }
  }

  /// What lies inside a broken record is no event, though it has members that records have.
  @Test(arguments: [
    #""insightDetails":{"eventName":"X","eventSource":"b","state":"Start"},"a":tru"#,
    #""a":tru,"insightDetails":{"eventName":"X","eventSource":"b","state":"Start"}"#,
    "\"a\":tru,\"userIdentity\":\n{\"type\":\"Root\"},\"requestParameters\":{\"eventName\":\"X\"}",
    #""a":"b,"c":{"eventName":"X","eventSource":"b"}"#,
    #""userIdentity":{"type":"Root","eventName":"X","eventSource":"b","eventTime":"2026-11-20T10:00:00Z""#,
  ])
  func whatIsInsideABrokenRecordIsNoEvent(members: String) {
    let broken = #"{"awsRegion":"us-east-1",\#(members)}"#
    let good = [1, 2].map { Self.unusual($0) }
    for text in [
      "\(good[0])\n\(broken)\n\(good[1])", "[\(good[0]),\(broken),\(good[1])]",
      #"{"Records":[\#(good[0]),\#(broken),\#(good[1])]}"#,
    ] {
      let (records, report) = imported(text)
      #expect(records == good, "in \(text)")
      #expect(report.problemCount >= 1)
    }
  }

  /// A record without its first brace is said, and what is in it is no event.
  @Test func aRecordWithoutItsBeginning() {
    let whole = [1, 2, 3].map { Self.unusual($0) }
    let inner = #""insightDetails":{"eventName":"X","eventSource":"b"},"#
    let rest = whole[1].dropFirst().replacing("\"eventName\"", with: inner + "\"eventName\"")
    for text in [
      "\(whole[0])\n\(rest)\n\(whole[2])", "[\(whole[0]),\(rest),\(whole[2])]",
      #"{"Records":[\#(whole[0]),\#(rest),\#(whole[2])]}"#, "\(rest)\n\(whole[0])\n\(whole[2])",
    ] {
      let (records, report) = imported(text)
      #expect(records == [whole[0], whole[2]], "in \(text)")
      #expect(report.problemCount >= 1, "in \(text)")
    }
  }

  /// A record on a line that begins with something else is read; what the line begins with is said.
  @Test func recordsOnOtherLines() {
    let text =
      "<13>a \(record(1))\n<13>b {\"a\":1} x \(Self.unusual(2))\n\(record(3))\n\"x\",\(Self.unusual(4))\n<13>c\n"
    for pieceBytes in [200, 1 << 20] {
      let (records, problems) = reading(text, pieceBytes: pieceBytes)
      #expect(Set(records) == Set([record(1), record(3), Self.unusual(2), Self.unusual(4)]))
      #expect(problems.count == 4, "\(problems)")
    }
    let broken = Self.unusual(1).replacing("\"eventName\":", with: "\"eventName\":}]")
    #expect(imported("[\(broken),\(Self.unusual(2))]").0 == [Self.unusual(2)])
  }

  /// An envelope that is cut off does not swallow what follows.
  @Test func textsBehindAnEnvelopeThatIsCutOff() {
    let text =
      #"{"Records":[\#(record(1))],"x":1"# + "\n" + Self.quoted(record(2)) + "\n" + record(3)
    let (records, _) = imported(text)
    #expect(records == [1, 2, 3].map { record($0) })
  }

  /// The end of an array that was entered behind something broken is not the end of its line.
  @Test func anotherDocumentOnTheLine() {
    let one = #"{"version":1,"Records":[\#(Self.unusual(1)),{"x":@},\#(Self.unusual(2))]}"#
    let (records, _) = imported(one + #"{"version":1,"Records":[\#(Self.unusual(3))]}"#)
    #expect(records == [1, 2, 3].map { Self.unusual($0) })
  }

  /// Objects in one another without end are given up in bounded time.
  @Test(arguments: [
    #"{"a":@,"b":["#, #"{"a":[{"b":@,"c":"#, #"{"eventVersion":{"a":["#, "{\"", "[{\"a\":1,",
  ])
  func muchThatIsBroken(part: String) {
    let (records, report) = imported(
      String(repeating: part, count: 20_000 / part.utf8.count) + "\n" + Self.unusual(1))
    #expect(records == [Self.unusual(1)])
    #expect(report.problemCount > 0)
  }

  // MARK: Byte order marks

  @Test func byteOrderMarksInTheMiddle() {
    let mark = "\u{FEFF}"
    let two = [record(1), record(2)]
    for text in [
      "\(mark)\(two[0])\n\(mark)\(two[1])\n", "\(mark)\(two[0])\(mark)\(two[1])",
      #"\#(mark){"Records":[\#(two[0])]}\#(mark){"Records":[\#(two[1])]}"#,
      "\(mark)[\(two[0])]\n\(mark)[\(two[1])]",
      "\(mark)2026-11-20T10:05:00.000Z \(two[0])\n\(mark)2026-11-20T10:05:00.000Z \(two[1])\n",
      "[\(mark)\(two[0]),\n\(mark)\(two[1])]",
      #"{"message":\#(Self.quoted(mark + two[0] + "\n" + mark + two[1]))}"#,
    ] {
      let (records, report) = imported(text)
      #expect(records == two, "in \(text)")
      #expect(report.problems == [], "in \(text)")
      if text.hasPrefix("{\"message\"") { continue }
      for pieceBytes in 3...60 {
        let pieces = reading(text, pieceBytes: pieceBytes)
        #expect(pieces.0 == two && pieces.1 == [], "in pieces of \(pieceBytes): \(text)")
      }
    }
  }

  // MARK: Texts in texts

  @Test func textsInTexts() {
    let two = [record(1), record(2)]
    let forms = [
      #"{"Records":[\#(two[0]),\#(two[1])]}"#, "[\(two[0]),\(two[1])]", two.joined(separator: "\n"),
      "[\(Self.quoted(two[0])),\(Self.quoted(two[1]))]", Self.quoted(two.joined()),
      #"{"n":1,"detail":{"records":[{"event":\#(two[0])},{"log":\#(two[1])}]}}"#,
      #"{"detail":{"Message":\#(Self.quoted("[\(two[0]), \(two[1])]"))}}"#,
    ]
    for form in forms {
      for text in [
        #"{"message":\#(Self.quoted(form))}"#,
        #"{"Records":[{"messageId":"1","body":\#(Self.quoted(form))}]}"#,
        #"{"body":\#(Self.quoted(#"{"Type":"Notification","Message":\#(Self.quoted(form))}"#))}"#,
        #"{"message":\#(Self.quoted(Self.quoted(form)))}"#,
      ] {
        let (records, report) = imported(text)
        #expect(records == two, "in \(text)")
        #expect(report.problems == [], "in \(text)")
      }
    }
  }

  @Test func textsInTooManyOthersAreSaid() {
    var text = record(1)
    for _ in 0..<12 { text = #"{"message":\#(Self.quoted(text))}"# }
    let (records, report) = imported(text)
    #expect(records == [])
    #expect(report.problems.map { $0.reason.contains("are not read") } == [true])
  }

  /// In a text as well, what is inside a broken record is no event, and is said once.
  @Test func aBrokenRecordOfManyLinesInAText() {
    let broken =
      "{\n \"a\": \"b,\n \"insightDetails\": {\n  \"eventName\": \"X\"\n },\n \"c\": \"d\"\n}"
    let text = "\(record(1))\n\(broken)\n\(record(2))\n\"x\n\(record(3))"
    let (records, report) = imported(#"{"message":\#(Self.quoted(text))}"#)
    #expect(records == [1, 2, 3].map { record($0) })
    #expect(
      report.problems.map(\.reason) == [
        "in a text: expected `,` or `}`", "in a text: not JSON",
      ])
  }

  /// What stands in a text beside records is said.
  @Test func otherThingsInATextAreSaid() {
    let text = "\(record(1))\nhello\n\(record(2)) bye \(record(3))"
    let (records, report) = imported(#"{"message":\#(Self.quoted(text))}"#)
    #expect(records == [1, 2, 3].map { record($0) })
    #expect(report.problems.map(\.reason) == [String](repeating: "in a text: not JSON", count: 2))
  }

  // MARK: Bytes that are no text

  @Test func invalidUTF8InWrappedRecords() {
    let bad = Array(#"{"eventVersion":"1.08","eventName":"a"#.utf8) + [0xFF] + Array("\"}".utf8)
    let quotedBad =
      Array(#"{\"eventVersion\":\"1.08\",\"eventName\":\"a"#.utf8) + [0xFF] + Array(#"\"}"#.utf8)
    let events = Array(#"{"logEvents":[{"message":""#.utf8) + quotedBad + Array("\"}]}".utf8)
    let packed = ImportFormTests.inBase64(Compression.gzip(events))
    for bytes in [
      bad, Array("{\"message\":\"".utf8) + quotedBad + Array("\"}".utf8),
      Array("[\"".utf8) + quotedBad + Array("\"]".utf8), events,
      Array(#"{"awslogs":{"data":"\#(packed)"}}"#.utf8),
      Array(#"{"kinesis":{"data":"\#(ImportFormTests.inBase64(bad))"}}"#.utf8),
    ] {
      let (records, report) = imported(bytes)
      #expect(records == ["{\"eventVersion\":\"1.08\",\"eventName\":\"a\u{FFFD}\"}"])
      #expect(
        report.problems.map(\.reason) == [
          "1 record(s) held bytes that are not UTF-8; they were replaced by U+FFFD"
        ])
    }
  }

  // MARK: Compressed data

  @Test func whatStandsBehindCompressedDataInAMessage() {
    let (one, two) = (record(1), record(2))
    let packed = Compression.gzip(Array(one.utf8))
    func message(_ bytes: [UInt8]) -> String {
      #"{"kinesis":{"data":"\#(ImportFormTests.inBase64(bytes))"}}"# + "\n"
    }
    let rest = imported(message(packed + Array("hello, and more".utf8)) + two)
    #expect(rest.0 == [one, two])
    #expect(rest.1.problems.map { $0.reason.contains("behind the compressed data") } == [true])
    let joined = imported(
      message(packed + [UInt8](repeating: 0, count: 30) + Compression.gzip(Array(two.utf8))))
    #expect(joined.0 == [one, two])
    #expect(joined.1.problems == [])
    let lines = (0..<2_000).map { record($0, #","x":"\#($0 * 7919)""#) }
    let whole = Compression.gzip(Array(lines.joined(separator: "\n").utf8))
    let cut = imported(message(Array(whole[..<(whole.count / 2)])) + two)
    #expect(cut.0.count > 500 && cut.0.last == two)
    #expect(cut.1.problems.contains { $0.reason.contains("ends too early") })
  }

  /// An entry that is not inflated at once has a checksum as well.
  @Test func streamedEntriesOfAnArchive() {
    let text = Array((0..<50).map { record($0) }.joined(separator: "\n").utf8)
    var archive = Compression.zip([("a.json", text, true)])
    guard
      let entry = archive.indices.last(where: { archive[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    else { return }
    // The size that the directory has is not the entry's.
    archive[entry + 24] ^= 1
    let good = imported(archive, "a.zip")
    #expect(good.0.count == 50 && good.1.problems == [])
    archive[entry + 16] ^= 1
    let changed = imported(archive, "b.zip")
    #expect(changed.0.count == 50)
    #expect(changed.1.problems.map { $0.reason.contains("its checksum differs") } == [true])
  }

  // MARK: No logs

  @Test(arguments: [
    (#"{"digestStartTime":"1","digestEndTime":"2026"}"# + "\njunk\n", "a digest file"),
    (#"{"digestStartTime":"1","digestEndTime":"2026"}"# + "\n\"junk\"\n[1,2]", "a digest file"),
    (#"{"digestEndTime":"2026"}"# + "\n{\"a\":1}", "a digest file"),
    ("<!DOCTYPE html><html>\n<script>\n{ let x }\n</script>\n[1,{\"a\":2}]", "an HTML page"),
    ("<html>\n{\"a\":1}\n</html>\ntrailing", "an HTML page"),
    ("<?xml version=\"1.0\"?>\n<Error>\n{}\n</Error>", "XML or HTML"),
    ("<13>Nov 20 10:00:00 host app: hello\n", "no JSON in it"),
  ])
  func whatIsNoLogIsNoProblem(text: String, reason: String) {
    let (records, report) = imported(text)
    #expect(records == [])
    #expect(report.notLogs.map(\.reason) == [reason])
    #expect(report.problems == [])
  }

  /// A broken record in such a file is one all the same.
  @Test func aBrokenRecordBehindADigest() {
    let (_, report) = imported("{\"digestEndTime\":\"2026\"}\n{\"eventVersion\":@}\n")
    #expect(report.notLogs.map(\.reason) == ["a digest file"])
    #expect(report.problems.map(\.reason) == ["expected a value"])
  }

  // MARK: Large files

  /// A file that begins as lines and goes on otherwise is cut between objects only.
  @Test func largeFilesAreCutBetweenObjects() {
    let pretty = (0..<40).map { Self.unusual($0).replacing(",", with: ",\n") }
    let zero = "{\n\"Records\":[\n\(pretty.joined(separator: ",\n"))\n]\n}"
    let lines = (0..<40).map { record($0) }
    let text = ([record(100), record(101), zero] + lines + [zero, record(102)]).joined(
      separator: "\n")
    let bytes = Array(text.utf8)
    let path = folder.write("large.json", bytes)
    let item = ImportItem(path: path, byteCount: bytes.count)
    let parts = FileSplitter.split(item, largest: 100, partBytes: 50...200)
    // A file counts as read once, with its last part.
    #expect(parts.map(\.endsFile) == parts.indices.map { $0 == parts.count - 1 })
    #expect(parts.count > 10)
    var end = 0
    for part in parts.compactMap(\.part) {
      #expect(part.lowerBound == end)
      end = part.upperBound
      if end < bytes.count {
        #expect(bytes[end] == UInt8(ascii: "{") && bytes[end - 2] == UInt8(ascii: "}"))
      }
    }
    #expect(end == bytes.count)
    // Nothing to cut at.
    let whole = Array(([record(1), record(2)].joined(separator: "\n") + ",\n" + zero).utf8)
    let second = ImportItem(path: folder.write("whole.json", whole), byteCount: whole.count)
    #expect(FileSplitter.split(second, largest: 100, partBytes: 50...200).count == 1)
  }

  // MARK: Time

  /// What is read again and again, level after level, is given up in the end: else each of these would take hours.
  @Test(arguments: [false, true]) func levelsWithoutEndTakeNoTimeWithoutEnd(isInText: Bool) {
    let levels = 60_000
    let deep =
      String(repeating: "{\"x\":[\n", count: levels) + "oops"
      + String(repeating: "]}", count: levels)
    let record =
      #"{"eventVersion":"1.11","eventName":"A","eventTime":"2026-11-20T10:00:00Z","n":1}"#
    var text = deep
    if isInText {
      let escaped = deep.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\\\"").split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\\n")
      text = #"{"messageId":"1","body":"\#(escaped)"}"#
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", text + "\n" + record)])
    #expect(report.events == 1)
    #expect(report.problemCount > 0)
  }

  /// One line that is as long as the file, on which something else stands between the records.
  @Test func recordsOnOneLongLine() {
    let count = 60_000
    let lines = (0..<count).map {
      #"{"eventVersion":"1.11","eventName":"A","eventTime":"2026-11-20T10:00:00Z","n":\#($0)}"#
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.json", lines.joined(separator: ";"))])
    #expect(report.events == count)
  }

  /// The name of a program before a record is no key: no guess is needed.
  @Test func recordsBehindTheNameOfAProgram() {
    let lines = (0..<5).map {
      #"<13>1 host cloudtrail: {"eventVersion":"1.11","eventName":"A","eventTime":"2026-11-20T10:00:00Z","n":\#($0)}"#
    }
    let store = EventStore()
    let report = store.importLogs([folder.write("log.txt", lines.joined(separator: "\n"))])
    #expect(report.events == 5)
  }
}
