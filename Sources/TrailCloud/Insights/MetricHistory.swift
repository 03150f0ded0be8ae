/// What a series counted, for as long as AWS tells it: each minute for 15 days, five minutes for 63, hours for 90
/// (facts §9.4).
struct MetricHistory: Sendable {
  /// The lengths of periods.
  enum Period: Int, CaseIterable, Sendable {
    case minute = 60
    case fiveMinutes = 300
    case hour = 3600

    /// For how long its values are told, in days.
    var days: Int {
      switch self {
      case .minute: 15
      case .fiveMinutes: 63
      case .hour: 90
      }
    }
    var minutes: Int { rawValue / 60 }
  }

  /// Periods that are not zero, in the order of time. The first ones may be too old.
  private struct Ring: Sendable {
    var slots: [(start: Int32, count: Int32)] = []
    var first = 0

    mutating func add(_ start: Int32, _ count: Int32, oldest: Int32) {
      if let last = slots.last, last.start >= start {
        // Nearly always the last one; late records go further back.
        var place = slots.count - 1
        while place > first, slots[place].start > start { place -= 1 }
        if slots[place].start == start {
          slots[place].count += count
        } else {
          slots.insert((start, count), at: slots[place].start < start ? place + 1 : place)
        }
        return
      }
      slots.append((start, count))
      while first < slots.count, slots[first].start < oldest { first += 1 }
      if first > slots.count / 2 {
        slots.removeFirst(first)
        first = 0
      }
    }
  }
  private var rings = [Ring](repeating: Ring(), count: Period.allCases.count)

  /// Adds what was counted in a minute.
  ///
  /// - Complexity: O(1) amortised for minutes that come in order.
  mutating func add(_ minute: Int, count: Int) {
    for (index, period) in Period.allCases.enumerated() {
      let start = minute / period.minutes * period.minutes
      rings[index].add(Int32(start), Int32(count), oldest: Int32(minute - period.days * 1440))
    }
  }

  /// The periods that begin in a range of minutes and are not zero, in the order of time.
  func values(_ period: Period, in minutes: Range<Int>) -> [(minute: Int, count: Int)] {
    let ring = rings[Period.allCases.firstIndex(of: period) ?? 0]
    return ring.slots[ring.first...].compactMap { slot in
      minutes.contains(Int(slot.start)) ? (Int(slot.start), Int(slot.count)) : nil
    }
  }
}
