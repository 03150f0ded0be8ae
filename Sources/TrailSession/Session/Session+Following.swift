internal import TrailEngine
internal import TrailText

/// Folders of which every new file is imported.
struct FollowedFolders {
  var paths: [String]
  var watch: FolderWatch
}

extension Session {
  /// Imports folders, and from then on what comes into them.
  func follow(_ paths: [String], to output: any SessionOutput) throws {
    var folders: FollowedFolders
    do {
      folders = try followed ?? FollowedFolders(paths: [], watch: FolderWatch())
    } catch let error as OutputFailure {
      throw Diagnostics(
        Diagnostic("cannot-follow", "the system cannot watch folders: \(error.reason)"))
    }
    // Watched first, so that what comes while they are read is not missed.
    for path in paths { folders.watch.watch(path) }
    folders.paths += paths.filter { !folders.paths.contains($0) }
    followed = folders
    endsFollowing = true
    // An empty folder is no mistake when it is followed.
    if paths.contains(where: { !FilePath.names(in: $0).isEmpty }) {
      try importLogs(paths, to: output)
    }
    let names = paths.count == 1 ? paths[0] : NumberText.counted(paths.count, "folder")
    note("following \(names): new files are taken in as they come", to: output)
    if !folders.watch.isComplete {
      note(
        "  the system watches no more folders (fs.inotify.max_user_watches): they are searched instead",
        to: output)
    }
  }

  /// Imports what has come into the followed folders, and says what it was.
  ///
  /// - Returns: whether there was anything new.
  @discardableResult
  func takeFollowed(to output: any SessionOutput) throws -> Bool {
    guard let followed else { return false }
    let changes = followed.watch.takeChanges()
    guard !changes.isEmpty else { return false }
    // Some have gone already, and more may go: whoever copies under another name first renames at the end.
    let paths =
      changes.mustSearch ? followed.paths : changes.paths.filter(FilePath.exists)
    guard !paths.isEmpty else { return false }
    let report = store.importLogs(
      paths, filesMayGo: true, cancellation: cancellation, memoryLimit: settings.memory.bytes,
      keep: keeper.importSink)
    if report.files > 0 {
      for line in ImportSummary.newLines(report) { note(line, to: output) }
    }
    if report.wasCancelled { throw StatementStopped() }
    if report.filesBeyondMemory > 0 { throw settings.memory.refusal(of: report) }
    return report.events > 0
  }

  /// Waits for whatever comes into the followed folders, for at most so long; shorter where the reader interrupts.
  ///
  /// - Returns: false once the reader interrupted.
  func waitForFollowed(milliseconds: Int) -> Bool {
    var left = milliseconds
    while left > 0, !cancellation.isCancelled {
      let slice = min(left, Self.waitSlice)
      if let watch = followed?.watch {
        let before = Stopwatch()
        watch.wait(milliseconds: slice)
        // Woken early: something came. Its writer gets a moment to bring the rest.
        if before.nanoseconds < UInt64(slice) * 900_000 {
          Stopwatch.pause(milliseconds: Self.settling)
          break
        }
      } else {
        Stopwatch.pause(milliseconds: slice)
      }
      left -= slice
    }
    return !cancellation.isCancelled
  }

  /// Milliseconds between two looks at whether the reader has interrupted.
  private static let waitSlice = 100
  /// Milliseconds in which files that come together are taken in together.
  private static let settling = 50
  /// Milliseconds after which folders are searched that the system does not watch.
  private static let searchInterval = 2_000

  /// Goes on taking in what comes until the reader interrupts: the end of a session that nobody types into.
  package func followUntilInterrupted(to output: any SessionOutput) -> StatementOutcome.Kind {
    let statement = PlacedStatement("import --follow", name: "follow")
    while waitForFollowed(milliseconds: Self.searchInterval) {
      let outcome = run(statement, to: output) { try takeFollowed(to: output) }
      if outcome.kind != .finished { return outcome.kind }
    }
    return .interrupted
  }
}
