import Synchronization

/// A wish to stop, raised by one thread and seen by those that work on a query.
package final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  package init() {}

  package var isCancelled: Bool { flag.load(ordering: .relaxed) }

  package func cancel() { flag.store(true, ordering: .relaxed) }

  /// Throws `QueryCancelled` where the wish was raised. Operators ask once a segment and in long loops.
  func check() throws(QueryCancelled) {
    if isCancelled { throw QueryCancelled() }
  }
}

/// The query was stopped before it had an answer.
package struct QueryCancelled: Error {}
