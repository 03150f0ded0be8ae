import TrailRecord
import TrailTestSupport

/// Random patterns and events over few names and values, so that many nearly match.
struct PatternGenerator {
  private var random: SeededGenerator
  /// How many combinations of `$or` the pattern has, about.
  private var choices = 1

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  private mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  private static let names = ["a", "b", "c", "a.b", "b.c", "d-e", ""]
  private static let texts = [
    "", "x", "y", "xy", "XY", "xYx", "xx", "yxyxy", "*", "x*y", "\\", "ä", "Ä", "ß", "SS", "ss",
    "\u{212A}", "k", "K", "1", "10.0.0.1", "010.0.0.1", "10.0.0.200", "::1", "0:0:0:0:0:0:0:1",
    "::ffff:a00:1", "2001:db8::8", "quote\"", "true", "null", "x\u{1F600}y", "line\nend",
  ]
  private static let numbers = [
    "0", "-0", "1", "1.0", "10e-1", "-3", "2.5", "100", "1e2", "9007199254740992",
    "9007199254740993", "9007199254740993.0", "1e400", "0.1", "0.10", "5e-100", "-1e100",
  ]
  private static let blocks = [
    "10.0.0.0/24", "10.0.0.0/31", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1/127", "10.0.0.129/25",
  ]
  private static let wildcards = [
    "*", "x*", "*x", "x*y", "*x*y*", "\\*", "x\\**", "*\\\\*", "xy", "",
  ]

  // MARK: - Events

  mutating func event() -> JSONValue { .object(members(depth: 0)) }

  private mutating func members(depth: Int) -> [JSONMember] {
    (0..<below(5)).map { _ in
      JSONMember(pick(Self.names), value(depth: depth + 1))
    }
  }

  private mutating func value(depth: Int) -> JSONValue {
    switch below(depth > 3 ? 6 : 11) {
    case 0...2: return .string(pick(Self.texts))
    case 3: return .number(pick(Self.numbers))
    case 4: return pick([.null, .bool(true), .bool(false)])
    case 5: return .string(pick(["x", "y", "xy"]))
    case 6, 7, 8: return .array((0..<below(4)).map { _ in value(depth: depth + 1) })
    default: return .object(members(depth: depth))
    }
  }

  /// An event that has something in the places that a pattern asks about, and often what it asks for.
  mutating func event(near pattern: JSONValue) -> JSONValue {
    switch pattern {
    case .object(let asked):
      var members: [JSONMember] = []
      for member in asked {
        guard member.name != Array("$or".utf8) else {
          guard case .array(let objects) = member.value,
            case .object(let inner) = event(near: pick(objects))
          else { continue }
          members += inner
          continue
        }
        if below(12) == 0 { continue }
        let value = event(near: member.value)
        members.append(JSONMember(member.name, below(4) == 0 ? .array(mixed(value)) : value))
      }
      return .object(members)
    case .array(let alternatives): return wanted(pick(alternatives))
    default: return pattern
    }
  }

  /// A list that holds a value among others.
  private mutating func mixed(_ value: JSONValue) -> [JSONValue] {
    switch below(4) {
    case 0: [value]
    case 1: [value, self.value(depth: 3)]
    case 2: [self.value(depth: 3), value]
    default: [.array([value])]
    }
  }

  /// A value that an alternative may be after.
  private mutating func wanted(_ alternative: JSONValue) -> JSONValue {
    guard case .object(let members) = alternative, let operand = members.first?.value else {
      return below(8) == 0 ? value(depth: 4) : alternative
    }
    switch operand {
    case .string(let text):
      return below(3) == 0 ? value(depth: 4) : .string(text + (below(2) == 0 ? [] : [0x79]))
    case .object(let inner): return inner.first.map { wanted($0.value) } ?? .null
    case .array(let values): return pick(values + [value(depth: 4)])
    default: return value(depth: 4)
    }
  }

  // MARK: - Patterns

  /// Few of them have many combinations of `$or`, which are all tried by the plain matcher.
  mutating func pattern() -> JSONValue {
    choices = 1
    return object(depth: 0)
  }

  private mutating func object(depth: Int) -> JSONValue {
    var members: [JSONMember] = []
    for _ in 0..<(1 + below(3)) {
      switch below(depth > 2 ? 6 : choices > 16 ? 9 : 10) {
      case 0...5: members.append(JSONMember(pick(Self.names), .array(alternatives())))
      case 6...8: members.append(JSONMember(pick(Self.names), object(depth: depth + 1)))
      default:
        choices *= 3
        let objects = (0..<(2 + below(2))).map { _ in object(depth: depth + 1) }
        members.append(JSONMember("$or", .array(objects)))
      }
    }
    return .object(members)
  }

  private mutating func alternatives() -> [JSONValue] {
    (0..<(1 + below(3))).map { _ in alternative() }
  }

  private mutating func alternative() -> JSONValue {
    switch below(20) {
    case 0...3: return .string(pick(Self.texts))
    case 4: return .number(pick(Self.numbers))
    case 5: return pick([.null, .bool(true), .bool(false)])
    case 6: return expression("prefix", anchor())
    case 7: return expression("suffix", anchor())
    case 8: return expression("equals-ignore-case", .string(pick(Self.texts)))
    case 9: return expression("wildcard", .string(pick(Self.wildcards)))
    case 10: return expression("numeric", range())
    case 11: return expression("cidr", .string(pick(Self.blocks)))
    case 12...13: return expression("exists", .bool(below(2) == 0))
    case 14: return expression("exactly", .string(pick(Self.texts)))
    default: return expression("anything-but", leftOut())
    }
  }

  private mutating func anchor() -> JSONValue {
    below(2) == 0
      ? .string(pick(Self.texts)) : expression("equals-ignore-case", .string(pick(Self.texts)))
  }

  private mutating func range() -> JSONValue {
    let bounds = ["-3", "0", "1", "2.5", "100"]
    guard below(2) == 0 else {
      return .array([.string(pick(["=", "<", "<=", ">", ">="])), .number(pick(bounds))])
    }
    let low = below(bounds.count - 1)
    let high = low + 1 + below(bounds.count - low - 1)
    return .array([
      .string(pick([">", ">="])), .number(bounds[low]), .string(pick(["<", "<="])),
      .number(bounds[high]),
    ])
  }

  private mutating func leftOut() -> JSONValue {
    let numbers = Array(Self.numbers.prefix(10))
    switch below(6) {
    case 0: return .string(pick(Self.texts))
    case 1: return .number(pick(numbers))
    case 2: return .array((0..<(1 + below(3))).map { _ in .string(pick(Self.texts)) })
    case 3: return .array((0..<(1 + below(3))).map { _ in .number(pick(numbers)) })
    default:
      let comparison = pick(["prefix", "suffix", "equals-ignore-case", "wildcard"])
      let texts = comparison == "wildcard" ? Self.wildcards : Array(Self.texts.dropFirst())
      let one = JSONValue.string(pick(texts))
      return expression(comparison, below(2) == 0 ? one : .array([one, .string(pick(texts))]))
    }
  }

  private func expression(_ name: String, _ operand: JSONValue) -> JSONValue {
    .object([JSONMember(name, operand)])
  }
}
