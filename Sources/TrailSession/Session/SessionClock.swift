internal import Glibc

/// The time from which `since 1h` counts back.
///
/// It stands still once set, so that a script means the same at its beginning and at its end; a shell lets it
/// run with the wall clock.
package struct SessionClock: Hashable, Sendable {
  package enum Mode: Hashable, Sendable {
    case running
    case stopped(at: Int64)
  }
  package var mode: Mode
  /// Whether somebody set it, so that a simulated world begins there.
  package var isChosen: Bool

  package init(_ mode: Mode, isChosen: Bool = true) {
    self.mode = mode
    self.isChosen = isChosen
  }

  /// Milliseconds since 1970 UTC.
  package var now: Int64 {
    switch mode {
    case .running: Self.wallClock()
    case .stopped(let time): time
    }
  }

  package static func wallClock() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// Measures how long something takes.
struct Stopwatch {
  private let start = Self.monotonic()

  var nanoseconds: UInt64 { Self.monotonic() - start }

  /// Waits so long, or until a signal comes.
  static func pause(milliseconds: Int) {
    _ = poll(nil, 0, Int32(clamping: milliseconds))
  }

  private static func monotonic() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
