import Testing
import TrailRecord

@testable import TrailEngine

/// Small segments become larger ones, and nobody can tell by the events.
@Suite struct MergeTests {
  private let folder = ScratchFolder()

  /// An event as a list has it that knows nothing of segments.
  private struct Listed: Equatable, CustomStringConvertible {
    var time: Int64
    var text: String
    var delivered: Int64
    var hash: UInt64?
    var description: String { "\(time) \(delivered) \(text.prefix(90))" }
  }

  /// All events in the order of time and arrival.
  private func listed(_ snapshot: StoreSnapshot) -> [Listed] {
    var events: [(arrival: UInt64, event: Listed)] = []
    for segment in snapshot.segments {
      for row in 0..<segment.rowCount {
        var bytes: [UInt8] = []
        segment.appendRecord(row: row, to: &bytes)
        let arrival = segment.arrivals[row]
        events.append(
          (
            arrival,
            Listed(
              time: segment.times[row], text: String(decoding: bytes, as: UTF8.self),
              delivered: segment.deliveries?.time(ofArrival: arrival) ?? Segment.noTime,
              hash: segment.contentHashes[row])
          ))
      }
    }
    #expect(Set(events.map(\.arrival)).count == events.count)
    events.sort { ($0.event.time, $0.arrival) < ($1.event.time, $1.arrival) }
    return events.map(\.event)
  }

