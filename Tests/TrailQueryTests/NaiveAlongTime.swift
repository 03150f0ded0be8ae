import TrailEngine
import TrailLanguage
import TrailRecord

/// `new`, `rare … baseline`, `burst`, `gaps` and `count … every` by looking at all events again and again.
struct NaiveAlongTime {
  /// In the order of time and arrival.
  private let records: [JSONValue]
  /// What the sentence's clauses leave.
  private let window: Range<Int64>
  private let times: [Int64?]
  /// Numbers of the events that satisfy the sentence, its window aside; of those that also lie in it.
  private let passing: Set<Int>
  private let found: [Int]
  private let keysByField: [String: [[Key]]]

  static let fields = ["ip", "user", "req.tags", "name"]

  /// - Parameters:
  ///   - condition: What an event must be, its time aside.
  ///   - fields: Those that are asked for.
  ///   - spellings: Of the addresses of all that the store has; of those in `records` unless told.
  init(
    records: [JSONValue], condition: PredicateSyntax?, window: Range<Int64>,
    fields: [String] = NaiveAlongTime.fields, spellings: AddressSpellings? = nil
  ) {
    let spellings = spellings ?? AddressSpellings(records)
    self.records = records
    self.window = window
    let times = records.map { StoryStore.time($0) }
    let naive = NaiveEvaluator(clock: StoryStore.start)
    let passing = records.indices.filter { index in
      condition.map { naive.holds($0, records[index]) } ?? true
    }
    self.times = times
    self.passing = Set(passing)
    found = passing.filter { times[$0].map(window.contains) ?? false }
    keysByField = Dictionary(
      uniqueKeysWithValues: Set(fields).map { field in
        (field, records.map { Self.keys(field, $0, spellings) })
      })
  }

  /// A value as answers group it: its kind, in the order of kinds, and how it is spelled.
  struct Key: Hashable, Comparable {
    var rank: Int
    var text: String

    static func < (left: Key, right: Key) -> Bool {
      if left.rank != right.rank { return left.rank < right.rank }
      return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
  }

  private static let missing = Key(rank: 9, text: "-")

  private func time(_ index: Int) -> Int64? { times[index] }

  private func passes(_ index: Int) -> Bool { passing.contains(index) }

  private func keys(_ field: String, _ index: Int) -> [Key] { keysByField[field]?[index] ?? [] }

