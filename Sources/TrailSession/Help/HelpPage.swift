/// A page of help before it is laid out.
struct HelpPage: Hashable {
  enum Row: Hashable {
    case title(String)
    case text(String)
    /// A name and what it means, in two columns.
    case entry(String, String)
    /// A line that can be run.
    case example(String)
    case blank
  }
  var rows: [Row]

  /// The page as text that fits `width`, with entries aligned within each block.
  func text(width: Int?, palette: Palette) -> String {
    let width = min(width ?? Self.readableWidth, Self.readableWidth)
    var result = ""
    var index = 0
    while index < rows.count {
      switch rows[index] {
      case .title(let title):
        let lines = Self.wrapped(title, width: width - 4, indentation: 4)
        result += palette.paint(lines, as: .heading) + "\n"
      case .text(let text):
        result += Self.wrapped(text, width: width, indentation: 0) + "\n"
      case .example(let line): result += "  " + palette.paint(line, as: .keyword) + "\n"
      case .blank: result += "\n"
      case .entry:
        let block = rows[index...].prefix { if case .entry = $0 { true } else { false } }
        result += Self.entries(block, width: width, palette: palette)
        index += block.count - 1
      }
      index += 1
    }
    return result
  }

  /// Lines longer than this are hard to read, however wide the screen.
  private static let readableWidth = 100
  /// A name longer than this gets a line of its own.
  private static let widestName = 34

  private static func entries(
    _ block: ArraySlice<Row>, width: Int, palette: Palette
  ) -> String {
    let pairs = block.compactMap { row -> (name: String, meaning: String)? in
      if case .entry(let name, let meaning) = row { (name, meaning) } else { nil }
    }
    let widest = min(width / 2 - 4, widestName)
    let nameWidth = pairs.map { TerminalText.width($0.name) }.filter { $0 <= widest }.max() ?? 0
    let indentation = 2 + nameWidth + 2
    var result = ""
    for (name, meaning) in pairs {
      let own = TerminalText.width(name)
      result += "  " + palette.paint(name, as: .name)
      let lines = wrapped(meaning, width: width - indentation, indentation: indentation)
      if own <= nameWidth {
        result += String(repeating: " ", count: nameWidth - own + 2) + lines + "\n"
      } else {
        result += "\n" + String(repeating: " ", count: indentation) + lines + "\n"
      }
    }
    return result
  }

  /// The text broken at spaces; lines after the first are indented.
  static func wrapped(_ text: String, width: Int, indentation: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, TerminalText.width(line) + 1 + TerminalText.width(String(word)) > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.joined(separator: "\n" + String(repeating: " ", count: indentation))
  }
}
