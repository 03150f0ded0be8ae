internal import TrailEngine

/// What a cell says, which decides its colour.
enum CellMeaning {
  /// API calls that take something away, and those that only look, by how their names begin.
  ///
  /// Colours are a hint: the words `delete`, `read` and `write` of the language are the definitions.
  private static let deletions = [
    "Delete", "Terminate", "Remove", "Deregister", "Destroy", "Purge", "Release", "Stop", "Disable",
  ]
  private static let looks = [
    "Get", "List", "Describe", "Head", "Lookup", "BatchGet", "Search", "Query", "Scan",
  ]

  static func of(_ cell: Cell, in column: TableColumn) -> Meaning {
    if cell == .missing { return .faint }
    switch (column.field ?? "", cell) {
    case ("result", .text("ok")): return .success
    case ("result", _), ("error", _), ("message", _): return .failure
    case ("name", .text(let name)):
      if deletions.contains(where: name.hasPrefix) { return .deletion }
      return looks.contains(where: name.hasPrefix) ? .plain : .change
    case ("time", _): return .time
    case ("user", _), ("who", _): return .name
    default: return .plain
    }
  }
}
