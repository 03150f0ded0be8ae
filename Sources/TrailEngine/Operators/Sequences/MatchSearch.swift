import TrailLanguage
import TrailText

/// Enumerates the matches of each part: among events that have the same key values.
///
/// All combinations of events are matches; of a repeated step, the events nearest to the step behind it count, of the
/// last step those nearest to the one before, and a sequence of one repeated step takes each event once.
struct MatchSearch {
  private let sequence: BoundSequence
  private let parts: PartedSteps
  private let steps: [StepEvents]
  /// Where the events of the part that is looked at lie in each step.
  private var ranges: [Range<Int>]
  private let links: LinkEvaluator
  private let cancellation: Cancellation
  private let present: [Int]
  /// The events chosen so far, and the last one of each step.
  private var chosen: [EventReference] = []
  private var lastOfStep: [EventReference?]
  /// The part's events of a step by the value that an earlier step's event must share; made when first wanted.
  private var indexes: [Int: LinkIndex] = [:]
  private var work = 0

  init(
    sequence: BoundSequence, steps parts: PartedSteps, links: LinkEvaluator,
    cancellation: Cancellation
  ) {
    self.sequence = sequence
    self.parts = parts
    steps = parts.steps
    ranges = steps.map { _ in 0..<0 }
    self.links = links
    self.cancellation = cancellation
    present = sequence.presentSteps
    lastOfStep = [EventReference?](repeating: nil, count: sequence.steps.count)
  }

  mutating func run(into matches: inout MatchRows) throws {
    for part in 0..<parts.partCount {
      for step in steps.indices { ranges[step] = parts.range(part, ofStep: step) }
      guard present.allSatisfy({ ranges[$0].count >= sequence.steps[$0].count }) else { continue }
      if !indexes.isEmpty { indexes = [:] }
      try runPart(into: &matches)
    }
  }

  private mutating func runPart(into matches: inout MatchRows) throws {
    if present.count == 1, sequence.steps[present[0]].count > 1 {
      try runAlone(into: &matches)
    } else {
      try extend(0, after: nil, until: .max, from: nil, into: &matches)
    }
  }

  // MARK: Steps

  /// Chooses events for the present step at `position` and those behind it.
  ///
  /// - Parameters:
  ///   - last: The event before.
  ///   - limit: The last time that the match may reach.
  ///   - start: The step's first event, where it is settled already.
  private mutating func extend(
    _ position: Int, after last: EventPlace?, until limit: Int64, from start: Int?,
    into matches: inout MatchRows
  ) throws {
    let step = sequence.steps[present[position]]
    if step.count == 1 {
      try extendByOne(position, after: last, until: limit, from: start, into: &matches)
    } else if position == present.count - 1 {
      try extendByLastRun(position, after: last, until: limit, from: start, into: &matches)
    } else {
      try extendByRun(position, after: last, until: limit, from: start, into: &matches)
    }
  }

  private mutating func extendByOne(
    _ position: Int, after last: EventPlace?, until limit: Int64, from start: Int?,
    into matches: inout MatchRows
  ) throws {
    let number = present[position]
    let events = steps[number]
    let range = ranges[number]
    let first = last.map { events.firstIndex(after: $0, in: range) } ?? range.lowerBound
    let listed = start.map { [$0] } ?? candidates(of: number)
    var next = listed?.sortedIndex(of: first) ?? first
    while true {
      let index: Int
      if let listed {
        guard next < listed.count else { return }
        index = listed[next]
      } else {
        guard next < range.upperBound else { return }
        index = next
      }
      next += 1
      let place = events.places[index]
      guard place.time <= limit else { return }
      try countWork()
      // The stretch that must be free only grows from here on.
      if let last, try !isFree(position, from: last, to: place) { return }
      guard holds(number, events.references[index]) else { continue }
      let ownLimit = last == nil ? Self.limit(place.time, sequence.within) : limit
      try chosing([events.references[index]], of: number) { search in
        try search.goOn(position, at: place, until: ownLimit, from: nil, into: &matches)
      }
    }
  }

