package import TrailRecord

// Records are written as they look: `["bucketName": .string(name), "Host": .string(host)]`.

extension JSONValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) { self = .number(String(value)) }
}

extension JSONValue: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONMember($0.0, $0.1) })
  }
}

extension JSONValue {
  static func number(_ value: Int) -> JSONValue { .number(String(value)) }

  static func strings(_ values: some Sequence<String>) -> JSONValue {
    .array(values.map { .string($0) })
  }

  /// The elements of an array; nil for anything else.
  package var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members of an object; nil for anything else.
  package var members: [JSONMember]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// A boolean, or the text of one, which AWS's own tools send too.
  package var boolean: Bool? {
    if case .bool(let value) = self { return value }
    switch text?.lowercased() {
    case "true": return true
    case "false": return false
    default: return nil
    }
  }

  /// A whole number, or the text of one.
  package var integer: Int? {
    if case .number(let text) = self { return Int(text) }
    return text.flatMap { Int($0) }
  }

  /// The texts of an array; a single text counts as an array of one.
  package var texts: [String] {
    if let text { return [text] }
    return elements?.compactMap(\.text) ?? []
  }

  /// This object with a member set: replaced where it is, else put at the end.
  func setting(_ name: String, _ value: JSONValue) -> JSONValue {
    var members = self.members ?? []
    let bytes = Array(name.utf8)
    if let place = members.firstIndex(where: { $0.name == bytes }) {
      members[place].value = value
    } else {
      members.append(JSONMember(bytes, value))
    }
    return .object(members)
  }

  /// This object without some members.
  func removing(_ names: Set<String>) -> JSONValue {
    .object((members ?? []).filter { !names.contains($0.nameText) })
  }
}

extension JSONMember {
  package var nameText: String { String(decoding: name, as: UTF8.self) }
}

/// An object whose members may be absent: nil values are left out.
func compacted(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
  .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
}