  @Test(arguments: 0..<12)
  func manyImportsAreAsOneList(seed: UInt64) {
    var generator = RecordGenerator(seed: seed + 4_000)
    let store = EventStore()
    var naive: [Listed] = []
    var earlier: [(snapshot: StoreSnapshot, events: [Listed])] = []
    var lines: [String] = []
    var sizes: [Int] = []
    for file in 0..<60 {
      let count = [1, 2, 7, 40, 300][generator.below(5)]
      var own: [String] = []
      for _ in 0..<count {
        // Some are known, by their eventID or not at all.
        if generator.below(9) == 0, !lines.isEmpty {
          own.append(lines[generator.below(lines.count)])
        } else {
          own.append(generator.record(lines.count + own.count))
        }
      }
      let stamp = generator.below(3) == 0 ? "" : "20261120T10\(10 + generator.below(4))Z_"
      let name = "1_CloudTrail_us-east-1_\(stamp)\(file).json"
      _ = store.importLogs([folder.write(name, own.joined(separator: "\n"))])
      let delivered = FileStamp.time(inName: name) ?? Segment.noTime
      for line in own where !line.contains("eventID") || !lines.contains(line) {
        naive.append(Listed(time: Self.time(of: line), text: line, delivered: delivered, hash: nil))
        lines.append(line)
      }
      sizes.append(count)
      if file % 13 == 5 { earlier.append((store.snapshot(), listed(store.snapshot()))) }
    }
    let snapshot = store.snapshot()
    let found = listed(snapshot)
    let expected = naive.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
    #expect(
      found.map { Listed(time: $0.time, text: $0.text, delivered: $0.delivered, hash: nil) }
        == expected)
    #expect(snapshot.segments.count <= 14, "\(sizes) became \(snapshot.segments.map(\.rowCount))")
    // What was looked at before is what it was.
    for (snapshot, events) in earlier { #expect(listed(snapshot) == events) }
    // Duplicates are known by the hash of their content: it went along.
    let again = EventStore()
    _ = again.importLogs([folder.write("all.json", expected.map(\.text).joined(separator: "\n"))])
    let hashes = Dictionary(
      listed(again.snapshot()).map { ($0.text, $0.hash) }, uniquingKeysWith: { first, _ in first })
    for event in found { #expect(hashes[event.text] == event.hash) }
    #expect(found.count > 500)
  }

  private static func time(of line: String) -> Int64 {
    guard let start = line.firstRange(of: #""eventTime":""#)?.upperBound,
      let end = line[start...].firstIndex(of: "\"")
    else { return Segment.noTime }
    return EventTime.parse(String(line[start..<end])) ?? Segment.noTime
  }

  /// Look-ups by value, by name and by identifier, presence, and distinct values: as those of one import.
  @Test func aMergedSegmentIsAsGoodAsOneThatWasImported() throws {
    var generator = RecordGenerator(seed: 99)
    let lines = (0..<800).map { generator.record($0) }
    let (parts, whole) = (EventStore(), EventStore())
    for (file, start) in stride(from: 0, to: lines.count, by: 50).enumerated() {
      let text = lines[start..<start + 50].joined(separator: "\n")
      _ = parts.importLogs([folder.write("part\(file).json", text)])
    }
    _ = whole.importLogs([folder.write("whole.json", lines.joined(separator: "\n"))])
    let merged = try #require(parts.snapshot().segments.first)
    let other = try #require(whole.snapshot().segments.first)
    #expect(merged.rowCount == 800 && parts.snapshot().segments.count == 1)
    #expect(merged.values.count == other.values.count)
    #expect(merged.values.textByteCount == other.values.textByteCount)
    #expect(merged.shapes.shapeCount == other.shapes.shapeCount)
    #expect(merged.columns.count == other.columns.count)
    let buffer = TextBuffer.make()
    for number in 0..<other.values.count {
      let bytes = Array(other.values.bytes(of: ValueID(UInt32(number)), in: buffer))
      #expect(
        merged.values.values(equalTo: bytes).count == other.values.values(equalTo: bytes).count)
    }
    for column in other.columns {
      var path = PathID.root
      for step in whole.snapshot().paths.steps(of: column.path) {
        path = try #require(parts.snapshot().paths.existingChild(of: path, step))
      }
      let own = try #require(merged.column(path))
      #expect(own.distinctCount == column.distinctCount)
      #expect(own.presentRows().rows() == column.presentRows().rows())
      #expect((own.postings == nil) == (column.postings == nil))
    }
    let identifiers = try #require(merged.identifierColumns.first { $0.order != nil })
    for row in 0..<merged.rowCount {
      guard let identifier = identifiers.identifier(at: row) else { continue }
      #expect(identifiers.rows(equalTo: identifier).contains(row))
    }
  }

  @Test func theSameImportsGiveTheSameBytes() {
    var generator = RecordGenerator(seed: 5)
    let files = (0..<30).map { file in
      let lines = (0..<(1 + generator.below(60))).map { generator.record(file * 100 + $0) }
      return folder.write("\(file).json", lines.joined(separator: "\n"))
    }
    let encoded = [1, 2].map { workers in
      let store = EventStore()
      for file in files { _ = store.importLogs([file], workers: workers) }
      return store.snapshot().segments.map { SegmentEncoder.encode($0).parts }
    }
    #expect(encoded[0] == encoded[1])
    #expect(encoded[0].count < 12)
  }

  @Test func whatOneImportMadeStaysUntilThereIsMore() {
    // Units are cut by size: each of these files is one.
    let long = String(repeating: "x", count: 1_000)
    for file in 0..<5 {
      let lines = (0..<1_100).map { #"{"eventName":"\#(file) \#($0)","x":"\#(long)"}"# }
      folder.write("\(file).json", lines.joined(separator: "\n"))
    }
    let store = EventStore()
    _ = store.importLogs([folder.path])
    let before = store.snapshot().segments.count
    #expect(before >= MergePolicy.fewest)
    let rows = store.snapshot().rowCount
    _ = store.importLogs([folder.write("more.json", #"{"eventName":"A"}"#)])
    #expect(store.snapshot().segments.count == 1)
    #expect(store.snapshot().rowCount == rows + 1)
  }

  @Test func shelvesStayApart() throws {
    let store = EventStore()
    var generator = RecordGenerator(seed: 8)
    for round in 0..<24 {
      for number in 0..<20 {
        let text = #"{"eventName":"L\#(round)-\#(number)"}"#
        store.takeIn(Array(text.utf8), number % 3 == 0 ? .unrecorded : .recorded)
      }
      _ = store.unkeptChanges(sealing: true)
      let lines = (0..<20).map { generator.record(round * 20 + $0) }
      _ = store.importLogs([folder.write("\(round).json", lines.joined(separator: "\n"))])
    }
    let imported = store.snapshot().segments.filter { $0.deliveries?.isLive != true }
    #expect(imported.reduce(0) { $0 + $1.rowCount } == 24 * 20)
    #expect(imported.count < 10)
    #expect(store.calls().rowCount == 24 * 20)
    #expect(store.calls().segments.allSatisfy { $0.deliveries?.isLive == true })
    #expect(store.calls().segments.count < 16)
    #expect(store.unrecorded().rowCount == 24 * 7)
    #expect(store.unrecorded().records.allSatisfy { $0.contains("L") })
  }

  /// Sizes of any kind, one behind the other, by the rule alone.
  @Test(arguments: 0..<12)
  func eventsAreRewrittenSeldomAndFewSegmentsAreLeft(seed: UInt64) {
    var generator = RecordGenerator(seed: seed)
    let choices = [[50], [1, 50, 4_000], [10, 10, 10, 10, 30_000], [1, 2, 3, 100_000]][
      Int(seed % 4)]
    var segments: [(rows: Int, rewritten: Int)] = []
    var rows = 0
    var rewritten = 0
    for _ in 0..<700 {
      let size = choices[generator.below(choices.count)]
      rows += size
      segments.append((size, 0))
      let sizes = segments.map { Optional($0.rows) }
      guard let run = MergePolicy.run(in: sizes, beginningBefore: sizes.count) else { continue }
      let groups = MergePolicy.groups(of: run) {
        segments[$0].rows
      } textBytes: { _ in
        0
      } fits: { _, _ in
        true
      }
      for group in groups.reversed() {
        let total = segments[group].reduce(0) { $0 + $1.rows }
        #expect(total <= StorageLimits.rowsPerSegment)
        rewritten += total
        segments.replaceSubrange(group, with: [(total, 0)])
      }
      let small = segments.count { $0.rows < MergePolicy.largeRows }
      let large = segments.count - small
      #expect(large <= 2 * (rows / StorageLimits.rowsPerSegment) + 1)
    }
    // Those behind the last large segment.
    let tail = segments.reversed().prefix { $0.rows < MergePolicy.largeRows }.count
    #expect(tail <= 17 + MergePolicy.fewest)
    #expect(rewritten <= rows * 18)
    #expect(segments.reduce(0) { $0 + $1.rows } == rows)
  }

  @Test func whatBelongsApartIsInGroupsOfItsOwn() {
    let groups = MergePolicy.groups(of: 2..<9) {
      [0, 0, 60_000, 60_000, 60_000, 5, 5, 5, 5][$0]
    } textBytes: {
      $0 == 8 ? StorageLimits.valueBytesPerSegment : 1
    } fits: {
      $1 != 7
    }
    #expect(groups == [2..<4, 4..<7])
    #expect(MergePolicy.run(in: [nil, 5, 5, 5, 5], beginningBefore: 5) == 1..<5)
    #expect(MergePolicy.run(in: [5, nil, 5, 5, 5], beginningBefore: 5) == nil)
    #expect(MergePolicy.run(in: [70_000, 5, 5, 5, 5], beginningBefore: 1) == nil)
    #expect(MergePolicy.run(in: [5, 5, 5, 5], beginningBefore: 0) == nil)
    #expect(MergePolicy.run(in: [16, 5, 5, 5], beginningBefore: 4) == nil)
    #expect(MergePolicy.run(in: [15, 5, 5, 5], beginningBefore: 4) == 0..<4)
  }
}
