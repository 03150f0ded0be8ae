import Glibc
import Synchronization

/// How far a long piece of work has come.
package struct ProgressSnapshot: Equatable, Sendable {
  package var files = 0
  /// All files, once known.
  package var totalFiles: Int?
  package var events = 0
  package var bytes = 0
  /// All bytes, once known: what the time left is estimated from.
  package var totalBytes: Int?

  package init(
    files: Int = 0, totalFiles: Int? = nil, events: Int = 0, bytes: Int = 0, totalBytes: Int? = nil
  ) {
    self.files = files
    self.totalFiles = totalFiles
    self.events = events
    self.bytes = bytes
    self.totalBytes = totalBytes
  }

  /// `1,204 of 8,640 files · 139,400 events · 21.0 MB · 38.2 MB/s · 9 s left`
  func line(elapsedNanoseconds: UInt64) -> String {
    var parts: [String] = []
    if let totalFiles {
      parts.append("\(grouped(files)) of \(counted(totalFiles, "file"))")
    } else {
      parts.append(counted(files, "file"))
    }
    parts.append(counted(events, "event"))
    parts.append(megabytes(Double(bytes)))
    let seconds = Double(elapsedNanoseconds) / 1e9
    if seconds > 0, bytes > 0 {
      let rate = Double(bytes) / seconds
      parts.append(megabytes(rate) + "/s")
      if let totalBytes, totalBytes > bytes {
        parts.append(duration(Double(totalBytes - bytes) / rate) + " left")
      }
    }
    return parts.joined(separator: " · ")
  }
}

private func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

private func grouped(_ count: Int) -> String {
  var digits = Substring(String(count))
  var groups: [Substring] = []
  while digits.count > 3 {
    groups.insert(digits.suffix(3), at: 0)
    digits = digits.dropLast(3)
  }
  return ([digits] + groups).joined(separator: ",")
}

private func megabytes(_ bytes: Double) -> String {
  let tenths = Int((bytes / 100_000).rounded())
  return tenths < 10_000
    ? "\(tenths / 10).\(tenths % 10) MB" : "\(tenths / 10_000).\(tenths / 1_000 % 10) GB"
}

private func duration(_ seconds: Double) -> String {
  // Beyond this an estimate says nothing.
  guard seconds < 360_000 else { return "long" }
  let whole = Int(seconds.rounded(.up))
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole % 3600 / 60) min"
}

/// One line on standard error that says how far the work has come, redrawn in place and gone at the end.
///
/// Nothing is written where standard error is no terminal. May be called from any thread.
package final class ProgressLine: Sendable {
  /// The line is first drawn after this time, so that quick work does not flicker, and at most so often.
  static let intervalNanoseconds: UInt64 = 100_000_000

  private struct State {
    var lastDrawn: UInt64
    var isShown = false
    var isFinished = false
  }

  private let descriptor: Int32
  private let isEnabled: Bool
  private let started: UInt64
  private let state: Mutex<State>

  package init(descriptor: Int32 = STDERR_FILENO, environment: Environment = .process) {
    self.descriptor = descriptor
    isEnabled = Terminal.isTerminal(descriptor) && Terminal.canMoveCursor(environment: environment)
    started = Self.now()
    state = Mutex(State(lastDrawn: started))
  }

  package func show(_ snapshot: ProgressSnapshot) {
    draw { snapshot.line(elapsedNanoseconds: $0) }
  }

  /// Shows a line that says by itself how far the work is.
  package func show(_ text: String) {
    draw { _ in text }
  }

  private func draw(_ line: (_ elapsedNanoseconds: UInt64) -> String) {
    guard isEnabled else { return }
    let time = Self.now()
    state.withLock { state in
      guard !state.isFinished, time >= state.lastDrawn + Self.intervalNanoseconds else { return }
      state.lastDrawn = time
      state.isShown = true
      let room = Terminal.size(of: descriptor).columns - 1
      let text = line(time - started).cut(toWidth: room)
      // A terminal that takes nothing is no reason to stop the work.
      try? writeAll("\r\(text)\u{1B}[K".utf8, to: descriptor)
    }
  }

  /// Takes the line off the screen; later snapshots are not shown.
  package func finish() {
    state.withLock { state in
      if state.isShown { try? writeAll("\r\u{1B}[K".utf8, to: descriptor) }
      state.isShown = false
      state.isFinished = true
    }
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
