internal import ArgumentParser
internal import Glibc
internal import TrailSession
internal import TrailShell
internal import TrailText

/// The program: options in, exit status out.
@main enum TrailqProgram {
  private static let usageStatus: Int32 = 2
  private static let interruptedStatus: Int32 = 130
  /// So many Ctrl-C end a script even if a statement does not listen.
  private static let interruptsThatKill = 3

  static func main() {
    Terminal.adoptUTF8Locale()
    switch readOptions(Array(CommandLine.arguments.dropFirst())) {
    case .options(let options): exit(run(options))
    case .exit(let status): exit(status)
    }
  }

  private enum Reading {
    case options(CommandLineOptions)
    case exit(Int32)
  }

  private static func readOptions(_ arguments: [String]) -> Reading {
    do {
      return .options(try CommandLineOptions.parse(arguments))
    } catch {
      let text = CommandLineOptions.fullMessage(for: error)
      if CommandLineOptions.exitCode(for: error) == .success {
        print(text)
        return .exit(0)
      }
      StandardOutput(traits: OutputTraits()).writeMessage(text)
      return .exit(usageStatus)
    }
  }

  private static func run(_ options: CommandLineOptions) -> Int32 {
    let isShell =
      options.scripts.isEmpty && options.statements.isEmpty && Terminal.isInteractive
    let session = Session(configuration(options, isShell: isShell))
    defer { session.close() }
    if !options.quiet { session.workObserver = ProgressObserver() }
    let output = StandardOutput(traits: ScreenTraits.current())
    if let path = options.workspace {
      let opened = session.keepFirst(in: path, readOnly: options.opensReadOnly, to: output)
      if opened != .finished { return usageStatus }
    }
    let imported = withInterrupts(session) {
      options.import.isEmpty ? .finished : session.importFirst(options.import, to: output)
    }
    if imported != .finished {
      return imported == .interrupted ? interruptedStatus : usageStatus
    }
    if isShell {
      return runShell(session, output: output, runsStartupScript: !options.skipsStartupScript)
    }
    return withInterrupts(session) { runScripts(options, session: session, output: output) }
  }

  private static func configuration(
    _ options: CommandLineOptions, isShell: Bool
  ) -> Session.Configuration {
    var configuration = Session.Configuration()
    configuration.isSafe = options.safe
    configuration.allowsPrograms = options.allowsPrograms
    configuration.isQuiet = options.quiet
    configuration.settings.output = options.json ? .ndjson : options.format ?? .table
    configuration.settings.timing = isShell
    if options.json || options.format != nil { configuration.chosenSettings = ["output"] }
    configuration.choosesClock = options.now != nil
    if let now = options.now {
      configuration.clock = SessionClock(.stopped(at: now.milliseconds))
    } else if !isShell {
      // A script means the same at its beginning and at its end.
      configuration.clock = SessionClock(
        .stopped(at: SessionClock.wallClock()), isChosen: false)
    }
    return configuration
  }

  private static func runShell(
    _ session: Session, output: StandardOutput, runsStartupScript: Bool
  ) -> Int32 {
    let delegate = SessionShell(session: session)
    guard let shell = Shell(delegate: delegate) else {
      output.writeMessage("trailq: the terminal cannot be used for editing")
      return usageStatus
    }
    if runsStartupScript, let path = UserPaths().startupScript, FilePath.exists(path) {
      let ending = withInterrupts(session) { runStartupScript(path, session, output) }
      if ending == .quit { return 0 }
    }
    switch shell.run() {
    case .left: return 0
    case .terminated(let signal): return 128 + signal
    }
  }

  /// Runs the person's own settings and saved queries; only what is wrong with them is said.
  private static func runStartupScript(
    _ path: String, _ session: Session, _ output: StandardOutput
  ) -> TrailSession.StatementOutcome.Kind {
    session.isMuted = true
    defer { session.isMuted = false }
    do {
      let text = try ScriptSource.file(path).read()
      return ScriptRunner(session: session, output: output).run(text)
    } catch {
      output.writeMessage("trailq: \(path): \((error as? OutputFailure)?.reason ?? "\(error)")")
      return .failed
    }
  }

  private static func runScripts(
    _ options: CommandLineOptions, session: Session, output: StandardOutput
  ) -> Int32 {
    let runner = ScriptRunner(session: session, output: output)
    var sources = options.scripts.map(ScriptSource.file)
    sources += options.statements.map(ScriptSource.text)
    if sources.isEmpty { sources = [.file("-")] }
    var result = TrailSession.StatementOutcome.Kind.finished
    for source in sources {
      let text: SourceText
      do {
        text = try source.read()
      } catch {
        output.writeMessage(
          "trailq: \(source.name): \((error as? OutputFailure)?.reason ?? "\(error)")")
        return usageStatus
      }
      let kind = runner.run(text)
      if kind == .finished { continue }
      result = kind
      if kind != .failed || session.settings.onError == .stop { break }
    }
    if result == .finished, session.endsFollowing {
      result = session.followUntilInterrupted(to: output)
    }
    return runner.finish(result)
  }

  /// Runs `body` with Ctrl-C stopping the session's statement.
  private static func withInterrupts<Result>(
    _ session: Session, _ body: () -> Result
  ) -> Result {
    let cancellation = session.stopSwitch
    let counter = InterruptCounter(limit: interruptsThatKill)
    return SignalRelay.shared.withReceiver(for: [SIGINT, SIGTERM, SIGHUP]) { signal in
      if signal != SIGINT || counter.count() {
        Session.removeFolders()
        _exit(128 + signal)
      }
      cancellation()
    } during: {
      body()
    }
  }
}
