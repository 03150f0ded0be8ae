/// Counts by minute as bars, with an axis, for a terminal.
///
/// Each minute is as wide as the room allows; where there are more minutes than columns, a column stands for the
/// highest of several.
struct MinutePlot {
  /// The minute with which the bars begin, in milliseconds since 1970 UTC.
  var start: Int64
  /// One for each minute.
  var counts: [Int]
  /// The minutes that are unusual.
  var marked: Range<Int>
  var palette: Palette
  /// Columns that a line may fill.
  var width: Int
  /// False where the terminal has nothing but ASCII.
  var usesBlocks: Bool

  /// Lines of bars.
  private static let height = 8
  /// A minute is no wider than this, so that a few minutes do not fill a screen.
  private static let widestMinute = 3
  private static let blocks = Array(" ▁▂▃▄▅▆▇█")

  var text: String {
    let highest = max(1, counts.max() ?? 1)
    let top = NumberText.grouped(highest)
    let axisWidth = top.utf8.count
    let room = max(8, width - axisWidth - 3)
    let (columns, minutesEach, columnsEach) = layout(room)
    var result = ""
    for line in (0..<Self.height).reversed() {
      let label =
        line == Self.height - 1
        ? top : line == Self.height / 2 - 1 && highest > 3 ? NumberText.grouped(highest / 2) : ""
      let pad = String(repeating: " ", count: axisWidth - label.utf8.count)
      result += palette.paint(pad + label + (usesBlocks ? " ┤" : " |"), as: .faint)
      result += bars(columns, line, highest, columnsEach) + "\n"
    }
    return result + axis(columns, axisWidth, minutesEach, columnsEach)
  }

  private struct Column {
    var count: Int
    var isMarked: Bool
  }

  private func layout(_ room: Int) -> (columns: [Column], minutesEach: Int, columnsEach: Int) {
    let minutesEach = max(1, (counts.count + room - 1) / room)
    let columns = stride(from: 0, to: counts.count, by: minutesEach).map { first in
      let range = first..<min(first + minutesEach, counts.count)
      return Column(count: counts[range].max() ?? 0, isMarked: range.overlaps(marked))
    }
    let columnsEach = max(1, min(Self.widestMinute, room / max(1, columns.count)))
    return (columns, minutesEach, columnsEach)
  }

  private func bars(_ columns: [Column], _ line: Int, _ highest: Int, _ columnsEach: Int) -> String
  {
    var result = ""
    var run = ""
    var runIsMarked = false
    func flush() {
      result += palette.paint(run, as: runIsMarked ? .failure : .plain)
      run = ""
    }
    for column in columns {
      if column.isMarked != runIsMarked {
        flush()
        runIsMarked = column.isMarked
      }
      let eighths = (column.count * Self.height * 8 + highest - 1) / highest - line * 8
      let level = max(0, min(8, eighths))
      let mark: Character =
        usesBlocks ? Self.blocks[level] : level >= 4 || level > 0 && line == 0 ? "#" : " "
      // A gap parts the minutes where there is room for one.
      run +=
        columnsEach > 2
        ? String(repeating: mark, count: columnsEach - 1) + " "
        : String(repeating: mark, count: columnsEach)
    }
    while run.last == " " { run.removeLast() }
    flush()
    return result
  }

  /// The axis, on which unusual minutes are drawn thick, and the times below it.
  private func axis(
    _ columns: [Column], _ axisWidth: Int, _ minutesEach: Int, _ columnsEach: Int
  ) -> String {
    let indentation = String(repeating: " ", count: axisWidth)
    var line = ""
    for column in columns {
      let mark = usesBlocks ? (column.isMarked ? "━" : "─") : (column.isMarked ? "=" : "-")
      line += String(repeating: mark, count: columnsEach)
    }
    var times = ""
    let markedColumn = marked.lowerBound / minutesEach
    for place in [0, markedColumn, columns.count - 1] {
      let label = String(
        ReadableTime.timeOfDay(start + Int64(place * minutesEach) * 60_000).prefix(5))
      let wanted = min(place * columnsEach, max(0, columns.count * columnsEach - label.utf8.count))
      guard times.isEmpty || wanted > times.utf8.count else { continue }
      times += String(repeating: " ", count: wanted - times.utf8.count) + label
    }
    return palette.paint(indentation + (usesBlocks ? " └" : " +") + line, as: .faint) + "\n"
      + palette.paint(indentation + "  " + times, as: .faint) + "\n"
  }
}
