import Synchronization
import Testing

@testable import TrailEngine

/// What is written of a segment gives it back; whatever else the bytes are, nobody reads outside of them.
@Suite struct SegmentCodecTests {
  let folder = ScratchFolder()

  private func store(seed: UInt64, count: Int) -> EventStore {
    var generator = RecordGenerator(seed: seed)
    let lines = (0..<count).map { generator.record($0) }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    return store
  }

  @Test(arguments: 0..<6)
  func everyRecordComesBack(seed: UInt64) throws {
    let made = store(seed: seed, count: 400).snapshot()
    let source = MemorySource(made.segments)
    let kept = source.store(made.paths)
    #expect(kept.snapshot().records == made.records)
    #expect(kept.snapshot().timeRange == made.timeRange)
    #expect(source.damage == [])
  }

  @Test func nothingIsReadBeforeItIsAskedFor() throws {
    let made = store(seed: 3, count: 400).snapshot()
    let source = MemorySource(made.segments)
    let snapshot = source.store(made.paths).snapshot()
    #expect(snapshot.rowCount == made.rowCount)
    #expect(snapshot.segments[0].rows(from: .min, until: .max - 1).count > 0)
    #expect(source.reads == 0)
    _ = snapshot.segments[0].times
    #expect(source.reads == 1)
  }

  @Test func largeColumnsHavePartsOfTheirOwn() throws {
    let lines = (0..<40_000).map {
      #"{"eventName":"x","n":\#($0),"m":\#($0 % 700),"eventTime":"2026-11-20T10:00:00Z"}"#
    }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    let kept = source.store(made.paths).snapshot()
    let path = try #require(made.paths.paths(keys: ["m"]).first)
    let column = try #require(kept.segments[0].column(path))
    #expect(column.distinctCount == 700 && column.postings != nil)
    // Its contents, the values, and the column.
    _ = kept.segments[0].values
    #expect(source.reads <= 2)
    #expect(kept.records == made.records)
  }

