internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailText
internal import TrailWorkspace

/// Builds a kept world again: what its statements did in it is done again, and nothing else of it.
struct WorldReplay {
  let session: Session
  let kept: KeptWorld

  /// Commands that move the clock and do nothing else: the time after them is what they did.
  private static let clockCommands: Set<String> = ["advance", "clock"]
  /// Statements between two signs of life.
  private static let statementsBetweenSigns = 16

  /// - Parameter journal: what the workspace has.
  func run(_ journal: KeptJournal, to output: (any SessionOutput)?) {
    let keeper = session.keeper
    let before = SessionMoment(session)
    defer { before.restore(session) }
    // Who stops a statement stops no replay: half a world would be another.
    session.cancellation = Cancellation()
    session.isMuted = true
    // Nor does a smaller machine: the calls have been made.
    session.settings.memory = .chosen(bytes: .max)
    let tape = ActionTape()
    keeper.tape = tape
    let world = begin()
    defer {
      keeper.tape = nil
      keeper.replayedFolder = nil
      world.endReplay()
      session.workObserver?.workHasEnded()
    }
    for (number, statement) in journal.statements.enumerated() {
      if number % Self.statementsBetweenSigns == 0 {
        session.workObserver?.workIs(
          at: "building the world again: \(number) of \(journal.statements.count) statements")
      }
      tape.load(statement.actions)
      replay(statement, in: world)
      let cloud = world.cloud
      if cloud.callCount != statement.callsAfter || cloud.now != statement.timeAfter {
        tellDifference(statement, cloud, to: output)
        break
      }
    }
    if let number = journal.damagedAt { tellDamage(number, to: output) }
    keeper.noteWorld(world.cloud)
  }

  private func begin() -> SimulatedWorld {
    var configuration = Cloud.Configuration()
    configuration.seed = kept.seed
    configuration.account = kept.account
    configuration.region = kept.region
    configuration.start = kept.start
    return session.makeWorld(configuration, isReplay: true)
  }

  private func replay(_ statement: KeptStatement, in world: SimulatedWorld) {
    let cloud = world.cloud
    session.keeper.replayedFolder = statement.folder
    session.settings.account = statement.account
    session.settings.region = statement.region
    cloud.use(region: statement.region)
    if statement.account != cloud.world.account { _ = cloud.use(account: statement.account) }
    let output = SilentOutput()
    session.ownClock = SessionClock(.stopped(at: statement.time))
    if cloud.now < statement.time { try? session.advance(cloud, to: statement.time, output) }
    session.cancellation.reset()
    world.stopsAtCall = statement.wasStopped ? statement.callsAfter : nil
    if statement.wasStopped, cloud.callCount >= statement.callsAfter, statement.callsAfter > 0 {
      // It was stopped before it made a call.
      session.cancellation.cancel()
    }
    if Self.clockCommands.contains(FirstWord(statement.text)?.text.lowercased() ?? "") {
      session.cancellation.reset()
      try? session.advance(cloud, to: statement.timeAfter, output)
    } else {
      // What failed then fails now, after the same calls.
      try? session.perform(PlacedStatement(statement.text), to: output)
    }
    world.stopsAtCall = nil
    session.cancellation.reset()
  }

  // MARK: What cannot be built again

  private func tellDifference(
    _ statement: KeptStatement, _ cloud: Cloud, to output: (any SessionOutput)?
  ) {
    guard let output else { return }
    session.say(
      "warning: the simulated world is another than it was after `\(statement.text)`:"
        + " \(NumberText.counted(cloud.callCount, "call")) by \(ReadableTime.iso(cloud.now)), and it were"
        + " \(NumberText.grouped(statement.callsAfter)) by \(ReadableTime.iso(statement.timeAfter));"
        + " it ends here, and nothing more is kept. The events are not touched by this.", to: output
    )
    session.keeper.workspace?.stopWriting()
  }

  private func tellDamage(_ number: Int, to output: (any SessionOutput)?) {
    guard let output else { return }
    session.say(
      "warning: statement \(number) of the journal is damaged: the simulated world ends before it, and"
        + " nothing more is kept. The events are not touched by this.", to: output)
    session.keeper.workspace?.stopWriting()
  }
}

/// What a replay changes in a session and has to leave as it was.
private struct SessionMoment {
  private let settings: Settings
  private let ownClock: SessionClock
  private let cancellation: Cancellation
  private let lastAnswer: Answer?
  private let expectations: TestReport
  private let refusals: [DiagnosticCode]
  private let queries: SavedQueries
  private let isMuted: Bool

  init(_ session: Session) {
    settings = session.settings
    ownClock = session.ownClock
    cancellation = session.cancellation
    lastAnswer = session.lastAnswer
    expectations = session.expectations
    refusals = session.refusals
    queries = session.savedQueries
    isMuted = session.isMuted
  }

  func restore(_ session: Session) {
    session.settings = settings
    session.ownClock = ownClock
    session.cancellation = cancellation
    session.lastAnswer = lastAnswer
    session.expectations = expectations
    session.refusals = refusals
    session.savedQueries = queries
    session.isMuted = isMuted
    guard let cloud = session.builtWorld?.cloud else { return }
    cloud.use(region: settings.region)
    if settings.account != cloud.world.account { _ = cloud.use(account: settings.account) }
  }
}
