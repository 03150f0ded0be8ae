import TrailRecord

/// Works out which rows of a segment satisfy a predicate. One a worker.
struct PredicateEvaluator {
  let cancellation: Cancellation
  /// Where true, no index is used: each row's own values are tested. For tests and comparison.
  var scansOnly = false
  private var matchers: [String: RegexMatcher] = [:]
  private let buffer = TextBuffer.make()

  init(cancellation: Cancellation, scansOnly: Bool = false) {
    self.cancellation = cancellation
    self.scansOnly = scansOnly
  }

  /// The rows of `candidates` for which `predicate` holds.
  mutating func rows(
    _ predicate: BoundPredicate, in segment: Segment, among candidates: RowSet
  ) throws -> RowSet {
    if candidates.isEmpty { return candidates }
    switch predicate {
    case .constant(let flag): return flag ? candidates : .none(of: segment.rowCount)
    case .and(let parts):
      var rest = candidates
      for part in parts where !rest.isEmpty { rest = try rows(part, in: segment, among: rest) }
      return rest
    case .or(let parts):
      var rest = candidates
      var found = RowSet.none(of: segment.rowCount)
      for part in parts where !rest.isEmpty {
        let more = try rows(part, in: segment, among: rest)
        found = found.union(more)
        rest = rest.subtracting(more)
      }
      return found
    case .not(let inner):
      return candidates.subtracting(try rows(inner, in: segment, among: candidates))
    case .word(_, let definition):
      return try rows(definition, in: segment, among: candidates)
    case .time(let range):
      return candidates.clipped(to: segment.rows(from: range.lowerBound, until: range.upperBound))
    case .known(let knowledge):
      try cancellation.check()
      return try KnownRows(knowledge).rows(in: segment, among: candidates, &self)
    case .exists(let field):
      return candidates.intersection(present(field, in: segment))
    case .about(let pattern):
      try cancellation.check()
      return candidates.intersection(aboutRows(pattern, in: segment))
    case .test(let test):
      try cancellation.check()
      return try rows(test, in: segment, among: candidates)
    }
  }

  private func aboutRows(_ pattern: AboutPattern, in segment: Segment) -> RowSet {
    segment.namedRows.rows(of: pattern.source) {
      AboutSearch(pattern: pattern, segment: segment).rows()
    }
  }

  /// The rows in which the field is there and not null; remembered, because words such as `failed` ask often.
  private func present(_ field: BoundField, in segment: Segment) -> RowSet {
    switch field.source {
    case .time, .any:
      let sequences = field.keySequences
      return segment.computedColumns.value(
        .init(.existence, BoundField.Source.key("any", sequences))
      ) {
        let paths = FieldPaths(sequences, in: segment.paths).exact
        return segment.rows(having: paths, within: 0..<segment.rowCount)
      }
    case .first, .computed:
      return FieldColumns(segment: segment).column(field)?.column.presentRows()
        ?? .none(of: segment.rowCount)
    }
  }

  private mutating func rows(
    _ test: FieldTest, in segment: Segment, among candidates: RowSet
  ) throws -> RowSet {
    let fields = FieldColumns(segment: segment)
    guard case .any = test.field.source else {
      guard let field = fields.column(test.field) else { return .none(of: segment.rowCount) }
      return try rows(test, field, oneOf: 1, in: segment, among: candidates)
    }
    var found = RowSet.none(of: segment.rowCount)
    if !scansOnly, let keys = test.identifierKeys, !segment.mayHold(keys) { return found }
    let paths = fields.leafPaths(test.field)
    for path in paths {
      if let field = segment.field(path) {
        found = found.union(
          try rows(test, field, oneOf: paths.count, in: segment, among: candidates))
      }
      if let identifiers = segment.identifiers(path) {
        found = found.union(rows(test.test, identifiers).intersection(candidates))
      }
    }
    return found
  }

  private mutating func rows(
    _ test: FieldTest, _ field: FieldColumn, oneOf columns: Int, in segment: Segment,
    among candidates: RowSet
  ) throws -> RowSet {
    if scansOnly || prefersRows(test.test, field.column, candidates) {
      return rowByRow(test.test, field, among: candidates)
    }
    let codes = try codes(test, field, oneOf: columns, in: segment)
    if codes.isEmpty { return .none(of: field.column.rowCount) }
    return field.column.rows(in: codes, among: candidates)
  }

  /// The codes that pass; remembered with the segment, since the same is asked again: by the plan, then by the scan,
  /// and then by whoever goes on asking.
  ///
  /// - Parameter columns: how many columns the field has. Look-ups in many would drive out what took longer.
  mutating func codes(
    _ test: FieldTest, _ field: FieldColumn, oneOf columns: Int, in segment: Segment
  ) throws(QueryCancelled) -> CodeSet {
    if test.outcomeKey.isEmpty || columns > Self.fewColumns && test.test.isLookup {
      return try codes(test.test, field)
    }
    let key = CodeSetCache.Key(path: field.column.path, test: test.outcomeKey)
    if let known = segment.codeSets[key] { return known }
    let found = try codes(test.test, field)
    segment.codeSets[key] = found
    return found
  }

