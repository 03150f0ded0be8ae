/// Whether a series comes in regular bouts, and when the next is overdue: a nightly snapshot is too rare for any rate
/// to tell that it did not come, but seven nights at the same hour tell it.
///
/// A bout is what follows a silence; its period is the time since the bout before began.
struct PeriodModel: Sendable {
  /// Periods that ended on one day.
  private struct Day: Sendable {
    var day: Int
    var count = 0.0
    var sum = 0.0
    var squares = 0.0
  }
  /// The bouts that are kept apart by one length of silence.
  private struct Bouts: Sendable {
    var separation: Int
    var start: Int?
    var days: [Day] = []
    /// True where the period that is running was reported as overdue: it does not count.
    var isOverdue = false

    mutating func add(_ minute: Int) {
      defer {
        start = minute
        isOverdue = false
      }
      guard let start, !isOverdue else { return }
      let day = minute / 1440
      let period = Double(minute - start)
      if days.last?.day != day { days.append(Day(day: day)) }
      days[days.count - 1].count += 1
      days[days.count - 1].sum += period
      days[days.count - 1].squares += period * period
      days.removeAll { $0.day < day - DetectorRule.modelDays }
    }

    func regularity(at minute: Int) -> (period: Double, deviation: Double)? {
      let first = minute / 1440 - DetectorRule.modelDays
      var known = Day(day: first)
      for day in days where day.day >= first {
        known.count += day.count
        known.sum += day.sum
        known.squares += day.squares
      }
      guard known.count >= Double(DetectorRule.leastPeriods) else { return nil }
      let mean = known.sum / known.count
      let variance = max(0, known.squares / known.count - mean * mean)
      let deviation = variance.squareRoot()
      let allowed =
        known.count < Double(DetectorRule.manyPeriods)
        ? DetectorRule.tightVariation : DetectorRule.looseVariation
      guard deviation <= allowed * mean, mean >= Double(2 * separation) else { return nil }
      return (mean, deviation)
    }
  }
  private var bouts = DetectorRule.separations.map { Bouts(separation: $0) }
  private var lastMinute: Int?

  /// Learns that something was counted in a minute, which is later than those before.
  mutating func learn(_ minute: Int) {
    for index in bouts.indices
    where lastMinute.map({ minute - $0 > bouts[index].separation }) ?? true {
      bouts[index].add(minute)
    }
    lastMinute = minute
  }

  /// When the next bout is due and from when on it is overdue, where the series is regular.
  func due(at minute: Int) -> (due: Int, overdue: Int)? {
    for bout in bouts where !bout.isOverdue {
      guard let start = bout.start, let (period, deviation) = bout.regularity(at: minute) else {
        continue
      }
      let late = max(
        period * DetectorRule.lateness, deviation * DetectorRule.lateDeviations,
        DetectorRule.leastLateness)
      return (start + Int(period.rounded()), start + Int((period + late).rounded(.up)))
    }
    return nil
  }

  /// The period that is running was reported, and is not learnt from.
  mutating func reportedOverdue() {
    for index in bouts.indices { bouts[index].isOverdue = true }
  }
}
