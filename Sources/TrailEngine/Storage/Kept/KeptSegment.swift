import Glibc
import Synchronization

/// A segment that lies in a workspace. What is asked for is read once, and stays.
///
/// A part that is damaged is reported, and something empty of the right size takes its place; whoever asks for a
/// snapshot afterwards gets one without the segment (`EventStore.snapshot`).
final class KeptSegment: Sendable {
  let entry: KeptSegmentEntry
  let paths: PathTable
  private let parts: PartReader
  private let filter: KeptFilter
  private let contents = Once<KeptContents>()
  private let ownTimes = Once<OffsetArray<Int64>>()
  private let ownArrivals = Once<OffsetArray<UInt64>>()
  private let ownHashes = Once<Slab<UInt64>>()
  private let ownValues = Once<ValueDictionary>()
  private let ownSignatures = Once<TokenSignatureIndex>()
  private let ownShapes = Once<ShapeTable>()
  private let ownDeliveries = Once<SegmentDeliveries>()

  init(
    _ entry: KeptSegmentEntry, paths: PathTable, source: any SegmentSource,
    checksChecksums: Bool = true
  ) {
    self.entry = entry
    self.paths = paths
    parts = PartReader(segment: entry.id, source: source, checksChecksums: checksChecksums)
    filter = KeptFilter(segment: entry.id, rowCount: entry.rowCount, source: source)
  }

  /// True while nobody has asked it for anything.
  var isUntouched: Bool { contents.known == nil }

  /// True once something of it was found to be damaged.
  var isDamaged: Bool { parts.foundDamage }

  /// Reads and checks everything that it has, so that it needs its source no more.
  func readAll() {
    _ = (times, arrivals, contentHashes, values, tokenSignatures)
    _ = (shapes, columns, identifierColumns, deliveries)
    values.readAll()
    if !values.isWhole {
      parts.report(SegmentDamage("its texts have other places or another size"))
    }
  }

  // MARK: What it holds

  /// False where none of its events can have this identifier. Reads a piece of the filter, and nothing else.
  func mayHold(_ key: IdentifierKey) -> Bool { filter.mayHold(key) }

  var hasDamagedFilter: Bool { filter.isDamaged }

  var times: OffsetArray<Int64> {
    ownTimes.value {
      loaded(
        { $0.times.place },
        orElse: { OffsetArray(Slab([Int64](repeating: 0, count: entry.rowCount))) }
      ) {
        decoder, memory throws(SegmentDamage) in
        let times = try decoder.times(memory)
        let count = entry.timedRowCount
        guard decoder.layout.timedRowCount == count,
          count == 0 || times[0]...times[count - 1] == entry.timeRange
        else { throw SegmentDamage("its times are not those of the directory") }
        return times
      }
    }
  }

  var arrivals: OffsetArray<UInt64> {
    ownArrivals.value {
      loaded(
        { $0.arrivals.place },
        orElse: { OffsetArray(Slab([UInt64](repeating: 0, count: entry.rowCount))) }
      ) {
        $0.arrivals($1)
      }
    }
  }

  var contentHashes: Slab<UInt64> {
    ownHashes.value {
      loaded({ $0.contentHashes }, orElse: { Slab([UInt64](repeating: 0, count: entry.rowCount)) })
      {
        $0.slab($0.layout.contentHashes, $1)
      }
    }
  }

  var values: ValueDictionary {
    ownValues.value {
      loaded({ $0.values.places[0] }, orElse: { emptyValues }) {
        decoder, memory throws(SegmentDamage) in
        // The text may outlive the segment, and knows of it only what reading takes.
        let (layout, parts) = (decoder.layout, self.parts)
        return try decoder.values(memory) { byteCount throws(SegmentDamage) in
          try KeptHeap(byteCount: byteCount, addresses: parts.addresses) { block, memory in
            guard case .blocks(let first, _) = layout.heap else { return }
            parts.fill(memory, with: Int(first) + block, of: layout)
          }
        }
      }
    }
  }

  var tokenSignatures: TokenSignatureIndex {
    ownSignatures.value {
      loaded({ $0.blockStarts }, orElse: { TokenSignatureIndex(values.packedTexts()) }) {
        decoder, memory throws(SegmentDamage) in try decoder.tokenSignatures(memory)
      }
    }
  }

