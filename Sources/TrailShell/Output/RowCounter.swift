/// Counts the rows of the screen that a text takes, as it comes in pieces.
///
/// Lines longer than the screen is wide take several rows, escape sequences take no room, wide characters two
/// columns.
struct RowCounter {
  private(set) var rows = 0
  private let columns: Int
  private var column = 0
  private var state = State.text
  /// The bytes of a character of which more are to come.
  private var partial: [UInt8] = []

  private enum State {
    case text, escape, sequence
  }

  init(columns: Int) {
    self.columns = max(1, columns)
  }

  /// Counts on until there are more than `limit` rows; what comes after that makes no difference.
  mutating func count(_ bytes: some Sequence<UInt8>, limit: Int = .max) {
    for byte in bytes {
      if rows > limit { return }
      count(byte)
    }
  }

  private mutating func count(_ byte: UInt8) {
    switch state {
    case .escape:
      state = byte == UInt8(ascii: "[") ? .sequence : .text
    case .sequence:
      if (0x40...0x7E).contains(byte) { state = .text }
    case .text:
      switch byte {
      case 0x1B: state = .escape
      case 0x0A:
        rows += 1
        column = 0
      case 0x0D: column = 0
      case 0x09: advance(by: 8 - column % 8)
      case 0x20..<0x7F: advance(by: 1)
      case 0x80...: countMultibyte(byte)
      default: break
      }
    }
  }

  private mutating func countMultibyte(_ byte: UInt8) {
    if byte & 0xC0 == 0xC0 { partial.removeAll(keepingCapacity: true) }
    partial.append(byte)
    let length = partial[0] >= 0xF0 ? 4 : partial[0] >= 0xE0 ? 3 : 2
    guard partial.count >= length else { return }
    let character = String(decoding: partial, as: UTF8.self)
    partial.removeAll(keepingCapacity: true)
    advance(by: Terminal.width(of: character))
  }

  private mutating func advance(by width: Int) {
    if column + width > columns {
      rows += 1
      column = 0
    }
    column += width
  }
}
