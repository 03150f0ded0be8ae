internal import TrailText

/// Commands that scripts are made of.
enum ScriptCommands {
  static let all: [Command] = [source, expect, echo]

  /// `source` in a sourced file, and so on: so deep and no deeper.
  private static let deepestSource = 16

  private static let source = Command(
    "source", forms: ["source FILE"], summary: "runs the statements of a file in this session",
    detail: ["In a script, FILE is looked for beside the script first, then from where you are."],
    examples: ["source checks.trailq"], isSafe: false, argument: .file
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 1 else { throw invocation.usageError() }
    let session = invocation.session
    guard session.sourceDepth < deepestSource else {
      throw Diagnostics(
        Diagnostic(
          "source-too-deep", "files that source each other are \(deepestSource) deep",
          at: arguments[0].range))
    }
    let path = FilePath.found(arguments[0].text, by: invocation.statement.source.name)
    let text: String
    do {
      text = try FilePath.readText(path)
    } catch let error as OutputFailure {
      throw Diagnostics(
        Diagnostic(
          "cannot-read", "`\(arguments[0].text)` cannot be read: \(error.reason)",
          at: arguments[0].range))
    }
    session.sourceDepth += 1
    defer { session.sourceDepth -= 1 }
    let runner = ScriptRunner(session: session, output: invocation.output)
    switch runner.run(SourceText(text, name: path)) {
    case .finished: return
    case .failed: throw ScriptStopped()
    case .interrupted: throw StatementStopped()
    case .outputClosed: throw OutputClosed()
    case .quit: throw QuitRequest()
    }
  }

  private static let expect = Command(
    "expect", forms: ["expect error CODE STATEMENT"],
    summary: "checks that a statement fails, and with which code",
    detail: [
      "Prints a line of TAP: `ok 1 - …` or `not ok 1 - …`. How many rows a question finds is checked by the"
        + " stage of the same name: `help scripts`."
    ],
    examples: ["expect error unknown-field events where nmae=x"], argument: .keyword(["error"])
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count >= 3, arguments[0].text.lowercased() == "error" else {
      throw invocation.usageError()
    }
    let session = invocation.session
    let inner = invocation.statement.tail(from: arguments[1].range.upperBound)
    let collector = CollectedOutput(traits: OutputTraits())
    let answer = session.lastAnswer
    // Values stand in it already: what they say is no name of others.
    let outcome = session.run(inner, to: collector) {
      try session.perform(inner, to: collector)
    }
    if outcome.kind == .interrupted { throw StatementStopped() }
    session.lastAnswer = answer
    try session.recordExpectedError(
      arguments[1].text, outcome: outcome, messages: collector.messages,
      statement: invocation.statement, to: invocation.output)
  }

  private static let echo = Command(
    "echo", forms: ["echo TEXT"], summary: "prints a line of text",
    examples: ["echo \"— sign-ins —\""]
  ) { invocation in
    let words = try invocation.arguments().map(\.text)
    try invocation.write(words.joined(separator: " ") + "\n")
  }
}

/// Thrown where a sourced file stopped at an error that has been reported already.
struct ScriptStopped: Error {}
