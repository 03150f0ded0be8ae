internal import ArgumentParser
internal import TrailSession

/// What can be said on the command line.
struct CommandLineOptions: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "trailq", abstract: "Ask CloudTrail logs in one sentence.",
    usage: """
      trailq [-i PATH]…                  the shell
      trailq [-i PATH]… FILE.trailq…     run scripts
      trailq [-i PATH]… -c 'STATEMENTS'  run statements
      trailq -w FILE …                   the same, kept in a file
      … | trailq [-i PATH]… [-]          run standard input
      """,
    discussion: """
      Exit status: 0 all well, 1 an expectation failed, 2 usage, syntax or run error, 130 interrupted.
      In the shell, or with -c, `help` explains the language.
      """,
    version: "trailq \(version)")

  @Option(
    name: [.customShort("c"), .customLong("command")],
    help: ArgumentHelp("Run statements and exit.", valueName: "statements"))
  var statements: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Read logs from a file or folder first (repeatable).", valueName: "path"))
  var `import`: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Keep the session in a file: what it holds is there again, and every statement is kept.",
      valueName: "file"))
  var workspace: String?

  @Flag(name: .customLong("read-only"), help: "Open the workspace without writing to it.")
  var opensReadOnly = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How answers are written.",
      valueName: "format"))
  var format: OutputFormat?

  @Flag(name: .long, help: "Write one JSON object a line: the same as --format ndjson.")
  var json = false

  @Option(
    name: .long,
    help: ArgumentHelp("The time from which `since 1h` counts back.", valueName: "time"))
  var now: SessionTime?

  @Flag(name: .long, help: "Refuse statements that read or write files.")
  var safe = false

  @Flag(
    name: .customLong("allow-exec"),
    help: "Let rules of EventBridge start programs of this machine (do exec).")
  var allowsPrograms = false

  @Flag(name: .customLong("no-init"), help: "Do not run ~/.config/trailq/rc.trailq.")
  var skipsStartupScript = false

  @Flag(name: .shortAndLong, help: "Write answers and errors only.")
  var quiet = false

  @Argument(help: ArgumentHelp("Scripts to run; - is standard input.", valueName: "script"))
  var scripts: [String] = []

  func validate() throws {
    if json, let format, format != .ndjson {
      throw ValidationError("--json and --format \(format.rawValue) contradict each other.")
    }
    if opensReadOnly, workspace == nil {
      throw ValidationError("--read-only needs --workspace.")
    }
    if safe, allowsPrograms {
      throw ValidationError("--safe and --allow-exec contradict each other.")
    }
  }
}

extension OutputFormat: ExpressibleByArgument {}

/// A point in time, spelled as in a sentence.
struct SessionTime: ExpressibleByArgument {
  var milliseconds: Int64

  init?(argument: String) {
    guard let milliseconds = SessionClock.time(named: argument) else { return nil }
    self.milliseconds = milliseconds
  }
}
