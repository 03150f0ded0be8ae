import Glibc
import Synchronization

/// All events of a session: sealed segments, and an open one for events that arrive while it runs.
///
/// Readers take a `StoreSnapshot` and never wait for an import; whoever adds events takes the lock only to
/// settle duplicates and to publish what is done.
package final class EventStore: Sendable {
  struct State: ~Copyable {
    var segments: [Segment] = []
    var paths = PathTable()
    /// Rebuilt when an import needs it, so that it costs nothing between imports.
    var seen: SeenEvents?
    /// Arrival numbers given out so far, in units of 2³².
    var units: UInt64 = 0
    var open = SegmentBuilder()
    /// The open builder's rows as a segment, until more arrive.
    var openSegment: Segment?
    var problems: [ImportProblem] = []
    var problemCount = 0
    var notLogs: [ImportProblem] = []
  }
  let state = Mutex<State>(State())

  package init() {}

  /// What queries see now.
  ///
  /// - Complexity: O(events in the open segment) after new ones arrived, else O(segments).
  package func snapshot() -> StoreSnapshot {
    state.withLock { state in
      if state.open.rowCount > 0 && state.openSegment == nil {
        let pathIDs = state.paths.ids(of: state.open.paths.steps)
        state.openSegment = SegmentSealer.seal(
          state.open, dropping: [], pathIDs: pathIDs, paths: state.paths)
      }
      let open = state.openSegment.map { [$0] } ?? []
      return StoreSnapshot(segments: state.segments + open, paths: state.paths)
    }
  }

  /// What was odd in the imports so far, in their order; at most `IngestLimits.problemsKept`.
  package var problems: [ImportProblem] { state.withLock { $0.problems } }

  /// Problems met so far, kept or not.
  package var problemCount: Int { state.withLock { $0.problemCount } }

  /// Files met so far that are no logs.
  package var notLogs: [ImportProblem] { state.withLock { $0.notLogs } }
}
