import CDeflate
import Foundation
import Testing
import TrailEngine
import TrailSession

@testable import trailq_bench

/// What trailq is held against does what it says: a limit that did less would be easier to keep.
@Suite struct LimitTests {
  private static func record(_ number: Int, name: String) -> String {
    #"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"a\"b{","n":{"x":"}"}},"#
      + #""eventTime":"2026-11-20T10:00:0\#(number % 10)Z","eventName":"\#(name)","#
      + #""requestParameters":{"a":["]\\",1,null],"b":{}},"responseElements":null,"#
      + #""eventID":"00000000-0000-4000-8000-\#(String(format: "%012d", number))","readOnly":false}"#
  }

  private static func gzip(_ text: String) -> Data {
    let compressor = libdeflate_alloc_compressor(6)
    defer { libdeflate_free_compressor(compressor) }
    let bytes = Array(text.utf8)
    var output = [UInt8](
      repeating: 0, count: libdeflate_gzip_compress_bound(compressor, bytes.count))
    let count = libdeflate_gzip_compress(
      compressor, bytes, bytes.count, &output, output.count)
    return Data(output[..<count])
  }

  /// A folder with log files of three records each.
  private static func logs(files: Int) throws -> LogData {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "trailq-bench-test-\(UUID().uuidString)")
    let logs = folder.appending(path: "AWSLogs/1")
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    for file in 0..<files {
      let records = (0..<3).map { record(file * 3 + $0, name: "Name\($0)") }
      try gzip("{\"Records\":[\(records.joined(separator: ","))]}").write(
        to: logs.appending(path: "\(file).json.gz"))
    }
    return LogData(folder: folder)
  }

  @Test func gunzipReadsEveryFile() throws {
    let logs = try Self.logs(files: 20)
    defer { try? FileManager.default.removeItem(at: logs.folder) }
    let paths = try logs.paths()
    #expect(paths.count == 20)
    let expected =
      20 * (Self.record(1, name: "Name1").utf8.count * 3 + "{\"Records\":[,,]}".utf8.count)
    for threads in 1...3 {
      #expect(try GunzipPass(paths: paths, threads: threads).run().inflatedBytes == expected)
    }
    try Data("no gzip, and long enough to be one".utf8).write(to: URL(fileURLWithPath: paths[7]))
    #expect(throws: BenchError.self) { try GunzipPass(paths: paths, threads: 2).run() }
  }

  @Test func recordsBecomeLinesAndLinesColumns() throws {
    let logs = try Self.logs(files: 5)
    defer { try? FileManager.default.removeItem(at: logs.folder) }
    let file = logs.folder.appending(path: "records.ndjson")
    _ = try RecordLines.write(try logs.paths(), to: file)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.map(String.init) == (0..<15).map { Self.record($0, name: "Name\($0 % 3)") })

    let outcome = try TopLevelPass(path: file.path).run()
    #expect(outcome.records == 15)
    // eventVersion, eventName, and two members of userIdentity; identifiers, times and what is deeper are passed
    // over.
    #expect(outcome.codes == 15 * 4)

    let store = EventStore()
    #expect(store.importLogs([file.path], workers: 1).events == 15)
  }

  @Test func linesThatAreCutComeAgain() {
    let text = Array((Self.record(1, name: "A") + "\n" + Self.record(2, name: "B")).utf8)
    let columns = TopLevelColumns()
    let padded = text + [UInt8](repeating: 0, count: JSONSkipper.padding)
    let walked = padded.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { columns.add(linesOf: $0, text.count) }
    }
    #expect(walked == Self.record(1, name: "A").utf8.count + 1)
    #expect(columns.records == 1)
  }

  @Test func dictionariesNumberWhatDiffers() {
    var dictionary = ByteDictionary()
    defer { dictionary.free() }
    for round in 0..<2 {
      for number in 0..<5_000 {
        let text = Array("value \(number)".utf8)
        let padded = text + [UInt8](repeating: UInt8(round), count: JSONSkipper.padding)
        let code = padded.withUnsafeBufferPointer { buffer in
          buffer.baseAddress.map { dictionary.code(of: $0, text.count) }
        }
        #expect(code == UInt32(number))
      }
    }
    #expect(dictionary.count == 5_000)
  }

  /// The scan and the plain loop find as many rows, or the trial throws.
  @Test func scansAreComparedOverTheSameCodes() throws {
    let logs = try Self.logs(files: 50)
    defer { try? FileManager.default.removeItem(at: logs.folder) }
    let store = EventStore()
    _ = store.importLogs([logs.folder.path])
    let trials = try #require(try ColumnScan(store.snapshot())?.trials(runs: 25))
    #expect(trials.map(\.kind) == ScanTrial.Kind.allCases)
    for trial in trials {
      #expect(trial.rows == 150 && trial.found == 50)
      #expect(trial.milliseconds.count == 25 && trial.limitMilliseconds.count == 25)
    }
    #expect(ColumnScan(EventStore().snapshot()) == nil)
  }

  @Test func tablesAreDrawnWhole() throws {
    let logs = try Self.logs(files: 50)
    defer { try? FileManager.default.removeItem(at: logs.folder) }
    let session = Session()
    session.settings.output = .ndjson
    try session.importLogs([logs.folder.path], to: CollectedOutput())
    #expect(try TableRendering.milliseconds(in: session, runs: 3)?.count == 3)
    #expect(session.settings.output == .ndjson)
    #expect(try TableRendering.milliseconds(in: Session(), runs: 1) == nil)
  }
}
