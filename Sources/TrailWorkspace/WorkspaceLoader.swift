import TrailEngine

/// Reads what is small when a workspace is opened: all but events and journal.
struct WorkspaceLoader {
  let database: Database

  struct Loaded {
    var writer = Workspace.Writer()
    var segments: [KeptSegmentEntry] = []
    var paths: PathTable?
    var warnings: [String] = []
  }

  /// What of a table cannot be read is left out, with a warning: the other tables are not touched by it.
  func load() -> Loaded {
    var loaded = Loaded()
    loadEntries(&loaded)
    loadPaths(&loaded)
    loadDirectory(&loaded)
    loadLastStatement(&loaded)
    return loaded
  }

  private func loadEntries(_ loaded: inout Loaded) {
    var damaged = 0
    do throws(DatabaseError) {
      try database.rows("SELECT kind, name, checksum, value FROM entry") { row in
        let key = EntryKey(kind: row.integer(0), name: row.text(1))
        let value = row.text(3)
        if row.integer(2) == RowChecksum.of([key.kind], [key.name, value]) {
          loaded.writer.entries[key] = value
        } else {
          damaged += 1
        }
      }
    } catch {
      loaded.warnings.append("settings and saved queries cannot all be read (\(error.message))")
    }
    if damaged > 0 { loaded.warnings.append("\(damaged) settings or saved queries are damaged") }
  }

  private func loadPaths(_ loaded: inout Loaded) {
    var entries: [PathTable.Entry] = []
    var isWhole = true
    do throws(DatabaseError) {
      try database.rows("SELECT id, parent, kind, checksum, key FROM path ORDER BY id") { row in
        let key = row.blob(4)
        let numbers = [row.integer(0), row.integer(1), row.integer(2)]
        guard isWhole, numbers[0] == Int64(entries.count + 1),
          row.integer(3) == RowChecksum.of(numbers, [], key),
          let parent = UInt32(exactly: numbers[1]), let step = PathStep(kind: numbers[2], key)
        else { return isWhole = false }
        entries.append((parent, step))
      }
    } catch { isWhole = false }
    loaded.paths = PathTable(entries)
    if !isWhole || loaded.paths == nil {
      loaded.warnings.append(
        "the list of paths is damaged behind path \(entries.count): events that need more are left out"
      )
    }
    loaded.writer.pathCount = entries.count + 1
  }

  private func loadDirectory(_ loaded: inout Loaded) {
    var entries: [Int64: KeptSegmentEntry] = [:]
    var damaged: Set<Int64> = []
    func take(_ row: Row) {
      let entry = KeptSegmentEntry(row)
      let number = row.integer(0)
      if number < .max { loaded.writer.nextSegment = max(loaded.writer.nextSegment, number + 1) }
      if let entry, number < .max, entry.checksum == row.integer(8) {
        entries[number] = entry
      } else {
        damaged.insert(number)
      }
    }
    let columns =
      "id, home, events, timed_events, first_time, last_time, first_arrival, last_arrival, checksum"
    do throws(DatabaseError) {
      try database.rows("SELECT \(columns) FROM segment ORDER BY id", [], take)
    } catch {
      loaded.warnings.append("the directory cannot all be read (\(error.message))")
      // From its other end, for what lies behind the page that cannot be read.
      try? database.rows("SELECT \(columns) FROM segment ORDER BY id DESC", [], take)
    }
    loaded.segments = entries.values.sorted { $0.id < $1.id }
    if !damaged.isEmpty {
      loaded.warnings.append("the directory's entries of \(damaged.count) segments are damaged")
    }
  }

  private func loadLastStatement(_ loaded: inout Loaded) {
    do throws(DatabaseError) {
      let last = try database.number("SELECT max(id) FROM statement") ?? 0
      loaded.writer.nextStatement = last == .max ? .max : last + 1
    } catch {
      loaded.warnings.append("the journal cannot be read (\(error.message))")
    }
  }
}

extension PathStep {
  private static let keyKind: Int64 = 0
  private static let unnameableKind: Int64 = 1
  private static let elementKind: Int64 = 2

  init?(kind: Int64, _ key: [UInt8]) {
    switch kind {
    case Self.keyKind: self = .key(String(decoding: key, as: UTF8.self))
    case Self.unnameableKind: self = .unnameableKey(key)
    case Self.elementKind: self = .element
    default: return nil
    }
  }

  var kept: (kind: Int64, key: [UInt8]) {
    switch self {
    case .key(let key): (Self.keyKind, Array(key.utf8))
    case .unnameableKey(let key): (Self.unnameableKind, key)
    case .element: (Self.elementKind, [])
    }
  }
}

extension KeptSegmentEntry {
  init?(_ row: Row) {
    guard let home = UInt8(exactly: row.integer(1)).flatMap(SegmentHome.init(rawValue:)),
      row.integer(3) >= 0, row.integer(3) <= row.integer(2), row.integer(2) <= Self.mostRows
    else { return nil }
    var range: ClosedRange<Int64>?
    if !row.isNull(4) {
      guard row.integer(4) <= row.integer(5) else { return nil }
      range = row.integer(4)...row.integer(5)
    }
    self.init(
      id: row.integer(0), home: home, rowCount: Int(row.integer(2)),
      timedRowCount: Int(row.integer(3)), timeRange: range,
      firstArrival: UInt64(bitPattern: row.integer(6)),
      lastArrival: UInt64(bitPattern: row.integer(7)))
  }

  var checksum: Int64 {
    RowChecksum.of([
      id, Int64(home.rawValue), Int64(rowCount), Int64(timedRowCount),
      timeRange?.lowerBound ?? .min, timeRange?.upperBound ?? .min,
      Int64(bitPattern: firstArrival), Int64(bitPattern: lastArrival),
    ])
  }
}
