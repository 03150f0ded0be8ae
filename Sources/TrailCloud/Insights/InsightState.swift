/// All that Insights keep.
struct InsightState {
  /// The trails that have, or had, Insights.
  private(set) var watches: [TrailID: InsightWatch] = [:]
  /// True where any trail looks at anything now: while it is false, calls cost nothing.
  private(set) var isWatching = false
  private(set) var series: [InsightSeries] = []
  private var numbers: [InsightSeriesKey: Int] = [:]
  /// Series in which something was counted in the running minute, in the order in which it was.
  private var touched: [Int] = []
  /// When to look at series in which nothing is counted.
  private var looks = LookQueue()
  /// When the next tick is scheduled.
  private var nextTick: Int?
  /// Insights that were found and not published yet.
  private var pending: [Int: InsightPublication] = [:]
  private var pendingCount = 0
  /// Insights events about data events, newest last: Event history does not keep them.
  private(set) var dataEvents: [EventRecord] = []
  /// Where ids and delays come from; made when first needed.
  var source: IdentifierSource?

  // MARK: Trails

  /// Takes over what a trail looks at from a time on.
  ///
  /// - Returns: what it looks at no more.
  mutating func watch(_ trail: TrailID, _ kinds: InsightKinds, at time: Int64) -> InsightKinds {
    if kinds.isEmpty, watches[trail] == nil { return [] }
    let ended = watches[trail, default: InsightWatch()].change(to: kinds, at: time)
    isWatching = watches.values.contains { !$0.kinds.isEmpty }
    return ended
  }

  /// Whether calls that a kind of a trail's Insights looks at have been counted at any time: management events are the
  /// account's, whichever trail looks.
  func hasLooked(at kind: InsightKinds, _ trail: TrailID) -> Bool {
    func isKnown(_ watch: InsightWatch) -> Bool { watch.coverage(of: kind).since != nil }
    return kind.isOfData
      ? watches[trail].map(isKnown) ?? false : watches.values.contains(where: isKnown)
  }

  /// Counts of a trail are known from a time on, though it did not look yet.
  mutating func knows(_ kinds: InsightKinds, of trail: TrailID, since time: Int64) {
    watches[trail, default: InsightWatch()].knows(kinds, since: time)
  }

  /// The series of a key; nil where nothing was counted for it.
  subscript(_ key: InsightSeriesKey) -> InsightSeries? { numbers[key].map { series[$0] } }

  /// How long a series has been looked at.
  func coverage(of series: InsightSeries) -> Coverage {
    watches[series.lens]?.coverage(of: series.key.kind) ?? Coverage()
  }

  // MARK: Counting

  /// Counts a record that some trails recorded.
  ///
  /// - Parameters:
  ///   - now: the minute that is running.
  ///   - past: the kinds for which it is counted although nothing looks, of a record of the past; nil for those that
  ///     look.
  /// - Complexity: O(1) for each kind of Insights that looks at it.
  mutating func count(
    _ record: EventRecord, recordedBy trails: [TrailID], now: Int, only past: InsightKinds? = nil
  ) {
    guard record.category == .management || record.category == .data else { return }
    var management: InsightKinds = []
    var lens: TrailID?
    for trail in trails {
      guard let kinds = past ?? watches[trail]?.kinds, !kinds.isEmpty else { continue }
      if record.category == .management {
        management.formUnion(kinds)
        lens = lens ?? trail
      } else {
        count(record, kinds, trail: trail, lens: trail, now: now)
      }
    }
    if let lens { count(record, management, trail: nil, lens: lens, now: now) }
  }

  private mutating func count(
    _ record: EventRecord, _ kinds: InsightKinds, trail: TrailID?, lens: TrailID, now: Int
  ) {
    let isCounted =
      trail == nil
      ? kinds.contains(.callRate) && record.isReadOnly == false : kinds.contains(.dataCallRate)
    let isErrorCounted =
      record.errorCode != nil && kinds.contains(trail == nil ? .errorRate : .dataErrorRate)
    guard isCounted || isErrorCounted else { return }
    var values = AttributedValues(record)
    if trail != nil { values.resourceARN = record.attributedResource ?? AttributedValues.absent }
    var key = InsightSeriesKey(
      account: record.recipientAccountID, region: record.awsRegion, trail: trail,
      eventSource: record.eventSource, eventName: record.eventName)
    if isErrorCounted {
      key.errorCode = record.errorCode
      count(values, key, record, lens: lens, now: now)
      key.errorCode = nil
    }
    if isCounted {
      values.errorCode = record.errorCode ?? AttributedValues.absent
      count(values, key, record, lens: lens, now: now)
    }
  }

