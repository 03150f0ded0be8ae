/// A record that arrived, as it came.
package struct LiveRecord: Hashable, Sendable {
  /// Its place in the order of arrival.
  package var unit: UInt64
  package var bytes: [UInt8]

  package init(unit: UInt64, bytes: [UInt8]) {
    self.unit = unit
    self.bytes = bytes
  }
}

/// Events that arrive one by one while the session runs, and are kept apart by what became of them.
///
/// Each shelf has an open builder, which becomes a segment for good when it is large enough.
struct LiveShelf: ~Copyable {
  /// Segments made for good.
  var segments: [Segment] = []
  var open = LiveShelf.makeBuilder()
  /// The open builder's rows as a segment, until more arrive.
  private var openSegment: Segment?
  /// The open builder's records as they came, where the store is kept in a workspace; otherwise none.
  private(set) var openRecords: [LiveRecord] = []
  var keepsRecords = false
  /// True where a segment was made for good since it was last asked.
  private var hasNewSegments = false
  /// The last record that lies in a segment made for good.
  private(set) var lastSealed: UInt64?

  private static func makeBuilder() -> SegmentBuilder {
    var builder = SegmentBuilder()
    builder.deliveries = .live
    return builder
  }

  /// Adds the record that begins at `base`.
  mutating func append(
    _ base: UnsafePointer<UInt8>, count: Int, arrival: UInt64
  ) -> EventStore.AppendError? {
    open.text = base
    open.end = count
    open.nestingLimit = IngestLimits.nestingOfLiveRecords
    let start = open.skipSpace(0)
    guard base[start] == UInt8(ascii: "{") else {
      return EventStore.AppendError(offset: start, reason: "expected `{`")
    }
    switch open.appendRecord(at: start, arrival: arrival, keeping: .anything) {
    case .accepted: break
    case .unrecognised: return EventStore.AppendError(offset: start, reason: "an empty object")
    case .incomplete:
      return EventStore.AppendError(
        offset: count, reason: WalkFailure.Reason.endOfText.rawValue)
    case .malformed(let failure):
      return EventStore.AppendError(offset: failure.offset, reason: failure.reason.rawValue)
    }
    openSegment = nil
    if keepsRecords {
      let bytes = Array(UnsafeBufferPointer(start: base, count: count))
      openRecords.append(LiveRecord(unit: arrival >> EventStore.unitShift, bytes: bytes))
    }
    return nil
  }

  /// Makes the open rows a segment for good.
  ///
  /// - Parameter keepingMemory: whether more is coming at once.
  mutating func seal(in paths: inout PathTable, keepingMemory: Bool = false) {
    guard open.rowCount > 0 else { return }
    let pathIDs = paths.ids(of: open.paths.steps)
    segments.append(SegmentSealer.seal(open, dropping: [], pathIDs: pathIDs, paths: paths))
    hasNewSegments = true
    if keepingMemory { open.reset() } else { open = Self.makeBuilder() }
    if let last = openRecords.last { lastSealed = last.unit }
    openRecords.removeAll()
    openSegment = nil
  }

  /// Whether segments were made for good since it was last asked.
  mutating func takeNewSegments() -> Bool {
    defer { hasNewSegments = false }
    return hasNewSegments
  }

  /// All segments as queries see them now.
  ///
  /// - Complexity: O(events in the open builder) after new ones arrived, else O(segments).
  mutating func snapshot(in paths: inout PathTable) -> [Segment] {
    if open.rowCount >= EventStore.openRows { seal(in: &paths) }
    guard open.rowCount > 0 else { return segments }
    let last: Segment
    if let openSegment {
      last = openSegment
    } else {
      let pathIDs = paths.ids(of: open.paths.steps)
      last = SegmentSealer.seal(open, dropping: [], pathIDs: pathIDs, paths: paths)
      openSegment = last
    }
    return segments + [last]
  }
}
