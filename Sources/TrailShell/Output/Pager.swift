import Glibc

/// A program that shows a long text a screen at a time.
package struct Pager: Equatable, Sendable {
  /// Quit if it fits one screen, keep colours, do not wrap, leave the text on the screen.
  static let defaultCommand = "less -FRSX"

  /// As given to the shell `sh`.
  package let command: String

  /// The pager that the environment asks for: `TRAILQ_PAGER`, else `PAGER`, else `less`. None when that is
  /// empty or `cat`, or is no program that is installed.
  package init?(environment: Environment = .process) {
    let wanted = environment["TRAILQ_PAGER"] ?? environment["PAGER"] ?? Self.defaultCommand
    let command = String(wanted.trimmingPrefix { $0 == " " })
    guard !command.isEmpty, command != "cat",
      Self.canRun(command, path: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
    else { return nil }
    self.command = command
  }

  /// Whether the program that `command` begins with can be found. Without that, `sh` would take the answer
  /// and say only that it knows no such program.
  private static func canRun(_ command: String, path: String) -> Bool {
    let words = command.split(separator: " ")
    guard let program = words.first(where: { !$0.contains("=") }) else { return false }
    if program.contains(where: { "\"'\\$`(){}|&;<>~".contains($0) }) { return true }
    if program.contains("/") { return access(String(program), X_OK) == 0 }
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  /// Starts the program; what is written to the result is shown by it.
  func start() -> PagerPipe? {
    // We write UTF-8 whatever the locale says, and less must not show it as byte codes.
    let charset = "export LESSCHARSET=\"${LESSCHARSET:-utf-8}\"; "
    return popen(charset + command, "we").map(PagerPipe.init)
  }
}

/// The way into a running pager.
struct PagerPipe {
  private let stream: UnsafeMutablePointer<FILE>

  init(_ stream: UnsafeMutablePointer<FILE>) {
    self.stream = stream
  }

  /// Whether the pager still reads; it may have been quit, which is no error.
  func write(_ bytes: some Sequence<UInt8>) -> Bool {
    (try? writeAll(bytes, to: fileno(stream))) != nil
  }

  /// Says that there is no more, and waits until the reader has seen enough.
  func finish() {
    pclose(stream)
  }
}
