import Synchronization

@testable import TrailEngine

/// Encoded segments in memory.
final class MemorySegmentSource: SegmentSource {
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

  /// The first segment changed, with the checksums of what it is now.
  func forged(
    _ paths: PathTable, _ change: (inout SegmentLayout, inout [[UInt8]]) -> Void
  ) throws -> MemorySegmentSource {
    let old = state.withLock { $0.segments }
    var layout = try SegmentLayout(old[0].contents, pathCount: paths.count)
    var parts = old[0].parts
    change(&layout, &parts)
    layout.parts = parts.map {
      SegmentLayout.Part(byteCount: $0.count, checksum: Checksum.of($0))
    }
    let new = EncodedSegment(contents: layout.bytes, parts: parts, filter: old[0].filter)
    return MemorySegmentSource([new] + old.dropFirst(), entries)
  }

  /// - Parameter position: from the end where it is negative.
  func flippingFilter(piece: Int, at position: Int) -> MemorySegmentSource {
    changingFilter { filter in
      filter[piece][position < 0 ? filter[piece].count + position : position] ^= 4
    }
  }

  func changingFilter(_ change: (inout [[UInt8]]) -> Void) -> MemorySegmentSource {
    let old = state.withLock { $0.segments }
    var filter = old[0].filter
    change(&filter)
    let new = EncodedSegment(contents: old[0].contents, parts: old[0].parts, filter: filter)
    return MemorySegmentSource([new] + old.dropFirst(), entries)
  }

  func flipped(at position: Int) -> MemorySegmentSource {
    edited(position) { $0 ^ (1 << UInt8(position % 8)) }
  }

  func changed(at position: Int, to byte: UInt8) -> MemorySegmentSource {
    edited(position) { _ in byte }
  }

  private func edited(_ position: Int, _ edit: (UInt8) -> UInt8) -> MemorySegmentSource {
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
    return MemorySegmentSource(segments, entries)
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
