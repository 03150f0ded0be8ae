import TrailRecord

/// Finds or works out the column of a field in a segment.
package struct FieldColumns: Sendable {
  let segment: Segment

  /// The column; nil where no event of the segment has the field.
  ///
  /// - Complexity: O(1) for a stored path and for what was asked before; else O(rows).
  package func column(_ field: BoundField) -> FieldColumn? {
    if case .any(let sequences) = field.source, let stored = storedColumn(sequences) {
      return stored.column
    }
    // The table grows with imports, a segment's own paths do not: the key needs no version.
    return segment.computedColumns.value("field " + Self.cacheKey(field)) {
      Built(column: build(field))
    }.column
  }

  /// True where `column` has the answer at hand.
  func isKnown(_ field: BoundField) -> Bool {
    segment.computedColumns.contains("field " + Self.cacheKey(field))
  }

  /// What the cache keeps: that a segment lacks a field is worth remembering too.
  private struct Built: Sendable {
    let column: FieldColumn?
  }

  static func cacheKey(_ field: BoundField) -> String {
    switch field.source {
    case .time: "time"
    case .computed(let rule): "computed \(rule.rawValue)"
    case .any(let sequences): key("any", sequences)
    case .first(let sequences): key("first", sequences)
    }
  }

  /// A name for key sequences: each key with its length before it, so that no two share one. Describing the arrays
  /// would take longer than many a look-up.
  static func key(_ name: String, _ sequences: [[String]]) -> String {
    var text = name
    for keys in sequences {
      text += " /"
      for key in keys {
        text += String(key.utf8.count)
        text += ":"
        text += key
      }
    }
    return text
  }

  /// The segment's own column, where the field is one stored path at most; nil where it must be worked out.
  private func storedColumn(_ sequences: [[String]]) -> (column: FieldColumn?, Void)? {
    let leaves = leafPaths(sequences)
    let columns = leaves.compactMap { segment.column($0) }
    if leaves.contains(where: { segment.identifiers($0) != nil }) || columns.count > 1 {
      return nil
    }
    if columns.isEmpty, sequences == [["eventTime"]] { return nil }
    return (columns.first.map { FieldColumn(column: $0, dictionary: segment.values) }, ())
  }

  /// The paths of these keys and below that this segment has values of.
  func leafPaths(_ sequences: [[String]]) -> [PathID] {
    segment.computedColumns.value(Self.key("leaves", sequences)) {
      FieldPaths(sequences, in: segment.paths).leaves.filter {
        segment.column($0) != nil || segment.identifiers($0) != nil
      }
    }
  }

  private func build(_ field: BoundField) -> FieldColumn? {
    switch field.source {
    case .time: return times()
    case .any(let sequences): return union(leafPaths(sequences))
    case .first(let sequences): return first(sequences)
    case .computed(let rule): return computed(rule)
    }
  }

  /// Times as canonical texts, for grouping by `time`.
  private func times() -> FieldColumn? {
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    for row in 0..<segment.timedRowCount {
      let number = builder.intern(Array(EventTime.format(segment.times[row]).utf8), .text)
      builder.append(number, row: row)
    }
    return segment.timedRowCount == 0 ? nil : builder.finish()
  }

  private func union(_ paths: [PathID]) -> FieldColumn? {
    let columns = paths.compactMap { segment.column($0) }
    let identifiers = paths.compactMap { segment.identifiers($0) }
    guard !columns.isEmpty || !identifiers.isEmpty else { return nil }
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    // Numbers of the segment's values that this column has met.
    var numbers: [UInt32: UInt32] = [:]
    for row in 0..<segment.rowCount {
      for column in columns {
        for entry in column.entries(at: row) {
          let value = column.value(ofCode: column.codes[entry])
          let number: UInt32
          if let known = numbers[value.rawValue] {
            number = known
          } else {
            number = builder.intern(
              Array(segment.values.bytes(of: value)), segment.values.kind(of: value))
            numbers[value.rawValue] = number
          }
          builder.append(number, row: row)
        }
      }
      for column in identifiers {
        guard let identifier = column.identifier(at: row) else { continue }
        var bytes: [UInt8] = []
        identifier.append(to: &bytes)
        builder.append(builder.intern(bytes, .text), row: row)
      }
    }
    return builder.finish()
  }

  private func first(_ sequences: [[String]]) -> FieldColumn? {
    let candidates = sequences.compactMap { keys in
      column(BoundField(name: keys.joined(separator: "."), kind: .text, source: .any([keys])))
    }
    guard candidates.count > 1 else { return candidates.first }
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    var numbers = candidates.map { [UInt32](repeating: .max, count: $0.column.distinctCount) }
    for row in 0..<segment.rowCount {
      for (index, candidate) in candidates.enumerated() {
        let entries = candidate.column.entries(at: row)
        guard !entries.isEmpty else { continue }
        for entry in entries {
          let code = candidate.column.codes[entry]
          if numbers[index][Int(code)] == .max {
            numbers[index][Int(code)] = builder.intern(
              Array(candidate.bytes(ofCode: code)), candidate.kind(ofCode: code))
          }
          builder.append(numbers[index][Int(code)], row: row)
        }
        break
      }
    }
    return builder.finish()
  }

  private func computed(_ rule: ComputedRule) -> FieldColumn? {
    let inputs = rule.inputs.map { input in
      (input, column(BoundField(name: "", kind: .text, source: .any([input.keys]))))
    }
    var combinations = RowCombinations(rowCount: segment.rowCount)
    for (index, (input, column)) in inputs.enumerated() {
      guard let column else { continue }
      combinations.add(input: index, column, picksBucketARN: input.picksBucketARN)
    }
    var builder = ComputedColumnBuilder(rowCount: segment.rowCount)
    let results = combinations.tuples(width: inputs.count).map { codes in
      let values = zip(inputs, codes).map { input, code in
        code.flatMap { code in input.1?.bytes(ofCode: code) }
      }
      return rule.evaluate(values).map { builder.intern($0, .text) }
    }
    for row in 0..<segment.rowCount {
      if let number = results[Int(combinations.numbers[row])] { builder.append(number, row: row) }
    }
    return builder.finish()
  }
}

