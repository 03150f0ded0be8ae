import Synchronization
import TrailRecord

/// Reads one field of single events, for what is shown.
package struct FieldReader: Sendable {
  package let field: BoundField
  private let snapshot: StoreSnapshot
  /// True where the field is an object in some records: then its JSON text is shown.
  private let readsObjects: Bool
  private let sources: SegmentSources

  package init(_ field: BoundField, in snapshot: StoreSnapshot) {
    self.field = field
    self.snapshot = snapshot
    sources = SegmentSources(field: field)
    if case .any(let sequences) = field.source {
      readsObjects = sequences.contains { keys in
        snapshot.paths.paths(keys: keys).contains { snapshot.paths.hasMembers($0) }
      }
    } else {
      readsObjects = false
    }
  }

  /// The field's value in one event: several values make a list, an object its JSON text.
  package func cell(_ reference: EventReference) -> Cell {
    if readsObjects {
      return objectCell(snapshot.segments[Int(reference.segment)], Int(reference.row))
    }
    return Self.joined(values(reference))
  }

  /// The values that the event is grouped by: one of several is no list, and an object is the values in it.
  func values(_ reference: EventReference) -> [Cell] {
    let segment = snapshot.segments[Int(reference.segment)]
    let row = Int(reference.row)
    if case .time = field.source {
      return segment.times[row] == Segment.noTime ? [] : [.time(segment.times[row])]
    }
    var cells: [Cell] = []
    for source in sources.sources(in: segment, number: Int(reference.segment)) {
      switch source {
      case .identifiers(let column):
        if let identifier = column.identifier(at: row) { cells.append(.text(identifier.text)) }
      case .values(let field):
        for entry in field.column.entries(at: row) {
          let code = field.column.codes[entry]
          guard self.field.counts(field.bytes(ofCode: code)) else { continue }
          cells.append(
            CellReader.cell(
              field.bytes(ofCode: code), field.kind(ofCode: code), as: self.field.kind))
        }
      }
    }
    return cells
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

/// Where a field's values stand in each segment: found on first use, since few rows of few segments are shown.
private final class SegmentSources: Sendable {
  enum Source: Sendable {
    /// Read where they stand: a column of all of them would be the size of the store.
    case identifiers(IdentifierColumn)
    case values(FieldColumn)
  }
  private let field: BoundField
  private let known = Mutex<[Int: [Source]]>([:])

  init(field: BoundField) { self.field = field }

  func sources(in segment: Segment, number: Int) -> [Source] {
    known.withLock { known in
      if let sources = known[number] { return sources }
      let sources = find(in: segment)
      known[number] = sources
      return sources
    }
  }

  private func find(in segment: Segment) -> [Source] {
    let columns = FieldColumns(segment: segment)
    guard case .any(let sequences) = field.source else {
      return columns.column(field).map { [.values($0)] } ?? []
    }
    return columns.leafPaths(sequences).flatMap { path in
      var sources: [Source] = []
      if let identifiers = segment.identifiers(path) { sources.append(.identifiers(identifiers)) }
      if let column = segment.column(path) {
        sources.append(.values(FieldColumn(column: column, dictionary: segment.values)))
      }
      return sources
    }
  }
}
