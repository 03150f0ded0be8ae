internal import TrailEngine
internal import TrailText

extension Session {
  /// Imports files and folders, and says in one line what came of it.
  ///
  /// Throws `Diagnostics` where nothing at all could be read, and `StatementStopped` where the reader stopped it;
  /// what had been read by then is kept.
  package func importLogs(_ paths: [String], to output: any SessionOutput) throws {
    let observer = workObserver
    let report = store.importLogs(
      paths, cancellation: cancellation, memoryLimit: settings.memory.bytes,
      keep: keeper.importSink,
      progress: { progress in
        observer?.importIs(
          at: ImportStage(
            files: progress.filesDone, totalFiles: progress.filesTotal, events: progress.events,
            bytes: progress.bytesDone, totalBytes: progress.bytesTotal))
      })
    observer?.workHasEnded()
    for line in ImportSummary.lines(report, in: store.snapshot(), accounts: accountCount()) {
      note(line, to: output)
    }
    if report.wasCancelled { throw StatementStopped() }
    if report.filesBeyondMemory > 0 { throw settings.memory.refusal(of: report) }
    // Beside files that were read before, what cannot be read is a problem, as it was with them.
    if report.files == 0, report.events == 0, report.knownFiles == 0,
      let problem = report.problems.first
    {
      throw Diagnostics(
        Diagnostic("nothing-imported", "nothing was imported: \(problem.file): \(problem.reason)"))
    }
  }

  /// How many accounts' logs these are: those that received the events, since callers may be anybody's.
  private func accountCount() -> Int? {
    // The oldest records name no recipient.
    for field in ["recipient", "account"] {
      let question = PlacedStatement("events where \(field) exists | distinct \(field)")
      if let answer = try? QueryRunner(session: self).run(question), answer.rowCount > 0 {
        return answer.rowCount
      }
    }
    return nil
  }
}

/// What an import did, in words.
enum ImportSummary {
  static func lines(
    _ report: ImportReport, in snapshot: StoreSnapshot, accounts: Int?
  ) -> [String] {
    let time = NumberText.elapsed(nanoseconds: report.elapsedNanoseconds)
    if report.files == 0, report.events == 0, report.knownFiles > 0 {
      return [(["nothing new"] + oddities(report) + [time]).joined(separator: " · ")]
    }
    var parts =
      report.wasCancelled
      ? [
        "stopped after \(NumberText.grouped(report.wholeFiles)) of"
          + " \(NumberText.counted(report.filesAsked, "file"))",
        "\(NumberText.counted(report.events, "event")) kept",
      ]
      : [
        "imported \(NumberText.counted(report.files, "file"))",
        NumberText.counted(report.events, "event"),
      ]
    if let range = snapshot.timeRange {
      let first = ReadableTime.date(range.lowerBound)
      let last = ReadableTime.date(range.upperBound)
      parts.append(first == last ? first : "\(first) … \(last)")
    }
    if let accounts, accounts > 0 { parts.append(NumberText.counted(accounts, "account")) }
    parts.append(time)
    var lines = [parts.joined(separator: " · ")]
    let oddities = oddities(report)
    if !oddities.isEmpty { lines.append("  " + oddities.joined(separator: " · ")) }
    return lines
  }

  /// What came into a followed folder.
  static func newLines(_ report: ImportReport) -> [String] {
    var parts = [
      "+ \(NumberText.counted(report.files, "file"))",
      NumberText.counted(report.events, "event"),
    ]
    // That files were read before is no news here.
    var rest = report
    rest.knownFiles = 0
    parts += oddities(rest)
    return [parts.joined(separator: " · ")]
  }

  private static func oddities(_ report: ImportReport) -> [String] {
    var parts: [String] = []
    if report.knownFiles > 0 {
      parts.append("\(NumberText.counted(report.knownFiles, "file")) read before, unchanged")
    }
    if report.duplicates > 0 {
      parts.append("\(NumberText.counted(report.duplicates, "duplicate")) counted once")
    }
    if report.conflictingDuplicates > 0 {
      parts.append(
        "\(NumberText.counted(report.conflictingDuplicates, "event")) with another's eventID, kept")
    }
    if !report.notLogs.isEmpty {
      parts.append("\(NumberText.counted(report.notLogs.count, "file")) no log")
    }
    if report.problemCount > 0 {
      parts.append(NumberText.counted(report.problemCount, "problem"))
    }
    if !report.notLogs.isEmpty || report.problemCount > 0 { parts.append("see: problems") }
    return parts
  }
}
