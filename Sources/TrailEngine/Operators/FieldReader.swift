import TrailRecord

/// Reads one field of single events, for what is shown.
package struct FieldReader: Sendable {
  package let field: BoundField
  private let snapshot: StoreSnapshot
  /// True where the field is an object in some records: then its JSON text is shown.
  private let readsObjects: Bool

  package init(_ field: BoundField, in snapshot: StoreSnapshot) {
    self.field = field
    self.snapshot = snapshot
    if case .any(let sequences) = field.source {
      let paths = FieldPaths(sequences, in: snapshot.paths)
      readsObjects = paths.leaves.contains { !sequences.contains(snapshot.paths.keys(of: $0)) }
    } else {
      readsObjects = false
    }
  }

  /// The field's value in one event: several values make a list, an object its JSON text.
  package func cell(_ reference: EventReference) -> Cell {
    let segment = snapshot.segments[Int(reference.segment)]
    let row = Int(reference.row)
    if case .time = field.source {
      return segment.times[row] == Segment.noTime ? .missing : .time(segment.times[row])
    }
    if readsObjects { return objectCell(segment, row) }
    if case .any(let sequences) = field.source, let single = identifier(sequences, segment, row) {
      return single
    }
    guard let column = FieldColumns(segment: segment).column(field) else { return .missing }
    let entries = column.column.entries(at: row)
    let cells = entries.map { entry in
      let code = column.column.codes[entry]
      return CellReader.cell(column.bytes(ofCode: code), column.kind(ofCode: code), as: field.kind)
    }
    return Self.joined(cells)
  }

  /// An identifier is read where it stands: a column of all of them would be the size of the store.
  private func identifier(_ sequences: [[String]], _ segment: Segment, _ row: Int) -> Cell? {
    for path in FieldColumns(segment: segment).leafPaths(sequences) {
      if let identifier = segment.identifiers(path)?.identifier(at: row) {
        return .text(identifier.text)
      }
    }
    return nil
  }

  private func objectCell(_ segment: Segment, _ row: Int) -> Cell {
    var bytes: [UInt8] = []
    segment.appendRecord(row: row, to: &bytes)
    guard let record = try? JSONParser.parse(bytes) else { return .missing }
    let values = field.keySequences.flatMap { Self.values(record, $0[...]) }
    return Self.joined(values.map(Self.cell).filter { $0 != .missing })
  }

  /// The values at a path, through arrays.
  private static func values(_ value: JSONValue, _ keys: ArraySlice<String>) -> [JSONValue] {
    if case .array(let elements) = value { return elements.flatMap { values($0, keys) } }
    guard let key = keys.first else { return [value] }
    guard case .object(let members) = value else { return [] }
    let name = Array(key.utf8)
    return members.filter { $0.name == name }.flatMap { values($0.value, keys.dropFirst()) }
  }

  private static func cell(_ value: JSONValue) -> Cell {
    switch value {
    case .null: .missing
    case .bool(let flag): .flag(flag)
    case .number(let spelling): .number(spelling)
    case .string(let text): .text(String(decoding: text, as: UTF8.self))
    case .array, .object: .text(String(decoding: JSONWriter.bytes(value), as: UTF8.self))
    }
  }

  private static func joined(_ cells: [Cell]) -> Cell {
    cells.isEmpty ? .missing : cells.count == 1 ? cells[0] : .list(cells)
  }
}
