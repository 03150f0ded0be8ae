internal import TrailCrypto

/// Log events in the order in which they came, as bytes.
///
/// A chunk that is full is compressed, so that a million records take a tenth of their size; what is compared and
/// counted (times, lengths) stays beside it.
struct LogEventStore: Sendable {
  /// What is known of an event without its message.
  struct Entry: Sendable {
    /// In milliseconds since 1970 UTC.
    var time: Int64
    /// When it came; 0 while it waits for its delivery.
    var ingestionTime: Int64
    /// Where its message ends in the chunk's text.
    var end: Int32
    /// Whether the message is known to be a JSON object: records are.
    var isJSON: Bool
  }
  struct Chunk: Sendable {
    var entries: [Entry] = []
    /// The messages; empty once they are packed.
    var text: [UInt8] = []
    var packed: [UInt8]?
    var newest = Int64.min

    /// The messages one after another. O(text) where they are packed.
    var messages: [UInt8] { packed.map { Gzip.decompress($0) ?? [] } ?? text }

    func range(_ index: Int) -> Range<Int> {
      (index == 0 ? 0 : Int(entries[index - 1].end))..<Int(entries[index].end)
    }
  }

  /// Ours: as much text as is compressed in one go, in bytes.
  static let chunkBytes = 1 << 20

  private(set) var chunks: [Chunk] = []
  private(set) var count = 0
  /// The bytes of all messages.
  private(set) var byteCount = 0
  private(set) var oldest: Int64?
  private(set) var newest: Int64?

  var isEmpty: Bool { count == 0 }

  /// - Complexity: O(message).
  mutating func append(
    _ message: [UInt8], time: Int64, ingestionTime: Int64 = 0, isJSON: Bool
  ) {
    let fits =
      chunks.last.map { chunk in
        chunk.packed == nil
          && (chunk.entries.isEmpty || chunk.text.count + message.count <= Self.chunkBytes)
      } ?? false
    if !fits {
      packLast()
      chunks.append(Chunk())
    }
    let last = chunks.count - 1
    chunks[last].text.append(contentsOf: message)
    chunks[last].entries.append(
      Entry(
        time: time, ingestionTime: ingestionTime, end: Int32(chunks[last].text.count),
        isJSON: isJSON))
    chunks[last].newest = max(chunks[last].newest, time)
    note(time, byteCount: message.count)
  }

  private mutating func note(_ time: Int64, byteCount added: Int) {
    count += 1
    byteCount += added
    oldest = min(oldest ?? time, time)
    newest = max(newest ?? time, time)
  }

  private mutating func packLast() {
    guard let last = chunks.indices.last, chunks[last].packed == nil,
      chunks[last].text.count >= Self.chunkBytes / 2
    else { return }
    chunks[last].packed = Gzip.compress(chunks[last].text, effort: .least)
    chunks[last].text = []
  }

  /// Takes over the events of another store, as they come at a time.
  mutating func append(_ other: LogEventStore, ingestionTime: Int64) {
    // Few events go into the chunk that is open; many keep their chunks.
    if let only = other.chunks.first, other.chunks.count == 1, only.packed == nil,
      only.text.count < Self.chunkBytes / 2
    {
      for index in only.entries.indices {
        append(
          Array(only.text[only.range(index)]), time: only.entries[index].time,
          ingestionTime: ingestionTime, isJSON: only.entries[index].isJSON)
      }
      return
    }
    packLast()
    for chunk in other.chunks {
      var chunk = chunk
      for index in chunk.entries.indices { chunk.entries[index].ingestionTime = ingestionTime }
      chunks.append(chunk)
    }
    count += other.count
    byteCount += other.byteCount
    if let time = other.oldest { oldest = min(oldest ?? time, time) }
    if let time = other.newest { newest = max(newest ?? time, time) }
  }

  /// Forgets chunks whose events are all older than a time; readers leave out what is older in the others.
  mutating func dropChunks(before time: Int64) {
    guard let oldest, oldest < time, chunks.contains(where: { $0.newest < time }) else { return }
    let kept = chunks.filter { $0.newest >= time }
    self = LogEventStore()
    chunks = kept
    for chunk in kept {
      for index in chunk.entries.indices {
        note(chunk.entries[index].time, byteCount: chunk.range(index).count)
      }
    }
  }

  /// The events from a time on.
  func events(from time: Int64) -> LogEventStore {
    guard let oldest, oldest < time else { return self }
    var events = LogEventStore()
    forEach { bytes, range, entry in
      guard entry.time >= time else { return }
      events.append(
        Array(bytes[range]), time: entry.time, ingestionTime: entry.ingestionTime,
        isJSON: entry.isJSON)
    }
    return events
  }

  /// Calls `body` for one event after another, in the order in which they came.
  func forEach(_ body: (_ bytes: [UInt8], _ range: Range<Int>, _ entry: Entry) -> Void) {
    for chunk in chunks {
      let messages = chunk.messages
      for index in chunk.entries.indices {
        body(messages, chunk.range(index), chunk.entries[index])
      }
    }
  }
}
