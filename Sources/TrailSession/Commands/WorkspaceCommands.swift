internal import TrailEngine
internal import TrailText
internal import TrailWorkspace

/// Commands about what is kept.
enum WorkspaceCommands {
  static let all: [Command] = [save, check]

  private static let save = Command(
    "save", forms: ["save FILE"],
    summary:
      "writes the session into a workspace: events, simulated world, queries, settings, clock",
    detail: [
      "The file is a copy of now: later statements do not reach it. A session is kept from statement to statement"
        + " where trailq was started with -w FILE, or after `open FILE`.",
      "It appears whole or not at all. A workspace that has the name already is replaced; any other file is"
        + " not.",
    ],
    examples: ["save incident.ws"], isSafe: false, argument: .file
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 1 else { throw invocation.usageError() }
    try invocation.save(to: arguments[0])
  }

  private static let check = Command(
    "check", forms: ["check", "check FILE"],
    summary: "reads all of a workspace, and says what of it is damaged",
    detail: [
      "Without FILE it is the one that the session is kept in. Every part has a checksum; what is damaged is named"
        + " with its events and their times. The rest can be used: damaged events are left out of answers."
    ],
    examples: [
      "save incident.ws; check incident.ws", "save incident.ws; open incident.ws discard; check",
    ], isSafe: false, argument: .file
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count <= 1 else { throw invocation.usageError() }
    try invocation.check(arguments.first)
  }

  // MARK: open

  static let openForms = ["open FILE", "open FILE read-only", "open FILE discard"]
  static let openDetail = [
    "`open FILE` goes over to a workspace: what it holds is the session from then on, and every statement is kept in"
      + " it before the next prompt. One process at a time may do so; `read-only` looks at it as it is now and"
      + " keeps nothing. A session that is kept nowhere is not thrown away: `save FILE` keeps it, `discard` does"
      + " not. (A file whose name is a number: open ./7.)"
  ]

  static func open(_ arguments: [Argument], _ invocation: Invocation) throws {
    let session = invocation.session
    let file = arguments[0]
    guard !session.configuration.isSafe else {
      throw Diagnostics(
        Diagnostic("not-safe", "`open FILE` is switched off by --safe", at: file.range))
    }
    var isReadOnly = false
    var discards = false
    for word in arguments.dropFirst() {
      switch word.text.lowercased() {
      case "read-only", "readonly": isReadOnly = true
      case "discard": discards = true
      default:
        throw invocation.usageError(
          "`open FILE` knows `read-only` and `discard`, not `\(word.text)`", at: word.range)
      }
    }
    if !discards, session.keeper.hasUnsavedWork {
      let quoted = PivotCondition.quoted(file.text)
      throw Diagnostics(
        Diagnostic(
          "unsaved-work", "this session is kept nowhere, and opening another would lose it",
          at: file.range,
          notes: ["to keep it: save FILE", "to lose it: open \(quoted) discard"]))
    }
    try session.openWorkspace(
      file.text, isReadOnly ? .readOnly : .existing, at: file.range, to: invocation.output)
  }
}

