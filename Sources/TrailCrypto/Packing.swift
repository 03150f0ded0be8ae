internal import Glibc

/// A text that is packed with gzip and hashed, on a thread beside whoever asked for it.
///
/// The result is the same as if it had been made at once. `@unchecked Sendable`: all that changes is guarded by the
/// shop's lock, but for `text` while it is being packed, which only who packs it touches.
package final class Packing: @unchecked Sendable {
  package struct Result: Sendable {
    /// The gzip file.
    package var bytes: [UInt8]
    /// SHA-256 of the text in hexadecimal.
    package var hash: String
  }

  private var text: [UInt8]
  fileprivate var made: Result?

  private init(_ text: [UInt8]) { self.text = text }

  /// Begins to pack a text.
  package static func begin(_ text: [UInt8]) -> Packing {
    let packing = Packing(text)
    PackingShop.shared.add(packing)
    return packing
  }

  /// Whether `result` need not be waited for.
  package var isDone: Bool { PackingShop.shared.isDone(self) }

  /// The file and its hash; waits until they are made.
  package var result: Result { PackingShop.shared.result(of: self) }

  fileprivate func make() -> Result {
    defer { text = [] }
    return Result(bytes: Gzip.compress(text), hash: Encoding.hex(Hash.sha256(text)))
  }
}

/// The threads that pack, which live as long as there is work.
///
/// `@unchecked Sendable`: all that changes is guarded by `mutex`; the condition needs a fixed address, hence the
/// allocations, which are never given back.
private final class PackingShop: @unchecked Sendable {
  static let shared = PackingShop()

  private var waiting: [Packing] = []
  private var threads = 0
  private let mostThreads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  func add(_ packing: Packing) {
    let mustStart: Bool = locked {
      waiting.append(packing)
      guard threads < mostThreads else { return false }
      threads += 1
      return true
    }
    if mustStart { start() }
  }

  private func start() {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { _ in
        PackingShop.shared.work()
        return nil
      }, nil)
    if status == 0 {
      pthread_detach(thread)
    } else {
      // No thread can be had: whoever wants a result makes it himself.
      locked { threads -= 1 }
    }
  }

  private func work() {
    while let packing = next() {
      let made = packing.make()
      locked {
        packing.made = made
        pthread_cond_broadcast(condition)
      }
    }
  }

  /// The text that is packed next; nil ends a thread.
  private func next() -> Packing? {
    locked {
      guard !waiting.isEmpty else {
        threads -= 1
        return nil
      }
      return waiting.removeFirst()
    }
  }

  func isDone(_ packing: Packing) -> Bool { locked { packing.made != nil } }

  func result(of packing: Packing) -> Packing.Result {
    let isMine: Bool = locked {
      if packing.made != nil { return false }
      guard let place = waiting.firstIndex(where: { $0 === packing }) else { return false }
      // Nobody has begun it: no need to wait.
      waiting.remove(at: place)
      return true
    }
    if isMine {
      let made = packing.make()
      locked { packing.made = made }
      return made
    }
    return locked {
      while true {
        if let made = packing.made { return made }
        pthread_cond_wait(condition, mutex)
      }
    }
  }
}
