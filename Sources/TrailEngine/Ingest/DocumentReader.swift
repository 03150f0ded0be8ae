import Glibc

/// Where records from a text go.
protocol RecordSink: AnyObject {
  /// Walks the object at `offset` of the text that the sink's builder is set to.
  func appendRecord(at offset: Int, keeping: RecordAcceptance) -> SegmentBuilder.WalkOutcome
  /// Sets the text that offsets count in.
  func setText(_ base: UnsafePointer<UInt8>, end: Int)
  var isCancelled: Bool { get }
}

/// Finds the records in a text, in whatever form people have them, and hands each to the sink.
///
/// Forms: `{"Records":[…]}`, an array, one object, one object a line, LookupEvents output, EventBridge envelopes,
/// CloudWatch Logs exports and answers, notifications and queue messages, in any mixture and in one another. What is
/// between and around is passed over; what is broken, or no record where one should be, is reported and the search goes
/// on behind it.
final class DocumentReader {
  let sink: any RecordSink
  let window: TextWindow
  private let bytesWithoutRecord: Int
  let recordBytes: Int
  private var source: (any ByteSource)?
  var records = 0
  private(set) var problems: [(offset: Int, reason: String)] = []
  private(set) var problemCount = 0
  private(set) var bytesRead = 0
  private(set) var emptyRecordArrays = 0
  var digests = 0
  /// The beginning of the text: what a text without records is known by.
  private(set) var head: [UInt8] = []
  private var arrayDepth = 0
  /// The depth of the array of records that is being read; 0 outside of one.
  private var recordsDepth = 0
  var isInsideRecords: Bool { recordsDepth > 0 }
  /// Objects around arrays of records that were begun and not ended.
  private var envelopes = 0
  /// True where the text is an array itself.
  private var isArray = false
  private(set) lazy var inflater = Inflater(library)
  private let library: InflatingLibrary
  /// Of what lay compressed inside of the text.
  var inflatedBytes = 0
  /// The offset in the whole text of the last record found, or of the beginning.
  var lastRecordOffset = 0
  /// The records that there were when one of a run of lines or texts was last reported; -1 before.
  private var recordsBeforeRun = -1
  /// The first key of the last good record, in quotes, which no array of records has: what a search for the next one
  /// looks for.
  private(set) var firstKey = Array("\"eventVersion\"".utf8)
  /// Where the reader is behind something broken.
  var search = RecordSearch()
  /// True once the text turned out to be no log and the rest is not worth reading.
  private(set) var gaveUp = false

  init(
    sink: any RecordSink, window: TextWindow, library: InflatingLibrary = .libdeflate,
    bytesWithoutRecord: Int = IngestLimits.bytesWithoutRecord,
    recordBytes: Int = IngestLimits.recordBytes
  ) {
    self.sink = sink
    self.window = window
    self.library = library
    self.bytesWithoutRecord = bytesWithoutRecord
    self.recordBytes = recordBytes
  }

  /// Reads the whole text: the window's content, and what the source still has.
  func read(from source: (any ByteSource)?) {
    self.source = source
    lastRecordOffset = window.startOffset
    if let source { _ = window.advance(consuming: 0, from: source) }
    sink.setText(window.base, end: window.count)
    var index = beginsByteOrderMark(at: 0) ? WrappedRecords.byteOrderMark.count : 0
    head = Array(head(at: index))
    let first = skipSeparators(index)
    isArray = first < window.count && window.base[first] == UInt8(ascii: "[")
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

  private func beginsByteOrderMark(at index: Int) -> Bool {
    begins(WrappedRecords.byteOrderMark, at: index)
  }

  /// Drops what lies before `index` and reads on; false at the end of the text.
  func refill(_ index: inout Int) -> Bool {
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

  func report(_ offset: Int, _ reason: String) {
    problemCount += 1
    if problems.count < IngestLimits.problemsKeptPerFile {
      problems.append((window.startOffset + offset, reason))
    }
  }

  /// Reports one of a run of lines or texts, once for all of the run.
  private func reportRun(_ offset: Int, _ reason: String) {
    if records == recordsBeforeRun, problems.last?.reason == reason { return }
    report(offset, reason)
    recordsBeforeRun = records
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
      if arrayDepth < recordsDepth { recordsDepth = 0 }
      index += 1
    // The end of an array that was entered behind something broken.
    case UInt8(ascii: "]"): index += 1
    case UInt8(ascii: "}"):
      // The end of the object around a `Records` array.
      envelopes = max(0, envelopes - 1)
      index += 1
    case UInt8(ascii: "\""): text(&index)
    case UInt8(ascii: ":"), UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "t"), UInt8(ascii: "f"),
      UInt8(ascii: "n"):
      if isAmongRecords, let end = endOfScalar(index) {
        report(index, Self.stray)
        index = end
      } else {
        skipScalarOrLine(&index)
      }
    case 0xEF where window.count - index < WrappedRecords.byteOrderMark.count && !window.isLast:
      _ = refill(&index)
    // Files that were joined had one each.
    case 0xEF where beginsByteOrderMark(at: index): index += WrappedRecords.byteOrderMark.count
    default: skipOther(&index)
    }
  }

