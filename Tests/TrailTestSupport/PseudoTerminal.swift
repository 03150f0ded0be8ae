package import Glibc

/// A program at a terminal of its own, with keys to press and a screen to look at.
package final class PseudoTerminal {
  /// Long enough for a busy machine: a test that fails waits so long, one that passes does not.
  package static let patienceSeconds = 60

  package private(set) var screen: ScreenModel
  package let process: pid_t
  private let terminal: Int32
  private var status: Int32?

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Starts `program` with no other environment than the given one.
  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String], rows: Int = 24,
    columns: Int = 80
  ) throws {
    screen = ScreenModel(rows: rows, columns: columns)
    var controlling: Int32 = -1
    var controlled: Int32 = -1
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard openpty(&controlling, &controlled, &path, nil, nil) == 0 else {
      throw Failure(description: "no pseudo terminal: \(String(cString: strerror(errno)))")
    }
    terminal = controlling
    _ = fcntl(terminal, F_SETFD, FD_CLOEXEC)
    _ = fcntl(controlled, F_SETFD, FD_CLOEXEC)
    // The child has the other end by then.
    defer { close(controlled) }
    Self.setSize(of: terminal, rows: rows, columns: columns)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes the session's own.
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // POSIX_SPAWN_SETSID is a macro that Swift does not see.
    let newSession: Int32 = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var arguments = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in arguments + variables { free(pointer) } }
    var started: pid_t = 0
    let error = posix_spawn(&started, program, &actions, &attributes, &arguments, &variables)
    process = started
    guard error == 0 else {
      close(terminal)
      throw Failure(description: "cannot start \(program): \(String(cString: strerror(error)))")
    }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(terminal)
  }

  /// Types `keys`; `\r` is Enter, `\u{3}` Ctrl-C.
  package func send(_ keys: String) {
    var rest = Array(keys.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits until the screen is as `isExpected` says; throws with a picture of it when it never is.
  package func wait(for what: String, until isExpected: (ScreenModel) -> Bool) throws {
    let deadline = time(nil) + Self.patienceSeconds
    while !isExpected(screen) {
      guard time(nil) < deadline else {
        throw Failure(description: "never saw \(what); the screen was:\n\(screen.history)")
      }
      guard receive(milliseconds: 100) else {
        guard !isExpected(screen) else { return }
        throw Failure(description: "ended before \(what); the screen was:\n\(screen.history)")
      }
    }
  }

  /// Waits until `text` is on the screen.
  package func expect(_ text: String) throws {
    try wait(for: "`\(text)`") { $0.text.contains(text) }
  }

  /// Waits until the row of the cursor is `line`.
  package func expectLine(_ line: String) throws {
    try wait(for: "the line `\(line)`") { screen in
      screen.cursor.row < screen.lines.count && screen.lines[screen.cursor.row] == line
    }
  }

  /// Presses `key` every now and then until the row of the cursor is `line`: for programs that throw away
  /// the keys which come at a bad time.
  package func pressUntilSeen(_ key: String, line: String) throws {
    for _ in 0..<Self.patienceSeconds {
      send(key)
      let deadline = time(nil) + 1
      while time(nil) <= deadline {
        if screen.cursor.row < screen.lines.count, screen.lines[screen.cursor.row] == line {
          return
        }
        guard receive(milliseconds: 100) else { break }
      }
    }
    throw Failure(description: "never saw `\(line)`; the screen was:\n\(screen.history)")
  }

  package func resize(rows: Int, columns: Int) {
    screen.resize(rows: rows, columns: columns)
    // The kernel tells the program by SIGWINCH.
    Self.setSize(of: terminal, rows: rows, columns: columns)
  }

  /// Waits until the program has ended: its exit status, or 128 and the signal that ended it.
  package func waitForEnd() throws -> Int32 {
    let deadline = time(nil) + Self.patienceSeconds
    while true {
      var raw: Int32 = 0
      if waitpid(process, &raw, WNOHANG) == process {
        let result = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        status = result
        while receive(milliseconds: 0) {}
        return result
      }
      guard time(nil) < deadline else {
        throw Failure(description: "did not end; the screen was:\n\(screen.history)")
      }
      if !receive(milliseconds: 20) { usleep(1000) }
    }
  }

  /// The modes of the terminal as the program has left them.
  package var echoesKeys: Bool {
    var modes = termios()
    return tcgetattr(terminal, &modes) == 0 && modes.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Whether there was something, or may be later.
  private func receive(milliseconds: Int32) -> Bool {
    var source = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, milliseconds) > 0 else { return milliseconds > 0 }
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    let count = read(terminal, &bytes, bytes.count)
    guard count > 0 else { return false }
    screen.feed(bytes[..<count])
    return true
  }

  private static func setSize(of terminal: Int32, rows: Int, columns: Int) {
    var size = winsize()
    size.ws_row = UInt16(rows)
    size.ws_col = UInt16(columns)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }
}