  /// The last step, of several events: the earliest ones.
  private mutating func extendByLastRun(
    _ position: Int, after last: EventPlace?, until limit: Int64, from start: Int?,
    into matches: inout MatchRows
  ) throws {
    let number = present[position]
    let events = steps[number]
    var run: [Int] = []
    let range = ranges[number]
    var index = start ?? last.map { events.firstIndex(after: $0, in: range) } ?? range.lowerBound
    while index < range.upperBound, run.count < sequence.steps[number].count,
      events.places[index].time <= limit
    {
      try countWork()
      if holds(number, events.references[index]) {
        run.append(index)
      } else if run.isEmpty, start != nil {
        return
      }
      index += 1
    }
    guard run.count == sequence.steps[number].count, let end = run.last else { return }
    if let last, try !isFree(position, from: last, to: events.places[run[0]]) { return }
    try chosing(run.map { events.references[$0] }, of: number) { search in
      try search.goOn(
        position, at: events.places[end], until: limit, from: nil, into: &matches)
    }
  }

  /// A step of several events before another: the latest ones before each event that can begin the next step.
  private mutating func extendByRun(
    _ position: Int, after last: EventPlace?, until limit: Int64, from start: Int?,
    into matches: inout MatchRows
  ) throws {
    let number = present[position]
    let events = steps[number]
    let following = steps[present[position + 1]]
    let followingRange = ranges[present[position + 1]]
    let range = ranges[number]
    // A repeated last step takes the earliest events after this one.
    let isLastRun =
      position + 2 == present.count && sequence.steps[present[position + 1]].count > 1
    let first = start ?? last.map { events.firstIndex(after: $0, in: range) } ?? range.lowerBound
    let wanted = sequence.steps[number].count
    var next =
      last.map { following.firstIndex(after: $0, in: followingRange) } ?? followingRange.lowerBound
    while next < followingRange.upperBound, following.places[next].time <= limit {
      defer { next += 1 }
      try countWork()
      let run = try self.run(of: number, wanted, from: first, before: following.places[next])
      guard run.count == wanted, let end = run.last, start == nil || run[0] == start else {
        continue
      }
      let begin = events.places[run[0]]
      let ownLimit = last == nil ? Self.limit(begin.time, sequence.within) : limit
      guard following.places[next].time <= ownLimit,
        !isLastRun
          || following.firstIndex(after: events.places[end], in: followingRange) == next
      else { continue }
      if let last, try !isFree(position, from: last, to: begin) { continue }
      try chosing(run.map { events.references[$0] }, of: number) { search in
        try search.goOn(
          position, at: events.places[end], until: ownLimit, from: next, into: &matches)
      }
    }
  }