/// Which combination of several columns' values each row has.
struct RowCombinations {
  /// The combination of each row.
  private(set) var numbers: [UInt32]
  /// For each column added, what its combinations are made of: the combination before it, and its code.
  private var levels: [[(previous: UInt32, code: UInt32?)]] = []
  private var inputs: [Int] = []
  private var count = 1

  init(rowCount: Int) { numbers = [UInt32](repeating: 0, count: rowCount) }

  /// Tells rows apart by one more column: by the first of a row's values, or the first that is a bucket's ARN.
  mutating func add(input: Int, _ field: FieldColumn, picksBucketARN: Bool) {
    let column = field.column
    var counts = [Bool](repeating: true, count: column.distinctCount)
    if picksBucketARN {
      for code in counts.indices {
        counts[code] = TargetRules.bucketName(field.bytes(ofCode: UInt32(code))) != nil
      }
    }
    let width = column.distinctCount + 1
    var made: [(previous: UInt32, code: UInt32?)] = []
    let isDense = count * width <= Self.largestDenseTable
    var dense = [UInt32](repeating: .max, count: isDense ? count * width : 0)
    var sparse: [UInt64: UInt32] = [:]
    for row in numbers.indices {
      let code =
        column.isMultiValued || picksBucketARN
        ? column.entries(at: row).lazy.map { column.codes[$0] }.first { counts[Int($0)] }
        : column.firstCode(at: row)
      let slot = Int(numbers[row]) * width + (code.map { Int($0) + 1 } ?? 0)
      let known = isDense ? dense[slot] : sparse[UInt64(slot)] ?? .max
      if known != .max {
        numbers[row] = known
        continue
      }
      let number = UInt32(made.count)
      made.append((numbers[row], code))
      if isDense { dense[slot] = number } else { sparse[UInt64(slot)] = number }
      numbers[row] = number
    }
    levels.append(made)
    inputs.append(input)
    count = made.count
  }

  private static let largestDenseTable = 1 << 21

  /// The codes of each combination, by input.
  func tuples(width: Int) -> [[UInt32?]] {
    guard !levels.isEmpty else { return [[UInt32?](repeating: nil, count: width)] }
    return (0..<count).map { number in
      var tuple = [UInt32?](repeating: nil, count: width)
      var current = UInt32(number)
      for level in levels.indices.reversed() {
        let (previous, code) = levels[level][Int(current)]
        tuple[inputs[level]] = code
        current = previous
      }
      return tuple
    }
  }
}
