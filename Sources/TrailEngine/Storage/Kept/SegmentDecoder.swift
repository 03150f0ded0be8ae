/// Makes what a segment holds of the bytes of its parts, without copying them.
///
/// Nothing is believed: whatever the bytes are, what comes out can be used without reading outside of it. The checks
/// read what a query would read anyway.
struct SegmentDecoder {
  let layout: SegmentLayout
  let pathCount: Int

  func times(_ memory: PartMemory) throws(SegmentDamage) -> OffsetArray<Int64> {
    let disorder = "its times are not in order"
    if layout.times.least == nil {
      let times: Slab<Int64> = slab(layout.times.place, memory)
      try Check.ascends(times, disorder)
    } else {
      let offsets: Slab<UInt32> = slab(layout.times.place, memory)
      try Check.ascends(offsets, disorder)
    }
    let times: OffsetArray<Int64> = numbers(layout.times, memory)
    try Check.that(
      times.lowerBound(of: Segment.noTime, in: 0..<times.count) == layout.timedRowCount,
      "the count of its times differs")
    if layout.timedRowCount > 0 {
      // Both of both: distances from a least time may lead beyond the greatest number and round to the least.
      let possible = -Self.farthestTime...Self.farthestTime
      try Check.that(
        possible.contains(times[0]) && possible.contains(times[layout.timedRowCount - 1]),
        "its times are impossible")
    }
    return times
  }

  func arrivals(_ memory: PartMemory) -> OffsetArray<UInt64> { numbers(layout.arrivals, memory) }

