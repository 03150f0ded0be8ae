internal import TrailEngine
internal import TrailText
internal import TrailWorkspace

// A session that is kept in a file.

extension Session {
  /// How a workspace is opened.
  package enum WorkspaceAccess: Hashable, Sendable {
    case create, existing, readOnly
  }

  /// Keeps the session in a workspace from the beginning, as the command line asks for.
  package func keepFirst(
    in path: String, readOnly: Bool, to output: any SessionOutput
  ) -> StatementOutcome.Kind {
    let statement = PlacedStatement("open \(PivotCondition.quoted(path))", name: "-w")
    return run(statement, to: output) {
      try self.openWorkspace(path, readOnly ? .readOnly : .create, at: nil, to: output)
    }.kind
  }

  /// Goes over to a workspace. What the session was until then is kept where it was kept, or lost.
  func openWorkspace(
    _ path: String, _ access: WorkspaceAccess, at range: SourceRange?, to output: any SessionOutput
  ) throws {
    let opened: Workspace
    let store: EventStore
    do throws(WorkspaceProblem) {
      opened = try Workspace(FilePath.expanded(path), access.workspaceAccess)
      store = try opened.makeStore()
    } catch {
      throw error.diagnostics("`\(path)` cannot be opened", path: path, at: range)
    }
    do throws(WorkspaceProblem) {
      try keeper.commit()
    } catch {
      throw error.diagnostics(
        "`\(keeper.workspace?.path ?? "")` cannot be written, so the session stays with it",
        path: path, at: range)
    }
    begin(in: opened, store)
    tell(opened, to: output)
  }

  private func begin(in workspace: Workspace, _ store: EventStore) {
    builtWorld?.folder?.remove()
    builtWorld = nil
    keeper.workspace?.close()
    keeper.reset()
    self.store = store
    engine = QueryEngine()
    lastAnswer = nil
    scenario = nil
    keeper.workspace = workspace
    keeper.chosen = workspace.state
    keeper.chosen.world = nil
    keptWorld = workspace.state.world
    savedQueries = SavedQueries()
    for (name, text) in workspace.state.queries { savedQueries[name] = text }
    for (name, value) in workspace.state.settings
    where !configuration.chosenSettings.contains(name) {
      _ = SettingTable.find(name)?.write(&settings, value)
    }
    if let world = workspace.state.world {
      settings.account = world.currentAccount
      settings.region = world.currentRegion
      settings.seed = world.seed
    }
    if let clock = workspace.state.clock, !configuration.choosesClock {
      ownClock = SessionClock(clock.stoppedAt.map { .stopped(at: $0) } ?? .running)
    }
    // What opening chose is no choice of the statement that opened.
    keeper.recording?.settings = settings
    keeper.recording?.queries = savedQueries
    keeper.recording?.clock = ownClock
  }

  private func tell(_ workspace: Workspace, to output: any SessionOutput) {
    for warning in workspace.warnings {
      say("warning: \(workspace.path): \(warning); it is opened read-only", to: output)
    }
    if workspace.isNew {
      return note("\(workspace.path) is new: the session is kept in it", to: output)
    }
    var parts = [workspace.path]
    parts.append(NumberText.counted(workspace.eventCount, "event"))
    let ranges = workspace.segments.compactMap(\.timeRange)
    if let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max() {
      parts.append("\(ReadableTime.date(first)) … \(ReadableTime.date(last))")
    }
    if let world = workspace.state.world {
      parts.append("a simulated world of \(NumberText.counted(world.calls, "call"))")
    }
    if workspace.isReadOnly { parts.append("read-only: nothing is kept") }
    note(parts.joined(separator: " · "), to: output)
  }

  /// Builds a kept world again.
  func rebuildWorld(_ kept: KeptWorld) {
    keptWorld = nil
    guard let workspace = keeper.workspace else { return }
    let output = ruleActions.output
    do throws(WorkspaceProblem) {
      let journal = try workspace.statements()
      WorldReplay(session: self, kept: kept).run(journal, to: output)
    } catch {
      workspace.stopWriting()
      if let output {
        say(
          "warning: the simulated world cannot be built again: \(error.reason); nothing more is kept",
          to: output)
      }
    }
  }
}

extension SessionKeeper {
  /// Ends the keeping: what is left is written, and the file closed.
  func close() {
    try? commit()
    workspace?.close()
    workspace = nil
  }
}

extension Session.WorkspaceAccess {
  fileprivate var workspaceAccess: Workspace.Access {
    switch self {
    case .create: .create
    case .existing: .existing
    case .readOnly: .readOnly
    }
  }
}

extension WorkspaceProblem {
  /// The problem as a message about a statement.
  func diagnostics(_ what: String, path: String, at range: SourceRange?) -> Diagnostics {
    var notes: [String] = []
    let quoted = PivotCondition.quoted(path)
    switch self {
    case .inUse: notes = ["to look at it as it is now: open \(quoted) read-only"]
    case .absent: notes = ["a new one: trailq -w \(quoted), or save \(quoted)"]
    case .foreign, .isFolder, .isNoFile: notes = ["what is to be kept needs a name of its own"]
    case .unreachable where FilePath.exists(FilePath.expanded(path)):
      notes = ["to look at it without writing: open \(quoted) read-only"]
    case .damaged: notes = ["what is damaged: check \(quoted)"]
    case .newerFormat, .full, .isReadOnly, .unreachable: break
    }
    return Diagnostics(
      Diagnostic(DiagnosticCode(rawValue: code), "\(what): \(reason)", at: range, notes: notes))
  }
}
