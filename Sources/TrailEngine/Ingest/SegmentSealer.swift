import Glibc

/// Makes a segment of a builder's rows: sorted by (time, arrival), values renumbered, columns made.
///
/// The order of work is the order of the functions below. Everything here is proportional to the values of the
/// rows, but for two sorts: of the rows by time and of the distinct values by hash.
enum SegmentSealer {
  /// Seals the builder's rows except `dropped` (ascending row numbers).
  ///
  /// `pathIDs` are the store-wide numbers of the builder's paths, `paths` the table that holds them. Who seals one
  /// segment after the other gives the same `scratch` each time.
  static func seal(
    _ builder: borrowing SegmentBuilder, dropping dropped: [Int], pathIDs: [PathID],
    paths: PathTable, in scratch: SealScratch = SealScratch()
  ) -> Segment {
    let order = rowOrder(builder, dropped)
    let renumbering = ValueRenumbering(builder.values)
    var flat = FlatShapes(builder)
    let entries = ScatteredEntries(builder, order, &flat, in: scratch)
    let rowCount = order.count
    precondition(rowCount <= 2 * RowList.pageRows, "a segment's rows are numbered in two pages")
    let (oldTimes, oldArrivals) = (builder.times.base, builder.arrivals.base)
    let times = OffsetArray<Int64>(count: rowCount) { oldTimes[Int(order[$0])] }
    let arrivals = OffsetArray<UInt64>(count: rowCount) { oldArrivals[Int(order[$0])] }
    let contentHashes = Slab<UInt64>(count: rowCount) { base in
      for (row, old) in order.enumerated() { base[row] = builder.contentHashes[Int(old)] }
    }
    let (values, signatures) = renumbering.dictionary(of: builder.values)
    let shapes = shapeTable(builder, order, pathIDs)
    var columnMaker = ColumnMaker(rowCount: rowCount, renumbering: renumbering)
    var columns: [Column] = []
    var identifiers: [IdentifierColumn] = []
    for path in 0..<builder.paths.count {
      let values = entries.values(ofPath: path)
      if !values.isEmpty {
        columns.append(columnMaker.column(pathIDs[path], values, entries.rows(ofPath: path)))
      }
      let own = entries.identifierRange(ofPath: path)
      if !own.isEmpty {
        identifiers.append(
          identifierColumn(
            pathIDs[path], rows: entries.identifierRows + own.lowerBound,
            identifiers: entries.identifiers + own.lowerBound, count: own.count,
            rowCount: rowCount, isOrdered: builder.paths.nodes[path].role == .eventID))
      }
    }
    let body = SegmentBody(
      times: times, arrivals: arrivals, contentHashes: contentHashes, values: values,
      tokenSignatures: signatures, shapes: shapes, columns: columns, identifiers: identifiers,
      paths: paths, deliveries: builder.deliveries)
    return Segment(body, paths: paths)
  }

  /// The rows to keep, by time and then in the order in which they came.
  private static func rowOrder(
    _ builder: borrowing SegmentBuilder, _ dropped: [Int]
  ) -> [UInt32] {
    var keys: [(time: Int64, row: UInt32)] = []
    keys.reserveCapacity(builder.rowCount)
    var nextDropped = 0
    var isSorted = true
    for row in 0..<builder.rowCount {
      if nextDropped < dropped.count && dropped[nextDropped] == row {
        nextDropped += 1
        continue
      }
      let time = builder.times[row]
      if let last = keys.last, last.time > time { isSorted = false }
      keys.append((time, UInt32(row)))
    }
    if !isSorted { keys.sort { $0.time != $1.time ? $0.time < $1.time : $0.row < $1.row } }
    return keys.map(\.row)
  }

