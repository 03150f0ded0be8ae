internal import TrailEngine

/// The columns of a table that are shown, and how wide each is.
///
/// Where the width does not suffice, the widest text columns give way first, down to a readable rest; then, a little,
/// the columns that people read as a whole (names, results, addresses); then the least telling columns are left out.
/// Only then are names cut short, and more columns left out. Times and numbers are never cut.
struct TableLayout: Hashable {
  /// Index into the answer's columns, and the width.
  struct Column: Hashable {
    var index: Int
    var width: Int
  }
  var columns: [Column]
  var hidden: [Int]

  static let gap = 2
  /// What is left of a column that gives way: enough to tell values apart.
  private static let readableWidth = 10
  /// What is left at first of a column that people read as a whole.
  private static let comfortableWidth = 16
  private static let leastWidth = 6
  /// The widest column where no screen limits it; longer values push their row instead.
  private static let widestUnbounded = 100
  /// Fields that are read as a whole, so they are cut only after all others.
  private static let wholeFields: Set<String> = [
    "name", "result", "error", "ip", "region", "service", "account", "user", "id",
  ]
  /// Fields that are left out first.
  private static let leastTelling = ["region", "service"]

  init(columns: [TableColumn], naturalWidths: [Int], reserved: Int, available: Int?) {
    guard let available else {
      self.columns = naturalWidths.enumerated().map {
        Column(index: $0.offset, width: min($0.element, Self.widestUnbounded))
      }
      hidden = []
      return
    }
    var widths = naturalWidths
    var shown = Array(columns.indices)
    let room = available - reserved
    let rigid = Set(columns.indices.filter { !Self.isText(columns[$0]) })
    let whole = Set(
      columns.indices.filter { index in columns[index].field.map(Self.wholeFields.contains) ?? false
      })
    while true {
      let named = shown.filter { !rigid.contains($0) }
      let giving = named.filter { !whole.contains($0) }
      Self.shrink(&widths, of: giving, floor: Self.readableWidth, shown: shown, to: room)
      Self.shrink(&widths, of: named, floor: Self.comfortableWidth, shown: shown, to: room)
      if Self.total(widths, shown) <= room || shown.count <= 1 { break }
      if let victim = Self.leastTellingColumn(of: shown, columns: columns) {
        shown.removeAll { $0 == victim }
      } else {
        Self.shrink(&widths, of: named, floor: Self.leastWidth, shown: shown, to: room)
        if Self.total(widths, shown) <= room { break }
        shown.removeLast()
      }
      widths = naturalWidths
    }
    if let only = shown.first, shown.count == 1 { widths[only] = min(widths[only], max(1, room)) }
    self.columns = shown.map { Column(index: $0, width: widths[$0]) }
    hidden = columns.indices.filter { !shown.contains($0) }
  }

  private static func isText(_ column: TableColumn) -> Bool {
    switch column.kind {
    case .text, .list: true
    case .number, .time, .duration, .flag: false
    }
  }

  private static func total(_ widths: [Int], _ shown: [Int]) -> Int {
    shown.reduce(0) { $0 + widths[$1] } + gap * max(0, shown.count - 1)
  }

  /// Lowers the widest of some columns, all to the same level, until everything fits or the floor is reached.
  private static func shrink(
    _ widths: inout [Int], of giving: [Int], floor: Int, shown: [Int], to room: Int
  ) {
    while true {
      let excess = total(widths, shown) - room
      guard excess > 0, let widest = giving.map({ widths[$0] }).max(), widest > floor else {
        return
      }
      let widestColumns = giving.filter { widths[$0] == widest }
      let next = giving.map { widths[$0] }.filter { $0 < widest }.max() ?? floor
      let step = max(1, min(widest - max(next, floor), excess / widestColumns.count))
      for column in widestColumns where total(widths, shown) > room {
        widths[column] = max(floor, widths[column] - step)
      }
    }
  }

  private static func leastTellingColumn(of shown: [Int], columns: [TableColumn]) -> Int? {
    for field in leastTelling {
      if let index = shown.dropFirst().first(where: { columns[$0].field == field }) { return index }
    }
    return nil
  }
}
