/// What the terminal has sent and editline has not yet asked for.
struct TypeAhead {
  /// A paste beyond this is read when the rest has been worked off.
  static let byteLimit = 16 * 1024 * 1024

  private var bytes: [UInt8] = []
  private var head = 0

  var isEmpty: Bool { head == bytes.count }
  var count: Int { bytes.count - head }

  /// Whether the next key is Enter.
  var startsWithEnter: Bool { !isEmpty && Self.isEnter(bytes[head]) }
  /// Whether there is a whole line: a sign of a paste.
  var holdsLine: Bool { bytes[head...].contains(where: Self.isEnter) }

  /// Whether there is more than Enter and Tab keys, which a person may press in quick succession.
  var holdsText: Bool { bytes[head...].contains { $0 > 0x20 } }

  mutating func append(_ more: some Sequence<UInt8>) {
    if isEmpty { removeAll() }
    bytes.append(contentsOf: more)
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    head = 0
  }

  /// The next character, or `nil` when there is none or only a part of one. Bytes that are no UTF-8 are
  /// passed over: no key sends them.
  mutating func next() -> Unicode.Scalar? {
    while !isEmpty {
      let lead = bytes[head]
      let length =
        switch lead {
        case 0x00...0x7F: 1
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 0
        }
      if length == 0 {
        head += 1
        continue
      }
      let available = bytes[head..<min(head + length, bytes.count)]
      if let wrong = available.dropFirst().firstIndex(where: { $0 & 0xC0 != 0x80 }) {
        head = wrong
        continue
      }
      guard available.count == length else { return nil }
      head += length
      // Overlong forms and surrogates survive the checks above, and fail here.
      if let text = String(validating: available, as: UTF8.self) {
        return text.unicodeScalars.first
      }
    }
    return nil
  }

  /// The next line as far as it is there, without taking it.
  func peekLine() -> String? {
    guard !isEmpty else { return nil }
    return String(decoding: bytes[head...].prefix { !Self.isEnter($0) }, as: UTF8.self)
  }

  private static func isEnter(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }
}
