import Foundation

/// Writes goals and what was measured as people read them.
enum GoalText {
  static func bounds(_ bounds: [Bound], on quantity: Quantity) -> String {
    bounds.map { text($0, quantity) }.joined(separator: ", ")
  }

  private static func text(_ bound: Bound, _ quantity: Quantity) -> String {
    switch bound {
    case .most(let most): "≤ \(amount(most, of: quantity))"
    case .mostAtMillion(let most): "≤ \(amount(most, of: quantity)) at 1m"
    case .times(let times, let yardstick):
      if case .fastest = yardstick {
        "≤ \(plain(times)) × \(name(of: yardstick, for: quantity))"
      } else {
        "≤ \(part(times, of: name(of: yardstick, for: quantity)))"
      }
    }
  }

  /// `duckdb`, `duckdb / 4`, `0.3 × duckdb`, `2.5 × the limit`.
  private static func part(_ times: Double, of name: String) -> String {
    if times == 1 { return name }
    let divisor = 1 / times
    // Thirds and the like are no numbers that people read.
    let isRound = abs(divisor * 2 - (divisor * 2).rounded()) < 1e-9
    return times < 1 && isRound ? "\(name) / \(plain(divisor))" : "\(plain(times)) × \(name)"
  }

  /// Why there is no ratio to a yardstick.
  static func absence(of yardstick: Yardstick, for quantity: Quantity) -> String {
    switch yardstick {
    case .engine(let name): "no \(name)"
    case .fastest(let names): "none of \(names.joined(separator: ", "))"
    case .input, .limit: "\(name(of: yardstick, for: quantity)) was not measured"
    }
  }

  static func name(of yardstick: Yardstick, for quantity: Quantity) -> String {
    switch yardstick {
    case .engine(let name): name
    case .fastest(let names): "the fastest of \(names.joined(separator: ", "))"
    case .input: "the logs"
    case .limit:
      switch quantity {
      case .load, .zlibLoad: "gunzip alone"
      case .linesLoad: "a walk into columns"
      case .scan: "a plain loop"
      default: "the limit"
      }
    }
  }

  /// An amount without its unit, which titles name; bytes become megabytes where they are whole sizes.
  static func amount(_ value: Double, of quantity: Quantity) -> String {
    switch quantity {
    case .memory, .peakMemory, .disk: number(value / 1e6)
    default: number(value)
    }
  }

  /// Three significant digits, or three decimals; of less than a hundredth two digits.
  static func number(_ value: Double) -> String {
    if value > 0, value < smallest { return String(format: "%.2g", value) }
    let decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    return String(format: "%.\(decimals)f", value)
  }

  /// Below this three decimals would say too little.
  private static let smallest = 0.01

  private static func plain(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(format: "%g", value)
  }
}
