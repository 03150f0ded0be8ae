import Testing

@testable import TrailEngine

/// Columns of every layout and width against the entries that they were made of.
@Suite struct ColumnTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var rows: Int
    var distinct: Int
    /// One row in so many has the path.
    var presence: Int
    var perRow: Int
    var testDescription: String {
      "\(rows) rows, \(distinct) values, 1/\(presence), \(perRow) a row"
    }
  }

  static let shapes = [
    Shape(rows: 500, distinct: 3, presence: 1, perRow: 1),
    Shape(rows: 3_000, distinct: 300, presence: 1, perRow: 1),
    Shape(rows: 3_000, distinct: 700, presence: 3, perRow: 1),
    Shape(rows: 3_000, distinct: 40, presence: 3, perRow: 1),
    Shape(rows: 3_000, distinct: 40, presence: 50, perRow: 1),
    Shape(rows: 3_000, distinct: 40, presence: 2, perRow: 4),
    Shape(rows: 3_000, distinct: 300, presence: 2, perRow: 4),
    Shape(rows: 80_000, distinct: 70_000, presence: 1, perRow: 1),
    Shape(rows: 1, distinct: 1, presence: 1, perRow: 1),
    // Rows in two pages.
    Shape(rows: 131_072, distinct: 2_000, presence: 1, perRow: 1),
    Shape(rows: 100_000, distinct: 600, presence: 20, perRow: 1),
    Shape(rows: 100_000, distinct: 600, presence: 10, perRow: 3),
    Shape(rows: 65_537, distinct: 300, presence: 2, perRow: 1),
  ]

  private static func entries(_ shape: Shape) -> [(row: UInt32, value: UInt32)] {
    var generator = RecordGenerator(seed: UInt64(shape.rows * 31 + shape.distinct))
    var entries: [(row: UInt32, value: UInt32)] = []
    for row in 0..<shape.rows where generator.below(shape.presence) == 0 {
      for _ in 0..<(shape.perRow == 1 ? 1 : 1 + generator.below(shape.perRow)) {
        entries.append((UInt32(row), UInt32(generator.below(shape.distinct) * 2 + 1)))
      }
    }
    return entries
  }

  private static func column(_ shape: Shape, _ entries: [(row: UInt32, value: UInt32)]) -> Column {
    withColumnMaker(rowCount: shape.rows, valueCount: shape.distinct * 2 + 2) { column in
      column(PathID(1), entries.map(\.row), entries.map(\.value))
    }
  }

  /// Columns that have the same rows have one list of them; others have their own.
  @Test(arguments: shapes)
  func sharedRows(shape: Shape) {
    let entries = Self.entries(shape)
    let rows = entries.map(\.row)
    let values = entries.map(\.value)
    // The same number of rows, of which one differs.
    var moved = rows
    if let free = Set(0..<UInt32(shape.rows)).subtracting(rows).min() {
      moved[rows.count / 2] = free
      moved.sort()
    }
    let (first, other, third) = withColumnMaker(
      rowCount: shape.rows, valueCount: shape.distinct * 2 + 2
    ) { column in
      (
        column(PathID(1), rows, values), column(PathID(2), rows, Array(values.reversed())),
        column(PathID(3), moved, values)
      )
    }
    #expect(other.presentRows().rows() == first.presentRows().rows())
    #expect(first.byteCount == first.wholeByteCount)
    if case .full = first.layout { return #expect(other.byteCount == other.wholeByteCount) }
    #expect(other.byteCount < other.wholeByteCount)
    guard moved != rows else { return }
    #expect(third.byteCount == third.wholeByteCount)
    #expect(third.presentRows().rows() == Set(moved).sorted())
  }

  @Test(arguments: shapes)
  func rowsOfCodeSets(shape: Shape) {
    let entries = Self.entries(shape)
    let column = Self.column(shape, entries)
    var generator = RecordGenerator(seed: 5)
    for size in [0, 1, 2, 20, column.distinctCount] {
      let codes = Set((0..<size).map { _ in UInt32(generator.below(max(1, column.distinctCount))) })
      let set = CodeSet(
        size == column.distinctCount
          ? (0..<UInt32(column.distinctCount)).map { $0 } : codes.sorted(),
        of: column.distinctCount)
      let wanted = Set(set.codes.map { column.value(ofCode: $0).rawValue })
      for range in [
        0..<shape.rows, (shape.rows / 3)..<(shape.rows / 2 + 1), 5..<5,
        min(65_000, shape.rows - 1)..<min(65_536, shape.rows),
        min(65_536, shape.rows - 1)..<min(66_000, shape.rows),
      ] {
        let expected = Set(
          entries.filter { wanted.contains($0.value) && range.contains(Int($0.row)) }.map(\.row))
        #expect(column.rows(in: set, within: range).rows() == expected.sorted())
        #expect(column.scannedRows(in: set, within: range).rows() == expected.sorted())
      }
    }
  }

  @Test(arguments: shapes)
  func entriesOfRowsAndCounts(shape: Shape) {
    let entries = Self.entries(shape)
    let column = Self.column(shape, entries)
    let byRow = Dictionary(grouping: entries, by: \.row)
    for row in stride(from: 0, to: shape.rows, by: max(1, shape.rows / 500)) {
      let values = column.entries(at: row).map { column.value(ofCode: column.codes[$0]).rawValue }
      #expect(values == (byRow[UInt32(row)] ?? []).map(\.value))
    }
    for rows in [
      RowSet.all(of: shape.rows), .range(0..<(shape.rows / 2), of: shape.rows),
      .list([UInt32(shape.rows / 2)], of: shape.rows),
    ] {
      var counts = [UInt32](repeating: 0, count: column.distinctCount)
      let missing = counts.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.map { column.addCounts(over: rows, to: $0) } ?? 0
      }
      var expected: [UInt32: Set<UInt32>] = [:]
      for entry in entries where rows.contains(Int(entry.row)) {
        expected[entry.value, default: []].insert(entry.row)
      }
      for code in 0..<column.distinctCount {
        let value = column.value(ofCode: UInt32(code)).rawValue
        #expect(Int(counts[code]) == expected[value]?.count ?? 0)
      }
      #expect(missing == rows.rows().filter { byRow[$0] == nil }.count)
    }
  }
}