  var shapes: ShapeTable {
    ownShapes.value {
      loaded({ $0.shapeTokens }, orElse: { emptyShapes }) { decoder, memory throws(SegmentDamage) in
        try decoder.shapes(memory)
      }
    }
  }

  /// Where they are damaged, nothing is known of them.
  var deliveries: SegmentDeliveries? {
    guard let layout = whole.layout.deliveries else { return nil }
    return ownDeliveries.value {
      loaded(layout.times, orElse: { .none }) { decoder, memory throws(SegmentDamage) in
        try decoder.deliveries(layout, memory)
      }
    }
  }

  func column(_ path: PathID) -> Column? { found(path)?.column }

  /// A column with the dictionary that its values are in: its own where that lies beside it, else the segment's.
  func field(_ path: PathID) -> FieldColumn? {
    guard let found = found(path) else { return nil }
    return found.field ?? FieldColumn(column: found.column, dictionary: values)
  }

  private func found(_ path: PathID) -> KeptColumn? {
    guard let (column, layout) = whole.column(path) else { return nil }
    return column.value {
      Found(
        loaded(layout.codes.place, orElse: { nil }) { decoder, memory throws(SegmentDamage) in
          let column = try decoder.column(layout, memory)
          var field: FieldColumn?
          if let texts = layout.texts { field = try decoder.field(column, texts, memory) }
          return KeptColumn(column: column, field: field)
        })
    }.value
  }

  func identifiers(_ path: PathID) -> IdentifierColumn? {
    guard let (column, layout) = whole.identifiers(path) else { return nil }
    return column.value {
      Found(
        loaded(layout.identifiers, orElse: { nil }) { decoder, memory throws(SegmentDamage) in
          try decoder.identifiers(layout, memory)
        })
    }.value
  }

  var columns: [Column] { whole.layout.columns.compactMap { column($0.path) } }
  var identifierColumns: [IdentifierColumn] {
    whole.layout.identifiers.compactMap { identifiers($0.path) }
  }

  /// Bytes of all parts, read or not.
  var byteCount: Int { whole.layout.parts.reduce(0) { $0 + $1.byteCount } }

  // MARK: Reading

  /// The table of contents; an empty one where it is damaged.
  private var whole: KeptContents {
    contents.value {
      do throws(SegmentDamage) {
        let layout = try SegmentLayout(
          parts.contents(), pathCount: paths.count, checksChecksum: parts.checksChecksums)
        guard layout.rowCount == entry.rowCount else {
          throw SegmentDamage("its number of events is not that of the directory")
        }
        return KeptContents(layout, pathCount: paths.count)
      } catch {
        parts.report(error)
        return KeptContents(nil, pathCount: paths.count)
      }
    }
  }

  private func loaded<Value>(
    _ place: (SegmentLayout) -> SegmentLayout.Place, orElse empty: () -> Value,
    _ decode: (SegmentDecoder, PartMemory) throws(SegmentDamage) -> Value
  ) -> Value {
    loaded(place(whole.layout), orElse: empty, decode)
  }

  private func loaded<Value>(
    _ place: SegmentLayout.Place, orElse empty: () -> Value,
    _ decode: (SegmentDecoder, PartMemory) throws(SegmentDamage) -> Value
  ) -> Value {
    let whole = whole
    guard whole.isUsable else { return empty() }
    do throws(SegmentDamage) {
      let memory = try part(Int(place.part), of: whole)
      return try decode(SegmentDecoder(layout: whole.layout, pathCount: paths.count), memory)
    } catch {
      parts.report(error)
      return empty()
    }
  }

  private func part(_ number: Int, of whole: KeptContents) throws(SegmentDamage) -> PartMemory {
    if let known = whole.parts[number].known { return known }
    let memory = PartMemory(byteCount: whole.layout.parts[number].byteCount)
    try parts.read(number, of: whole.layout, into: memory.buffer)
    return whole.parts[number].value { memory }
  }

  // MARK: What takes the place of damaged parts

  private var emptyValues: ValueDictionary {
    let count = whole.layout.valueCount
    return ValueDictionary(
      heap: Slab<UInt8>([], padding: PartMemory.padding),
      offsets: Slab([UInt32](repeating: 0, count: count + 1)),
      kinds: Slab([UInt8](repeating: 0, count: count)))
  }

