/// What a terminal shows: enough of an xterm to follow a line editor, with the colour of each cell.
///
/// It breaks no lines anew when it is resized, as some terminals do not.
package struct ScreenModel {
  package struct Cell: Equatable {
    /// Empty for the second half of a wide character.
    package var text = " "
    /// The parameters of the colour sequence in force, such as `1;36`; empty for none.
    package var style = ""
  }

  package private(set) var rows: Int
  package private(set) var columns: Int
  package private(set) var cells: [[Cell]]
  package private(set) var cursor = (row: 0, column: 0)
  /// Lines that have left the screen at the top.
  package private(set) var scrolledOff: [String] = []

  private var style = ""
  private var saved = (row: 0, column: 0, style: "")
  /// The last column is filled, and the next character goes to the next row.
  private var isWrapPending = false
  private var state = State.text
  private var parameters = ""
  private var partial: [UInt8] = []

  private enum State {
    case text, escape, sequence, title, skipOne
  }

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cells = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
  }

  /// The rows of the screen without trailing spaces, down to the last that is not empty.
  package var lines: [String] {
    var lines = cells.map { Self.trimmed($0) }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  package var text: String { lines.joined(separator: "\n") }

  /// Everything shown so far, what has scrolled off included.
  package var history: String { (scrolledOff + lines).joined(separator: "\n") }

  /// The characters of a row that have the given style, in one string.
  package func text(inRow row: Int, style: String) -> String {
    cells[row].filter { $0.style == style }.map(\.text).joined()
  }

  package mutating func resize(rows: Int, columns: Int) {
    while cells.count > rows, cursor.row < cells.count - 1 { cells.removeLast() }
    while cells.count > rows {
      scrolledOff.append(Self.trimmed(cells.removeFirst()))
      cursor.row -= 1
    }
    while cells.count < rows { cells.append([]) }
    cells = cells.map { row in
      Array(row.prefix(columns)) + Array(repeating: Cell(), count: max(0, columns - row.count))
    }
    self.rows = rows
    self.columns = columns
    cursor.column = min(cursor.column, columns - 1)
    isWrapPending = false
  }

  package mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { feed(byte) }
  }

  private mutating func feed(_ byte: UInt8) {
    switch state {
    case .text: feedText(byte)
    case .escape: feedEscape(byte)
    case .sequence:
      if (0x40...0x7E).contains(byte) {
        state = .text
        perform(Character(Unicode.Scalar(byte)))
      } else {
        parameters.unicodeScalars.append(Unicode.Scalar(byte))
      }
    case .title: if byte == 0x07 { state = .text }
    case .skipOne: state = .text
    }
  }

  private mutating func feedText(_ byte: UInt8) {
    switch byte {
    case 0x1B: state = .escape
    case 0x0D:
      cursor.column = 0
      isWrapPending = false
    case 0x0A: lineFeed()
    case 0x08:
      cursor.column = max(0, cursor.column - 1)
      isWrapPending = false
    case 0x09: cursor.column = min(columns - 1, (cursor.column / 8 + 1) * 8)
    case 0x00..<0x20, 0x7F: break
    case 0x20..<0x7F: put(Unicode.Scalar(byte))
    default:
      if byte & 0xC0 == 0xC0 { partial = [] }
      partial.append(byte)
      let length = partial[0] >= 0xF0 ? 4 : partial[0] >= 0xE0 ? 3 : 2
      guard partial.count == length else { return }
      for scalar in String(decoding: partial, as: UTF8.self).unicodeScalars { put(scalar) }
    }
  }

  private mutating func feedEscape(_ byte: UInt8) {
    state = .text
    switch Character(Unicode.Scalar(byte)) {
    case "[":
      state = .sequence
      parameters = ""
    case "]": state = .title
    case "(", ")": state = .skipOne
    case "7": saved = (cursor.row, cursor.column, style)
    case "8":
      cursor = (saved.row, saved.column)
      style = saved.style
      isWrapPending = false
    default: break
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = Self.width(of: scalar)
    if width == 0 {
      let column = isWrapPending ? cursor.column : max(0, cursor.column - 1)
      cells[cursor.row][column].text.unicodeScalars.append(scalar)
      return
    }
    if isWrapPending || cursor.column + width > columns {
      cursor.column = 0
      lineFeed()
    }
    cells[cursor.row][cursor.column] = Cell(text: String(scalar), style: style)
    if width == 2 { cells[cursor.row][cursor.column + 1] = Cell(text: "", style: style) }
    cursor.column += width
    isWrapPending = cursor.column >= columns
    if isWrapPending { cursor.column = columns - 1 }
  }

  private mutating func lineFeed() {
    isWrapPending = false
    if cursor.row < rows - 1 {
      cursor.row += 1
    } else {
      scrolledOff.append(Self.trimmed(cells.removeFirst()))
      cells.append(Array(repeating: Cell(), count: columns))
    }
  }

  private mutating func perform(_ command: Character) {
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    let count = max(1, numbers.first.flatMap { $0 } ?? 1)
    let row = cursor.row
    if command != "m" { isWrapPending = false }
    switch command {
    case "A": cursor.row = max(0, row - count)
    case "B": cursor.row = min(rows - 1, row + count)
    case "C": cursor.column = min(columns - 1, cursor.column + count)
    case "D": cursor.column = max(0, cursor.column - count)
    case "G": cursor.column = min(columns, count) - 1
    case "d": cursor.row = min(rows, count) - 1
    case "H":
      let column = numbers.count > 1 ? numbers[1] ?? 1 : 1
      cursor = (min(rows, count) - 1, min(columns, max(1, column)) - 1)
    case "J": eraseBelow(everything: numbers.first == 2)
    case "K": for column in cursor.column..<columns { cells[row][column] = Cell() }
    case "P":
      cells[row].removeSubrange(cursor.column..<min(columns, cursor.column + count))
      cells[row] += Array(repeating: Cell(), count: columns - cells[row].count)
    case "@":
      cells[row].insert(contentsOf: Array(repeating: Cell(), count: count), at: cursor.column)
      cells[row].removeLast(cells[row].count - columns)
    case "m": setStyle()
    default: break
    }
  }

  private mutating func eraseBelow(everything: Bool) {
    if !everything { for column in cursor.column..<columns { cells[cursor.row][column] = Cell() } }
    for row in (everything ? 0 : cursor.row + 1)..<rows {
      cells[row] = Array(repeating: Cell(), count: columns)
    }
  }

  private mutating func setStyle() {
    var codes = parameters.split(separator: ";").map(String.init)
    if codes.isEmpty { codes = ["0"] }
    if let reset = codes.lastIndex(of: "0") {
      style = ""
      codes.removeSubrange(...reset)
    }
    if !codes.isEmpty { style = codes.joined(separator: ";") }
  }

  private static func trimmed(_ row: [Cell]) -> String {
    var text = row.map(\.text).joined()
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  /// Columns of a character, known without asking the C library.
  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
