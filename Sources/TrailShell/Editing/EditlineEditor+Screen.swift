import CEditline
import CEditlineShims

/// The screen: what is painted over or below editline's own picture.
extension EditlineEditor {
  /// The line as it is now, and the place of its cursor among its characters.
  func currentLine() -> (scalars: [Unicode.Scalar], cursor: Int) {
    guard let line = el_wline(editline), let start = line.pointee.buffer else { return ([], 0) }
    let count = line.pointee.lastchar - start
    let scalars = (0..<count).map { index in
      Unicode.Scalar(UInt32(bitPattern: start[index])) ?? "\u{FFFD}"
    }
    return (scalars, line.pointee.cursor - start)
  }

  /// Writes to the terminal directly; editline has flushed its own output whenever it calls us.
  func draw(_ text: String) {
    // A terminal that has gone shows at the next read.
    try? writeAll(text.utf8, to: screen)
  }

  func repaint() {
    guard usesColour else { return }
    let (line, cursor) = currentLine()
    let text = String(String.UnicodeScalarView(line))
    let ranges = advisor?.styles(of: precedingText + text) ?? []
    let styles = Painter.styles(of: line, from: ranges, offset: precedingText.utf8.count)
    let terminal = Terminal.size(of: screen)
    if let picture = painter.paint(line: line, cursor: cursor, styles: styles, terminal: terminal) {
      draw(picture)
    }
  }

  private func layout() -> (layout: LineLayout, cursor: LineLayout.Position) {
    let (line, cursor) = currentLine()
    let layout = LineLayout(
      prompt: painter.prompt, line: line, columns: Terminal.size(of: screen).columns)
    return (layout, layout.position(of: cursor))
  }

  /// Moves to a fresh row below the line, after writing `remark` at the line's end.
  func leaveLine(saying remark: String = "", breakingOff isBrokenOff: Bool = false) {
    var moves = ""
    var isLeftByEditline = false
    if movesCursor {
      let (layout, cursor) = layout()
      // A search that is broken off goes below its line by itself.
      isLeftByEditline = isBrokenOff && Painter.isSearch(currentLine().scalars)
      let below = min(layout.end.row - cursor.row, Terminal.size(of: screen).rows - 1)
      if below > 0 { moves += "\u{1B}[\(below)B" }
      moves += "\r"
      if layout.end.column > 0 { moves += "\u{1B}[\(layout.end.column)C" }
    }
    if isLeftByEditline {
      draw("\u{1B}7" + moves + remark + "\u{1B}8")
    } else {
      draw(moves + remark + "\r\n")
    }
  }

  /// Draws the line anew after the terminal's size has changed.
  ///
  /// Most terminals have by then broken the line anew to their width, and moved the cursor with its
  /// character: so it is in the row where our arithmetic puts it in the new width.
  func redrawResized() {
    if movesCursor {
      let (_, cursor) = layout()
      draw((cursor.row > 0 ? "\u{1B}[\(cursor.row)A" : "") + "\r\u{1B}[J")
    } else {
      draw("\r\n")
    }
    el_resize(editline)
    editline_refresh(editline)
  }
}
