/// A token of a pattern's JSON.
enum PatternToken: Equatable {
  case startObject
  case endObject
  case startArray
  case endArray
  /// A member's name, with escapes resolved.
  case name([UInt8])
  /// A string that has not been read further than its opening quote.
  case string
  /// A number as it is spelled.
  case number(String)
  case bool(Bool)
  case null

  /// What a message calls it.
  var text: String {
    switch self {
    case .startObject: "{"
    case .endObject: "}"
    case .startArray: "["
    case .endArray: "]"
    case .name(let name): String(decoding: name, as: UTF8.self)
    case .string: ""
    case .number(let spelling): spelling
    case .bool(let flag): flag ? "true" : "false"
    case .null: "null"
    }
  }
}

/// A container that is open: what it is, where it began and how many entries it has begun.
struct PatternScope {
  enum Kind: String {
    case root
    case array = "Array"
    case object = "Object"
  }

  var kind: Kind
  var line: Int
  var column: Int
  var entries = 0

  /// Counts one more entry; true where a comma must stand before it.
  mutating func beginsAfterComma() -> Bool {
    entries += 1
    return kind != .root && entries > 1
  }
}
