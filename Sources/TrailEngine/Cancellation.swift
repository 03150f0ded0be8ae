import Synchronization

/// A flag that one thread (or a signal handler) raises and that running work looks at now and then.
package final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  package init() {}

  /// Asks the work to stop. Safe in a signal handler.
  package func cancel() { flag.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { flag.load(ordering: .relaxed) }

  package func reset() { flag.store(false, ordering: .relaxed) }
}
