import CEditline
import CEditlineShims

/// The Tab key.
extension EditlineEditor {
  /// Completes at the cursor; gives back what editline is to do next.
  func complete() -> UInt8 {
    guard let advisor else { return UInt8(CC_ERROR) }
    let (line, cursor) = currentLine()
    let before = String(String.UnicodeScalarView(line[..<cursor]))
    let after = String(String.UnicodeScalarView(line[cursor...]))
    let offset = precedingText.utf8.count
    let cursorOffset = offset + before.utf8.count
    let list = advisor.completions(in: precedingText + before + after, at: cursorOffset)

    // Only this line can be changed, up to the cursor and a little beyond.
    let text = before + after
    guard list.replacedRange.lowerBound >= offset, list.replacedRange.lowerBound <= cursorOffset,
      list.replacedRange.upperBound >= cursorOffset,
      list.replacedRange.upperBound <= offset + text.utf8.count
    else { return UInt8(CC_ERROR) }
    let start = text.utf8.index(text.startIndex, offsetBy: list.replacedRange.lowerBound - offset)
    let middle = text.utf8.index(text.startIndex, offsetBy: before.utf8.count)
    let end = text.utf8.index(text.startIndex, offsetBy: list.replacedRange.upperBound - offset)

    switch list.action(typed: String(text[start..<middle])) {
    case .nothing:
      return UInt8(CC_ERROR)
    case .insert(let insertion):
      el_cursor(editline, Int32(text.unicodeScalars[middle..<end].count))
      el_deletestr(editline, Int32(text.unicodeScalars[start..<end].count))
      // A space that follows already serves as the suffix.
      let isSpaced = insertion.hasSuffix(" ") && text[end...].hasPrefix(" ")
      el_insertstr(editline, isSpaced ? String(insertion.dropLast()) : insertion)
      if isSpaced { el_cursor(editline, 1) }
      return UInt8(CC_REFRESH)
    case .list:
      show(list)
      return UInt8(CC_NORM)
    }
  }

  /// Lists the candidates below the line, and draws the line again below them.
  private func show(_ list: CompletionList) {
    leaveLine()
    let rows = CompletionMenu.rows(
      of: list, terminal: Terminal.size(of: screen), colour: usesColour)
    draw(rows.map { $0 + "\r\n" }.joined())
    editline_refresh(editline)
  }
}
