/// A segment as bytes: its table of contents, the parts that this speaks of, and its filter.
package struct EncodedSegment: Sendable {
  package let contents: [UInt8]
  package let parts: [[UInt8]]
  /// The pieces of its identifiers' filter, which have checksums of their own: they are read before all else.
  package let filter: [[UInt8]]

  package var byteCount: Int {
    (parts + filter).reduce(contents.count) { $0 + $1.count }
  }

  package init(contents: [UInt8], parts: [[UInt8]], filter: [[UInt8]] = []) {
    self.contents = contents
    self.parts = parts
    self.filter = filter
  }
}

/// Writes a segment in forms that are used as they are read, so that opening one has nothing to parse or unpack.
package enum SegmentEncoder {
  /// - Complexity: O(bytes of the segment).
  package static func encode(_ segment: Segment) -> EncodedSegment {
    var parts = PartsWriter()
    var layout = SegmentLayout()
    layout.rowCount = segment.rowCount
    layout.timedRowCount = segment.timedRowCount
    parts.beginPart()
    layout.times = parts.add(segment.times)
    parts.beginPart()
    layout.arrivals = parts.add(segment.arrivals)
    parts.beginPart()
    layout.contentHashes = parts.add(segment.contentHashes)
    let values = segment.values
    layout.valueCount = values.count
    let order = order(ofTextsIn: segment)
    let texts = values.packedTexts().arranged(by: order)
    parts.beginPart()
    layout.values = .packed(parts.add(texts, order))
    layout.heap = parts.addBlocks(of: texts.heap)
    let signatures = TokenSignatureIndex(texts)
    parts.beginPart()
    layout.blockStarts = parts.add(signatures.blockStarts)
    layout.slices = parts.add(signatures.slices)
    let shapes = segment.shapes
    parts.beginPart()
    layout.shapeTokens = parts.add(shapes.tokens.wide())
    layout.shapeStarts = parts.add(shapes.starts.wide())
    layout.shapeRoots = parts.add(shapes.roots)
    layout.shapeCodes = parts.add(shapes.codes)
    if let deliveries = segment.deliveries {
      parts.beginPart()
      layout.deliveries = SegmentLayout.DeliveriesLayout(
        isLive: deliveries.isLive, firstArrivals: parts.add(Slab(deliveries.firstArrivals)),
        times: parts.add(Slab(deliveries.times)))
    }
    for column in segment.columns { layout.columns.append(parts.add(column, values)) }
    for column in segment.identifierColumns { layout.identifiers.append(parts.add(column)) }
    layout.parts = parts.parts.map {
      SegmentLayout.Part(byteCount: $0.count, checksum: Checksum.of($0))
    }
    return EncodedSegment(
      contents: layout.bytes, parts: parts.parts, filter: segment.identifierFilter.pieces)
  }
}

extension SegmentEncoder {
  /// The place of each value's text: those of a column lie together, in the order of their numbers. A value that
  /// several columns have lies with the one that has the fewest, so that a large column's texts are in one run but for
  /// a few.
  fileprivate static func order(ofTextsIn segment: Segment) -> Permutation {
    let unplaced = UInt32.max
    var places = [UInt32](repeating: unplaced, count: segment.values.count)
    var next: UInt32 = 0
    func place(_ value: Int) {
      if places[value] == unplaced {
        places[value] = next
        next += 1
      }
    }
    let columns = segment.columns.enumerated().sorted {
      ($0.element.distinctCount, $0.offset) < ($1.element.distinctCount, $1.offset)
    }
    for (_, column) in columns {
      for code in 0..<UInt32(column.distinctCount) {
        place(Int(column.value(ofCode: code).rawValue))
      }
    }
    // What a damaged column had.
    for value in places.indices { place(value) }
    return Permutation(packing: places)
  }
}

/// Lays slabs one behind the other into parts: a part for each large column, small ones together.
private struct PartsWriter {
  private(set) var parts: [[UInt8]] = []
  /// The part that small columns share; nil where none is open.
  private var shared: Int?
  private var current = 0

  /// A column of this size has a part of its own.
  private static let largeColumnBytes = 64 << 10
  private static let sharedPartBytes = 256 << 10

  mutating func beginPart() {
    current = parts.count
    parts.append([])
  }

  private mutating func beginColumn(byteCount: Int) {
    if byteCount >= Self.largeColumnBytes { return beginPart() }
    if let shared, parts[shared].count < Self.sharedPartBytes {
      current = shared
    } else {
      beginPart()
      shared = current
    }
  }

  mutating func add<Element>(_ slab: Slab<Element>) -> SegmentLayout.Place {
    let alignment = SegmentLayout.alignment
    let padding = (alignment - parts[current].count % alignment) % alignment
    parts[current].append(contentsOf: repeatElement(0, count: padding))
    let place = SegmentLayout.Place(
      part: UInt32(current), offset: UInt32(parts[current].count), count: UInt32(slab.count))
    parts[current].append(contentsOf: UnsafeRawBufferPointer(slab.buffer))
    return place
  }