  private static func shapeTable(
    _ builder: borrowing SegmentBuilder, _ order: [UInt32], _ pathIDs: [PathID]
  ) -> ShapeTable {
    let source = builder.shapes.tokens.base
    let starts = AscendingNumbers(
      packing: UnsafeBufferPointer(
        start: UnsafePointer(builder.shapes.starts.base), count: builder.shapes.starts.count))
    // Tokens name paths by the store's numbers now.
    let count = builder.shapes.tokens.count
    let tokens = [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = count
      guard let base = buffer.baseAddress else { return }
      for node in 0..<(starts.count - 1) {
        var index = Int(starts[node])
        let end = Int(starts[node + 1])
        base[index] = source[index]
        index += 1
        while index < end {
          let token = source[index]
          let kind = token & ShapeToken.kindMask
          let path = pathIDs[Int(token >> ShapeToken.pathShift)].rawValue
          base[index] = path << ShapeToken.pathShift | kind
          index += 1
          if kind == ShapeToken.node {
            base[index] = source[index]
            index += 1
          }
        }
      }
    }
    var codeOfRoot = [UInt32](repeating: 0, count: builder.shapes.count)
    for row in order { codeOfRoot[Int(builder.roots[Int(row)])] = 1 }
    var roots: [UInt32] = []
    for root in codeOfRoot.indices where codeOfRoot[root] == 1 {
      codeOfRoot[root] = UInt32(roots.count)
      roots.append(UInt32(root))
    }
    let codes = CodeArray(count: order.count, distinctCount: roots.count) { row in
      codeOfRoot[Int(builder.roots[Int(order[row])])]
    }
    return ShapeTable(
      tokens: ShapeTokens(packing: tokens), starts: starts, roots: Slab(roots), codes: codes)
  }

  private static func identifierColumn(
    _ path: PathID, rows: UnsafePointer<UInt32>, identifiers: UnsafePointer<Identifier>, count: Int,
    rowCount: Int, isOrdered: Bool
  ) -> IdentifierColumn {
    var isFull = count == rowCount
    if isFull { for row in 0..<count where rows[row] != UInt32(row) { isFull = false } }
    let slab = Slab<Identifier>(count: count) { $0.update(from: identifiers, count: count) }
    var order: Permutation?
    if isOrdered {
      let sorted = Self.order(of: UnsafeBufferPointer(start: identifiers, count: count))
      order = Permutation(packing: sorted)
    }
    return IdentifierColumn(
      path: path, rows: isFull ? nil : RowList(count: count) { rows[$0] },
      identifiers: slab, order: order, rowCount: rowCount)
  }
}

extension SegmentSealer {
  /// Bits of an identifier that choose its bucket, as many as there are about identifiers, within these limits.
  private static let identifierBucketBits = 4...16
  /// A bucket of so many is put into order by insertion.
  private static let fewIdentifiers = 16

  /// The identifiers' places in their order; equal ones stay as they are.
  ///
  /// Most are random: by their first bits they are put into buckets of a few, and in these into order. Where they are
  /// not, a bucket has many, and is sorted as anything is.
  static func order(of identifiers: UnsafeBufferPointer<Identifier>) -> [UInt32] {
    let count = identifiers.count
    let limits = identifierBucketBits
    let bits = min(
      limits.upperBound, max(limits.lowerBound, count.bitWidth - count.leadingZeroBitCount))
    let shift = UInt64(64 - bits)
    var ends = [UInt32](repeating: 0, count: 1 << bits)
    for identifier in identifiers { ends[Int(identifier.high >> shift)] += 1 }
    var total: UInt32 = 0
    for bucket in ends.indices {
      let start = total
      total += ends[bucket]
      ends[bucket] = start
    }
    return [UInt32](unsafeUninitializedCapacity: count) { order, filled in
      filled = count
      for entry in 0..<count {
        let bucket = Int(identifiers[entry].high >> shift)
        order[Int(ends[bucket])] = UInt32(truncatingIfNeeded: entry)
        ends[bucket] += 1
      }
      var start = 0
      for end in ends {
        sort(&order, start..<Int(end), by: identifiers)
        start = Int(end)
      }
    }
  }

  /// Puts a bucket into order; its places ascend.
  @inline(__always)
  private static func sort(
    _ order: inout UnsafeMutableBufferPointer<UInt32>, _ bucket: Range<Int>,
    by identifiers: UnsafeBufferPointer<Identifier>
  ) {
    if bucket.count > fewIdentifiers {
      order[bucket].sort {
        let (first, second) = (identifiers[Int($0)], identifiers[Int($1)])
        return first != second ? first < second : $0 < $1
      }
      return
    }
    for index in bucket.dropFirst() {
      let entry = order[index]
      var place = index
      while place > bucket.lowerBound,
        identifiers[Int(entry)] < identifiers[Int(order[place - 1])]
      {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = entry
    }
  }
}
