import TrailLanguage
import TrailText

/// Enumerates the matches of each part: among events that have the same key values.
///
/// All combinations of events are matches; of a repeated step, the events nearest to the step behind it count, of the
/// last step those nearest to the one before, and a sequence of one repeated step takes each event once. An event is
/// in a match once. Which events can follow which says `MatchFront`; events of one time that match in several orders
/// are found in some of these, of which `MatchRows.removeReorderings` leaves the first.
struct MatchSearch {
  let sequence: BoundSequence
  let steps: [StepEvents]
  let present: [Int]
  private(set) var links: LinkEvaluator
  let cancellation: Cancellation
  private let parts: PartedSteps
  /// By segment.
  private let isSimulated: [Bool]
  /// The indexes of each step's imported events; nil where all are imported.
  private let imported: [[Int]?]
  /// True where two events of one time may change their places in a match without its becoming another.
  private let canSwap: Bool
  /// Where the events of the part that is looked at lie in each step.
  private(set) var ranges: [Range<Int>]
  /// The events chosen so far, with their places; where those of each present step begin; how far they came with it.
  private(set) var chosen: [EventReference] = []
  private(set) var chosenPlaces: [EventPlace] = []
  private(set) var chosenStarts: [Int] = []
  private(set) var fronts: [MatchFront] = []
  /// The present steps before which something was found that is out of the way only if the match takes it in.
  private var openPositions: [Int] = []
  private var lastOfStep: [EventReference?]
  /// The part's events of a step by the value that an earlier step's event must share; made when first wanted.
  private var indexes: [Int: LinkIndex] = [:]
  private var work = 0
  /// Matches at which their number is looked at.
  private var room = SequenceOperator.maximumMatches

  init(
    sequence: BoundSequence, steps parts: PartedSteps, links: LinkEvaluator,
    in snapshot: StoreSnapshot, cancellation: Cancellation
  ) {
    self.sequence = sequence
    self.parts = parts
    self.links = links
    self.cancellation = cancellation
    let steps = parts.steps
    let isSimulated = snapshot.segments.map { $0.deliveries?.isLive ?? false }
    self.steps = steps
    self.isSimulated = isSimulated
    imported = steps.map { step in
      guard isSimulated.contains(true) else { return nil }
      let imported = step.references.indices.filter {
        !isSimulated[Int(step.references[$0].segment)]
      }
      return imported.count == step.count ? nil : imported
    }
    ranges = steps.map { _ in 0..<0 }
    present = sequence.presentSteps
    lastOfStep = [EventReference?](repeating: nil, count: sequence.steps.count)
    canSwap = sequence.steps.allSatisfy { $0.links.isEmpty && ($0.count == 1 || $0.isAbsent) }
  }

  mutating func run(into matches: inout MatchRows) throws {
    for part in 0..<parts.partCount {
      for step in steps.indices { ranges[step] = parts.range(part, ofStep: step) }
      guard present.allSatisfy({ ranges[$0].count >= sequence.steps[$0].count }) else { continue }
      if !indexes.isEmpty { indexes = [:] }
      try runPart(into: &matches)
    }
    matches.removeReorderings()
    if matches.count > SequenceOperator.maximumMatches { throw Self.tooManyMatches }
  }

  private mutating func runPart(into matches: inout MatchRows) throws {
    if present.count == 1, sequence.steps[present[0]].count > 1 {
      try runAlone(into: &matches)
    } else {
      try extend(0, until: .max, from: nil, into: &matches)
    }
  }

  // MARK: Steps

  /// Chooses events for the present step at `position` and those behind it.
  ///
  /// - Parameters:
  ///   - limit: The last time that the match may reach.
  ///   - start: The step's first event, where it is settled already.
  private mutating func extend(
    _ position: Int, until limit: Int64, from start: Int?, into matches: inout MatchRows
  ) throws {
    let step = sequence.steps[present[position]]
    if step.count == 1 {
      try extendByOne(position, until: limit, from: start, into: &matches)
    } else if position == present.count - 1 {
      try extendByLastRun(position, until: limit, from: start, into: &matches)
    } else {
      try extendByRun(position, until: limit, from: start, into: &matches)
    }
  }

