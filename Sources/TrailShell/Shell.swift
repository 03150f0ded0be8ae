import Glibc
import Synchronization

/// The interactive shell: asks, runs, shows, until the person has had enough.
package final class Shell {
  package enum Ending: Equatable, Sendable {
    /// Ctrl-D, or a statement that quits.
    case left
    /// A signal ended it; the terminal has been given back.
    case terminated(signal: Int32)
  }

  /// So many Ctrl-C in one statement end the program, in case the statement listens to none.
  static let interruptsThatKill = 5
  /// How long a statement may take to stop when a signal ends the program.
  static let terminationGraceSeconds: UInt32 = 5

  private let delegate: any ShellDelegate
  private let history: HistoryFile
  private let editor: EditlineEditor
  private let signalLog = SignalLog()

  /// `nil` when the terminal cannot be used for editing.
  package init?(
    delegate: any ShellDelegate, paths: UserPaths = UserPaths(), environment: Environment = .process
  ) {
    self.delegate = delegate
    history = HistoryFile(path: paths.history)
    guard
      let editor = EditlineEditor(
        program: "trailq", historyEntries: history.entries, editrc: paths.editrc,
        environment: environment)
    else { return nil }
    self.editor = editor
  }

  package func run() -> Ending {
    // A pager that is quit early is noticed by its pipe, and must not end the shell.
    signal(SIGPIPE, SIG_IGN)
    let signalLog = self.signalLog
    // Between reading and running a Ctrl-C does nothing, rather than end the program.
    let signals = EditlineEditor.terminatingSignals + [SIGINT]
    return SignalRelay.shared.withReceiver(for: signals) { signal in
      if signal != SIGINT { signalLog.setTermination(signal) }
    } during: {
      if !delegate.banner.isEmpty { write(delegate.banner + "\n") }
      return loop()
    }
  }

  private func loop() -> Ending {
    var lines: [String] = []
    while true {
      if let signal = signalLog.termination { return .terminated(signal: signal) }
      switch readLine(after: lines) {
      case .line(let line):
        lines.append(line)
        let text = lines.joined(separator: "\n")
        if isUnfinished(text, lastLine: line) { continue }
        lines = []
        if run(text) == .quit { return .left }
      case .interrupted:
        lines = []
      case .endOfInput where lines.isEmpty:
        write("\n")
        return .left
      case .endOfInput:
        // Ctrl-D inside a statement gives the statement up and not the session.
        write("\n")
        lines = []
      case .terminated(let signal):
        return .terminated(signal: signal)
      }
    }
  }

  private func readLine(after lines: [String]) -> EditlineEditor.Outcome {
    editor.readLine(
      prompt: lines.isEmpty ? delegate.prompt : delegate.continuationPrompt,
      style: lines.isEmpty ? .prompt : .continuationPrompt,
      after: lines.map { $0 + "\n" }.joined(), advisor: delegate)
  }

  /// An empty line always ends a statement: the way out for somebody who does not see what is missing.
  private func isUnfinished(_ text: String, lastLine: String) -> Bool {
    if lastLine.allSatisfy(\.isWhitespace) { return false }
    return delegate.needsMoreInput(text, before: editor.pendingLine)
  }

  private func run(_ text: String) -> StatementOutcome {
    guard !text.allSatisfy(\.isWhitespace) else { return .ready }
    let statement = text.trimmingTrailingWhitespace()
    let hadProblem = history.problem != nil
    // Before it runs: if it brings the program down, it is there to be looked at.
    if history.append(statement) { editor.remember(statement) }
    if let problem = history.problem, !hadProblem { write("note: \(problem)\n") }

    let interruption = Interruption()
    let output = AnswerOutput(whenClosed: { interruption.happen() })
    let run = StatementRun(output: output, interruption: interruption)
    let signalLog = self.signalLog
    return SignalRelay.shared.withReceiver(for: EditlineEditor.terminatingSignals + [SIGINT]) {
      signal in
      if signal == SIGINT {
        if signalLog.countInterrupt() >= Self.interruptsThatKill { _exit(128 + SIGINT) }
      } else {
        signalLog.setTermination(signal)
        alarm(Self.terminationGraceSeconds)
      }
      interruption.happen()
    } during: {
      signalLog.forgetInterrupts()
      let outcome = delegate.execute(statement, in: run)
      output.finish()
      return outcome
    }
  }

  /// Says something to the person, who may have sent the answers elsewhere.
  private func write(_ text: String) {
    // Where nobody reads, the next read will tell.
    try? writeAll(text.utf8, to: editor.screen)
  }
}

/// What signals have asked for, set on the relay's thread and read by the shell.
private final class SignalLog: Sendable {
  /// 0 for none.
  private let terminationSignal = Atomic<Int32>(0)
  private let interrupts = Atomic<Int>(0)

  /// The signal that asked the program to end.
  var termination: Int32? {
    let signal = terminationSignal.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  func setTermination(_ signal: Int32) { terminationSignal.store(signal, ordering: .relaxed) }

  func forgetInterrupts() { interrupts.store(0, ordering: .relaxed) }

  /// How many there have been, this one included.
  func countInterrupt() -> Int {
    interrupts.add(1, ordering: .relaxed).newValue
  }
}

extension String {
  fileprivate func trimmingTrailingWhitespace() -> String {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
