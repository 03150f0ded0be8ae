/// Texts with numbers, for all fields that are compared with one another.
final class TextTable {
  private var numbers: [String: UInt32] = [:]
  private var texts: [String] = []

  func number(of text: String) -> UInt32 {
    if let known = numbers[text] { return known }
    let made = UInt32(texts.count)
    numbers[text] = made
    texts.append(text)
    return made
  }

  func text(_ number: UInt32) -> String { texts[Int(number)] }
}

/// Reads a field of single events as numbers of texts, so that events compare without their texts.
///
/// A text is looked at once for each segment, whatever number of events has it.
final class TextNumbers {
  private struct Source {
    let field: FieldColumn
    /// The number of each code, plus two; 0 where it has not been met, 1 for an empty text.
    var numbers: [UInt32]
  }
  private let field: BoundField
  private let table: TextTable
  private let snapshot: StoreSnapshot
  /// By segment; nil where nothing was read yet.
  private var sources: [[Source]?]

  init(_ path: String, in snapshot: StoreSnapshot, _ table: TextTable) {
    field = BoundField(path: [path.split(separator: ".").map(String.init)], name: path)
    self.table = table
    self.snapshot = snapshot
    sources = Array(repeating: nil, count: snapshot.segments.count)
  }

  /// The number of the event's value; nil where it has none, or an empty one.
  func number(_ event: EventReference) -> UInt32? {
    let segment = Int(event.segment)
    if sources[segment] == nil { sources[segment] = find(in: snapshot.segments[segment]) }
    for index in 0..<(sources[segment]?.count ?? 0) {
      if let number = number(segment, index, row: Int(event.row)) { return number }
    }
    return nil
  }

  private func number(_ segment: Int, _ index: Int, row: Int) -> UInt32? {
    guard let code = sources[segment]?[index].field.column.firstCode(at: row) else { return nil }
    let known = sources[segment]?[index].numbers[Int(code)] ?? 0
    if known > 0 { return known == 1 ? nil : known - 2 }
    guard let field = sources[segment]?[index].field else { return nil }
    let text = String(decoding: field.bytes(ofCode: code), as: UTF8.self)
    let made = text.isEmpty ? 1 : table.number(of: text) + 2
    sources[segment]?[index].numbers[Int(code)] = made
    return made == 1 ? nil : made - 2
  }

  private func find(in segment: Segment) -> [Source] {
    guard case .any(let sequences) = field.source else { return [] }
    return FieldColumns(segment: segment).leafPaths(sequences).compactMap { path in
      segment.field(path).map { field in
        Source(field: field, numbers: [UInt32](repeating: 0, count: field.column.distinctCount))
      }
    }
  }
}
