internal import TrailEngine
internal import TrailText

// Questions about what a command shows: `list alarms where state = ALARM | expect 1`.

extension Invocation {
  /// The same without the question that follows its arguments, `where …` or `| …`, which is in `question` then.
  func partingQuestion() throws -> Invocation {
    var reader = reader()
    while let piece = try reader.peek() {
      if piece.form == .bare, piece.text.lowercased() == "where" || piece.text.hasPrefix("|") {
        var parted = self
        let cut = piece.range.lowerBound
        parted.question = statement.tail(from: cut)
        parted.statement.text = String(decoding: statement.text.utf8.prefix(cut), as: UTF8.self)
        parted.rest = parted.statement.tail(
          from: statement.text.utf8.count - rest.text.utf8.count)
        return parted
      }
      _ = try reader.next()
    }
    return self
  }

  /// What stands before the rest of a question, so that it is about the answer.
  private static let source = "last "

  /// Shows an answer, or what the question finds in it. Events become the last answer, so that `open 1` is one of them.
  func showAnswer(_ answer: Answer) throws {
    guard let question else {
      if case .events = answer.content { session.lastAnswer = answer }
      return try session.show(answer, to: output)
    }
    let asked = PlacedStatement(
      Self.source + question.text, offset: question.offset - Self.source.utf8.count,
      source: question.source)
    let found = try QueryRunner(session: session).run(asked, in: statement, last: answer)
    session.lastAnswer = found
    guard let expectation = found.expectation else { return try session.show(found, to: output) }
    let whole = PlacedStatement(
      statement.text + question.text, offset: statement.offset, source: statement.source)
    try session.record(expectation, answer: found, statement: whole, to: output)
  }
}