  private func numbers<Number: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ numbers: SegmentLayout.Numbers, _ memory: PartMemory
  ) -> OffsetArray<Number> {
    guard let least = numbers.least else { return OffsetArray(slab(numbers.place, memory)) }
    return OffsetArray(
      offsets: slab(numbers.place, memory), from: Number(truncatingIfNeeded: least))
  }

  /// No time that can be written lies farther from 1970 than this (in milliseconds, some 17,000 years).
  private static let farthestTime: Int64 = 1 << 49

  /// - Parameter heap: the text in blocks, for versions that have it so.
  func values(
    _ memory: PartMemory, heap: (_ byteCount: Int) throws(SegmentDamage) -> KeptHeap
  ) throws(SegmentDamage) -> ValueDictionary {
    switch (layout.values, layout.heap) {
    case (.packed(let packed), .blocks(_, let byteCount)):
      return try values(packed, try heap(Int(byteCount)), memory)
    case (.packed, .whole): throw SegmentDamage("its texts are in no blocks")
    case (.plain(let offsetPlace, let kinds), let place):
      let offsets = try offsets(
        offsetPlace, count: layout.valueCount, textBytes: place.byteCount, memory)
      let kinds: Slab<UInt8> = slab(kinds, memory)
      try Check.isBelow(kinds, Int(ValueKind.flag.rawValue) + 1, "a value is of no kind")
      switch place {
      case .whole(let place):
        return ValueDictionary(heap: slab(place, memory), offsets: offsets, kinds: kinds)
      case .blocks(_, let byteCount):
        return ValueDictionary(try heap(Int(byteCount)), offsets: offsets, kinds: kinds)
      }
    }
  }

  private func values(
    _ packed: SegmentLayout.Packed, _ heap: KeptHeap, _ memory: PartMemory
  ) throws(SegmentDamage) -> ValueDictionary {
    let prefixes: Slab<UInt8> = slab(packed.prefixes, memory)
    let prefixStarts: Slab<UInt32> = slab(packed.prefixStarts, memory)
    try Check.ascends(prefixStarts, "its beginnings overlap")
    try Check.that(
      Int(prefixStarts[prefixStarts.count - 1]) <= prefixes.count,
      "its beginnings lie outside their text")
    var longest: UInt32 = 0
    for number in 0..<(prefixStarts.count - 1) {
      longest = max(longest, prefixStarts[number + 1] - prefixStarts[number])
    }
    try Check.that(
      Int(longest) <= PackedTexts.prefixBytes.upperBound, "a beginning is impossibly long")
    let buckets: Slab<UInt32> = slab(packed.bucketStarts, memory)
    try Check.ascends(buckets, "its hashes are not in order")
    try Check.that(
      Int(buckets[buckets.count - 1]) <= layout.valueCount, "its hashes lie outside of it")
    let texts = PackedTexts(
      heap: Slab(owner: heap, base: UnsafePointer(heap.base), count: heap.byteCount), kept: heap,
      places: try order(packed.order, of: layout.valueCount, memory),
      starts: ascending(packed.starts, memory), tags: slab(packed.tags, memory),
      prefixes: prefixes, prefixStarts: prefixStarts, textByteCount: Int(packed.textByteCount))
    try Check.that(texts.isSound, "its values overlap, or lie outside their text")
    return ValueDictionary(
      texts, hashTags: HashTags(starts: buckets, tags: slab(packed.hashTags, memory)))
  }

  private func ascending(
    _ numbers: SegmentLayout.Ascending, _ memory: PartMemory
  ) -> AscendingNumbers {
    switch numbers {
    case .wide(let place): AscendingNumbers(slab(place, memory))
    case .narrow(let bases, let steps):
      AscendingNumbers(bases: slab(bases, memory), steps: slab(steps, memory))
    }
  }

  /// Where each of `count` texts begins, and where the last ends.
  private func offsets(
    _ place: SegmentLayout.Place, count: Int, textBytes: Int, _ memory: PartMemory
  ) throws(SegmentDamage) -> Slab<UInt32> {
    let offsets: Slab<UInt32> = slab(place, memory)
    try Check.ascends(offsets, "its values overlap")
    try Check.that(
      offsets[0] == 0 && Int(offsets[count]) <= textBytes, "its values lie outside their text")
    return offsets
  }

  func tokenSignatures(_ memory: PartMemory) throws(SegmentDamage) -> TokenSignatureIndex {
    let starts: Slab<UInt32> = slab(layout.blockStarts, memory)
    try Check.that(starts.count > 0, "its index of names is empty")
    try Check.ascends(starts, "its index of names is not in order")
    let words = (starts.count - 1 + 63) / 64
    try Check.that(
      Int(layout.slices.count) == words * TokenSignatureIndex.signatureBits
        && Int(starts[starts.count - 1]) == layout.valueCount,
      "its index of names has another size")
    return TokenSignatureIndex(
      blockStarts: starts, slices: slab(layout.slices, memory), layout.version > 4 ? .words : .bytes
    )
  }

  func shapes(_ memory: PartMemory) throws(SegmentDamage) -> ShapeTable {
    let tokens: Slab<UInt32> = slab(layout.shapeTokens, memory)
    let starts: Slab<UInt32> = slab(layout.shapeStarts, memory)
    let roots: Slab<UInt32> = slab(layout.shapeRoots, memory)
    try Check.that(starts.count > 1 || layout.rowCount == 0, "it has no structures")
    try Check.that(
      starts.count > 0 && starts[0] == 0 && Int(starts[starts.count - 1]) == tokens.count,
      "its structures have another size")
    try Check.ascends(starts, "its structures overlap", strictly: true)
    // Nodes that hold others twice could make of a small table a text without end.
    var written = [Int](repeating: 0, count: max(0, starts.count - 1))
    for node in written.indices {
      let range = Int(starts[node])..<Int(starts[node + 1])
      written[node] = range.count + (try checkNode(node, tokens, range, written))
      try Check.that(
        written[node] <= IngestLimits.recordBytes, "a structure is larger than any record")
    }
    try Check.isBelow(roots, starts.count - 1, "a structure is missing")
    let codes = try codes(layout.shapeCodes, below: roots.count, memory)
    return ShapeTable(
      tokens: ShapeTokens(tokens), starts: AscendingNumbers(starts), roots: roots, codes: codes)
  }

  /// - Parameter written: what a record that has it writes of each node before this one, in tokens.
  /// - Returns: what is written of the nodes in this one.
  private func checkNode(
    _ node: Int, _ tokens: Slab<UInt32>, _ range: Range<Int>, _ written: [Int]
  ) throws(SegmentDamage) -> Int {
    var inside = 0
    let isKnown =
      tokens[range.lowerBound] == ShapeToken.object || tokens[range.lowerBound] == ShapeToken.array
    try Check.that(isKnown, "a structure is neither object nor array")
    var index = range.lowerBound + 1
    while index < range.upperBound {
      let token = tokens[index]
      let kind = token & ShapeToken.kindMask
      try Check.that(
        kind <= ShapeToken.node && Int(token >> ShapeToken.pathShift) < pathCount,
        "a structure has a member without a path")
      index += 1
      guard kind == ShapeToken.node else { continue }
      // What is inside has a lower number, so no structure holds itself.
      try Check.that(
        index < range.upperBound && Int(tokens[index]) < node, "a structure holds itself")
      inside += written[Int(tokens[index])]
      index += 1
    }
    return inside
  }

  func deliveries(
    _ deliveries: SegmentLayout.DeliveriesLayout, _ memory: PartMemory
  ) throws(SegmentDamage) -> SegmentDeliveries {
    let firstArrivals: Slab<UInt64> = slab(deliveries.firstArrivals, memory)
    try Check.ascends(firstArrivals, "its files are not in order", strictly: true)
    let times: Slab<Int64> = slab(deliveries.times, memory)
    return SegmentDeliveries(
      isLive: deliveries.isLive, firstArrivals: Array(firstArrivals.buffer),
      times: Array(times.buffer))
  }

  func column(
    _ column: SegmentLayout.ColumnLayout, _ memory: PartMemory
  ) throws(SegmentDamage) -> Column {
    let values = ascending(column.values, memory)
    try Check.that(values.count > 0 && column.codes.place.count > 0, "a column is empty")
    try Check.ascends(values, "a column's values are not in order")
    try Check.that(
      Int(values[values.count - 1]) < layout.valueCount, "a column has an unknown value")
    let codes = try codes(column.codes, below: values.count, memory)
    let form = try form(column, codes.count, memory)
    var postings: PostingLists?
    if let places = column.postings {
      postings = try self.postings(places, distinctCount: values.count, memory)
    }
    return Column(
      path: column.path, layout: form, codes: codes, values: values,
      postings: postings,
      isMultiValued: column.isMultiValued, rowCount: layout.rowCount)
  }

  /// The same column with the dictionary that lies beside it, where there is one.
  func field(
    _ column: Column, _ texts: SegmentLayout.Texts, _ memory: PartMemory
  ) throws(SegmentDamage) -> FieldColumn {
    let count = column.distinctCount
    let own = Column(
      path: column.path, layout: column.layout, codes: column.codes,
      values: AscendingNumbers(packing: (0..<UInt32(count)).map { $0 }), postings: column.postings,
      isMultiValued: column.isMultiValued,
      rowCount: column.rowCount)
    try Check.that(
      Int(texts.offsets.count) == count + 1 && Int(texts.kinds.count) == count,
      "the counts of a column's values differ")
    let offsets = try offsets(
      texts.offsets, count: count, textBytes: Int(texts.heap.count), memory)
    return FieldColumn(
      column: own,
      dictionary: ValueDictionary(
        heap: slab(texts.heap, memory), offsets: offsets, kinds: slab(texts.kinds, memory)))
  }

  private func form(
    _ column: SegmentLayout.ColumnLayout, _ entryCount: Int, _ memory: PartMemory
  ) throws(SegmentDamage) -> Column.Layout {
    switch column.form {
    case .full:
      try Check.that(
        entryCount == layout.rowCount && !column.isMultiValued, "a full column has another length")
      return .full
    case .bitmap(let presencePlace, let ranksPlace):
      let presence: Slab<UInt64> = slab(presencePlace, memory)
      let ranks: Slab<UInt32> = slab(ranksPlace, memory)
      let words = (layout.rowCount + 63) / 64
      try Check.that(
        presence.count == words && ranks.count == words && !column.isMultiValued,
        "a column's rows have another length")
      try Check.ranks(presence, ranks, total: entryCount, rowCount: layout.rowCount)
      return .bitmap(presence: presence, ranks: ranks)
    case .sparse(let rows):
      try Check.that(
        Int(rows.place.count) == entryCount, "a column's rows have another length")
      return .sparse(rows: try self.rows(rows, strictly: !column.isMultiValued, memory))
    }
  }

  /// Ascending rows of the segment.
  private func rows(
    _ rows: SegmentLayout.Rows, strictly: Bool, _ memory: PartMemory
  ) throws(SegmentDamage) -> RowList {
    let disorder = "a column's rows are not in order"
    let excess = "a column has rows that the segment lacks"
    if layout.version == 1 {
      let wide: Slab<UInt32> = slab(rows.place, memory)
      try Check.ascends(wide, disorder, strictly: strictly)
      try Check.isBelow(wide, layout.rowCount, excess)
      return RowList(count: wide.count) { wide[$0] }
    }
    let lowBits: Slab<UInt16> = slab(rows.place, memory)
    let split = Int(rows.split)
    try Check.that(split <= lowBits.count, "a column's rows have another length")
    try Check.ascends(lowBits, disorder, within: 0..<split, strictly: strictly)
    try Check.ascends(lowBits, disorder, within: split..<lowBits.count, strictly: strictly)
    let list = RowList(lowBits: lowBits, split: split)
    if list.count > 0 { try Check.that(Int(list[list.count - 1]) < layout.rowCount, excess) }
    return list
  }

  private func postings(
    _ places: SegmentLayout.Postings, distinctCount: Int, _ memory: PartMemory
  ) throws(SegmentDamage) -> PostingLists {
    let starts: Slab<UInt32> = slab(places.starts, memory)
    let size = "posting lists have another size"
    let excess = "posting lists have rows that the segment lacks"
    try Check.that(starts.count > 0 && starts[0] == 0, size)
    try Check.ascends(starts, "posting lists overlap")
    try Check.that(Int(starts[starts.count - 1]) == Int(places.rows.count), size)
    if layout.version == 1 {
      try Check.that(starts.count == distinctCount + 1, size)
      let wide: Slab<UInt32> = slab(places.rows, memory)
      try Check.isBelow(wide, layout.rowCount, excess)
      for code in 0..<distinctCount {
        try Check.ascends(
          wide, "a posting list is not in order",
          within: Int(starts[code])..<Int(starts[code + 1]), strictly: true)
      }
      return PostingLists(distinctCount: distinctCount) { body in
        for code in 0..<distinctCount {
          for index in starts[code]..<starts[code + 1] { body(code, wide[Int(index)]) }
        }
      }
    }
    try Check.that(starts.count == 2 * distinctCount + 1, size)
    let lowBits: Slab<UInt16> = slab(places.rows, memory)
    for slot in 0..<(2 * distinctCount) where starts[slot] < starts[slot + 1] {
      let run = Int(starts[slot])..<Int(starts[slot + 1])
      try Check.ascends(lowBits, "a posting list is not in order", within: run, strictly: true)
      let page = (slot & 1) * RowList.pageRows
      try Check.that(page + Int(lowBits[run.upperBound - 1]) < layout.rowCount, excess)
    }
    return PostingLists(starts: starts, lowBits: lowBits)
  }

  func identifiers(
    _ column: SegmentLayout.IdentifierLayout, _ memory: PartMemory
  ) throws(SegmentDamage) -> IdentifierColumn {
    let identifiers: Slab<Identifier> = slab(column.identifiers, memory)
    let rows = try column.rows.map { rows throws(SegmentDamage) in
      try self.rows(rows, strictly: false, memory)
    }
    try Check.that(
      identifiers.count == rows?.count ?? layout.rowCount, "identifiers have another count")
    let order = try column.order.map { order throws(SegmentDamage) in
      let order = try self.order(order, of: identifiers.count, memory)
      try Check.that(
        identifiers.count == 0 || order.greatest < identifiers.count,
        "the order of identifiers is impossible")
      return order
    }
    return IdentifierColumn(
      path: column.path, rows: rows, identifiers: identifiers, order: order,
      rowCount: layout.rowCount)
  }

  private func order(
    _ order: SegmentLayout.Order, of count: Int, _ memory: PartMemory
  ) throws(SegmentDamage) -> Permutation {
    let length = "an order has another length"
    let made: Permutation
    switch order {
    case .wide(let place):
      made = Permutation(slab(place, memory))
    case .narrow(let lowBits, let highBits):
      guard
        let narrow = Permutation(lowBits: slab(lowBits, memory), highBits: slab(highBits, memory))
      else { throw SegmentDamage(length) }
      made = narrow
    }
    try Check.that(made.count == count, length)
    return made
  }

  /// A slab in a part; `SegmentLayout` has checked that it lies there.
  func slab<Element>(_ place: SegmentLayout.Place, _ memory: PartMemory) -> Slab<Element> {
    let base = UnsafeRawPointer(memory.base + Int(place.offset))
    return Slab(
      owner: memory, base: base.assumingMemoryBound(to: Element.self), count: Int(place.count))
  }

  private func codes(
    _ codes: SegmentLayout.Codes, below limit: Int, _ memory: PartMemory
  ) throws(SegmentDamage) -> CodeArray {
    let problem = "a code stands for no value"
    switch codes.bytesPerCode {
    case 1:
      let slab: Slab<UInt8> = slab(codes.place, memory)
      try Check.isBelow(slab, limit, problem)
      return CodeArray(.bits8(slab))
    case 2:
      let slab: Slab<UInt16> = slab(codes.place, memory)
      try Check.isBelow(slab, limit, problem)
      return CodeArray(.bits16(slab))
    default:
      let slab: Slab<UInt32> = slab(codes.place, memory)
      try Check.isBelow(slab, limit, problem)
      return CodeArray(.bits32(slab))
    }
  }
}

