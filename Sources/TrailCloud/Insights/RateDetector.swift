/// Watches one series of counts a minute and says when unusual activity starts and ends.
///
/// It is told of minutes with calls as they pass (`close`), and looked at when nothing happens (`look`, at `nextLook`).
/// It knows no records and no trails.
struct RateDetector: Sendable {
  /// Unusual activity that is going on.
  struct Activity: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case rise, drop, overdue }
    var kind: Kind
    /// The first unusual minute.
    var start: Int
    /// The window that showed it: from its first minute up to, and without, its end.
    var window: Range<Int>
    /// The last minute that was unusual, of a rise.
    var latest: Int
  }
  enum Finding: Hashable, Sendable {
    case start(Activity)
    /// `end` is the first minute that is usual again.
    case end(Activity, end: Int)
  }

  /// False where a series is watched for rises alone.
  let looksForDrops: Bool
  private(set) var activity: Activity?
  private var model = RateModel()
  private var periods = PeriodModel()
  private var profile: RateProfile?
  /// The hour or day for which the profile was made.
  private var profileKey = Int.min
  /// Minutes of the last hour in which something was counted.
  private(set) var recent: [(minute: Int, count: Int)] = []
  /// How many of the last of these have not been learnt from.
  private var unlearnt = 0
  /// Minutes of the rise that is going on.
  private var risen: [(minute: Int, count: Int)] = []
  /// Days on which rises began.
  private var riseDays: [Int] = []
  /// True from a drop that lasted too long until the series is as before.
  private var isDropUsual = false
  /// When to look although nothing is counted.
  private(set) var nextLook: Int?

  init(looksForDrops: Bool) { self.looksForDrops = looksForDrops }

  /// The window in which silence is telling, and the quarter of an hour for which it was found.
  private var telling: (quarter: Int, window: Int?)?
  /// The last minute in which something was counted.
  private var lastMinute: Int?

  /// How long minutes are kept to be added up.
  static let kept = 60

  // MARK: Minutes

  /// Takes in a minute in which something was counted; it is later than those before, and over.
  ///
  /// - Parameter admits: whether anybody wants to know; asked only where something is unusual. What nobody wants to
  ///   know is learnt from like everything else.
  /// - Complexity: O(1) amortised, and a few thousand steps once a day for each hour of the day.
  mutating func close(
    _ minute: Int, count: Int, _ coverage: Coverage, admits: (Activity) -> Bool
  ) -> [Finding] {
    var findings: [Finding] = []
    makeProfile(at: minute, coverage)
    if let activity, activity.kind == .rise { endRise(activity, by: minute, &findings) }
    learn(before: minute - DetectorRule.longWindow + 1)
    let cut = recent.firstIndex { $0.minute > minute - Self.kept } ?? recent.count
    recent.removeFirst(cut)
    recent.append((minute, count))
    unlearnt = min(unlearnt + 1, recent.count)
    if activity?.kind == .rise { risen.append((minute, count)) }
    noteSilence(before: minute, coverage)
    periods.learn(minute)
    lastMinute = minute
    if let activity, activity.kind != .rise { endDrop(activity, at: minute, &findings) }
    if isDropUsual, recovery(at: minute) != nil { isDropUsual = false }
    lookForRise(at: minute, count, admits, &findings)
    planLook(after: minute, coverage)
    return findings
  }

  /// The sum of the counts of the minutes of a range that are still kept.
  func sum(_ range: Range<Int>) -> Int {
    var sum = 0
    for known in recent.reversed() {
      if known.minute < range.lowerBound { break }
      if known.minute < range.upperBound { sum += known.count }
    }
    return sum
  }

  private mutating func makeProfile(at minute: Int, _ coverage: Coverage) {
    let isYoung = !coverage.isWhole(days: DetectorRule.modelDays, before: minute)
    let key = isYoung ? minute / 60 : minute / 1440 * 24
    guard key != profileKey else { return }
    profileKey = key
    telling = nil
    profile = RateProfile(model, coverage: coverage, before: minute / 60)
  }

  /// Lets the model learn the minutes before one, except those of a rise.
  private mutating func learn(before minute: Int) {
    while unlearnt > 0 {
      let next = recent[recent.count - unlearnt]
      guard next.minute < minute else { return }
      unlearnt -= 1
      if let activity, activity.kind == .rise, next.minute >= activity.window.lowerBound {
        continue
      }
      model.learn(next.minute, count: next.count, profile: profile)
    }
  }

  // MARK: Rises

  private mutating func lookForRise(
    at minute: Int, _ count: Int, _ admits: (Activity) -> Bool, _ findings: inout [Finding]
  ) {
    guard let limits = profile?.riseLimits(at: minute), let profile else { return }
    let window = (minute - DetectorRule.longWindow + 1)..<(minute + 1)
    let five = sum(window)
    if let activity {
      guard activity.kind == .rise else { return }
      // A minute that is below the average of a window that is still high was not what made it high.
      let isStillHigh =
        activity.window.count > DetectorRule.shortWindow && five >= limits.stillLong
        && count * DetectorRule.longWindow >= five
      if count >= limits.stillShort || isStillHigh { self.activity?.latest = minute }
      return
    }
    guard count >= limits.short || five >= limits.long else { return }
    let peaks = model.highestPeaks(profile)
    let rate = profile.highRate(at: minute)
    func exceeds(_ count: Int, _ length: Int, _ peak: Double) -> Bool {
      RateModel.excess(count, over: rate * Double(length)) > DetectorRule.peakFactor * peak
    }
    var found: Activity?
    if count >= limits.short, exceeds(count, DetectorRule.shortWindow, peaks.short) {
      found = Activity(kind: .rise, start: minute, window: minute..<(minute + 1), latest: minute)
    } else if five >= limits.long, exceeds(five, DetectorRule.longWindow, peaks.long) {
      // Within the window the activity began with the first minute that is not far below the window's average.
      let start = recent.first {
        window.contains($0.minute) && $0.count * 2 * DetectorRule.longWindow >= five
      }
      found = Activity(kind: .rise, start: start?.minute ?? minute, window: window, latest: minute)
    }
    guard let found, admits(found) else { return }
    activity = found
    risen = recent.filter { $0.minute >= found.window.lowerBound }
    findings.append(.start(found))
  }

  /// Ends a rise that has been over for a while by the time of a minute, or has lasted too long.
  private mutating func endRise(
    _ activity: Activity, by minute: Int, _ findings: inout [Finding]
  ) {
    let isLong = minute - activity.start >= DetectorRule.longestRise
    guard isLong || minute - activity.latest > DetectorRule.calmMinutes else { return }
    let day = activity.start / 1440
    riseDays.removeAll { $0 <= day - DetectorRule.modelDays }
    if riseDays.last != day { riseDays.append(day) }
    self.activity = nil
    let end = isLong ? activity.start + DetectorRule.longestRise : activity.latest + 1
    let isUsual = isLong || riseDays.count >= DetectorRule.usualRiseDays
    for (minute, count) in risen where isUsual || minute > activity.latest {
      model.learn(minute, count: count, profile: profile)
    }
    if isLong { profileKey = .min }
    risen = []
    unlearnt = 0
    findings.append(.end(activity, end: end))
  }

  // MARK: Drops

  /// Looks at a series in whose last minutes nothing, or little, was counted.
  ///
  /// - Parameter minute: the minute that has just begun.
  mutating func look(
    at minute: Int, _ coverage: Coverage, admits: (Activity) -> Bool
  ) -> [Finding] {
    var findings: [Finding] = []
    nextLook = nil
    if let activity {
      if activity.kind == .rise {
        endRise(activity, by: minute, &findings)
      } else if minute - activity.start >= DetectorRule.longestDrop {
        self.activity = nil
        isDropUsual = true
        findings.append(.end(activity, end: minute))
      }
    } else if looksForDrops, !isDropUsual {
      makeProfile(at: minute, coverage)
      learn(before: minute - DetectorRule.longWindow)
      if coverage.isWhole(days: DetectorRule.dropDays, before: minute),
        let found = overdue(at: minute) ?? drop(at: minute), admits(found)
      {
        activity = found
        if found.kind == .overdue { periods.reportedOverdue() }
        findings.append(.start(found))
      }
    }
    planLook(after: minute - 1, coverage)
    return findings
  }

  private func overdue(at minute: Int) -> Activity? {
    guard let (due, overdue) = periods.due(at: minute), minute >= overdue,
      lastMinute.map({ $0 < due }) ?? true
    else { return nil }
    return Activity(kind: .overdue, start: due, window: due..<minute, latest: minute - 1)
  }

  private mutating func drop(at minute: Int) -> Activity? {
    guard let profile, let window = tellingWindow(before: minute) else { return nil }
    for stretch in [1, DetectorRule.dropStretch] {
      let range = (minute - window * stretch)..<minute
      let expected = expectation(range)
      let silence = (lastMinute ?? 0) + 1
      // Of longer windows only silence is looked for: their minutes are not kept.
      guard range.count <= Self.kept || silence <= range.lowerBound else { continue }
      let count = sum(range)
      guard Double(count) < expected * DetectorRule.dropPart,
        expected > model.deepestSilence * DetectorRule.silenceFactor
      else { continue }
      let distribution = CountDistribution(mean: expected, dispersion: profile.dropDispersion)
      guard let limit = distribution.lowerThreshold(DetectorRule.dropRarity), count <= limit else {
        continue
      }
      let start = count == 0 ? firstMissedMinute(in: silence..<minute) : firstLowMinute(in: range)
      return Activity(kind: .drop, start: start, window: start..<minute, latest: minute - 1)
    }
    return nil
  }

  /// The first minute of a silence since which something was always to be expected: no drop begins in hours of the day
  /// in which nothing came for a week.
  private func firstMissedMinute(in silence: Range<Int>) -> Int {
    func isRest(_ hour: Int) -> Bool {
      (1...DetectorRule.modelDays).allSatisfy { model.sum(ofHour: hour - $0 * 24) == 0 }
    }
    var minute = silence.upperBound
    while minute > silence.lowerBound, !isRest((minute - 1) / 60) {
      minute = (minute - 1) / 60 * 60
    }
    return max(minute, silence.lowerBound)
  }

  /// The first minute of a window in which less was counted than a drop may hold.
  private func firstLowMinute(in range: Range<Int>) -> Int {
    range.first { minute in
      Double(sum(minute..<(minute + 1))) < lowRate(at: minute) * DetectorRule.dropPart
    } ?? range.lowerBound
  }

  /// The shortest window before a minute in which silence is telling, as of its quarter of an hour.
  private mutating func tellingWindow(before minute: Int) -> Int? {
    let quarter = minute / DetectorRule.border
    if let known = telling, known.quarter == quarter { return known.window }
    let window = findTellingWindow(before: quarter * DetectorRule.border)
    telling = (quarter, window)
    return window
  }

  private func findTellingWindow(before minute: Int) -> Int? {
    guard let profile, profile.tellingMean < .infinity else { return nil }
    var expected = 0.0
    var length = 0
    while length < DetectorRule.longestDropWindow {
      let rate = lowRate(at: minute - length - 1)
      // As far as the rate stays the same: to a quarter of an hour.
      let step = (minute - length - 1) % DetectorRule.border + 1
      let missing = profile.tellingMean - expected
      if rate > 0, missing <= rate * Double(step) {
        length += max(1, Int((missing / rate).rounded(.up)))
        return max(length, DetectorRule.shortestDrop)
      }
      expected += rate * Double(step)
      length += step
    }
    return nil
  }

  private func expectation(_ range: Range<Int>) -> Double {
    var expected = 0.0
    var minute = range.upperBound
    while minute > range.lowerBound {
      let step = min((minute - 1) % DetectorRule.border + 1, minute - range.lowerBound)
      expected += lowRate(at: minute - 1) * Double(step)
      minute -= step
    }
    return expected
  }

  /// The rate that is expected, and not more than there was in the hours around a week before: days of the week differ.
  private func rate(at minute: Int) -> Double {
    guard let rate = profile?.rates[minute / 60 % 24], rate > 0 else { return 0 }
    let week = minute / 60 - DetectorRule.modelDays * 24
    let then = max(
      model.sum(ofHour: week - 1), model.sum(ofHour: week), model.sum(ofHour: week + 1))
    return min(rate, Double(then) / 60)
  }

  /// The same, and the lower near the border of two hours.
  private func lowRate(at minute: Int) -> Double {
    let own = rate(at: minute)
    let place = minute % 60
    if own == 0 || (DetectorRule.border..<(60 - DetectorRule.border)).contains(place) { return own }
    let other =
      place < DetectorRule.border ? minute - DetectorRule.border : minute + DetectorRule.border
    return min(own, profile?.rates[other / 60 % 24] ?? 0)
  }

  /// The first minute of the last five in which the series is as before, if it is.
  private func recovery(at minute: Int) -> Int? {
    let window = (minute - DetectorRule.longWindow + 1)..<(minute + 1)
    let count = Double(sum(window))
    guard count >= max(1, expectation(window) * DetectorRule.recovery) else { return nil }
    return recent.first {
      window.contains($0.minute)
        && Double($0.count) >= lowRate(at: $0.minute) * DetectorRule.recovery
    }?.minute ?? minute
  }

  private mutating func endDrop(
    _ activity: Activity, at minute: Int, _ findings: inout [Finding]
  ) {
    let back = activity.kind == .overdue ? minute : recovery(at: minute)
    guard let back else { return }
    self.activity = nil
    findings.append(.end(activity, end: max(back, activity.start + 1)))
  }

  /// Remembers the silence that a minute ends, so that one like it is not unusual another time.
  private mutating func noteSilence(before minute: Int, _ coverage: Coverage) {
    guard looksForDrops, let last = lastMinute, minute - last > DetectorRule.shortestDrop,
      coverage.isWhole(days: DetectorRule.dropDays, before: last)
    else { return }
    let first = max(last + 1, minute - DetectorRule.longestDropWindow)
    model.noteSilence(expected: expectation(first..<minute), endingAt: minute)
  }

  /// Forgets the activity that is going on: nobody looks any more.
  mutating func abandon() {
    activity = nil
    risen = []
  }

  // MARK: When to look

  private mutating func planLook(after minute: Int, _ coverage: Coverage) {
    nextLook = nil
    if let activity {
      nextLook =
        activity.kind == .rise
        ? activity.latest + DetectorRule.calmMinutes + 1
        : activity.start + DetectorRule.longestDrop
      return
    }
    guard looksForDrops, !isDropUsual,
      coverage.isWhole(days: DetectorRule.dropDays, before: minute)
    else { return }
    var next = Int.max
    if let due = periods.due(at: minute) { next = max(due.overdue, minute + 2) }
    if let window = tellingWindow(before: minute + 1) {
      next = min(next, minute + 1 + max(1, window / DetectorRule.shortestDrop))
    }
    if next < Int.max { nextLook = next }
  }
}
