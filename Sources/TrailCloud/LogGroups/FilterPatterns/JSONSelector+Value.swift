/// What a selector finds in an event.
struct JSONFound: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case null, boolean, number, string, container }
  var kind: Kind
  /// A string's characters, or the value as it is spelled.
  var text: String

  /// Whether a metric can take it: not so null, objects and arrays.
  var isValue: Bool { kind != .null && kind != .container }
}

extension JSONSelector {
  /// The first string, number or boolean that the selector leads to.
  ///
  /// - Parameter bytes: valid JSON.
  func value(in bytes: [UInt8], _ range: Range<Int>) -> JSONFound? {
    var found: JSONFound?
    search(bytes, range.lowerBound, range.upperBound, 0) { candidate in
      if candidate.isValue { found = candidate }
      return candidate.isValue
    }
    return found
  }

  /// Anything that the selector leads to: a value if there is one, else what is there instead.
  func anything(in bytes: [UInt8], _ range: Range<Int>) -> JSONFound? {
    var found: JSONFound?
    search(bytes, range.lowerBound, range.upperBound, 0) { candidate in
      if found == nil || candidate.isValue { found = candidate }
      return candidate.isValue
    }
    return found
  }

  /// Calls `body` for what the selector leads to, until it says that it has enough. Returns whether it said so.
  @discardableResult
  private func search(
    _ bytes: [UInt8], _ start: Int, _ end: Int, _ step: Int, _ body: (JSONFound) -> Bool
  ) -> Bool {
    var start = start
    while start < end, PatternScanner.isSpace(bytes[start]) { start += 1 }
    guard start < end else { return false }
    let after = JSONText.endOfValue(bytes, at: start, end: end)
    guard step < steps.count else { return body(Self.found(bytes, start..<after)) }
    let wanted = steps[step]
    var isFound = false
    JSONParts.forEach(bytes, start..<after) { part in
      let isWanted =
        switch wanted {
        case .name(let name): part.name.map { $0 == name } ?? false
        case .index(let index): part.name == nil && part.index == index
        case .anyMember: part.name != nil
        case .anyElement: part.name == nil
        }
      if isWanted { isFound = search(bytes, part.start, after, step + 1, body) }
      return !isFound
    }
    return isFound
  }

  private static func found(_ bytes: [UInt8], _ range: Range<Int>) -> JSONFound {
    func spelled(_ kind: JSONFound.Kind) -> JSONFound {
      JSONFound(kind: kind, text: String(decoding: bytes[range], as: UTF8.self))
    }
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "\""):
      let text = JSONText.unescaped(
        bytes, range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound - 1))
      return JSONFound(kind: .string, text: String(decoding: text, as: UTF8.self))
    case UInt8(ascii: "{"), UInt8(ascii: "["): return spelled(.container)
    case UInt8(ascii: "n"): return spelled(.null)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return spelled(.boolean)
    default: return spelled(.number)
    }
  }
}

/// The members of an object, or the elements of an array.
private enum JSONParts {
  struct Part {
    /// Nil for an element.
    var name: [UInt8]?
    var index: Int
    /// Where the value begins.
    var start: Int
  }

  /// Calls `body` until it returns false; not at all where the value is no container.
  static func forEach(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Part) -> Bool) {
    let end = range.upperBound
    let isObject = bytes[range.lowerBound] == UInt8(ascii: "{")
    guard isObject || bytes[range.lowerBound] == UInt8(ascii: "[") else { return }
    var offset = range.lowerBound + 1
    var index = 0
    func skipSpace() {
      while offset < end, PatternScanner.isSpace(bytes[offset]) { offset += 1 }
    }
    while true {
      skipSpace()
      if offset < end, bytes[offset] == UInt8(ascii: ",") {
        offset += 1
        skipSpace()
      }
      guard offset < end - 1 else { return }
      var name: [UInt8]?
      if isObject {
        let string = JSONText.endOfString(bytes, at: offset, end: end)
        name = JSONText.unescaped(bytes, offset + 1..<max(offset + 1, string.end - 1))
        offset = string.end
        skipSpace()
        offset += 1
        skipSpace()
        guard offset < end else { return }
      }
      guard body(Part(name: name, index: index, start: offset)) else { return }
      offset = max(JSONText.endOfValue(bytes, at: offset, end: end), offset + 1)
      index += 1
    }
  }
}