/// What must hold of slabs that were read from a file. The loops have no way out, so that they vectorise.
private enum Check {
  static func that(_ holds: Bool, _ reason: String) throws(SegmentDamage) {
    if !holds { throw SegmentDamage(reason) }
  }

  static func isBelow<Element: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ slab: Slab<Element>, _ limit: Int, _ reason: String
  ) throws(SegmentDamage) {
    var most: Element = 0
    for index in 0..<slab.count { most = max(most, slab.base[index]) }
    try that(slab.count == 0 || Int(most) < limit, reason)
  }

  static func ascends<Element: FixedWidthInteger & BitwiseCopyable>(
    _ slab: Slab<Element>, _ reason: String, within range: Range<Int>? = nil,
    strictly: Bool = false
  ) throws(SegmentDamage) {
    var descents = 0
    let range = range ?? 0..<slab.count
    if range.count > 1 {
      for index in (range.lowerBound + 1)..<range.upperBound {
        let falls =
          strictly
          ? slab.base[index - 1] >= slab.base[index] : slab.base[index - 1] > slab.base[index]
        descents &+= falls ? 1 : 0
      }
    }
    try that(descents == 0, reason)
  }

  /// Each number is greater than the one before.
  static func ascends(_ numbers: AscendingNumbers, _ reason: String) throws(SegmentDamage) {
    var descents = 0
    if numbers.count > 1 {
      var last = numbers[0]
      for index in 1..<numbers.count {
        let number = numbers[index]
        descents &+= last >= number ? 1 : 0
        last = number
      }
    }
    try that(descents == 0, reason)
  }

  /// The ranks are the bits before each word, and no bit stands for a row that is not there.
  static func ranks(
    _ presence: Slab<UInt64>, _ ranks: Slab<UInt32>, total: Int, rowCount: Int
  ) throws(SegmentDamage) {
    var count = 0
    var differs = false
    for word in 0..<presence.count {
      if Int(ranks.base[word]) != count { differs = true }
      count &+= presence.base[word].nonzeroBitCount
    }
    if rowCount & 63 != 0, presence.count > 0 {
      let beyond = presence[presence.count - 1] >> UInt64(rowCount & 63)
      if beyond != 0 { differs = true }
    }
    try that(!differs && count == total, "a column's rows are counted wrongly")
  }
}
