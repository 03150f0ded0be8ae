internal import Glibc

/// A program that is started for an event: it gets a text on its standard input, and is waited for.
struct ChildProgram {
  /// The program, found as a shell finds it, and its arguments.
  var words: [String]
  /// What is added to this program's environment.
  var environment: [String: String] = [:]
  /// How long it may take.
  var seconds = Self.secondsAllowed

  /// How long a program of a rule may take.
  static let secondsAllowed = 30
  /// The most that is kept of what it writes, in bytes.
  static let keptOutput = 64 * 1024

  enum Kind: Hashable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
    /// Somebody asked for the end.
    case stopped
    case notStarted(String)
  }
  struct Ending {
    var kind: Kind
    /// What it wrote on standard output and standard error, in order.
    var output = ""
  }

  /// Runs the program to its end, or to the end of its time.
  func run(input: [UInt8], isStopped: () -> Bool) -> Ending {
    // A program that reads nothing is no reason to end this one.
    signal(SIGPIPE, SIG_IGN)
    guard let pipes = Pipes() else { return Ending(kind: .notStarted(SystemError.text(errno))) }
    defer { pipes.close() }
    var child: pid_t = 0
    let failure = spawn(&child, pipes)
    guard failure == 0 else { return Ending(kind: .notStarted(SystemError.text(failure))) }
    pipes.closeChildEnds()
    return Conversation(pipes: pipes, child: child, input: input, seconds: seconds)
      .run(isStopped: isStopped)
  }

  private func spawn(_ child: inout pid_t, _ pipes: Pipes) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, pipes.childInput, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, pipes.childOutput, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, pipes.childOutput, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that all that it starts can be ended with it; broken pipes end it, as everywhere.
    let flags = Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF)
    unsafe posix_spawnattr_setflags(&attributes, flags)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var variables = unsafe Self.variables(adding: environment).map { unsafe strdup($0) } + [nil]
    defer { unsafe variables.forEach { unsafe free($0) } }
    return unsafe posix_spawnp(&child, words[0], &actions, &attributes, &arguments, &variables)
  }

  private static func variables(adding more: [String: String]) -> [String] {
    var list: [String] = []
    var place = unsafe environ
    while let entry = unsafe place.pointee {
      list.append(unsafe String(cString: entry))
      unsafe place += 1
    }
    return list + more.keys.sorted().map { "\($0)=\(more[$0] ?? "")" }
  }
}

/// The pipes between this program and a child.
private struct Pipes {
  let childInput: Int32
  let childOutput: Int32
  let input: Int32
  let output: Int32

  init?() {
    var first: [Int32] = [0, 0]
    var second: [Int32] = [0, 0]
    guard unsafe pipe(&first) == 0 else { return nil }
    guard unsafe pipe(&second) == 0 else {
      Glibc.close(first[0])
      Glibc.close(first[1])
      return nil
    }
    (childInput, input) = (first[0], first[1])
    (output, childOutput) = (second[0], second[1])
    for descriptor in first + second { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    for descriptor in [input, output] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  func closeChildEnds() {
    Glibc.close(childInput)
    Glibc.close(childOutput)
  }

  /// Closes this program's ends; the child's are closed by then, or it was never started.
  func close() {
    Glibc.close(output)
  }
}

/// Writes to a child and reads from it until it has ended.
private struct Conversation {
  let pipes: Pipes
  let child: pid_t
  let input: [UInt8]
  let seconds: Int

  func run(isStopped: () -> Bool) -> ChildProgram.Ending {
    let start = Stopwatch()
    var written = 0
    var isInputOpen = true
    var output: [UInt8] = []
    var kind: ChildProgram.Kind?
    while kind == nil {
      if isInputOpen {
        written += write(from: written)
        if written >= input.count {
          Glibc.close(pipes.input)
          isInputOpen = false
        }
      }
      read(into: &output)
      kind = ending()
      if kind != nil { break }
      if isStopped() {
        kind = end(as: .stopped)
      } else if start.nanoseconds > UInt64(seconds) * 1_000_000_000 {
        kind = end(as: .timedOut)
      } else {
        wait()
      }
    }
    if isInputOpen { Glibc.close(pipes.input) }
    read(into: &output)
    return ChildProgram.Ending(
      kind: kind ?? .stopped, output: String(decoding: output, as: UTF8.self))
  }

  /// Writes what the child takes now; all of the rest where it has closed its end.
  private func write(from start: Int) -> Int {
    guard start < input.count else { return 0 }
    let rest = input[start...]
    let count = unsafe rest.withUnsafeBytes {
      unsafe Glibc.write(pipes.input, $0.baseAddress!, $0.count)
    }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : rest.count
  }

  private func read(into output: inout [UInt8]) {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.read(pipes.output, $0.baseAddress!, $0.count)
      }
      guard count > 0 else { return }
      output += chunk[..<min(count, max(0, ChildProgram.keptOutput - output.count))]
    }
  }

  private func ending() -> ChildProgram.Kind? {
    var status: Int32 = 0
    guard unsafe waitpid(child, &status, WNOHANG) == child else { return nil }
    return Self.kind(status)
  }

  private static func kind(_ status: Int32) -> ChildProgram.Kind {
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }

  private func end(as kind: ChildProgram.Kind) -> ChildProgram.Kind {
    kill(-child, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) == -1, errno == EINTR {}
    return kind
  }

  /// How long is waited for output before it is looked whether the child has ended, in milliseconds.
  private static let patience: Int32 = 20

  private func wait() {
    var descriptor = pollfd(fd: pipes.output, events: Int16(POLLIN), revents: 0)
    let result = unsafe poll(&descriptor, 1, Self.patience)
    // A closed end is ready at once, for ever: the child is about to end.
    if result > 0, descriptor.revents & Int16(POLLIN) == 0 { usleep(2000) }
  }
}
