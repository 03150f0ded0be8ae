import Testing
import TrailTestSupport

@testable import TrailCloud

/// Counts a minute, from a Monday's midnight on, and what the detector finds in them.
private struct Watched {
  static let begin = 20458 * 1440
  /// Insights are reported once 36 hours have passed.
  static let warm = begin + 36 * 60

  var findings: [RateDetector.Finding] = []
  private(set) var detector: RateDetector

  init(_ counts: [Int], looksForDrops: Bool = true) {
    detector = RateDetector(looksForDrops: looksForDrops)
    var coverage = Coverage()
    coverage.begin(at: Self.begin)
    for (index, count) in counts.enumerated() {
      let minute = Self.begin + index
      while let look = detector.nextLook, look <= minute {
        findings += detector.look(at: look, coverage) { _ in look >= Self.warm }
      }
      if count > 0 {
        findings += detector.close(minute, count: count, coverage) { _ in minute >= Self.warm }
      }
    }
  }

  var starts: [RateDetector.Activity] {
    findings.compactMap { if case .start(let activity) = $0 { activity } else { nil } }
  }
  var ends: [(activity: RateDetector.Activity, end: Int)] {
    findings.compactMap {
      if case .end(let activity, let end) = $0 { (activity, end) } else { nil }
    }
  }
}

@Suite struct RateDetectorTests {
  private static func minutes(days: Int, _ count: (Int) -> Int) -> [Int] {
    (0..<(days * 1440)).map(count)
  }

  /// The example of §9.2 and AWS's guide: twenty a minute, then a hundred.
  @Test func fiveTimesAsMuchIsARise() throws {
    var counts = Self.minutes(days: 9) { 18 + $0 * 7 % 5 }
    let at = 8 * 1440 + 700
    for minute in at..<(at + 4) { counts[minute] = 100 }
    let watched = Watched(counts)
    let start = try #require(watched.starts.first)
    #expect(watched.starts.count == 1 && watched.ends.count == 1)
    #expect(start.kind == .rise && start.start == Watched.begin + at)
    #expect(start.window.count == 1)
    #expect(watched.ends.first?.end == Watched.begin + at + 4)
  }

  /// AWS's guide: twenty a minute, then none; the end is when they come back.
  @Test func steadyCallsThatStopAreADrop() throws {
    var counts = Self.minutes(days: 9) { 18 + $0 * 7 % 5 }
    let at = 8 * 1440 + 700
    for minute in at..<(at + 10) { counts[minute] = 0 }
    let watched = Watched(counts)
    let start = try #require(watched.starts.first)
    #expect(watched.starts.count == 1 && watched.ends.count == 1)
    #expect(start.kind == .drop && start.start == Watched.begin + at)
    #expect(start.window.count <= DetectorRule.shortestDrop + 1)
    #expect(watched.ends.first?.end == Watched.begin + at + 10)
  }

  /// AWS's guide: an error that hardly ever comes, then twelve a minute.
  @Test func fewAreManyWhereNoneIsUsual() throws {
    var counts = Self.minutes(days: 9) { $0 == 3000 ? 1 : 0 }
    let at = 8 * 1440 + 700
    for minute in at..<(at + 3) { counts[minute] = 12 }
    let watched = Watched(counts + [0, 0, 0, 0, 0, 0, 0])
    #expect(watched.starts.map(\.start) == [Watched.begin + at])
    #expect(watched.ends.map(\.end) == [Watched.begin + at + 3])
    // Calls that are few a minute, but ten in five.
    counts = Self.minutes(days: 9) { _ in 0 }
    for minute in at..<(at + 5) { counts[minute] = 2 }
    let slow = try #require(Watched(counts).starts.first)
    #expect(slow.window.count == DetectorRule.longWindow && slow.start == Watched.begin + at)
    for minute in at..<(at + 5) { counts[minute] = 1 }
    #expect(Watched(counts).starts.isEmpty)
  }

  /// Nothing is reported for 36 hours, and what came in them is learnt.
  @Test func whatCameBeforeIsLearnt() {
    let bout = [Int](repeating: 30, count: 3)
    var counts = Self.minutes(days: 10) { _ in 0 }
    for hour in stride(from: 5, to: 230, by: 7) {
      counts.replaceSubrange((hour * 60)..<(hour * 60 + 3), with: bout)
    }
    #expect(Watched(counts).starts.filter { $0.kind == .rise }.isEmpty)
  }

