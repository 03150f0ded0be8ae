import Foundation
import Glibc

/// A program that was run to its end, and what it cost.
struct ChildProcess {
  var status: Int32
  var output: Data
  var seconds: Double
  /// The most memory it held at once.
  var peakBytes: Int

  /// Runs a program with no standard input and catches its standard output.
  ///
  /// - Throws: `BenchError` where it cannot be started, or ends with another status than 0.
  static func run(_ path: String, _ arguments: [String], quietly: Bool = false) throws
    -> ChildProcess
  {
    let outputFile = NSTemporaryDirectory() + "trailq-bench-\(UUID().uuidString)"
    defer { unlink(outputFile) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, outputFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if quietly {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    }

    // A thread of the runtime's pool blocks most signals; a child that inherits that cannot end its own children.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var argumentPointers = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in argumentPointers { free(pointer) } }

    var child: pid_t = 0
    let begin = ContinuousClock.now
    let failure = posix_spawnp(
      &child, path, &actions, &attributes, &argumentPointers, environ)
    guard failure == 0 else {
      throw BenchError("\(path) cannot be started: \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) == -1 && errno == EINTR {}
    let elapsed = ContinuousClock.now - begin

    guard status == 0 else {
      throw BenchError("\(name(path, arguments)) \(Self.ending(status))")
    }
    return ChildProcess(
      status: status, output: try Data(contentsOf: URL(fileURLWithPath: outputFile)),
      seconds: elapsed.seconds, peakBytes: usage.ru_maxrss * 1024)
  }
}

extension ChildProcess {
  /// A program with those of its arguments that say what it was to do, without folders.
  static func name(_ path: String, _ arguments: [String]) -> String {
    ([path] + arguments.prefix { !$0.hasPrefix("--") }.prefix(2))
      .map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: " ")
  }

  /// What `wait` says of an ending that was no good one, in words.
  static func ending(_ status: Int32) -> String {
    let signal = status & 0x7F
    guard signal != 0 else { return "ended with status \(status >> 8 & 0xFF)" }
    // Nobody here kills with it, but the system does when memory runs out.
    let cause = signal == SIGKILL ? ", perhaps for want of memory" : ""
    return "was killed by signal \(signal)\(cause)"
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
  var milliseconds: Double { seconds * 1000 }
}
