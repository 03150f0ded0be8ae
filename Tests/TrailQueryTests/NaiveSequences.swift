import TrailEngine
import TrailLanguage
import TrailRecord

/// All matches of a sequence, by trying every combination of events: for few events only.
struct NaiveSequences {
  let evaluator: NaiveEvaluator
  /// In the order of time and arrival.
  let records: [JSONValue]
  let steps: [StepSyntax]
  let within: Int64
  let keys: [FieldSyntax]
  /// Which records are of simulated calls; nil where none is.
  var isSimulated: [Bool]?

  private var present: [Int] { steps.indices.filter { !steps[$0].isAbsent } }

  /// Each match as the numbers of its records, in the order in which an answer has them.
  func matches() -> [[Int]] {
    if present.count == 1, let count = steps[present[0]].count, count > 1 { return alone(count) }
    var found: Set<[Int]> = []
    for tuple in tuples(0, []) where isMatch(tuple) { found.insert(tuple.flatMap { $0 }) }
    // Of the same events in several orders, the first.
    let orders = Dictionary(grouping: found) { Set($0) }
    let first = orders.values.compactMap { orders in
      orders.min { $0.lexicographicallyPrecedes($1) }
    }
    return first.sorted { left, right in
      let (a, b) = (left[left.count - 1], right[right.count - 1])
      return a != b ? a < b : left.lexicographicallyPrecedes(right)
    }
  }

  private func tuples(_ position: Int, _ chosen: [[Int]]) -> [[[Int]]] {
    guard position < present.count else { return [chosen] }
    let count = steps[present[position]].count ?? 1
    let events = records.indices.filter { mayFollow($0, chosen) }
    return Self.choices(count, of: events[...]).flatMap { tuples(position + 1, chosen + [$0]) }
  }

  private static func choices(_ count: Int, of events: ArraySlice<Int>) -> [[Int]] {
    guard count > 0 else { return [[]] }
    guard let first = events.first else { return [] }
    return choices(count - 1, of: events.dropFirst()).map { [first] + $0 }
      + choices(count, of: events.dropFirst())
  }

  /// Whether an event can come after another: not an earlier one, and of two simulated ones that which arrived later.
  private func mayFollow(_ index: Int, _ other: Int) -> Bool {
    guard index != other, time(index) != .max, time(index) >= time(other) else { return false }
    let isKnown = isSimulated.map { $0[index] && $0[other] } ?? false
    return time(index) > time(other) || !isKnown || index > other
  }

  private func mayFollow(_ index: Int, _ chosen: [[Int]]) -> Bool {
    chosen.allSatisfy { $0.allSatisfy { mayFollow(index, $0) } }
  }

  private func time(_ index: Int) -> Int64 { evaluator.time(records[index]) ?? .max }

  private func values(_ key: FieldSyntax, _ index: Int) -> [String] {
    NaiveField(steps: key.steps).values(records[index]).map(NaiveField.text)
  }

  private func share(_ left: Int, _ right: Int) -> Bool {
    keys.allSatisfy { key in
      let other = values(key, right)
      return values(key, left).contains { other.contains($0) }
    }
  }

  private func isMatch(_ tuple: [[Int]]) -> Bool {
    let all = tuple.flatMap { $0 }
    guard let first = all.first, let last = all.last, time(last) != .max,
      time(last) - time(first) <= within, all.allSatisfy({ share(first, $0) })
    else { return false }
    for position in present.indices {
      let qualifying = self.qualifying(present[position], tuple, first)
      guard tuple[position].allSatisfy(qualifying) else { return false }
      guard isNearest(position, tuple, qualifying) else { return false }
    }
    return steps.indices.allSatisfy { !steps[$0].isAbsent || isMissing($0, tuple, first, last) }
  }

  /// Whether an event can be of a step, given the events of the other steps.
  private func qualifying(
    _ step: Int, _ tuple: [[Int]], _ first: Int
  ) -> (Int) -> Bool {
    { index in
      share(first, index) && holds(steps[step].predicate, index, tuple, before: step)
    }
  }

