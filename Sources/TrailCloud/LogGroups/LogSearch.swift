/// Where a log event lies among those of a search.
struct LogEventPlace: Sendable {
  var time: Int64
  /// Its number in the order of the streams, which decides between equal times.
  var number: Int
  var stream: Int
  var chunk: Int
  var index: Int

  static func isBefore(_ left: LogEventPlace, _ right: LogEventPlace) -> Bool {
    (left.time, left.number) < (right.time, right.number)
  }
}

/// A search for log events of some streams, by their times; of equal times those first that came first.
///
/// Messages are unpacked only where a pattern or the reader asks for them.
struct LogSearch {
  var streams: [LogStream]
  /// Events from this time on, in milliseconds since 1970 UTC.
  var start: Int64 = .min
  /// Events up to and with this time.
  var end: Int64 = .max
  /// Nil for all of them.
  var pattern: FilterPattern?

  private struct ChunkPlace {
    var stream: Int
    var chunk: Int
    /// The number of the chunk's first event.
    var firstNumber: Int
    var newest: Int64
  }

  private var chunks: [ChunkPlace] {
    var all: [ChunkPlace] = []
    var number = 0
    for (streamIndex, stream) in streams.enumerated() {
      for (chunkIndex, chunk) in stream.events.chunks.enumerated() {
        all.append(
          ChunkPlace(
            stream: streamIndex, chunk: chunkIndex, firstNumber: number, newest: chunk.newest))
        number += chunk.entries.count
      }
    }
    return all
  }

  /// The events of one chunk that are wanted.
  private func places(in place: ChunkPlace) -> [LogEventPlace] {
    guard place.newest >= start else { return [] }
    let chunk = streams[place.stream].events.chunks[place.chunk]
    let messages = pattern == nil ? [] : chunk.messages
    return chunk.entries.indices.compactMap { index in
      let entry = chunk.entries[index]
      guard entry.time >= start, entry.time <= end,
        pattern?.matches(messages, chunk.range(index), isJSON: entry.isJSON) ?? true
      else { return nil }
      return LogEventPlace(
        time: entry.time, number: place.firstNumber + index, stream: place.stream,
        chunk: place.chunk, index: index)
    }
  }

  /// All events that are wanted, oldest first.
  ///
  /// - Complexity: O(n log n) of the entries; O(bytes) where there is a pattern.
  func places() -> [LogEventPlace] {
    chunks.flatMap { places(in: $0) }.sorted(by: LogEventPlace.isBefore)
  }

  /// The newest events that are wanted, oldest first.
  ///
  /// - Complexity: that of the chunks that have them: older ones are not looked at.
  func newest(_ count: Int) -> [LogEventPlace] {
    var best: [LogEventPlace] = []
    let newestFirst = chunks.sorted {
      ($0.newest, $0.firstNumber) > ($1.newest, $1.firstNumber)
    }
    for chunk in newestFirst {
      if best.count >= count, let oldest = best.first, chunk.newest < oldest.time { break }
      best += places(in: chunk)
      best.sort(by: LogEventPlace.isBefore)
      best = best.suffix(count)
    }
    return best
  }

  /// The events at places.
  ///
  /// - Complexity: O(events), and O(chunk) for every change from one packed chunk to another.
  func events(_ places: some Sequence<LogEventPlace>) -> [LogEvent] {
    var opened: (stream: Int, chunk: Int, messages: [UInt8])?
    return places.map { place in
      let chunk = streams[place.stream].events.chunks[place.chunk]
      if opened?.stream != place.stream || opened?.chunk != place.chunk {
        opened = (place.stream, place.chunk, chunk.messages)
      }
      let entry = chunk.entries[place.index]
      return LogEvent(
        stream: streams[place.stream].name, time: entry.time, ingestionTime: entry.ingestionTime,
        message: Array((opened?.messages ?? [])[chunk.range(place.index)]), number: place.number)
    }
  }
}

extension Cloud {
  /// Events of streams, oldest first.
  func logEvents(
    of group: LogGroup, in streams: [LogStream], from start: Int64?, upTo end: Int64?
  ) -> [LogEvent] {
    let search = search(of: group, in: streams, from: start, upTo: end)
    return search.events(search.places())
  }

  func search(
    of group: LogGroup, in streams: [LogStream], from start: Int64?, upTo end: Int64?,
    matching pattern: FilterPattern? = nil
  ) -> LogSearch {
    LogSearch(
      streams: streams, start: max(start ?? .min, group.retentionEdge(at: now) ?? .min),
      end: end ?? .max, pattern: pattern)
  }

  /// The newest events of all streams of a group, oldest first.
  ///
  /// - Parameters:
  ///   - count: as many at most; nil for all.
  ///   - start: older ones are left out, by their time in milliseconds since 1970 UTC.
  package func newestLogEvents(
    of group: LogGroup, _ count: Int?, from start: Int64? = nil,
    matching pattern: FilterPattern? = nil
  ) -> [LogEvent] {
    let streams = group.streams.values.sorted { $0.name < $1.name }
    let search = search(of: group, in: streams, from: start, upTo: nil, matching: pattern)
    return search.events(count.map { search.newest($0) } ?? search.places())
  }
}
