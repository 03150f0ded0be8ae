import Synchronization

/// Tells the workers of an import that the process has as much memory as it may.
///
/// Looked at whenever rows were sealed, so an import goes beyond its limit by no more than the open rows of its
/// workers.
final class MemoryGuard: Sendable {
  private let limit: Int?
  private let reached = Atomic<Bool>(false)

  /// - Parameter limit: in bytes; `nil` for none.
  init(limit: Int?) {
    self.limit = limit
    look()
  }

  var isReached: Bool { reached.load(ordering: .relaxed) }

  /// Compares what the process holds with the limit.
  func look() {
    guard let limit, let resident = ProcessMemory.residentBytes(), resident >= limit else { return }
    reached.store(true, ordering: .relaxed)
  }
}
