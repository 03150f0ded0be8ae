import Synchronization

/// Tells the workers of an import that the process has as much memory as it may.
///
/// Looked at whenever rows were sealed, so an import goes beyond its limit by no more than the open rows of its
/// workers.
final class MemoryGuard: Sendable {
  private let limit: Int?
  private let residentBytes: @Sendable () -> Int?
  private let reached = Atomic<Bool>(false)

  /// - Parameters:
  ///   - limit: in bytes; `nil` for none.
  ///   - residentBytes: what the process holds; a test says it itself.
  init(
    limit: Int?, residentBytes: @escaping @Sendable () -> Int? = { ProcessMemory.residentBytes() }
  ) {
    self.limit = limit
    self.residentBytes = residentBytes
    look()
  }

  var isReached: Bool { reached.load(ordering: .relaxed) }

  /// Compares what the process holds with the limit.
  func look() {
    guard let limit, let resident = residentBytes(), resident >= limit else { return }
    reached.store(true, ordering: .relaxed)
  }
}
