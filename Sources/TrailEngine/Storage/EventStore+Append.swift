import Synchronization

// Events that arrive one by one while the session runs.

extension EventStore {
  /// Events in the open segment after which it is sealed for good.
  static let openRows = 4_096

  /// Adds one record, given as JSON text; queries see it in their next snapshot.
  ///
  /// - Throws: `AppendError` where the text is no JSON object; nothing is added then.
  package func append(record: [UInt8]) throws(AppendError) {
    let padded = record + [UInt8](repeating: 0, count: 64)
    let failure: AppendError? = state.withLock { state in
      padded.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return nil }
        return state.append(base, count: record.count)
      }
    }
    if let failure { throw failure }
  }

  package struct AppendError: Error, Hashable {
    /// The byte at which the text stops being a record.
    package let offset: Int
    package let reason: String
  }
}

extension EventStore.State {
  /// Makes the open rows a segment for good.
  mutating func sealOpenRows() {
    let pathIDs = paths.ids(of: open.paths.steps)
    segments.append(SegmentSealer.seal(open, dropping: [], pathIDs: pathIDs, paths: paths))
    open = SegmentBuilder()
    openSegment = nil
  }

  fileprivate mutating func append(
    _ base: UnsafePointer<UInt8>, count: Int
  ) -> EventStore.AppendError? {
    open.text = base
    open.end = count
    open.nestingLimit = IngestLimits.nestingOfLiveRecords
    let start = open.skipSpace(0)
    guard base[start] == UInt8(ascii: "{") else {
      return EventStore.AppendError(offset: start, reason: "expected `{`")
    }
    switch open.appendRecord(at: start, arrival: units << 32, requiringMark: false) {
    case .accepted: break
    case .unrecognised: return EventStore.AppendError(offset: start, reason: "an empty object")
    case .incomplete:
      return EventStore.AppendError(
        offset: count, reason: WalkFailure.Reason.endOfText.rawValue)
    case .malformed(let failure):
      return EventStore.AppendError(offset: failure.offset, reason: failure.reason.rawValue)
    }
    units += 1
    openSegment = nil
    // The next import must know this event too; it reads the segments again.
    seen = nil
    if open.rowCount >= EventStore.openRows {
      sealOpenRows()
    }
    return nil
  }
}
