/// Writes JSON text without needless space, escaping only what must be.
package enum JSONWriter {
  /// The value's text. O(size), and little stack for nesting.
  package static func bytes(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    append(value, to: &output)
    return output
  }

  /// Nesting that is followed on the stack; what lies deeper is kept on a heap.
  private static let shallow = 32

  package static func append(_ value: JSONValue, to output: inout [UInt8]) {
    append(value, depth: 0, to: &output)
  }

  private static func append(_ value: JSONValue, depth: Int, to output: inout [UInt8]) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let spelling): output.append(contentsOf: spelling.utf8)
    case .string(let text): appendString(text, to: &output)
    case .array where depth == shallow, .object where depth == shallow:
      appendDeep(value, to: &output)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        append(value, depth: depth + 1, to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        appendString(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        append(member.value, depth: depth + 1, to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  /// What is still to be written, last first.
  private enum Work {
    case value(JSONValue)
    case member(JSONMember)
    case byte(UInt8)
  }

  private static func appendDeep(_ value: JSONValue, to output: inout [UInt8]) {
    var work: [Work] = [.value(value)]
    while let next = work.popLast() {
      switch next {
      case .byte(let byte): output.append(byte)
      case .member(let member):
        appendString(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        work.append(.value(member.value))
      case .value(.array(let values)):
        output.append(UInt8(ascii: "["))
        work.append(.byte(UInt8(ascii: "]")))
        push(values.map { .value($0) }, on: &work)
      case .value(.object(let members)):
        output.append(UInt8(ascii: "{"))
        work.append(.byte(UInt8(ascii: "}")))
        push(members.map { .member($0) }, on: &work)
      case .value(let leaf): append(leaf, to: &output)
      }
    }
  }

  private static func push(_ parts: [Work], on work: inout [Work]) {
    for (index, part) in parts.enumerated().reversed() {
      work.append(part)
      if index > 0 { work.append(.byte(UInt8(ascii: ","))) }
    }
  }

  /// Appends `text` as a JSON string with its quotes.
  package static func appendString(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
    appendString(Array(text), to: &output)
  }

  /// Appends `bytes` as a JSON string with its quotes.
  package static func appendString(_ bytes: [UInt8], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    if isPlain(bytes) {
      output.append(contentsOf: bytes)
    } else {
      appendEscaped(bytes, to: &output)
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Appends a text as a JSON string with its quotes.
  package static func appendString(_ text: String, to output: inout [UInt8]) {
    var text = text
    let isWritten: Bool = text.withUTF8 { bytes in
      guard unsafe isPlain(bytes) else { return false }
      output.append(UInt8(ascii: "\""))
      unsafe output.append(contentsOf: bytes)
      output.append(UInt8(ascii: "\""))
      return true
    }
    if !isWritten { appendString(Array(text.utf8), to: &output) }
  }

  /// Whether bytes can stand in a string as they are.
  package static func isPlain(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { unsafe isPlain($0) }
  }

  /// Whether bytes can stand in a string as they are. No branch, so that many are looked at at once.
  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var odd: UInt8 = 0
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      odd |= byte < 0x20 ? 1 : 0
      odd |= byte == 0x22 ? 1 : 0
      odd |= byte == 0x5C ? 1 : 0
      odd |= byte == 0xED ? 1 : 0
    }
    return odd == 0
  }

  private static func appendEscaped(_ bytes: [UInt8], to output: inout [UInt8]) {
    var offset = 0
    // What needs no escape is copied in one go.
    var start = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      let isPlain =
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0xED
      guard !isPlain else {
        offset += 1
        continue
      }
      output.append(contentsOf: bytes[start..<offset])
      offset += escape(byte, at: offset, in: bytes, to: &output)
      start = offset
    }
    output.append(contentsOf: bytes[start...])
  }

  /// Appends a character that may need an escape.
  ///
  /// - Returns: how many bytes of `bytes` it is.
  private static func escape(
    _ byte: UInt8, at offset: Int, in bytes: [UInt8], to output: inout [UInt8]
  ) -> Int {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      output.append(UInt8(ascii: "\\"))
      output.append(byte)
    case 0x0A: output.append(contentsOf: #"\n"#.utf8)
    case 0x0D: output.append(contentsOf: #"\r"#.utf8)
    case 0x09: output.append(contentsOf: #"\t"#.utf8)
    case 0..<0x20:
      output.append(contentsOf: #"\u00"#.utf8)
      output.append(hexDigit(byte >> 4))
      output.append(hexDigit(byte & 15))
    case 0xED where offset + 2 < bytes.count && bytes[offset + 1] >= 0xA0:
      // Half of a surrogate pair, which UTF-8 cannot say.
      let low = UInt32(bytes[offset + 1] & 0x3F) << 6 | UInt32(bytes[offset + 2] & 0x3F)
      let unit = 0xD000 | low
      output.append(contentsOf: #"\u"#.utf8)
      for shift in stride(from: 12, through: 0, by: -4) {
        output.append(hexDigit(UInt8(truncatingIfNeeded: unit >> UInt32(shift) & 15)))
      }
      return 3
    default: output.append(byte)
    }
    return 1
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
