/// What made a text no JSON, and at which byte.
package struct JSONError: Error, Hashable, Sendable {
  package enum Reason: String, Sendable {
    case unexpectedEnd = "the text ends inside a value"
    case unexpectedByte = "this byte does not belong here"
    case badNumber = "this is not a JSON number"
    case badEscape = "this escape does not exist"
    case controlCharacter = "a control character in a string must be escaped"
    case badUTF8 = "these bytes are not UTF-8"
    case tooDeep = "nested too deeply"
    case trailingBytes = "something follows the value"
  }
  package var reason: Reason
  package var offset: Int
}

/// A strict RFC 8259 parser that uses no stack for nesting.
///
/// It is the yardstick of tests, written for plainness; the engine has a fast walker of its own.
package struct JSONParser {
  /// The deepest nesting that is read.
  package static let maximumDepth = 10_000

  private let bytes: [UInt8]
  private var offset = 0

  /// Reads one value and nothing after it but white space. O(bytes). Throws `JSONError`.
  package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.document()
    return value
  }

  package static func parse(_ text: String) throws(JSONError) -> JSONValue {
    try parse(Array(text.utf8))
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// A container that is still open.
  private enum Frame {
    case array([JSONValue])
    case object([JSONMember], name: [UInt8])
  }

  private mutating func document() throws(JSONError) -> JSONValue {
    var frames: [Frame] = []
    while true {
      var finished = try startOfValue(&frames)
      while let value = finished {
        guard let frame = frames.popLast() else {
          skipSpace()
          guard offset == bytes.count else { throw error(.trailingBytes) }
          return value
        }
        finished = try add(value, to: frame, &frames)
      }
    }
  }

  /// Reads a scalar or an empty container, or opens a container and returns nil.
  private mutating func startOfValue(_ frames: inout [Frame]) throws(JSONError) -> JSONValue? {
    skipSpace()
    guard offset < bytes.count else { throw error(.unexpectedEnd) }
    switch bytes[offset] {
    case UInt8(ascii: "{"):
      offset += 1
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object([]) }
      try checkDepth(frames)
      frames.append(.object([], name: try memberName()))
      return nil
    case UInt8(ascii: "["):
      offset += 1
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array([]) }
      try checkDepth(frames)
      frames.append(.array([]))
      return nil
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .number(try number())
    }
  }

  /// Adds a value to its container; returns the container when this was its last.
  private mutating func add(
    _ value: JSONValue, to frame: Frame, _ frames: inout [Frame]
  ) throws(JSONError) -> JSONValue? {
    skipSpace()
    switch frame {
    case .array(var values):
      values.append(value)
      if take(UInt8(ascii: "]")) { return .array(values) }
      try expect(UInt8(ascii: ","))
      frames.append(.array(values))
    case .object(var members, let name):
      members.append(JSONMember(name, value))
      if take(UInt8(ascii: "}")) { return .object(members) }
      try expect(UInt8(ascii: ","))
      skipSpace()
      frames.append(.object(members, name: try memberName()))
    }
    return nil
  }

  private mutating func memberName() throws(JSONError) -> [UInt8] {
    guard offset < bytes.count else { throw error(.unexpectedEnd) }
    guard bytes[offset] == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
    let name = try string()
    skipSpace()
    try expect(UInt8(ascii: ":"))
    return name
  }

  private func checkDepth(_ frames: [Frame]) throws(JSONError) {
    if frames.count >= Self.maximumDepth { throw error(.tooDeep) }
  }

  private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.utf8 { try expect(byte) }
    return value
  }

  private mutating func number() throws(JSONError) -> String {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) {
      guard digits() > 0 else {
        throw JSONError(reason: offset == start ? .unexpectedByte : .badNumber, offset: offset)
      }
    }
    if take(UInt8(ascii: ".")), digits() == 0 { throw error(.badNumber) }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { throw error(.badNumber) }
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// Skips decimal digits and says how many there were.
  private mutating func digits() -> Int {
    let start = offset
    while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
    return offset - start
  }

  private mutating func string() throws(JSONError) -> [UInt8] {
    offset += 1
    var output: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return output
      case UInt8(ascii: "\\"):
        try escape(into: &output)
      case 0..<0x20:
        throw error(.controlCharacter)
      case 0x20..<0x80:
        output.append(byte)
        offset += 1
      default:
        guard let width = UTF8Bytes.width(in: bytes, at: offset) else { throw error(.badUTF8) }
        output.append(contentsOf: bytes[offset..<offset + width])
        offset += width
      }
    }
    throw error(.unexpectedEnd)
  }

  private mutating func escape(into output: inout [UInt8]) throws(JSONError) {
    guard offset + 1 < bytes.count else { throw error(.unexpectedEnd) }
    let code = bytes[offset + 1]
    switch code {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(code)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      var unit = try hexUnit(at: offset + 2)
      if unit & 0xFC00 == 0xD800, offset + 7 < bytes.count,
        bytes[offset + 6] == UInt8(ascii: "\\"), bytes[offset + 7] == UInt8(ascii: "u")
      {
        let low = try hexUnit(at: offset + 8)
        if low & 0xFC00 == 0xDC00 {
          unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
          offset += 6
        }
      }
      UTF8Bytes.append(unit, to: &output)
      offset += 4
    default: throw error(.badEscape)
    }
    offset += 2
  }

  private func hexUnit(at start: Int) throws(JSONError) -> UInt32 {
    guard start + 4 <= bytes.count else { throw error(.unexpectedEnd) }
    var unit: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw error(.badEscape)
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard offset < bytes.count else { throw error(.unexpectedEnd) }
    guard take(byte) else { throw error(.unexpectedByte) }
  }

  private func error(_ reason: JSONError.Reason) -> JSONError {
    JSONError(reason: reason, offset: offset)
  }
}

/// UTF-8 by hand, with room for lone surrogates.
package enum UTF8Bytes {
  /// The width of the scalar that starts at `offset`, or nil where the bytes are not UTF-8.
  package static func width(in bytes: [UInt8], at offset: Int) -> Int? {
    unsafe bytes.withUnsafeBufferPointer { unsafe CaseFolding.decode($0, at: offset)?.width }
  }

  /// Appends a code point's bytes; a lone surrogate gets the three bytes of its number.
  package static func append(_ value: UInt32, to output: inout [UInt8]) {
    switch value {
    case 0..<0x80:
      output.append(UInt8(value))
    case 0x80..<0x800:
      output.append(UInt8(0xC0 | value >> 6))
      output.append(UInt8(0x80 | value & 0x3F))
    case 0x800..<0x10000:
      output.append(UInt8(0xE0 | value >> 12))
      output.append(UInt8(0x80 | value >> 6 & 0x3F))
      output.append(UInt8(0x80 | value & 0x3F))
    default:
      output.append(UInt8(0xF0 | value >> 18))
      output.append(UInt8(0x80 | value >> 12 & 0x3F))
      output.append(UInt8(0x80 | value >> 6 & 0x3F))
      output.append(UInt8(0x80 | value & 0x3F))
    }
  }
}
