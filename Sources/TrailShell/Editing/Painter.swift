/// Rewrites the line that editline has drawn, cell for cell, in colours.
///
/// editline knows no colours. But it asks for each key when its screen is up to date, and between two keys
/// the same characters can be written over themselves with attributes. editline then redraws only what
/// changes, and the next painting colours that too.
struct Painter {
  var prompt: String
  var promptStyle: TextStyle

  /// The bytes to write while the cursor is where editline left it, in front of the character `cursor`.
  ///
  /// Nothing when the picture cannot be known: uncertain widths, a line taller than the screen, a search.
  /// - Parameter styles: one for each character of `line`.
  func paint(line: [Unicode.Scalar], cursor: Int, styles: [TextStyle], terminal: Terminal)
    -> String?
  {
    let layout = LineLayout(prompt: prompt, line: line, columns: terminal.columns)
    guard layout.isCertain, layout.rows < terminal.rows, !Self.isSearch(line) else { return nil }

    var output = "\u{1B}7"
    let cursorRow = layout.position(of: cursor).row
    if cursorRow > 0 { output += "\u{1B}[\(cursorRow)A" }
    output += "\r" + Palette.paint(prompt, as: promptStyle)

    var pen = Pen(position: layout.start)
    for (index, scalar) in line.enumerated() where scalar.value >= 0x20 && scalar.value != 0x7F {
      pen.move(to: layout.positions[index])
      pen.write(scalar, style: styles[index])
    }
    pen.finish()
    return output + pen.output + "\u{1B}8"
  }

  /// Whether editline has put a search or command line below the text, as Ctrl-R and vi's `/` and `:` do.
  static func isSearch(_ line: [Unicode.Scalar]) -> Bool {
    guard let lineEnd = line.lastIndex(of: "\n") else { return false }
    let last = String(String.UnicodeScalarView(line[(lineEnd + 1)...]))
    return ["bck:", "bck?", "fwd:", "fwd?", "/", "?", ": "].contains { last.hasPrefix($0) }
  }

  /// One style for each character of `line`, from ranges of bytes of a text in which the line begins at
  /// byte `offset`.
  static func styles(
    of line: [Unicode.Scalar], from ranges: [StyledRange], offset: Int
  ) -> [TextStyle] {
    var starts: [Int] = []
    starts.reserveCapacity(line.count)
    var byte = offset
    for scalar in line {
      starts.append(byte)
      byte += UTF8.width(scalar)
    }
    var styles = [TextStyle](repeating: .plain, count: line.count)
    for styled in ranges {
      var index = starts.partitionPoint { $0 >= styled.range.lowerBound }
      while index < starts.count, starts[index] < styled.range.upperBound {
        styles[index] = styled.style
        index += 1
      }
    }
    return styles
  }
}

/// A cursor that writes characters and changes place and colour only when it must.
private struct Pen {
  private(set) var output = ""
  /// Where the last character's right neighbour is.
  private var position: LineLayout.Position
  private var parameters = ""

  init(position: LineLayout.Position) {
    self.position = position
  }

  mutating func move(to target: LineLayout.Position) {
    if target.row > position.row {
      // Down and not a line feed, which would scroll at the bottom. The return also ends the state in which
      // a terminal has filled the last column and not yet wrapped.
      output += "\r\u{1B}[\(target.row - position.row)B"
      position = LineLayout.Position(row: target.row, column: 0)
    }
    if target.column > position.column { output += "\u{1B}[\(target.column - position.column)C" }
    position = target
  }

  mutating func write(_ scalar: Unicode.Scalar, style: TextStyle) {
    let wanted = Palette.parameters(of: style)
    if wanted != parameters {
      output += wanted.isEmpty ? "\u{1B}[0m" : "\u{1B}[0;\(wanted)m"
      parameters = wanted
    }
    output.unicodeScalars.append(scalar)
    position.column += max(0, Terminal.width(of: scalar))
  }

  mutating func finish() {
    if !parameters.isEmpty { output += "\u{1B}[0m" }
  }
}

extension Array {
  /// The first index from which on `belongs` holds, by bisection: O(log n).
  fileprivate func partitionPoint(where belongs: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
