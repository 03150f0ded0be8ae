/// A trail that has, or had, Insights.
struct InsightWatch: Sendable {
  /// What it looks at now: nothing while it does not log.
  private(set) var kinds: InsightKinds = []
  /// Since when it looks at each kind, in milliseconds since 1970 UTC, and for how long it has.
  private var since: [InsightKinds: Int64] = [:]
  private var coverages: [InsightKinds: Coverage] = [:]

  /// Ours: after Insights are enabled, or logging begins again, nothing is reported for this long. AWS may take up to
  /// 36 hours (facts §9.2).
  static let warmUp: Int64 = 36 * 3_600_000

  /// Takes over what the trail looks at from a time on.
  ///
  /// - Returns: what it looks at no more.
  mutating func change(to kinds: InsightKinds, at time: Int64) -> InsightKinds {
    let minute = Int(time / 60_000)
    for kind in InsightKinds.all {
      switch (self.kinds.contains(kind), kinds.contains(kind)) {
      case (false, true):
        since[kind] = time
        coverages[kind, default: Coverage()].begin(at: minute)
      case (true, false): coverages[kind, default: Coverage()].end(at: minute)
      default: break
      }
    }
    defer { self.kinds = kinds }
    return self.kinds.subtracting(kinds)
  }

  /// Counts are known from a time on, though it looks later.
  mutating func knows(_ kinds: InsightKinds, since time: Int64) {
    for kind in InsightKinds.all where kinds.contains(kind) {
      coverages[kind, default: Coverage()].begin(at: Int((time + 59_999) / 60_000))
    }
  }

  func coverage(of kind: InsightKinds) -> Coverage { coverages[kind] ?? Coverage() }

  /// Since when it looks at a kind without a break; nil where it does not.
  func start(of kind: InsightKinds) -> Int64? { kinds.contains(kind) ? since[kind] : nil }

  /// Whether it has looked at a kind for long enough to report.
  func isWarm(_ kind: InsightKinds, at time: Int64) -> Bool {
    start(of: kind).map { time - $0 >= Self.warmUp } ?? false
  }
}
