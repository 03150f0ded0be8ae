/// A JSON value as it was written: members in their order, numbers as they were spelled.
///
/// This is the reference form of a record. It is independent of the engine's columns, so tests can hold the
/// two against each other. Text is UTF-8, where a lone surrogate (which JSON can write as `\ud800` and UTF-8
/// cannot) is kept as the three bytes that UTF-8 would have given it.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number's spelling, such as `243.0`.
  case number(String)
  /// The text's bytes with all escapes resolved.
  case string([UInt8])
  case array([JSONValue])
  case object([JSONMember])

  package static func string(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

  /// The first member of that name, or nil where this is no object or has none.
  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    for member in members where member.isNamed(name) { return member.value }
    return nil
  }

  /// The text of a string, with what is not UTF-8 replaced; nil for anything else.
  package var text: String? {
    guard case .string(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A name and its value in an object; names may repeat.
package struct JSONMember: Hashable, Sendable {
  package var name: [UInt8]
  package var value: JSONValue

  package init(_ name: [UInt8], _ value: JSONValue) {
    self.name = name
    self.value = value
  }

  package init(_ name: String, _ value: JSONValue) {
    self.init(Array(name.utf8), value)
  }

  /// Whether the member has that name; takes no memory.
  package func isNamed(_ text: String) -> Bool {
    let bytes = text.utf8
    return name.count == bytes.count && name.elementsEqual(bytes)
  }
}
