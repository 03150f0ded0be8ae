// `then no`: an absence is claimed only where it is sure. What happened in the same second as an event of the match may
// have come before or after it, unless both were simulated; what is itself in the match is not counted.

extension MatchSearch {
  /// What the steps that must be missing before an event say of it.
  enum Freedom {
    case free
    /// Free only if the match still takes in what was found there.
    case open
    case broken
    /// The same for every later event in its stead.
    case brokenForGood

    var isBroken: Bool { self == .broken || self == .brokenForGood }
  }

  /// Whether no `then no` is broken between the present step at `position`, of which `next` is the first event, and the
  /// one before it.
  ///
  /// - Parameter isWhole: True where the match takes in nothing more.
  mutating func freedom(
    before position: Int, to next: FollowingEvent, isWhole: Bool = false
  ) throws -> Freedom {
    guard position > 0 else { return .free }
    var isOpen = false
    for step in present[position - 1] + 1..<present[position] {
      let freedom =
        isWhole
        ? try freedomOfWhole(step, before: position, to: next)
        : try freedom(of: step, before: position, to: next)
      if freedom.isBroken { return freedom }
      if freedom == .open { isOpen = true }
    }
    return isOpen ? .open : .free
  }

  private mutating func freedomOfWhole(
    _ step: Int, before position: Int, to next: FollowingEvent
  ) throws -> Freedom {
    var found = 0
    var walk = IndexWalk(
      stretch(of: step, after: fronts[position - 1], before: next), of: candidates(of: step))
    while let index = walk.next() {
      try countWork()
      if !isChosen(steps[step].places[index]), holds(step, steps[step].references[index]) {
        found += 1
      }
      if found == sequence.steps[step].count { return .broken }
    }
    return .free
  }

  private mutating func freedom(
    of step: Int, before position: Int, to next: FollowingEvent
  ) throws -> Freedom {
    let limit = sequence.steps[step].count
    let events = steps[step]
    let front = fronts[position - 1]
    // The match can still take in so many.
    let slots = present[position...].reduce(0) { $0 + sequence.steps[$1].count }
    var walk = IndexWalk(stretch(of: step, after: front, before: next), of: candidates(of: step))
    // In all; what no match with this event takes in; what is there for every later event, too.
    var (found, inTheWay, lasting) = (0, 0, 0)
    var importedTies = 0
    while let index = walk.next() {
      try countWork()
      let (place, reference) = (events.places[index], events.references[index])
      if place == next.place { continue }
      let isTied = place.time == next.place.time
      if isTied || place.time == front.last.time, isChosen(place) { continue }
      guard holds(step, reference) else { continue }
      found += 1
      if !isTied || next.isSimulated && isSimulated(reference) {
        inTheWay += 1
        lasting += 1
      } else if !mayBeChosen(place, in: present[(position + 1)...]) {
        inTheWay += 1
        if isSimulated(reference) {
          if inTheWay >= limit { return .broken }
        } else if !mayBeChosen(place, in: present[position...position]) {
          lasting += 1
        }
      }
      if isTied, !isSimulated(reference) { importedTies += 1 }
      if lasting >= limit || importedTies >= limit + slots { return .brokenForGood }
    }
    if inTheWay >= limit { return .broken }
    return found >= limit ? .open : .free
  }

  /// The first event of a present step that was chosen.
  func firstEvent(of position: Int) -> FollowingEvent {
    let index = chosenStarts[position]
    return FollowingEvent(place: chosenPlaces[index], isSimulated: isSimulated(chosen[index]))
  }

  /// Whether an event is one of some steps.
  private func mayBeChosen(_ place: EventPlace, in some: ArraySlice<Int>) -> Bool {
    some.contains { steps[$0].contains(place, in: ranges[$0]) }
  }

  /// Whether no `then no` at the end is broken.
  mutating func isFreeAtEnd(until limit: Int64) throws -> Bool {
    guard let last = present.last, let front = fronts.last else { return true }
    for step in last + 1..<steps.count {
      let events = steps[step]
      var walk = IndexWalk(stretch(of: step, after: front), of: candidates(of: step))
      var found = 0
      while let index = walk.next(), events.places[index].time <= limit {
        try countWork()
        let place = events.places[index]
        if place.time == front.last.time, isChosen(place) { continue }
        if holds(step, events.references[index]) { found += 1 }
        if found == sequence.steps[step].count { return false }
      }
    }
    return true
  }
}
