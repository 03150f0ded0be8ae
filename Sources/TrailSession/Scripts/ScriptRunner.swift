package import TrailText
internal import TrailLanguage
internal import TrailRecord

/// Runs the statements of a text one after another.
package struct ScriptRunner {
  private let session: Session
  private let output: any SessionOutput

  package init(session: Session, output: any SessionOutput) {
    self.session = session
    self.output = output
  }

  /// Runs all statements, or up to the first that fails unless `set on_error continue` is in force.
  ///
  /// The result is `.failed` if any statement failed.
  package func run(_ source: SourceText) -> StatementOutcome.Kind { run(source, event: nil) }

  /// The same for the script of a rule, in which `$event` stands for an event.
  func run(_ source: SourceText, event: JSONValue?) -> StatementOutcome.Kind {
    var result = StatementOutcome.Kind.finished
    for part in StatementSplitter.split(source.text) {
      let statement = PlacedStatement(part.text, offset: part.range.lowerBound, source: source)
      let outcome = session.run(statement, to: output, event: event)
      switch outcome.kind {
      case .finished: continue
      case .interrupted, .quit, .outputClosed: return outcome.kind
      case .failed:
        result = .failed
        if session.settings.onError == .stop { return result }
      }
    }
    return result
  }

  /// Ends a run: prints the plan of the expectations, and says the exit status.
  ///
  /// - Returns: 0 all well, 1 an expectation failed, 2 an error, 130 interrupted.
  package func finish(_ result: StatementOutcome.Kind) -> Int32 {
    if session.expectations.count > 0, result != .outputClosed {
      // A reader who has gone needs no plan.
      let end =
        result == .failed && session.settings.onError == .stop
        ? "Bail out! a statement failed\n" : "\(session.expectations.plan)\n"
      try? output.writeData(Array(end.utf8))
    }
    switch result {
    case .failed: return 2
    case .interrupted: return 130
    case .finished, .quit, .outputClosed: return session.expectations.failures > 0 ? 1 : 0
    }
  }
}
