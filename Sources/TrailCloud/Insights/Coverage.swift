/// For how long calls have been counted: hours in which nobody counted say nothing about how usual silence is.
struct Coverage: Sendable {
  /// The first minute in which calls were counted; nil where they never were.
  private(set) var since: Int?
  /// Whether they are counted now.
  private(set) var isCounting = false
  /// Hours, of the last days only, in which they were not counted for a part at least.
  private var gaps: Set<Int> = []
  private var stopped: Int?

  /// Begins, or begins again, to count.
  mutating func begin(at minute: Int) {
    guard !isCounting else { return }
    isCounting = true
    if since == nil { since = minute }
    if let stopped {
      let first = max(stopped / 60, minute / 60 - Self.remembered)
      for hour in first...max(first, minute / 60) { gaps.insert(hour) }
    }
    stopped = nil
    gaps = gaps.filter { $0 >= minute / 60 - Self.remembered }
  }

  mutating func end(at minute: Int) {
    guard isCounting else { return }
    isCounting = false
    stopped = minute
  }

  private static let remembered = (DetectorRule.modelDays + 2) * 24

  /// Whether calls were counted in all of an hour that has passed.
  func covers(hour: Int) -> Bool {
    guard let since, hour * 60 >= since else { return false }
    if let stopped, hour * 60 + 60 > stopped { return false }
    return gaps.isEmpty || !gaps.contains(hour)
  }

  /// Whether calls are counted, and nothing is missing of the days before a minute.
  func isWhole(days: Int, before minute: Int) -> Bool {
    guard isCounting, let since, minute - since >= days * 1440 else { return false }
    return gaps.allSatisfy { $0 < minute / 60 - days * 24 }
  }
}
