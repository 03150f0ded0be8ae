/// How far along time the events have come that were chosen for a match.
///
/// What may follow: an imported event of that time or later, because whole seconds and the order of a log file do not
/// say which of two calls came first; of two simulated events of one time, the one that arrived later.
struct MatchFront {
  /// The place of the last event.
  var last: EventPlace
  /// The latest arrival among the match's simulated events of that time; nil where it has none.
  var simulatedArrival: UInt64?
}

/// An event before which others must lie.
struct FollowingEvent {
  var place: EventPlace
  var isSimulated: Bool
}

/// The events of a step that can lie behind a match's front and before another event, in the order of time and
/// arrival.
struct StepStretch {
  /// What the times alone say.
  let range: Range<Int>
  /// Where every event counts; before and behind it, only imported ones do.
  let known: Range<Int>

  init(_ range: Range<Int>) {
    self.range = range
    known = range
  }

  /// - Parameters:
  ///   - part: Where the events of the part lie.
  ///   - hasSimulated: Whether some of the step's events are simulated.
  init(
    _ events: StepEvents, in part: Range<Int>, hasSimulated: Bool, after front: MatchFront?,
    before next: FollowingEvent? = nil
  ) {
    let lower = front.map { events.firstIndex(from: $0.last.time, in: part) } ?? part.lowerBound
    let rest = lower..<part.upperBound
    let upper =
      next.map { next in events.firstIndex(in: rest) { $0.time > next.place.time } }
      ?? part.upperBound
    range = lower..<upper
    guard hasSimulated else {
      known = range
      return
    }
    let knownLower =
      front.flatMap { front in
        front.simulatedArrival.map {
          events.firstIndex(
            after: EventPlace(time: front.last.time, arrival: $0), in: lower..<upper)
        }
      } ?? lower
    let knownUpper =
      next.flatMap { next in
        next.isSimulated ? events.firstIndex(after: next.place, in: lower..<upper) : nil
      } ?? upper
    known = knownLower..<max(knownLower, knownUpper)
  }
}

/// What is looked through of a step: all events of a part, or those that share a value.
struct StepIndexes {
  /// Ascending; nil where it is every event.
  let all: [Int]?
  /// Those of imported events, ascending; nil where all are imported.
  let imported: [Int]?
}

/// Goes through the indexes of a stretch one by one, without touching what does not count in it.
struct IndexWalk {
  private struct Piece {
    let list: [Int]?
    var positions: Range<Int>
  }
  private let isDescending: Bool
  private var piece = Piece(list: nil, positions: 0..<0)
  private var rest: [Piece] = []
  private var nextPiece = 0

  /// One index alone.
  init(only index: Int) {
    isDescending = false
    piece.positions = index..<index + 1
  }

  /// A whole stretch, ascending.
  init(_ stretch: StepStretch, of indexes: StepIndexes) {
    isDescending = false
    add(stretch.range, of: stretch, indexes)
  }

  /// Ranges of a stretch, one behind the other, each ascending or each descending.
  init(
    _ ranges: [Range<Int>], of stretch: StepStretch, _ indexes: StepIndexes,
    isDescending: Bool = false
  ) {
    self.isDescending = isDescending
    for range in ranges where !range.isEmpty { add(range, of: stretch, indexes) }
  }

  private mutating func add(_ range: Range<Int>, of stretch: StepStretch, _ indexes: StepIndexes) {
    let (whole, known) = (stretch.range, stretch.known)
    if whole == known { return add(range.clamped(to: whole), indexes.all) }
    let before = range.clamped(to: whole.lowerBound..<known.lowerBound)
    let behind = range.clamped(to: known.upperBound..<max(known.upperBound, whole.upperBound))
    add(isDescending ? behind : before, indexes.imported)
    add(range.clamped(to: known), indexes.all)
    add(isDescending ? before : behind, indexes.imported)
  }

  private mutating func add(_ range: Range<Int>, _ list: [Int]?) {
    guard !range.isEmpty else { return }
    let positions =
      list.map { list in
        list.sortedIndex(of: range.lowerBound)..<list.sortedIndex(of: range.upperBound)
      } ?? range
    guard !positions.isEmpty else { return }
    let added = Piece(list: list, positions: positions)
    if piece.positions.isEmpty { piece = added } else { rest.append(added) }
  }

  mutating func next() -> Int? {
    while piece.positions.isEmpty {
      guard nextPiece < rest.count else { return nil }
      piece = rest[nextPiece]
      nextPiece += 1
    }
    let (lower, upper) = (piece.positions.lowerBound, piece.positions.upperBound)
    let position = isDescending ? upper - 1 : lower
    piece.positions = isDescending ? lower..<upper - 1 : lower + 1..<upper
    return piece.list?[position] ?? position
  }
}
