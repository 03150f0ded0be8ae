internal import Synchronization
internal import TrailEngine

/// A kept segment with arbitrary bytes in it, and no checksum that would tell: nothing is read outside of it, whatever
/// is asked of what comes out.
///
/// The input is a list of changes to a segment that is whole: three bytes of place, one byte that stands there then.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSegment(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  let source = ChangedSegment(input)
  let segment = Segment.verify(
    Whole.shared.entry, in: source, paths: Whole.shared.paths, checksChecksums: false)
  var bytes: [UInt8] = []
  let buffer = TextBuffer.make()
  for row in 0..<segment.rowCount { segment.appendRecord(row: row, to: &bytes) }
  for column in segment.columns {
    var counts = [UInt32](repeating: 0, count: column.distinctCount)
    _ = counts.withUnsafeMutableBufferPointer { counts in
      counts.baseAddress.map { column.addCounts(over: .all(of: segment.rowCount), to: $0) }
    }
    for row in 0..<segment.rowCount {
      for entry in column.entries(at: row) {
        bytes.append(
          contentsOf: segment.values.bytes(
            of: column.value(ofCode: column.codes[entry]), in: buffer))
      }
    }
  }
  for column in segment.identifierColumns {
    for row in 0..<segment.rowCount {
      guard let identifier = column.identifier(at: row) else { continue }
      _ = column.rows(equalTo: identifier)
    }
  }
  for text in ["bob", "call3", "arn:aws:iam::1:user/somebody/u7"] {
    _ = segment.values.values(equalTo: Array(text.utf8))
    let run = segment.values.run(
      of: 0..<segment.values.count, probe: TextProbe(Array(text.utf8)), in: buffer)
    for place in run.bytes.indices { _ = run.value(at: place) }
  }
  // What is damaged is written as if it were not, and only then looked at.
  _ = SegmentEncoder.encode(segment)
  return 0
}

/// The segment that all inputs change.
private struct Whole: Sendable {
  static let shared = Whole()
  let encoded: EncodedSegment
  let entry: KeptSegmentEntry
  let paths: PathTable

  init() {
    let store = EventStore()
    for number in 0..<48 {
      let tags = (0..<number % 4).map { #"{"k":"t\#($0)"}"# }.joined(separator: ",")
      let more =
        number % 3 == 0
        ? ""
        : #","requestParameters":{"n":\#(number),"tags":[\#(tags)],"token":"0a1b2c3d4e5f\#(number)","#
          + #""user":"arn:aws:iam::1:user/somebody/u\#(number)"}"#
      let record =
        #"{"eventTime":"2026-11-20T10:00:\#(10 + number)Z","eventName":"Call\#(number % 5)","#
        + #""eventID":"00000000-0000-4000-8000-0000000000\#(10 + number)","ok":\#(number % 2 == 0)\#(more)}"#
      do {
        try store.append(record: Array(record.utf8))
      } catch { fatalError("the sample is no record: \(error)") }
    }
    let snapshot = store.snapshot()
    encoded = SegmentEncoder.encode(snapshot.segments[0])
    entry = KeptSegmentEntry(id: 1, home: .recorded, of: snapshot.segments[0])
    paths = snapshot.paths
  }
}

private final class ChangedSegment: SegmentSource {
  private let contents: [UInt8]
  private let parts: [[UInt8]]

  private static let bytesPerChange = 4

  init(_ input: UnsafeBufferPointer<UInt8>) {
    var contents = Whole.shared.encoded.contents
    var parts = Whole.shared.encoded.parts
    let total = Whole.shared.encoded.byteCount
    var index = 0
    while index + Self.bytesPerChange <= input.count {
      let number = Int(input[index]) << 16 | Int(input[index + 1]) << 8 | Int(input[index + 2])
      var place = number % total
      let byte = input[index + 3]
      index += Self.bytesPerChange
      if place < contents.count {
        contents[place] = byte
        continue
      }
      place -= contents.count
      for part in parts.indices {
        if place < parts[part].count {
          parts[part][place] = byte
          break
        }
        place -= parts[part].count
      }
    }
    self.contents = contents
    self.parts = parts
  }

  func contents(of segment: Int64) throws(SegmentDamage) -> [UInt8] { contents }

  func read(
    part: Int, of segment: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage) {
    guard part < parts.count, parts[part].count == memory.count else {
      throw SegmentDamage("another length")
    }
    memory.copyBytes(from: parts[part])
  }

  func found(_ damage: SegmentDamage, in segment: Int64) {}
}
