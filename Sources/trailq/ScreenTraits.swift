internal import Glibc
internal import TrailSession
internal import TrailShell

/// What standard output and standard error are like.
enum ScreenTraits {
  /// A terminal says its own width; a pipe has one only where `COLUMNS` gives it.
  static func current(environment: Environment = .process) -> OutputTraits {
    let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
    let columns = environment["COLUMNS"].flatMap { Int($0) }
    return OutputTraits(
      width: isTerminal
        ? Terminal.size().columns : columns.flatMap { OutputLimits.widths.contains($0) ? $0 : nil },
      height: isTerminal ? Terminal.size().rows : nil,
      usesColour: Terminal.wantsColour(on: STDOUT_FILENO, environment: environment),
      usesColourInMessages: Terminal.wantsColour(on: STDERR_FILENO, environment: environment),
      usesUnicode: usesUnicode(environment), isInteractive: isTerminal)
  }

  /// False for a terminal that says it is dumb, and in a locale that says it has no UTF-8.
  static func usesUnicode(_ environment: Environment = .process) -> Bool {
    if environment["TERM"] == "dumb" { return false }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    guard let locale = locale?.lowercased() else { return true }
    return locale.contains("utf-8") || locale.contains("utf8")
  }
}
