internal import TrailEngine
package import TrailLanguage

/// What an interactive shell asks of a session besides running statements.
extension Session {
  /// Two lines that say what to do next.
  package var banner: String {
    let count = store.snapshot().rowCount
    if count == 0 {
      return """
        trailq: ask CloudTrail logs in one sentence (begin with: import PATH), or try CloudTrail in a simulated
        AWS (begin with: help simulator). `help` explains, Tab completes, Ctrl-D ends.
        """
    }
    return """
      trailq: \(NumberText.counted(count, "event")). Ask, for example: events where denied | count by user
      help explains, Tab completes, Ctrl-D ends.
      """
  }

  /// Makes the session ready for statements after others were interrupted.
  package func beginStatements() {
    cancellation.reset()
  }

  /// True where `text` goes on in the next line.
  package func needsMoreInput(_ text: String, before nextLine: String?) -> Bool {
    if StatementSplitter.needsMoreInput(text) { return true }
    // A pasted line that begins with a bar belongs to the statement above it.
    return nextLine?.drop { $0.isWhitespace }.hasPrefix("|") ?? false
  }

  /// What each piece of a line at the prompt is, for colours.
  package func colours(of text: String) -> [SyntaxSpan] {
    SyntaxClassifier.classify(text, commands: Set(CommandTable.all.map(\.name)))
  }

  /// Imports what the command line names, before anything else.
  package func importFirst(
    _ paths: [String], to output: any SessionOutput
  ) -> StatementOutcome.Kind {
    let arguments = paths.map { PivotCondition.quoted($0) }.joined(separator: " ")
    let statement = PlacedStatement("import \(arguments)", name: "-i")
    return run(statement, to: output) { try self.importLogs(paths, to: output) }.kind
  }
}
