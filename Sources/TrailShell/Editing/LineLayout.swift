/// Where each character of the edited line stands on the screen.
///
/// This repeats editline's own arithmetic (its refresh.c): a tab goes to the next multiple of eight, a control
/// character takes two cells (`^A`), a wide character that does not fit in a row goes to the next one, and a
/// row that is exactly full is left at once.
struct LineLayout {
  struct Position: Equatable {
    var row = 0
    var column = 0
  }

  /// One for each character of the line, where its first cell is.
  private(set) var positions: [Position] = []
  /// Where the line begins, after the prompt.
  private(set) var start = Position()
  /// Where the next character would go.
  private(set) var end = Position()
  /// Whether every character is one whose place is certain. What terminals draw differently (joined emoji,
  /// variation selectors, unassigned characters) is not.
  private(set) var isCertain = true

  private let columns: Int

  init(prompt: String, line: [Unicode.Scalar], columns: Int) {
    self.columns = max(2, columns)
    for scalar in prompt.unicodeScalars { _ = place(scalar) }
    start = end
    positions.reserveCapacity(line.count)
    for scalar in line { positions.append(place(scalar)) }
  }

  /// Where the cursor stands that is in front of the character at `index`.
  func position(of index: Int) -> Position {
    index < positions.count ? positions[index] : end
  }

  var rows: Int { end.row + 1 }

  private mutating func place(_ scalar: Unicode.Scalar) -> Position {
    switch scalar {
    case "\n":
      let position = end
      end = Position(row: end.row + 1, column: 0)
      return position
    case "\t":
      let position = end
      repeat { _ = put(width: 1) } while end.column % 8 != 0
      return position
    case _ where scalar.value < 0x20 || scalar.value == 0x7F:
      let position = put(width: 1)
      _ = put(width: 1)
      return position
    default:
      let width = Terminal.width(of: scalar)
      if width < 0 || Self.isDrawnDifferently(scalar) { isCertain = false }
      // An accent belongs to the character before it, which stands in another row.
      if width == 0, end.column == 0 { isCertain = false }
      return put(width: max(0, width))
    }
  }

  private mutating func put(width: Int) -> Position {
    while end.column + width > columns { advance(by: 1) }
    let position = end
    advance(by: width)
    return position
  }

  private mutating func advance(by width: Int) {
    end.column += width
    if end.column >= columns { end = Position(row: end.row + 1, column: 0) }
  }

  private static func isDrawnDifferently(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0x1F1E6...0x1F1FF,
      0x1F3FB...0x1F3FF, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }
}