  /// Every record is `{}`.
  private var emptyShapes: ShapeTable {
    ShapeTable(
      tokens: ShapeTokens(Slab([ShapeToken.object])), starts: AscendingNumbers(Slab([0, 1])),
      roots: Slab([0]),
      codes: CodeArray(count: entry.rowCount, distinctCount: 1) { _ in 0 })
  }
}

/// Reads the parts of one segment, checks them, and remembers whether one was damaged.
private final class PartReader: Sendable {
  let checksChecksums: Bool
  private let segment: Int64
  private let source: any SegmentSource
  private let damaged = Atomic<Bool>(false)

  init(segment: Int64, source: any SegmentSource, checksChecksums: Bool) {
    self.segment = segment
    self.source = source
    self.checksChecksums = checksChecksums
  }

  var foundDamage: Bool { damaged.load(ordering: .relaxed) }

  func contents() throws(SegmentDamage) -> [UInt8] { try source.contents(of: segment) }

  func addresses(_ byteCount: Int) -> UnsafeMutableRawPointer? { source.addresses(byteCount) }

  func read(
    _ number: Int, of layout: SegmentLayout, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage) {
    try source.read(part: number, of: segment, into: memory)
    if checksChecksums, Checksum.of(UnsafeRawBufferPointer(memory)) != layout.parts[number].checksum
    {
      throw SegmentDamage("the checksum of part \(number) differs")
    }
  }

  /// The same for memory that cannot wait: zeros take the place of what is damaged.
  func fill(
    _ memory: UnsafeMutableRawBufferPointer, with number: Int, of layout: SegmentLayout
  ) {
    do throws(SegmentDamage) {
      try read(number, of: layout, into: memory)
    } catch {
      report(error)
      if let start = memory.baseAddress { memset(start, 0, memory.count) }
    }
  }

  func report(_ damage: SegmentDamage) {
    damaged.store(true, ordering: .relaxed)
    source.found(damage, in: segment)
  }
}

/// A column that was read, and once more with the dictionary that lies beside it.
private struct KeptColumn: Sendable {
  let column: Column
  let field: FieldColumn?
}

/// What was found out of a column: that it is damaged is worth remembering too.
private struct Found<Value: Sendable>: Sendable {
  let value: Value?
  init(_ value: Value?) { self.value = value }
}

/// A table of contents that was read, with what was made of its columns so far.
private final class KeptContents: Sendable {
  let layout: SegmentLayout
  /// False where the table is damaged, and nothing can be read by it.
  let isUsable: Bool
  let parts: [Once<PartMemory>]
  private let columns: [Once<Found<KeptColumn>>]
  private let identifiers: [Once<Found<IdentifierColumn>>]
  /// By path number: which column, or -1.
  private let columnOfPath: [Int32]
  private let identifiersOfPath: [Int32]

  init(_ layout: SegmentLayout?, pathCount: Int) {
    isUsable = layout != nil
    let layout = layout ?? SegmentLayout()
    self.layout = layout
    parts = layout.parts.map { _ in Once() }
    columns = layout.columns.map { _ in Once() }
    identifiers = layout.identifiers.map { _ in Once() }
    var columnOfPath = [Int32](repeating: -1, count: pathCount)
    for (index, column) in layout.columns.enumerated() {
      columnOfPath[Int(column.path.rawValue)] = Int32(index)
    }
    self.columnOfPath = columnOfPath
    var identifiersOfPath = [Int32](repeating: -1, count: pathCount)
    for (index, column) in layout.identifiers.enumerated() {
      identifiersOfPath[Int(column.path.rawValue)] = Int32(index)
    }
    self.identifiersOfPath = identifiersOfPath
  }

  func column(_ path: PathID) -> (Once<Found<KeptColumn>>, SegmentLayout.ColumnLayout)? {
    guard path.rawValue < columnOfPath.count else { return nil }
    let index = Int(columnOfPath[Int(path.rawValue)])
    return index < 0 ? nil : (columns[index], layout.columns[index])
  }

  func identifiers(
    _ path: PathID
  ) -> (Once<Found<IdentifierColumn>>, SegmentLayout.IdentifierLayout)? {
    guard path.rawValue < identifiersOfPath.count else { return nil }
    let index = Int(identifiersOfPath[Int(path.rawValue)])
    return index < 0 ? nil : (identifiers[index], layout.identifiers[index])
  }
}
