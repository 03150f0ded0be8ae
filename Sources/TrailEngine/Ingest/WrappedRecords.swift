import Glibc

/// What an object that is no record itself holds.
enum WrappedRecords {
  case nothing
  /// A CloudTrail digest file's object.
  case digest
  /// Offsets of objects inside.
  case objects([Int])
  /// Strings whose text should be a record, decoded.
  case texts([(offset: Int, bytes: [UInt8])])

  /// Looks at the members of `object`, which is valid JSON.
  static func find(in object: UnsafeBufferPointer<UInt8>) -> WrappedRecords {
    var scanner = MemberScanner(object)
    var found: [String: Range<Int>] = [:]
    scanner.forEachMember(at: 0) { key, value in found[key] = value }
    if found["digestEndTime"] != nil || found["digestS3Object"] != nil { return .digest }
    for name in ["Records", "records"] {
      if let range = found[name], object[range.lowerBound] == UInt8(ascii: "[") {
        return .objects(scanner.objectOffsets(ofArrayAt: range.lowerBound))
      }
    }
    if let detail = found["detail"], object[detail.lowerBound] == UInt8(ascii: "{") {
      return .objects([detail.lowerBound])
    }
    for name in ["Events", "logEvents", "events", "results"] {
      guard let range = found[name], object[range.lowerBound] == UInt8(ascii: "[") else { continue }
      var objects: [Int] = []
      var texts: [(offset: Int, bytes: [UInt8])] = []
      for offset in scanner.objectOffsets(ofArrayAt: range.lowerBound) {
        let inner = UnsafeBufferPointer(rebasing: object[offset...])
        switch find(in: inner) {
        case .texts(let more): texts += more.map { (offset + $0.offset, $0.bytes) }
        case .objects(let more): objects += more.map { $0 + offset }
        case .nothing, .digest: objects.append(offset)
        }
      }
      return texts.isEmpty ? .objects(objects) : .texts(texts)
    }
    for name in ["CloudTrailEvent", "message", "Message", "@message", "eventJson"] {
      guard let range = found[name] else { continue }
      if object[range.lowerBound] == UInt8(ascii: "{") { return .objects([range.lowerBound]) }
      guard object[range.lowerBound] == UInt8(ascii: "\"") else { continue }
      let text = scanner.decodedString(range)
      guard let first = text.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") else {
        continue
      }
      // A notification's text may itself be an envelope; the sink only takes records, so unwrap here.
      return .texts([(range.lowerBound, text)])
    }
    for name in ["_source", "event", "record", "log"] {
      if let range = found[name], object[range.lowerBound] == UInt8(ascii: "{") {
        return .objects([range.lowerBound])
      }
    }
    return .nothing
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
  mutating func forEachMember(at start: Int, _ body: (String, Range<Int>) -> Void) {
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

  /// The offsets of the objects that are elements of the array at `start`.
  func objectOffsets(ofArrayAt start: Int) -> [Int] {
    var offsets: [Int] = []
    var index = skipSpace(start + 1)
    while index < text.count && text[index] != UInt8(ascii: "]") {
      if text[index] == UInt8(ascii: "{") { offsets.append(index) }
      let end = endOfValue(index)
      index = skipSpace(max(end, index + 1))
      if index < text.count && text[index] == UInt8(ascii: ",") { index = skipSpace(index + 1) }
    }
    return offsets
  }

  /// The text that the string literal in `range` stands for.
  func decodedString(_ range: Range<Int>) -> [UInt8] {
    JSONStringDecoder.text(of: UnsafeBufferPointer(rebasing: text[range])) ?? []
  }
}
