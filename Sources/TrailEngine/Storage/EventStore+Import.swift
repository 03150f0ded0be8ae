import Glibc
import Synchronization

// Files become segments.

extension EventStore {
  /// Events of a segment that a workspace gets while its import goes on.
  static let rowsKeptAtOnce = 4_096

  /// Reads log files and folders of them; `-` is standard input.
  ///
  /// Both cores read at once. What was read is kept when the import is cancelled. Files that an earlier import read to
  /// the end, and that have not changed since, are passed over. `progress` is called on the calling thread about ten
  /// times a second, `keep` on those that work, with each large segment when it is done: it gives the number under
  /// which a workspace has it, if one does.
  ///
  /// - Parameters:
  ///   - deliveredAt: When files were delivered, by path, where that is known better than their names say.
  ///   - filesMayGo: Whether files that are named may be gone already, without a word.
  ///   - memoryLimit: Bytes of the whole process after which no further file is begun; `nil` for none.
  ///   - library: What inflates files that fit into memory; the others are zlib's in any case.
  package func importLogs(
    _ paths: [String], deliveredAt: [String: Int64] = [:], filesMayGo: Bool = false,
    cancellation: Cancellation = Cancellation(), workers: Int? = nil, memoryLimit: Int? = nil,
    inflatingWith library: InflatingLibrary = .libdeflate,
    keep: (@Sendable (Segment, PathTable) -> Int64?)? = nil,
    progress: (ImportProgress) -> Void = { _ in }
  ) -> ImportReport {
    // What reading needed goes back to the system, not only to the allocator: once all of it is free.
    defer { ProcessMemory.giveBackFree() }
    let start = ContinuousClock.now
    return readLogs(
      files(paths, deliveredAt, mayGo: filesMayGo), since: start, cancellation: cancellation,
      workers: workers, memoryLimit: memoryLimit, library: library, keep: keep,
      progress: progress)
  }

  private func files(
    _ paths: [String], _ deliveredAt: [String: Int64], mayGo: Bool
  ) -> FileCollector {
    readOddFiles()
    knownFiles.beginImport(damagedSegments: damagedSegments)
    let workspace = WorkspaceFiles(state.withLock { $0.kept?.files ?? [] })
    var collector = FileCollector(known: knownFiles, filesMayGo: mayGo, workspace: workspace)
    collector.collect(paths)
    collector.note(deliveredAt)
    return collector
  }

  private func readLogs(
    _ collector: FileCollector, since start: ContinuousClock.Instant, cancellation: Cancellation,
    workers: Int?, memoryLimit: Int?, library: InflatingLibrary,
    keep: (@Sendable (Segment, PathTable) -> Int64?)?,
    progress: (ImportProgress) -> Void
  ) -> ImportReport {
    let units = ImportUnit.units(of: collector.items)
    settleArrivals()
    let unitBase = state.withLock { state in
      let live = state.recorded.snapshot(in: &state.paths)
      let known = (state.imported + live).filter { !$0.isDamaged }
      state.seen = SeenEvents(known, paths: state.paths)
      defer { state.units += UInt64(units.count) }
      return state.units
    }
    let job = ImportJob(
      store: self, units: units, unitBase: unitBase, cancellation: cancellation,
      memoryLimit: memoryLimit, library: library, keep: keep)
    var shown = ImportProgress()
    shown.filesTotal = collector.items.count
    shown.bytesTotal = collector.items.reduce(0) { $0 + $1.byteCount }
    let threads = min(max(1, workers ?? Processors.count), max(1, units.count))
    WorkerThreads.run(count: threads) {
      shown.filesDone = job.counters.files.load(ordering: .relaxed)
      shown.events = job.counters.events.load(ordering: .relaxed)
      shown.bytesDone = job.counters.bytes.load(ordering: .relaxed)
      progress(shown)
    } _: { _ in
      job.work()
    }
    let older = state.withLock { $0.imported.count }
    var report = job.finish()
    noteOddities(of: report, collector)
    report.problems.insert(contentsOf: collector.problems, at: 0)
    report.problemCount += collector.problems.count
    report.notLogs.insert(contentsOf: collector.notLogs, at: 0)
    report.files += collector.notLogs.count
    report.knownFiles = collector.knownFiles
    report.filesAsked = collector.items.count
    report.wasCancelled = cancellation.isCancelled
    if report.events > 0, !report.wasCancelled, report.pathsBeyondMemory.isEmpty {
      mergeSegments(.imported, beginningBefore: older)
    }
    let elapsed = (ContinuousClock.now - start).components
    report.elapsedNanoseconds =
      UInt64(elapsed.seconds) * 1_000_000_000 + UInt64(elapsed.attoseconds / 1_000_000_000)
    state.withLock { $0.seen = nil }
    return report
  }
}

