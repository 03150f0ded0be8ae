internal import TrailRecord

extension JSONValue {
  /// An object of those members that have a value, in this order.
  static func members(_ members: [(name: String, value: JSONValue?)]) -> JSONValue {
    .object(
      members.compactMap { member in member.value.map { JSONMember(member.name, $0) } })
  }

  static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }

  static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  /// A point in time as JSON 1.1 sends it: seconds since 1970, with milliseconds where there are any.
  static func seconds(_ time: Int64?) -> JSONValue? {
    guard let time else { return nil }
    let digits = "\(1000 + time % 1000)".dropFirst()
    return .number(time % 1000 == 0 ? "\(time / 1000)" : "\(time / 1000).\(digits)")
  }

  /// True or false; the words count too, for parameters that were taken unchecked.
  var truth: Bool? {
    switch self {
    case .bool(let value): value
    case .string: text == "true" ? true : text == "false" ? false : nil
    default: nil
    }
  }

  /// The same value with every member's first letter small, as records spell what the API capitalises.
  var withSmallInitials: JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.map { member in
          var name = member.name
          if let first = name.first, (0x41...0x5A).contains(first) { name[0] = first | 0x20 }
          return JSONMember(name, member.value.withSmallInitials)
        })
    case .array(let elements): .array(elements.map(\.withSmallInitials))
    default: self
    }
  }

  /// The same value with every member's first letter capital, as the API spells what records begin with a small one.
  var withCapitalInitials: JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.map { member in
          var name = member.name
          if let first = name.first, (0x61...0x7A).contains(first) { name[0] = first & 0xDF }
          return JSONMember(name, member.value.withCapitalInitials)
        })
    case .array(let elements): .array(elements.map(\.withCapitalInitials))
    default: self
    }
  }
}
