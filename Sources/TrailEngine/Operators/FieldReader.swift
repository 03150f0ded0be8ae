import Synchronization
import TrailRecord

/// Reads one field of single events, for what is shown.
package struct FieldReader: Sendable {
  package let field: BoundField
  private let snapshot: StoreSnapshot
  /// True where the field is an object in some records: then its JSON text is shown.
  private let readsObjects: Bool
  private let sources: SegmentSources
  /// The paths of the field itself, whatever lies below them.
  private let paths: Set<PathID>
  /// True where one of them is an object or an array of something in some records.
  private let hasStructure: Bool

  package init(_ field: BoundField, in snapshot: StoreSnapshot) {
    self.field = field
    self.snapshot = snapshot
    sources = SegmentSources(field: field)
    readsObjects = Self.readsObjects(field, in: snapshot)
    var paths: Set<PathID> = []
    if case .any(let sequences) = field.source {
      for keys in sequences where !FieldPaths.meansItselfOnly(keys, among: sequences) {
        paths.formUnion(snapshot.paths.paths(keys: keys))
      }
    }
    self.paths = paths
    hasStructure = paths.contains {
      snapshot.paths.hasMembers($0) || snapshot.paths.existingChild(of: $0, .element) != nil
    }
  }

  /// True where the field is an object in some records.
  static func readsObjects(_ field: BoundField, in snapshot: StoreSnapshot) -> Bool {
    guard case .any(let sequences) = field.source else { return false }
    return sequences.contains { keys in
      !FieldPaths.meansItselfOnly(keys, among: sequences)
        && snapshot.paths.paths(keys: keys).contains { snapshot.paths.hasMembers($0) }
    }
  }

  /// The field's value in one event: several values make a list, an object its JSON text.
  package func cell(_ reference: EventReference) -> Cell {
    if readsObjects {
      return objectCell(snapshot.segments[Int(reference.segment)], Int(reference.row))
    }
    return Self.joined(values(reference))
  }

  /// The field's values in many events: what `cell` gives of each, with what it needs of a segment found once for each
  /// run of its events.
  package func cells(_ references: [EventReference]) -> [Cell] {
    if readsObjects { return references.map(cell) }
    var cells: [Cell] = []
    cells.reserveCapacity(references.count)
    let buffer = TextBuffer.make()
    references.forEachRun { number, range in
      let segment = snapshot.segments[number]
      if case .time = field.source {
        let times = segment.times
        for index in range {
          let time = times[Int(references[index].row)]
          cells.append(time == Segment.noTime ? .missing : .time(time))
        }
        return
      }
      let found = sources.sources(in: segment, number: number, rows: range.count)
      var values: [Cell] = []
      for index in range {
        values.removeAll(keepingCapacity: true)
        for source in found { append(source, Int(references[index].row), buffer, to: &values) }
        cells.append(Self.joined(values))
      }
    }
    return cells
  }

  /// The field's values in many events in their original form: what is an object or array stays one, even where it is
  /// empty, or has one element.
  func shownCells(_ references: [EventReference]) -> [Cell] {
    if hasStructure {
      return references.map { structureCell(snapshot.segments[Int($0.segment)], Int($0.row)) }
    }
    var cells = self.cells(references)
    if case .time = field.source {
      for index in cells.indices where cells[index] == .missing {
        cells[index] = unreadableTime(references[index])
      }
      return cells
    }
    if paths.isEmpty { return cells }
    for (index, reference) in references.enumerated() {
      guard case .missing = cells[index] else { continue }
      let (number, row) = (Int(reference.segment), Int(reference.row))
      let segment = snapshot.segments[number]
      if sources.hasEmpty(paths, in: segment, number: number, row: row) {
        cells[index] = structureCell(segment, row)
      }
    }
    return cells
  }

  /// The eventTime of an event that has none which could be read, as it is spelled.
  private func unreadableTime(_ reference: EventReference) -> Cell {
    let segment = snapshot.segments[Int(reference.segment)]
    let buffer = TextBuffer.make()
    for path in segment.paths.paths(keys: ["eventTime"]) {
      guard let field = segment.field(path),
        let entry = field.column.entries(at: Int(reference.row)).first
      else { continue }
      let code = field.column.codes[entry]
      return withExtendedLifetime(buffer) {
        CellReader.cell(field.bytes(ofCode: code, in: buffer), field.kind(ofCode: code), as: .text)
      }
    }
    return .missing
  }

  /// The values that the event is grouped by: one of several is no list, and an object is the values in it.
  func values(_ reference: EventReference) -> [Cell] {
    let segment = snapshot.segments[Int(reference.segment)]
    let row = Int(reference.row)
    if case .time = field.source {
      return segment.times[row] == Segment.noTime ? [] : [.time(segment.times[row])]
    }
    var cells: [Cell] = []
    let buffer = TextBuffer.make()
    for source in sources.sources(in: segment, number: Int(reference.segment), rows: 1) {
      append(source, row, buffer, to: &cells)
    }
    return withExtendedLifetime(buffer) { cells }
  }

  /// What one source has of the field in a row.
  private func append(
    _ source: SegmentSources.Source, _ row: Int, _ buffer: TextBuffer, to cells: inout [Cell]
  ) {
    switch source {
    case .identifiers(let column):
      if let identifier = column.identifier(at: row) { cells.append(.text(identifier.text)) }
    case .rule(let rule):
      if let bytes = rule.value(row: row) {
        cells.append(bytes.withUnsafeBufferPointer { CellReader.cell($0, .text, as: field.kind) })
      }
    case .values(let field):
      for entry in field.column.entries(at: row) {
        let code = field.column.codes[entry]
        let bytes = field.bytes(ofCode: code, in: buffer)
        guard self.field.counts(bytes) else { continue }
        cells.append(CellReader.cell(bytes, field.kind(ofCode: code), as: self.field.kind))
      }
    }
  }

  private func objectCell(_ segment: Segment, _ row: Int) -> Cell {
    var bytes: [UInt8] = []
    segment.appendRecord(row: row, to: &bytes)
    guard let record = try? JSONParser.parse(bytes) else { return .missing }
    let values = field.keySequences.flatMap { Self.values(record, $0[...]) }
    return Self.joined(values.map(Self.cell).filter { $0 != .missing })
  }

  private func structureCell(_ segment: Segment, _ row: Int) -> Cell {
    var bytes: [UInt8] = []
    segment.appendRecord(row: row, to: &bytes)
    guard let record = try? JSONParser.parse(bytes) else { return .missing }
    let sequences = field.keySequences
    let cells = sequences.flatMap { keys -> [Cell] in
      // Of `resources` as one of the paths of `resource`, only texts count.
      guard FieldPaths.meansItselfOnly(keys, among: sequences) else {
        return Self.values(record, keys[...], keepsArrays: true).map(structureCell)
      }
      return Self.values(record, keys[...]).map(plainCell)
    }
    return Self.joined(cells.filter { $0 != .missing })
  }

  /// A value as it is in its record: plain ones as the field shows them, a list of such as one.
  private func structureCell(_ value: JSONValue) -> Cell {
    switch value {
    case .null, .bool, .number, .string: return plainCell(value)
    case .array(let elements):
      let cells = elements.map { element -> Cell in
        switch element {
        case .array, .object: .missing
        default: Self.cell(element)
        }
      }
      return cells.isEmpty || cells.contains(.missing) ? Self.whole(value) : .list(cells)
    case .object: return Self.whole(value)
    }
  }

  private func plainCell(_ value: JSONValue) -> Cell {
    let kind: ValueKind
    let text: [UInt8]
    switch value {
    case .string(let bytes): (text, kind) = (bytes, .text)
    case .number(let spelling): (text, kind) = (Array(spelling.utf8), .number)
    case .bool(let flag): (text, kind) = (Array((flag ? "true" : "false").utf8), .flag)
    default: return .missing
    }
    return text.withUnsafeBufferPointer { CellReader.cell($0, kind, as: field.kind) }
  }

  private static func whole(_ value: JSONValue) -> Cell {
    .json(String(decoding: JSONWriter.bytes(value), as: UTF8.self))
  }

  /// The values at a path, through arrays.
  ///
  /// - Parameter keepsArrays: True where an array at the end of the path is one value.
  private static func values(
    _ value: JSONValue, _ keys: ArraySlice<String>, keepsArrays: Bool = false
  ) -> [JSONValue] {
    if keepsArrays, keys.isEmpty { return [value] }
    if case .array(let elements) = value {
      return elements.flatMap { values($0, keys, keepsArrays: keepsArrays) }
    }
    guard let key = keys.first else { return [value] }
    guard case .object(let members) = value else { return [] }
    let name = Array(key.utf8)
    return members.filter { $0.name == name }.flatMap {
      values($0.value, keys.dropFirst(), keepsArrays: keepsArrays)
    }
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
    /// Worked out row by row, while so few rows are read that a column of all would be a waste.
    case rule(RowRule)
  }
  private struct Known {
    var sources: [Source]
    /// The rows in which the field is there at all; nil where that was not asked.
    var presentRows: RowSet?
    /// Rows that may still be worked out one by one.
    var rowsLeft = 0
  }
  private let field: BoundField
  private let known = Mutex<[Int: Known]>([:])
  /// After so many rows of a segment its column is worked out: about as much work as these.
  private static let fewRows = 2_000

  init(field: BoundField) { self.field = field }

  /// - Parameter rows: That are about to be read.
  func sources(in segment: Segment, number: Int, rows: Int) -> [Source] {
    known.withLock { known in
      if var own = known[number] {
        if own.rowsLeft == 0 { return own.sources }
        own.rowsLeft = max(0, own.rowsLeft - rows)
        if own.rowsLeft == 0 { own.sources = find(in: segment) }
        known[number] = own
        return own.sources
      }
      let columns = FieldColumns(segment: segment)
      let own: Known
      if case .computed(let rule) = field.source, rows < Self.fewRows, !columns.isKnown(field) {
        own = Known(sources: [.rule(RowRule(rule, columns))], rowsLeft: Self.fewRows - rows)
      } else {
        own = Known(sources: find(in: segment))
      }
      known[number] = own
      return own.sources
    }
  }

  /// Whether a row that has no value of the field has one of its paths: as an empty object or array.
  func hasEmpty(_ paths: Set<PathID>, in segment: Segment, number: Int, row: Int) -> Bool {
    known.withLock { known in
      let rows =
        known[number]?.presentRows
        ?? segment.shapes.rows(having: paths, within: 0..<segment.rowCount)
      known[number]?.presentRows = rows
      return rows.contains(row)
    }
  }

  private func find(in segment: Segment) -> [Source] {
    let columns = FieldColumns(segment: segment)
    guard case .any = field.source else {
      return columns.column(field).map { [.values($0)] } ?? []
    }
    return columns.leafPaths(field).flatMap { path in
      var sources: [Source] = []
      if let identifiers = segment.identifiers(path) { sources.append(.identifiers(identifiers)) }
      if let field = segment.field(path) { sources.append(.values(field)) }
      return sources
    }
  }
}
