/// The text of JSON string literals, as WTF-8.
///
/// Bytes that are not UTF-8 become U+FFFD and are noted, so that a problem can be reported. A lone surrogate
/// escape is kept as its three bytes; a pair becomes the character it means.
struct JSONStringDecoder {
  /// The last text decoded.
  private(set) var bytes: [UInt8] = []
  private(set) var hasInvalidText = false
  /// True where bytes that are not UTF-8 stay as they are, for whoever reads on in the text.
  private let keepsInvalidText: Bool

  init(keepingInvalidText: Bool = false) { keepsInvalidText = keepingInvalidText }

  /// Decodes what stands between the quotes, from `start` to `close`; the offset of a broken escape, or `nil`.
  mutating func decode(_ text: UnsafePointer<UInt8>, from start: Int, to close: Int) -> Int? {
    bytes.removeAll(keepingCapacity: true)
    hasInvalidText = false
    var index = start
    while index < close {
      let byte = text[index]
      if byte == 0x5C {
        guard let next = decodeEscape(text, index, close) else { return index }
        index = next
      } else if byte < 0x80 {
        bytes.append(byte)
        index += 1
      } else {
        index = copyScalar(text, index, close)
      }
    }
    return nil
  }

  private mutating func decodeEscape(
    _ text: UnsafePointer<UInt8>, _ index: Int, _ close: Int
  ) -> Int? {
    switch text[index + 1] {
    case 0x22: bytes.append(0x22)
    case 0x5C: bytes.append(0x5C)
    case 0x2F: bytes.append(0x2F)
    case 0x62: bytes.append(0x08)
    case 0x66: bytes.append(0x0C)
    case 0x6E: bytes.append(0x0A)
    case 0x72: bytes.append(0x0D)
    case 0x74: bytes.append(0x09)
    case 0x75:
      guard let unit = hexadecimal(text, index + 2, close) else { return nil }
      if unit & 0xFC00 == 0xD800, index + 7 < close, text[index + 6] == 0x5C,
        text[index + 7] == 0x75, let low = hexadecimal(text, index + 8, close),
        low & 0xFC00 == 0xDC00
      {
        appendScalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
        return index + 12
      }
      appendScalar(unit)
      return index + 6
    default: return nil
    }
    return index + 2
  }

  private func hexadecimal(
    _ text: UnsafePointer<UInt8>, _ start: Int, _ close: Int
  ) -> UInt32? {
    if start + 4 > close { return nil }
    var value: UInt32 = 0
    for index in start..<(start + 4) {
      let byte = text[index]
      let digit: UInt32
      if byte &- 0x30 < 10 {
        digit = UInt32(byte &- 0x30)
      } else if (byte | 0x20) &- 0x61 < 6 {
        digit = UInt32((byte | 0x20) &- 0x61 &+ 10)
      } else {
        return nil
      }
      value = value << 4 | digit
    }
    return value
  }

  private mutating func appendScalar(_ scalar: UInt32) {
    if scalar < 0x80 {
      bytes.append(UInt8(scalar))
    } else if scalar < 0x800 {
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    } else if scalar < 0x10000 {
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    } else {
      bytes.append(UInt8(0xF0 | scalar >> 18))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }

  /// Copies one scalar beyond ASCII, or U+FFFD for a byte that begins none.
  private mutating func copyScalar(
    _ text: UnsafePointer<UInt8>, _ index: Int, _ close: Int
  ) -> Int {
    let first = text[index]
    let length: Int
    let lowest: UInt8
    let highest: UInt8
    switch first {
    case 0xC2...0xDF: (length, lowest, highest) = (2, 0x80, 0xBF)
    case 0xE0: (length, lowest, highest) = (3, 0xA0, 0xBF)
    case 0xED: (length, lowest, highest) = (3, 0x80, 0x9F)
    case 0xE1...0xEF: (length, lowest, highest) = (3, 0x80, 0xBF)
    case 0xF0: (length, lowest, highest) = (4, 0x90, 0xBF)
    case 0xF1...0xF3: (length, lowest, highest) = (4, 0x80, 0xBF)
    case 0xF4: (length, lowest, highest) = (4, 0x80, 0x8F)
    default: (length, lowest, highest) = (0, 0, 0)
    }
    var isValid = length > 0 && index + length <= close
    if isValid { isValid = text[index + 1] >= lowest && text[index + 1] <= highest }
    if isValid && length > 2 {
      for offset in 2..<length where text[index + offset] & 0xC0 != 0x80 { isValid = false }
    }
    guard isValid else {
      bytes.append(contentsOf: keepsInvalidText ? [first] : [0xEF, 0xBF, 0xBD])
      hasInvalidText = true
      return index + 1
    }
    for offset in 0..<length { bytes.append(text[index + offset]) }
    return index + length
  }

  /// The text of one whole literal, its bytes as they are where they are not UTF-8; `nil` where it is broken.
  static func text(of literal: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard literal.count >= 2, let base = literal.baseAddress else { return nil }
    var decoder = JSONStringDecoder(keepingInvalidText: true)
    return decoder.decode(base, from: 1, to: literal.count - 1) == nil ? decoder.bytes : nil
  }

  /// Gives the bytes away, with eight zeros behind them, and the number without those.
  mutating func takePadded() -> (bytes: [UInt8], count: Int) {
    let count = bytes.count
    bytes.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return (taken, count)
  }

  /// Takes back the memory of what `takePadded` gave.
  mutating func giveBack(_ taken: consuming [UInt8]) { bytes = taken }
}
