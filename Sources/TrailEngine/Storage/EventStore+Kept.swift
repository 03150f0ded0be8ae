import Synchronization

// A store that a workspace keeps: what it has already, what it lacks, and how a store comes back.

/// What of a store a workspace has.
struct KeptPart: Sendable {
  /// The numbers that it gave to segments, by their serial numbers.
  var numbers: [UInt64: Int64] = [:]
  /// The numbers of segments that merged ones have taken the place of, and that it still has.
  var replaced: [Int64] = []
  /// The last of the open shelves' records that it has.
  var lastRecord: [SegmentHome: UInt64] = [:]
  /// Records that are not read yet: they belong to the open shelves.
  var unreadRecords: (@Sendable () -> [KeptRecord])?
  /// The files that it consists of, its own first; others need not be there.
  var files: [String] = []
}

/// A record of an open shelf, as a workspace keeps it until its segment is made.
package struct KeptRecord: Hashable, Sendable {
  package var home: SegmentHome
  package var record: LiveRecord

  package init(home: SegmentHome, record: LiveRecord) {
    self.home = home
    self.record = record
  }
}

/// What a workspace lacks of a store.
package struct StoreChanges: Sendable {
  package var segments: [(home: SegmentHome, segment: Segment)] = []
  /// The numbers of segments whose events lie in `segments` now: the workspace must lose them when it gets those.
  package var replaced: [Int64] = []
  package var records: [KeptRecord] = []
  /// Records up to these units lie in segments now.
  package var sealed: [SegmentHome: UInt64] = [:]
  package var paths: PathTable
  /// Files all of whose events lie in the workspace, once it has `segments`.
  package var files: [FileVersion] = []
  package var oddFiles = OddFileChanges()

  package init(paths: PathTable) { self.paths = paths }

  package var isEmpty: Bool {
    segments.isEmpty && records.isEmpty && files.isEmpty && oddFiles.isEmpty
  }
}

extension EventStore {
  /// The store that a workspace's directory speaks of. Nothing is read but what is given here.
  ///
  /// - Parameters:
  ///   - entries: the segments, in the order of their numbers.
  ///   - nextUnit: the unit of the next event that arrives.
  ///   - records: reads the records that no segment has yet; asked when somebody looks.
  ///   - history: what is known of earlier imports; nil where nothing is.
  ///   - files: the files that the workspace consists of, its own first, which imports leave alone.
  package convenience init(
    _ entries: [KeptSegmentEntry], in source: any SegmentSource, paths: PathTable,
    nextUnit: UInt64, records: (@Sendable () -> [KeptRecord])?,
    history: (any ImportHistory)? = nil, files: [String] = []
  ) {
    self.init()
    knownFiles.attach(history)
    state.withLock { state in
      state.unreadHistory = history
      var kept = KeptPart(unreadRecords: records, files: files)
      state.paths = paths
      for entry in entries.sorted(by: { $0.firstArrival < $1.firstArrival }) {
        let segment = Segment(KeptSegment(entry, paths: paths, source: source))
        kept.numbers[segment.serial] = entry.id
        switch entry.home {
        case .imported: state.imported.append(segment)
        case .recorded: state.recorded.segments.append(segment)
        case .unrecorded: state.unrecorded.segments.append(segment)
        }
      }
      state.units = nextUnit
      state.kept = kept
      state.recorded.keepsRecords = true
      state.unrecorded.keepsRecords = true
    }
  }

  /// What the workspace lacks. Large shelves become segments; those of others only where `sealing` says so.
  package func unkeptChanges(sealing: Bool = false) -> StoreChanges {
    // Whatever adds an event reads those that wait first.
    let isUntouched = state.withLock { $0.kept?.unreadRecords != nil } && !arrivals.isPending
    if isUntouched, !sealing { return state.withLock { StoreChanges(paths: $0.paths) } }
    settleArrivals()
    state.withLock { state in
      if sealing || state.recorded.open.rowCount >= Self.openRows {
        state.recorded.seal(in: &state.paths)
      }
      if sealing || state.unrecorded.open.rowCount >= Self.openRows {
        state.unrecorded.seal(in: &state.paths)
      }
    }
    // What is merged at once need not be written twice.
    mergeLiveSegments()
    return state.withLock { state in
      let kept = state.kept ?? KeptPart()
      var changes = StoreChanges(paths: state.paths)
      func add(_ segments: [Segment], _ home: SegmentHome) {
        for segment in segments where kept.numbers[segment.serial] == nil {
          changes.segments.append((home, segment))
        }
      }
      add(state.imported, .imported)
      add(state.recorded.segments, .recorded)
      add(state.unrecorded.segments, .unrecorded)
      changes.replaced = kept.replaced
      changes.add(state.recorded.openRecords, state.recorded.lastSealed, .recorded, kept)
      changes.add(state.unrecorded.openRecords, state.unrecorded.lastSealed, .unrecorded, kept)
      changes.files = knownFiles.unkept
      changes.oddFiles = state.oddFiles.changes
      return changes
    }
  }