  private static let fewColumns = 4

  /// True where testing the values of the rows that are left beats testing every distinct value.
  private func prefersRows(_ test: ValueTest, _ column: Column, _ candidates: RowSet) -> Bool {
    !test.isLookup && candidates.count * 4 < column.distinctCount
  }

  private mutating func rowByRow(
    _ test: ValueTest, _ field: FieldColumn, among candidates: RowSet
  ) -> RowSet {
    var list: [UInt32] = []
    let column = field.column
    candidates.forEach { row in
      for entry in column.entries(at: row) {
        let code = column.codes[entry]
        if matches(test, field.bytes(ofCode: code, in: buffer), field.kind(ofCode: code)) {
          list.append(UInt32(row))
          break
        }
      }
    }
    return .bitmap(list: list, of: column.rowCount)
  }

  /// The codes of the column's values that pass.
  mutating func codes(
    _ test: ValueTest, _ field: FieldColumn
  ) throws(QueryCancelled) -> CodeSet {
    let column = field.column
    switch test {
    case .equal(let equality) where equality.isTextLookup:
      let values = equality.lookups.flatMap { field.dictionary.values(foldedEqualTo: $0) }.sorted()
      let direct = column.codeSet(of: values)
      guard equality.comparesByValue else { return direct }
      return CodeSet.union(direct, byValue(equality, field))
    case .identical(let bytes):
      return column.codeSet(of: field.dictionary.values(equalTo: bytes))
    case .any(let tests):
      var all: Set<UInt32> = []
      for test in tests { all.formUnion(try codes(test, field).codes) }
      return CodeSet(all.sorted(), of: column.distinctCount)
    case .equal, .ordered, .regex:
      var codes: [UInt32] = []
      for code in 0..<UInt32(column.distinctCount) {
        if code & 0xFFFF == 0xFFFF { try cancellation.check() }
        if matches(test, field.bytes(ofCode: code, in: buffer), field.kind(ofCode: code)) {
          codes.append(code)
        }
      }
      return CodeSet(codes, of: column.distinctCount)
    }
  }

  private func byValue(_ equality: EqualityTest, _ field: FieldColumn) -> CodeSet {
    var codes: [UInt32] = []
    for code in 0..<UInt32(field.column.distinctCount) {
      let kind = field.kind(ofCode: code)
      if kind == .flag || kind == .text && equality.period == nil { continue }
      if equality.matchesByValue(field.bytes(ofCode: code, in: buffer), kind) { codes.append(code) }
    }
    return CodeSet(codes, of: field.column.distinctCount)
  }

  mutating func matches(
    _ test: ValueTest, _ bytes: UnsafeBufferPointer<UInt8>, _ kind: ValueKind
  ) -> Bool {
    switch test {
    case .equal(let equality): return equality.matches(bytes, kind)
    case .identical(let own): return bytes.elementsEqual(own)
    case .ordered(let order): return order.matches(bytes, kind)
    case .regex(let program): return matcher(program).isFound(in: bytes)
    case .any(let tests):
      for test in tests where matches(test, bytes, kind) { return true }
      return false
    }
  }

  private mutating func matcher(_ program: RegexProgram) -> RegexMatcher {
    if let known = matchers[program.key] { return known }
    let made = RegexMatcher(program)
    matchers[program.key] = made
    return made
  }

  private mutating func rows(_ test: ValueTest, _ column: IdentifierColumn) -> RowSet {
    switch test {
    case .equal(let equality) where equality.glob.isLiteral:
      return Identifier(equality.literal).map { column.rows(equalTo: $0) }
        ?? .none(of: column.rowCount)
    case .identical(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      guard let identifier = Identifier(text), identifier.text == text else {
        return .none(of: column.rowCount)
      }
      return column.rows(equalTo: identifier)
    case .any(let tests):
      var all = RowSet.none(of: column.rowCount)
      for test in tests { all = all.union(rows(test, column)) }
      return all
    case .equal, .ordered, .regex:
      var list: [UInt32] = []
      var bytes: [UInt8] = []
      for entry in 0..<column.entryCount {
        bytes.removeAll(keepingCapacity: true)
        column.identifiers[entry].append(to: &bytes)
        if bytes.withUnsafeBufferPointer({ matches(test, $0, .text) }) {
          list.append(UInt32(column.row(ofEntry: entry)))
        }
      }
      list.removeAdjacentRepeats()
      return .list(list, of: column.rowCount)
    }
  }
}

extension ValueTest {
  /// True where the dictionary answers without testing every value.
  var isLookup: Bool {
    switch self {
    case .equal(let equality): equality.isTextLookup && !equality.comparesByValue
    case .identical: true
    case .any(let tests): tests.allSatisfy(\.isLookup)
    case .ordered, .regex: false
    }
  }
}

extension CodeSet {
  static func union(_ left: CodeSet, _ right: CodeSet) -> CodeSet {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    return CodeSet(Set(left.codes).union(right.codes).sorted(), of: left.universe)
  }
}