  /// Goes on behind what is no JSON.
  private func skipOther(_ index: inout Int) {
    if arrayDepth > 0 {
      report(index, Self.notJSON)
      resynchronise(&index)
    } else {
      skipLine(&index)
    }
  }

  // MARK: Objects

  private func object(_ index: inout Int) {
    let isGuess = search.guess == window.startOffset + index
    if !isInsideRecords, !isGuess, !begins(firstKey, at: skipSpace(index + 1)),
      let inner = openingOfRecords(index)
    {
      // What the first element is must be seen.
      if window.count - inner < Self.headBytes, !window.isLast {
        _ = refill(&index)
        return
      }
      if WrappedRecords.isEventOfS3(head(at: skipSpace(inner))) {
        report(index, WrappedRecords.eventsOfS3)
        skipValue(&index)
        return
      }
      envelopes += 1
      beginRecords(inner)
      index = inner
      return
    }
    // A record that reaches beyond the limit is not whole there.
    let end = min(window.count, index + recordBytes)
    if window.count > recordBytes { sink.setText(window.base, end: end) }
    defer { if window.count > recordBytes { sink.setText(window.base, end: window.count) } }
    switch sink.appendRecord(at: index, keeping: isGuess ? .evidentRecords : .records) {
    case .accepted(let next):
      accepted(from: index)
      index = next
    case .unrecognised(let next, let marks):
      if isGuess, !marks.isOfEnvelope { return resynchronise(&index, afterGuessUpTo: next) }
      unwrap(index..<next, marks, in: windowText)
      index = next
    case .incomplete:
      if window.count - index > recordBytes {
        if isGuess { return resynchronise(&index, afterGuessUpTo: end) }
        report(index, WalkFailure.Reason.tooLong.rawValue)
        noteFailure(from: index, upTo: end)
        resynchronise(&index)
      } else if !refill(&index) {
        guard window.isLast && index < window.count else { return }
        if isGuess { return resynchronise(&index, afterGuessUpTo: window.count) }
        report(index, WalkFailure.Reason.endOfText.rawValue)
        noteFailure(from: index, upTo: window.count)
        // A record cut short may be followed by whole ones where files were joined.
        resynchronise(&index)
      }
    case .malformed(let failure):
      if isGuess { return resynchronise(&index, afterGuessUpTo: failure.offset) }
      // What is broken in an envelope is met again in the record.
      let problem = (window.startOffset + failure.offset, failure.reason.rawValue)
      if problems.last.map({ $0 != problem }) ?? true { report(failure.offset, problem.1) }
      noteFailure(from: index, upTo: failure.offset)
      resynchronise(&index)
    }
  }

