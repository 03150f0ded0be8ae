internal import TrailLanguage
internal import TrailSession
internal import TrailShell
internal import TrailText

/// Introduces the session to the shell: neither knows the other.
final class SessionShell: ShellDelegate {
  private let session: Session

  init(session: Session) {
    self.session = session
  }

  var banner: String { session.banner }
  var prompt: String { session.prompt }
  var continuationPrompt: String { "   ...> " }

  func needsMoreInput(_ text: String, before nextLine: String?) -> Bool {
    session.needsMoreInput(text, before: nextLine)
  }

  func execute(_ text: String, in run: StatementRun) -> TrailShell.StatementOutcome {
    let output = ShellOutput(run.output)
    session.beginStatements()
    run.whenInterrupted(session.stopSwitch)
    let runner = ScriptRunner(session: session, output: output)
    return runner.run(SourceText(text)) == .quit ? .quit : .ready
  }

  func styles(of text: String) -> [StyledRange] {
    session.colours(of: text).map { span in
      StyledRange(span.range.lowerBound..<span.range.upperBound, Self.style(of: span.kind))
    }
  }

  func completions(in text: String, at cursor: Int) -> CompletionList {
    let completion = session.complete(text, at: cursor)
    return CompletionList(
      completion.candidates.map {
        CompletionList.Candidate($0.insertion, title: $0.title, remark: $0.remark)
      },
      replacing: completion.replacedRange, omittedCount: completion.omittedCount,
      suffix: completion.suffix)
  }
}

extension SessionShell {
  /// The shell's name for what the language calls a piece of a sentence.
  private static func style(of kind: SyntaxClass) -> TextStyle {
    switch kind {
    case .keyword, .stage: .keyword
    case .field: .field
    case .word: .word
    case .operator: .operation
    case .string: .string
    case .number: .number
    case .time: .time
    case .comment: .comment
    case .error: .mistake
    case .bracket: .punctuation
    }
  }
}

/// The shell's output as the session sees it: answers and messages go to the screen in order.
private final class ShellOutput: SessionOutput {
  private let output: AnswerOutput

  init(_ output: AnswerOutput) {
    self.output = output
  }

  var traits: OutputTraits {
    OutputTraits(
      width: output.isTerminal ? output.terminal.columns : nil,
      height: output.isTerminal ? output.terminal.rows : nil, usesColour: output.usesColour,
      usesColourInMessages: output.usesColour, usesUnicode: ScreenTraits.usesUnicode(),
      isInteractive: output.isTerminal)
  }

  func writeData(_ bytes: [UInt8]) throws {
    if output.isClosed { throw OutputClosed() }
    output.write(bytes)
    if output.isClosed { throw OutputClosed() }
  }

  func writeMessage(_ text: String) {
    output.write(text + "\n")
  }

  func showAtOnce() { output.showAtOnce() }
}
