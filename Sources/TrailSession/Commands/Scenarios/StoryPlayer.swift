internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Makes a story happen in the simulated world.
struct StoryPlayer {
  let story: Story
  let options: ScenarioOptions
  let invocation: Invocation
  private var cast: StoryCast
  private var lines: [Int: [CalledLine]] = [:]
  private var left: [Int: Int] = [:]

  /// What is left of the clock after the last call, so that trails deliver it: milliseconds.
  private static let settling: Int64 = 20 * 60_000
  /// Signs of life are given after so much of the clock: milliseconds.
  private static let progressStep: Int64 = 3_600_000

  /// What came of calls that are told in one line.
  struct CalledLine {
    var time: Int64
    var name: String
    var caller: String
    var result: String
    var count = 1
  }

  init(_ story: Story, _ options: ScenarioOptions, _ invocation: Invocation) {
    self.story = story
    self.options = options
    self.invocation = invocation
    cast = StoryCast(seed: options.seed, story: story.name)
  }

  /// Plays the story, and returns it with its answers. Throws `Diagnostics`, or `StatementStopped` where the reader
  /// stopped it: what has happened by then stays.
  mutating func play() throws -> RunningScenario {
    let cloud = invocation.cloud
    let start = cloud.now
    defer {
      invocation.session.workObserver?.workHasEnded()
      _ = cloud.takeHappenings()
    }
    // First, so that nothing of the story has the name of something that the background has.
    let traffic = try StoryTraffic(rate: options.rate, seed: options.seed, in: cloud)
    defer { traffic.end(in: cloud) }
    cast.avoid(traffic.addresses)
    cast.bind("me", cloud.world.account)
    try setTheScene(cloud)
    let briefing = try filled(story.briefing)
    if !options.isHidden { try ScenarioPages.introduce(story.title, briefing, invocation) }
    let end = start + options.span
    let schedule = StorySchedule(story, from: cloud.now, to: end, cast: &cast)
    for entry in schedule.entries {
      if let chapter = entry.chapter { left[chapter, default: 0] += 1 }
    }
    let last = max(end, schedule.ending + Self.settling)
    try cloud.together {
      for entry in schedule.entries {
        try advance(cloud, to: entry.time, of: last)
        try make(entry, cloud)
      }
      try advance(cloud, to: last, of: last)
    }
    return try ended(from: start, to: cloud.now)
  }

  /// Lets time pass, with all that happens in it. Throws `StatementStopped` where the reader stopped it.
  private func advance(_ cloud: Cloud, to time: Int64, of end: Int64) throws {
    let cancellation = invocation.session.cancellation
    while cloud.now < time {
      tellProgress(cloud, end)
      cloud.advance(to: min(time, cloud.now + Self.progressStep)) { cancellation.isCancelled }
      if cancellation.isCancelled { throw StatementStopped() }
    }
  }

  private func tellProgress(_ cloud: Cloud, _ end: Int64) {
    invocation.session.workObserver?.workIs(
      at: "\(ReadableTime.readable(cloud.now)) … \(ReadableTime.readable(end))")
  }

  /// Whom and what there is before; none of it is told.
  private mutating func setTheScene(_ cloud: Cloud) throws {
    for line in story.setting {
      switch line {
      case .cast(let name, let recipe):
        guard cast.cast(name, as: recipe, in: cloud) else {
          throw StoryMistake(story: story.name, line: 0, reason: "`\(name)` cannot be `\(recipe)`")
        }
      case .scene(let text):
        let collector = CollectedOutput(traits: OutputTraits())
        let answer = invocation.session.lastAnswer
        defer { invocation.session.lastAnswer = answer }
        do {
          try invocation.session.perform(PlacedStatement(try filled(text)), to: collector)
        } catch let error as Diagnostics {
          // The reader wrote none of these lines, so no place in them helps.
          throw Diagnostics(
            error.list.map {
              Diagnostic(
                $0.code, $0.message, notes: ["the story needs: \((try? filled(text)) ?? text)"])
            })
        }
      }
    }
  }

  private func filled(_ text: String, number: Int? = nil) throws -> String {
    do {
      return try cast.filled(text, number: number)
    } catch {
      throw StoryMistake(story: story.name, line: 0, reason: "nothing is called {\(error.name)}")
    }
  }

  // MARK: Calls

  private mutating func make(_ entry: StorySchedule.Entry, _ cloud: Cloud) throws {
    let text = "simulate " + (try filled(entry.call.text, number: entry.number))
    let statement = PlacedStatement(text)
    let request = try SimulateReader.read(
      Invocation(
        session: invocation.session, command: SimulateCommand.simulate, statement: statement,
        rest: statement.tail(from: "simulate".utf8.count), output: invocation.output))
    var call = request.call
    call.time = entry.time
    let result: CallResult
    do {
      result = try cloud.perform(call)
    } catch {
      // What people do anyway they cannot do any more when their credentials are gone.
      guard entry.chapter != nil else { return cloud.advance(to: entry.time) }
      throw Diagnostics(error, at: nil)
    }
    for (name, path) in entry.call.kept {
      guard let value = Self.text(at: path, in: result.response) else {
        throw StoryMistake(
          story: story.name, line: 0, reason: "no \(path) in the answer to \(text)")
      }
      cast.bind(name, value)
    }
    let time = result.records.first?.eventTime ?? entry.time
    for mark in entry.call.marks { cast.bind(mark, ReadableTime.iso(time)) }
    if let chapter = entry.chapter { try note(result, call, of: chapter) }
  }

  /// The text at a path such as `Instances.0.InstanceId`.
  private static func text(at path: String, in value: JSONValue) -> String? {
    var value: JSONValue? = value
    for step in path.split(separator: ".") {
      if let index = Int(step) {
        let elements = value?.elements ?? []
        value = elements.indices.contains(index) ? elements[index] : nil
      } else {
        value = value?[String(step)]
      }
    }
    return value?.text
  }

  // MARK: Telling

  private mutating func note(_ result: CallResult, _ call: APICall, of chapter: Int) throws {
    left[chapter, default: 1] -= 1
    guard !options.isHidden else { return }
    if let record = result.records.first {
      let line = CalledLine(
        time: record.eventTime, name: record.eventName, caller: CallerName.of(record, call),
        result: result.error?.code ?? "ok")
      var told = lines[chapter] ?? []
      if let last = told.indices.last, told[last].name == line.name,
        told[last].result == line.result, told[last].caller == line.caller
      {
        told[last].count += 1
      } else {
        told.append(line)
      }
      lines[chapter] = told
    }
    guard left[chapter] == 0 else { return }
    let told = story.chapters[chapter]
    try ScenarioPages.tell(
      try filled(told.title), isInnocent: told.kind != .step, telling: try filled(told.telling),
      lines: lines[chapter] ?? [],
      sentences: try told.sentences.map { try filled($0) }, invocation)
  }

  private func ended(from start: Int64, to end: Int64) throws -> RunningScenario {
    RunningScenario(
      story: story, briefing: try filled(story.briefing), isNamed: options.isNamed,
      isHidden: options.isHidden, seed: options.seed,
      start: start, end: end,
      questions: try story.questions.map { question in
        RunningScenario.Question(
          question: question, truths: try question.truths.map { try filled($0) },
          ways: try question.ways.map {
            StoryWay(sentence: try filled($0.sentence), reason: try filled($0.reason))
          }, hints: try question.hints.map { try filled($0) },
          text: try filled(question.text))
      })
  }
}