/// What a builder's rows become: settled under the store's lock.
struct SettledRows: Sendable {
  /// Rows whose events the store has already, ascending.
  var dropped: [Int] = []
  var conflicts = 0
  var pathIDs: [PathID]
  var paths: PathTable
}

extension EventStore.State {
  /// Tells the new events from those already here, and numbers the paths.
  ///
  /// `keys` and `contents` are one a row each.
  fileprivate mutating func settle(
    keys: [EventKey], contents: [UInt64], steps: [PathInterner.Step]
  ) -> SettledRows {
    let pathIDs = paths.ids(of: steps)
    var settled = SettledRows(pathIDs: pathIDs, paths: paths)
    for row in keys.indices where !keys[row].isAbsent {
      if row + SeenEvents.fetchedAhead < keys.count {
        seen?.fetch(keys[row + SeenEvents.fetchedAhead])
      }
      switch seen?.insert(keys[row], content: contents[row]) {
      case .duplicate: settled.dropped.append(row)
      case .conflict: settled.conflicts += 1
      case .new, nil: break
      }
    }
    return settled
  }
}

/// Files that one worker reads into one run of segments.
struct ImportUnit: Sendable {
  var items: [ImportItem]

  /// Bytes on disk after which a unit is full: about a segment of gzip files.
  private static let largestBytes = 40 << 20
  private static let smallestBytes = 1 << 20
  /// Units at least, where there is enough to read, so that all cores have work to the end.
  private static let fewest = 6

  /// Cuts the items, in their order, into units of about equal size; large plain NDJSON files are split.
  static func units(of items: [ImportItem]) -> [ImportUnit] {
    let parts = items.flatMap { FileSplitter.split($0) }
    let total = parts.reduce(0) { $0 + $1.byteCount }
    let target = min(largestBytes, max(smallestBytes, total / fewest))
    var units: [ImportUnit] = []
    var current: [ImportItem] = []
    var bytes = 0
    for part in parts {
      current.append(part)
      bytes += part.byteCount
      if bytes >= target || part.part != nil {
        units.append(ImportUnit(items: current))
        current = []
        bytes = 0
      }
    }
    if !current.isEmpty { units.append(ImportUnit(items: current)) }
    return units
  }
}

/// One import under way: what its workers share.
private final class ImportJob: Sendable {
  private let store: EventStore
  private let units: [ImportUnit]
  private let unitBase: UInt64
  private let cancellation: Cancellation
  private let library: InflatingLibrary
  private let keep: (@Sendable (Segment, PathTable) -> Int64?)?
  let counters = ImportCounters()
  private let memory: MemoryGuard
  private let nextUnit = Atomic<Int>(0)
  private let gate = OrderedGate()
  private let results: Mutex<Results>

  private struct Results {
    var reports: [ImportReport?]
    var segments: [(unit: Int, segment: Segment)] = []
    var filesRead: Set<FileVersion> = []
    var filesNotRead: Set<FileVersion> = []
    var duplicates = 0
    var conflicts = 0
  }

  init(
    store: EventStore, units: [ImportUnit], unitBase: UInt64, cancellation: Cancellation,
    memoryLimit: Int?, library: InflatingLibrary,
    keep: (@Sendable (Segment, PathTable) -> Int64?)?
  ) {
    memory = MemoryGuard(limit: memoryLimit)
    self.keep = keep
    self.store = store
    self.units = units
    self.unitBase = unitBase
    self.cancellation = cancellation
    self.library = library
    results = Mutex(Results(reports: Array(repeating: nil, count: units.count)))
  }

