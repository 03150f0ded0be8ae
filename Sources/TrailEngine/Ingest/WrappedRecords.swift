import Glibc

/// What an object that is no record itself holds.
enum WrappedRecords {
  case nothing
  /// Something that holds no records, by name.
  case known(String)
  /// A CloudTrail digest file's object.
  case digest
  case found(Found)

  struct Found {
    typealias Bytes = (offset: Int, bytes: [UInt8])
    /// Offsets of objects inside.
    var objects: [Int] = []
    /// Strings whose text should be a record, or an envelope of some, decoded.
    var texts: [Bytes] = []
    /// Strings that are compressed text in Base64, decoded from that.
    var compressed: [Bytes] = []
    /// What stands where records should and is none, and why.
    var strays: [(offset: Int, reason: String)] = []

    /// An element that is no object: it may be the text of a record.
    fileprivate mutating func addText(at offset: Int, _ scanner: MemberScanner) {
      if let text = scanner.string(at: offset), WrappedRecords.mayHoldRecords(text) {
        texts.append((offset, text))
      } else {
        strays.append((offset, DocumentReader.stray))
      }
    }

    fileprivate mutating func add(_ other: Found, at offset: Int) {
      objects += other.objects.map { $0 + offset }
      texts += other.texts.map { ($0.offset + offset, $0.bytes) }
      compressed += other.compressed.map { ($0.offset + offset, $0.bytes) }
      strays += other.strays.map { ($0.offset + offset, $0.reason) }
    }
  }

  private static let arraysOfRecords = ["Records", "records"]
  private static let arraysOfEnvelopes = ["Events", "logEvents", "events", "results", "Messages"]
  private static let texts = [
    "CloudTrailEvent", "message", "Message", "@message", "eventJson", "Body", "body",
  ]
  private static let envelopes = ["awslogs", "kinesis", "Sns"]
  private static let records = ["_source", "event", "record", "log"]
  /// Names, in quotes, of members whose values are records, or hold some.
  static let members = (texts + envelopes + records + ["detail"]).map { Array("\"\($0)\"".utf8) }
  /// Envelopes in one another that are looked into: each is looked through for its members.
  private static let deepestEnvelope = 16

  /// Looks at the members of `object`, which is valid JSON.
  static func find(in object: UnsafeBufferPointer<UInt8>, depth: Int = 0) -> WrappedRecords {
    let scanner = MemberScanner(object)
    var found: [String: Range<Int>] = [:]
    scanner.forEachMember(at: 0) { key, value in found[key] = value }
    func range(_ name: String, beginsWith byte: Unicode.Scalar) -> Range<Int>? {
      found[name].flatMap { object[$0.lowerBound] == UInt8(ascii: byte) ? $0 : nil }
    }
    if found["digestEndTime"] != nil || found["digestS3Object"] != nil { return .digest }
    for name in arraysOfRecords {
      guard let range = range(name, beginsWith: "[") else { continue }
      var result = Found()
      let elements = scanner.elements(ofArrayAt: range.lowerBound)
      if let first = elements.first,
        isEventOfS3(UnsafeBufferPointer(rebasing: object[first.offset...]))
      {
        return .known(eventsOfS3)
      }
      for (offset, byte) in elements {
        if byte == UInt8(ascii: "{") {
          result.objects.append(offset)
        } else {
          result.addText(at: offset, scanner)
        }
      }
      return .found(result)
    }
    if let detail = range("detail", beginsWith: "{") {
      return .found(Found(objects: [detail.lowerBound]))
    }
    for name in arraysOfEnvelopes {
      if let range = range(name, beginsWith: "[") {
        guard depth < deepestEnvelope else { return .nothing }
        return .found(envelopes(inArrayAt: range.lowerBound, scanner, object, depth))
      }
    }
    for name in texts {
      if let text = text(of: found[name], scanner, object) { return .found(text) }
    }
    let data = range("data", beginsWith: "\"").flatMap { range -> Found.Bytes? in
      guard let text = scanner.decodedString(range) else { return nil }
      return Base64.decode(text).map { (offset: range.lowerBound, bytes: $0) }
    }
    if let data, data.bytes.starts(with: [0x1F, 0x8B]) {
      return .found(Found(compressed: [data]))
    }
    for name in envelopes {
      guard let range = range(name, beginsWith: "{") else { continue }
      guard depth < deepestEnvelope else { return .nothing }
      let inner = find(in: UnsafeBufferPointer(rebasing: object[range]), depth: depth + 1)
      switch inner {
      case .nothing: continue
      case .known, .digest: return inner
      case .found(let own):
        var result = Found()
        result.add(own, at: range.lowerBound)
        return .found(result)
      }
    }
    for name in records {
      if let range = range(name, beginsWith: "{") {
        return .found(Found(objects: [range.lowerBound]))
      }
    }
    if let data, mayHoldRecords(data.bytes) { return .found(Found(texts: [data])) }
    if found["s3Bucket"] != nil, found["s3ObjectKey"] != nil {
      return .known(
        "a notice that log files were delivered, without their records: import the files")
    }
    if let source = range("eventSource", beginsWith: "\"") {
      if object[source].elementsEqual(sourceOfS3) { return .known(eventsOfS3) }
      if object[source].starts(with: sourcesOfMessages) { return .known(messageOfService) }
    }
    return .nothing
  }

