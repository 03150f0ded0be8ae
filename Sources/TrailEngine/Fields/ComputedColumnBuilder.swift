import TrailRecord

/// Builds a column whose values are made rather than stored: entries are added in row order.
///
/// Everything lies in raw memory: a field that most events have a value of its own of, such as a key or a resource, is
/// made in the time of a question.
struct ComputedColumnBuilder: ~Copyable {
  private var values: ValueInterner
  private var rows: GrowingBuffer<UInt32>
  private var codes: GrowingBuffer<UInt32>
  private var isMultiValued = false
  private let rowCount: Int
  /// Bytes of a value with what must be readable behind them.
  private var padded: [UInt8] = []

  /// Readable bytes behind a value, which the interner reads by whole words.
  private static let slack = [UInt8](repeating: 0, count: 8)

  /// - Parameter values: Distinct ones that there will be, about.
  init(rowCount: Int, expecting values: Int = 256) {
    self.rowCount = rowCount
    self.values = ValueInterner(expecting: values)
    rows = GrowingBuffer(capacity: rowCount)
    codes = GrowingBuffer(capacity: rowCount)
  }

  /// The number of a value, the same for the same bytes and kind.
  mutating func intern(_ bytes: [UInt8], _ kind: ValueKind) -> UInt32 {
    padded.removeAll(keepingCapacity: true)
    padded += bytes
    padded += Self.slack
    // Out of the builder, so that the values can be written meanwhile.
    var own: [UInt8] = []
    swap(&own, &padded)
    defer { swap(&own, &padded) }
    return own.withUnsafeBufferPointer {
      $0.baseAddress.map { values.number($0, bytes.count, kind) } ?? 0
    }
  }

  /// The same for bytes with seven readable ones behind them, as stored values have.
  @inline(__always)
  mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>, _ kind: ValueKind) -> UInt32 {
    guard let base = bytes.baseAddress else { return intern([], kind) }
    return values.number(base, bytes.count, kind)
  }

  /// Gives `row`, which is not before the last one, a value; a value that the row already has is left out.
  @inline(__always)
  mutating func append(_ number: UInt32, row: Int) {
    var index = rows.count - 1
    if index >= 0, rows[index] == UInt32(row) {
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
    for row in rowNumbers.indices {
      guard let number = results[Int(rowNumbers[row])] else { continue }
      rows.append(UInt32(row))
      codes.append(number)
    }
  }

  /// The column, with values renumbered in the order of their folded hash, as dictionaries demand.
  borrowing func finish() -> FieldColumn {
    let distinct = values.count
    let renumbering = ValueRenumbering(values)
    let dictionary = dictionary(in: renumbering)
    let codeArray = CodeArray(count: codes.count, distinctCount: distinct) {
      renumbering.newNumbers[Int(codes[$0])]
    }
    let column = Column(
      path: .root, layout: layout(), codes: codeArray,
      values: AscendingNumbers(packing: (0..<UInt32(distinct)).map { $0 }),
      postings: postings(codeArray, distinct), isMultiValued: isMultiValued, rowCount: rowCount)
    return FieldColumn(column: column, dictionary: dictionary)
  }

  private borrowing func dictionary(in order: borrowing ValueRenumbering) -> ValueDictionary {
    let count = order.count
    let offsets = Slab<UInt32>(count: count + 1) { base in
      base[0] = 0
      for number in 0..<count {
        let old = Int(order.oldNumbers[number])
        base[number + 1] = base[number] + values.offsets[old + 1] - values.offsets[old]
      }
    }
    let heap = Slab<UInt8>(count: values.heap.count, padding: TextBuffer.slack) { base in
      for number in 0..<count {
        let old = Int(order.oldNumbers[number])
        let start = Int(values.offsets[old])
        (base + Int(offsets[number])).update(
          from: values.heap.base + start, count: Int(values.offsets[old + 1]) - start)
      }
    }
    let kinds = Slab<UInt8>(count: count) { base in
      for number in 0..<count { base[number] = values.kinds[Int(order.oldNumbers[number])] }
    }
    return ValueDictionary(heap: heap, offsets: offsets, kinds: kinds)
  }

  private borrowing func layout() -> Column.Layout {
    if !isMultiValued, rows.count == rowCount { return .full }
    if isMultiValued || rows.count * 16 < rowCount {
      return .sparse(rows: RowList(count: rows.count) { rows[$0] })
    }
    var presence = RowBitmap(universe: rowCount)
    for entry in 0..<rows.count { presence.insert(Int(rows[entry])) }
    var ranks: [UInt32] = []
    var rank: UInt32 = 0
    for word in presence.words {
      ranks.append(rank)
      rank += UInt32(word.nonzeroBitCount)
    }
    return .bitmap(presence: Slab(presence.words), ranks: Slab(ranks))
  }

  private borrowing func postings(_ codes: CodeArray, _ distinct: Int) -> PostingLists? {
    guard distinct > StorageLimits.distinctValuesForPostings,
      codes.count >= distinct * StorageLimits.entriesPerValueForPostings
    else { return nil }
    return PostingLists(distinctCount: distinct) { body in
      for entry in 0..<codes.count { body(Int(codes[entry]), rows[entry]) }
    }
  }
}
