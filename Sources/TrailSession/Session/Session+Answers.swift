package import TrailEngine
internal import TrailText

extension Session {
  /// Answers a sentence and keeps the answer as the last one.
  func answer(_ statement: PlacedStatement, to output: any SessionOutput) throws {
    let answer = try QueryRunner(session: self).run(statement)
    lastAnswer = answer
    if let expectation = answer.expectation {
      try record(expectation, answer: answer, statement: statement, to: output)
    } else {
      try show(answer, to: output)
    }
  }

  /// Writes an answer, what was left out of it, and what there is to say about it.
  package func show(_ answer: Answer, to output: any SessionOutput) throws {
    let options = renderingOptions(for: output)
    let writer = DataWriter { [cancellation] bytes in
      if cancellation.isCancelled { throw StatementStopped() }
      try output.writeData(bytes)
    }
    let report = try AnswerRendering.render(answer, options: options, to: writer)
    for line in AnswerFooter.lines(
      answer, report: report, format: settings.output, showsTime: settings.timing)
    {
      note(line, to: output)
    }
  }
}
