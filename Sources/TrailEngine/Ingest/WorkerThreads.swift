import Glibc

/// Threads with large stacks, for work that recurses as deep as records nest.
enum WorkerThreads {
  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on `count` threads of its own and calls `poll` about ten times a second until all are done.
  static func run(
    count: Int, poll: () -> Void, _ body: @escaping @Sendable (_ thread: Int) -> Void
  ) {
    let done = DoneCounter()
    let threads = (0..<count).map { index in
      start {
        body(index)
        done.signal()
      }
    }
    while !done.wait(for: count, milliseconds: 100) { poll() }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs `body` on a thread of its own that nobody waits for.
  static func detach(_ body: @escaping @Sendable () -> Void) {
    pthread_detach(start(body))
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, IngestLimits.workerStackBytes)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Start(body)).toOpaque())
    pthread_attr_destroy(&attributes)
    precondition(status == 0, "no thread can be started: error \(status)")
    return thread
  }
}

/// A count that one thread waits for, with a time limit.
private final class DoneCounter: @unchecked Sendable {
  // Guarded by `mutex`; the condition needs a fixed address, hence the allocations.
  private var count = 0
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func signal() {
    pthread_mutex_lock(mutex)
    count += 1
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// True once `target` signals have come; false when the time is over.
  func wait(for target: Int, milliseconds: Int) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var limit = timespec()
    clock_gettime(CLOCK_REALTIME, &limit)
    limit.tv_nsec += milliseconds * 1_000_000
    limit.tv_sec += limit.tv_nsec / 1_000_000_000
    limit.tv_nsec %= 1_000_000_000
    while count < target {
      if pthread_cond_timedwait(condition, mutex, &limit) == ETIMEDOUT { break }
    }
    return count >= target
  }
}

/// Lets threads through one after the other, in the order of their numbers.
///
/// So duplicates are settled in the order of the files, and an import gives the same segments every time.
final class OrderedGate: @unchecked Sendable {
  // Guarded by `mutex`; the condition needs a fixed address, hence the allocations.
  private var next = 0
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Waits until all numbers below `number` have passed.
  func wait(for number: Int) {
    pthread_mutex_lock(mutex)
    while next < number { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
  }

  /// Lets the number behind `number` through.
  func pass(_ number: Int) {
    pthread_mutex_lock(mutex)
    next = max(next, number + 1)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