  /// A column's question reads the column; a value's text its block; and what is damaged is said.
  @Test func textIsReadInBlocks() throws {
    let filler = String(repeating: "x", count: 300)
    let lines = (0..<2_000).map {
      #"{"eventName":"Call\#($0 % 3)","note":"\#($0) \#(filler)","eventTime":"2026-11-20T10:00:00Z"}"#
    }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    let segment = source.store(made.paths).snapshot().segments[0]
    let name = try #require(made.paths.paths(keys: ["eventName"]).first)
    let field = try #require(segment.field(name))
    #expect(
      (0..<3).map { field.dictionary.string(of: field.column.value(ofCode: $0)) }.sorted()
        == ["Call0", "Call1", "Call2"])
    // The contents, of which no count is kept, and the column.
    #expect(source.reads == 1)
    let values = segment.values
    #expect(source.reads == 2)
    #expect(values.textByteCount > 8 * SegmentLayout.heapBlockBytes)
    let buffer = TextBuffer.make()
    _ = values.bytes(of: ValueID(0), in: buffer)
    _ = values.bytes(of: ValueID(0), in: buffer)
    #expect(source.reads == 3)
    var bytes: [UInt8] = []
    for row in 0..<segment.rowCount { segment.appendRecord(row: row, to: &bytes) }
    let blocks = SegmentLayout.heapBlocks(ofBytes: values.textByteCount)
    #expect(source.reads <= 2 + blocks + 8)
    #expect(source.damage == [])
  }

  /// Whoever reads all values of a column reads their texts and few others; a look-up of what is not there hardly any.
  @Test func textsOfAColumnLieTogether() throws {
    let filler = String(repeating: "é", count: 150)
    let lines = (0..<2_000).map {
      #"{"eventName":"Call\#($0 % 3)","note":"\#($0) \#(filler)","other":"\#(filler) \#($0)","#
        + #""both":"\#($0 % 50 == 0 ? "\($0) \(filler)" : "")","eventTime":"2026-11-20T10:00:00Z"}"#
    }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    let segment = source.store(made.paths).snapshot().segments[0]
    let path = try #require(made.paths.paths(keys: ["note"]).first)
    let column = try #require(segment.column(path))
    let values = segment.values
    let before = source.reads
    let blocks = SegmentLayout.heapBlocks(ofBytes: values.textByteCount)
    #expect(blocks > 16)
    for number in 0..<32 { #expect(values.values(equalTo: Array("none \(number)".utf8)) == []) }
    #expect(source.reads - before <= 6)
    let looked = source.reads
    let buffer = TextBuffer.make()
    for code in 0..<UInt32(column.distinctCount) {
      _ = values.bytes(of: column.value(ofCode: code), in: buffer)
    }
    #expect(source.reads - looked <= blocks / 2 + 2)
    #expect(source.store(made.paths).snapshot().records == made.records)
  }

  @Test func everyFlippedByteIsFound() throws {
    let made = store(seed: 5, count: 60).snapshot()
    let whole = MemorySource(made.segments)
    for position in whole.bytePositions where position % 7 == 0 {
      let source = whole.flipped(at: position)
      _ = source.verify(made.paths)
      #expect(source.damage.count >= 1, "byte \(position)")
    }
  }

  @Test(arguments: 0..<4)
  func withoutChecksumsNothingIsReadOutside(seed: Int) throws {
    let made = store(seed: UInt64(seed), count: 40).snapshot()
    let whole = MemorySource(made.segments)
    var generator = RecordGenerator(seed: UInt64(seed))
    for _ in 0..<1_500 {
      var source = whole
      for _ in 0...generator.below(3) {
        source = source.changed(
          at: generator.below(whole.bytePositions.count), to: UInt8(generator.below(256)))
      }
      let segment = source.verify(made.paths, checksChecksums: false)
      var bytes: [UInt8] = []
      for row in 0..<segment.rowCount { segment.appendRecord(row: row, to: &bytes) }
    }
  }

  @Test func damagedSegmentsAreLeftOut() throws {
    let store = store(seed: 1, count: 100)
    var generator = RecordGenerator(seed: 99)
    let more = (1_000..<1_050).map { generator.record($0) }
    _ = store.importLogs([folder.write("more.json", more.joined(separator: "\n"))])
    let made = store.snapshot()
    #expect(made.segments.count == 2)
    let source = MemorySource(made.segments)
    source.break(segment: 1)
    let kept = source.store(made.paths)
    let first = kept.snapshot()
    #expect(first.rowCount == made.rowCount)
    for segment in first.segments { _ = segment.values }
    #expect(source.damage.count >= 1)
    #expect(kept.snapshot().rowCount == made.segments[0].rowCount)
    #expect(kept.leftOut == (1, made.segments[1].rowCount))
  }

  /// A segment for whose text the system has no addresses is left out, and is whole where it lies.
  @Test func segmentsWithoutRoomForTheirTextAreLeftOut() throws {
    let filler = String(repeating: "x", count: 300)
    let lines = (0..<2_000).map {
      #"{"eventName":"Call\#($0 % 3)","note":"\#($0) \#(filler)","eventTime":"2026-11-20T10:00:00Z"}"#
    }
    let store = store(seed: 1, count: 50)
    _ = store.importLogs([folder.write("long.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    #expect(made.segments.map(\.rowCount) == [50, 2_000])
    let source = MemorySource(made.segments)
    source.hasAddresses = false
    let kept = source.store(made.paths)
    let first = kept.snapshot()
    #expect(first.rowCount == 2_050)
    let values = first.segments[1].values
    #expect(source.refusals == 1)
    #expect(
      source.damage.map(\.reason) == [
        "the system has no memory left for the \(made.segments[1].values.packedTexts().heap.count) bytes of its text"
      ])
    // Whoever holds the segment still reads something of it, and nothing outside.
    let buffer = TextBuffer.make()
    for value in 0..<values.count { _ = values.bytes(of: ValueID(UInt32(value)), in: buffer) }
    #expect(kept.snapshot().rowCount == 50 && kept.leftOut == (1, 2_000))
    #expect(
      kept.snapshot().records
        == StoreSnapshot(segments: [made.segments[0]], paths: made.paths).records)
    source.hasAddresses = true
    #expect(source.store(made.paths).snapshot().records == made.records)
    #expect(source.refusals == 1)
  }
}

extension SegmentCodecTests {
  private func key(_ number: Int) -> IdentifierKey {
    IdentifierKey(folded: Array("example-\(number)".utf8))
  }

  /// An event that is elsewhere costs a piece of the filter; a piece that is damaged costs the look at the events.
  @Test func aFilterIsReadByItself() throws {
    let count = 4_000
    let lines = (0..<count).map { #"{"eventName":"A","eventID":"EXAMPLE-\#($0)"}"# }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    let (present, absent) = ((0..<count).map(key), (count..<(2 * count)).map(key))
    // A store is opened once, and not for each key.
    func passed(_ keys: [IdentifierKey], _ source: MemorySource) -> Int {
      let segment = source.store(made.paths).snapshot().segments[0]
      return keys.count { segment.mayHold([$0]) }
    }
    #expect(source.filterPieces > 0)
    #expect(passed(present, source) == count && passed(absent, source) < count / 50)
    #expect(source.reads == 0 && source.filterReads == 2 * source.filterPieces)
    #expect(!source.verify(made.paths).hasDamagedFilter)
    for piece in 0..<source.filterPieces {
      let edited =
        [0, 63, 64, -1].map { source.flippingFilter(piece: piece, at: $0) }
        + [source.changingFilter { $0[piece].removeLast(8) }]
      for damaged in edited {
        #expect(damaged.verify(made.paths).hasDamagedFilter)
        #expect(passed(present, damaged) == count)
        #expect(damaged.damage == [])
      }
    }
    // A file of before has none.
    let before = source.changingFilter { $0 = [] }
    #expect(!before.verify(made.paths).hasDamagedFilter)
    #expect(passed(absent, before) == count)
  }

  /// Pieces that are there do not hide that one is missing.
  @Test func aFilterThatLacksAPiece() throws {
    let rows = IdentifierFilter.linesPerPiece * 60
    let lines = (0..<rows).map { #"{"eventName":"A","eventID":"EXAMPLE-\#($0)"}"# }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    #expect(source.filterPieces == 2)
    let lacking = source.changingFilter { $0.removeLast() }
    #expect(lacking.verify(made.paths).hasDamagedFilter)
    let segment = lacking.store(made.paths).snapshot().segments[0]
    #expect((0..<rows).allSatisfy { segment.mayHold([key($0)]) })
  }
}

extension SegmentCodecTests {
  /// Distances that lead beyond the greatest time, with checksums that say all is well.
  @Test(
    arguments: [
      Int64.max, 9_223_372_036_854_775_000, .min, -9_223_372_036_854_775_000,
      1_125_899_906_842_624, -1_125_899_906_842_624,
    ] as [Int64])
  func timesThatGoRound(least: Int64) throws {
    let lines = (0..<20).map {
      #"{"eventName":"A","eventTime":"2026-11-20T10:00:\#($0 + 10)Z"}"#
    }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    var layout = try SegmentLayout(source.contents(of: 0), pathCount: made.paths.count)
    #expect(layout.times.least != nil && layout.arrivals.least != nil)
    layout.times.least = UInt64(bitPattern: least)
    layout.arrivals.least = UInt64(bitPattern: least)
    let changed = source.withContents(layout.bytes)
    let segment = changed.verify(made.paths)
    #expect(segment.isDamaged && changed.damage.map(\.reason) == ["its times are impossible"])
    #expect(segment.times.count == 20)
  }
}

extension SegmentCodecTests {
  /// Texts in a file that somebody made, with checksums that say all is well.
  enum Forgery: CaseIterable {
    case twoTextsInOnePlace, anUnknownPacking, aBeginningOfManyTexts, aTextTooShortForItsTag
    case anotherSize, hashesOutOfOrder, aPlaceBeyondAll

    fileprivate func change(_ layout: inout SegmentLayout, _ parts: inout [[UInt8]]) {
      guard case .packed(var packed) = layout.values else { return }
      func put<Number: FixedWidthInteger>(
        _ number: Number, at index: Int, of place: SegmentLayout.Place
      ) {
        withUnsafeBytes(of: number.littleEndian) { bytes in
          let start = Int(place.offset) + index * bytes.count
          parts[Int(place.part)].replaceSubrange(start..<start + bytes.count, with: bytes)
        }
      }
      switch self {
      case .twoTextsInOnePlace:
        for index in 0..<2 { put(UInt16(0), at: index, of: packed.order.places[0]) }
      case .aPlaceBeyondAll: put(UInt16.max, at: 0, of: packed.order.places[0])
      case .anUnknownPacking: put(UInt8(0x90), at: 3, of: packed.tags)
      case .aBeginningOfManyTexts:
        for index in 1..<Int(packed.prefixStarts.count) {
          put(packed.prefixes.count, at: index, of: packed.prefixStarts)
        }
      case .aTextTooShortForItsTag:
        for index in 0..<Int(packed.tags.count) { put(UInt8(0x0C), at: index, of: packed.tags) }
      case .anotherSize:
        packed.textByteCount += 1
        layout.values = .packed(packed)
      case .hashesOutOfOrder: put(UInt32.max, at: 0, of: packed.bucketStarts)
      }
    }

    var damage: String {
      switch self {
      case .anUnknownPacking, .aTextTooShortForItsTag:
        "its values overlap, or lie outside their text"
      case .aBeginningOfManyTexts: "a beginning is impossibly long"
      case .anotherSize, .twoTextsInOnePlace, .aPlaceBeyondAll:
        "its texts have other places or another size"
      case .hashesOutOfOrder: "its hashes are not in order"
      }
    }
  }

  @Test(arguments: Forgery.allCases) func forgedTexts(forgery: Forgery) throws {
    let lines = (0..<200).map {
      #"{"eventName":"A\#($0)","role":"arn:aws:iam::\#($0 / 4):role/a-long-name-of-a-role/r\#($0)"}"#
    }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", lines.joined(separator: "\n"))])
    let made = store.snapshot()
    let source = MemorySource(made.segments)
    #expect(source.verify(made.paths).isDamaged == false)
    let forged = try source.forged(made.paths, forgery.change)
    let segment = forged.verify(made.paths)
    #expect(segment.isDamaged && forged.damage.map(\.reason) == [forgery.damage])
    // Whoever holds it still reads something of it, and what is written of it is a segment.
    var bytes: [UInt8] = []
    for row in 0..<segment.rowCount { segment.appendRecord(row: row, to: &bytes) }
    #expect(SegmentEncoder.encode(segment).byteCount > 0)
  }

  /// In segments of before a kind stood where a packed text has more.
  @Test(arguments: [0, 1, 2, 3, 4, 8, 255] as [UInt8]) func kindsOfOlderSegments(kind: UInt8) throws
  {
    var layout = SegmentLayout()
    layout.version = 1
    layout.valueCount = 1
    let memory = PartMemory(byteCount: 32)
    memory.buffer.initializeMemory(as: UInt8.self, repeating: 0)
    memory.buffer[16] = kind
    layout.parts = [SegmentLayout.Part(byteCount: 32, checksum: 0)]
    layout.values = .plain(
      offsets: SegmentLayout.Place(part: 0, offset: 0, count: 2),
      kinds: SegmentLayout.Place(part: 0, offset: 16, count: 1))
    layout.heap = .whole(SegmentLayout.Place(part: 0, offset: 0, count: 0))
    let decoder = SegmentDecoder(layout: layout, pathCount: 1)
    func values() throws(SegmentDamage) -> ValueDictionary {
      try decoder.values(memory) { _ throws(SegmentDamage) in throw SegmentDamage("no blocks") }
    }
    if kind <= 2 {
      let texts = try values().packedTexts()
      #expect(texts.isSound && texts.length(0) == 0 && texts.tag(0).kind == kind)
    } else {
      #expect(throws: SegmentDamage("a value is of no kind")) { _ = try values() }
    }
  }
}

/// Encoded segments in memory.
private final class MemorySource: SegmentSource {
  private struct State {
    var segments: [EncodedSegment]
    var reads = 0
    var filterReads = 0
    var damage: [SegmentDamage] = []
    var hasAddresses = true
    var refusals = 0
  }
  private let state: Mutex<State>
  private let entries: [KeptSegmentEntry]

  init(_ segments: [Segment]) {
    entries = segments.enumerated().map {
      KeptSegmentEntry(id: Int64($0.offset), home: .imported, of: $0.element)
    }
    state = Mutex(State(segments: segments.map { SegmentEncoder.encode($0) }))
  }

  private init(_ segments: [EncodedSegment], _ entries: [KeptSegmentEntry]) {
    self.entries = entries
    state = Mutex(State(segments: segments))
  }

  /// False where the system is to have no addresses left.
  var hasAddresses: Bool {
    get { state.withLock { $0.hasAddresses } }
    set { state.withLock { $0.hasAddresses = newValue } }
  }
  var refusals: Int { state.withLock { $0.refusals } }

  func addresses(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let isGiven = state.withLock { state in
      if !state.hasAddresses { state.refusals += 1 }
      return state.hasAddresses
    }
    return isGiven ? SystemMemory.addresses(byteCount) : nil
  }

  var reads: Int { state.withLock { $0.reads } }
  var damage: [SegmentDamage] { state.withLock { $0.damage } }

  func store(_ paths: PathTable) -> EventStore {
    EventStore(entries, in: self, paths: paths, nextUnit: 1 << 20, records: nil)
  }

  func verify(_ paths: PathTable, checksChecksums: Bool = true) -> Segment {
    Segment.verify(entries[0], in: self, paths: paths, checksChecksums: checksChecksums)
  }

  /// Every byte of the first segment: its contents, then its parts.
  var bytePositions: Range<Int> {
    state.withLock { state in
      0..<state.segments[0].parts.reduce(state.segments[0].contents.count) { $0 + $1.count }
    }
  }

  var filterPieces: Int { state.withLock { $0.segments[0].filter.count } }
  var filterReads: Int { state.withLock { $0.filterReads } }

  func filterPiece(_ piece: Int, of segment: Int64) -> [UInt8]? {
    state.withLock { state in
      state.filterReads += 1
      let filter = state.segments[Int(segment)].filter
      return piece < filter.count ? filter[piece] : nil
    }
  }

  func withContents(_ contents: [UInt8]) -> MemorySource {
    let old = state.withLock { $0.segments }
    let new = EncodedSegment(contents: contents, parts: old[0].parts, filter: old[0].filter)
    return MemorySource([new] + old.dropFirst(), entries)
  }

  /// The first segment changed, with the checksums of what it is now.
  func forged(
    _ paths: PathTable, _ change: (inout SegmentLayout, inout [[UInt8]]) -> Void
  ) throws -> MemorySource {
    let old = state.withLock { $0.segments }
    var layout = try SegmentLayout(old[0].contents, pathCount: paths.count)
    var parts = old[0].parts
    change(&layout, &parts)
    layout.parts = parts.map {
      SegmentLayout.Part(byteCount: $0.count, checksum: Checksum.of($0))
    }
    let new = EncodedSegment(contents: layout.bytes, parts: parts, filter: old[0].filter)
    return MemorySource([new] + old.dropFirst(), entries)
  }

  /// - Parameter position: from the end where it is negative.
  func flippingFilter(piece: Int, at position: Int) -> MemorySource {
    changingFilter { filter in
      filter[piece][position < 0 ? filter[piece].count + position : position] ^= 4
    }
  }

  func changingFilter(_ change: (inout [[UInt8]]) -> Void) -> MemorySource {
    let old = state.withLock { $0.segments }
    var filter = old[0].filter
    change(&filter)
    let new = EncodedSegment(contents: old[0].contents, parts: old[0].parts, filter: filter)
    return MemorySource([new] + old.dropFirst(), entries)
  }

  func flipped(at position: Int) -> MemorySource {
    edited(position) { $0 ^ (1 << UInt8(position % 8)) }
  }

  func changed(at position: Int, to byte: UInt8) -> MemorySource { edited(position) { _ in byte } }

  private func edited(_ position: Int, _ edit: (UInt8) -> UInt8) -> MemorySource {
    var segments = state.withLock { $0.segments }
    var contents = segments[0].contents
    var parts = segments[0].parts
    var rest = position
    if rest < contents.count {
      contents[rest] = edit(contents[rest])
    } else {
      rest -= contents.count
      for part in parts.indices {
        if rest < parts[part].count {
          parts[part][rest] = edit(parts[part][rest])
          break
        }
        rest -= parts[part].count
      }
    }
    segments[0] = EncodedSegment(contents: contents, parts: parts, filter: segments[0].filter)
    return MemorySource(segments, entries)
  }

  func `break`(segment: Int) {
    state.withLock { state in
      let old = state.segments[segment]
      let parts = old.parts.map { part in part.map { $0 ^ 0x55 } }
      state.segments[segment] = EncodedSegment(
        contents: old.contents, parts: parts, filter: old.filter)
    }
  }

  func contents(of segment: Int64) throws(SegmentDamage) -> [UInt8] {
    state.withLock { $0.segments[Int(segment)].contents }
  }

  func read(
    part: Int, of segment: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage) {
    let bytes = state.withLock { state -> [UInt8]? in
      state.reads += 1
      let parts = state.segments[Int(segment)].parts
      return part < parts.count ? parts[part] : nil
    }
    guard let bytes, bytes.count == memory.count else { throw SegmentDamage("another length") }
    memory.copyBytes(from: bytes)
  }

  func found(_ damage: SegmentDamage, in segment: Int64) {
    state.withLock { $0.damage.append(damage) }
  }
}
