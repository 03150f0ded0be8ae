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
  private struct Entry: BitwiseCopyable {
    /// 0 is free.
    var key: UInt64 = 0
    var content: UInt64 = 0
  }
  private var entries = [Entry](repeating: Entry(), count: 1 << 8)
  private var count = 0

  @inline(__always)
  private static func slot(_ key: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: key >> 1) & mask
  }

  @inline(__always)
  func fetch(_ key: UInt64) {
    entries.withUnsafeBufferPointer {
      if let base = $0.baseAddress { CMallocPrefetch(base + Self.slot(key, $0.count - 1)) }
    }
  }

  func verdict(_ key: UInt64, _ content: UInt64) -> SeenEvents.Verdict {
    var verdict = SeenEvents.Verdict.new
    let mask = entries.count - 1
    var slot = Self.slot(key, mask)
    while entries[slot].key != 0 {
      if entries[slot].key == key {
        if entries[slot].content == content { return .duplicate }
        verdict = .conflict
      }
      slot = (slot + 1) & mask
    }
    return verdict
  }

  mutating func insert(_ key: UInt64, _ content: UInt64) {
    if count * 2 >= entries.count { grow() }
    entries.withUnsafeMutableBufferPointer {
      Self.put(Entry(key: key, content: content), into: $0)
    }
    count += 1
  }

  @inline(__always)
  private static func put(_ entry: Entry, into entries: UnsafeMutableBufferPointer<Entry>) {
    let mask = entries.count - 1
    var slot = slot(entry.key, mask)
    while entries[slot].key != 0 { slot = (slot + 1) & mask }
    entries[slot] = entry
  }

  private mutating func grow() {
    var grown = [Entry](repeating: Entry(), count: entries.count * 2)
    grown.withUnsafeMutableBufferPointer { grown in
      for entry in entries where entry.key != 0 { Self.put(entry, into: grown) }
    }
    entries = grown
  }
}
