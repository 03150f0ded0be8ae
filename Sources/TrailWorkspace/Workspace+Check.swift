import Synchronization
package import TrailEngine

/// What `check` found.
package struct WorkspaceReport: Hashable, Sendable {
  /// A segment with something wrong in it.
  package struct Segment: Hashable, Sendable {
    package var entry: KeptSegmentEntry
    package var reasons: [String]
  }
  package var damagedSegments: [Segment] = []
  /// What else is wrong, in words.
  package var problems: [String] = []
  package var segments = 0
  package var events = 0
  /// Events that no segment has yet.
  package var openEvents = 0
  package var statements = 0
  package var bytes: Int64 = 0

  package var isClean: Bool { damagedSegments.isEmpty && problems.isEmpty }
}

extension Workspace {
  /// Problems of SQLite's own check that are told.
  private static let mostProblems = 20

  /// Reads and checks everything in the file.
  ///
  /// - Parameter progress: called before each segment with its number and how many there are; false ends the check.
  package func check(progress: (Int, Int) -> Bool = { _, _ in true }) -> WorkspaceReport {
    var report = WorkspaceReport()
    do throws(DatabaseError) {
      try database.rows("PRAGMA integrity_check(\(Self.mostProblems))") { row in
        // One row may tell of many pages, under the name of the database, which says nothing here.
        for line in row.text(0).split(separator: "\n")
        where line != "ok" && !line.hasPrefix("***") && report.problems.count < Self.mostProblems {
          report.problems.append("SQLite: \(line)")
        }
      }
    } catch { report.problems.append(error.message) }
    do throws(DatabaseError) {
      let pages = try database.number("PRAGMA page_count") ?? 0
      report.bytes = pages * (try database.number("PRAGMA page_size") ?? 0)
    } catch { report.problems.append(error.message) }
    let loaded = WorkspaceLoader(database: database).load()
    report.problems += loaded.warnings
    if let paths = loaded.paths {
      checkSegments(loaded.segments, paths, &report, progress)
    }
    do throws(DatabaseError) {
      try checkRecords(&report)
    } catch {
      report.problems.append("the simulated events cannot all be read (\(error.message))")
    }
    do throws(DatabaseError) {
      if hasHistory {
        let damaged = try Self.readOddFiles(from: database).damagedRows
        if damaged > 0 {
          report.problems.append("\(damaged) problems of earlier imports are damaged")
        }
      }
    } catch {
      report.problems.append("the problems of earlier imports cannot be read (\(error.message))")
    }
    do throws(WorkspaceProblem) {
      let journal = try statements()
      report.statements = journal.count
      if let number = journal.damagedAt {
        report.problems.append("statement \(number) of the journal is damaged")
      }
    } catch { report.problems.append(error.reason) }
    return report
  }

  private func checkSegments(
    _ entries: [KeptSegmentEntry], _ paths: PathTable, _ report: inout WorkspaceReport,
    _ progress: (Int, Int) -> Bool
  ) {
    for (index, entry) in entries.enumerated() {
      guard progress(index, entries.count) else { return }
      let source = CheckedSource(reader)
      if Segment.verify(entry, in: source, paths: paths).hasDamagedFilter {
        report.problems.append(
          "segment \(entry.id): its filter of identifiers is damaged; its events are not, and `save FILE` writes it anew"
        )
      }
      report.segments += 1
      report.events += entry.rowCount
      let reasons = source.reasons
      if !reasons.isEmpty {
        report.damagedSegments.append(WorkspaceReport.Segment(entry: entry, reasons: reasons))
      }
    }
  }

  private func checkRecords(_ report: inout WorkspaceReport) throws(DatabaseError) {
    var damaged = 0
    try database.rows("SELECT unit, home, checksum, record FROM arrival ORDER BY unit") { row in
      report.openEvents += 1
      let numbers = [row.integer(0), row.integer(1)]
      if row.integer(2) != RowChecksum.of(numbers, [], row.blob(3)) { damaged += 1 }
    }
    report.events += report.openEvents
    if damaged > 0 { report.problems.append("\(damaged) simulated events are damaged") }
  }
}

/// Reads for a check, and collects what is wrong instead of reporting it.
private final class CheckedSource: SegmentSource {
  private let source: any SegmentSource
  private let found = Mutex<[String]>([])

  init(_ source: any SegmentSource) { self.source = source }

  var reasons: [String] { found.withLock { $0 } }

  func contents(of segment: Int64) throws(SegmentDamage) -> [UInt8] {
    try source.contents(of: segment)
  }

  func read(
    part: Int, of segment: Int64, into memory: UnsafeMutableRawBufferPointer
  ) throws(SegmentDamage) {
    try source.read(part: part, of: segment, into: memory)
  }

  func filterPiece(_ piece: Int, of segment: Int64) -> [UInt8]? {
    source.filterPiece(piece, of: segment)
  }

  func found(_ damage: SegmentDamage, in segment: Int64) {
    found.withLock { list in
      if !list.contains(damage.reason) { list.append(damage.reason) }
    }
  }
}