  /// Everything, for a file that has nothing of it yet: what a workspace holds that the store came from, too.
  package func allChanges() -> StoreChanges {
    settleArrivals()
    readOddFiles()
    return state.withLock { state in
      state.recorded.seal(in: &state.paths)
      state.unrecorded.seal(in: &state.paths)
      var changes = StoreChanges(paths: state.paths)
      changes.segments =
        state.imported.map { (.imported, $0) }
        + state.recorded.segments.map { (.recorded, $0) }
        + state.unrecorded.segments.map { (.unrecorded, $0) }
      changes.files = knownFiles.all
      changes.oddFiles = state.oddFiles.asChanges
      return changes
    }
  }

  /// Notes that the workspace has these changes now.
  ///
  /// - Parameter numbers: those that it gave to the segments.
  package func noteKept(_ changes: StoreChanges, as numbers: [Int64]) {
    precondition(numbers.count == changes.segments.count)
    knownFiles.noteKept(changes.files.count)
    state.withLock { state in
      for (added, number) in zip(changes.segments, numbers) {
        state.kept?.numbers[added.segment.serial] = number
      }
      let replaced = Set(changes.replaced)
      state.kept?.replaced.removeAll { replaced.contains($0) }
      for kept in changes.records { state.kept?.lastRecord[kept.home] = kept.record.unit }
      state.oddFiles.noteKept(changes.oddFiles)
    }
  }

  /// Segments that were found to be damaged so far.
  package var damagedSegments: Int { leftOut.segments }

  /// What no snapshot has, nor a file that is written anew, because it was found to be damaged.
  package var leftOut: (segments: Int, events: Int) {
    // Whoever asks looks at the events next: what indexes them beside the caller comes first.
    arrivals.waitForIndexing()
    return state.withLock { state in
      var (segments, events) = (0, 0)
      func add(_ all: [Segment]) {
        for segment in all where segment.isDamaged {
          segments += 1
          events += segment.rowCount
        }
      }
      add(state.imported)
      add(state.recorded.segments)
      add(state.unrecorded.segments)
      return (segments, events)
    }
  }

  func noteKept(_ segment: Segment, as number: Int64) {
    state.withLock { $0.kept?.numbers[segment.serial] = number }
  }

  /// Puts the records that a workspace has, and that are in no segment, on their shelves.
  func takeKeptRecords() {
    let read = state.withLock { state in
      defer { state.kept?.unreadRecords = nil }
      return state.kept?.unreadRecords
    }
    guard let read else { return }
    let records = read()
    state.withLock { state in
      let next = state.units
      for kept in records {
        state.units = kept.record.unit
        let padded = kept.record.bytes + [UInt8](repeating: 0, count: TextWindow.padding)
        let shelf = kept.home == .unrecorded ? Shelf.unrecorded : .recorded
        padded.withUnsafeBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          // The workspace has checked its bytes; what is no record all the same is left out.
          _ = state.append(base, count: kept.record.bytes.count, to: shelf)
        }
        state.kept?.lastRecord[kept.home] = kept.record.unit
      }
      state.units = next
    }
  }
}

extension StoreChanges {
  fileprivate mutating func add(
    _ open: [LiveRecord], _ lastSealed: UInt64?, _ home: SegmentHome, _ kept: KeptPart
  ) {
    let last = kept.lastRecord[home]
    for record in open where last.map({ record.unit > $0 }) ?? true {
      records.append(KeptRecord(home: home, record: record))
    }
    if let lastSealed { sealed[home] = lastSealed }
  }
}

extension Segment {
  /// True where something of it was found to be damaged.
  package var isDamaged: Bool { kept?.isDamaged ?? false }

  /// True where its filter is not as it was written. Then it spares nothing, and costs nothing but that.
  package var hasDamagedFilter: Bool { kept?.hasDamagedFilter ?? false }

  /// Its number in the workspace that it was opened from.
  package var keptNumber: Int64? { kept?.entry.id }

  /// Reads and checks everything that a kept segment has.
  package static func verify(
    _ entry: KeptSegmentEntry, in source: any SegmentSource, paths: PathTable,
    checksChecksums: Bool = true
  ) -> Segment {
    let kept = KeptSegment(entry, paths: paths, source: source, checksChecksums: checksChecksums)
    kept.readAll()
    return Segment(kept)
  }
}
