internal import TrailRecord

/// How busy things are by hour and day of the week.
struct TrafficRhythm: Sendable {
  /// For each hour of the day, UTC; the mean over a week of `hours` times `days` is 1.
  private(set) var hours: [Double]
  /// From Monday on.
  private(set) var days: [Double]
  /// How much days differ from one another: the standard deviation of the day's factor.
  var noise: Double

  static let hoursPerDay = 24
  static let daysPerWeek = 7
  static let millisecondsPerHour: Int64 = 3_600_000

  /// The same all the time.
  static let flat = TrafficRhythm(
    hours: Array(repeating: 1, count: hoursPerDay), days: Array(repeating: 1, count: daysPerWeek),
    noise: 0.02)

  /// - Parameters:
  ///   - hours: 24 numbers in any unit.
  ///   - days: 7 numbers in any unit, from Monday on.
  init(hours: [Double], days: [Double], noise: Double) {
    precondition(hours.count == Self.hoursPerDay && days.count == Self.daysPerWeek)
    self.hours = hours.map { $0 * Double(Self.hoursPerDay) / hours.reduce(0, +) }
    self.days = days.map { $0 * Double(Self.daysPerWeek) / days.reduce(0, +) }
    self.noise = noise
  }

  /// How busy the hour of a time is in a usual week; 1 is the week's mean.
  func level(at time: Int64) -> Double {
    hours[Self.hour(of: time)] * days[Self.weekday(of: time)]
  }

  /// The hour of the day.
  static func hour(of time: Int64) -> Int {
    Int(time / millisecondsPerHour % Int64(hoursPerDay))
  }

  /// 0 is Monday.
  static func weekday(of time: Int64) -> Int {
    // 1970-01-01 was a Thursday.
    Int((time / EventTime.millisecondsPerDay + 3) % Int64(daysPerWeek))
  }
}

/// A rhythm with the noise of days and hours in it: the same for the same seed, whenever it is asked.
struct TrafficWeather {
  private let seed: UInt64
  private let name: String
  private let noise: Double
  /// Which days are free: a share of them.
  private let daysOff: Double
  private var day: (number: Int64, factor: Double)?

  /// The noise of hours, by that of days.
  private static let hourlyShare = 0.5
  private static let least = 0.25

  init(seed: UInt64, name: String, noise: Double, daysOff: Double = 0) {
    self.seed = seed
    self.name = name
    self.noise = noise
    self.daysOff = daysOff
  }

  /// What the level of a rhythm is multiplied with in the hour of a time.
  mutating func factor(at time: Int64) -> Double {
    let number = time / EventTime.millisecondsPerDay
    if day?.number != number {
      var source = IdentifierSource.branch(seed: seed, name: "weather/\(name)/day/\(number)")
      let isOff = source.unit() < daysOff
      day = (number, isOff ? 0 : max(Self.least, 1 + noise * source.bell()))
    }
    var source = IdentifierSource.branch(
      seed: seed, name: "weather/\(name)/hour/\(time / TrafficRhythm.millisecondsPerHour)")
    let hourly = max(Self.least, 1 + noise * Self.hourlyShare * source.bell())
    return (day?.factor ?? 1) * hourly
  }
}

extension IdentifierSource {
  /// A number from 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number below `count`, which is at least 1.
  mutating func below(_ count: Int) -> Int {
    Int(((next() >> 32) &* UInt64(count)) >> 32)
  }

  /// A number around 0 whose standard deviation is 1, and which is never beyond ±3.5: the sum of four uniform ones.
  mutating func bell() -> Double {
    (unit() + unit() + unit() + unit() - 2) * 1.732
  }

  /// A number between two.
  mutating func between(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + unit() * (range.upperBound - range.lowerBound)
  }

  /// One of the indices of weights, each as often as it weighs.
  mutating func choice(of weights: [Double], total: Double) -> Int {
    var rest = unit() * total
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return index }
    }
    return weights.count - 1
  }
}