  /// The latest events of a step before a place, oldest first.
  private mutating func run(
    of number: Int, _ wanted: Int, from first: Int, before place: EventPlace
  ) throws -> [Int] {
    let events = steps[number]
    var run: [Int] = []
    var index = events.firstIndex(after: place, in: ranges[number]) - 1
    while index >= first, run.count < wanted {
      try countWork()
      if events.places[index] < place, holds(number, events.references[index]) { run.append(index) }
      index -= 1
    }
    return run.reversed()
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
      let end = events.places[index + wanted - 1]
      let before = matches.count
      if end.time <= limit {
        try chosing(Array(events.references[index..<index + wanted]), of: number) { search in
          try search.goOn(0, at: end, until: limit, from: nil, into: &matches)
        }
      }
      index += matches.count > before ? wanted : 1
    }
  }

  private mutating func goOn(
    _ position: Int, at place: EventPlace, until limit: Int64, from start: Int?,
    into matches: inout MatchRows
  ) throws {
    guard position == present.count - 1 else {
      let later = present[(position + 1)...].allSatisfy { step in
        let index = steps[step].firstIndex(after: place, in: ranges[step])
        return index < ranges[step].upperBound && steps[step].places[index].time <= limit
      }
      guard later else { return }
      return try extend(position + 1, after: place, until: limit, from: start, into: &matches)
    }
    guard try isFreeAtEnd(from: place, until: limit) else { return }
    guard matches.count < SequenceOperator.maximumMatches else {
      throw Diagnostics(
        Diagnostic(
          BindingCode.tooManyMatches,
          "this sequence has more than \(SequenceOperator.maximumMatches) matches",
          notes: ["ask for less: a shorter `within`, more in `by`, or narrower steps"]))
    }
    matches.append(chosen)
  }

  private mutating func chosing(
    _ events: [EventReference], of step: Int, _ body: (inout MatchSearch) throws -> Void
  ) rethrows {
    let before = lastOfStep[step]
    chosen.append(contentsOf: events)
    lastOfStep[step] = events.last
    try body(&self)
    chosen.removeLast(events.count)
    lastOfStep[step] = before
  }

  private static func limit(_ time: Int64, _ within: Int64) -> Int64 {
    let limit = time.addingReportingOverflow(within)
    return limit.overflow ? .max : limit.partialValue
  }

  // MARK: Conditions

  private func holds(_ step: Int, _ reference: EventReference) -> Bool {
    for link in sequence.steps[step].links where !links.holds(link, reference, lastOfStep) {
      return false
    }
    return true
  }

  /// Whether no `then no` between the present step at `position` and the one before it is broken.
  private mutating func isFree(
    _ position: Int, from last: EventPlace, to place: EventPlace
  ) throws -> Bool {
    guard position > 0 else { return true }
    for step in present[position - 1] + 1..<present[position] {
      if try !isMissing(step, after: last, while: { $0 < place }) { return false }
    }
    return true
  }

  private mutating func isFreeAtEnd(from last: EventPlace, until limit: Int64) throws -> Bool {
    for step in present[present.count - 1] + 1..<steps.count {
      if try !isMissing(step, after: last, while: { $0.time <= limit }) { return false }
    }
    return true
  }

  private mutating func isMissing(
    _ step: Int, after last: EventPlace, while isInside: (EventPlace) -> Bool
  ) throws -> Bool {
    let events = steps[step]
    let range = ranges[step]
    let first = events.firstIndex(after: last, in: range)
    let listed = candidates(of: step)
    var next = listed?.sortedIndex(of: first) ?? first
    var found = 0
    while next < listed?.count ?? range.upperBound {
      let index = listed?[next] ?? next
      guard isInside(events.places[index]) else { break }
      try countWork()
      if holds(step, events.references[index]) { found += 1 }
      if found == sequence.steps[step].count { return false }
      next += 1
    }
    return true
  }

  /// The events that share the value which the step's first equality wants; nil where it has none.
  private mutating func candidates(of step: Int) -> [Int]? {
    guard ranges[step].count > LinkIndex.fewEvents,
      let link = sequence.steps[step].links.lazy.compactMap(\.equality).first,
      let other = lastOfStep[link.step]
    else { return nil }
    let index = indexes[step] ?? LinkIndex(link.field, of: steps[step], ranges[step], links)
    indexes[step] = index
    return index.events(having: links.forms(link.other, other))
  }

  private static let workBetweenChecks = 4_096

  private mutating func countWork() throws {
    work += 1
    if work % Self.workBetweenChecks == 0 { try cancellation.check() }
  }
}

extension LinkPredicate {
  var equality: LinkComparison? {
    guard case .compare(let comparison) = self, comparison.isEquality else { return nil }
    return comparison
  }
}

/// The events of a step by a field's value.
private struct LinkIndex {
  /// Fewer events than this are looked through.
  static let fewEvents = 32

  private var events: [String: [Int]] = [:]

  init(_ field: BoundField, of step: StepEvents, _ range: Range<Int>, _ links: LinkEvaluator) {
    for index in range {
      for form in links.forms(field, step.references[index]) {
        events[form, default: []].append(index)
      }
    }
  }

  func events(having forms: [String]) -> [Int] {
    guard forms.count > 1 else { return forms.first.flatMap { events[$0] } ?? [] }
    return Array(Set(forms.flatMap { events[$0] ?? [] })).sorted()
  }
}