extension Invocation {
  fileprivate func save(to file: Argument) throws {
    let keeper = session.keeper
    let path = FilePath.expanded(file.text)
    let replaced: Bool
    var isCopy = false
    do {
      let isOwn =
        keeper.workspace.map {
          FilePath.resolvingLinks(path) == FilePath.resolvingLinks($0.path)
        } ?? false
      if let workspace = keeper.workspace, !workspace.isReadOnly {
        if isOwn { return session.note("everything is kept in \(path) already", to: output) }
        if hasCommitted(keeper) {
          replaced = try workspace.copy(to: path)
          isCopy = true
        } else {
          // Its own file takes no more: what the session has is written as a whole.
          replaced = try saveAll(to: path)
        }
      } else if isOwn {
        throw Diagnostics(
          Diagnostic(
            "workspace-read-only", "`\(file.text)` was opened to be read only", at: file.range,
            notes: ["to keep what is here in another file: save FILE"]))
      } else {
        replaced = try saveAll(to: path)
        keeper.noteSaved()
      }
    } catch let problem as WorkspaceProblem {
      throw problem.diagnostics("`\(file.text)` cannot be saved", path: file.text, at: file.range)
    }
    // Writing has read everything.
    let events = NumberText.counted(session.store.snapshot().rowCount, "event")
    var text = "\(events) saved to \(path)" + (replaced ? ", which had another workspace" : "")
    let damage = session.store.leftOut
    if damage.segments > 0 {
      let verb = damage.segments == 1 ? "is" : "are"
      text +=
        "; \(NumberText.counted(damage.segments, "segment")) that cannot be read, with"
        + " \(NumberText.counted(damage.events, "event")), \(verb) "
        + (isCopy ? "copied as \(damage.segments == 1 ? "it is" : "they are")" : "left out")
    }
    if keeper.workspace == nil { text += "; what follows is not (`open` goes over to it)" }
    session.note(text, to: output)
  }

  private func hasCommitted(_ keeper: SessionKeeper) -> Bool {
    do throws(WorkspaceProblem) {
      try keeper.commit()
      return true
    } catch { return false }
  }

  private func saveAll(to path: String) throws(WorkspaceProblem) -> Bool {
    let journal = try wholeJournal()
    return try Workspace.save(session.store, session.keeper.state, journal, to: path)
  }

  /// What made the world: of a workspace that was opened read-only, and since.
  private func wholeJournal() throws(WorkspaceProblem) -> [KeptStatement] {
    (try session.keeper.workspace?.statements().statements ?? []) + session.keeper.journal
  }

  fileprivate func check(_ file: Argument?) throws {
    let workspace: Workspace
    if let file {
      do throws(WorkspaceProblem) {
        workspace = try Workspace(FilePath.expanded(file.text), .readOnly)
      } catch {
        throw error.diagnostics("`\(file.text)` cannot be read", path: file.text, at: file.range)
      }
    } else if let own = session.keeper.workspace {
      workspace = own
    } else {
      throw Diagnostics(
        Diagnostic(
          "no-workspace", "this session is kept nowhere",
          at: SourceRange(0, statement.text.utf8.count),
          notes: ["to look at a file: check FILE", "to keep it: save FILE"]))
    }
    defer { if file != nil { workspace.close() } }
    let report = workspace.check { number, count in
      session.workObserver?.workIs(at: "checking segment \(number + 1) of \(count)")
      return !session.cancellation.isCancelled
    }
    session.workObserver?.workHasEnded()
    if session.cancellation.isCancelled { throw StatementStopped() }
    try tell(report, of: workspace)
  }

  private func tell(_ report: WorkspaceReport, of workspace: Workspace) throws {
    guard !report.isClean else {
      let parts = [
        "\(workspace.path) is whole", NumberText.counted(report.events, "event"),
        NumberText.counted(report.segments, "segment"),
        NumberText.counted(report.statements, "statement"), NumberText.bytes(Int(report.bytes)),
      ]
      return try write(parts.joined(separator: " · ") + "\n")
    }
    var notes = report.problems
    for damaged in report.damagedSegments {
      notes.append(
        "segment \(damaged.entry.id), \(DamageText.events(damaged.entry)): "
          + damaged.reasons.joined(separator: "; "))
    }
    let lost = report.damagedSegments.reduce(0) { $0 + $1.entry.rowCount }
    var message = "`\(workspace.path)` is damaged"
    if lost > 0 {
      message +=
        ": \(NumberText.grouped(lost)) of \(NumberText.counted(report.events, "event")) cannot be relied on"
    }
    throw Diagnostics(
      Diagnostic(
        "workspace-damaged", message, at: SourceRange(0, statement.text.utf8.count), notes: notes))
  }
}
