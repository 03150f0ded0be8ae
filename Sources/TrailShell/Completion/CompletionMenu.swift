/// Candidates laid out in columns, the best at the top of the first column.
struct CompletionMenu {
  private static let gapBetween = 3
  /// Rows of the screen that the list leaves for the line being edited.
  private static let rowsLeftFree = 3

  /// The rows of the list, without line ends.
  static func rows(
    of list: CompletionList, terminal: Terminal, colour: Bool
  ) -> [String] {
    let entries = Entry.entries(for: list.candidates, limit: terminal.columns - 1)
    guard !entries.isEmpty else { return [] }
    let cellWidth = entries.reduce(0) { max($0, $1.width) }
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
        entries[index].padded(to: cellWidth, colour: colour)
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

/// One candidate, cut so that it fits in a row, its parts aligned with those of its neighbours.
private struct Entry {
  /// Between a title and what is said about it.
  private static let gapInside = 2
  private static let gapBeforeCount = 1

  private let title: String
  /// The spaces between title and remark.
  private let gap: Int
  private let remark: String
  let width: Int

  /// Counts end in one column, as numbers do, and are kept whole; sentences begin in one column, and give way
  /// to the titles.
  static func entries(for candidates: [CompletionList.Candidate], limit: Int) -> [Entry] {
    let titles = candidates.map(\.title.onOneLine)
    let remarks = candidates.map(\.remark.onOneLine)
    let remarkWidth = remarks.reduce(0) { max($0, Terminal.width(of: $1)) }
    let areCounts = remarks.allSatisfy { $0.isEmpty || $0.first?.isNumber == true }
    let reserved = areCounts && remarkWidth > 0 ? remarkWidth + gapBeforeCount : 0
    let cutTitles = titles.map { $0.cut(toWidth: max(1, limit - reserved)) }
    let titleWidth = cutTitles.reduce(0) { max($0, Terminal.width(of: $1)) }
    let remarkRoom = limit - titleWidth - gapInside

    return zip(cutTitles, remarks).map { title, remark in
      let spare = titleWidth - Terminal.width(of: title)
      if areCounts {
        let own = Terminal.width(of: remark)
        return Entry(
          title: title, gap: remark.isEmpty ? 0 : spare + reserved - own, remark: remark)
      }
      let cut = remarkRoom > 0 ? remark.cut(toWidth: remarkRoom) : ""
      return Entry(title: title, gap: cut.isEmpty ? 0 : spare + gapInside, remark: cut)
    }
  }

  private init(title: String, gap: Int, remark: String) {
    self.title = title
    self.gap = gap
    self.remark = remark
    width = Terminal.width(of: title) + gap + Terminal.width(of: remark)
  }

  func padded(to cellWidth: Int, colour: Bool) -> String {
    title + String(repeating: " ", count: gap)
      + (colour && !remark.isEmpty ? Palette.paint(remark, as: .remark) : remark)
      + String(repeating: " ", count: max(0, cellWidth - width))
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