  private mutating func count(
    _ values: AttributedValues, _ key: InsightSeriesKey, _ record: EventRecord, lens: TrailID,
    now: Int
  ) {
    let number: Int
    if let known = numbers[key] {
      number = known
    } else {
      number = series.count
      numbers[key] = number
      series.append(InsightSeries(key, lens: lens, sample: record))
    }
    let found = series[number]
    if found.lens != lens { chooseLens(of: found, lens) }
    let minute = Int(record.eventTime / 60_000)
    if minute < now {
      found.countLate(values, in: minute)
    } else if found.count(values, in: now) {
      touched.append(number)
    }
  }

  /// Of two trails that look at a series, the one that has looked longer is the measure.
  private func chooseLens(of series: InsightSeries, _ other: TrailID) {
    let kind = series.key.kind
    guard let start = watches[other]?.start(of: kind) else { return }
    let known = watches[series.lens]?.start(of: kind)
    if known.map({ start < $0 }) ?? true { series.lens = other }
  }

  // MARK: Ticks

  /// The series in which something was counted in the minute that is over, or which are to be looked at by a minute.
  mutating func takeDue(by minute: Int) -> (touched: [Int], looks: [Int]) {
    if let tick = nextTick, tick <= minute { nextTick = nil }
    defer { touched = [] }
    let due = looks.takeDue(by: minute)
    for number in due { series[number].plannedLook = nil }
    return (touched, due)
  }

  /// The series in which something was counted in a minute of the past.
  mutating func takeTouched() -> [Int] {
    defer { touched = [] }
    return touched
  }

  /// Remembers when a series wants to be looked at.
  mutating func planLook(_ number: Int) {
    guard let minute = series[number].detector.nextLook,
      series[number].plannedLook.map({ minute < $0 }) ?? true
    else { return }
    series[number].plannedLook = minute
    looks.add(number, at: minute)
  }

  /// The minute for which a tick has to be scheduled; nil where one is already, or none is needed.
  mutating func tickToSchedule(after minute: Int) -> Int? {
    var wanted = looks.next
    if !touched.isEmpty { wanted = min(wanted ?? .max, minute + 1) }
    guard let wanted, nextTick.map({ wanted < $0 }) ?? true else { return nil }
    let tick = max(wanted, minute + 1)
    nextTick = tick
    return tick
  }

  // MARK: Publication

  mutating func add(_ publication: InsightPublication) -> Int {
    pendingCount += 1
    pending[pendingCount] = publication
    return pendingCount
  }

  mutating func takePublication(_ number: Int) -> InsightPublication? {
    pending.removeValue(forKey: number)
  }

  /// Keeps an Insights event about data events for as long as AWS tells it.
  mutating func keepDataEvent(_ record: EventRecord, now: Int64) {
    let oldest = now - LookupRequest.daysKept * 86_400_000
    dataEvents.removeAll { $0.eventTime < oldest }
    dataEvents.append(record)
  }
}

/// An Insights event that waits to be published, and the trails that get it.
struct InsightPublication {
  var record: EventRecord
  var trails: [TrailID]
  /// True where it is about data events, which Event history does not tell.
  var isOfData: Bool
  var news: Happenings.InsightNews
}

/// What Insights do by themselves.
enum ScheduledInsight {
  /// A minute is over, or a series is to be looked at.
  case tick
  /// An Insights event is published.
  case publication(Int)
}

/// Series by the minute at which they want to be looked at: a binary heap, in which a series may stand several times.
private struct LookQueue {
  private var heap: [(minute: Int, number: Int)] = []

  var next: Int? { heap.first?.minute }

  /// - Complexity: O(log *n*).
  mutating func add(_ number: Int, at minute: Int) {
    heap.append((minute, number))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// The series that are due, each once, in the order of their numbers.
  mutating func takeDue(by minute: Int) -> [Int] {
    var due: Set<Int> = []
    while let first = heap.first, first.minute <= minute {
      due.insert(first.number)
      removeFirst()
    }
    return due.sorted()
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child] < heap[least] { least = child }
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
