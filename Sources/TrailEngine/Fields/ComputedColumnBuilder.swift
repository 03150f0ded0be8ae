import TrailRecord

/// Builds a column whose values are made rather than stored: entries are added in row order.
struct ComputedColumnBuilder {
  private var numbers: [[UInt8]: UInt32] = [:]
  private var texts: [(bytes: [UInt8], kind: ValueKind)] = []
  private var rows: [UInt32] = []
  private var codes: [UInt32] = []
  private var isMultiValued = false
  private let rowCount: Int

  init(rowCount: Int) { self.rowCount = rowCount }

  /// The number of a value, the same for the same bytes and kind.
  mutating func intern(_ bytes: [UInt8], _ kind: ValueKind) -> UInt32 {
    let key = [kind.rawValue] + bytes
    if let known = numbers[key] { return known }
    let number = UInt32(texts.count)
    numbers[key] = number
    texts.append((bytes, kind))
    return number
  }

  /// Gives `row`, which is not before the last one, a value; a value that the row already has is left out.
  mutating func append(_ number: UInt32, row: Int) {
    if rows.last == UInt32(row) {
      var index = rows.count - 1
      while index >= 0, rows[index] == UInt32(row) {
        if codes[index] == number { return }
        index -= 1
      }
      isMultiValued = true
    }
    rows.append(UInt32(row))
    codes.append(number)
  }

  /// Gives every row the value that `results` has for its number: to a builder that has no rows yet.
  mutating func appendAll(_ rowNumbers: [UInt32], _ results: [UInt32?]) {
    rows.reserveCapacity(rowNumbers.count)
    codes.reserveCapacity(rowNumbers.count)
    for row in rowNumbers.indices {
      guard let number = results[Int(rowNumbers[row])] else { continue }
      rows.append(UInt32(row))
      codes.append(number)
    }
  }

  /// The column, with values renumbered in the order of their folded hash, as dictionaries demand.
  func finish() -> FieldColumn {
    let hashes = texts.map { FoldedHash.hash(ofFolded: CaseFolding.folded($0.bytes)) }
    let order = texts.indices.sorted {
      hashes[$0] != hashes[$1] ? hashes[$0] < hashes[$1] : $0 < $1
    }
    var newNumbers = [UInt32](repeating: 0, count: texts.count)
    for (number, old) in order.enumerated() { newNumbers[old] = UInt32(number) }
    var heap: [UInt8] = []
    var offsets: [UInt32] = [0]
    for old in order {
      heap += texts[old].bytes
      offsets.append(UInt32(heap.count))
    }
    let dictionary = ValueDictionary(
      heap: Slab(heap, padding: 64), offsets: Slab(offsets),
      kinds: Slab(order.map { texts[$0].kind.rawValue }))
    let distinct = texts.count
    let codeArray = CodeArray(count: codes.count, distinctCount: distinct) {
      newNumbers[Int(codes[$0])]
    }
    let column = Column(
      path: .root, layout: layout(), codes: codeArray,
      values: AscendingNumbers(packing: (0..<UInt32(distinct)).map { $0 }),
      postings: postings(codeArray, distinct), isMultiValued: isMultiValued, rowCount: rowCount)
    return FieldColumn(column: column, dictionary: dictionary)
  }

  private func layout() -> Column.Layout {
    if !isMultiValued, rows.count == rowCount { return .full }
    if isMultiValued || rows.count * 16 < rowCount { return .sparse(rows: RowList(rows)) }
    var presence = RowBitmap(universe: rowCount)
    for row in rows { presence.insert(Int(row)) }
    var ranks: [UInt32] = []
    var rank: UInt32 = 0
    for word in presence.words {
      ranks.append(rank)
      rank += UInt32(word.nonzeroBitCount)
    }
    return .bitmap(presence: Slab(presence.words), ranks: Slab(ranks))
  }

  private func postings(_ codes: CodeArray, _ distinct: Int) -> PostingLists? {
    guard distinct > StorageLimits.distinctValuesForPostings,
      codes.count >= distinct * StorageLimits.entriesPerValueForPostings
    else { return nil }
    return PostingLists(distinctCount: distinct) { body in
      for entry in 0..<codes.count { body(Int(codes[entry]), rows[entry]) }
    }
  }
}
