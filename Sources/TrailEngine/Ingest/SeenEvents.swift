import CMalloc

/// The eventIDs that a store holds, each with a hash of its content: what an import tells duplicates by.
///
/// Two logs hold the same event when two trails deliver it (facts §1.7). An eventID met again counts once where
/// the content is equal, whatever the order of its keys; other content under the same eventID is kept.
///
/// Of the events that were there before, segments know their eventIDs in order. A small import looks its own up there,
/// so that it costs what it brings and not what the store has, and nothing is remembered from one import to the next.
/// Where it turns out to be large, those of the store go into the table of its own.
struct SeenEvents {
  enum Verdict {
    case new
    case duplicate
    /// The eventID is known with other content.
    case conflict
  }
  /// The events of this import, and once it is large those of `older`.
  private var table = SeenTable()
  /// Segments that are looked up in.
  private var older: [Segment]
  private let path: PathID?
  /// Look-ups that may still be made before a table costs less.
  private var lookUpsLeft: Int

  /// A look-up in a segment costs about as much as putting so many events into a table.
  private static let eventsPerLookUp = 16

  /// Everything in `segments`.
  init(_ segments: [Segment], paths: PathTable) {
    path = paths.existingChild(of: .root, .key("eventID"))
    older = path == nil ? [] : segments
    lookUpsLeft = older.reduce(0) { $0 + $1.rowCount } / Self.eventsPerLookUp
  }

  /// Events between fetching an entry and asking for it.
  static let fetchedAhead = 16

  /// Begins to bring into the cache what an event that comes soon will be compared with: nothing of it is near.
  @inline(__always)
  func fetch(_ key: EventKey) { table.fetch(key.hash) }

  /// Notes an event; `key` is not absent.
  mutating func insert(_ key: EventKey, content: UInt64) -> Verdict {
    var verdict = table.verdict(key.hash, content)
    if verdict != .duplicate, !older.isEmpty {
      lookUpsLeft -= older.count
      if lookUpsLeft < 0 {
        fillTable()
        verdict = table.verdict(key.hash, content)
      } else {
        lookUp(key, content, &verdict)
      }
    }
    if verdict != .duplicate { table.insert(key.hash, content) }
    return verdict
  }

  private func lookUp(_ key: EventKey, _ content: UInt64, _ verdict: inout Verdict) {
    guard let path else { return }
    for segment in older {
      segment.forEachRow(of: key, at: path) { row in
        if segment.contentHashes[row] == content {
          verdict = .duplicate
        } else if verdict == .new {
          verdict = .conflict
        }
      }
      if verdict == .duplicate { return }
    }
  }

  private mutating func fillTable() {
    guard let path else { return }
    for segment in older {
      if let column = segment.identifiers(path) {
        for entry in 0..<column.entryCount {
          let row = column.row(ofEntry: entry)
          table.insert(EventKey(column.identifiers[entry]).hash, segment.contentHashes[row])
        }
      }
      for (hash, rows) in segment.rowsByEventText(at: path) {
        for row in rows { table.insert(hash, segment.contentHashes[row]) }
      }
    }
    older = []
  }
}

extension Segment {
  /// Calls `body` with the rows that have an eventID.
  ///
  /// - Complexity: O(log rows).
  fileprivate func forEachRow(of key: EventKey, at path: PathID, _ body: (Int) -> Void) {
    if let identifier = key.canonical {
      identifiers(path)?.forEachRow(of: identifier, body)
    } else {
      rowsByEventText(at: path)[key.hash]?.forEach(body)
    }
  }

  /// The rows of eventIDs that are no canonical UUIDs, by their hashes: mostly none.
  fileprivate func rowsByEventText(at path: PathID) -> [UInt64: [Int]] {
    guard let column = column(path) else { return [:] }
    return computedColumns.value(.init(.eventTexts)) {
      var rows: [UInt64: [Int]] = [:]
      let buffer = TextBuffer.make()
      for row in 0..<rowCount {
        guard let code = column.firstCode(at: row) else { continue }
        let value = column.value(ofCode: code)
        let bytes = values.bytes(of: value, in: buffer)
        guard values.kind(of: value) == .text, let base = bytes.baseAddress, !bytes.isEmpty else {
          continue
        }
        rows[EventKey(text: base, bytes.count).hash, default: []].append(row)
      }
      return rows
    }
  }
}

/// Hashes of eventIDs and of contents, by open addressing.
private struct SeenTable {
  /// 0 is free.
  private var keys: [UInt64]
  private var contents: [UInt64]
  private var count = 0

  init() {
    keys = [UInt64](repeating: 0, count: 1 << 8)
    contents = keys
  }

  @inline(__always)
  func fetch(_ key: UInt64) {
    let slot = Int(truncatingIfNeeded: key >> 1) & (keys.count - 1)
    keys.withUnsafeBufferPointer { if let base = $0.baseAddress { CMallocPrefetch(base + slot) } }
    contents.withUnsafeBufferPointer {
      if let base = $0.baseAddress { CMallocPrefetch(base + slot) }
    }
  }

  func verdict(_ key: UInt64, _ content: UInt64) -> SeenEvents.Verdict {
    var verdict = SeenEvents.Verdict.new
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: key >> 1) & mask
    while keys[slot] != 0 {
      if keys[slot] == key {
        if contents[slot] == content { return .duplicate }
        verdict = .conflict
      }
      slot = (slot + 1) & mask
    }
    return verdict
  }

  mutating func insert(_ key: UInt64, _ content: UInt64) {
    if count * 2 >= keys.count { grow() }
    put(key, content)
    count += 1
  }

  private mutating func put(_ key: UInt64, _ content: UInt64) {
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: key >> 1) & mask
    while keys[slot] != 0 { slot = (slot + 1) & mask }
    keys[slot] = key
    contents[slot] = content
  }

  private mutating func grow() {
    let (oldKeys, oldContents) = (keys, contents)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
    contents = keys
    for index in oldKeys.indices where oldKeys[index] != 0 {
      put(oldKeys[index], oldContents[index])
    }
  }
}
