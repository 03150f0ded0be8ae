import Glibc
import TrailEngine
import TrailRecord

/// A store of random records in several segments, with the records as JSON values beside it.
struct RandomStore {
  let store = EventStore()
  let snapshot: StoreSnapshot
  /// In the order of time, then of arrival; records without a usable time last.
  let records: [JSONValue]

  init(seed: UInt64, count: Int, segments: Int = 3) throws {
    var maker = RandomRecords(generator: SeededGenerator(seed: seed))
    var all: [JSONValue] = []
    for part in 0..<segments {
      let records = (0..<count).map { maker.record(part * count + $0) }
      all += records
      try Self.importRecords(records, into: store)
    }
    snapshot = store.snapshot()
    let evaluator = NaiveEvaluator(clock: 0)
    records = all.enumerated().sorted { left, right in
      let a = evaluator.time(left.element) ?? .max
      let b = evaluator.time(right.element) ?? .max
      return a != b ? a < b : left.offset < right.offset
    }.map(\.element)
  }

  /// Writes records to a file and imports that: one import is at least one segment.
  static func importRecords(
    _ records: [JSONValue], into store: EventStore, stamp: String? = nil
  ) throws {
    var bytes: [UInt8] = []
    for record in records {
      JSONWriter.append(record, to: &bytes)
      bytes.append(0x0A)
    }
    try importBytes(bytes, into: store, stamp: stamp)
  }

  /// - Parameter stamp: The time in the file's name, as `20261120T0905Z`.
  static func importBytes(
    _ bytes: [UInt8], into store: EventStore, stamp: String? = nil
  ) throws {
    let name = stamp.map { "1_CloudTrail_us-east-1_\($0)_" } ?? ""
    var template = Array("/tmp/trailq-test-\(name)XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw TestFailure("no temporary file") }
    let path = template.withUnsafeBufferPointer {
      String(cString: $0.baseAddress.unsafelyUnwrapped)
    }
    defer {
      close(descriptor)
      unlink(path)
    }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw TestFailure("the temporary file cannot be written") }
      written += count
    }
    let report = store.importLogs([path])
    let problems = report.problems.filter { !$0.reason.contains("eventTime that is no time") }
    guard problems.isEmpty else { throw TestFailure("\(problems)") }
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