  /// A rhythm of days: what is usual at noon is a rise at night.
  @Test func theHourOfTheDayCounts() throws {
    func usual(_ minute: Int) -> Int {
      (8..<18).contains(minute / 60 % 24) ? 20 : minute % 2
    }
    var counts = Self.minutes(days: 10, usual)
    #expect(Watched(counts).starts.isEmpty)
    let night = 9 * 1440 + 3 * 60
    for minute in night..<(night + 5) { counts[minute] = 20 }
    #expect(Watched(counts).starts.map(\.start) == [Watched.begin + night])
  }

  /// A weekend's rest is no drop once one was seen; that a weekday's calls do not come is one.
  @Test func daysOfTheWeekDiffer() throws {
    func usual(_ minute: Int) -> Int {
      minute / 1440 % 7 < 5 && (8..<18).contains(minute / 60 % 24) && minute % 5 == 0 ? 20 : 0
    }
    var counts = Self.minutes(days: 21, usual)
    #expect(Watched(counts).starts.isEmpty)
    // A Wednesday.
    for minute in (16 * 1440)..<(17 * 1440) { counts[minute] = 0 }
    let found = Watched(counts)
    #expect(found.starts.map(\.kind) == [.drop])
    #expect(found.starts.first?.start == Watched.begin + 16 * 1440 + 8 * 60)
    #expect(found.ends.first?.end == Watched.begin + 17 * 1440 + 8 * 60)
  }

  /// A nightly snapshot that does not come: overdue by a quarter of its period.
  @Test func aNightThatDoesNotComeIsNoticed() throws {
    var counts = Self.minutes(days: 14) { _ in 0 }
    for night in 0..<14 {
      // Five calls in two minutes, some minutes to and fro.
      let at = night * 1440 + 120 + night * 3 % 7
      counts[at] = 3
      counts[at + 1] = 2
    }
    #expect(Watched(counts).starts.isEmpty)
    let missing = 10 * 1440
    for minute in missing..<(missing + 1440) { counts[minute] = 0 }
    let found = Watched(counts)
    let start = try #require(found.starts.first)
    #expect(found.starts.count == 1 && start.kind == .overdue)
    #expect(abs(start.start - (Watched.begin + missing + 120)) < 15)
    #expect(abs(start.window.upperBound - (Watched.begin + missing + 480)) < 30)
    #expect(abs((found.ends.first?.end ?? 0) - (Watched.begin + missing + 1440 + 120)) < 15)
  }