  /// The beginning of what is at `index`.
  private func head(at index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: window.base + index, count: min(window.count - index, Self.headBytes))
  }

  private func beginRecords(_ start: Int) {
    arrayDepth += 1
    recordsDepth = arrayDepth
    let next = skipSeparators(start)
    if next < window.count, window.base[next] == UInt8(ascii: "]") { emptyRecordArrays += 1 }
  }

  func accepted(from start: Int) {
    records += 1
    lastRecordOffset = window.startOffset + start
    // Nearly always the same key: compare before copying.
    let open = skipSpace(start + 1)
    guard window.base[open] == UInt8(ascii: "\"") else { return }
    if begins(firstKey, at: open) { return }
    var close = open + 1
    while close < window.count && close - open < 64 && window.base[close] != UInt8(ascii: "\"") {
      close += 1
    }
    guard close < window.count && close - open < 64 else { return }
    let key = Array(UnsafeBufferPointer(start: window.base + open, count: close - open + 1))
    // What begins so may be an array of records the next time.
    if !Self.openings.contains(key) { firstKey = key }
  }

  func skipSpace(_ start: Int) -> Int {
    var index = start
    while index < window.count,
      window.base[index] == 0x20 || window.base[index] == 0x0A || window.base[index] == 0x0D
        || window.base[index] == 0x09
    { index += 1 }
    return index
  }

  func begins(_ text: [UInt8], at index: Int) -> Bool {
    index + text.count <= window.count && memcmp(window.base + index, text, text.count) == 0
  }

  /// The offset behind `{"Records":[` and its like, where the object at `start` begins so.
  private func openingOfRecords(_ start: Int) -> Int? {
    var index = skipSpace(start + 1)
    guard let name = Self.openings.first(where: { begins($0, at: index) }) else { return nil }
    index = skipSpace(index + name.count)
    guard index < window.count, window.base[index] == UInt8(ascii: ":") else { return nil }
    index = skipSpace(index + 1)
    guard index < window.count, window.base[index] == UInt8(ascii: "[") else { return nil }
    return index + 1
  }

  // MARK: What is no record

  /// A text where a record could stand: it may be the text of one, or of an array of some.
  private func text(_ index: inout Int) {
    guard let (end, isKey) = endOfText(&index) else { return skipOther(&index) }
    if isKey {
      if envelopes > 0, !isAmongRecords { return memberOfEnvelope(&index) }
      // A member without an object: what would be in it is not taken for records.
      reportRun(index, Self.notJSON)
      return resynchronise(&index)
    }
    let literal = UnsafeBufferPointer(start: UnsafePointer(window.base) + index, count: end - index)
    if let bytes = JSONStringDecoder.text(of: literal), WrappedRecords.mayHoldRecords(bytes) {
      nestedText(bytes, at: index, depth: 1)
    } else if isAmongRecords {
      report(index, Self.stray)
    } else if arrayDepth == 0 {
      if records == 0 && emptyRecordArrays == 0 { return skipLine(&index) }
      reportRun(index, Self.noTextOfRecord)
    }
    index = end
  }

  /// Where the text ends that begins at `index`, and whether a colon follows; nil where it does not end on its line.
  private func endOfText(_ index: inout Int) -> (end: Int, isKey: Bool)? {
    while true {
      var close = index + 1
      while close < window.count, window.base[close] >= 0x20,
        window.base[close] != UInt8(ascii: "\"")
      { close += window.base[close] == UInt8(ascii: "\\") ? 2 : 1 }
      if close < window.count {
        guard window.base[close] == UInt8(ascii: "\"") else { return nil }
        let next = skipSpace(close + 1)
        if next < window.count || window.isLast {
          return (close + 1, next < window.count && window.base[next] == UInt8(ascii: ":"))
        }
      }
      if window.isLast || window.count - index > recordBytes { return nil }
      if !refill(&index), !window.isLast { return nil }
    }
  }

  private func skipString(_ index: inout Int) {
    index += 1
    while true {
      while index < window.count {
        let byte = window.base[index]
        index += byte == UInt8(ascii: "\\") ? 2 : 1
        if byte == UInt8(ascii: "\"") { return }
      }
      if !refill(&index) { return index = window.count }
    }
  }

  /// A member of the object around an array of records, behind or before that: another such array, or something else.
  private func memberOfEnvelope(_ index: inout Int) {
    var close = index + 1
    while close < window.count, window.base[close] != UInt8(ascii: "\"") {
      close += window.base[close] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard close < window.count else {
      if !refill(&index) { index = window.count }
      return
    }
    let name = String(
      decoding: UnsafeBufferPointer(start: window.base + index + 1, count: close - index - 1),
      as: UTF8.self)
    index = close + 1
    guard byte(&index) == UInt8(ascii: ":") else { return }
    index += 1
    if byte(&index) == UInt8(ascii: "["), Self.arraysOfRecords.contains(name) {
      index += 1
      beginRecords(index)
    } else {
      skipValue(&index)
    }
  }

  /// The next byte that is no white space; nil at the end of the text.
  private func byte(_ index: inout Int) -> UInt8? {
    while true {
      index = skipSpace(index)
      if index < window.count { return window.base[index] }
      if !refill(&index) { return nil }
    }
  }

  /// Goes behind a value, whatever is in it.
  private func skipValue(_ index: inout Int) {
    var depth = 0
    var isScalar = false
    while let byte = byte(&index) {
      // Something else begins, where the end of the object around is missing.
      if isScalar, Self.firstOfOthers.contains(byte) { return }
      switch byte {
      case UInt8(ascii: "\""):
        skipString(&index)
        if depth == 0 { return }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        if depth == 0 {
          index += 1
          return
        }
      case UInt8(ascii: ",") where depth == 0: return
      default: isScalar = depth == 0
      }
      index += 1
    }
  }

  /// True where every element should be a record.
  private var isAmongRecords: Bool {
    isInsideRecords || isArray && arrayDepth == 1 && envelopes == 0
  }

  /// The end of a number or literal that is an element of an array; nil for other text.
  private func endOfScalar(_ start: Int) -> Int? {
    guard window.base[start] != UInt8(ascii: ":") else { return nil }
    var end = start
    while end < window.count, end - start < Self.longestScalar,
      Self.scalarBytes.contains(window.base[end])
    { end += 1 }
    let next = skipSpace(end)
    guard next < window.count else { return nil }
    return window.base[next] == UInt8(ascii: ",") || window.base[next] == UInt8(ascii: "]")
      ? end : nil
  }

  private static let scalarBytes = Set("0123456789+-.eEtrufalsn".utf8)
  /// Bytes of a number, a literal or a time, and of what stands between it and a record.
  private static let longestScalar = 64

  /// A number or literal beside records, or the time that CloudWatch Logs puts before each line of an export.
  private func skipScalarOrLine(_ index: inout Int) {
    var length = 0
    while length < Self.longestScalar {
      // What is cut off here goes on in the next piece.
      if index + length == window.count {
        guard refill(&index) else { break }
        continue
      }
      let byte = window.base[index + length]
      if byte == UInt8(ascii: "{") && length > 0 {
        index += length
        return
      }
      if byte == 0x0A || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
        || byte == UInt8(ascii: "}")
      {
        break
      }
      length += 1
    }
    if arrayDepth > 0 || window.base[index] == UInt8(ascii: ":") {
      index += max(length, 1)
    } else {
      skipLine(&index)
    }
  }

  private func skipLine(_ index: inout Int) {
    reportRun(index, Self.notJSON)
    findRecordOnLine(&index)
  }

  static let notJSON = "not JSON"
  static let noRecord = "a JSON object that is no CloudTrail record"
  /// True of a reason that says of something that it is no record, and not that one is broken.
  static func isOtherThing(_ reason: String) -> Bool {
    [notJSON, noRecord, noTextOfRecord, stray].contains(reason)
  }
  static let noTextOfRecord = "a text that is no CloudTrail record"
  static let stray = "an element among the records that is no object"
  /// Members of an object whose arrays hold records or envelopes of them.
  private static let arraysOfRecords = ["Records", "records", "Events", "logEvents", "events"]
  private static let openings = arraysOfRecords.map { Array("\"\($0)\"".utf8) }
  private static let headBytes = 1024
  /// The first bytes of values that are no numbers and no words.
  private static let firstOfOthers = Array("\"{[".utf8)
  /// Envelopes in one another, each as the text of the next.
  static let deepestWrapping = 8
}
