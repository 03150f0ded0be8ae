import Synchronization

// Events that arrive one by one while the session runs.

extension EventStore {
  /// Events of the open segment after which the next snapshot seals it for good.
  package static let openRows = 4_096
  /// Events after which it is sealed although nobody looks.
  static let liveRowsPerSegment = 65_536

  /// What became of an event that arrived.
  package enum Shelf: UInt8, Sendable {
    /// Event history or a trail kept it.
    case recorded
    case unrecorded
  }

  /// Adds one record, given as JSON text; queries see it in their next snapshot.
  ///
  /// - Throws: `AppendError` where the text is no JSON object; nothing is added then.
  package func append(record: [UInt8]) throws(AppendError) {
    settleArrivals()
    let padded = record + [UInt8](repeating: 0, count: TextWindow.padding)
    let failure: AppendError? = state.withLock { state in
      padded.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return nil }
        return state.append(base, count: record.count, to: .recorded)
      }
    }
    if let failure { throw failure }
  }

  package struct AppendError: Error, Hashable {
    /// The byte at which the text stops being a record.
    package let offset: Int
    package let reason: String
  }

  /// Takes in a record that is known to be a JSON object; many are indexed together, beside whoever brings them.
  ///
  /// - Complexity: O(record); waits where indexing cannot follow.
  package func takeIn(_ record: [UInt8], _ shelf: Shelf) {
    guard let full = arrivals.add(record, shelf) else { return }
    // What a workspace has from before comes first.
    takeKeptRecords()
    arrivals.indexLater(full) { batch, hasMore in self.index(batch, hasMore: hasMore) }
  }

  /// Indexes all that arrived.
  func settleArrivals() {
    takeKeptRecords()
    if arrivals.isPending {
      arrivals.waitForIndexing()
      if let rest = arrivals.takeRest() { index(rest, hasMore: false) }
    }
    mergeLiveSegments()
  }

  private func index(_ batch: LiveBatch, hasMore: Bool) {
    state.withLock { state in
      batch.forEach { base, count, shelf in
        if let error = state.append(base, count: count, to: shelf) {
          preconditionFailure("a record that is no JSON came in: \(error.reason)")
        }
      }
      if hasMore { state.sealLargeShelves() }
    }
  }
}

extension EventStore.State {
  mutating func append(
    _ base: UnsafePointer<UInt8>, count: Int, to shelf: EventStore.Shelf
  ) -> EventStore.AppendError? {
    let arrival = units << EventStore.unitShift
    let failure =
      switch shelf {
      case .recorded: recorded.append(base, count: count, arrival: arrival)
      case .unrecorded: unrecorded.append(base, count: count, arrival: arrival)
      }
    if failure == nil { units += 1 }
    return failure
  }

  fileprivate mutating func sealLargeShelves() {
    if recorded.open.rowCount >= EventStore.liveRowsPerSegment {
      recorded.seal(in: &paths, keepingMemory: true)
    }
    if unrecorded.open.rowCount >= EventStore.liveRowsPerSegment {
      unrecorded.seal(in: &paths, keepingMemory: true)
    }
  }
}
