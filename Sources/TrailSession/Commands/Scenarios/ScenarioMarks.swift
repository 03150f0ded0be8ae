internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Takes answers and marks them.
struct ScenarioMarks {
  let invocation: Invocation
  private var session: Session { invocation.session }

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// `scenario check`: marks the answers that are given; without any, asks.
  func check(_ reader: inout ArgumentReader) throws {
    let scenario = try invocation.scenario()
    var answers: [(index: Int, answer: Argument)] = []
    while !reader.isAtEnd {
      guard let pair = try reader.pair() else {
        throw try reader.unexpected(scenario.questions.map { "\($0.question.label)=…" })
          ?? invocation.usageError()
      }
      let index = try scenario.question(named: pair.name)
      answers.append((index, try Self.withTimeOfDay(pair.value, &reader)))
    }
    if answers.isEmpty { return try ask() }
    for (index, answer) in answers { try mark(answer, of: index) }
    tellWhereItStands()
  }

  /// `scenario answer LABEL ANSWER`.
  func answer(_ reader: inout ArgumentReader) throws {
    let scenario = try invocation.scenario()
    let index = try scenario.question(named: try reader.word("the question, such as who"))
    let word = try reader.word("the answer: \(scenario.questions[index].question.kind.form)")
    let answer = try Self.withTimeOfDay(word, &reader)
    try reader.finish()
    try mark(answer, of: index)
    tellWhereItStands()
  }

  /// A date with the time of day that stands after it, as tables show times.
  private static func withTimeOfDay(
    _ date: Argument, _ reader: inout ArgumentReader
  ) throws -> Argument {
    guard date.text.utf8.count == 10,
      date.text.utf8.first.map({ (0x30...0x39).contains($0) }) == true,
      let next = try reader.peek(), next.text.contains(":"), !next.text.contains("="),
      next.text.utf8.first.map({ (0x30...0x39).contains($0) }) == true
    else { return date }
    _ = try reader.next()
    return Argument(
      date.text + "T" + next.text,
      range: SourceRange(date.range.lowerBound, next.range.upperBound))
  }

  // MARK: Marking

  /// Marks one answer, and says what it is.
  func mark(_ answer: Argument, of index: Int) throws {
    guard var scenario = session.scenario else { return }
    let question = scenario.questions[index]
    let text = try value(of: answer)
    let (isRight, remark) = try judge(text, question, at: answer)
    if isRight {
      scenario.questions[index].isSolved = true
    } else if !question.isSolved {
      scenario.questions[index].triesMade += 1
    }
    session.scenario = scenario
    let label = question.question.label
    if isInteractive {
      let palette = Palette(usesColour: session.traits(of: invocation.output).usesColourInMessages)
      let mark = palette.paint(isRight ? "right" : "wrong", as: isRight ? .name : .heading)
      session.say(
        "\(mark)  \(label): \(TerminalText.sanitised(text))" + (remark.map { " (\($0))" } ?? ""),
        to: invocation.output)
    } else {
      var lines = session.expectations.line(
        isMet: isRight, text: "\(scenario.nameInMarks), \(label): \(text)")
      lines += "\n"
      if !isRight {
        lines += TestReport.comment(
          "\(invocation.statement.place): \(remark ?? "that is not it; `scenario hint \(label)` helps")"
        )
      }
      try invocation.write(lines)
    }
  }

  private var isInteractive: Bool { session.traits(of: invocation.output).isInteractive }