  private mutating func extendByOne(
    _ position: Int, until limit: Int64, from start: Int?, into matches: inout MatchRows
  ) throws {
    let number = present[position]
    let events = steps[number]
    let front = fronts.last
    var walk =
      start.map { IndexWalk(only: $0) }
      ?? IndexWalk(stretch(of: number, after: front), of: candidates(of: number))
    while let index = walk.next() {
      let place = events.places[index]
      guard place.time <= limit else { return }
      try countWork()
      let isTied = place.time == front?.last.time
      if isTied, isChosen(place) { continue }
      let reference = events.references[index]
      let freedom = try freedom(
        before: position, to: FollowingEvent(place: place, isSimulated: isSimulated(reference)))
      if freedom == .brokenForGood { return }
      guard !freedom.isBroken, holds(number, reference) else { continue }
      if isTied, isFoundElsewhere(place, position) { continue }
      let ownLimit = front == nil ? Self.limit(place.time, sequence.within) : limit
      try choosing(CollectionOfOne(reference), CollectionOfOne(place), of: number) { search in
        try search.goOn(position, freedom, until: ownLimit, from: nil, into: &matches)
      }
    }
  }

  /// The last step, of several events: the earliest ones. Of the time of the event before, those that arrived after it
  /// come first.
  private mutating func extendByLastRun(
    _ position: Int, until limit: Int64, from start: Int?, into matches: inout MatchRows
  ) throws {
    let number = present[position]
    let events = steps[number]
    guard let front = fronts.last else { return }
    if let start, !holds(number, events.references[start]) { return }
    let wanted = sequence.steps[number].count
    let stretch = stretch(of: number, after: front)
    let bounds = stretch.range
    let middle = events.firstIndex(after: front.last, in: bounds)
    let end = events.firstIndex(in: bounds) { $0.time > front.last.time }
    var walk = IndexWalk(
      [middle..<end, bounds.lowerBound..<middle, end..<bounds.upperBound], of: stretch,
      StepIndexes(all: nil, imported: imported[number]))
    var run: [Int] = []
    while run.count < wanted, let index = walk.next(), events.places[index].time <= limit {
      try countWork()
      guard !isChosen(events.places[index]), holds(number, events.references[index]) else {
        continue
      }
      if let start, index < start { return }
      run.append(index)
    }
    run.sort()
    guard run.count == wanted, start == nil || run[0] == start else { return }
    try choosing(run, of: number) { search in
      let freedom = try search.freedom(before: position, to: search.firstEvent(of: position))
      if !freedom.isBroken {
        try search.goOn(position, freedom, until: limit, from: nil, into: &matches)
      }
    }
  }

  /// A step of several events before another: the latest ones before each event that can begin the next step.
  private mutating func extendByRun(
    _ position: Int, until limit: Int64, from start: Int?, into matches: inout MatchRows
  ) throws {
    let number = present[position]
    let events = steps[number]
    let nextStep = present[position + 1]
    let following = steps[nextStep]
    let front = fronts.last
    let wanted = sequence.steps[number].count
    let earliest = start.map { events.places[$0].time }
    var walk = IndexWalk(
      stretch(of: nextStep, after: front), of: StepIndexes(all: nil, imported: imported[nextStep]))
    while let next = walk.next(), following.places[next].time <= limit {
      try countWork()
      if following.places[next].time == front?.last.time, isChosen(following.places[next]) {
        continue
      }
      let end = FollowingEvent(
        place: following.places[next], isSimulated: isSimulated(following.references[next]))
      let run = try self.run(of: number, wanted, from: earliest, before: end)
      guard run.count == wanted, start == nil || run[0] == start else { continue }
      let begin = events.places[run[0]]
      let ownLimit = front == nil ? Self.limit(begin.time, sequence.within) : limit
      guard following.places[next].time <= ownLimit else { continue }
      try choosing(run, of: number) { search in
        let freedom = try search.freedom(before: position, to: search.firstEvent(of: position))
        if !freedom.isBroken {
          try search.goOn(position, freedom, until: ownLimit, from: next, into: &matches)
        }
      }
    }
  }