/// Calls `body` with what makes columns of numbers as a segment has them, below `valueCount`. Its builder numbered the
/// same values in another order.
private func withColumnMaker<Result>(
  rowCount: Int, valueCount: Int,
  _ body: (_ makeColumn: (_ path: PathID, _ rows: [UInt32], _ values: [UInt32]) -> Column) -> Result
) -> Result {
  var interner = ValueInterner()
  for value in 0..<valueCount {
    let text = Array("value \(value)".utf8)
    (text + [UInt8](repeating: 0, count: 8)).withUnsafeBufferPointer {
      _ = interner.number($0.baseAddress!, text.count, .text)
    }
  }
  let renumbering = ValueRenumbering(interner)
  let oldNumbers = (0..<valueCount).map { renumbering.oldNumbers[$0] }
  var maker = ColumnMaker(rowCount: rowCount, renumbering: renumbering)
  var groups: [[UInt32]: Int] = [:]
  return body { path, rows, values in
    let isMultiValued = Set(rows).count < rows.count
    let group = groups[rows] ?? groups.count
    groups[rows] = group
    return rows.withUnsafeBufferPointer { buffer in
      let isFull = !isMultiValued && rows.count == rowCount
      let own = EntryRows(
        group: group, rows: isFull ? nil : buffer.baseAddress, isMultiValued: isMultiValued)
      return values.map { oldNumbers[Int($0)] }.withUnsafeBufferPointer {
        maker.column(path, $0, own)
      }
    }
  }
}

/// The order of a segment's eventIDs, in which they are looked up.
@Suite struct IdentifierOrderTests {
  @Test(arguments: [0, 1, 2, 15, 16, 17, 100, 5_000])
  func isThatOfTheIdentifiers(count: Int) {
    var generator = RecordGenerator(seed: UInt64(count))
    // All random, a few that repeat, such as differ at their ends alone, and all the same.
    let kinds: [(inout RecordGenerator) -> Identifier] = [
      { Identifier(high: $0.next(), low: $0.next()) },
      { Identifier(high: UInt64($0.below(7)) << 60, low: UInt64($0.below(3))) },
      { Identifier(high: .max, low: $0.next()) },
      { _ in Identifier(high: 0, low: 0) },
    ]
    for kind in kinds {
      let identifiers = (0..<count).map { _ in kind(&generator) }
      let order = identifiers.withUnsafeBufferPointer { SegmentSealer.order(of: $0) }
      let expected = identifiers.indices.sorted {
        identifiers[$0] != identifiers[$1] ? identifiers[$0] < identifiers[$1] : $0 < $1
      }
      #expect(order.map(Int.init) == expected)
    }
  }
}
