import Testing
import TrailRecord

@testable import TrailEngine

/// Every form in which people have logs gives the same records.
@Suite struct ImportFormTests {
  let folder = ScratchFolder()

  static let first =
    #"{"eventVersion":"1.08","eventTime":"2026-11-20T10:00:00Z","eventName":"A","eventID":"00000000-0000-4000-8000-000000000001"}"#
  static let second =
    #"{"eventVersion":"1.08","eventTime":"2026-11-20T10:00:01Z","eventName":"B","eventID":"00000000-0000-4000-8000-000000000002"}"#

  /// The records of a fresh store that imported these files, and the report.
  private func imported(_ paths: [String]) -> ([String], ImportReport) {
    let store = EventStore()
    let report = store.importLogs(paths)
    return (store.snapshot().records, report)
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// What a subscription of a log group hands on: gzip in Base64.
  private static func compressed(_ records: [String]) -> String {
    let events = records.map { #"{"id":"1","timestamp":1,"message":\#(quoted($0))}"# }
    let text = #"{"messageType":"DATA_MESSAGE","logEvents":[\#(events.joined(separator: ","))]}"#
    return inBase64(Compression.gzip(Array(text.utf8)))
  }

  static func inBase64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    return stride(from: 0, to: bytes.count, by: 3).map { start in
      let three = Array(bytes[start..<min(start + 3, bytes.count)])
      let bits = three.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - three.count))
      let text = stride(from: 18, through: 0, by: -6).map { digits[bits >> $0 & 63] }
      return String(text.prefix(three.count + 1)) + String(repeating: "=", count: 3 - three.count)
    }.joined()
  }

  private static func notification(_ record: String) -> String {
    let event = #"{"version":"0","detail-type":"x","source":"aws.s3","detail":\#(record)}"#
    return #"{"Type":"Notification","MessageId":"1","Message":\#(quoted(event))}"#
  }

  static let forms: [(name: String, text: String)] = [
    ("Records", #"{"Records":[\#(first),\#(second)]}"#),
    ("Records with white space", "{ \"Records\" : [\n \(first) ,\n \(second) \n] }\n"),
    ("Records behind another member", #"{"version":1,"Records":[\#(first),\#(second)]}"#),
    ("array", "[\(first),\(second)]"),
    ("array of Records", #"[{"Records":[\#(first)]},{"Records":[\#(second)]}]"#),
    ("NDJSON", "\(first)\n\(second)\n"),
    ("NDJSON with CRLF and blank lines", "\r\n\(first)\r\n\r\n\(second)"),
    ("concatenated", first + second),
    ("byte order mark", "\u{FEFF}\(first)\n\(second)"),
    (
      "LookupEvents",
      #"{"Events":[{"EventId":"1","CloudTrailEvent":\#(quoted(first))},{"CloudTrailEvent":\#(quoted(second)),"EventId":"2"}],"NextToken":"x"}"#
    ),
    (
      "EventBridge",
      #"{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":\#(first)}"#
        + "\n" + #"{"detail":\#(second),"detail-type":"x","source":"aws.s3"}"#
    ),
    (
      "CloudWatch Logs events",
      #"{"events":[{"timestamp":1,"message":\#(quoted(first))},{"message":\#(quoted(second)),"ingestionTime":2}],"nextForwardToken":"f/1"}"#
    ),
    (
      "CloudWatch Logs subscription",
      #"{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{"id":"1","message":\#(quoted(first))},{"message":\#(quoted(second))}]}"#
    ),
    (
      "filter-log-events",
      """
      {
          "events": [
              {"logStreamName": "s", "timestamp": 1, "message": \(quoted(first)), "eventId": "1"},
              {"logStreamName": "s", "timestamp": 1, "message": \(quoted(second)), "eventId": "2"}
          ],
          "searchedLogStreams": [],
          "nextToken": "\(String(repeating: "x", count: 90))/s"
      }
      """
    ),
    (
      "filter-log-events with streams",
      #"{"searchedLogStreams":[{"logStreamName":"s","searchedCompletely":true}],"events":[{"message":\#(quoted(first))}]}"#
        + #"{"events":[{"message":\#(quoted(second))}],"searchedLogStreams":[{"logStreamName":"a]}","searchedCompletely":true}],"n":-1,"x":null}"#
    ),
    (
      "get-log-events",
      """
      {
          "events": [
              {"timestamp": 1, "message": \(quoted(first)), "ingestionTime": 2},
              {"timestamp": 1, "message": \(quoted(second)), "ingestionTime": 2}
          ],
          "nextForwardToken": "f/\(String(repeating: "1", count: 80))/s",
          "nextBackwardToken": "b/\(String(repeating: "1", count: 80))/s"
      }
      """
    ),
    ("two arrays", #"{"Records":[\#(first)],"other":{"a":[1]},"events":[\#(second)]}"#),
    (
      "Logs Insights",
      #"{"results":[[{"field":"@timestamp","value":"x"},{"field":"@message","value":\#(quoted(first))}],[{"value":\#(quoted(second)),"field":"@message"},{"field":"@ptr","value":"p"}]],"statistics":{"recordsMatched":2.0},"status":"Complete"}"#
    ),
    ("subscription in Base64", #"{"awslogs":{"data":"\#(compressed([first, second]))"}}"#),
    (
      "subscription through Kinesis",
      #"{"Records":[{"kinesis":{"data":"\#(compressed([first]))"},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-1:2","eventName":"aws:kinesis:record"}]}"#
        + #"{"records":[{"recordId":"1","data":"\#(compressed([second]))"}]}"#
    ),
    (
      "stream whose records are not compressed",
      #"{"invocationId":"1","Records":[{"kinesis":{"data":"\#(inBase64(Array(first.utf8)))"},"eventID":"shardId-1:2","eventName":"aws:kinesis:record"}]}"#
        + #"{"records":[{"recordId":"1","data":"\#(inBase64(Array(second.utf8)))"}]}"#
    ),
    (
      "queue that a function reads, behind another member",
      #"{"n":1,"Records":[{"messageId":"1","body":\#(quoted(first)),"eventSource":"aws:sqs","awsRegion":"us-east-1"}]}"#
        + "\n" + second
    ),
    (
      "queue of notifications",
      #"{"Messages":[{"MessageId":"1","Body":\#(quoted(notification(first)))},{"Body":\#(quoted(notification(second)))}]}"#
    ),
    (
      "queue that a function reads",
      #"{"Records":[{"messageId":"1","body":\#(quoted(notification(first))),"eventSource":"aws:sqs"},{"messageId":"2","body":\#(quoted(second)),"eventSource":"aws:sqs"}]}"#
    ),
    (
      "notifications that a function gets",
      #"{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":\#(quoted(first))}},{"EventSource":"aws:sns","Sns":{"Message":\#(quoted(second))}}]}"#
    ),
    (
      "CloudWatch Logs export",
      "2026-11-20T10:05:00.000Z \(first)\n2026-11-20T10:05:00.000Z \(second)\n"
    ),
  ]

  @Test(arguments: forms)
  func plain(name: String, text: String) {
    let (records, report) = imported([folder.write("log.json", text)])
    #expect(records == [Self.first, Self.second])
    #expect(report.events == 2)
    #expect(report.problems == [])
    #expect(report.notLogs == [])
  }

  @Test(arguments: forms)
  func gzip(name: String, text: String) {
    let (records, report) = imported([
      folder.write("log.json.gz", Compression.gzip(Array(text.utf8)))
    ])
    #expect(records == [Self.first, Self.second])
    #expect(report.problems == [])
  }

  @Test(arguments: forms)
  func inPiecesOfAFewBytes(name: String, text: String) {
    let sink = CollectingSink()
    let reader = DocumentReader(sink: sink, window: TextWindow())
    reader.read(from: DrippingSource(Array(text.utf8), piece: 7))
    #expect(sink.records == [Self.first, Self.second])
    #expect(reader.problems.isEmpty)
  }

  /// What begins as a message of a queue or a stream does need not be one, and what is broken in it costs nothing else.
  @Test(arguments: [
    (#"{"messageId":"x","eventVersion":"1.08","eventName":"A"}"#, []),
    (#"{"kinesis":1,"eventVersion":"1.08","eventName":"A"}"#, []),
    (
      #"[{"kinesis":{"data":"e30="},{"eventVersion":"1.08","eventName":"A"}]"#,
      ["expected a key in quotes"]
    ),
  ])
  func messagesThatAreNone(text: String, reasons: [String]) {
    let (records, report) = imported([folder.write("log.json", text)])
    #expect(records.count == 1 && records[0].contains(#""eventVersion":"1.08","eventName":"A""#))
    #expect(report.problems.map(\.reason) == reasons)
  }

  /// A record in a message as an object, and a message around another.
  @Test func objectsInMessages() {
    let text =
      #"{"n":1,"Records":[{"messageId":"1","body":\#(Self.first)}]}"# + "\n"
      + #"{"kinesis":1,"detail":\#(Self.second)}"#
    let (records, report) = imported([folder.write("log.json", text)])
    #expect(records == [Self.first, Self.second])
    #expect(report.problems == [])
    let depth = 5_000
    let deep =
      String(repeating: #"{"kinesis":"#, count: depth) + "1" + String(repeating: "}", count: depth)
    let (rest, _) = imported([folder.write("deep.json", deep + "\n" + Self.first)])
    #expect(rest == [Self.first])
  }

  /// However small the pieces are in which a text is read, if only a byte order mark fits into one.
  @Test(arguments: forms)
  func formInPiecesOfAnySize(name: String, text: String) {
    let whole = Self.reading(text, pieceBytes: 1 << 20)
    for pieceBytes in 3...300 {
      let found = Self.reading(text, pieceBytes: pieceBytes)
      #expect(found.records == whole.records, "\(name) in pieces of \(pieceBytes)")
      #expect(found.problems == whole.problems, "\(name) in pieces of \(pieceBytes)")
    }
  }

  private static func reading(
    _ text: String, pieceBytes: Int
  ) -> (records: [String], problems: [String]) {
    let sink = CollectingSink()
    let window = TextWindow(pieceBytes: pieceBytes)
    window.beginPieces()
    let reader = DocumentReader(sink: sink, window: window)
    Array(text.utf8).withUnsafeBufferPointer { reader.read(from: MemorySource($0)) }
    return (sink.records, reader.problems.map { "\($0.offset): \($0.reason)" })
  }

  @Test func oneObject() {
    let (records, _) = imported([folder.write("one.json", Self.first)])
    #expect(records == [Self.first])
  }

  @Test func severalGzipMembers() {
    let members =
      Compression.gzip(Array(#"{"Records":[\#(Self.first)]}"#.utf8))
      + Compression.gzip(Array(#"{"Records":[\#(Self.second)]}"#.utf8))
    let (records, report) = imported([folder.write("two.gz", members)])
    #expect(records == [Self.first, Self.second])
    #expect(report.problems == [])
  }

  @Test(arguments: [true, false])
  func zip(isDeflated: Bool) {
    let inner = Compression.gzip(Array(Self.second.utf8))
    let archive = Compression.zip([
      ("logs/a.json", Array(#"{"Records":[\#(Self.first)]}"#.utf8), isDeflated),
      ("logs/b.json.gz", inner, isDeflated),
    ])
    let (records, report) = imported([folder.write("logs.zip", archive)])
    #expect(records == [Self.first, Self.second])
    #expect(report.problems == [])
  }

  @Test func folderInS3Layout() {
    let base = "AWSLogs/111122223333/CloudTrail"
    folder.write(
      base + "/us-east-1/2026/11/20/111122223333_CloudTrail_us-east-1_20261120T1005Z_abc.json.gz",
      Compression.gzip(Array(#"{"Records":[\#(Self.second)]}"#.utf8)))
    folder.write(
      base + "/eu-west-1/2026/11/20/111122223333_CloudTrail_eu-west-1_20261120T1000Z_abc.json.gz",
      Compression.gzip(Array(#"{"Records":[\#(Self.first)]}"#.utf8)))
    folder.write(
      "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/20/digest.json.gz",
      Compression.gzip(Array(#"{"digestEndTime":"x"}"#.utf8)))
    let (records, report) = imported([folder.path])
    #expect(records == [Self.first, Self.second])
    #expect(report.files == 3)
    #expect(report.notLogs.map(\.reason) == ["a digest file"])
  }

  @Test func emptyRecordsAreALog() {
    let (records, report) = imported([folder.write("none.json", #"{"Records":[]}"#)])
    #expect(records == [])
    #expect(report.notLogs == [] && report.problems == [])
  }

  /// Every element that should be a record and is none is reported.
  @Test(arguments: [
    #"{"Records":[null,1,"x",true,\#(first),-2.5e1,"",{"a":1}]}"#,
    #"{"version":1,"Records":[null,1,"x",true,\#(first),-2.5e1,"",{"a":1}]}"#,
    #"[null,1,"x",true,\#(first),-2.5e1,"",{"a":1}]"#,
  ])
  func straysAreReported(text: String) {
    let (records, report) = imported([folder.write("log.json", text)])
    // Among records, an object is one however little it says; unless it must be looked for.
    #expect(records.count { $0 == Self.first } == 1)
    let strays = report.problems.filter { $0.reason.contains("no object") }
    let bytes = Array(text.utf8)
    #expect(
      strays.compactMap(\.offset).map { String(decoding: bytes[$0..<$0 + 2], as: UTF8.self) } == [
        "nu", "1,", "\"x", "tr", "-2", "\"\"",
      ])
  }

  @Test func rowsWithoutMessagesAreNamed() {
    let text = #"{"results":[[{"field":"eventName","value":"A"}]],"status":"Complete"}"#
    let (_, report) = imported([folder.write("log.json", text)])
    #expect(
      report.problems.map(\.reason) == ["a row of Logs Insights without @message: ask for that"])
  }

  @Test func noticesOfDeliveryAreNamed() {
    let notice = #"{"s3Bucket":"b","s3ObjectKey":["AWSLogs/1/CloudTrail/x.json.gz"]}"#
    let text = #"{"Type":"Notification","Message":\#(Self.quoted(notice))}"#
    let (_, report) = imported([folder.write("log.json", text)])
    #expect(
      report.problems.map(\.reason) == [
        "a notice that log files were delivered, without their records: import the files"
      ])
  }

  private static let eventOfS3 =
    #"{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-11-20T10:00:00Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:A"},"s3":{"bucket":{"name":"b"},"object":{"key":"a]}"}}}"#
  private static let eventsOfS3 = #"{"Records":[\#(eventOfS3),\#(eventOfS3)]}"#

  @Test(arguments: [
    eventsOfS3,
    "{ \"Records\" : [\n  "
      + eventOfS3.replacing(",", with: ",\n    ").replacing(":", with: " : ")
      .replacing("aws : s3", with: "aws:s3") + "]}",
    #"{"Records":[{"awsRegion":"us-east-1","eventName":"A","eventSource":"aws:s3","s3":{}}]}"#,
    #"{"version":1,"Records":[\#(eventOfS3)]}"#,
    #"{"Type":"Notification","Message":\#(quoted(eventsOfS3))}"#,
    #"{"Messages":[{"MessageId":"1","Body":\#(quoted(eventsOfS3))}]}"#,
    #"{"Records":[{"messageId":"1","body":\#(quoted(eventsOfS3)),"eventSource":"aws:sqs"}]}"#,
  ])
  func eventNotificationsOfS3AreNamed(text: String) {
    for text in [text, text + "\n" + Self.first, Self.first + "\n" + text] {
      let (records, report) = imported([folder.write("log.json", text)])
      #expect(records == (text.contains(Self.first) ? [Self.first] : []))
      #expect(
        report.problems.map(\.reason) == [
          "an event notification of S3, without records: import the log files that it tells of, if any"
        ])
    }
  }

  /// A record that speaks of such events is one.
  @Test func whatSpeaksOfEventsOfS3IsARecord() {
    let record =
      #"{"eventVersion":"1.08","eventName":"A","requestParameters":{"eventSource":"aws:s3"}}"#
    let (records, report) = imported([
      folder.write("log.json", #"{"Records":[\#(record)]}"#)
    ])
    #expect(records == [record] && report.problems == [])
  }

  /// What tells a notification may come with the next piece of a text.
  @Test func eventNotificationsAreNamedAcrossPieces() {
    for count in [1, 12, 60] {
      let spaces = [UInt8](repeating: 0x20, count: IngestLimits.windowBytes - count)
      let sink = CollectingSink()
      let window = TextWindow()
      window.beginPieces()
      let reader = DocumentReader(sink: sink, window: window)
      (spaces + Array((Self.eventsOfS3 + Self.first).utf8)).withUnsafeBufferPointer {
        reader.read(from: MemorySource($0))
      }
      #expect(sink.records == [Self.first])
      #expect(reader.problems.map(\.reason) == [WrappedRecords.eventsOfS3])
    }
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html><body>[1,2]</body></html>", "an HTML page"),
    ("", "an empty file"),
    ("hello\nworld\n", "no JSON in it"),
    (#"{"digestS3Bucket":"b","digestEndTime":"2026"}"#, "a digest file"),
    ("PAR1....", "a Parquet file"),
    (
      "Event name,Event time,User name,Event source\nA,2026-11-20T10:00:00Z,bob,s3.amazonaws.com\n",
      "the CSV of the console's Event history: download it as JSON there"
    ),
    (
      "\"eventversion\",\"useridentity\",\"eventtime\"\n\"1.08\",\"{type=IAMUser}\",\"2026-11-20T10:00:00Z\"\n",
      "the CSV of an Athena or CloudTrail Lake query: import the log files that were asked"
    ),
    (
      "eventTime,eventName\n2026-11-20 10:00:00.000,{\"a\"\n",
      "the CSV of an Athena or CloudTrail Lake query: import the log files that were asked"
    ),
    (
      "@timestamp,@message\n2026,\"{\"\"eventName\"\":1}\"\n",
      "the CSV of a Logs Insights query: export its results as JSON, with @message"
    ),
  ])
  func whatIsNoLog(text: String, reason: String) {
    folder.write("odd", text)
    folder.write("log.json", Self.first)
    let (records, report) = imported([folder.path])
    #expect(records == [Self.first])
    #expect(report.notLogs.map(\.reason) == [reason])
    #expect(report.problems == [])
  }
}

/// A sink that keeps the records as they are given back.
final class CollectingSink: RecordSink {
  private var builder = SegmentBuilder()
  private var count: UInt64 = 0
  let isCancelled = false

  func setText(_ base: UnsafePointer<UInt8>, end: Int) {
    builder.text = base
    builder.end = end
  }

  func appendRecord(
    at offset: Int, keeping acceptance: RecordAcceptance
  ) -> SegmentBuilder.WalkOutcome {
    let outcome = builder.appendRecord(at: offset, arrival: count, keeping: acceptance)
    if case .accepted = outcome { count += 1 }
    return outcome
  }

  var records: [String] {
    var paths = PathTable()
    let ids = paths.ids(of: builder.paths.steps)
    let segment = SegmentSealer.seal(builder, dropping: [], pathIDs: ids, paths: paths)
    return StoreSnapshot(segments: [segment], paths: paths).records
  }
}

/// Gives a few bytes a call, as a slow pipe does.
final class DrippingSource: ByteSource {
  private let bytes: [UInt8]
  private let piece: Int
  private var position = 0
  private var wantsPause = false
  let damage: String? = nil

  init(_ bytes: [UInt8], piece: Int) {
    self.bytes = bytes
    self.piece = piece
  }

  func read(into base: UnsafeMutablePointer<UInt8>, capacity: Int) -> Int {
    let count = min(piece, capacity, bytes.count - position)
    for index in 0..<count { base[index] = bytes[position + index] }
    position += count
    return count
  }
}

extension StoreSnapshot {
  /// All records as JSON text, segment after segment.
  var records: [String] {
    segments.flatMap { segment in
      (0..<segment.rowCount).map { row in
        var bytes: [UInt8] = []
        segment.appendRecord(row: row, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  }
}
