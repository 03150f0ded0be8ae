/// Adds numbers without rounding, quickly as long as they are of everyday size.
package struct ExactSum: Hashable, Sendable {
  /// Everyday numbers are added as integers in units of 10 to the power of minus this.
  private static let scale = 6
  /// The most digits, in those units, of a number that takes the quick way.
  private static let quickDigits = 26

  private var quick: Int128 = 0
  private var slow = ExactNumber.zero
  /// How many numbers were added.
  package private(set) var count = 0

  package init() {}

  /// Adds `number` `times` over.
  package mutating func add(_ number: ExactNumber, times: Int = 1) {
    count += times
    if number.exponent >= -Self.scale,
      number.digits.count + number.exponent + Self.scale <= Self.quickDigits
    {
      var value: Int128 = 0
      for digit in number.digits { value = value * 10 + Int128(digit) }
      for _ in 0..<(number.exponent + Self.scale) where value != 0 { value *= 10 }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: Int128(times))
      let (total, isOver) = quick.addingReportingOverflow(number.isNegative ? -product : product)
      if !isTooLarge && !isOver {
        quick = total
        return
      }
    }
    slow = slow + number * times
  }

  package mutating func add(_ other: ExactSum) {
    slow = slow + other.total
    count += other.count
  }

  package var total: ExactNumber {
    let digits = String(quick.magnitude).utf8.map { $0 - 0x30 }
    return slow + ExactNumber(isNegative: quick < 0, digits: digits, exponent: -Self.scale)
  }

  /// The mean, or nil where nothing was added.
  package var mean: ExactNumber? { count > 0 ? total.divided(by: count) : nil }
}
