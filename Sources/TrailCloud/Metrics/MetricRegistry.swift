/// Names a metric: what is measured, of what, where.
package struct MetricID: Hashable, Sendable {
  package struct Dimension: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
  package var account: AccountID
  package var region: RegionName
  package var namespace: String
  package var name: String
  /// In the order of their names: their order makes no difference.
  package private(set) var dimensions: [Dimension]

  package init(
    account: AccountID, region: RegionName, namespace: String, name: String,
    dimensions: [Dimension] = []
  ) {
    self.account = account
    self.region = region
    self.namespace = namespace
    self.name = name
    self.dimensions = dimensions.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
  }

  /// Whether it is the same metric but for its dimensions.
  package func isNamed(as other: MetricID) -> Bool {
    namespace == other.namespace && name == other.name && account == other.account
      && region == other.region
  }

  /// An order for lists.
  static func isBefore(_ left: MetricID, _ right: MetricID) -> Bool {
    if (left.namespace, left.name, left.region) != (right.namespace, right.name, right.region) {
      return (left.namespace, left.name, left.region) < (right.namespace, right.name, right.region)
    }
    return left.dimensions.map { [$0.name, $0.value] }
      .lexicographicallyPrecedes(right.dimensions.map { [$0.name, $0.value] }) {
        $0.lexicographicallyPrecedes($1)
      }
  }
}

/// What was measured in a span of time.
package struct StatisticSet: Hashable, Sendable {
  package private(set) var sampleCount = 0.0
  package private(set) var sum = 0.0
  package private(set) var minimum = Double.infinity
  package private(set) var maximum = -Double.infinity
  /// How often each value came; nil where only the numbers above are known.
  private(set) var values: [Double: Double]? = [:]

  package init() {}

  package init(value: Double, count: Double = 1) { add(value, count: count) }

  init(sampleCount: Double, sum: Double, minimum: Double, maximum: Double) {
    self.sampleCount = sampleCount
    self.sum = sum
    self.minimum = minimum
    self.maximum = maximum
    values = nil
  }

  mutating func add(_ value: Double, count: Double = 1) {
    sampleCount += count
    sum += value * count
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    values?[value, default: 0] += count
  }

  mutating func add(_ other: StatisticSet) {
    sampleCount += other.sampleCount
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    if let more = other.values, values != nil {
      values?.merge(more, uniquingKeysWith: +)
    } else {
      values = nil
    }
  }

  /// The value of a statistic: `Sum`, `p99`. Nil where it cannot be told.
  package func value(of statistic: MetricStatistic) -> Double? {
    switch statistic {
    case .sampleCount: sampleCount
    case .sum: sum
    case .average: sampleCount == 0 ? nil : sum / sampleCount
    case .minimum: minimum
    case .maximum: maximum
    case .percentile(let percent): percentile(percent)
    }
  }

  /// The smallest value that as many percent of the samples do not exceed. Nil where the values are not known and
  /// differ.
  private func percentile(_ percent: Double) -> Double? {
    guard let values else { return minimum == maximum ? minimum : nil }
    let wanted = percent / 100 * sampleCount
    var passed = 0.0
    for (value, count) in values.sorted(by: { $0.key < $1.key }) {
      passed += count
      if passed >= wanted { return value }
    }
    return maximum
  }
}

/// What is made of a metric's values.
package enum MetricStatistic: Hashable, Sendable {
  case sampleCount, average, sum, minimum, maximum
  /// 0 to 100.
  case percentile(Double)

  static let basic = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]

  /// As the API names it; nil for what it does not know.
  package init?(_ name: String) {
    switch name {
    case "SampleCount": self = .sampleCount
    case "Average": self = .average
    case "Sum": self = .sum
    case "Minimum": self = .minimum
    case "Maximum": self = .maximum
    default:
      guard name.first == "p", let percent = Double(name.dropFirst()), (0...100).contains(percent)
      else { return nil }
      self = .percentile(percent)
    }
  }
}

/// The values of a metric in one unit, by the time at which their minute (or second) began.
struct MetricSeries: Sendable {
  private(set) var times: [Int64] = []
  private(set) var sets: [StatisticSet] = []