  /// Reads units until none is left; runs on each worker thread.
  func work() {
    let scratch = SealScratch()
    let worker = ImportWorker(
      cancellation: cancellation, memory: memory, counters: counters, library: library
    ) { builder, unit in
      self.seal(builder, unit: unit, in: scratch)
    }
    while true {
      let unit = nextUnit.add(1, ordering: .relaxed).oldValue
      if unit >= units.count { return }
      var report = ImportReport()
      if !cancellation.isCancelled {
        report = worker.read(
          units[unit].items, unit: unit, arrival: (unitBase + UInt64(unit)) << EventStore.unitShift)
      }
      gate.wait(for: unit)
      gate.pass(unit)
      results.withLock { results in
        results.reports[unit] = report
        results.filesRead.formUnion(worker.filesRead)
        results.filesNotRead.formUnion(worker.filesNotRead)
      }
    }
  }

  private func seal(_ builder: borrowing SegmentBuilder, unit: Int, in scratch: SealScratch) {
    // Duplicates are settled in the order of the files, so the same files give the same store every time.
    gate.wait(for: unit)
    let steps = builder.paths.steps
    let keys = Array(UnsafeBufferPointer(start: builder.eventKeys.base, count: builder.rowCount))
    let contents = Array(
      UnsafeBufferPointer(start: builder.contentHashes.base, count: builder.rowCount))
    let settled = store.state.withLock { state in
      state.settle(keys: keys, contents: contents, steps: steps)
    }
    let dropped = settled.dropped
    results.withLock { results in
      results.duplicates += dropped.count
      results.conflicts += settled.conflicts
    }
    if dropped.count == builder.rowCount { return }
    let segment = SegmentSealer.seal(
      builder, dropping: dropped, pathIDs: settled.pathIDs, paths: settled.paths, in: scratch)
    results.withLock { $0.segments.append((unit, segment)) }
    // Small ones wait for the end, when they may have become part of a larger one.
    guard segment.rowCount >= EventStore.rowsKeptAtOnce else { return }
    if let number = keep?(segment, settled.paths) { store.noteKept(segment, as: number) }
  }

  /// Publishes the segments and sums up.
  func finish() -> ImportReport {
    let (reports, segments, duplicates, conflicts, wholeFiles, notRead) = results.withLock {
      results in
      // Within a unit segments were sealed in order; a stable sort by arrival restores the order of files.
      let sorted = results.segments.map(\.segment).sorted { a, b in
        (a.arrivals.bounds?.lowerBound ?? 0) < (b.arrivals.bounds?.lowerBound ?? 0)
      }
      return (
        results.reports.compactMap { $0 }, sorted, results.duplicates, results.conflicts,
        results.filesRead, results.filesNotRead
      )
    }
    var filesRead = wholeFiles
    // Of a file that several workers shared, nobody knows whether all parts were read to their ends.
    if !cancellation.isCancelled, !memory.isReached {
      filesRead.formUnion(
        units.lazy.flatMap(\.items).filter { $0.part != nil }.compactMap(\.version))
      filesRead.subtract(notRead)
    }
    store.state.withLock { state in
      state.imported.append(contentsOf: segments)
      // Under the same lock, so that who takes them to a workspace takes their events too.
      store.knownFiles.add(filesRead)
    }
    var total = ImportReport()
    total.filesRead = filesRead
    for report in reports {
      total.files += report.files
      total.events += report.events
      total.bytes += report.bytes
      total.notLogs += report.notLogs
      total.problems += report.problems
      total.problemCount += report.problemCount
      total.oddFiles += report.oddFiles
      total.pathsBeyondMemory.formUnion(report.pathsBeyondMemory)
    }
    total.duplicates = duplicates
    total.conflictingDuplicates = conflicts
    total.events -= duplicates
    return total
  }
}
