internal import Synchronization

/// Counts Ctrl-C, for people who press it again and again.
final class InterruptCounter: Sendable {
  private let limit: Int
  private let pressed = Atomic<Int>(0)

  init(limit: Int) {
    self.limit = limit
  }

  /// Counts one more, and says whether it was one too many.
  func count() -> Bool {
    pressed.add(1, ordering: .relaxed).newValue >= limit
  }
}
