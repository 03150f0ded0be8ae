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
    let source = MemorySegmentSource(made.segments)
    let kept = source.store(made.paths)
    #expect(kept.snapshot().records == made.records)
    #expect(kept.snapshot().timeRange == made.timeRange)
    #expect(source.damage == [])
  }

  @Test func nothingIsReadBeforeItIsAskedFor() throws {
    let made = store(seed: 3, count: 400).snapshot()
    let source = MemorySegmentSource(made.segments)
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
    let source = MemorySegmentSource(made.segments)
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
    let source = MemorySegmentSource(made.segments)
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
    let source = MemorySegmentSource(made.segments)
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
    let whole = MemorySegmentSource(made.segments)
    for position in whole.bytePositions where position % 7 == 0 {
      let source = whole.flipped(at: position)
      _ = source.verify(made.paths)
      #expect(source.damage.count >= 1, "byte \(position)")
    }
  }

  @Test(arguments: 0..<4)
  func withoutChecksumsNothingIsReadOutside(seed: Int) throws {
    let made = store(seed: UInt64(seed), count: 40).snapshot()
    let whole = MemorySegmentSource(made.segments)
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
    let source = MemorySegmentSource(made.segments)
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
    let source = MemorySegmentSource(made.segments)
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
    let source = MemorySegmentSource(made.segments)
    let (present, absent) = ((0..<count).map(key), (count..<(2 * count)).map(key))
    // A store is opened once, and not for each key.
    func passed(_ keys: [IdentifierKey], _ source: MemorySegmentSource) -> Int {
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
    let source = MemorySegmentSource(made.segments)
    #expect(source.filterPieces == 2)
    let lacking = source.changingFilter { $0.removeLast() }
    #expect(lacking.verify(made.paths).hasDamagedFilter)
    let segment = lacking.store(made.paths).snapshot().segments[0]
    #expect((0..<rows).allSatisfy { segment.mayHold([key($0)]) })
  }
}
