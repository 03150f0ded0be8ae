internal import TrailCloud
internal import TrailEngine
internal import TrailText

/// `scenario`: stories to investigate.
enum ScenarioCommand {
  static let scenario = Command(
    "scenario",
    forms: [
      "scenario list", "scenario run NAME|N|any [hidden] [in 3d of traffic] [at 10/min] [seed N]",
      "scenario show", "scenario check [LABEL=ANSWER …]", "scenario answer LABEL ANSWER",
      "scenario hint [LABEL]", "scenario solve",
    ],
    summary: "makes something go wrong in the simulated world, for you to find out what it was",
    detail: [
      "`run` tells the story step by step, each with a sentence that finds it. With `hidden` it happens"
        + " silently somewhere in days of background traffic, that of a small shop unless other traffic goes on"
        + " already, and you are told only what was noticed. Another seed has other culprits, times and keys; the"
        + " same seed the same bytes.",
      "`check` asks who, when, which key; at the prompt one question at a time, and you may ask the logs in"
        + " between. An answer may be a value of the last answer: 1.user is the user of its first row. Names or"
        + " ARNs will do, and times to the minute. In a script each answer is a line of TAP.",
      "`hint` helps, a little more each time; `solve` tells the answers and how they could have been found.",
    ],
    examples: [
      "scenario list", "scenario run leaked-key",
      "scenario run console-takeover hidden in 1d of traffic at 1/min seed 7; scenario show",
    ],
    candidates: { candidates($0) }
  ) { invocation in
    var reader = invocation.reader()
    guard let verb = try reader.next() else { return try list(invocation) }
    switch verb.text.lowercased() {
    case "list":
      try reader.finish()
      try list(invocation)
    case "run": try run(&reader, invocation)
    case "show":
      try reader.finish()
      try ScenarioPages.show(try invocation.scenario(), invocation)
    case "check": try ScenarioMarks(invocation).check(&reader)
    case "answer": try ScenarioMarks(invocation).answer(&reader)
    case "hint": try hint(&reader, invocation)
    case "solve":
      try reader.finish()
      try solve(invocation)
    default: throw unknown(verb, reader)
    }
  }

  private static let verbs = ["list", "run", "show", "check", "answer", "hint", "solve"]

  private static func unknown(_ verb: Argument, _ reader: ArgumentReader) -> Diagnostics {
    let near = NearestNames.find(verb.text, in: verbs).first
    let isStory = StoryBook.names.contains(verb.text.lowercased()) || Int(verb.text) != nil
    return Diagnostics(
      Diagnostic(
        "usage", "`scenario` knows no `\(verb.text)`", at: verb.range,
        label: isStory ? nil : near.map { "did you mean `\($0)`?" },
        notes: ["possible: " + verbs.joined(separator: ", "), "`help scenario` explains"],
        fixIt: isStory
          ? FixIt(replace: .at(verb.range.lowerBound), with: "run ")
          : near.map { FixIt(replace: verb.range, with: $0) }))
  }

  // MARK: Verbs

  private static func list(_ invocation: Invocation) throws {
    let stories = try StoryBook.all()
    try invocation.showTable(
      [("n", .number), ("name", .text), ("title", .text), ("questions", .number)],
      rows: stories.enumerated().map { index, story in
        [
          .number(String(index + 1)), .text(story.name), .text(story.title),
          .number(String(story.questions.count)),
        ]
      }, empty: "there are no stories")
    invocation.session.note(
      "tell one: scenario run 1; or find out by yourself: scenario run 1 hidden",
      to: invocation.output)
  }

  private static func run(_ reader: inout ArgumentReader, _ invocation: Invocation) throws {
    let options = try ScenarioOptions.read(&reader, invocation)
    guard let story = try StoryBook.story(options.name) else { return }
    let cloud = invocation.cloud
    cloud.diverge(by: options.seed)
    let before = cloud.callCount
    var player = StoryPlayer(story, options, invocation)
    let scenario = try player.play()
    invocation.session.scenario = scenario
    if options.isHidden { try ScenarioPages.brief(scenario, invocation) }
    ScenarioPages.sayWhatNext(scenario, calls: cloud.callCount - before, invocation)
  }

  private static func hint(_ reader: inout ArgumentReader, _ invocation: Invocation) throws {
    var scenario = try invocation.scenario()
    let index: Int?
    if reader.isAtEnd {
      index = scenario.openQuestion ?? scenario.unsolved()
    } else {
      index = try scenario.question(named: try reader.word("the question"))
    }
    try reader.finish()
    guard let index else {
      return invocation.session.say("every question is answered", to: invocation.output)
    }
    var question = scenario.questions[index]
    if question.hintsGiven < question.hints.count { question.hintsGiven += 1 }
    scenario.questions[index] = question
    invocation.session.scenario = scenario
    try ScenarioPages.hints(question, invocation)
  }

  private static func solve(_ invocation: Invocation) throws {
    var scenario = try invocation.scenario()
    scenario.isToldWhole = true
    scenario.openQuestion = nil
    invocation.session.scenario = scenario
    try ScenarioPages.solve(scenario, invocation)
  }

  // MARK: Completion

  private static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    func words(_ words: [String]) -> [Completion.Candidate] {
      words.map { Completion.Candidate($0) }
    }
    guard let verb = site.words.first?.lowercased() else { return words(verbs) }
    let labels = site.session.scenario?.questions.map(\.question.label) ?? []
    switch verb {
    case "run":
      if site.words.count == 1 {
        let titles = (try? StoryBook.all()) ?? []
        return titles.map { Completion.Candidate($0.name, remark: $0.title) }
          + [Completion.Candidate(ScenarioOptions.anyName, remark: "one of them, by chance")]
      }
      switch site.words.last?.lowercased() {
      case "in": return words(["1d", "3d", "7d"])
      case "at": return words(["1/min", "10/min", "100/min"])
      case "of": return words(["traffic"])
      case "seed": return []
      default:
        return words(["hidden", "in", "of", "at", "seed"]).filter {
          !site.words.contains($0.insertion)
        }
      }
    case "check": return labels.map { Completion.Candidate($0 + "=") }
    case "answer", "hint": return site.words.count == 1 ? words(labels) : []
    default: return []
    }
  }
}

extension Invocation {
  /// The story that was run last. Throws `Diagnostics` where there is none.
  func scenario() throws -> RunningScenario {
    // One that was run in an earlier session comes back with its world.
    if session.scenario == nil { _ = session.world }
    if let scenario = session.scenario { return scenario }
    throw Diagnostics(
      Diagnostic(
        "no-scenario", "no story has been run yet",
        at: SourceRange(0, statement.text.utf8.count),
        notes: ["first: scenario run any hidden", "`scenario list` has all of them"]))
  }
}

extension RunningScenario {
  /// The question that a word names. Throws `Diagnostics`.
  func question(named word: Argument) throws -> Int {
    if let index = index(of: word.text) { return index }
    let labels = questions.map(\.question.label)
    let near = NearestNames.find(word.text, in: labels).first
    throw Diagnostics(
      Diagnostic(
        "unknown-question", "this story asks no `\(word.text)`", at: word.range,
        label: near.map { "did you mean `\($0)`?" },
        notes: ["it asks: " + labels.joined(separator: ", "), "`scenario show` has the questions"],
        fixIt: near.map { FixIt(replace: word.range, with: $0) }))
  }
}