  /// The latest events of a step before an event, oldest first. Of that event's own time, those that arrived before it
  /// are the latest.
  private mutating func run(
    of number: Int, _ wanted: Int, from earliest: Int64?, before next: FollowingEvent
  ) throws -> [Int] {
    let events = steps[number]
    let stretch = stretch(of: number, after: fronts.last, before: next)
    var bounds = stretch.range
    if let earliest {
      let first = events.firstIndex(from: earliest, in: bounds)
      bounds = first..<bounds.upperBound
    }
    let begin = events.firstIndex(from: next.place.time, in: bounds)
    let middle = events.firstIndex(after: next.place, in: bounds)
    var walk = IndexWalk(
      [begin..<middle, middle..<bounds.upperBound, bounds.lowerBound..<begin], of: stretch,
      StepIndexes(all: nil, imported: imported[number]), isDescending: true)
    var run: [Int] = []
    while run.count < wanted, let index = walk.next() {
      try countWork()
      let place = events.places[index]
      guard place != next.place, !isChosen(place), holds(number, events.references[index]) else {
        continue
      }
      run.append(index)
    }
    return run.sorted()
  }

  /// A sequence of one repeated step: from the earliest event on, each event in one match at most.
  private mutating func runAlone(into matches: inout MatchRows) throws {
    let number = present[0]
    let events = steps[number]
    let wanted = sequence.steps[number].count
    var index = ranges[number].lowerBound
    while index + wanted <= ranges[number].upperBound {
      try countWork()
      let limit = Self.limit(events.places[index].time, sequence.within)
      let before = matches.count
      if events.places[index + wanted - 1].time <= limit {
        try choosing(Array(index..<index + wanted), of: number) { search in
          try search.goOn(0, .free, until: limit, from: nil, into: &matches)
        }
      }
      index += matches.count > before ? wanted : 1
    }
  }

