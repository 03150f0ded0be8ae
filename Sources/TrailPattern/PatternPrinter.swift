internal import TrailRecord

/// Prints patterns as JSON without space: members in their order, without those that a later one replaces, and
/// `anything-but` with one value without a list.
enum PatternPrinter {
  static func text(_ object: PatternObject) -> String {
    String(decoding: JSONWriter.bytes(json(object)), as: UTF8.self)
  }

  static func text(_ alternatives: [Alternative]) -> String {
    String(decoding: JSONWriter.bytes(.array(alternatives.map(json))), as: UTF8.self)
  }

  private static func json(_ object: PatternObject) -> JSONValue {
    .object(
      object.members.map { member in
        switch member.content {
        case .object(let inner): JSONMember(member.name, json(inner))
        case .alternatives(let alternatives):
          JSONMember(member.name, .array(alternatives.map(json)))
        case .anyOf(let objects): JSONMember(member.name, .array(objects.map(json)))
        }
      })
  }

  private static func json(_ alternative: Alternative) -> JSONValue {
    switch alternative {
    case .string(let text): .string(text)
    case .number(let spelling): .number(spelling)
    case .bool(let flag): .bool(flag)
    case .null: .null
    case .exactly(let text): expression("exactly", .string(text))
    case .prefix(let text): expression("prefix", .string(text))
    case .prefixIgnoringCase(let text): expression("prefix", ignoringCase(.string(text)))
    case .suffix(let text): expression("suffix", .string(text))
    case .suffixIgnoringCase(let text): expression("suffix", ignoringCase(.string(text)))
    case .equalsIgnoringCase(let text): ignoringCase(.string(text))
    case .wildcard(let wildcard): expression("wildcard", .string(wildcard.text))
    case .numeric(let range):
      expression(
        "numeric",
        .array(range.comparisons.flatMap { [.string($0.comparison), .number($0.bound)] }))
    case .cidr(let text, _): expression("cidr", .string(text))
    case .exists(let flag): expression("exists", .bool(flag))
    case .anythingBut(let values): expression("anything-but", json(values))
    }
  }

  private static func json(_ leftOut: Alternative.LeftOut) -> JSONValue {
    switch leftOut {
    case .strings(let texts): list(texts)
    case .numbers(let spellings):
      spellings.count == 1
        ? .number(spellings[0]) : .array(spellings.map { .number($0) })
    case .prefixes(let texts): expression("prefix", list(texts))
    case .suffixes(let texts): expression("suffix", list(texts))
    case .textsIgnoringCase(let texts): ignoringCase(list(texts))
    case .wildcards(let wildcards): expression("wildcard", list(wildcards.map(\.text)))
    }
  }

  private static func list(_ texts: [[UInt8]]) -> JSONValue {
    texts.count == 1 ? .string(texts[0]) : .array(texts.map { .string($0) })
  }

  private static func expression(_ name: String, _ value: JSONValue) -> JSONValue {
    .object([JSONMember(name, value)])
  }

  private static func ignoringCase(_ value: JSONValue) -> JSONValue {
    expression("equals-ignore-case", value)
  }
}

extension EventPattern: CustomStringConvertible {
  /// The pattern in canonical form: reading it again gives a pattern that matches the same events.
  package var description: String { PatternPrinter.text(syntax) }
}
