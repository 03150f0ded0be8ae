/// The detector alone, without a world: what the rule's rates are measured with.
package struct DetectorTrial {
  package enum Kind: Hashable, Sendable { case rise, drop, overdue }

  /// Unusual activity that was found.
  package struct Finding: Hashable, Sendable {
    package var kind: Kind
    /// The first unusual minute, and the minute in which it was found, counted from the series' first.
    package var start: Int
    package var found: Int
  }

  /// What would be reported of a series of counts a minute, the first 36 hours of which are only learnt from.
  ///
  /// - Parameter begin: the minute of the first count, since 1970.
  package static func findings(in counts: [Int], from begin: Int) -> [Finding] {
    var detector = RateDetector(looksForDrops: true)
    var coverage = Coverage()
    coverage.begin(at: begin)
    let warm = begin + Int(InsightWatch.warmUp / 60_000)
    var found: [RateDetector.Finding] = []
    for (index, count) in counts.enumerated() {
      let minute = begin + index
      while let look = detector.nextLook, look <= minute {
        found += detector.look(at: look, coverage) { _ in look >= warm }
      }
      if count > 0 {
        found += detector.close(minute, count: count, coverage) { _ in minute >= warm }
      }
    }
    return found.compactMap { finding in
      guard case .start(let activity) = finding else { return nil }
      let kind: Kind =
        switch activity.kind {
        case .rise: .rise
        case .drop: .drop
        case .overdue: .overdue
        }
      return Finding(
        kind: kind, start: activity.start - begin, found: activity.window.upperBound - begin)
    }
  }
}
