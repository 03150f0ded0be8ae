internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Does for rules what only a session can do: prints, runs scripts, starts programs.
final class RuleActions: SessionActionPerformer {
  private unowned let session: Session
  private var printer = RulePrinter()
  /// How many scripts of rules run within each other.
  private(set) var depth = 0
  /// Where the running statement writes.
  var output: (any SessionOutput)?
  /// What ended the reader's interest while an action wrote.
  private var trouble: (any Error)?

  init(session: Session) { self.session = session }

  func cloud(_ cloud: Cloud, perform task: SessionTask) -> InvocationFailure? {
    if let tape = session.keeper.tape {
      depth += 1
      defer { depth -= 1 }
      return tape.perform(task, in: session)
    }
    let failure: InvocationFailure?
    switch task.action {
    case .print:
      show(task, at: cloud.now)
      return nil
    case .run(let script): failure = run(script, task)
    case .exec(let words): failure = start(words, task)
    }
    session.keeper.note(failure)
    return failure
  }

  /// Writes what rules have printed and is not written yet, and tells of trouble with the output.
  func finish() throws {
    write(printer.finish())
    try check()
  }

  /// Throws what ended the reader's interest while an action wrote.
  func check() throws {
    if let error = trouble {
      trouble = nil
      throw error
    }
  }

  // MARK: Printing

  private func show(_ task: SessionTask, at time: Int64) {
    switch session.settings.output {
    case .json, .ndjson:
      let isJSON = (try? JSONParser.parse(task.input)) != nil
      let line = isJSON ? task.input : JSONWriter.bytes(.string(task.input))
      write(String(decoding: line, as: UTF8.self) + "\n")
    default: write(printer.add(task, at: time))
    }
  }

  private func write(_ text: String) {
    guard !text.isEmpty, trouble == nil, let output else { return }
    do {
      try output.writeData(Array(text.utf8))
    } catch {
      trouble = error
    }
  }

  // MARK: Scripts

  /// Runs a script in the session, with the event as `$event`.
  private func run(_ script: RuleScript, _ task: SessionTask) -> InvocationFailure? {
    guard let output else {
      return InvocationFailure("NO_RESOURCE", "no statement is running")
    }
    guard !session.configuration.isSafe else {
      return InvocationFailure("NO_PERMISSIONS", "`run` is switched off by --safe")
    }
    let text: String
    do {
      text = try FilePath.readText(script.path)
    } catch {
      let reason = (error as? OutputFailure)?.reason ?? "\(error)"
      return InvocationFailure("NO_RESOURCE", "`\(script.name)` cannot be read: \(reason)")
    }
    guard let event = try? JSONParser.parse(task.input) else {
      return InvocationFailure("INVALID_JSON", "the input is no JSON, so $event cannot be it")
    }
    write(printer.flush())
    let refusals = session.refusals
    let answer = session.lastAnswer
    let response = session.lastResponse
    depth += 1
    defer {
      depth -= 1
      session.lastResponse = response
      session.refusals = refusals
      session.lastAnswer = answer
    }
    let runner = ScriptRunner(session: session, output: output)
    let kind = runner.run(SourceText(text, name: script.path), event: event)
    switch kind {
    case .finished, .quit: return nil
    case .failed:
      return InvocationFailure(
        "ERROR_FROM_TARGET", "a statement of \(script.name) failed", isRetriable: true)
    case .interrupted:
      return InvocationFailure("ERROR_FROM_TARGET", "\(script.name) was interrupted")
    case .outputClosed:
      trouble = OutputClosed()
      return InvocationFailure("ERROR_FROM_TARGET", "nobody reads any more")
    }
  }

  // MARK: Programs

  /// Starts a program with the event on its standard input, and waits for it.
  private func start(_ words: [String], _ task: SessionTask) -> InvocationFailure? {
    guard session.configuration.allowsPrograms, !session.configuration.isSafe else {
      return InvocationFailure("NO_PERMISSIONS", "trailq was not started with --allow-exec")
    }
    write(printer.flush())
    let ending = ChildProgram(words: words, environment: ["TRAILQ_RULE": task.rule.name])
      .run(input: task.input + [UInt8(ascii: "\n")]) { session.cancellation.isCancelled }
    if !ending.output.isEmpty { tell(ending.output, of: words[0]) }
    switch ending.kind {
    case .exited(0): return nil
    case .exited(let status):
      return InvocationFailure(
        "ERROR_FROM_TARGET", "\(words[0]) ended with status \(status)", isRetriable: true)
    case .signalled(let signal):
      return InvocationFailure(
        "ERROR_FROM_TARGET", "\(words[0]) was ended by signal \(signal)", isRetriable: true)
    case .timedOut:
      return InvocationFailure(
        "TIMEOUT", "\(words[0]) took more than \(ChildProgram.secondsAllowed) seconds",
        isRetriable: true)
    case .stopped: return InvocationFailure("ERROR_FROM_TARGET", "\(words[0]) was interrupted")
    case .notStarted(let reason):
      return InvocationFailure("NO_RESOURCE", "\(words[0]) cannot be started: \(reason)")
    }
  }

  /// Lines of a program that are shown.
  private static let mostLines = 20

  private func tell(_ text: String, of program: String) {
    guard let output else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    for line in lines.prefix(Self.mostLines) {
      session.say("\(program): \(TerminalText.sanitised(String(line)))", to: output)
    }
    if lines.count > Self.mostLines {
      session.note(
        "\(program): \(NumberText.counted(lines.count - Self.mostLines, "more line"))", to: output)
    }
  }
}
