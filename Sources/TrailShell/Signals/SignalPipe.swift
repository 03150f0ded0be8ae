import Glibc

/// A pipe for signal numbers. Writing never blocks: a full pipe loses the signal, as signals may be lost.
final class SignalPipe: Sendable {
  let input: Int32
  let output: Int32

  /// - Parameter waits: whether reading waits for a signal.
  init?(readingWaits waits: Bool) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    output = ends[0]
    input = ends[1]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
    if !waits { _ = fcntl(output, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    close(input)
    close(output)
  }

  func write(_ signal: Int32) {
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = Glibc.write(input, &byte, 1)
  }

  /// The next signal; `nil` when there is none and reading does not wait.
  func read() -> Int32? {
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(output, &byte, 1)
      if count == 1 { return Int32(byte) }
      if count == 0 || errno != EINTR { return nil }
    }
  }
}
