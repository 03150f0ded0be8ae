import Testing

@testable import TrailEngine

/// Files that somebody made, with checksums that say all is well: what cannot be in them is said, and nobody reads
/// outside of them.
@Suite struct ForgedSegmentTests {
  let folder = ScratchFolder()

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
    let source = MemorySegmentSource(made.segments)
    let changed = try source.forged(made.paths) { layout, _ in
      #expect(layout.times.least != nil && layout.arrivals.least != nil)
      layout.times.least = UInt64(bitPattern: least)
      layout.arrivals.least = UInt64(bitPattern: least)
    }
    let segment = changed.verify(made.paths)
    #expect(segment.isDamaged && changed.damage.map(\.reason) == ["its times are impossible"])
    #expect(segment.times.count == 20)
  }

  /// A small table of objects that each hold the one below twice: 2⁴⁰ members, were they written.
  @Test func structuresThatDouble() throws {
    var line = #"{"leaf":"1"}"#
    for _ in 0..<40 { line = #"{"x":\#(line),"y":{"z":"2"}}"# }
    let store = EventStore()
    _ = store.importLogs([folder.write("log.json", #"{"eventName":"A","in":\#(line)}"#)])
    let made = store.snapshot()
    let source = MemorySegmentSource(made.segments)
    #expect(source.verify(made.paths).isDamaged == false)
    var doubled = 0
    let forged = try source.forged(made.paths) { layout, parts in
      let place = layout.shapeTokens
      func offset(_ index: Int) -> Int { Int(place.offset) + index * 4 }
      func token(_ index: Int) -> UInt32 {
        parts[Int(place.part)].withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: offset(index), as: UInt32.self)
        }
      }
      // An object, a member that is a node with its number, and another.
      for index in 0..<Int(place.count) - 4
      where token(index) == ShapeToken.object
        && [1, 3].allSatisfy({ token(index + $0) & ShapeToken.kindMask == ShapeToken.node })
      {
        withUnsafeBytes(of: token(index + 2).littleEndian) { bytes in
          parts[Int(place.part)].replaceSubrange(
            offset(index + 4)..<offset(index + 5), with: bytes)
        }
        doubled += 1
      }
    }
    #expect(doubled >= 39)
    let segment = forged.verify(made.paths)
    #expect(
      segment.isDamaged
        && forged.damage.map(\.reason) == ["a structure is larger than any record"])
  }

  /// What is wrong with the texts.
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
    let source = MemorySegmentSource(made.segments)
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
