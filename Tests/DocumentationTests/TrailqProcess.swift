import Foundation

/// The real program, run as a reader of the documentation would run it.
enum TrailqProcess {
  struct Outcome {
    var status: Int32
    /// Standard output and standard error, as they come to a terminal.
    var output: String
  }

  /// Names another program than the one that was built with the tests.
  static let overrideVariable = "TRAILQ_BINARY"
  /// No example needs nearly as long; a program that hangs must not hang the tests.
  static let longestSeconds = 120.0

  /// The repository's root, where the documentation says that its commands are run.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let binary: URL = {
    if let given = ProcessInfo.processInfo.environment[overrideVariable] {
      return URL(filePath: given, relativeTo: root).standardizedFileURL
    }
    return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "trailq")
  }()

  /// Runs a command line of the documentation by the shell, with `trailq` on the path, a home of its own, and
  /// neither colours nor a terminal.
  static func run(_ commandLine: String, input: String = "") throws -> Outcome {
    let home = FileManager.default.temporaryDirectory.appending(path: "trailq-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    let inputFile = home.appending(path: "input"), outputFile = home.appending(path: "output")
    try Data(input.utf8).write(to: inputFile)
    try Data().write(to: outputFile)

    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", commandLine]
    process.currentDirectoryURL = root
    process.environment = [
      "HOME": home.path, "LC_ALL": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "100",
      "PATH": binary.deletingLastPathComponent().path + ":/usr/local/bin:/usr/bin:/bin",
    ]
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let watchdog = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + longestSeconds, execute: watchdog)
    process.waitUntilExit()
    watchdog.cancel()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOf: outputFile, encoding: .utf8))
  }
}