  /// Whether a text begins as records do, or as what holds some: an object, an array, or either as text once more.
  static func mayHoldRecords(_ text: [UInt8]) -> Bool {
    let start = text.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    let visible = text.indices.dropFirst(start).lazy.filter { text[$0] > 0x20 }
    guard let first = visible.first else { return false }
    switch text[first] {
    case UInt8(ascii: "{"): return true
    case UInt8(ascii: "["):
      // Other texts begin with a word in brackets.
      guard let second = visible.dropFirst().first.map({ text[$0] }) else { return false }
      return second == UInt8(ascii: "{") || second == UInt8(ascii: "[")
        || second == UInt8(ascii: "\"")
    case UInt8(ascii: "\""):
      return text.last { $0 > 0x20 } == UInt8(ascii: "\"") && text.contains(UInt8(ascii: "{"))
    default: return false
    }
  }

  /// What stands before the text of a file that a program of Windows wrote.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// How the sources begin that services state who call a function or fill a queue.
  private static let sourcesOfMessages = Array("\"aws:".utf8)
  private static let messageOfService =
    "a message of an AWS service to a queue or a function, in which no CloudTrail record was found"

  /// True of what S3's event notifications have in place of records, by its source: the other members are as those of
  /// records.
  ///
  /// - Parameter text: Where it begins; it may end beyond.
  static func isEventOfS3(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.first == UInt8(ascii: "{") else { return false }
    var isEvent = false
    MemberScanner(text).forEachMember(at: 0) { key, value in
      if key == "eventSource" { isEvent = text[value].elementsEqual(sourceOfS3) }
    }
    return isEvent
  }

  private static let sourceOfS3 = Array("\"aws:s3\"".utf8)
  static let eventsOfS3 =
    "an event notification of S3, without records: import the log files that it tells of, if any"

