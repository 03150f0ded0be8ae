/// How many calls a window of time can be expected to hold: a negative binomial distribution, which is what counts
/// follow that come in bouts and whose level wavers (with no dispersion it is Poisson's).
///
/// Nothing but the four operations is used, so that every machine gets the same thresholds.
struct CountDistribution: Hashable, Sendable {
  /// Calls in the window, on average.
  var mean: Double
  /// By how much the variance exceeds a Poisson's: variance = mean + dispersion · mean².
  var dispersion: Double

  /// Probabilities below this part of the largest do not count.
  private static let negligible = 1e-18
  /// Where the variance is more times the mean than this, counts are taken in larger units.
  private static let finestRatio = 64.0
  private static let coarseRatio = 32.0

  /// The least count that is reached or exceeded with a probability below `rarity`.
  ///
  /// - Complexity: O(standard deviation), at most a few thousand steps for means below a million.
  func upperThreshold(_ rarity: Double) -> Int {
    let unit = self.unit
    let scaled = coarsened(by: unit)
    let weights = scaled.weights()
    var tail = 0.0
    var index = weights.values.count
    while index > 0, tail + weights.values[index - 1] < rarity * weights.total {
      index -= 1
      tail += weights.values[index]
    }
    return Self.roundedUp(Double(weights.first + index) * unit)
  }

  /// The greatest count that is not exceeded with a probability below `rarity`; nil where even none at all is likelier.
  func lowerThreshold(_ rarity: Double) -> Int? {
    let unit = self.unit
    let scaled = coarsened(by: unit)
    let weights = scaled.weights()
    var sum = 0.0
    var index = 0
    while index < weights.values.count, sum + weights.values[index] < rarity * weights.total {
      sum += weights.values[index]
      index += 1
    }
    let count = weights.first + index - 1
    return count < 0 ? nil : Int(Double(count) * unit)
  }

  private var unit: Double {
    let ratio = 1 + dispersion * mean
    return ratio > Self.finestRatio ? ratio / Self.coarseRatio : 1
  }

  /// The distribution of counts in larger units, with the same mean and variance.
  private func coarsened(by unit: Double) -> CountDistribution {
    guard unit > 1, mean > 0 else { return self }
    let mean = self.mean / unit
    let ratio = (1 + dispersion * self.mean) / unit
    return CountDistribution(mean: mean, dispersion: max(0, ratio - 1) / mean)
  }

  private static func roundedUp(_ value: Double) -> Int { Int(value.rounded(.up)) }

  /// Probabilities up to a common factor, from the first count that is not negligible to the last.
  private func weights() -> (first: Int, values: [Double], total: Double) {
    guard mean > 0 else { return (0, [1], 1) }
    let mode = max(0, Int(mean * (1 - dispersion)))
    // What each further count has to do with the one before.
    func factor(_ count: Int) -> Double {
      (dispersion * Double(count) + 1) / Double(count + 1) * (mean / (dispersion * mean + 1))
    }
    var below: [Double] = []
    var weight = 1.0
    var count = mode
    while count > 0 {
      weight /= factor(count - 1)
      if weight < Self.negligible { break }
      below.append(weight)
      count -= 1
    }
    var values = Array(below.reversed())
    values.append(1)
    weight = 1
    count = mode
    while true {
      weight *= factor(count)
      if weight < Self.negligible { break }
      values.append(weight)
      count += 1
    }
    return (mode - below.count, values, values.reduce(0, +))
  }
}
