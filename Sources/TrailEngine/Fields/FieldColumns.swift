import TrailRecord

/// Finds or works out the column of a field in a segment.
package struct FieldColumns: Sendable {
  let segment: Segment

  /// The column; nil where no event of the segment has the field.
  ///
  /// - Complexity: O(1) for a stored path and for what was asked before; else O(rows).
  package func column(_ field: BoundField) -> FieldColumn? {
    if case .any(let sequences) = field.source,
      let stored = storedColumn(sequences, field.sourceKey)
    {
      return stored.column
    }
    // The table grows with imports, a segment's own paths do not: the key needs no version.
    return segment.computedColumns.value(.init(.field, field.sourceKey)) {
      Built(column: build(field))
    }.column
  }

  /// The column of a field all of whose values are in one; nil where there are several, or none.
  func soleColumn(_ field: BoundField) -> FieldColumn? {
    guard case .any = field.source else { return column(field) }
    let leaves = leafPaths(field)
    return leaves.count == 1 ? segment.field(leaves[0]) : nil
  }

  /// True where `column` has the answer at hand.
  func isKnown(_ field: BoundField) -> Bool {
    segment.computedColumns.contains(.init(.field, field.sourceKey))
  }

  /// What the cache keeps: that a segment lacks a field is worth remembering too.
  private struct Built: Sendable {
    let column: FieldColumn?
  }

  /// The segment's own column, where the field is one stored path at most; nil where it must be worked out.
  private func storedColumn(
    _ sequences: [[String]], _ key: String
  ) -> (column: FieldColumn?, Void)? {
    let leaves = leafPaths(sequences, key)
    let columns = leaves.compactMap { segment.column($0) }
    if leaves.contains(where: { segment.identifiers($0) != nil }) || columns.count > 1 {
      return nil
    }
    if columns.isEmpty, sequences == [["eventTime"]] { return nil }
    return (columns.first.flatMap { segment.field($0.path) }, ())
  }

  /// The paths that a field reads of which this segment has values; none where it is not simply stored.
  func leafPaths(_ field: BoundField) -> [PathID] {
    guard case .any(let sequences) = field.source else { return [] }
    return leafPaths(sequences, field.sourceKey)
  }

  /// The paths of these keys and below that this segment has values of.
  func leafPaths(_ sequences: [[String]]) -> [PathID] {
    leafPaths(sequences, BoundField.Source.key("any", sequences))
  }

  private func leafPaths(_ sequences: [[String]], _ key: String) -> [PathID] {
    segment.computedColumns.value(.init(.leaves, key)) {
      FieldPaths(sequences, in: segment.paths).leaves.filter {
        segment.column($0) != nil || segment.identifiers($0) != nil
      }
    }
  }

  private func build(_ field: BoundField) -> FieldColumn? {
    switch field.source {
    case .time: return times()
    case .any: return union(leafPaths(field))
    case .first(let sequences): return first(sequences)
    case .computed(let rule): return computed(rule)
    }
  }

  /// Times as canonical texts, for grouping by `time`.
  private func times() -> FieldColumn? {
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    let times = segment.times
    var bytes: [UInt8] = []
    var last: (time: Int64, number: UInt32)?
    for row in 0..<segment.timedRowCount {
      let time = times[row]
      if last?.time != time {
        bytes.removeAll(keepingCapacity: true)
        EventTime.append(time, to: &bytes)
        last = (time, builder.intern(bytes, .text))
      }
      if let last { builder.append(last.number, row: row) }
    }
    return segment.timedRowCount == 0 ? nil : builder.finish()
  }

  /// The values of several paths: those of a row in the order of the paths.
  ///
  /// - Complexity: O(rows + paths + values), however many paths there are: an object may have hundreds.
  private func union(_ paths: [PathID]) -> FieldColumn? {
    let fields = paths.compactMap { segment.field($0) }
    let identifiers = paths.compactMap { segment.identifiers($0) }
    guard !fields.isEmpty || !identifiers.isEmpty else { return nil }
    // Nearly all identifiers differ.
    let expected = identifiers.reduce(256) { $0 + $1.entryCount }
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount, expecting: expected)
    var starts = [UInt32](repeating: 0, count: segment.rowCount + 1)
    for field in fields { field.column.forEachEntry { row, _ in starts[row + 1] += 1 } }
    for column in identifiers {
      for entry in 0..<column.entryCount { starts[column.row(ofEntry: entry) + 1] += 1 }
    }
    for row in 0..<segment.rowCount { starts[row + 1] += starts[row] }
    var next = starts
    var numbers = [UInt32](repeating: 0, count: Int(starts[segment.rowCount]))
    func place(_ number: UInt32, _ row: Int) {
      numbers[Int(next[row])] = number
      next[row] += 1
    }
    for field in fields {
      var codes = FieldCodes(field)
      field.column.forEachEntry { row, code in place(codes.number(code, in: &builder), row) }
    }
    var text = [UInt8](repeating: 0, count: Identifier.textLength + TextBuffer.slack)
    text.withUnsafeMutableBufferPointer { text in
      guard let base = text.baseAddress else { return }
      let bytes = UnsafeBufferPointer(start: UnsafePointer(base), count: Identifier.textLength)
      for column in identifiers {
        for entry in 0..<column.entryCount {
          column.identifiers[entry].write(to: base)
          place(builder.intern(bytes, .text), column.row(ofEntry: entry))
        }
      }
    }
    for row in 0..<segment.rowCount {
      for index in starts[row]..<starts[row + 1] { builder.append(numbers[Int(index)], row: row) }
    }
    return builder.finish()
  }

  /// Of each row, the values of the first path that it has.
  private func first(_ sequences: [[String]]) -> FieldColumn? {
    let candidates = sequences.compactMap { keys in
      column(BoundField(name: keys.joined(separator: "."), kind: .text, source: .any([keys])))
    }
    guard candidates.count > 1 else { return candidates.first }
    if candidates.allSatisfy({ !$0.column.isMultiValued }) {
      return firstValues(of: candidates, skipsEmpty: false)
    }
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    var sources = candidates.map { FieldCodes($0) }
    for row in 0..<segment.rowCount {
      for index in sources.indices where sources[index].append(row, to: &builder) { break }
    }
    return builder.finish()
  }

  private func computed(_ rule: ComputedRule) -> FieldColumn? {
    if rule.takesFirstInput { return firstInput(rule.inputs) }
    let inputs = rule.inputs.map { input in
      (input, column(BoundField(name: "", kind: .text, source: .any([input.keys]))))
    }
    var combinations = RowCombinations(rowCount: segment.rowCount)
    for (index, (input, column)) in inputs.enumerated() {
      guard let column else { continue }
      combinations.add(input: index, column, picksBucketARN: input.picksBucketARN)
    }
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    let fields = inputs.map(\.1)
    var values = ComputedRule.Values(repeating: nil, count: inputs.count)
    let buffers = inputs.map { _ in TextBuffer.make() }
    var results = [UInt32?](repeating: nil, count: combinations.combinationCount)
    combinations.forEachTuple(width: inputs.count) { number, codes in
      for index in codes.indices {
        values[index] =
          codes[index] == 0
          ? nil : fields[index]?.bytes(ofCode: codes[index] - 1, in: buffers[index])
      }
      results[number] = rule.evaluate(values).map { builder.intern($0, .text) }
    }
    builder.appendAll(combinations.numbers, results)
    return builder.finish()
  }
}

