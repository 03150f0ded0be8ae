// A table of contents read back. Everything is checked, so that what comes after may rely on it.

extension SegmentLayout {
  /// Reads what `bytes` wrote.
  ///
  /// - Parameters:
  ///   - pathCount: paths that the store has.
  ///   - checksChecksum: off where a test makes damage that no checksum may hide.
  init(_ bytes: [UInt8], pathCount: Int, checksChecksum: Bool = true) throws(SegmentDamage) {
    guard bytes.count >= MemoryLayout<UInt64>.size else {
      throw SegmentDamage("its table of contents is cut short")
    }
    let end = bytes.count - MemoryLayout<UInt64>.size
    let isWhole = bytes.withUnsafeBytes { raw in
      Checksum.of(UnsafeRawBufferPointer(rebasing: raw[..<end]))
        == UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: end, as: UInt64.self))
    }
    if checksChecksum, !isWhole {
      throw SegmentDamage("the checksum of its table of contents differs")
    }
    var reader = WordReader(bytes: bytes, end: end)
    guard try reader.next() == Self.magic else { throw SegmentDamage("it is no segment") }
    version = try reader.next()
    guard (1...Self.version).contains(version) else {
      throw SegmentDamage("its encoding is not known to this version")
    }
    reader.bytesPerRow = version == 1 ? 4 : 2
    reader.packsNumbers = version > 2
    reader.packsTexts = version > 3
    rowCount = try reader.count()
    timedRowCount = try reader.count()
    valueCount = try reader.count()
    guard timedRowCount <= rowCount, rowCount <= KeptSegmentEntry.mostRows else {
      throw SegmentDamage("its counts are impossible")
    }
    try readParts(&reader)
    times = try reader.numbers(in: parts)
    arrivals = try reader.numbers(in: parts)
    contentHashes = try reader.place(stride: 8, in: parts)
    heap = try version == 1 ? .whole(reader.place(stride: 1, in: parts)) : reader.blocks(in: parts)
    values = try reader.values(in: parts)
    blockStarts = try reader.place(stride: 4, in: parts)
    slices = try reader.place(stride: 8, in: parts)
    shapeTokens = try reader.place(stride: 4, in: parts)
    shapeStarts = try reader.place(stride: 4, in: parts)
    shapeRoots = try reader.place(stride: 4, in: parts)
    shapeCodes = try reader.codes(in: parts)
    deliveries = try reader.deliveries(in: parts)
    if let deliveries {
      try Self.check(
        [deliveries.firstArrivals, deliveries.times], liesTogether: "its times of delivery")
      guard deliveries.firstArrivals.count == deliveries.times.count else {
        throw SegmentDamage("the counts of its times of delivery differ")
      }
    }
    var valuePlaces = values.places
    if case .whole(let place) = heap { valuePlaces.append(place) }
    try Self.check(valuePlaces, liesTogether: "its values")
    try Self.check([blockStarts, slices], liesTogether: "its index of names")
    try Self.check(
      [shapeTokens, shapeStarts, shapeRoots, shapeCodes.place], liesTogether: "its structures")
    for place in [times.place, arrivals.place, contentHashes, shapeCodes.place]
    where place.count != rowCount {
      throw SegmentDamage("a column of its rows has another length")
    }
    guard hasValueCounts else { throw SegmentDamage("the counts of its values differ") }
    try readColumns(&reader, pathCount)
    guard reader.isAtEnd else { throw SegmentDamage("its table of contents is too long") }
  }

  /// True where everything that there is of each value is there `valueCount` times.
  private var hasValueCounts: Bool {
    switch values {
    case .plain(let offsets, let kinds):
      return Int(offsets.count) == valueCount + 1 && Int(kinds.count) == valueCount
    case .packed(let packed):
      return packed.starts.count == valueCount + 1 && Int(packed.tags.count) == valueCount
        && Int(packed.hashTags.count) == valueCount && packed.prefixStarts.count > 0
        && Int(packed.bucketStarts.count) == HashTags.bucketCount(ofValues: valueCount) + 1
    }
  }

  /// What is decoded together is read together, and so must be one part.
  private static func check(
    _ places: [Place], liesTogether what: String
  ) throws(SegmentDamage) {
    guard places.allSatisfy({ $0.part == places[0].part }) else {
      throw SegmentDamage("\(what): pieces in several parts")
    }
  }

  private mutating func readParts(_ reader: inout WordReader) throws(SegmentDamage) {
    let count = try reader.count()
    guard count <= reader.wordsLeft else {
      throw SegmentDamage("its table of contents is cut short")
    }
    for _ in 0..<count {
      let byteCount = try reader.next64()
      // Offsets are 32 bits wide.
      guard byteCount <= UInt32.max else { throw SegmentDamage("a part is impossibly large") }
      parts.append(Part(byteCount: Int(byteCount), checksum: try reader.next64()))
    }
  }

  private mutating func readColumns(
    _ reader: inout WordReader, _ pathCount: Int
  ) throws(SegmentDamage) {
    let columnCount = try reader.count()
    var last = -1
    for _ in 0..<columnCount {
      let column = try reader.column(in: parts)
      guard column.path.rawValue < pathCount, Int(column.path.rawValue) > last else {
        throw SegmentDamage("a column has no known path")
      }
      last = Int(column.path.rawValue)
      try Self.check(column.places, liesTogether: "a column")
      columns.append(column)
    }
    let identifierCount = try reader.count()
    last = -1
    for _ in 0..<identifierCount {
      let column = try reader.identifiers(in: parts)
      guard column.path.rawValue < pathCount, Int(column.path.rawValue) > last else {
        throw SegmentDamage("a column has no known path")
      }
      last = Int(column.path.rawValue)
      try Self.check(column.places, liesTogether: "a column")
      identifiers.append(column)
    }
  }
}

