import Dispatch
import Glibc
import Synchronization

/// Runs work on each segment, on all cores where it is worth their waking.
enum SegmentWorkers {
  /// Work below this many row visits runs on the caller's thread: waking another one costs about as much.
  static let smallestSharedWork = 200_000

  /// The results of `body`, in the order of `items`: of segments, or of what is asked of them. The first error that
  /// one of them met is thrown.
  static func map<Item: Sendable, Result: Sendable, Failure: Error>(
    _ items: [Item], work: Int, _ body: @Sendable (Int, Item) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    var made: [Result] = []
    made.reserveCapacity(items.count)
    guard items.count > 1, work >= smallestSharedWork else {
      for (index, item) in items.enumerated() { made.append(try body(index, item)) }
      return made
    }
    let results = Mutex<[Swift.Result<Result, Failure>?]>(
      Array(repeating: nil, count: items.count))
    let next = Atomic<Int>(0)
    let workers = min(items.count, Processors.count)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < items.count else { return }
        let result = Swift.Result { () throws(Failure) in try body(index, items[index]) }
        results.withLock { $0[index] = result }
      }
    }
    for case let result? in results.withLock({ $0 }) { made.append(try result.get()) }
    return made
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
