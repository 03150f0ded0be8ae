internal import Glibc
internal import Synchronization
internal import TrailCloud
internal import TrailEngine
internal import TrailText
internal import TrailWorkspace

/// What a session keeps beyond its end: in a workspace, or for a `save` that may come.
final class SessionKeeper {
  unowned let session: Session
  /// Where the session is kept; nil where it is in memory alone.
  var workspace: Workspace?
  /// Settings, queries and clock that statements chose. (The world's part is made when it is written.)
  var chosen = WorkspaceState()
  /// Statements that changed the world and are not in the workspace; all of them where there is none.
  var journal: [KeptStatement] = []
  /// The statement that is running.
  var recording: Recording?
  /// What rules did, while the world is built again.
  var tape: ActionTape?
  /// The folder that paths in a journalled statement start from, while it is replayed.
  var replayedFolder: String?
  /// Calls and time at the last entry of the journal.
  private var last: (calls: Int, time: Int64) = (0, 0)
  /// Calls since then that were made because the world caught up with the wall clock: no statement's own.
  private var callsByClock = 0
  /// What `save` wrote last: the events, the statements and the choices then.
  private var saved: (events: Int, statements: Int, chosen: WorkspaceState)?

  init(session: Session) { self.session = session }

  // MARK: Around a statement

  enum Beginning {
    /// It is part of another, or of a replay.
    case inner
    case outer(than: Recording?)
  }

  func begin(_ statement: PlacedStatement) -> Beginning {
    if tape != nil { return .inner }
    if session.ruleActions.depth > 0 {
      recording?.actions.append(KeptAction(.statement, statement.text))
      return .inner
    }
    defer {
      recording = Recording(
        text: statement.text, time: session.worldTime, account: session.settings.account,
        region: session.settings.region, settings: session.settings,
        queries: session.savedQueries, clock: session.ownClock)
    }
    return .outer(than: recording)
  }

  /// Keeps what the statement changed. The outcome is another where that failed.
  func end(
    _ beginning: Beginning, _ outcome: StatementOutcome, _ statement: PlacedStatement,
    to output: any SessionOutput
  ) -> StatementOutcome {
    guard case .outer(let outer) = beginning, let ended = recording else { return outcome }
    recording = outer
    noteChoices(of: ended)
    let isRefused = outcome.codes.contains(MemoryLimit.code)
    noteInJournal(ended, wasStopped: outcome.kind == .interrupted || isRefused)
    tellDamage(to: output)
    return commit(outcome, statement, to: output)
  }

  /// The clock was moved before the statement itself began.
  func noteStart() {
    guard session.ruleActions.depth == 0, tape == nil else { return }
    recording?.time = session.worldTime
  }

  /// The world caught up with the wall clock, which made it so many calls.
  func noteClock(calls: Int) {
    guard session.ruleActions.depth == 0, tape == nil else { return }
    callsByClock += calls
  }

  private func noteChoices(of ended: Recording) {
    guard !session.isMuted else { return }
    if ended.settings != session.settings {
      for setting in SettingTable.all {
        let value = setting.read(session.settings)
        if value != setting.read(ended.settings) { chosen.settings[setting.name] = value }
      }
    }
    if ended.queries != session.savedQueries {
      let before = ended.queries.textByName
      let after = session.savedQueries.textByName
      for (name, text) in after where before[name] != text { chosen.queries[name] = text }
      for name in before.keys where after[name] == nil { chosen.queries[name] = nil }
    }
    if ended.clock != session.ownClock {
      switch session.ownClock.mode {
      case .running: chosen.clock = KeptClock(stoppedAt: nil)
      case .stopped(let time): chosen.clock = KeptClock(stoppedAt: time)
      }
    }
  }

  private func noteInJournal(_ ended: Recording, wasStopped: Bool) {
    guard let cloud = session.builtWorld?.cloud else { return }
    let isKept = JournalPolicy.keeps(ended.text)
    let calls = cloud.callCount - last.calls
    guard isKept || calls != 0 || cloud.now != last.time || !ended.actions.isEmpty else { return }
    // What it wrote or read is not done again because traffic went on meanwhile.
    let isRunAgain = isKept || calls > callsByClock
    journal.append(
      KeptStatement(
        text: isRunAgain ? ended.text : "clock", time: ended.time,
        account: ended.account, region: ended.region, folder: FilePath.currentFolder,
        wasStopped: wasStopped, callsAfter: cloud.callCount, timeAfter: cloud.now,
        actions: ended.actions))
    noteWorld(cloud)
  }

