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

  /// The cell that values are grouped by: numbers that are equal by value are one, and so are the spellings of an
  /// address.
  static func groupKey(
    _ bytes: UnsafeBufferPointer<UInt8>, _ kind: ValueKind, as fieldKind: BoundField.Kind
  ) -> Cell {
    if fieldKind == .ip, kind == .text, let address = IPAddress.respelled(bytes) {
      return .text(address)
    }
    return groupKey(cell(bytes, kind, as: fieldKind), as: nil)
  }

  /// - Parameter fieldKind: what the cell's field is; nil where its text is no address of another spelling.
  static func groupKey(_ cell: Cell, as fieldKind: BoundField.Kind?) -> Cell {
    switch cell {
    case .number(let spelling):
      return ExactNumber(spelling).map { .number($0.description) } ?? cell
    case .text(var text) where fieldKind == .ip:
      return text.withUTF8 { IPAddress.respelled($0) }.map { .text($0) } ?? cell
    default: return cell
    }
  }
}