extension SegmentLayout.ColumnLayout {
  fileprivate var places: [SegmentLayout.Place] {
    var places = [codes.place] + values.places
    switch form {
    case .full: break
    case .bitmap(let presence, let ranks): places += [presence, ranks]
    case .sparse(let rows): places.append(rows.place)
    }
    if let postings { places += [postings.starts, postings.rows] }
    if let texts { places += [texts.offsets, texts.kinds, texts.heap] }
    return places
  }
}

extension SegmentLayout.IdentifierLayout {
  fileprivate var places: [SegmentLayout.Place] {
    [identifiers] + (rows.map { [$0.place] } ?? []) + (order?.places ?? [])
  }
}

private struct WordReader {
  let bytes: [UInt8]
  let end: Int
  /// Bytes of a row number in the encoding that is read.
  var bytesPerRow = 2
  /// True where it says of numbers whether they are packed.
  var packsNumbers = true
  /// True where texts are packed, and ascending numbers are where they can be.
  var packsTexts = true
  private var offset = 0

  init(bytes: [UInt8], end: Int) {
    self.bytes = bytes
    self.end = end
  }

  var isAtEnd: Bool { offset == end }
  var wordsLeft: Int { (end - offset) / 4 }

  mutating func next() throws(SegmentDamage) -> UInt32 {
    guard offset + 4 <= end else { throw SegmentDamage("its table of contents is cut short") }
    defer { offset += 4 }
    return bytes.withUnsafeBytes {
      UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
  }

  mutating func next64() throws(SegmentDamage) -> UInt64 {
    let low = UInt64(try next())
    return UInt64(try next()) << 32 | low
  }

  mutating func count() throws(SegmentDamage) -> Int { Int(try next()) }

  mutating func place(
    stride: Int, in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Place {
    let place = SegmentLayout.Place(part: try next(), offset: try next(), count: try next())
    guard Int(place.part) < parts.count, Int(place.offset) % SegmentLayout.alignment == 0,
      Int(place.offset) + Int(place.count) * stride <= parts[Int(place.part)].byteCount
    else { throw SegmentDamage("something of it lies outside its parts") }
    return place
  }

  mutating func numbers(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Numbers {
    var least: UInt64?
    if packsNumbers {
      let form = try next()
      let number = try next64()
      guard form <= 1 else { throw SegmentDamage("its numbers have an unknown form") }
      if form == 1 { least = number }
    }
    return SegmentLayout.Numbers(
      place: try place(stride: least == nil ? 8 : 4, in: parts), least: least)
  }

  mutating func ascending(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Ascending {
    guard packsTexts else { return .wide(try place(stride: 4, in: parts)) }
    let form = try next()
    guard form <= 1 else { throw SegmentDamage("its numbers have an unknown form") }
    let first = try place(stride: 4, in: parts)
    if form == 0 { return .wide(first) }
    let steps = try place(stride: 2, in: parts)
    guard Int(first.count) == AscendingNumbers.baseCount(ofSteps: Int(steps.count)) else {
      throw SegmentDamage("its numbers have another length")
    }
    return .narrow(bases: first, steps: steps)
  }

  mutating func order(
    isNarrow: Bool, in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Order {
    if !isNarrow { return .wide(try place(stride: 4, in: parts)) }
    return .narrow(
      lowBits: try place(stride: 2, in: parts), highBits: try place(stride: 8, in: parts))
  }

  mutating func values(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Values {
    guard packsTexts else {
      return .plain(
        offsets: try place(stride: 4, in: parts), kinds: try place(stride: 1, in: parts))
    }
    let form = try next()
    guard form <= 1 else { throw SegmentDamage("its texts have an unknown order") }
    return .packed(
      SegmentLayout.Packed(
        order: try order(isNarrow: form == 1, in: parts), starts: try ascending(in: parts),
        tags: try place(stride: 1, in: parts), prefixes: try place(stride: 1, in: parts),
        prefixStarts: try place(stride: 4, in: parts),
        bucketStarts: try place(stride: 4, in: parts), hashTags: try place(stride: 1, in: parts),
        textByteCount: try next()))
  }

  mutating func blocks(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Heap {
    let firstPart = try next()
    let byteCount = try next()
    let blocks = SegmentLayout.heapBlocks(ofBytes: Int(byteCount))
    guard Int(firstPart) + blocks <= parts.count else {
      throw SegmentDamage("its text lies outside its parts")
    }
    for block in 0..<blocks {
      let rest = Int(byteCount) - block * SegmentLayout.heapBlockBytes
      guard parts[Int(firstPart) + block].byteCount == min(rest, SegmentLayout.heapBlockBytes)
      else { throw SegmentDamage("a block of its text has another size") }
    }
    return .blocks(firstPart: firstPart, byteCount: byteCount)
  }

  /// The second version says where the second page of rows begins.
  mutating func rows(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Rows {
    let place = try place(stride: bytesPerRow, in: parts)
    return SegmentLayout.Rows(place: place, split: bytesPerRow == 2 ? try next() : 0)
  }

  mutating func codes(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.Codes {
    let width = try next()
    guard width == 1 || width == 2 || width == 4 else {
      throw SegmentDamage("codes have an impossible width")
    }
    return SegmentLayout.Codes(
      place: try place(stride: Int(width), in: parts), bytesPerCode: width)
  }

  mutating func deliveries(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.DeliveriesLayout? {
    typealias Flag = SegmentLayout.DeliveriesFlag
    let flags = try next()
    guard flags & Flag.areKnown != 0 else { return nil }
    return SegmentLayout.DeliveriesLayout(
      isLive: flags & Flag.areLive != 0, firstArrivals: try place(stride: 8, in: parts),
      times: try place(stride: 8, in: parts))
  }

  mutating func column(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.ColumnLayout {
    typealias Flag = SegmentLayout.ColumnFlag
    let path = PathID(try next())
    let flags = try next()
    let codes = try codes(in: parts)
    let values = try ascending(in: parts)
    let form: SegmentLayout.ColumnLayout.Form
    switch flags & (Flag.isBitmap | Flag.isSparse) {
    case 0: form = .full
    case Flag.isBitmap:
      form = .bitmap(
        presence: try place(stride: 8, in: parts), ranks: try place(stride: 4, in: parts))
    case Flag.isSparse: form = .sparse(rows: try rows(in: parts))
    default: throw SegmentDamage("a column has two forms")
    }
    var postings: SegmentLayout.Postings?
    if flags & Flag.hasPostings != 0 {
      postings = SegmentLayout.Postings(
        starts: try place(stride: 4, in: parts),
        rows: try place(stride: bytesPerRow, in: parts))
    }
    var texts: SegmentLayout.Texts?
    if flags & Flag.hasTexts != 0 {
      texts = SegmentLayout.Texts(
        offsets: try place(stride: 4, in: parts), kinds: try place(stride: 1, in: parts),
        heap: try place(stride: 1, in: parts))
    }
    return SegmentLayout.ColumnLayout(
      path: path, form: form, isMultiValued: flags & Flag.isMultiValued != 0, codes: codes,
      values: values, postings: postings, texts: texts)
  }

  mutating func identifiers(
    in parts: [SegmentLayout.Part]
  ) throws(SegmentDamage) -> SegmentLayout.IdentifierLayout {
    typealias Flag = SegmentLayout.IdentifierFlag
    let path = PathID(try next())
    let flags = try next()
    var layout = SegmentLayout.IdentifierLayout(
      path: path, identifiers: try place(stride: 16, in: parts))
    if flags & Flag.hasRows != 0 { layout.rows = try rows(in: parts) }
    switch flags & (Flag.hasOrder | Flag.hasNarrowOrder) {
    case 0: break
    case Flag.hasOrder: layout.order = try order(isNarrow: false, in: parts)
    case Flag.hasNarrowOrder: layout.order = try order(isNarrow: true, in: parts)
    default: throw SegmentDamage("identifiers have two orders")
    }
    return layout
  }
}
