/// The eventIDs that a store holds, each with a hash of its content: what an import tells duplicates by.
///
/// Two logs hold the same event when two trails deliver it (facts §1.7). An eventID met again counts once where
/// the content is equal, whatever the order of its keys; other content under the same eventID is kept.
struct SeenEvents {
  enum Verdict {
    case new
    case duplicate
    /// The eventID is known with other content.
    case conflict
  }
  /// Open addressing; key 0 is free.
  private var keys: [UInt64]
  private var contents: [UInt64]
  private(set) var count = 0

  init() {
    keys = [UInt64](repeating: 0, count: 1 << 12)
    contents = keys
  }

  /// Everything in `segments`.
  init(_ segments: [Segment], paths: PathTable) {
    self.init()
    guard let path = paths.existingChild(of: .root, .key("eventID")) else { return }
    for segment in segments {
      if let column = segment.identifiers(path) {
        for entry in 0..<column.entryCount {
          let identifier = column.identifiers[entry]
          let row = column.row(ofEntry: entry)
          _ = insert(
            key: ValueHash.mix(identifier.high, identifier.low) | 1,
            content: segment.contentHashes[row])
        }
      }
      guard let column = segment.column(path) else { continue }
      for row in 0..<segment.rowCount {
        guard let code = column.firstCode(at: row) else { continue }
        let value = column.value(ofCode: code)
        let bytes = segment.values.bytes(of: value)
        guard segment.values.kind(of: value) == .text, let base = bytes.baseAddress, !bytes.isEmpty
        else { continue }
        _ = insert(
          key: ValueInterner.hash(base, bytes.count, .text) | 1,
          content: segment.contentHashes[row])
      }
    }
  }

  /// Notes an event; `key` is a hash of its eventID and not 0.
  mutating func insert(key: UInt64, content: UInt64) -> Verdict {
    if count * 2 >= keys.count { grow() }
    let mask = keys.count - 1
    var slot = Int(truncatingIfNeeded: key >> 1) & mask
    var verdict = Verdict.new
    while keys[slot] != 0 {
      if keys[slot] == key {
        if contents[slot] == content { return .duplicate }
        verdict = .conflict
      }
      slot = (slot + 1) & mask
    }
    keys[slot] = key
    contents[slot] = content
    count += 1
    return verdict
  }

  private mutating func grow() {
    let (oldKeys, oldContents) = (keys, contents)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
    contents = keys
    let mask = keys.count - 1
    for index in oldKeys.indices where oldKeys[index] != 0 {
      var slot = Int(truncatingIfNeeded: oldKeys[index] >> 1) & mask
      while keys[slot] != 0 { slot = (slot + 1) & mask }
      keys[slot] = oldKeys[index]
      contents[slot] = oldContents[index]
    }
  }
}
