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

  // MARK: Compressed data

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
}
