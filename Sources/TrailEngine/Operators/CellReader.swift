import TrailRecord

/// Values as cells of an answer.
package enum CellReader {
  /// A stored value as its field shows it: services short, flags as flags whatever type the record used.
  package static func cell(
    _ bytes: UnsafeBufferPointer<UInt8>, _ kind: ValueKind, as fieldKind: BoundField.Kind
  ) -> Cell {
    switch (fieldKind, kind) {
    case (.time, _): EventTime.parse(bytes).map { .time($0) } ?? .missing
    case (.service, _):
      .text(String(decoding: bytes.prefix(ServiceName.shortCount(bytes)), as: UTF8.self))
    case (.flag, _) where bytes.equals("true"): .flag(true)
    case (.flag, _) where bytes.equals("false"): .flag(false)
    case (_, .flag): .flag(bytes.equals("true"))
    case (_, .number): .number(String(decoding: bytes, as: UTF8.self))
    case (_, .text): .text(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The cell that values are grouped by: numbers that are equal by value are one.
  static func groupKey(
    _ bytes: UnsafeBufferPointer<UInt8>, _ kind: ValueKind, as fieldKind: BoundField.Kind
  ) -> Cell {
    groupKey(cell(bytes, kind, as: fieldKind))
  }

  static func groupKey(_ cell: Cell) -> Cell {
    if case .number(let spelling) = cell, let number = ExactNumber(spelling) {
      return .number(number.description)
    }
    return cell
  }
}
