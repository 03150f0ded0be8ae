internal import Glibc
internal import TrailCloud

/// Kinds of traffic that one API can have, as counts a minute: what the detector of Insights is measured on.
struct GeneratedSeries: Sendable {
  var name: String
  /// Makes the counts of so many minutes, the first of which is a Monday's midnight.
  var make: @Sendable (_ minutes: Int, _ source: inout NumberSource) -> [Int]

  static let all: [GeneratedSeries] =
    steady + rhythmic + wavering + offices + bouts + jobs

  private static func hour(_ minute: Int) -> Double { Double(minute % 1440) / 60 }

  /// Between a fifth at night and nearly twice the mean in the afternoon.
  private static func rhythm(_ minute: Int) -> Double {
    1 + 0.8 * sin((hour(minute) - 9) / 24 * 2 * .pi)
  }

  private static func isWeekend(_ minute: Int) -> Bool { minute / 1440 % 7 >= 5 }

  /// The same rate at all times.
  private static let steady = [0.005, 0.05, 0.3, 1, 5, 20].map { rate in
    GeneratedSeries(name: "steady \(rate)") { minutes, source in
      (0..<minutes).map { _ in source.poisson(rate) }
    }
  }

  /// Days, and quieter weekends.
  private static let rhythmic = [0.05, 0.3, 1, 5, 20].map { rate in
    GeneratedSeries(name: "daily \(rate)") { minutes, source in
      (0..<minutes).map { source.poisson(rate * rhythm($0) * (isWeekend($0) ? 0.5 : 1)) }
    }
  }

  /// Days and hours that differ by a fifth, and minutes that scatter.
  private static let wavering = [0.3, 2, 10].map { rate in
    GeneratedSeries(name: "wavering \(rate)") { minutes, source in
      var day = 1.0
      var hour = 1.0
      return (0..<minutes).map { minute in
        if minute % 1440 == 0 { day = exp(0.2 * source.normal()) }
        if minute % 60 == 0 { hour = exp(0.2 * source.normal()) }
        return source.poisson(rate * rhythm(minute) * day * hour * source.gamma(3) / 3)
      }
    }
  }

  /// Opening hours, and nearly nothing else.
  private static let offices = [0.05, 0.5, 3].map { rate in
    GeneratedSeries(name: "office \(rate)") { minutes, source in
      var day = 1.0
      return (0..<minutes).map { minute in
        if minute % 1440 == 0 { day = exp(0.2 * source.normal()) }
        let isOpen = (8..<18).contains(Int(hour(minute))) && !isWeekend(minute)
        return source.poisson(isOpen ? rate * day : rate * 0.01)
      }
    }
  }

  /// Bouts at any time, of sizes that differ widely.
  private static let bouts = [(0.1, 2.0), (0.3, 4), (1, 10), (3, 20), (10, 20), (30, 40)].map {
    perDay, size in
    GeneratedSeries(name: "bouts \(perDay) a day of \(Int(size))") { minutes, source in
      var counts = [Int](repeating: 0, count: minutes)
      var time = 0.0
      while true {
        time += -log(1 - source.unit()) * 1440 / perDay
        guard Int(time) < minutes else { return counts }
        var left = max(1, Int(size * exp(0.6 * source.normal() - 0.18)))
        var minute = Int(time)
        while left > 0, minute < minutes {
          let count = min(left, 1 + source.poisson(size / 3))
          counts[minute] += count
          left -= count
          minute += 1
        }
      }
    }
  }

  /// Jobs by the clock: their period, how exactly they begin, in minutes, and their calls.
  private static let jobs = [
    (5, 0.3, 1.0), (15, 1, 2), (60, 3, 3), (360, 10, 5), (1440, 10, 6), (1440, 5, 300),
  ].map { period, jitter, size in
    GeneratedSeries(name: "job every \(period) min of \(Int(size))") { minutes, source in
      var counts = [Int](repeating: 0, count: minutes)
      for due in stride(from: period / 2, to: minutes, by: period) {
        var minute = max(0, due + Int((jitter * source.normal()).rounded()))
        var left = max(1, Int(size * (0.8 + 0.4 * source.unit())))
        while left > 0, minute < minutes {
          let count = min(left, max(1, Int(size / 4)))
          counts[minute] += count
          left -= count
          minute += 1
        }
      }
      return counts
    }
  }
}

/// Random numbers of several distributions, from a seed.
struct NumberSource {
  private var source: IdentifierSource

  init(seed: UInt64, name: String) { source = .branch(seed: seed, name: name) }

  /// At least 0 and less than 1.
  mutating func unit() -> Double { Double(source.next() >> 11) / 9_007_199_254_740_992 }

  mutating func normal() -> Double {
    (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
  }

  mutating func poisson(_ mean: Double) -> Int {
    guard mean > 0 else { return 0 }
    guard mean < 500 else { return max(0, Int((mean + mean.squareRoot() * normal()).rounded())) }
    let limit = exp(-mean)
    var product = unit()
    var count = 0
    while product > limit {
      count += 1
      product *= unit()
    }
    return count
  }

  /// Marsaglia and Tsang's method, for shapes of at least 1.
  mutating func gamma(_ shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      if log(1 - unit()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}
