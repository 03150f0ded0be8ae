/// What a series is expected to do in each hour of the day: made of its last seven days, and made anew every day.
///
/// The rate of an hour of the day is drawn towards the rate of all hours, the more so the less the hours of different
/// days agree (as James and Stein do): a few bouts at odd hours are no rhythm. How far counts scatter around those
/// rates is one number for all hours, or an hour's own where that is larger.
struct RateProfile: Sendable {
  /// Calls a minute, by hour of the day.
  private(set) var rates = [Double](repeating: 0, count: 24)
  /// How far counts of one and five minutes scatter, by hour of the day, and how far whole hours of different days do.
  private var short = [Double](repeating: 0, count: 24)
  private var long = [Double](repeating: 0, count: 24)
  private(set) var hourly = 0.0
  /// How far five minutes scatter within their own hour: what drops are judged by, besides `hourly`.
  private var within = 0.0
  /// So many calls must be expected for silence to be telling.
  private(set) var tellingMean = Double.infinity
  /// How many times larger than otherwise a rise must be, because not all of seven days is known: up to twice.
  private var youth = 1.0
  private var limits = [RiseLimits?](repeating: nil, count: 24)

  /// From how many calls on a window of an hour of the day is a rise.
  struct RiseLimits: Hashable, Sendable {
    var short: Int
    var long: Int
    /// From how many on a minute, or five, still belong to one.
    var stillShort: Int
    var stillLong: Int

    mutating func formMaximum(_ other: RiseLimits) {
      short = max(short, other.short)
      long = max(long, other.long)
      stillShort = max(stillShort, other.stillShort)
      stillLong = max(stillLong, other.stillLong)
    }
  }

  /// - Parameter hour: the hour that is running, which is not looked at.
  init(_ model: RateModel, coverage: Coverage, before hour: Int) {
    var days = [Double](repeating: 0, count: 24)
    for number in (hour - DetectorRule.modelDays * 24)..<hour where coverage.covers(hour: number) {
      days[number % 24] += 1
    }
    youth = 2 - days.reduce(0, +) / Double(DetectorRule.modelDays * 24)
    var hours = HourSums(days)
    for known in model.hours where known.number < hour && coverage.covers(hour: known.number) {
      guard known.number >= hour - DetectorRule.modelDays * 24 else { continue }
      let open = model.openBlock
      hours.add(known, openSquare: open.hour == known.number ? open.square : 0)
    }
    guard hours.total > 0 else { return }
    rates = hours.rates()
    for known in model.hours where known.number < hour && coverage.covers(hour: known.number) {
      hours.addSteady(known, rate: rates[known.number % 24])
    }
    let pooledShort = hours.dispersion(0..<24, rates, window: DetectorRule.shortWindow)
    let pooledLong = hours.dispersion(0..<24, rates, window: DetectorRule.longWindow)
    (hourly, within) = hours.steadiness
    for hour in 0..<24 where days[hour] > 0 {
      let near = (hour + 23)..<(hour + 26)
      short[hour] = max(
        pooledShort, hours.dispersion(near, rates, window: DetectorRule.shortWindow))
      long[hour] = max(pooledLong, hours.dispersion(near, rates, window: DetectorRule.longWindow))
    }
    findTellingMean()
  }

  /// The least mean at which silence is rarer than the rule asks; by bisection.
  private mutating func findTellingMean() {
    let dispersion = dropDispersion
    func isTelling(_ mean: Double) -> Bool {
      CountDistribution(mean: mean, dispersion: dispersion).lowerThreshold(DetectorRule.dropRarity)
        != nil
    }
    var high = 8.0
    while !isTelling(high) {
      high *= 2
      if high > Self.largestTellingMean { return }
    }
    var low = high / 2
    while high - low > 0.5 {
      let middle = (low + high) / 2
      if isTelling(middle) { high = middle } else { low = middle }
    }
    tellingMean = high
  }

  private static let largestTellingMean = 1e6

  /// The rate at a minute, or near it where the hour changes: the higher.
  func highRate(at minute: Int) -> Double {
    max(
      rates[(minute - DetectorRule.border) / 60 % 24],
      rates[(minute + DetectorRule.border) / 60 % 24])
  }

  /// The limits of rises in windows that end with a minute.
  mutating func riseLimits(at minute: Int) -> RiseLimits {
    let before = (minute - DetectorRule.border) / 60 % 24
    let after = (minute + DetectorRule.border) / 60 % 24
    var found = limits(ofHour: before)
    if after != before { found.formMaximum(limits(ofHour: after)) }
    return found
  }

