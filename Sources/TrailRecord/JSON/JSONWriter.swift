/// Writes JSON text without needless space, escaping only what must be.
package enum JSONWriter {
  /// The value's text. O(size), and no stack for nesting.
  package static func bytes(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    append(value, to: &output)
    return output
  }

  /// What is still to be written, last first.
  private enum Work {
    case value(JSONValue)
    case member(JSONMember)
    case byte(UInt8)
  }

  package static func append(_ value: JSONValue, to output: inout [UInt8]) {
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
      case .value(.null): output.append(contentsOf: "null".utf8)
      case .value(.bool(let flag)): output.append(contentsOf: (flag ? "true" : "false").utf8)
      case .value(.number(let spelling)): output.append(contentsOf: spelling.utf8)
      case .value(.string(let text)): appendString(text, to: &output)
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
    output.append(UInt8(ascii: "\""))
    let bytes = Array(text)
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
    output.append(UInt8(ascii: "\""))
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