  /// Remembers how far the world is, as the journal has it.
  func noteWorld(_ cloud: Cloud) {
    last = (cloud.callCount, cloud.now)
    callsByClock = 0
  }

  // MARK: Writing

  private func commit(
    _ outcome: StatementOutcome, _ statement: PlacedStatement, to output: any SessionOutput
  ) -> StatementOutcome {
    do throws(WorkspaceProblem) {
      try commit()
      return outcome
    } catch {
      let problem = Diagnostic(
        "not-kept", "`\(workspace?.path ?? "")` does not have this yet: \(error.reason)",
        notes: [
          "what it had before is whole; the rest is tried again with the next statement",
          "elsewhere: save FILE",
        ])
      session.report(Diagnostics(problem), in: statement, to: output)
      return outcome.kind == .finished
        ? StatementOutcome(.failed, codes: [problem.code]) : outcome
    }
  }

  /// Writes what the workspace lacks; nothing where there is none, or only to be read.
  func commit() throws(WorkspaceProblem) {
    guard let workspace, !workspace.isReadOnly else { return }
    let changes = session.store.unkeptChanges()
    let numbers = try workspace.commit(changes, state, journal)
    session.store.noteKept(changes, as: numbers)
    journal = []
  }

  /// All that is small, as it is now.
  var state: WorkspaceState {
    var state = chosen
    if let cloud = session.builtWorld?.cloud {
      state.world = KeptWorld(
        seed: cloud.configuration.seed, account: cloud.configuration.account,
        region: cloud.configuration.region, start: cloud.configuration.start, now: cloud.now,
        currentAccount: session.settings.account, currentRegion: session.settings.region,
        calls: cloud.callCount)
    } else {
      state.world = session.keptWorld
    }
    return state
  }

  /// Keeps each large segment of an import when it is done; nil where there is no workspace.
  var importSink: (@Sendable (Segment, PathTable) -> Int64?)? {
    guard let workspace, !workspace.isReadOnly else { return nil }
    let hasFailed = Failure()
    return { segment, paths in
      if hasFailed.flag.load(ordering: .relaxed) { return nil }
      do throws(WorkspaceProblem) {
        return try workspace.keep(segment, paths)
      } catch {
        // The end of the statement tries once more, and says why not.
        hasFailed.flag.store(true, ordering: .relaxed)
        return nil
      }
    }
  }

  private final class Failure: Sendable {
    let flag = Atomic<Bool>(false)
  }

  // MARK: Rules and folders

  /// Notes how an action of a rule ended that the world cannot do again by itself.
  func note(_ failure: InvocationFailure?) {
    recording?.actions.append(
      failure.map { KeptAction(.failure, $0.kept) } ?? KeptAction(.success))
  }

  /// Where a folder is that a statement names: a replayed one means what it meant then.
  func place(_ folder: String) -> String {
    let path = FilePath.expanded(folder)
    guard let replayedFolder, !path.hasPrefix("/") else { return path }
    return replayedFolder == FilePath.currentFolder ? path : "\(replayedFolder)/\(path)"
  }

  // MARK: What is not kept

  /// A world of more calls is not built again for the remarks about an answer alone.
  static let mostCallsForRemarks = 20_000

  /// True where the session's end would lose something that only it has.
  var hasUnsavedWork: Bool {
    if let workspace, !workspace.isReadOnly { return false }
    let events = session.store.snapshot().rowCount
    if let saved {
      return saved.events != events || saved.statements != journal.count || saved.chosen != chosen
    }
    if let workspace {
      let all = events + session.store.unrecorded().rowCount
      return !journal.isEmpty || all > workspace.eventCount
    }
    return events > 0 || !journal.isEmpty || !chosen.queries.isEmpty
  }

  func noteSaved() {
    saved = (session.store.snapshot().rowCount, journal.count, chosen)
  }

  /// Forgets everything for a session that begins anew.
  func reset() {
    workspace = nil
    chosen = WorkspaceState()
    journal = []
    last = (0, 0)
    callsByClock = 0
    saved = nil
  }
}