  /// Of a repeated step only the events count that are nearest to its neighbour.
  private func isNearest(
    _ position: Int, _ tuple: [[Int]], _ qualifying: (Int) -> Bool
  ) -> Bool {
    let count = steps[present[position]].count ?? 1
    guard count > 1 else { return true }
    let run = tuple[position]
    let possible = records.indices.filter {
      mayFollow($0, Array(tuple[..<position])) && qualifying($0)
    }
    if position + 1 < tuple.count, let next = tuple[position + 1].first {
      // Of the time of the next event, what arrived before it is nearer.
      let latest = possible.filter { mayFollow(next, $0) }.sorted { left, right in
        (time(left), left < next ? 1 : 0, left) > (time(right), right < next ? 1 : 0, right)
      }
      return latest.prefix(count).sorted() == run
    }
    guard position > 0, let last = tuple[position - 1].last else {
      return Array(possible.prefix(count)) == run
    }
    let earliest = possible.sorted { left, right in
      (time(left), isTied(left, last) && left < last ? 1 : 0, left)
        < (time(right), isTied(right, last) && right < last ? 1 : 0, right)
    }
    return earliest.prefix(count).sorted() == run
  }

  private func isTied(_ left: Int, _ right: Int) -> Bool { time(left) == time(right) }

  private func isMissing(_ step: Int, _ tuple: [[Int]], _ first: Int, _ last: Int) -> Bool {
    guard let before = present.lastIndex(where: { $0 < step }) else { return false }
    let candidates = records.indices.filter { index in
      guard mayFollow(index, Array(tuple[...before])), !tuple.joined().contains(index) else {
        return false
      }
      if before + 1 < tuple.count, let next = tuple[before + 1].first {
        return mayFollow(next, index)
      }
      return time(index) - time(first) <= within
    }
    let found = candidates.filter(qualifying(step, tuple, first))
    return found.count < steps[step].count ?? 1
  }

  /// A lone repeated step: from the earliest event on, none in two matches.
  private func alone(_ count: Int) -> [[Int]] {
    var groups: [[String]: [Int]] = [:]
    for index in records.indices where time(index) != .max {
      guard holds(steps[present[0]].predicate, index, [], before: 0) else { continue }
      let tuple = keys.map { values($0, index) }
      guard tuple.allSatisfy({ !$0.isEmpty }) else { continue }
      groups[tuple.flatMap { $0 }, default: []].append(index)
    }
    var found: [[Int]] = []
    for events in groups.values {
      var next = 0
      while next + count <= events.count {
        let run = Array(events[next..<next + count])
        let isMatch =
          time(run[count - 1]) - time(run[0]) <= within
          && steps.indices.allSatisfy {
            !steps[$0].isAbsent || isMissing($0, [run], run[0], run[count - 1])
          }
        if isMatch { found.append(run) }
        next += isMatch ? count : 1
      }
    }
    return found.sorted { $0[count - 1] < $1[count - 1] }
  }

  // MARK: Conditions that speak of earlier steps

  private func holds(
    _ predicate: PredicateSyntax, _ index: Int, _ tuple: [[Int]], before step: Int
  ) -> Bool {
    switch predicate {
    case .or(let parts, _): return parts.contains { holds($0, index, tuple, before: step) }
    case .and(let parts, _): return parts.allSatisfy { holds($0, index, tuple, before: step) }
    case .not(let inner, _): return !holds(inner, index, tuple, before: step)
    case .comparison(let field, let comparison, let value, _):
      guard let dot = value.text.firstIndex(of: "."),
        let named = steps.firstIndex(where: { $0.name?.text == String(value.text[..<dot]) }),
        named < step, let position = present.firstIndex(of: named), position < tuple.count,
        let event = tuple[position].last
      else { return evaluator.holds(predicate, records[index]) }
      let other = FieldSyntax(
        steps: [String(value.text[value.text.index(after: dot)...])], range: value.range)
      let shared = values(field, index).contains { values(other, event).contains($0) }
      return comparison == .notEqual ? !shared : shared
    default: return evaluator.holds(predicate, records[index])
    }
  }
}