  private mutating func limits(ofHour hour: Int) -> RiseLimits {
    if let known = limits[hour] { return known }
    func distribution(_ minutes: Int, _ dispersion: Double) -> CountDistribution {
      CountDistribution(mean: rates[hour] * Double(minutes), dispersion: dispersion)
    }
    let one = distribution(DetectorRule.shortWindow, short[hour])
    let five = distribution(DetectorRule.longWindow, long[hour])
    func limit(_ distribution: CountDistribution) -> Int {
      let least = max(
        DetectorRule.leastCalls, distribution.upperThreshold(DetectorRule.riseRarity))
      return Int((Double(least) * youth).rounded(.up))
    }
    let found = RiseLimits(
      short: limit(one), long: limit(five),
      stillShort: max(1, one.upperThreshold(DetectorRule.stillRarity)),
      stillLong: max(1, five.upperThreshold(DetectorRule.stillRarity)))
    limits[hour] = found
    return found
  }

  /// How counts scatter from one time to the next: what drops are judged by.
  var dropDispersion: Double { max(hourly, within) }
}

/// Sums over the days of a week, by hour of the day.
private struct HourSums {
  private var days: [Double]
  private var sums = [Double](repeating: 0, count: 24)
  private var squares = [Double](repeating: 0, count: 24)
  private var blockSquares = [Double](repeating: 0, count: 24)
  private var hourSquares = [Double](repeating: 0, count: 24)
  /// The same of hours in which the series was not off: days of the week differ, and a rest is no scatter.
  private var steadyHours = [Double](repeating: 0, count: 24)
  private var steadySums = [Double](repeating: 0, count: 24)
  private var steadySquares = [Double](repeating: 0, count: 24)
  private var steadyExcess = 0.0
  private var steadyScale = 0.0

  init(_ days: [Double]) { self.days = days }

  var total: Double { sums.reduce(0, +) }

  mutating func add(_ hour: RateModel.Hour, openSquare: Double) {
    let index = hour.number % 24
    sums[index] += Double(hour.sum)
    squares[index] += hour.squares
    blockSquares[index] += hour.blockSquares + openSquare
    hourSquares[index] += Double(hour.sum) * Double(hour.sum)
  }

  /// Adds an hour again, if the series was not off in it.
  mutating func addSteady(_ hour: RateModel.Hour, rate: Double) {
    let sum = Double(hour.sum)
    guard sum >= rate * 60 * DetectorRule.off else { return }
    let index = hour.number % 24
    steadyHours[index] += 1
    steadySums[index] += sum
    steadySquares[index] += sum * sum
    let own = sum * sum / 60 * Double(DetectorRule.longWindow)
    steadyExcess += hour.blockSquares - own - sum
    steadyScale += own
  }

  /// How far the same hour scatters from day to day, and five minutes within their hour.
  var steadiness: (hourly: Double, within: Double) {
    var excess = 0.0
    var scale = 0.0
    for hour in 0..<24 where steadyHours[hour] > 1 {
      let own = steadySums[hour] * steadySums[hour] / steadyHours[hour]
      excess +=
        (steadySquares[hour] - own) * steadyHours[hour] / (steadyHours[hour] - 1)
        - steadySums[hour]
      scale += own
    }
    return (
      scale > 0 ? max(0, excess / scale) : 0,
      steadyScale > 0 ? max(0, steadyExcess / steadyScale) : 0
    )
  }

  /// Calls a minute by hour of the day, each drawn towards that of all hours.
  func rates() -> [Double] {
    let known = days.indices.filter { days[$0] > 0 }
    let hourCount = known.reduce(0) { $0 + days[$1] }
    let mean = total / hourCount
    // How far the same hour differs from day to day, and how far hours of the day differ from each other.
    var within = 0.0
    var freedom = 0.0
    var between = 0.0
    var expected = 0.0
    for hour in known {
      let own = sums[hour] / days[hour]
      within += hourSquares[hour] - days[hour] * own * own
      freedom += days[hour] - 1
      between += (own - mean) * (own - mean)
    }
    let noise = freedom > 0 ? within / freedom : .infinity
    for hour in known { expected += noise / days[hour] }
    let rhythm = max(0, between - expected) / Double(known.count)
    return days.indices.map { hour in
      guard days[hour] > 0, rhythm > 0 else { return mean / 60 }
      let pull = noise / days[hour] / (noise / days[hour] + rhythm)
      return (pull * mean + (1 - pull) * sums[hour] / days[hour]) / 60
    }
  }

  /// The dispersion of a negative binomial distribution by the method of moments, of windows of so many minutes in
  /// some hours of the day (counted on beyond 23).
  func dispersion(_ hours: Range<Int>, _ rates: [Double], window: Int) -> Double {
    var excess = 0.0
    var scale = 0.0
    for index in hours {
      let hour = index % 24
      let mean = rates[hour] * Double(window)
      let count = days[hour] * 60 / Double(window)
      let square =
        window == DetectorRule.shortWindow
        ? squares[hour] : window == DetectorRule.longWindow ? blockSquares[hour] : hourSquares[hour]
      excess += square - 2 * mean * sums[hour] + count * mean * mean - sums[hour]
      scale += count * mean * mean
    }
    return scale > 0 ? max(0, excess / scale) : 0
  }
}