  /// - Complexity: O(1) for the newest times, O(values) else.
  mutating func add(_ set: StatisticSet, at time: Int64) {
    var place = times.count
    while place > 0, times[place - 1] > time { place -= 1 }
    if place > 0, times[place - 1] == time {
      sets[place - 1].add(set)
    } else {
      times.insert(time, at: place)
      sets.insert(set, at: place)
    }
  }

  /// The places of the values from a time up to another. O(log values).
  func places(from start: Int64, to end: Int64) -> Range<Int> {
    let first = place(of: start)
    return first..<max(first, place(of: end))
  }

  private func place(of time: Int64) -> Int {
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// All values from a time up to another as one; nil where there are none.
  func total(from start: Int64, to end: Int64) -> StatisticSet? {
    let places = places(from: start, to: end)
    guard !places.isEmpty else { return nil }
    var total = StatisticSet()
    for place in places { total.add(sets[place]) }
    return total
  }
}

/// All metrics and alarms.
package struct MetricRegistry: Sendable {
  /// Values by unit.
  private(set) var series: [MetricID: [String: MetricSeries]] = [:]
  /// By ARN.
  package internal(set) var alarms: [String: MetricAlarm] = [:]
  /// The alarms that watch a metric.
  private var watchers: [MetricID: [String]] = [:]
  var history: [AlarmHistoryItem] = []
  /// Alarms made so far: no two have the same number.
  var alarmCount = 0

  init() {}

  /// Metrics that have values, in order.
  package func metrics(of account: AccountID, in region: RegionName? = nil) -> [MetricID] {
    series.keys.filter { $0.account == account && (region == nil || $0.region == region) }
      .sorted(by: MetricID.isBefore)
  }

  mutating func add(_ set: StatisticSet, to metric: MetricID, unit: String, at time: Int64) {
    series[metric, default: [:]][unit, default: MetricSeries()].add(set, at: time)
  }

  /// The values of a metric in a unit, or in all of them.
  func values(of metric: MetricID, unit: String?) -> [MetricSeries] {
    guard let byUnit = series[metric] else { return [] }
    if let unit { return byUnit[unit].map { [$0] } ?? [] }
    return byUnit.keys.sorted().compactMap { byUnit[$0] }
  }

  /// The units in which a metric has values.
  func units(of metric: MetricID) -> [String] { (series[metric] ?? [:]).keys.sorted() }

  /// Metrics of all accounts that have values, in order.
  package var all: [MetricID] { series.keys.sorted(by: MetricID.isBefore) }

  /// The last times at which a metric had values, the newest first.
  package func newest(of metric: MetricID, _ count: Int) -> [(time: Int64, set: StatisticSet)] {
    var sets: [Int64: StatisticSet] = [:]
    for series in values(of: metric, unit: nil) {
      for (time, set) in zip(series.times.suffix(count), series.sets.suffix(count)) {
        sets[time, default: StatisticSet()].add(set)
      }
    }
    return sets.sorted { $0.key > $1.key }.prefix(count).map { ($0.key, $0.value) }
  }

  /// At how many times a metric has values.
  package func minutes(of metric: MetricID) -> Int {
    Set(values(of: metric, unit: nil).flatMap(\.times)).count
  }

  // MARK: Alarms

  /// The alarms of an account in the order of their names.
  package func alarms(of account: AccountID, in region: RegionName? = nil) -> [MetricAlarm] {
    alarms.values.filter { $0.account == account && (region == nil || $0.region == region) }
      .sorted { ($0.name, $0.region) < ($1.name, $1.region) }
  }

  /// The alarms of all accounts in the order of their names.
  package var allAlarms: [MetricAlarm] {
    alarms.values.sorted { ($0.name, $0.region, $0.account) < ($1.name, $1.region, $1.account) }
  }

  /// What became of an alarm, oldest first.
  package func history(of alarm: MetricAlarm) -> [AlarmHistoryItem] {
    history.filter { $0.alarmARN == alarm.arn }
  }

  func alarms(watching metric: MetricID) -> [String] { watchers[metric] ?? [] }

  mutating func setAlarm(_ alarm: MetricAlarm?, arn: String) {
    if let old = alarms[arn] { watchers[old.metric]?.removeAll { $0 == arn } }
    alarms[arn] = alarm
    if let alarm { watchers[alarm.metric, default: []].append(arn) }
  }
}