  /// A member that should be a record: the object itself, or its text.
  private static func text(
    of range: Range<Int>?, _ scanner: MemberScanner, _ object: UnsafeBufferPointer<UInt8>
  ) -> Found? {
    guard let range else { return nil }
    if object[range.lowerBound] == UInt8(ascii: "{") { return Found(objects: [range.lowerBound]) }
    guard object[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    guard let text = scanner.decodedString(range), mayHoldRecords(text) else { return nil }
    return Found(texts: [(range.lowerBound, text)])
  }

  private static func envelopes(
    inArrayAt start: Int, _ scanner: MemberScanner, _ object: UnsafeBufferPointer<UInt8>,
    _ depth: Int
  ) -> Found {
    var result = Found()
    for (offset, byte) in scanner.elements(ofArrayAt: start) {
      switch byte {
      case UInt8(ascii: "{"):
        let inner = UnsafeBufferPointer(rebasing: object[offset...])
        if case .found(let own) = find(in: inner, depth: depth + 1) {
          result.add(own, at: offset)
        } else {
          result.objects.append(offset)
        }
      case UInt8(ascii: "["):
        if let message = message(ofRowAt: offset, scanner, object) {
          result.add(message, at: 0)
        } else {
          result.strays.append((offset, "a row of Logs Insights without @message: ask for that"))
        }
      default: result.addText(at: offset, scanner)
      }
    }
    return result
  }

  /// What a row of CloudWatch Logs Insights has as `@message`: a row is an array of fields.
  private static func message(
    ofRowAt start: Int, _ scanner: MemberScanner, _ object: UnsafeBufferPointer<UInt8>
  ) -> Found? {
    for (offset, byte) in scanner.elements(ofArrayAt: start) where byte == UInt8(ascii: "{") {
      var isMessage = false
      var value: Range<Int>?
      scanner.forEachMember(at: offset) { key, range in
        if key == "field" { isMessage = scanner.decodedString(range) == Array("@message".utf8) }
        if key == "value" { value = range }
      }
      if isMessage { return text(of: value, scanner, object) }
    }
    return nil
  }
}

/// Finds the members of objects in text that is known to be valid JSON.
struct MemberScanner {
  private let text: UnsafeBufferPointer<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  private func skipSpace(_ index: Int) -> Int {
    var index = index
    while index < text.count, text[index] <= 0x20 { index += 1 }
    return index
  }

  private func endOfString(_ start: Int) -> Int {
    var index = start + 1
    while index < text.count && text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, text.count)
  }

  /// Where the value ends that begins at `start`.
  private func endOfValue(_ start: Int) -> Int {
    var index = start
    var depth = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        index = endOfString(index)
        if depth == 0 { return index }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return index }
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: ",") where depth == 0: return index
      default: break
      }
      index += 1
    }
    return index
  }

  /// Calls `body` with each key and the range of its value.
  func forEachMember(at start: Int, _ body: (String, Range<Int>) -> Void) {
    var index = skipSpace(start + 1)
    while index < text.count && text[index] == UInt8(ascii: "\"") {
      let close = endOfString(index)
      let key = String(
        decoding: UnsafeBufferPointer(rebasing: text[(index + 1)..<max(index + 1, close - 1)]),
        as: UTF8.self)
      let value = skipSpace(skipSpace(close) + 1)
      let end = endOfValue(value)
      if value < end { body(key, value..<end) }
      index = skipSpace(end)
      if index < text.count && text[index] == UInt8(ascii: ",") { index = skipSpace(index + 1) }
    }
  }

  /// The offsets of the elements of the array at `start`, and the first byte of each.
  func elements(ofArrayAt start: Int) -> [(offset: Int, byte: UInt8)] {
    var elements: [(offset: Int, byte: UInt8)] = []
    var index = skipSpace(start + 1)
    while index < text.count && text[index] != UInt8(ascii: "]") {
      elements.append((index, text[index]))
      let end = endOfValue(index)
      index = skipSpace(max(end, index + 1))
      if index < text.count && text[index] == UInt8(ascii: ",") { index = skipSpace(index + 1) }
    }
    return elements
  }

  /// The text that the string literal in `range` stands for; nil where that is none.
  func decodedString(_ range: Range<Int>) -> [UInt8]? {
    JSONStringDecoder.text(of: UnsafeBufferPointer(rebasing: text[range]))
  }

  /// The text that the string literal at `start` stands for; nil where another value stands there.
  func string(at start: Int) -> [UInt8]? {
    guard text[start] == UInt8(ascii: "\"") else { return nil }
    return decodedString(start..<endOfString(start))
  }
}
