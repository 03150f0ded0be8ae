/// One series that Insights watch: its counts, its baseline, and what is unusual about it now.
///
/// Everything is kept as the minutes pass; nothing is ever counted again. It belongs to the cloud's thread.
final class InsightSeries {
  /// What was counted in one minute, or on one day.
  struct Tally: Sendable {
    /// The minute, or the day.
    var number: Int
    var count = 0
    var attributions = Attributions()
  }
  /// An Insight that has started.
  struct Open {
    var sharedID: String
    /// The trails that got its Start.
    var trails: [TrailID]
    var baseline: InsightBaseline
    /// What was counted since its start.
    var total: Tally
  }

  let key: InsightSeriesKey
  var detector: RateDetector
  /// The trail by whose time of looking the series is judged.
  var lens: TrailID
  /// A record of the series, without its text: what a trail's selectors are asked about.
  let sample: EventRecord
  var open: Open?
  /// The minute at which the cloud will look at it, though nothing be counted.
  var plannedLook: Int?
  private(set) var metrics = MetricHistory()
  /// The minute that is running, where something was counted in it.
  private(set) var running: Tally?
  /// The minutes of the last hour in which something was counted.
  private var recent: [Tally] = []
  /// The days of the baseline, and today.
  private var days: [Tally] = []

  init(_ key: InsightSeriesKey, lens: TrailID, sample: EventRecord) {
    self.key = key
    self.lens = lens
    self.sample = EventRecord(
      bytes: [], eventID: "", eventTime: sample.eventTime, resources: sample.resources,
      traits: sample.traits)
    detector = RateDetector(looksForDrops: !key.kind.isOfErrors)
  }

  /// Counts a call in the minute that is running.
  ///
  /// - Returns: true where it is the minute's first.
  func count(_ values: AttributedValues, in minute: Int) -> Bool {
    let isFirst = running == nil
    running = running ?? Tally(number: minute)
    running?.count += 1
    running?.attributions.add(values)
    return isFirst
  }

  /// Counts a call of a minute that is over: in the baseline and what is told, but no Insight comes of it.
  func countLate(_ values: AttributedValues, in minute: Int) {
    var tally = Tally(number: minute, count: 1)
    tally.attributions.add(values)
    metrics.add(minute, count: 1)
    addToDay(tally)
    if let open, minute >= open.total.number {
      self.open?.total.count += 1
      self.open?.total.attributions.add(values)
    }
    guard let oldest = recent.first?.number, minute >= oldest else { return }
    let place = recent.lastIndex { $0.number <= minute } ?? 0
    if recent[place].number == minute {
      recent[place].count += 1
      recent[place].attributions.add(values)
    } else {
      recent.insert(tally, at: place + 1)
    }
  }

  /// The minute that ran is over. Nil where nothing was counted in it.
  func closeMinute() -> Tally? {
    guard let running else { return nil }
    self.running = nil
    metrics.add(running.number, count: running.count)
    addToDay(running)
    recent.removeAll { $0.number <= running.number - RateDetector.kept }
    recent.append(running)
    return running
  }

  private func addToDay(_ tally: Tally) {
    let day = tally.number / 1440
    let place = days.lastIndex { $0.number <= day }
    if let place, days[place].number == day {
      days[place].count += tally.count
      days[place].attributions.add(tally.attributions)
      return
    }
    var new = tally
    new.number = day
    days.insert(new, at: place.map { $0 + 1 } ?? 0)
    guard let newest = days.last?.number else { return }
    // One more than the baseline has, because activity may have begun shortly before midnight.
    days.removeAll { $0.number < newest - InsightBaseline.days - 1 }
  }

  /// What was counted in a range of minutes of the last hour.
  func total(of minutes: Range<Int>) -> Tally {
    var total = Tally(number: minutes.lowerBound)
    for tally in recent where minutes.contains(tally.number) {
      total.count += tally.count
      total.attributions.add(tally.attributions)
    }
    return total
  }

  /// The baseline of activity that starts with a minute of the last hour, or with one since which nothing was counted:
  /// the seven whole days before, and what has passed of the day.
  func baseline(before start: Int) -> InsightBaseline {
    let today = start / 1440
    var total = Tally(number: today - InsightBaseline.days)
    for day in days where (total.number...today).contains(day.number) {
      total.count += day.count
      total.attributions.add(day.attributions)
    }
    for tally in recent where tally.number >= start && tally.number / 1440 == today {
      total.count -= tally.count
      total.attributions.subtract(tally.attributions)
    }
    return InsightBaseline(
      count: total.count, attributions: total.attributions,
      minutes: start - total.number * 1440)
  }
}

/// What was usual before an Insight (facts §9.2).
struct InsightBaseline: Sendable {
  /// AWS rounds to whole days: the baseline begins at midnight UTC, so many days before the day on which the activity
  /// starts, as all of its examples do.
  static let days = 7

  var count: Int
  var attributions: Attributions
  /// Its length.
  var minutes: Int
}
