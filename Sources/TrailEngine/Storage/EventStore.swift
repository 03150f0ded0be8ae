import Glibc
import Synchronization

/// All events of a session: those of imports, and those that arrive while it runs.
///
/// Readers take a `StoreSnapshot` and never wait for an import; whoever adds events takes the lock only to
/// settle duplicates and to publish what is done. Of what arrives while the session runs, queries see the part that
/// CloudTrail recorded (`snapshot`), all of it (`calls`), or what it did not record (`unrecorded`).
package final class EventStore: Sendable {
  struct State: ~Copyable {
    /// Those of imports.
    var imported: [Segment] = []
    var recorded = LiveShelf()
    var unrecorded = LiveShelf()
    var paths = PathTable()
    /// What an import under way tells duplicates by.
    var seen: SeenEvents?
    /// Arrival numbers given out so far, in units of 2³².
    var units: UInt64 = 0
    /// What was odd in imported files: of earlier sessions only once `unreadHistory` is nil.
    var oddFiles = OddFiles()
    /// Where the workspace's odd files are to be read from.
    var unreadHistory: (any ImportHistory)?
    /// What of this a workspace has already; nil where the store is kept in none.
    var kept: KeptPart?
  }
  let state = Mutex<State>(State())
  /// Events that arrived and are not indexed yet.
  let arrivals = LiveArrivals()
  /// Files that need not be read again.
  let knownFiles = KnownFiles()

  package init() {}

  /// Arrival numbers are units, and places within a unit.
  static let unitShift: UInt64 = 32

  /// What queries of `events` see now: what was imported, and what arrived and was recorded.
  ///
  /// - Complexity: O(events that arrived since) after new ones arrived, else O(segments).
  package func snapshot() -> StoreSnapshot {
    settleArrivals()
    return state.withLock { state in
      let live = state.recorded.snapshot(in: &state.paths)
      return StoreSnapshot(segments: usable(state.imported + live), paths: state.paths)
    }
  }

  /// All events that arrived while the session ran, recorded or not.
  package func calls() -> StoreSnapshot {
    settleArrivals()
    return state.withLock { state in
      let recorded = state.recorded.snapshot(in: &state.paths)
      let unrecorded = state.unrecorded.snapshot(in: &state.paths)
      return StoreSnapshot(segments: usable(recorded + unrecorded), paths: state.paths)
    }
  }

  /// Events that arrived and that nobody recorded.
  package func unrecorded() -> StoreSnapshot {
    settleArrivals()
    return state.withLock { state in
      let segments = state.unrecorded.snapshot(in: &state.paths)
      return StoreSnapshot(segments: usable(segments), paths: state.paths)
    }
  }

  /// Those that have not turned out to be damaged.
  private func usable(_ segments: [Segment]) -> [Segment] {
    segments.contains { $0.isDamaged } ? segments.filter { !$0.isDamaged } : segments
  }
}