extension FieldColumns {
  /// The first of some members that has a value, and is not empty, in each row.
  private func firstInput(_ inputs: [ComputedRule.Input]) -> FieldColumn? {
    firstValues(
      of: inputs.compactMap { input in
        column(BoundField(name: "", kind: .text, source: .any([input.keys])))
      }, skipsEmpty: true)
  }

  /// Of each row, the first value of the first field that has one.
  ///
  /// - Complexity: O(rows + entries of the fields), where combinations would cost rows times fields.
  private func firstValues(of fields: [FieldColumn], skipsEmpty: Bool) -> FieldColumn? {
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    // Each row's number in the builder plus one; 0 where it has no value yet.
    var chosen = [UInt32](repeating: 0, count: segment.rowCount)
    chosen.withUnsafeMutableBufferPointer { chosen in
      for field in fields {
        var codes = FieldCodes(field)
        field.column.forEachFirstCode { row, code in
          guard chosen[row] == 0, !(skipsEmpty && field.byteCount(ofCode: code) == 0) else {
            return
          }
          chosen[row] = codes.number(code, in: &builder) + 1
        }
      }
    }
    for row in chosen.indices where chosen[row] != 0 { builder.append(chosen[row] - 1, row: row) }
    return builder.finish()
  }
}

/// A rule's value row by row, where working out a column of all rows would be a waste.
struct RowRule: Sendable {
  private let rule: ComputedRule
  private let inputs: [(field: FieldColumn?, picksBucketARN: Bool)]

  init(_ rule: ComputedRule, _ columns: FieldColumns) {
    self.rule = rule
    inputs = rule.inputs.map { input in
      (
        columns.column(BoundField(name: "", kind: .text, source: .any([input.keys]))),
        input.picksBucketARN
      )
    }
  }

  /// The bytes; nil where the row has no value.
  func value(row: Int) -> [UInt8]? {
    // All inputs' texts at once.
    let buffers = inputs.map { _ in TextBuffer.make() }
    return withExtendedLifetime(buffers) {
      rule.evaluate(
        zip(inputs, buffers).map { input, buffer -> UnsafeBufferPointer<UInt8>? in
          guard let field = input.field else { return nil }
          for entry in field.column.entries(at: row) {
            let bytes = field.bytes(ofCode: field.column.codes[entry], in: buffer)
            if !input.picksBucketARN || TargetRules.bucketName(bytes) != nil { return bytes }
          }
          return nil
        })
    }
  }
}

