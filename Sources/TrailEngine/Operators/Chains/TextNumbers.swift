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
  /// One path in one segment. A class, because a copy would count references to its dictionary's memory.
  private final class Source {
    let field: FieldColumn
    let column: Column
    /// The number of each code, plus two; 0 where it has not been met, 1 for an empty text.
    var numbers: [UInt32]

    init(_ field: FieldColumn) {
      self.field = field
      column = field.column
      numbers = [UInt32](repeating: 0, count: column.distinctCount)
    }
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
    let own: [Source]
    if let known = sources[segment] {
      own = known
    } else {
      own = find(in: snapshot.segments[segment])
      sources[segment] = own
    }
    for source in own {
      if let number = number(source, row: Int(event.row)) { return number }
    }
    return nil
  }

  private func number(_ source: Source, row: Int) -> UInt32? {
    guard let code = source.column.firstCode(at: row) else { return nil }
    let known = source.numbers[Int(code)]
    if known > 0 { return known == 1 ? nil : known - 2 }
    let text = String(decoding: source.field.bytes(ofCode: code), as: UTF8.self)
    let made = text.isEmpty ? 1 : table.number(of: text) + 2
    source.numbers[Int(code)] = made
    return made == 1 ? nil : made - 2
  }

  private func find(in segment: Segment) -> [Source] {
    guard case .any(let sequences) = field.source else { return [] }
    return FieldColumns(segment: segment).leafPaths(sequences).compactMap { path in
      segment.field(path).map { Source($0) }
    }
  }
}
