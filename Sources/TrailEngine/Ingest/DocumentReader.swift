import Glibc

/// Where records from a text go.
protocol RecordSink: AnyObject {
  /// Walks the object at `offset` of the text that the sink's builder is set to.
  func appendRecord(at offset: Int, requiringMark: Bool) -> SegmentBuilder.WalkOutcome
  /// Sets the text that offsets count in.
  func setText(_ base: UnsafePointer<UInt8>, end: Int)
  var isCancelled: Bool { get }
}

/// Finds the records in a text, in whatever form people have them, and hands each to the sink.
///
/// Forms: `{"Records":[…]}`, an array, one object, one object a line, LookupEvents output, EventBridge envelopes,
/// CloudWatch Logs exports, in any mixture. What is between and around is passed over; what is broken is
/// reported and the search goes on behind it.
final class DocumentReader {
  private let sink: any RecordSink
  private let window: TextWindow
  private let bytesWithoutRecord: Int
  private let recordBytes: Int
  private var source: (any ByteSource)?
  private(set) var records = 0
  private(set) var problems: [(offset: Int, reason: String)] = []
  private(set) var problemCount = 0
  private(set) var bytesRead = 0
  private(set) var emptyRecordArrays = 0
  private(set) var digests = 0
  private var arrayDepth = 0
  private var isInsideRecords = false
  /// The offset in the whole text of the last record found, or of the beginning.
  private var lastRecordOffset = 0
  /// The first key of the last good record, in quotes: what a search for the next one looks for.
  private var firstKey = Array("\"eventVersion\"".utf8)
  /// True once the text turned out to be no log and the rest is not worth reading.
  private(set) var gaveUp = false

  init(
    sink: any RecordSink, window: TextWindow,
    bytesWithoutRecord: Int = IngestLimits.bytesWithoutRecord,
    recordBytes: Int = IngestLimits.recordBytes
  ) {
    self.sink = sink
    self.window = window
    self.bytesWithoutRecord = bytesWithoutRecord
    self.recordBytes = recordBytes
  }

  /// Reads the whole text: the window's content, and what the source still has.
  func read(from source: (any ByteSource)?) {
    self.source = source
    lastRecordOffset = window.startOffset
    if let source { _ = window.advance(consuming: 0, from: source) }
    sink.setText(window.base, end: window.count)
    var index = byteOrderMarkLength()
    while !sink.isCancelled && !gaveUp {
      index = skipSeparators(index)
      if index >= window.count {
        if !refill(&index) { break }
        continue
      }
      step(&index)
    }
    bytesRead = window.startOffset + window.count
  }

  private func byteOrderMarkLength() -> Int {
    window.count >= 3 && window.base[0] == 0xEF && window.base[1] == 0xBB && window.base[2] == 0xBF
      ? 3 : 0
  }

  /// Drops what lies before `index` and reads on; false at the end of the text.
  private func refill(_ index: inout Int) -> Bool {
    guard let source, !window.isLast else { return false }
    if window.startOffset + index - lastRecordOffset > bytesWithoutRecord {
      report(
        index, "no record in the last \(bytesWithoutRecord >> 20) MiB: the rest is not read")
      gaveUp = true
      return false
    }
    let consumed = min(index, window.count)
    let more = window.advance(consuming: consumed, from: source)
    index -= consumed
    sink.setText(window.base, end: window.count)
    return more
  }

  private func report(_ offset: Int, _ reason: String) {
    problemCount += 1
    if problems.count < IngestLimits.problemsKeptPerFile {
      problems.append((window.startOffset + offset, reason))
    }
  }