  private static func keys(
    _ field: String, _ record: JSONValue, _ spellings: AddressSpellings
  ) -> [Key] {
    var keys: [Key] = []
    for value in NaiveField(steps: field.split(separator: ".").map(String.init))
      .values(record)
    {
      let text = NaiveField.text(value)
      let key =
        switch value {
        case .number: Key(rank: 0, text: ExactNumber(text)?.description ?? text)
        case .bool: Key(rank: 2, text: text)
        default: Key(rank: 3, text: field.hasSuffix("ip") ? spellings.shown(text) : text)
        }
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// The values that `new`, `rare` and `burst … distinct` count: of addresses, not the services that call themselves.
  private func measured(_ field: String, _ index: Int) -> [Key] {
    keys(field, index).filter { field != "ip" || !$0.text.hasSuffix(".amazonaws.com") }
  }

  private func tuples(_ fields: [String], _ index: Int) -> [[Key]] {
    fields.reduce([[]]) { tuples, field in
      tuples.flatMap { tuple in keys(field, index).map { tuple + [$0] } }
    }
  }

  private func tuples(measuring field: String, _ groups: [String], _ index: Int) -> [[Key]] {
    measured(field, index).flatMap { key in tuples(groups, index).map { [key] + $0 } }
  }

  private func text(_ tuple: [Key]) -> [String] { tuple.map(\.text) }
  private func moment(_ index: Int) -> String { time(index).map { EventTime.format($0) } ?? "-" }
  private func line(_ parts: [String]) -> String { parts.joined(separator: " | ") }

  // MARK: First seen

  private func begin(_ baseline: Int64?) -> Int64 {
    if window.lowerBound != .min { return window.lowerBound }
    return (times.compactMap { $0 }.min() ?? 0) + (baseline ?? 0)
  }

  private func isBefore(_ index: Int, _ baseline: Int64?) -> Bool {
    guard passes(index), let time = time(index) else { return false }
    let begin = begin(baseline)
    return time < begin && (baseline.map { time >= begin - $0 } ?? true)
  }

  func new(_ field: String, per groups: [String], baseline: Int64?) -> [String] {
    let inside = found.filter { (time($0) ?? 0) >= begin(baseline) }
    let all = Set(inside.flatMap { tuples(measuring: field, groups, $0) })
    let fresh = all.filter { tuple in
      !records.indices.contains {
        isBefore($0, baseline) && tuples(measuring: field, groups, $0).contains(tuple)
      }
    }
    return fresh.map { tuple in
      (tuple, inside.filter { tuples(measuring: field, groups, $0).contains(tuple) })
    }.sorted { left, right in
      left.1[0] != right.1[0] ? left.1[0] < right.1[0] : left.0.lexicographicallyPrecedes(right.0)
    }.map { line(text($0.0) + [moment($0.1[0]), "\($0.1.count)"]) }
  }

  func rare(_ field: String, baseline: Int64) -> [String] {
    let inside = found.filter { (time($0) ?? 0) >= begin(baseline) }
    let all = Set(inside.flatMap { measured(field, $0) })
    return all.compactMap { key -> (Int, Key, Int)? in
      let own = inside.filter { measured(field, $0).contains(key) }
      let before = records.indices.count {
        isBefore($0, baseline) && measured(field, $0).contains(key)
      }
      let total = own.count + before
      return total <= 3 ? (total, key, own[own.count - 1]) : nil
    }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map { line([$0.1.text, "\($0.0)", moment($0.2)]) }
  }

  // MARK: Bursts and silences

  func burst(
    _ count: Int, distinct: String?, within length: Int64, by groups: [String]
  ) -> [String] {
    var rows: [(first: Int, key: [Key], line: String)] = []
    for key in Set(found.flatMap { tuples(groups, $0) }) {
      let own = found.filter { tuples(groups, $0).contains(key) }
      // Every stretch that ends with an event and holds all that is near enough before it.
      let stretches = own.indices.map { end in
        own[...end].filter { (time(own[end]) ?? 0) - (time($0) ?? 0) <= length }
      }
      func size(_ stretch: [Int]) -> Int {
        distinct.map { field in Set(stretch.flatMap { measured(field, $0) }).count }
          ?? stretch.count
      }
      var bursts: [(events: Set<Int>, peak: Int)] = []
      for stretch in stretches where size(stretch) >= count {
        var merged = (events: Set(stretch), peak: size(stretch))
        bursts.removeAll { other in
          guard !other.events.isDisjoint(with: merged.events) else { return false }
          merged = (merged.events.union(other.events), max(merged.peak, other.peak))
          return true
        }
        bursts.append(merged)
      }
      for burst in bursts {
        let events = burst.events.sorted()
        var parts = text(key) + [moment(events[0]), moment(events[events.count - 1])]
        parts += ["\(events.count)", "\(burst.peak)"]
        // A step's field has the name that it has in an event.
        if !groups.contains(where: { $0 == "user" || $0.hasSuffix(".user") }) {
          parts.append(users(events))
        }
        rows.append((events[0], key, line(parts)))
      }
    }
    return rows.sorted {
      $0.first != $1.first ? $0.first < $1.first : $0.key.lexicographicallyPrecedes($1.key)
    }.map(\.line)
  }

  private func users(_ events: [Int]) -> String {
    var counts: [Key: Int] = [:]
    for key in events.flatMap({ keys("user", $0) }) { counts[key, default: 0] += 1 }
    return counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      .map(\.key.text).joined(separator: ", ")
  }

  func gaps(over length: Int64, by groups: [String]) -> [String] {
    let newest = times.compactMap { $0 }.max() ?? 0
    let end = min(newest, window.upperBound)
    var rows: [(before: Int, key: [Key], line: String)] = []
    for key in Set(found.flatMap { tuples(groups, $0) }) {
      let own = found.filter { tuples(groups, $0).contains(key) }
      let times = own.compactMap { time($0) }
      let steps = times.indices.dropLast().map { times[$0 + 1] - times[$0] }
      let usual = steps.isEmpty ? "-" : "\(steps.sorted()[(steps.count - 1) / 2])"
      for (index, step) in steps.enumerated() where step > length {
        let parts = [moment(own[index]), moment(own[index + 1]), "\(step)", usual]
        rows.append((own[index], key, line(text(key) + parts)))
      }
      if let last = times.last, end - last > length {
        let parts = [moment(own[own.count - 1]), "-", "\(end - last)", usual]
        rows.append((own[own.count - 1], key, line(text(key) + parts)))
      }
    }
    return rows.sorted {
      $0.before != $1.before ? $0.before < $1.before : $0.key.lexicographicallyPrecedes($1.key)
    }.map(\.line)
  }

  // MARK: Buckets

  func count(by field: String?, every length: Int64) -> [String] {
    let events = records.indices.filter {
      guard passes($0) else { return false }
      return time($0).map(window.contains) ?? (window == .min ..< .max)
    }
    func groups(_ index: Int) -> [Key] {
      guard let field else { return [Key(rank: 0, text: "")] }
      let keys = keys(field, index)
      return keys.isEmpty ? [Self.missing] : keys
    }
    let all = Set(events.flatMap(groups)).sorted()
    func rows(_ events: [Int], _ start: String, fills: Bool) -> [String] {
      let counted = all.map { group in (group, events.count { groups($0).contains(group) }) }
      let full = counted.filter { $0.1 > 0 }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
      return (full + (fills ? counted.filter { $0.1 == 0 } : [])).map { group, count in
        line([start] + (field == nil ? [] : [group.text]) + ["\(count)"])
      }
    }
    var lines: [String] = []
    let times = events.compactMap { time($0) }
    if var bucket = times.min(), var last = times.max() {
      if window.lowerBound != .min { bucket = min(bucket, window.lowerBound) }
      if window.upperBound != .max { last = max(last, window.upperBound - 1) }
      bucket -= bucket % length
      while bucket <= last {
        let own = events.filter { time($0).map { $0 - $0 % length == bucket } ?? false }
        lines += rows(own, EventTime.format(bucket), fills: true)
        bucket += length
      }
    }
    return lines + rows(events.filter { time($0) == nil }, "-", fills: false)
  }
}
