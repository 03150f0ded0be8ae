import Dispatch
import Glibc
import Synchronization

/// Runs work on each segment, on all cores where it is worth their waking.
enum SegmentWorkers {
  /// Work below this many row visits runs on the caller's thread: waking another one costs about as much.
  static let smallestSharedWork = 200_000

  /// The results of `body`, in the order of `segments`. The first error that a segment met is thrown.
  static func map<Result: Sendable>(
    _ segments: [Segment], work: Int, _ body: @Sendable (Int, Segment) throws -> Result
  ) throws -> [Result] {
    guard segments.count > 1, work >= smallestSharedWork else {
      return try segments.enumerated().map { try body($0, $1) }
    }
    let results = Mutex<[Swift.Result<Result, any Error>?]>(
      Array(repeating: nil, count: segments.count))
    let next = Atomic<Int>(0)
    let workers = min(segments.count, Processors.count)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < segments.count else { return }
        let result = Swift.Result { try body(index, segments[index]) }
        results.withLock { $0[index] = result }
      }
    }
    return try results.withLock { results in try results.compactMap { try $0?.get() } }
  }

  /// The states that workers gathered over all `items`, one a worker.
  static func accumulate<Item: Sendable, State: Sendable>(
    _ items: [Item], _ cancellation: Cancellation, make: @Sendable () -> State,
    _ body: @Sendable (Item, inout State) -> Void
  ) throws -> [State] {
    let states = Mutex<[State]>([])
    let next = Atomic<Int>(0)
    let workers = min(items.count, Processors.count)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var state = make()
      while !cancellation.isCancelled {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < items.count else { break }
        body(items[index], &state)
      }
      let finished = state
      states.withLock { $0.append(finished) }
    }
    try cancellation.check()
    return states.withLock { $0 }
  }
}
