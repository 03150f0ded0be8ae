internal import TrailRecord

/// Values of parameters as people write them, and as the API takes them.
enum ParameterValues {
  /// - Throws: `CallProblem` that says what the parameter is.
  static func value(
    _ value: JSONValue, as member: APIMember, at index: Int
  ) throws(CallProblem) -> JSONValue {
    // What a record masks can be sent as it stands there.
    if value == GeneralShapes.hidden { return value }
    let given = try parsed(value, for: member, at: index)
    guard let converted = converted(given, to: member.kind, member) else {
      throw CallProblem(
        .parameter(index), "`\(member.name)` is \(description(of: member))",
        notes: ["for example \(RecordNames.lowered(member.name))=\(sample(of: member))"])
    }
    return converted
  }

  /// JSON in quotes is JSON where the API wants no text.
  private static func parsed(
    _ value: JSONValue, for member: APIMember, at index: Int
  ) throws(CallProblem) -> JSONValue {
    guard member.kind != .string, member.kind != .blob, case .string(let bytes) = value,
      let first = bytes.first(where: { $0 > 0x20 }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    else { return value }
    do {
      return try JSONParser.parse(bytes)
    } catch {
      let before = String(decoding: bytes.prefix(error.offset).suffix(shownBefore), as: UTF8.self)
      throw CallProblem(
        .parameter(index),
        "`\(member.name)` is no JSON: \(error.reason.rawValue), at byte \(error.offset + 1)",
        notes: ["it is JSON up to there: \(before)"])
    }
  }

  /// So many bytes are shown before the one at which a text stops being JSON.
  private static let shownBefore = 40

  private static func converted(
    _ value: JSONValue, to kind: APIMember.Kind, _ member: APIMember
  ) -> JSONValue? {
    switch kind {
    case .string, .blob: text(value)
    case .integer: value.integer.map { .number($0) } ?? wholeNumber(value)
    case .decimal: decimal(value)
    case .boolean: value.boolean.map { .bool($0) }
    case .timestamp: time(value)
    case .texts: texts(value)
    case .list: list(value, of: member.element ?? .structure, member)
    case .map: map(value)
    case .structure: structure(value)
    }
  }

  private static func text(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .string: value
    case .number(let text): .string(text)
    case .bool(let truth): .string(truth ? "true" : "false")
    // A policy or another document as JSON: the API takes its text.
    case .object, .array: .string(JSONWriter.bytes(value))
    case .null: nil
    }
  }

  /// Integers that do not fit, and those spelled `8.0`.
  private static func wholeNumber(_ value: JSONValue) -> JSONValue? {
    guard case .number(let text) = value, let number = Double(text),
      number.rounded() == number, number.magnitude < 9e15
    else { return nil }
    return .number(String(Int64(number)))
  }

  private static func decimal(_ value: JSONValue) -> JSONValue? {
    if case .number = value { return value }
    guard let text = value.text, let number = Double(text), number.isFinite,
      let parsed = try? JSONParser.parse(text)
    else { return nil }
    return parsed
  }

  private static func time(_ value: JSONValue) -> JSONValue? {
    if case .number = value { return value }
    guard let text = value.text, EventTime.parse(text) != nil || Double(text)?.isFinite == true
    else { return nil }
    return value
  }

  private static func commaSeparated(_ bytes: [UInt8]) -> [JSONValue] {
    bytes.split(separator: UInt8(ascii: ",")).map { part in
      .string(String(decoding: part, as: UTF8.self).trimmingSpaces)
    }
  }

