import Glibc
import Synchronization

/// Turns signals into ordinary function calls.
///
/// A signal handler may do next to nothing: no lock, no allocation. So the handler only writes the signal's
/// number into a pipe, and a thread at the other end calls whoever listens. That call may lock and allocate,
/// comes within microseconds, and does not depend on which thread the kernel chose to interrupt.
package final class SignalRelay: Sendable {
  package typealias Receiver = @Sendable (_ signal: Int32) -> Void

  package static let shared = SignalRelay()

  private let receiver = Mutex<Receiver?>(nil)
  private let installed = Mutex<[Int32]>([])
  private let pipe = Mutex<SignalPipe?>(nil)

  private init() {}

  /// Runs `body` with the given signals sent to `receiver`, which is called on a thread of its own.
  ///
  /// Calls may nest: the inner receiver hears of everything while it is there.
  package func withReceiver<Result>(
    for signals: [Int32], _ receiver: @escaping Receiver, during body: () throws -> Result
  ) rethrows -> Result {
    let outer = self.receiver.withLock { current in
      let previous = current
      current = receiver
      return previous
    }
    defer { self.receiver.withLock { $0 = outer } }
    let added = install(signals)
    defer { uninstall(added) }
    return try body()
  }

  /// Stops the process as its terminal asked (Ctrl-Z) and returns when it is continued.
  func stopProcess() {
    setDisposition(of: SIGTSTP, toRelay: false)
    raise(SIGTSTP)
    setDisposition(of: SIGTSTP, toRelay: true)
  }

  private func install(_ signals: [Int32]) -> [Int32] {
    startThread()
    return installed.withLock { known in
      let added = signals.filter { !known.contains($0) && !isIgnored($0) }
      for signal in added { setDisposition(of: signal, toRelay: true) }
      unblock(added)
      known += added
      return added
    }
  }

  private func uninstall(_ signals: [Int32]) {
    installed.withLock { known in
      known.removeAll { signals.contains($0) }
      for signal in signals { setDisposition(of: signal, toRelay: false) }
    }
  }

  /// Whether whoever started us wants the signal ignored, as nohup does with SIGHUP.
  private func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func setDisposition(of signal: Int32, toRelay: Bool) {
    var action = sigaction()
    sigemptyset(&action.sa_mask)
    // System calls are to be restarted: a worker that reads a file must not see EINTR because of a resize.
    action.sa_flags = SA_RESTART
    action.__sigaction_handler.sa_handler = toRelay ? relaySignal : SIG_DFL
    sigaction(signal, &action, nil)
  }

  /// Whoever started us may have had signals blocked, which programs inherit.
  private func unblock(_ signals: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private func startThread() {
    let isNew = pipe.withLock { pipe in
      guard pipe == nil, let opened = SignalPipe(readingWaits: true) else { return false }
      pipe = opened
      relayInput.store(opened.input, ordering: .releasing)
      return true
    }
    guard isNew else { return }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        SignalRelay.shared.passOn()
        return nil
      }, nil)
    pthread_detach(thread)
  }

  private func passOn() {
    guard let pipe = pipe.withLock({ $0 }) else { return }
    while let signal = pipe.read() {
      let current = receiver.withLock { $0 }
      current?(signal)
    }
  }
}

/// The pipe's input, out here because a handler can carry no state. It is stored to before any handler is
/// installed, so that no lazy initialisation is left for the handler to run into.
private let relayInput = Atomic<Int32>(-1)

private let relaySignal: @convention(c) (Int32) -> Void = { signal in
  let savedError = errno
  var number = UInt8(truncatingIfNeeded: signal)
  _ = write(relayInput.load(ordering: .relaxed), &number, 1)
  errno = savedError
}