  private func skipSeparators(_ start: Int) -> Int {
    var index = start
    while index < window.count {
      switch window.base[index] {
      case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), 0x1E, 0: index += 1
      default: return index
      }
    }
    return index
  }

  /// Reads one thing at `index`: an object, the edge of an array, or something that is no JSON.
  private func step(_ index: inout Int) {
    switch window.base[index] {
    case UInt8(ascii: "{"): object(&index)
    case UInt8(ascii: "["):
      arrayDepth += 1
      index += 1
    case UInt8(ascii: "]") where arrayDepth > 0:
      arrayDepth -= 1
      if arrayDepth == 0 { isInsideRecords = false }
      index += 1
    case UInt8(ascii: "}"):
      // The end of the object around a `Records` array.
      index += 1
    case UInt8(ascii: "\"") where records > 0 || emptyRecordArrays > 0 || arrayDepth > 0:
      skipString(&index)
    case UInt8(ascii: ":"), UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"):
      skipScalarOrLine(&index)
    default:
      if arrayDepth > 0 {
        report(index, Self.notJSON)
        resynchronise(&index)
      } else {
        skipLine(&index)
      }
    }
  }

  // MARK: Objects

  private func object(_ index: inout Int) {
    if !isInsideRecords, let inner = openingOfRecords(index) {
      arrayDepth += 1
      isInsideRecords = true
      index = inner
      let next = skipSeparators(inner)
      if next < window.count, window.base[next] == UInt8(ascii: "]") { emptyRecordArrays += 1 }
      return
    }
    switch sink.appendRecord(at: index, requiringMark: true) {
    case .accepted(let next):
      accepted(from: index)
      index = next
    case .unrecognised(let next):
      unwrap(index, next)
      index = next
    case .incomplete:
      if window.count - index > recordBytes {
        report(index, WalkFailure.Reason.tooLong.rawValue)
        resynchronise(&index)
      } else if !refill(&index) {
        if window.isLast && index < window.count {
          report(index, WalkFailure.Reason.endOfText.rawValue)
          // A record cut short may be followed by whole ones where files were joined.
          resynchronise(&index)
        }
      }
    case .malformed(let failure):
      report(failure.offset, failure.reason.rawValue)
      resynchronise(&index)
    }
  }

  private func accepted(from start: Int) {
    records += 1
    lastRecordOffset = window.startOffset + start
    // Nearly always the same key: compare before copying.
    let open = skipSpace(start + 1)
    guard window.base[open] == UInt8(ascii: "\"") else { return }
    if memcmp(window.base + open, firstKey, firstKey.count) == 0 { return }
    var close = open + 1
    while close < window.count && close - open < 64 && window.base[close] != UInt8(ascii: "\"") {
      close += 1
    }
    if close < window.count && close - open < 64 {
      firstKey = Array(UnsafeBufferPointer(start: window.base + open, count: close - open + 1))
    }
  }

  private func skipSpace(_ start: Int) -> Int {
    var index = start
    while index < window.count,
      window.base[index] == 0x20 || window.base[index] == 0x0A || window.base[index] == 0x0D
        || window.base[index] == 0x09
    { index += 1 }
    return index
  }

  /// The offset behind `{"Records":[` and its like, where the object at `start` begins so.
  private func openingOfRecords(_ start: Int) -> Int? {
    var index = skipSpace(start + 1)
    for name in ["\"Records\"", "\"records\"", "\"Events\"", "\"logEvents\"", "\"events\""] {
      let count = name.utf8.count
      if index + count < window.count, memcmp(window.base + index, name, count) == 0 {
        index = skipSpace(index + count)
        guard index < window.count, window.base[index] == UInt8(ascii: ":") else { return nil }
        index = skipSpace(index + 1)
        guard index < window.count, window.base[index] == UInt8(ascii: "[") else { return nil }
        return index + 1
      }
    }
    return nil
  }

  /// An object that is no record may hold some: in an array, an envelope, or as text.
  private func unwrap(_ start: Int, _ next: Int) {
    let outcome = WrappedRecords.find(
      in: UnsafeBufferPointer(start: UnsafePointer(window.base) + start, count: next - start))
    switch outcome {
    case .digest: digests += 1
    case .nothing:
      // What stands among records is a record, however little it says of itself.
      if isInsideRecords || records > 0,
        case .accepted = sink.appendRecord(at: start, requiringMark: false)
      {
        accepted(from: start)
      } else {
        report(start, "a JSON object that is no CloudTrail record")
      }
    case .objects(let offsets):
      for offset in offsets { record(at: start + offset) }
    case .texts(let texts):
      for text in texts { nestedText(text.bytes, at: start + text.offset) }
    }
  }

  /// A record inside an object that is wholly in the window.
  private func record(at offset: Int) {
    switch sink.appendRecord(at: offset, requiringMark: true) {
    case .accepted: accepted(from: offset)
    case .unrecognised: report(offset, "a JSON object that is no CloudTrail record")
    case .incomplete: report(offset, WalkFailure.Reason.endOfText.rawValue)
    case .malformed(let failure): report(failure.offset, failure.reason.rawValue)
    }
  }

  /// A record that was the text of a JSON string.
  private func nestedText(_ bytes: [UInt8], at offset: Int) {
    let count = bytes.count
    let padded = bytes + [UInt8](repeating: 0, count: 64)
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      sink.setText(base, end: count)
      switch sink.appendRecord(at: 0, requiringMark: true) {
      case .accepted: records += 1
      case .unrecognised: report(offset, "a text that is no CloudTrail record")
      case .incomplete: report(offset, "a text that ends inside a record")
      case .malformed(let failure): report(offset, "in a text: \(failure.reason.rawValue)")
      }
    }
    sink.setText(window.base, end: window.count)
  }

  // MARK: What is no record

  /// Goes on at the next place that looks like a record.
  private func resynchronise(_ index: inout Int) {
    index += 1
    while true {
      if let next = nextRecordStart(index) {
        index = next
        return
      }
      // Keep the tail: the mark may lie across the edge.
      let consumed = max(index, window.count - 128)
      index = consumed
      if !refill(&index) {
        index = window.count
        return
      }
    }
  }

  /// The next `{` that may begin a record: at the beginning of a line, or before a key that records begin with.
  private func nextRecordStart(_ start: Int) -> Int? {
    var index = start
    while index < window.count,
      let found = memchr(window.base + index, Int32(UInt8(ascii: "{")), window.count - index)
    {
      let open = found.assumingMemoryBound(to: UInt8.self) - window.base
      if open > 0 && window.base[open - 1] == 0x0A { return open }
      let key = skipSpace(open + 1)
      if begins(firstKey, at: key) || Self.leadingKeys.contains(where: { begins($0, at: key) }) {
        return open
      }
      index = open + 1
    }
    return nil
  }

  private func begins(_ text: [UInt8], at index: Int) -> Bool {
    index + text.count <= window.count && memcmp(window.base + index, text, text.count) == 0
  }

  /// Keys of a record itself that objects inside one do not begin with.
  private static let leadingKeys = [
    "eventVersion", "eventName", "eventTime", "eventSource", "eventID", "userIdentity", "awsRegion",
    "detail-type", "CloudTrailEvent", "EventId",
  ].map { Array("\"\($0)\"".utf8) }

  private func skipString(_ index: inout Int) {
    var next = index + 1
    while next < window.count && window.base[next] != UInt8(ascii: "\"") {
      next += window.base[next] == UInt8(ascii: "\\") ? 2 : 1
    }
    index = min(next + 1, window.count)
  }

  /// A number or literal beside records, or the time that CloudWatch Logs puts before each line of an export.
  private func skipScalarOrLine(_ index: inout Int) {
    let start = index
    var next = index
    while next < window.count && next - start < 64 {
      let byte = window.base[next]
      if byte == UInt8(ascii: "{") && next > start {
        index = next
        return
      }
      if byte == 0x0A || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
        || byte == UInt8(ascii: "}")
      {
        break
      }
      next += 1
    }
    if arrayDepth > 0 || window.base[start] == UInt8(ascii: ":") {
      index = max(next, start + 1)
    } else {
      skipLine(&index)
    }
  }

  private func skipLine(_ index: inout Int) {
    // One report for a run of such lines.
    if problemCount == 0 || problems.last?.reason != Self.notJSON { report(index, Self.notJSON) }
    while true {
      if index < window.count,
        let newline = memchr(window.base + index, 0x0A, window.count - index)
      {
        index = newline.assumingMemoryBound(to: UInt8.self) - window.base + 1
        return
      }
      index = window.count
      if !refill(&index) { return }
    }
  }

  static let notJSON = "not JSON"
}
