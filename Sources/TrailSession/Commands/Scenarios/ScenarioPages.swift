internal import TrailCloud
internal import TrailText

/// What is shown of a story.
enum ScenarioPages {
  /// The head of a story that is told.
  static func introduce(
    _ title: String, _ briefing: String, _ invocation: Invocation
  ) throws {
    try invocation.show(HelpPage(rows: [.title(title), .text(briefing), .blank]))
  }

  /// What the investigator of a hidden story is told.
  static func brief(_ scenario: RunningScenario, _ invocation: Invocation) throws {
    try introduce(scenario.title, scenario.briefing, invocation)
  }

  static func sayWhatNext(
    _ scenario: RunningScenario, calls: Int, _ invocation: Invocation
  ) {
    let span = "\(ReadableTime.readable(scenario.start)) … \(ReadableTime.readable(scenario.end))"
    let session = invocation.session
    session.note(
      "\(NumberText.counted(calls, "call")) · \(span) · seed \(scenario.seed)",
      to: invocation.output)
    let count = NumberText.counted(scenario.questions.count, "question")
    session.note(
      scenario.isHidden
        ? "investigate with `events where …`; `scenario check` asks \(count), `scenario hint` helps"
        : "`scenario check` asks \(count) about it; `scenario run \(scenario.story.name) hidden` hides it",
      to: invocation.output)
  }

  // MARK: Telling

  /// One chapter, when all of it has happened.
  static func tell(
    _ title: String, isInnocent: Bool, telling: String, lines: [StoryPlayer.CalledLine],
    sentences: [String], _ invocation: Invocation
  ) throws {
    var title = lines.first.map { ReadableTime.readable($0.time) + " · " + title } ?? title
    if isInnocent { title += " (innocent)" }
    var rows: [HelpPage.Row] = [.title(title)]
    if !telling.isEmpty { rows.append(.text(telling)) }
    rows += lines.map { line in
      let times = line.count > 1 ? "\(line.name) × \(NumberText.grouped(line.count))" : line.name
      return .entry(
        ReadableTime.timeOfDay(line.time), "\(times), \(line.caller): \(line.result)")
    }
    if !sentences.isEmpty {
      rows.append(.text("What finds it:"))
      rows += sentences.map { .example($0) }
    }
    try invocation.show(HelpPage(rows: rows + [.blank]))
  }

  // MARK: Questions

  static func show(_ scenario: RunningScenario, _ invocation: Invocation) throws {
    var rows: [HelpPage.Row] = [
      .title(scenario.title), .text(scenario.briefing), .blank,
      .text(
        "It lies between \(ReadableTime.readable(scenario.start)) and"
          + " \(ReadableTime.readable(scenario.end)) (seed \(scenario.seed))."), .blank,
    ]
    rows += scenario.questions.map { question in
      .entry(question.question.label, "\(question.text) [\(state(of: question))]")
    }
    rows += [
      .blank, .text("\(howToAnswer(scenario)) `scenario hint` helps, `scenario solve` tells."),
    ]
    try invocation.show(HelpPage(rows: rows))
  }

  static func state(of question: RunningScenario.Question) -> String {
    if question.isSolved { return "right" }
    return question.triesMade == 0
      ? "open" : "\(NumberText.counted(question.triesMade, "wrong answer"))"
  }

  private static func howToAnswer(_ scenario: RunningScenario) -> String {
    let labels = scenario.questions.prefix(2).map { "\($0.question.label)=…" }
    return "Answer: scenario check \(labels.joined(separator: " "))."
  }

  /// A question as it is asked.
  static func text(of question: RunningScenario.Question) -> String {
    "\(question.question.label): \(question.text) (\(question.question.kind.form))"
  }

  static func hints(_ question: RunningScenario.Question, _ invocation: Invocation) throws {
    var rows: [HelpPage.Row] = [.title("\(question.question.label): \(question.text)")]
    rows += question.hints.prefix(question.hintsGiven).map { .text($0) }
    let left = question.hints.count - question.hintsGiven
    rows.append(
      .text(
        left > 0
          ? "`scenario hint \(question.question.label)` again says more."
          : "There is no further hint: `scenario solve` tells."))
    try invocation.show(HelpPage(rows: rows))
  }

  /// All answers, each with the sentences that find it.
  static func solve(_ scenario: RunningScenario, _ invocation: Invocation) throws {
    var rows: [HelpPage.Row] = [
      .title(scenario.story.title), .text(scenario.briefing), .blank,
    ]
    for question in scenario.questions {
      rows.append(
        .title(
          "\(question.question.label): \(question.truths[0])"
            + (question.truths.count > 1
              ? " (or \(question.truths.dropFirst().joined(separator: ", ")))" : "")))
      rows.append(.text(question.text))
      for way in question.ways {
        rows.append(.example(way.sentence))
        if !way.reason.isEmpty { rows.append(.text(way.reason)) }
      }
      rows.append(.blank)
    }
    try invocation.show(HelpPage(rows: rows))
  }
}
