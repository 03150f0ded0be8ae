/// Candidates laid out in columns, the best at the top of the first column.
struct CompletionMenu {
  private static let gapInside = 1
  private static let gapBetween = 3
  /// Rows of the screen that the list leaves for the line being edited.
  private static let rowsLeftFree = 3

  /// The rows of the list, without line ends.
  static func rows(
    of list: CompletionList, terminal: Terminal, colour: Bool
  ) -> [String] {
    let entries = list.candidates.map { Entry($0, limit: terminal.columns - 1) }
    guard !entries.isEmpty else { return [] }
    let titleWidth = entries.reduce(0) { max($0, $1.titleWidth) }
    let remarkWidth = entries.reduce(0) { max($0, $1.remarkWidth) }
    let remarkCells = remarkWidth == 0 ? 0 : gapInside + remarkWidth
    let cellWidth = min(titleWidth + remarkCells, terminal.columns - 1)
    let columnCount = max(1, (terminal.columns - 1 + gapBetween) / (cellWidth + gapBetween))
    let rowLimit = max(1, terminal.rows - rowsLeftFree)

    let shownCount: Int
    if list.omittedCount == 0, entries.count <= rowLimit * columnCount {
      shownCount = entries.count
    } else {
      // One row less: it says how many are left out.
      shownCount = min(entries.count, max(1, rowLimit - 1) * columnCount)
    }
    let rowCount = (shownCount + columnCount - 1) / columnCount
    var rows = (0..<rowCount).map { row in
      let cells = stride(from: row, to: shownCount, by: rowCount).map { index in
        entries[index].cell(width: cellWidth, colour: colour)
      }
      return trimmingSpaces(cells.joined(separator: String(repeating: " ", count: gapBetween)))
    }
    let left = entries.count - shownCount + list.omittedCount
    if left > 0 {
      let text = "… and \(left) more"
      rows.append(colour ? Palette.paint(text, as: .remark) : text)
    }
    return rows
  }

  private static func trimmingSpaces(_ row: String) -> String {
    var row = row
    while row.hasSuffix(" ") { row.removeLast() }
    return row
  }
}

/// One candidate, cut so that it fits in a row.
private struct Entry {
  let title: String
  let titleWidth: Int
  let remark: String
  let remarkWidth: Int

  init(_ candidate: CompletionList.Candidate, limit: Int) {
    remark = candidate.remark.onOneLine
    remarkWidth = Terminal.width(of: remark)
    let room = max(1, remarkWidth == 0 ? limit : limit - remarkWidth - 1)
    title = candidate.title.onOneLine.cut(toWidth: room)
    titleWidth = Terminal.width(of: title)
  }

  func cell(width: Int, colour: Bool) -> String {
    let padding = String(repeating: " ", count: max(0, width - titleWidth - remarkWidth))
    return title + padding
      + (colour && !remark.isEmpty ? Palette.paint(remark, as: .remark) : remark)
  }
}

extension String {
  /// The text with control characters made visible as spaces.
  fileprivate var onOneLine: String {
    guard unicodeScalars.contains(where: { Terminal.width(of: $0) < 0 }) else { return self }
    return String(
      String.UnicodeScalarView(unicodeScalars.map { Terminal.width(of: $0) < 0 ? " " : $0 }))
  }

  /// The text if it fits, else its beginning and an ellipsis, `limit` columns at most.
  func cut(toWidth limit: Int) -> String {
    guard Terminal.width(of: self) > limit else { return self }
    var result = ""
    var width = 0
    for character in self {
      let added = Terminal.width(of: String(character))
      guard width + added <= limit - 1 else { break }
      result.append(character)
      width += added
    }
    return result + "…"
  }
}
