package import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText
internal import TrailWorkspace

extension Session {
  /// The simulated world, which begins with the first statement that needs it: that is said once.
  package func cloud(for output: any SessionOutput) -> Cloud {
    if let world { return world.cloud }
    var configuration = Cloud.Configuration()
    configuration.seed = settings.seed
    configuration.account = settings.account
    configuration.region = settings.region
    configuration.start = worldTime
    let cloud = makeWorld(configuration, isReplay: false).cloud
    var text =
      "the world begins: \(ReadableTime.readable(configuration.start)), account"
      + " \(configuration.account), \(configuration.region)"
    if !ownClock.isChosen { text += " (`clock T` before it chooses another time)" }
    note(text, to: output)
    return cloud
  }

  /// Makes the world, empty as it begins.
  @discardableResult
  func makeWorld(_ configuration: Cloud.Configuration, isReplay: Bool) -> SimulatedWorld {
    let folder = SessionFolder()
    var storage: any ObjectStorage =
      self.configuration.isSafe ? MemoryStorage() : FolderStorage { try folder.path() }
    var replayed: ReplayedStorage?
    if isReplay {
      let wrapped = ReplayedStorage(storage)
      replayed = wrapped
      storage = wrapped
    }
    let cloud = Cloud(configuration, storage: storage)
    cloud.sessionActions = ruleActions
    cloud.eventHistory = { [weak self, weak cloud] request, account, region in
      guard let self, let cloud else { return .empty }
      return history(request, account, region, now: cloud.now)
    }
    cloud.pastRecords = { [weak self] time, isAllWanted, take in
      self?.tellPast(since: time, isAllWanted, take)
    }
    let world = SimulatedWorld(
      cloud: cloud, store: store, folder: folder, replayed: replayed,
      stop: { [unowned self] in cancellation.cancel() })
    builtWorld = world
    return world
  }

  /// The world where it has begun.
  package var cloudIfBegun: Cloud? { world?.cloud }

  /// Makes the account and Region of the settings those of calls that name none. Throws `Diagnostics` where there is
  /// no such account; the setting is left as it was then.
  func applySettingsToWorld(at range: SourceRange) throws {
    if let keptWorld, keptWorld.currentAccount == settings.account,
      keptWorld.currentRegion == settings.region
    {
      return
    }
    guard let cloud = cloudIfBegun else { return }
    cloud.use(region: settings.region)
    guard settings.account != cloud.world.account, !cloud.use(account: settings.account) else {
      return
    }
    let wanted = settings.account
    settings.account = cloud.world.account
    throw Diagnostics(
      Diagnostic(
        "unknown-account", "there is no account \(wanted)", at: range,
        notes: ["first: define account \(wanted)"]))
  }

  /// The Region of calls that name none.
  package var region: RegionName { settings.region }

  /// The time from which `since 1h` counts back: the world's where there is one.
  package var clock: SessionClock {
    get {
      let now = builtWorld?.cloud.now ?? keptWorld?.now
      return now.map { SessionClock(.stopped(at: $0)) } ?? ownClock
    }
    set { ownClock = newValue }
  }

  /// The simulated world's time, or where it will begin.
  var worldTime: Int64 {
    builtWorld?.cloud.now ?? keptWorld?.now
      ?? (ownClock.isChosen ? ownClock.now : CloudDefaults.start)
  }

  /// True where the world follows the wall clock.
  var isLive: Bool { ownClock.isChosen && ownClock.mode == .running }

  /// Lets the world catch up with the wall clock, where `clock live` asked for it.
  func followWallClock(to output: any SessionOutput) throws {
    guard isLive, let cloud = cloudIfBegun else { return }
    let before = cloud.callCount
    defer { keeper.noteClock(calls: cloud.callCount - before) }
    try advance(cloud, to: SessionClock.wallClock(), output)
  }

  /// Steps in which the clock moves, so that the reader can stop it.
  private static let clockStep: Int64 = 3_600_000

  /// Moves the world's clock, and tells what happened on the way. Throws `StatementStopped` where the reader stopped
  /// it; what had happened by then stays.
  package func advance(
    _ cloud: Cloud, to time: Int64, _ output: any SessionOutput
  ) throws {
    guard ruleActions.depth == 0 || time <= cloud.now else { throw Self.clockOfRules }
    defer {
      workObserver?.workHasEnded()
      tellHappenings(of: cloud, to: output)
    }
    let end = ReadableTime.readable(time)
    let before = cloud.runningTraffic.reduce(0) { $0 + $1.report.calls }
    defer { tellTraffic(of: cloud, since: before, to: output) }
    try cloud.together {
      while cloud.now < time {
        workObserver?.workIs(at: "\(ReadableTime.readable(cloud.now)) … \(end)")
        if cancellation.isCancelled { throw StatementStopped() }
        if let refusal = settings.memory.refusalOfCalls() { throw refusal }
        cloud.advance(to: min(time, cloud.now + Self.clockStep)) { cancellation.isCancelled }
        try ruleActions.check()
      }
    }
    if ruleActions.depth == 0 { try ruleActions.finish() }
  }

  private static let clockOfRules = Diagnostics(
    Diagnostic(
      "clock-stands-still", "the script of a rule runs at one moment of the clock",
      notes: ["move the clock in the statement that follows"]))

  /// Lets happen what is due already, such as events that a call put on a bus, and writes what rules print.
  func settleEvents(to output: any SessionOutput) throws {
    guard let cloud = builtWorld?.cloud, ruleActions.depth == 0 else { return }
    if cloud.hasDueTasks {
      cloud.advance(to: cloud.now)
      tellHappenings(of: cloud, to: output)
    }
    try ruleActions.finish()
  }

  /// Tells how many calls background traffic made since it had made `before`.
  private func tellTraffic(of cloud: Cloud, since before: Int, to output: any SessionOutput) {
    let calls = cloud.runningTraffic.reduce(0) { $0 + $1.report.calls } - before
    if calls > 0 { note("traffic made \(NumberText.counted(calls, "call"))", to: output) }
  }

  /// Tells what happened by itself since the last time.
  package func tellHappenings(of cloud: Cloud, to output: any SessionOutput) {
    // What a rule's script does is told with all the rest.
    guard ruleActions.depth == 0 else { return }
    let happenings = cloud.takeHappenings()
    guard !happenings.isEmpty else { return }
    note(HappeningText.text(happenings), to: output)
  }

  /// Ends the session: what it kept on disk for itself goes away.
  package func close() {
    builtWorld?.folder?.remove()
    keeper.close()
  }

  /// Removes at once what the session keeps on disk for itself; may be called on any thread, when the program is about
  /// to end.
  package static func removeFolders() { SessionFolder.removeAll() }
}