/// A column whose values are read into another column.
private struct FieldCodes {
  private let field: FieldColumn
  /// The number that the builder has given each code; `.max` before it has.
  private var numbers: [UInt32]
  private let buffer = TextBuffer.make()

  init(_ field: FieldColumn) {
    self.field = field
    numbers = [UInt32](repeating: .max, count: field.column.distinctCount)
  }

  /// Gives the builder the row's values; false where it has none.
  mutating func append(_ row: Int, to builder: inout ComputedColumnBuilder) -> Bool {
    let entries = field.column.entries(at: row)
    for entry in entries {
      builder.append(number(field.column.codes[entry], in: &builder), row: row)
    }
    return !entries.isEmpty
  }

  /// The number of a code's value in the builder.
  @inline(__always)
  mutating func number(_ code: UInt32, in builder: inout ComputedColumnBuilder) -> UInt32 {
    if numbers[Int(code)] == .max {
      numbers[Int(code)] = builder.intern(
        field.bytes(ofCode: code, in: buffer), field.kind(ofCode: code))
    }
    return numbers[Int(code)]
  }
}

/// Which combination of several columns' values each row has.
struct RowCombinations {
  /// The combination of each row.
  private(set) var numbers: [UInt32]
  private var levels: [Level] = []
  private var count = 1

  /// A column that was added.
  private struct Level {
    let input: Int
    /// The combinations before it, which stay those of rows that have no value in it.
    let countBefore: Int
    /// What each combination behind those is made of: the one before it, and the code plus one.
    var made: [(previous: UInt32, code: UInt32)] = []
  }

  init(rowCount: Int) { numbers = [UInt32](repeating: 0, count: rowCount) }

  /// Tells rows apart by one more column: by the first of a row's values, or the first that is a bucket's ARN.
  ///
  /// - Complexity: O(entries), whatever number of rows there are.
  mutating func add(input: Int, _ field: FieldColumn, picksBucketARN: Bool) {
    var maker = LevelMaker(Level(input: input, countBefore: count), field.column)
    numbers.withUnsafeMutableBufferPointer { numbers in
      if picksBucketARN {
        Self.forEachBucket(field) { maker.note($0, $1, numbers) }
      } else {
        field.column.forEachFirstCode { maker.note($0, $1, numbers) }
      }
    }
    count += maker.level.made.count
    levels.append(maker.level)
  }

  /// Numbers what the rows have in one more column: a function that notes them would have every access checked.
  private struct LevelMaker {
    private(set) var level: Level
    private let width: Int
    /// By combination and code, where they are few enough; `.max` where none has been met.
    private var dense: [UInt32]
    private let isDense: Bool
    private var sparse = MetCombinations()

    init(_ level: Level, _ column: Column) {
      self.level = level
      width = column.distinctCount
      let size = level.countBefore * width
      isDense = size <= column.entryCount * RowCombinations.densePerEntry
      dense = [UInt32](repeating: .max, count: isDense ? size : 0)
    }

    @inline(__always)
    mutating func note(_ row: Int, _ code: UInt32, _ numbers: UnsafeMutableBufferPointer<UInt32>) {
      let slot = Int(numbers[row]) &* width &+ Int(code)
      var made = isDense ? dense[slot] : sparse.number(of: UInt64(slot))
      if made == .max { made = UInt32(level.made.count) }
      if made == level.made.count {
        level.made.append((numbers[row], code + 1))
        if isDense { dense[slot] = made }
      }
      numbers[row] = UInt32(level.countBefore) &+ made
    }
  }

  private static let densePerEntry = 16

  /// Calls `body` with each row that has a value which is a bucket's ARN, and the code of the first such.
  private static func forEachBucket(_ field: FieldColumn, _ body: (Int, UInt32) -> Void) {
    let buffer = TextBuffer.make()
    let isBucket = (0..<UInt32(field.column.distinctCount)).map {
      TargetRules.bucketName(field.bytes(ofCode: $0, in: buffer)) != nil
    }
    withExtendedLifetime(buffer) {}
    var last: Int?
    field.column.forEachEntry { row, code in
      guard row != last, isBucket[Int(code)] else { return }
      last = row
      body(row, code)
    }
  }

  /// Calls `body` with each combination that some row has and its codes by input: each code plus one, or 0 where there
  /// is none.
  func forEachTuple(width: Int, _ body: (_ number: Int, _ codes: [UInt32]) -> Void) {
    var isMet = [Bool](repeating: false, count: count)
    for number in numbers { isMet[Int(number)] = true }
    var tuple = [UInt32](repeating: 0, count: width)
    for number in 0..<count where isMet[number] {
      var current = number
      for level in levels.reversed() {
        if current < level.countBefore {
          tuple[level.input] = 0
        } else {
          let (previous, code) = level.made[current - level.countBefore]
          tuple[level.input] = code
          current = Int(previous)
        }
      }
      body(number, tuple)
    }
  }

  /// Combinations, of which some may have no row any more.
  var combinationCount: Int { count }
}
