internal import TrailEngine
internal import TrailRecord

/// How a cell is spelled, for people and for programs.
enum CellText {
  /// What stands in a table for a field that the event lacks.
  static let missing = "–"

  /// For people: times without `T` and `Z`, lists parted by commas. Not yet safe for a terminal.
  static func readable(_ cell: Cell, kind: TableColumn.Kind) -> String {
    switch cell {
    case .missing: missing
    case .text(let text), .json(let text): text
    case .number(let spelling):
      switch kind {
      case .duration: Int64(spelling).map(ReadableDuration.readable) ?? spelling
      default: spelling
      }
    case .time(let milliseconds): ReadableTime.readable(milliseconds)
    case .flag(let flag): flag ? "true" : "false"
    case .list(let cells):
      cells.map { readable($0, kind: kind) }.joined(separator: ", ")
    }
  }

  /// For programs that read separated values: nothing for what is missing, times in ISO 8601, lists as JSON.
  static func exact(_ cell: Cell) -> String {
    switch cell {
    case .missing: return ""
    case .text(let text), .json(let text): return text
    case .number(let spelling): return spelling
    case .time(let milliseconds): return ReadableTime.iso(milliseconds)
    case .flag(let flag): return flag ? "true" : "false"
    case .list:
      var bytes: [UInt8] = []
      appendJSON(cell, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  static func appendJSON(_ cell: Cell, to bytes: inout [UInt8]) {
    switch cell {
    case .missing: bytes.append(contentsOf: "null".utf8)
    case .text(let text): JSONText.appendString(text, to: &bytes)
    case .json(let text), .number(let text): JSONText.append(text, to: &bytes)
    case .time(let milliseconds):
      bytes.append(UInt8(ascii: "\""))
      EventTime.append(milliseconds, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .list(let cells):
      bytes.append(UInt8(ascii: "["))
      for (index, cell) in cells.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        appendJSON(cell, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    }
  }
}