  private mutating func goOn(
    _ position: Int, _ freedom: Freedom, until limit: Int64, from start: Int?,
    into matches: inout MatchRows
  ) throws {
    if freedom == .open { openPositions.append(position) }
    defer { if freedom == .open { openPositions.removeLast() } }
    guard position == present.count - 1 else {
      guard mayGoOn(position, until: limit) else { return }
      return try extend(position + 1, until: limit, from: start, into: &matches)
    }
    for position in openPositions {
      let first = firstEvent(of: position)
      if try self.freedom(before: position, to: first, isWhole: true).isBroken { return }
    }
    guard try isFreeAtEnd(until: limit) else { return }
    if matches.count >= room {
      matches.removeReorderings()
      guard matches.count < SequenceOperator.maximumMatches else { throw Self.tooManyMatches }
      room = max(SequenceOperator.maximumMatches, 2 * matches.count)
    }
    matches.append(
      chosen,
      isInOrder: zip(chosenPlaces, chosenPlaces.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// Whether all steps behind a position have an event in time.
  private func mayGoOn(_ position: Int, until limit: Int64) -> Bool {
    guard let front = fronts.last else { return true }
    return present[(position + 1)...].allSatisfy { step in
      let (events, range) = (steps[step], ranges[step])
      let index: Int
      if imported[step]?.isEmpty == true, let arrival = front.simulatedArrival {
        let place = EventPlace(time: front.last.time, arrival: arrival)
        index = events.firstIndex(after: place, in: range)
      } else {
        index = events.firstIndex(from: front.last.time, in: range)
      }
      return index < range.upperBound && events.places[index].time <= limit
    }
  }

  private static var tooManyMatches: Diagnostics {
    Diagnostics(
      Diagnostic(
        BindingCode.tooManyMatches,
        "this sequence has more than \(SequenceOperator.maximumMatches) matches",
        notes: ["ask for less: a shorter `within`, more in `by`, or narrower steps"]))
  }

  private mutating func choosing(
    _ run: [Int], of step: Int, _ body: (inout MatchSearch) throws -> Void
  ) rethrows {
    let events = steps[step]
    try choosing(run.map { events.references[$0] }, run.map { events.places[$0] }, of: step, body)
  }

  /// - Parameter events: At least one, in the order of time and arrival.
  private mutating func choosing(
    _ events: some BidirectionalCollection<EventReference>,
    _ places: some BidirectionalCollection<EventPlace>, of step: Int,
    _ body: (inout MatchSearch) throws -> Void
  ) rethrows {
    let before = lastOfStep[step]
    chosenStarts.append(chosen.count)
    chosen.append(contentsOf: events)
    chosenPlaces.append(contentsOf: places)
    fronts.append(frontOfChosen())
    lastOfStep[step] = events.last
    try body(&self)
    chosen.removeLast(events.count)
    chosenPlaces.removeLast(events.count)
    chosenStarts.removeLast()
    fronts.removeLast()
    lastOfStep[step] = before
  }

  /// How far the match came with the step that was chosen last.
  private func frontOfChosen() -> MatchFront {
    var front = MatchFront(last: chosenPlaces[chosenPlaces.count - 1])
    var index = chosenPlaces.count - 1
    // Simulated events of one time follow one another by arrival: the last one has the latest.
    while index >= 0, chosenPlaces[index].time == front.last.time {
      if isSimulated(chosen[index]) {
        front.simulatedArrival = chosenPlaces[index].arrival
        break
      }
      index -= 1
    }
    return front
  }

  private static func limit(_ time: Int64, _ within: Int64) -> Int64 {
    let limit = time.addingReportingOverflow(within)
    return limit.overflow ? .max : limit.partialValue
  }

  // MARK: Events

  func isSimulated(_ reference: EventReference) -> Bool { isSimulated[Int(reference.segment)] }

  /// The events of a step that can lie behind a front and before an event.
  func stretch(
    of step: Int, after front: MatchFront?, before next: FollowingEvent? = nil
  ) -> StepStretch {
    StepStretch(
      steps[step], in: ranges[step], hasSimulated: imported[step] != nil, after: front,
      before: next)
  }

  /// Whether the match has an event already that is not before its front in time.
  ///
  /// - Complexity: O(steps of that time × log of their events).
  func isChosen(_ place: EventPlace) -> Bool {
    var end = chosenPlaces.count
    for start in chosenStarts.reversed() {
      guard chosenPlaces[end - 1].time >= place.time else { return false }
      var (low, high) = (start, end)
      while low < high {
        let middle = (low + high) / 2
        if chosenPlaces[middle] < place { low = middle + 1 } else { high = middle }
      }
      if low < end, chosenPlaces[low] == place { return true }
      end = start
    }
    return false
  }

  /// Whether the match would be one that is found with this event and an earlier one the other way round.
  ///
  /// So events that satisfy several steps are not tried in all orders of one time.
  private func isFoundElsewhere(_ place: EventPlace, _ position: Int) -> Bool {
    guard canSwap else { return false }
    for earlier in (0..<position).reversed() {
      let other = chosenPlaces[earlier]
      guard other.time == place.time else { return false }
      if place.arrival < other.arrival, isImported(place, of: present[earlier]),
        isImported(other, of: present[position])
      {
        return true
      }
    }
    return false
  }

  /// Whether there is an imported event at a place among those of a step's part.
  private func isImported(_ place: EventPlace, of step: Int) -> Bool {
    let (events, range) = (steps[step], ranges[step])
    let index = events.firstIndex(in: range) { $0 >= place }
    return index < range.upperBound && events.places[index] == place
      && !isSimulated(events.references[index])
  }

  mutating func holds(_ step: Int, _ reference: EventReference) -> Bool {
    links.holds(step, reference, lastOfStep)
  }

  /// The events of a step that share the value which its first equality wants; all where it has none.
  mutating func candidates(of step: Int) -> StepIndexes {
    guard ranges[step].count > LinkIndex.fewEvents,
      let link = sequence.steps[step].links.lazy.compactMap(\.equality).first,
      let other = lastOfStep[link.step]
    else { return StepIndexes(all: nil, imported: imported[step]) }
    if indexes[step] == nil {
      let isSimulated = isSimulated
      let isImported = { (reference: EventReference) in !isSimulated[Int(reference.segment)] }
      indexes[step] = LinkIndex(
        link.field, of: steps[step], ranges[step], links,
        isImported: imported[step] == nil ? nil : isImported)
    }
    return indexes[step]?.indexes(having: links.forms(link.other, other))
      ?? StepIndexes(all: nil, imported: imported[step])
  }

  private static let workBetweenChecks = 4_096

  mutating func countWork() throws {
    work += 1
    if work % Self.workBetweenChecks == 0 { try cancellation.check() }
  }
}