  mutating func add<Number>(_ numbers: OffsetArray<Number>) -> SegmentLayout.Numbers {
    switch numbers.kept() {
    case .wide(let slab): SegmentLayout.Numbers(place: add(slab))
    case .offsets(let slab, let least):
      SegmentLayout.Numbers(place: add(slab), least: UInt64(truncatingIfNeeded: least))
    }
  }

  mutating func add(_ numbers: AscendingNumbers) -> SegmentLayout.Ascending {
    switch numbers.kept() {
    case .wide(let slab): .wide(add(slab))
    case .narrow(let bases, let steps): .narrow(bases: add(bases), steps: add(steps))
    }
  }

  mutating func add(_ texts: PackedTexts, _ order: Permutation) -> SegmentLayout.Packed {
    var scratch: [UInt8] = []
    let buffer = TextBuffer.make()
    let tags = withExtendedLifetime(buffer) {
      HashTags(count: texts.count) {
        FoldedHash.hash(texts.bytes($0, in: buffer), scratch: &scratch)
      }
    }
    return SegmentLayout.Packed(
      order: add(order), starts: add(texts.starts), tags: add(texts.tags),
      prefixes: add(texts.prefixes), prefixStarts: add(texts.prefixStarts),
      bucketStarts: add(tags.starts), hashTags: add(tags.tags),
      textByteCount: UInt32(texts.textByteCount))
  }

  private mutating func add(_ order: Permutation) -> SegmentLayout.Order {
    switch order.kept() {
    case .wide(let slab): .wide(add(slab))
    case .narrow(let lowBits, let highBits):
      .narrow(lowBits: add(lowBits), highBits: add(highBits))
    }
  }

  /// Text in parts of its own.
  mutating func addBlocks(of heap: Slab<UInt8>) -> SegmentLayout.Heap {
    let text = heap.buffer
    defer { withExtendedLifetime(heap) {} }
    let first = parts.count
    for start in stride(from: 0, to: text.count, by: SegmentLayout.heapBlockBytes) {
      let end = min(start + SegmentLayout.heapBlockBytes, text.count)
      parts.append(Array(text[start..<end]))
    }
    return .blocks(firstPart: UInt32(first), byteCount: UInt32(text.count))
  }

  mutating func add(_ codes: CodeArray) -> SegmentLayout.Codes {
    switch codes.width {
    case .bits8(let slab): SegmentLayout.Codes(place: add(slab), bytesPerCode: 1)
    case .bits16(let slab): SegmentLayout.Codes(place: add(slab), bytesPerCode: 2)
    case .bits32(let slab): SegmentLayout.Codes(place: add(slab), bytesPerCode: 4)
    }
  }

  mutating func add(_ rows: RowList) -> SegmentLayout.Rows {
    SegmentLayout.Rows(place: add(rows.lowBits), split: UInt32(rows.split))
  }

  /// A column has its values' texts beside it where these are at most this share of its bytes, or so few: a question
  /// of another reads what is known of all values, and blocks of their text. Those who make calls are within it, the
  /// keys that they make them with are not.
  private static let textShare = 2
  private static let fewTextBytes = 256

  private mutating func addTexts(
    of column: Column, _ values: ValueDictionary
  ) -> SegmentLayout.Texts? {
    var offsets: [UInt32] = [0]
    var byteCount = 0
    let most = max(Self.fewTextBytes, column.wholeByteCount / Self.textShare)
    for code in 0..<UInt32(column.distinctCount) {
      byteCount += values.byteCount(of: column.value(ofCode: code))
      if byteCount > most { return nil }
      offsets.append(UInt32(byteCount))
    }
    var heap: [UInt8] = []
    heap.reserveCapacity(byteCount)
    let buffer = TextBuffer.make()
    var kinds: [UInt8] = []
    for code in 0..<UInt32(column.distinctCount) {
      let value = column.value(ofCode: code)
      heap.append(contentsOf: values.bytes(of: value, in: buffer))
      kinds.append(values.kind(of: value).rawValue)
    }
    return SegmentLayout.Texts(
      offsets: add(Slab(offsets)), kinds: add(Slab(kinds)), heap: add(Slab(heap)))
  }

  mutating func add(
    _ column: Column, _ dictionary: ValueDictionary
  ) -> SegmentLayout.ColumnLayout {
    beginColumn(byteCount: column.wholeByteCount)
    let codes = add(column.codes)
    let values = add(column.values)
    let form: SegmentLayout.ColumnLayout.Form =
      switch column.layout {
      case .full: .full
      case .bitmap(let presence, let ranks): .bitmap(presence: add(presence), ranks: add(ranks))
      case .sparse(let rows): .sparse(rows: add(rows))
      }
    let postings = column.postings.map {
      SegmentLayout.Postings(starts: add($0.starts), rows: add($0.lowBits))
    }
    return SegmentLayout.ColumnLayout(
      path: column.path, form: form, isMultiValued: column.isMultiValued, codes: codes,
      values: values, postings: postings, texts: addTexts(of: column, dictionary))
  }

  mutating func add(_ column: IdentifierColumn) -> SegmentLayout.IdentifierLayout {
    beginColumn(byteCount: column.byteCount)
    return SegmentLayout.IdentifierLayout(
      path: column.path, identifiers: add(column.identifiers), rows: column.rows.map { add($0) },
      order: column.order.map { add($0) })
  }
}
