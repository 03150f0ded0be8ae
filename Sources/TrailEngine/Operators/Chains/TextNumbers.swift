import TrailRecord

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
    /// The hash of each code, where they are few enough to be worth it.
    let hashes: [UInt64]?
    /// The number of each code, plus two; 0 where it has not been met, 1 for an empty text.
    var numbers: [UInt32]

    init(_ field: FieldColumn, _ hashes: [UInt64]?) {
      self.field = field
      self.hashes = hashes
      column = field.column
      numbers = [UInt32](repeating: 0, count: column.distinctCount)
    }
  }
  private let field: BoundField
  private let table: TextTable
  private let snapshot: StoreSnapshot
  private let readsHashes: Bool
  /// By segment; nil where nothing was read yet.
  private var sources: [[Source]?]
  private let buffer = TextBuffer.make()

  /// - Parameter readsHashes: True where hashes will be asked for.
  init(
    _ path: String, in snapshot: StoreSnapshot, _ table: TextTable, readsHashes: Bool = false
  ) {
    self.readsHashes = readsHashes
    field = BoundField(path: [path.split(separator: ".").map(String.init)], name: path)
    self.table = table
    self.snapshot = snapshot
    sources = Array(repeating: nil, count: snapshot.segments.count)
  }

  /// The number of the event's value; nil where it has none, or an empty one.
  func number(_ event: EventReference) -> UInt32? {
    for source in sources(ofSegment: Int(event.segment)) {
      if let number = number(source, row: Int(event.row)) { return number }
    }
    return nil
  }

  /// The folded hash of the event's value; nil where it has none, or an empty one.
  func hash(_ event: EventReference) -> UInt64? {
    for source in sources(ofSegment: Int(event.segment)) {
      guard let code = source.column.firstCode(at: Int(event.row)) else { continue }
      var scratch: [UInt8] = []
      let hash =
        source.hashes?[Int(code)]
        ?? FoldedHash.hash(source.field.bytes(ofCode: code, in: buffer), scratch: &scratch)
      if hash != Self.emptyHash { return hash }
    }
    return nil
  }

  private static let emptyHash = FoldedHash.hash(ofFolded: [])

  private func sources(ofSegment segment: Int) -> [Source] {
    if let known = sources[segment] { return known }
    let found = find(in: snapshot.segments[segment])
    sources[segment] = found
    return found
  }

  private func number(_ source: Source, row: Int) -> UInt32? {
    guard let code = source.column.firstCode(at: row) else { return nil }
    let known = source.numbers[Int(code)]
    if known > 0 { return known == 1 ? nil : known - 2 }
    let bytes = source.field.bytes(ofCode: code, in: buffer)
    let address = field.kind == .ip ? IPAddress.respelled(bytes) : nil
    let text = address ?? String(decoding: bytes, as: UTF8.self)
    let made = text.isEmpty ? 1 : table.number(of: text) + 2
    source.numbers[Int(code)] = made
    return made == 1 ? nil : made - 2
  }

  private func find(in segment: Segment) -> [Source] {
    let columns = FieldColumns(segment: segment)
    return columns.leafPaths(field).compactMap { path in
      segment.field(path).map { field in
        let keepsHashes = readsHashes && field.column.distinctCount <= Self.fewHashes
        return Source(field, keepsHashes ? columns.hashes(path)?.hashes.hashes : nil)
      }
    }
  }

  /// Columns with more values than this are not hashed as a whole for the sake of some events.
  private static let fewHashes = 16_384
}
