import Glibc
import Synchronization

/// Records that arrived, one behind the other, and what became of each.
struct LiveBatch: Sendable {
  private var text: [UInt8] = []
  private var ends: [Int] = []
  private var shelves: [EventStore.Shelf] = []

  var byteCount: Int { text.count }
  var isEmpty: Bool { ends.isEmpty }

  init(reserving bytes: Int = 0) { text.reserveCapacity(bytes) }

  mutating func append(_ record: [UInt8], _ shelf: EventStore.Shelf) {
    text.append(contentsOf: record)
    ends.append(text.count)
    shelves.append(shelf)
    // The next record ends the walk as well as zero bytes do: the walker stops where the object does.
  }

  func forEach(_ body: (UnsafePointer<UInt8>, Int, EventStore.Shelf) -> Void) {
    var padded = text
    padded.append(contentsOf: [UInt8](repeating: 0, count: TextWindow.padding))
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var start = 0
      for (end, shelf) in zip(ends, shelves) {
        body(base + start, end - start, shelf)
        start = end
      }
    }
  }
}

/// Where records wait until they are indexed: on a thread of its own when there are many, else when somebody looks.
///
/// The thread lives as long as there is work. `@unchecked Sendable`: all that changes is guarded by `mutex`; the
/// condition needs a fixed address, hence the allocations.
final class LiveArrivals: @unchecked Sendable {
  /// Bytes that are indexed together.
  private static let batchBytes = 1 << 20
  /// Batches that may wait; whoever brings more waits himself.
  private static let mostWaiting = 8

  private var open = LiveBatch()
  private var waiting: [LiveBatch] = []
  private var isRunning = false
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

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Whether there is anything that no snapshot has yet.
  var isPending: Bool { locked { isRunning || !waiting.isEmpty || !open.isEmpty } }

  /// Adds a record; returns the batch that it made full.
  func add(_ record: [UInt8], _ shelf: EventStore.Shelf) -> LiveBatch? {
    locked {
      open.append(record, shelf)
      guard open.byteCount >= Self.batchBytes else { return nil }
      defer { open = LiveBatch(reserving: Self.batchBytes + Self.batchBytes / 8) }
      return open
    }
  }

  /// What has not made a full batch.
  func takeRest() -> LiveBatch? {
    locked {
      guard !open.isEmpty else { return nil }
      defer { open = LiveBatch() }
      return open
    }
  }

  /// Has a batch indexed on a thread of its own, behind those that came before.
  func indexLater(
    _ batch: LiveBatch, _ index: @escaping @Sendable (LiveBatch, _ hasMore: Bool) -> Void
  ) {
    let mustStart: Bool = locked {
      while waiting.count >= Self.mostWaiting { pthread_cond_wait(condition, mutex) }
      waiting.append(batch)
      defer { isRunning = true }
      return !isRunning
    }
    guard mustStart else { return }
    WorkerThreads.detach {
      while let batch = self.next() { index(batch, true) }
    }
  }

  /// The batch that is indexed next; nil ends the thread.
  private func next() -> LiveBatch? {
    locked {
      defer { pthread_cond_broadcast(condition) }
      guard !waiting.isEmpty else {
        isRunning = false
        return nil
      }
      return waiting.removeFirst()
    }
  }

  /// Returns when all full batches are indexed.
  func waitForIndexing() {
    locked {
      while isRunning { pthread_cond_wait(condition, mutex) }
    }
  }
}