  /// Once a day at any hour is not regular.
  @Test func onceADayAtAnyHourIsNotRegular() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      var counts = Self.minutes(days: 20) { _ in 0 }
      for day in 0..<20 { counts[day * 1440 + Int.random(in: 0..<1440, using: &generator)] = 1 }
      #expect(Watched(counts).starts.isEmpty)
    }
  }

  /// What lasts a day becomes usual; so does a silence of a week.
  @Test func whatLastsBecomesUsual() {
    let more = Self.minutes(days: 20) { $0 % 5 > 0 ? 0 : $0 < 9 * 1440 ? 4 : 80 }
    let risen = Watched(more)
    #expect(risen.starts.map(\.kind) == [.rise])
    #expect(risen.ends.map(\.end) == [Watched.begin + 9 * 1440 + DetectorRule.longestRise])
    let less = Self.minutes(days: 30) {
      $0 % 5 == 0 && ($0 < 9 * 1440 || $0 > 25 * 1440) ? 20 : 0
    }
    let dropped = Watched(less)
    // That it comes back is no rise: so many were seen within 28 days.
    #expect(dropped.starts.map(\.kind) == [.drop])
    #expect(
      dropped.ends.first?.end ?? 0 == (dropped.starts.first?.start ?? 0) + DetectorRule.longestDrop)
  }

  /// Two bursts of a week are both told; from the third day with bursts on they are usual.
  @Test func burstsThatComeAgainAndAgainAreUsual() {
    var counts = Self.minutes(days: 20) { $0 % 10 == 0 ? 1 : 0 }
    for day in 8..<16 {
      for minute in 600..<605 { counts[day * 1440 + minute + day * 40] = 30 }
    }
    let found = Watched(counts).starts
    #expect(found.count == DetectorRule.usualRiseDays)
    var two = Self.minutes(days: 20) { $0 % 10 == 0 ? 1 : 0 }
    for day in [8, 11] { for minute in 600..<605 { two[day * 1440 + minute] = 30 } }
    #expect(Watched(two).starts.count == 2)
  }

  /// Errors that cease are good news.
  @Test func errorsAreWatchedForRisesAlone() {
    let counts = Self.minutes(days: 9) { $0 % 5 == 0 && $0 < 8 * 1440 ? 20 : 0 }
    #expect(Watched(counts, looksForDrops: false).starts.isEmpty)
    #expect(Watched(counts).starts.count == 1)
  }

  /// Starts and ends alternate, whatever comes.
  @Test(arguments: 0..<4)
  func startsAndEndsAlternate(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var rate = 3
    let counts = Self.minutes(days: 14) { minute in
      guard minute % 3 == 0 else { return 0 }
      if minute % 171 == 0 {
        rate = [0, 0, 1, 3, 3, 3, 10, 200].randomElement(using: &generator) ?? 0
      }
      return rate == 0 ? 0 : Int.random(in: 0...(6 * rate), using: &generator)
    }
    var open: RateDetector.Activity?
    for finding in Watched(counts).findings {
      switch finding {
      case .start(let activity):
        #expect(open == nil)
        #expect(activity.window.contains(activity.start) || activity.window.isEmpty == false)
        open = activity
      case .end(let activity, let end):
        #expect(open?.start == activity.start && open?.kind == activity.kind)
        #expect(end > activity.start)
        open = nil
      }
    }
  }

  /// Counting takes up again after a pause without crying that nothing came in it.
  @Test func aPauseInCountingIsNoDrop() {
    var detector = RateDetector(looksForDrops: true)
    var coverage = Coverage()
    var findings: [RateDetector.Finding] = []
    coverage.begin(at: Watched.begin)
    for minute in stride(from: Watched.begin, to: Watched.begin + 20 * 1440, by: 5) {
      let day = (minute - Watched.begin) / 1440
      let isOff = (9..<11).contains(day)
      if isOff { coverage.end(at: minute) } else { coverage.begin(at: minute) }
      while let look = detector.nextLook, look <= minute {
        findings += detector.look(at: look, coverage) { _ in true }
      }
      if !isOff { findings += detector.close(minute, count: 20, coverage) { _ in day > 0 } }
    }
    #expect(findings.isEmpty)
  }
}

@Suite struct CountDistributionTests {
  /// Against tables of Poisson's distribution.
  @Test func withoutDispersionItIsPoisson() {
    // P(X >= 10 | 1) = 1.11e-7, P(X >= 11 | 1) = 1.00e-8.
    let one = CountDistribution(mean: 1, dispersion: 0)
    #expect(one.upperThreshold(1.2e-7) == 10)
    #expect(one.upperThreshold(1.0e-7) == 11)
    #expect(one.upperThreshold(0.05) == 4)
    #expect(one.lowerThreshold(0.3) == nil && one.lowerThreshold(0.4) == 0)
    let hundred = CountDistribution(mean: 100, dispersion: 0)
    // P(X <= 50 | 100) = 1.0e-8 or so, P(X >= 160 | 100) = 1.6e-8 or so.
    #expect((48...54).contains(hundred.lowerThreshold(1e-7) ?? 0))
    #expect((154...160).contains(hundred.upperThreshold(1e-7)))
  }

  /// The mean of tails agrees with sums of the distribution itself, in fine and coarse units.
  @Test(arguments: [(0.01, 900.0), (0.3, 4.0), (5.0, 0.5), (40.0, 3.0), (200.0, 0.02)])
  func thresholdsAreQuantiles(mean: Double, dispersion: Double) {
    let distribution = CountDistribution(mean: mean, dispersion: dispersion)
    var weights = [1.0]
    for count in 0..<40_000 {
      let factor =
        (dispersion * Double(count) + 1) / Double(count + 1) * (mean / (dispersion * mean + 1))
      weights.append((weights.last ?? 0) * factor)
    }
    let total = weights.reduce(0, +)
    for rarity in [1e-2, 1e-4, 1e-7] {
      var tail = 0.0
      var exact = weights.count
      while exact > 0, tail + weights[exact - 1] < rarity * total {
        exact -= 1
        tail += weights[exact]
      }
      let found = distribution.upperThreshold(rarity)
      #expect(abs(found - exact) <= 1 + exact / 15, "\(rarity): \(found), \(exact)")
    }
  }
}
