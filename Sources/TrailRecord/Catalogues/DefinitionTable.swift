import TrailGrammar

/// The rows of a definition file: columns parted by ` | `, blank lines and lines that begin with `#` left out.
enum DefinitionTable {
  static func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").compactMap { line in
      guard !line.hasPrefix("#"), line.contains(where: { $0 != " " }) else { return nil }
      return columns(line)
    }
  }

  private static func columns(_ line: Substring) -> [String] {
    var columns: [String] = []
    var current: [Substring] = []
    for word in line.split(separator: " ", omittingEmptySubsequences: true) {
      if word == "|" {
        columns.append(current.joined(separator: " "))
        current = []
      } else {
        current.append(word)
      }
    }
    columns.append(current.joined(separator: " "))
    return columns
  }
}
