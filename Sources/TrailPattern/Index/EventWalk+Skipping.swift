internal import TrailRecord

/// Getting over what is not asked about.
extension EventWalk {
  @inline(__always)
  mutating func skipSpace() {
    while offset < end, base[offset] <= 0x20 { offset &+= 1 }
  }

  /// Goes from an opening quote to behind the closing one, or to the end; true where there were escapes.
  @inline(__always)
  mutating func skipString() -> Bool {
    offset &+= 1
    var hasEscape = false
    let raw = UnsafeRawPointer(base)
    while true {
      while offset &+ 8 <= end {
        let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let found = Self.zeros(word ^ Self.quotes) | Self.zeros(word ^ Self.backslashes)
        if found != 0 {
          offset &+= found.trailingZeroBitCount / 8
          break
        }
        offset &+= 8
      }
      while offset < end, base[offset] != UInt8(ascii: "\""), base[offset] != UInt8(ascii: "\\") {
        offset &+= 1
      }
      guard offset < end else { return hasEscape }
      if base[offset] == UInt8(ascii: "\"") {
        offset &+= 1
        return hasEscape
      }
      hasEscape = true
      offset = min(offset &+ 2, end)
    }
  }

  /// Goes over one value of any kind, to behind it. At least one byte is passed.
  mutating func skipValue() {
    var depth = 0
    repeat {
      guard offset < end else { return }
      switch base[offset] {
      case UInt8(ascii: "\""): _ = skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth &+= 1
        offset &+= 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth &-= 1
        offset &+= 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0...0x20: offset &+= 1
      default: skipWord()
      }
    } while depth > 0
  }

  /// A number or a literal.
  @inline(__always)
  private mutating func skipWord() {
    offset &+= 1
    while offset < end {
      switch base[offset] {
      case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"),
        UInt8(ascii: "\""):
        return
      default: offset &+= 1
      }
    }
  }

  private static let quotes: UInt64 = 0x2222_2222_2222_2222
  private static let backslashes: UInt64 = 0x5C5C_5C5C_5C5C_5C5C

  /// The high bits of the bytes that are zero; bits above the lowest such byte may be wrong.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  /// Writes a string's content with its escapes resolved, as the JSON parser does; one that does not exist stands
  /// for its own character.
  func resolve(_ start: Int, _ stop: Int, _ text: inout [UInt8]) {
    text.removeAll(keepingCapacity: true)
    var index = start
    while index < stop {
      let byte = base[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < stop else {
        text.append(byte)
        continue
      }
      let code = base[index]
      index += 1
      switch code {
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        guard var unit = unit(at: index, stop) else { continue }
        index += 4
        if unit & 0xFC00 == 0xD800, index + 1 < stop, base[index] == UInt8(ascii: "\\"),
          base[index + 1] == UInt8(ascii: "u"), let low = self.unit(at: index + 2, stop),
          low & 0xFC00 == 0xDC00
        {
          unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
          index += 6
        }
        UTF8Bytes.append(unit, to: &text)
      default: text.append(code)
      }
    }
  }

  /// Four hexadecimal digits, or nil.
  private func unit(at index: Int, _ stop: Int) -> UInt32? {
    guard index + 4 <= stop else { return nil }
    var unit: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        return nil
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
