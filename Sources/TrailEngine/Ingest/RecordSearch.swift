import Glibc

/// What a reader knows that looks for the next record behind something broken. Offsets count in the whole text.
struct RecordSearch {
  /// The object that may be a record, or lie inside of what is broken.
  var guess: Int?
  /// Where what is broken ends, as its brackets say.
  fileprivate var end: Int?
  /// Up to here brackets were followed and said nothing: they are not followed again.
  fileprivate var bracketsFollowed = 0
  /// Bytes that were read once more, or for guesses that were none.
  private(set) var guessedBytes = 0
  /// How far what is broken was read.
  private var furthest = 0
  fileprivate var isEndSaid = false
  /// Bytes among which no line ends.
  fileprivate var bytesOfLine = 0..<0
  /// Where something broken was met last in a text inside of the text.
  var brokenInText: UnsafePointer<UInt8>?

  /// True while there may be looked for records inside of what is broken.
  var mayGuess: Bool { guessedBytes < IngestLimits.guessedBytesPerFile }

  /// Notes bytes that were read for nothing.
  mutating func noteGuess(_ count: Int) { guessedBytes += count }

  /// Notes bytes of something broken that were read: what is read once more is counted.
  mutating func noteBroken(_ range: Range<Int>) {
    guessedBytes += max(0, min(range.upperBound, furthest) - range.lowerBound)
    furthest = max(furthest, range.upperBound)
  }
}

extension DocumentReader {
  /// Goes on behind what is broken at `index`, or at the next record that is found inside.
  func resynchronise(_ index: inout Int) {
    if let end = endOfBroken(&index) {
      search.end = end
    } else if let end = search.end, end <= window.startOffset + index {
      search.end = nil
    }
    findRecord(&index)
  }

  /// Goes on where what begins at `index` is no record, and lies inside of what is broken.
  ///
  /// - Parameter next: Where the guess turned out wrong.
  func resynchronise(_ index: inout Int, afterGuessUpTo next: Int) {
    search.noteGuess(next - index)
    findRecord(&index)
  }

  /// Notes that what begins at `index` is broken, and was read up to `end`.
  func noteFailure(from index: Int, upTo end: Int) {
    search.noteBroken(window.startOffset + index..<window.startOffset + max(index, end))
  }

  private func findRecord(_ index: inout Int) {
    index += 1
    search.guess = nil
    while true {
      let end = search.end.map { $0 - window.startOffset } ?? .max
      if let next = nextRecordStart(index, before: min(end, window.count)) {
        index = next.offset
        if next.isGuess { search.guess = window.startOffset + index }
        return
      }
      if end <= window.count {
        index = max(index, end)
        search.end = nil
        return
      }
      // Keep the tail: the mark may lie across the edge.
      let consumed = max(index, window.count - Self.searchedAgain)
      index = consumed
      if !refill(&index) {
        index = window.count
        return
      }
    }
  }

  /// Goes on at the next record on a line that begins with something else, or behind the line.
  func findRecordOnLine(_ index: inout Int) {
    search.guess = nil
    while true {
      let newline = newline(from: index)
      if let next = nextRecordStart(index, before: newline ?? window.count) {
        index = next.offset
        search.end = newline.map { $0 + 1 + window.startOffset }
        if next.isGuess { search.guess = window.startOffset + index }
        return
      }
      if let newline { return index = newline + 1 }
      index = max(index, window.count - Self.searchedAgain)
      if !refill(&index) { return index = window.count }
    }
  }

  /// Where the line ends; nil where the window ends first. What was searched is not searched again.
  private func newline(from index: Int) -> Int? {
    let start = window.startOffset + index
    let known = search.bytesOfLine.contains(start) ? search.bytesOfLine.upperBound : start
    let from = known - window.startOffset
    let newline = memchr(window.base + from, 0x0A, window.count - from).map {
      $0.assumingMemoryBound(to: UInt8.self) - window.base
    }
    search.bytesOfLine = start..<window.startOffset + (newline ?? window.count)
    return newline
  }

