// The table of contents as bytes: numbers of 32 bits, and their checksum at the end.

extension SegmentLayout {
  var bytes: [UInt8] {
    var writer = WordWriter()
    for word in [Self.magic, Self.version, UInt32(rowCount), UInt32(timedRowCount)] {
      writer.add(word)
    }
    writer.add(UInt32(valueCount))
    writer.add(UInt32(parts.count))
    for part in parts {
      writer.add(UInt64(part.byteCount))
      writer.add(part.checksum)
    }
    writer.add(times)
    writer.add(arrivals)
    writer.add(contentHashes)
    writer.add(heap)
    writer.add(values)
    for place in [blockStarts, slices, shapeTokens, shapeStarts, shapeRoots] { writer.add(place) }
    writer.add(shapeCodes)
    writer.add(deliveries)
    writer.add(UInt32(columns.count))
    for column in columns { writer.add(column) }
    writer.add(UInt32(identifiers.count))
    for column in identifiers { writer.add(column) }
    writer.add(Checksum.of(writer.bytes))
    return writer.bytes
  }

  /// What a column's flags say, in bits.
  enum ColumnFlag {
    static let isBitmap: UInt32 = 1
    static let isSparse: UInt32 = 2
    static let isMultiValued: UInt32 = 4
    static let hasPostings: UInt32 = 8
    static let hasTexts: UInt32 = 16
  }
  enum DeliveriesFlag {
    static let areKnown: UInt32 = 1
    static let areLive: UInt32 = 2
  }
  enum IdentifierFlag {
    static let hasRows: UInt32 = 1
    static let hasOrder: UInt32 = 2
    static let hasNarrowOrder: UInt32 = 4
  }
}

private struct WordWriter {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ word: UInt32) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ place: SegmentLayout.Place) {
    add(place.part)
    add(place.offset)
    add(place.count)
  }

  mutating func add(_ numbers: SegmentLayout.Numbers) {
    add(UInt32(numbers.least == nil ? 0 : 1))
    add(numbers.least ?? 0)
    add(numbers.place)
  }

  mutating func add(_ numbers: SegmentLayout.Ascending) {
    if case .narrow = numbers { add(UInt32(1)) } else { add(UInt32(0)) }
    for place in numbers.places { add(place) }
  }

  mutating func add(_ order: SegmentLayout.Order) {
    if case .narrow = order { add(UInt32(1)) } else { add(UInt32(0)) }
    for place in order.places { add(place) }
  }

  mutating func add(_ values: SegmentLayout.Values) {
    switch values {
    case .plain:
      preconditionFailure("texts of segments of before are not written again as they are")
    case .packed(let packed):
      add(packed.order)
      add(packed.starts)
      for place in [
        packed.tags, packed.prefixes, packed.prefixStarts, packed.bucketStarts, packed.hashTags,
      ] { add(place) }
      add(packed.textByteCount)
    }
  }

  mutating func add(_ heap: SegmentLayout.Heap) {
    switch heap {
    case .whole(let place): add(place)
    case .blocks(let firstPart, let byteCount):
      add(firstPart)
      add(byteCount)
    }
  }

  mutating func add(_ rows: SegmentLayout.Rows) {
    add(rows.place)
    add(rows.split)
  }

  mutating func add(_ codes: SegmentLayout.Codes) {
    add(codes.bytesPerCode)
    add(codes.place)
  }

  mutating func add(_ deliveries: SegmentLayout.DeliveriesLayout?) {
    guard let deliveries else { return add(UInt32(0)) }
    typealias Flag = SegmentLayout.DeliveriesFlag
    add(Flag.areKnown | (deliveries.isLive ? Flag.areLive : 0))
    add(deliveries.firstArrivals)
    add(deliveries.times)
  }

  mutating func add(_ column: SegmentLayout.ColumnLayout) {
    var flags: UInt32 = 0
    switch column.form {
    case .full: break
    case .bitmap: flags |= SegmentLayout.ColumnFlag.isBitmap
    case .sparse: flags |= SegmentLayout.ColumnFlag.isSparse
    }
    if column.isMultiValued { flags |= SegmentLayout.ColumnFlag.isMultiValued }
    if column.postings != nil { flags |= SegmentLayout.ColumnFlag.hasPostings }
    if column.texts != nil { flags |= SegmentLayout.ColumnFlag.hasTexts }
    add(column.path.rawValue)
    add(flags)
    add(column.codes)
    add(column.values)
    switch column.form {
    case .full: break
    case .bitmap(let presence, let ranks):
      add(presence)
      add(ranks)
    case .sparse(let rows): add(rows)
    }
    if let postings = column.postings {
      add(postings.starts)
      add(postings.rows)
    }
    if let texts = column.texts {
      add(texts.offsets)
      add(texts.kinds)
      add(texts.heap)
    }
  }

  mutating func add(_ column: SegmentLayout.IdentifierLayout) {
    add(column.path.rawValue)
    var flags: UInt32 = column.rows == nil ? 0 : SegmentLayout.IdentifierFlag.hasRows
    switch column.order {
    case nil: break
    case .wide: flags |= SegmentLayout.IdentifierFlag.hasOrder
    case .narrow: flags |= SegmentLayout.IdentifierFlag.hasNarrowOrder
    }
    add(flags)
    add(column.identifiers)
    if let rows = column.rows { add(rows) }
    for place in column.order?.places ?? [] { add(place) }
  }
}
