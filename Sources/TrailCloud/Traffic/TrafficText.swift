internal import TrailRecord

/// What stands in braces in the texts of a profile.
enum TrafficHole: Hashable, Sendable {
  // What has few values.
  case account, region
  /// One of several texts: `{a|b|c}`.
  case choice([String])
  /// A thing of a pool, the same as long as an activity lasts.
  case pool(String)
  // What has many.
  /// The session's name.
  case session
  case hexadecimal(Int)
  case letters(Int)
  case digits(Int)
  case uuid
  /// `2026-01-05`
  case date
  /// `2026/01/05`
  case datePath
  /// `09`
  case hour
  /// A number that goes up.
  case count
  /// A thing that is taken out of its pool: any, or the one that has been there longest.
  case taken(String, isOldest: Bool)

  /// Reads what stands in braces.
  init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let size = parts.count == 2 ? Int(parts[1]) : nil
    switch (parts[0], size) {
    case ("account", nil): self = .account
    case ("region", nil): self = .region
    case ("session", nil): self = .session
    case ("uuid", nil): self = .uuid
    case ("date", nil): self = .date
    case ("date/", nil): self = .datePath
    case ("hour", nil): self = .hour
    case ("n", nil): self = .count
    case ("hex", let size?): self = .hexadecimal(size)
    case ("letters", let size?): self = .letters(size)
    case ("digits", let size?): self = .digits(size)
    case ("take", nil) where parts.count == 2: self = .taken(parts[1], isOldest: false)
    case ("oldest", nil) where parts.count == 2: self = .taken(parts[1], isOldest: true)
    default:
      self =
        text.contains("|")
        ? .choice(text.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
        : .pool(text)
    }
  }
}

/// A text of a profile: plain pieces, and holes between them.
struct TrafficText: Sendable {
  enum Piece: Sendable {
    case plain(String)
    case hole(TrafficHole)
  }
  var pieces: [Piece] = []

  init(_ text: String) {
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      if open > rest.startIndex { pieces.append(.plain(String(rest[..<open]))) }
      pieces.append(.hole(TrafficHole(String(rest[rest.index(after: open)..<close]))))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty || pieces.isEmpty { pieces.append(.plain(String(rest))) }
  }

  var holes: [TrafficHole] {
    pieces.compactMap { if case .hole(let hole) = $0 { hole } else { nil } }
  }
}

/// Parameters of a call with marks where something will stand: a byte that no text has, and the number of a slot.
struct SlottedParameters: Sendable {
  private static let mark: UInt8 = 1
  private static let firstNumber: UInt8 = 2

  /// More slots than this cannot be told apart.
  static let mostSlots = 200

  var members: [JSONMember]
  /// What stands in each slot, in the order of the text.
  private(set) var slots: [TrafficHole] = []

  /// Braces in the texts of `members` become slots.
  init(_ members: [JSONMember]) {
    self.members = []
    var slots: [TrafficHole] = []
    self.members = members.map { JSONMember($0.name, Self.slotted($0.value, &slots)) }
    self.slots = slots
    precondition(slots.count <= Self.mostSlots, "a call has too many holes")
  }

  private static func slotted(_ value: JSONValue, _ slots: inout [TrafficHole]) -> JSONValue {
    switch value {
    case .string(let bytes):
      let text = TrafficText(String(decoding: bytes, as: UTF8.self))
      var marked: [UInt8] = []
      for piece in text.pieces {
        switch piece {
        case .plain(let text): marked += Array(text.utf8)
        case .hole(let hole):
          marked += marker(slots.count)
          slots.append(hole)
        }
      }
      return .string(marked)
    case .array(let elements):
      var slotted: [JSONValue] = []
      for element in elements { slotted.append(self.slotted(element, &slots)) }
      return .array(slotted)
    case .object(let members):
      var slotted: [JSONMember] = []
      for member in members {
        slotted.append(JSONMember(member.name, self.slotted(member.value, &slots)))
      }
      return .object(slotted)
    case .null, .bool, .number: return value
    }
  }

  static func marker(_ slot: Int) -> [UInt8] { [mark, firstNumber + UInt8(slot)] }

  /// A value with texts in the place of marks.
  static func filled(_ value: JSONValue, _ fillings: [[UInt8]]) -> JSONValue {
    switch value {
    case .string(let bytes):
      guard bytes.contains(mark) else { return value }
      return .string(filled(bytes, fillings))
    case .array(let elements): return .array(elements.map { filled($0, fillings) })
    case .object(let members):
      return .object(members.map { JSONMember($0.name, filled($0.value, fillings)) })
    case .null, .bool, .number: return value
    }
  }

  /// The texts of a value that have marks, in their order.
  static func markedTexts(_ value: JSONValue) -> [[UInt8]] {
    switch value {
    case .string(let bytes): bytes.contains(mark) ? [bytes] : []
    case .array(let elements): elements.flatMap(markedTexts)
    case .object(let members): members.flatMap { markedTexts($0.value) }
    case .null, .bool, .number: []
    }
  }

  static func filled(_ bytes: [UInt8], _ fillings: [[UInt8]]) -> [UInt8] {
    if bytes.count == 2, bytes[0] == mark { return fillings[Int(bytes[1] - firstNumber)] }
    var filled: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == mark, index + 1 < bytes.count {
        filled += fillings[Int(bytes[index + 1] - firstNumber)]
        index += 2
      } else {
        filled.append(bytes[index])
        index += 1
      }
    }
    return filled
  }
}