  /// The next `{` that may begin a record: at the beginning of a line, before a key that records begin with, or, as a
  /// guess, before any other.
  private func nextRecordStart(_ start: Int, before end: Int) -> (offset: Int, isGuess: Bool)? {
    var index = start
    while index < end,
      let found = memchr(window.base + index, Int32(UInt8(ascii: "{")), end - index)
    {
      let open = found.assumingMemoryBound(to: UInt8.self) - window.base
      // As far as brackets were followed, what begins there lies inside of what is broken.
      let isInside = window.startOffset + open < max(search.bracketsFollowed, search.end ?? 0)
      let mayGuess = search.mayGuess
      if !mayGuess { sayEnd(at: window.startOffset + open) }
      let isLine = beginsLine(open)
      let isMember = BrokenObject.isMember(window.base, at: open)
      if isLine, !isMember, mayGuess || !isInside { return (open, false) }
      let key = skipSpace(open + 1)
      let isKnown =
        begins(firstKey, at: key) || Self.leadingKeys.contains { begins($0, at: key) }
      if isKnown, !isInside, !isMember { return (open, false) }
      if mayGuess, isKnown || beginsKey(key),
        isLine || BrokenObject.mayHoldRecord(window.base, at: open)
      {
        return (open, true)
      }
      index = open + 1
    }
    return nil
  }

  /// Says once that no more is looked for inside of what is broken.
  func sayEnd(at place: Int) {
    if search.isEndSaid { return }
    search.isEndSaid = true
    report(
      place - window.startOffset,
      "too much is broken here: from here on, records inside of what is broken are not looked for")
  }

  private func beginsLine(_ open: Int) -> Bool {
    let mark = WrappedRecords.byteOrderMark
    let start = open >= mark.count && begins(mark, at: open - mark.count) ? open - mark.count : open
    return start > 0 && window.base[start - 1] == 0x0A
  }

  private func beginsKey(_ start: Int) -> Bool {
    guard start < window.count, window.base[start] == UInt8(ascii: "\"") else { return false }
    let end = min(window.count, start + Self.longestKey)
    var close = start + 1
    while close < end, window.base[close] != UInt8(ascii: "\"") { close += 1 }
    guard close < end else { return false }
    let colon = skipSpace(close + 1)
    return colon < window.count && window.base[colon] == UInt8(ascii: ":")
  }

  /// Where what is broken at `index` ends, as its brackets say; nil where they do not.
  private func endOfBroken(_ index: inout Int) -> Int? {
    guard window.startOffset + index >= search.bracketsFollowed else { return nil }
    guard window.base[index] == UInt8(ascii: "{") else { return endOfElement(index) }
    guard search.mayGuess else { return nil }
    while true {
      let text = UnsafePointer(window.base)
      switch BrokenObject.end(in: text, from: index, to: window.count) {
      case .at(let end):
        noteFailure(from: index, upTo: end)
        return window.startOffset + end
      case .unknown(let end):
        noteFailure(from: index, upTo: end)
        search.bracketsFollowed = window.startOffset + end
        return nil
      case .beyond:
        if window.count - index <= recordBytes, refill(&index) { continue }
        search.bracketsFollowed = window.startOffset + window.count
        return nil
      }
    }
  }

  /// Where an element of an array ends that is no JSON; nil where that is not plain.
  private func endOfElement(_ start: Int) -> Int? {
    var index = start
    while index < window.count {
      switch window.base[index] {
      case UInt8(ascii: ","), UInt8(ascii: "]"), 0x0A: return window.startOffset + index
      case UInt8(ascii: "\""), UInt8(ascii: "{"): return nil
      default: index += 1
      }
    }
    return nil
  }

  /// Keys of a record itself that objects inside one do not begin with, and of what holds some.
  private static let leadingKeys = [
    "eventVersion", "eventName", "eventTime", "eventSource", "eventID", "userIdentity", "awsRegion",
    "detail-type", "CloudTrailEvent", "EventId", "Records",
  ].map { Array("\"\($0)\"".utf8) }
  private static let longestKey = 64
  /// Bytes before the end of a piece that are searched again with the next: a key, and what may stand around it.
  private static let searchedAgain = 128
}