  /// What was answered: itself, or the value of a row of the last answer that `2.key` means.
  private func value(of answer: Argument) throws -> String {
    guard answer.form == .bare, let dot = answer.text.firstIndex(of: "."),
      let row = Int(answer.text[..<dot]), row > 0,
      let first = answer.text[answer.text.index(after: dot)...].first, first.isLetter
    else { return answer.text }
    let field = String(answer.text[answer.text.index(after: dot)...])
    let cell = try invocation.value(of: field, row: row, at: answer.range).cell
    switch cell {
    case .missing:
      throw Diagnostics(
        Diagnostic(
          "no-value", "row \(row) of the last answer has no `\(field)`", at: answer.range))
    case .list(let cells) where cells.count == 1: return CellText.exact(cells[0])
    case .list(let cells):
      throw Diagnostics(
        Diagnostic(
          "several-values", "row \(row) of the last answer has several of `\(field)`",
          at: answer.range,
          notes: ["they are: " + cells.map { CellText.exact($0) }.joined(separator: ", ")]))
    default: return CellText.exact(cell)
    }
  }

  private func judge(
    _ text: String, _ question: RunningScenario.Question, at place: Argument
  ) throws -> (isRight: Bool, remark: String?) {
    let kind = question.question.kind
    guard kind == .when else {
      return (question.truths.contains { kind.isRight(text, truth: $0) }, nil)
    }
    let spelled = text.replacing(" ", with: "T")
    let given = try ClockArgument.time(
      Argument(spelled, range: place.range), now: session.clock.now, invocation)
    let truths = question.truths.compactMap { EventTime.parse($0) }
    if truths.contains(where: { AnswerKind.isRight(time: given, truth: $0) }) { return (true, nil) }
    let day = EventTime.millisecondsPerDay
    let isTimeOfDay = spelled.utf8.count <= 8 && spelled.contains(":")
    let matches = truths.contains { abs($0 % day - given % day) < AnswerKind.timeTolerance }
    return (false, isTimeOfDay && matches ? "on which day? write 2026-01-07T10:05Z" : nil)
  }

  private func tellWhereItStands() {
    guard let scenario = session.scenario else { return }
    let all = scenario.questions.count
    let text =
      scenario.solvedCount == all
      ? "solved: all \(NumberText.counted(all, "question")); `scenario solve` tells how it could be found"
      : "\(scenario.solvedCount) of \(NumberText.counted(all, "question")) answered"
    session.note(text, to: invocation.output)
  }

  // MARK: Asking

  /// Asks the first question that has no right answer; where nobody sits, lists them all.
  private func ask() throws {
    guard isInteractive else {
      return try ScenarioPages.show(try invocation.scenario(), invocation)
    }
    session.note(
      "answer at the prompt, or ask the logs first; `skip` goes on, `enough` ends",
      to: invocation.output)
    next(from: 0)
  }

  /// Asks the first open question from an index on.
  private func next(from index: Int) {
    guard var scenario = session.scenario else { return }
    scenario.openQuestion = scenario.unsolved(from: index)
    session.scenario = scenario
    guard let open = scenario.openQuestion else { return tellWhereItStands() }
    session.say(ScenarioPages.text(of: scenario.questions[open]), to: invocation.output)
  }

  /// Takes a line at the prompt for the answer to the question that is being asked.
  func takeLine(of open: Int) throws {
    var reader = invocation.reader()
    let word = try reader.word("the answer")
    switch word.text.lowercased() {
    case "skip": return next(from: open + 1)
    case "enough":
      session.scenario?.openQuestion = nil
      return tellWhereItStands()
    default: break
    }
    let answer = try Self.withTimeOfDay(word, &reader)
    try reader.finish()
    try mark(answer, of: open)
    if session.scenario?.questions[open].isSolved == true { next(from: open) }
  }
}

extension Session {
  /// What statements are asked for with: the question's label while one is being asked.
  package var prompt: String {
    guard let scenario, let open = scenario.openQuestion else { return "trailq> " }
    return "\(scenario.questions[open].question.label)? "
  }

  /// Takes a line that begins no statement for an answer. False where nothing is being asked.
  func takeAsAnswer(_ statement: PlacedStatement, to output: any SessionOutput) throws -> Bool {
    guard let open = scenario?.openQuestion else { return false }
    let invocation = Invocation(
      session: self, command: ScenarioCommand.scenario, statement: statement, rest: statement,
      output: output)
    try ScenarioMarks(invocation).takeLine(of: open)
    return true
  }
}