  private static func texts(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .array(let elements):
      let texts = elements.compactMap { text($0) }
      return texts.count == elements.count ? .array(texts) : nil
    case .string(let bytes): return .array(commaSeparated(bytes))
    case .number(let text): return [.string(text)]
    case .object:
      // As records have it: `{"items": [{"instanceId": "i-1"}]}`.
      guard let items = items(value) else { return nil }
      return .array(items.map { $0["content"] ?? $0.members?.first?.value ?? $0 })
    case .bool, .null: return nil
    }
  }

  /// The elements of a list in the form of EC2's records.
  private static func items(_ value: JSONValue) -> [JSONValue]? {
    guard let members = value.members else { return nil }
    if members.isEmpty { return [] }
    if value["tag"] != nil { return [value] }
    guard members.count == 1, ["items", "item"].contains(members[0].nameText) else { return nil }
    return members[0].value.elements
  }

  private static func list(
    _ value: JSONValue, of element: APIMember.Kind, _ member: APIMember
  ) -> JSONValue? {
    var elements: [JSONValue]
    switch value {
    case .array(let given): elements = given
    case .object: elements = items(value) ?? [value]
    case .string(let bytes):
      if element == .structure { return pairs(bytes).map { structures($0, member) } }
      elements = commaSeparated(bytes)
    case .number, .bool: elements = [value]
    case .null: return nil
    }
    let name = APIMember(name: member.name, kind: element)
    let converted = elements.compactMap { self.converted($0, to: element, name) }
    return converted.count == elements.count ? .array(converted) : nil
  }

  /// `Name=data,Team=x` for tags is two of them, for anything else one structure.
  private static func structures(_ pairs: [JSONMember], _ member: APIMember) -> JSONValue {
    let names = Set(pairs.map { $0.nameText.lowercased() })
    if member.name.lowercased().hasPrefix("tag"), names != ["key", "value"] {
      let isSmall = member.name.first?.isLowercase == true
      return .array(
        pairs.map { pair in
          let key = JSONValue.string(pair.name)
          return isSmall
            ? ["key": key, "value": pair.value] : ["Key": key, "Value": pair.value]
        })
    }
    return [.object(pairs)]
  }

  private static func map(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .object: value
    case .string(let bytes): pairs(bytes).map { .object($0) }
    default: nil
    }
  }

  private static func structure(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .object: value
    case .string(let bytes): pairs(bytes).map { .object($0.map(typed)) }
    // EC2 wraps single values: `disableApiTermination=true`.
    case .bool: ["Value": value]
    default: nil
    }
  }

  /// `a=b,c=d`, as the command line takes it; nil where it is something else.
  private static func pairs(_ bytes: [UInt8]) -> [JSONMember]? {
    if bytes.isEmpty { return [] }
    var members: [JSONMember] = []
    for part in String(decoding: bytes, as: UTF8.self).split(separator: ",") {
      guard let equals = part.firstIndex(of: "="), equals > part.startIndex else { return nil }
      members.append(
        JSONMember(
          String(part[..<equals]).trimmingSpaces,
          .string(String(part[part.index(after: equals)...]))))
    }
    return members
  }

  private static func typed(_ member: JSONMember) -> JSONMember {
    let value = member.value.boolean.map { JSONValue.bool($0) } ?? member.value
    return JSONMember(member.name, value)
  }

  // MARK: For people

  private static func description(of member: APIMember) -> String {
    switch member.kind {
    case .string, .blob: "a text"
    case .integer: "a whole number"
    case .decimal: "a number"
    case .boolean: "true or false"
    case .timestamp: "a time, such as 2026-01-05T09:00:00Z"
    case .texts: "a list of texts, such as a,b"
    case .list: "a list, such as [{…}]"
    case .map, .structure: "an object, such as {\"key\": \"value\"}"
    }
  }

  /// A value of a member's kind, for an example.
  static func sample(of member: APIMember) -> String {
    switch member.kind {
    case .string, .blob: "…"
    case .integer: "1"
    case .decimal: "0.5"
    case .boolean: "true"
    case .timestamp: "2026-01-05T09:00:00Z"
    case .texts: "a,b"
    case .list: "[…]"
    case .map, .structure: "{…}"
    }
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
