/// A decimal number of any size, compared and added without rounding.
///
/// Kept as digits without needless zeros and the power of ten of the last one, so equal values are equal:
/// `243`, `243.0` and `2.43e2` are one.
package struct ExactNumber: Hashable, Sendable {
  /// Exponents beyond this are not read as numbers: adding 1 to 1e999999999 would need a billion digits.
  package static let maximumExponent = 5_000

  package let isNegative: Bool
  /// Decimal digits, most significant first; empty for zero.
  package let digits: [UInt8]
  /// The power of ten that the last digit counts.
  package let exponent: Int

  package static let zero = ExactNumber(isNegative: false, digits: [], exponent: 0)

  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    let leading = digits.prefix { $0 == 0 }.count
    let trailing = leading == digits.count ? 0 : digits.reversed().prefix { $0 == 0 }.count
    self.digits = Array(digits[leading..<(digits.count - trailing)])
    self.exponent = self.digits.isEmpty ? 0 : exponent + trailing
    self.isNegative = isNegative && !self.digits.isEmpty
  }

  package init(_ value: Int) {
    self.init(
      isNegative: value < 0, digits: String(value.magnitude).utf8.map { $0 - 0x30 }, exponent: 0)
  }

  /// Reads a JSON number's spelling (leading zeros and a leading `+` allowed); nil for anything else, and for
  /// exponents beyond `maximumExponent`.
  package init?(_ text: some Sequence<UInt8>) {
    var iterator = text.makeIterator()
    var byte = iterator.next()
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") { byte = iterator.next() }
    var digits: [UInt8] = []
    var scale = 0
    while let digit = byte, digit &- 0x30 < 10 {
      digits.append(digit - 0x30)
      byte = iterator.next()
    }
    guard !digits.isEmpty else { return nil }
    if byte == UInt8(ascii: ".") {
      byte = iterator.next()
      while let digit = byte, digit &- 0x30 < 10 {
        digits.append(digit - 0x30)
        scale -= 1
        byte = iterator.next()
      }
      guard scale < 0 else { return nil }
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      byte = iterator.next()
      let isSmall = byte == UInt8(ascii: "-")
      if isSmall || byte == UInt8(ascii: "+") { byte = iterator.next() }
      var exponent = 0
      var count = 0
      while let digit = byte, digit &- 0x30 < 10 {
        exponent = min(exponent * 10 + Int(digit - 0x30), 10 * Self.maximumExponent)
        count += 1
        byte = iterator.next()
      }
      guard count > 0, exponent <= Self.maximumExponent else { return nil }
      scale += isSmall ? -exponent : exponent
    }
    guard byte == nil else { return nil }
    self.init(isNegative: isNegative, digits: digits, exponent: scale)
  }

  package init?(_ text: String) { self.init(text.utf8) }

  package var isZero: Bool { digits.isEmpty }

  /// Plain digits (`1500`, `0.25`), and an exponent only where plain digits would be longer than `plainWidth`.
  package var description: String {
    guard !isZero else { return "0" }
    let text = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    let sign = isNegative ? "-" : ""
    if exponent >= 0, digits.count + exponent <= Self.plainWidth {
      return sign + text + String(repeating: "0", count: exponent)
    }
    if exponent < 0, max(digits.count, -exponent) <= Self.plainWidth {
      let whole = digits.count + exponent
      if whole <= 0 { return sign + "0." + String(repeating: "0", count: -whole) + text }
      return sign + text.prefix(whole) + "." + text.dropFirst(whole)
    }
    let rest = text.dropFirst().isEmpty ? "" : "." + text.dropFirst()
    return sign + text.prefix(1) + rest + "e" + String(digits.count + exponent - 1)
  }

  /// The longest number that is written without an exponent.
  private static let plainWidth = 60

  package static func + (left: ExactNumber, right: ExactNumber) -> ExactNumber {
    if left.isZero { return right }
    if right.isZero { return left }
    let exponent = min(left.exponent, right.exponent)
    let first = left.digits + [UInt8](repeating: 0, count: left.exponent - exponent)
    let second = right.digits + [UInt8](repeating: 0, count: right.exponent - exponent)
    if left.isNegative == right.isNegative {
      return ExactNumber(
        isNegative: left.isNegative, digits: DecimalDigits.sum(first, second), exponent: exponent)
    }
    let isFirstLarger = DecimalDigits.isLess(second, first)
    let (large, small) = isFirstLarger ? (first, second) : (second, first)
    return ExactNumber(
      isNegative: isFirstLarger ? left.isNegative : right.isNegative,
      digits: DecimalDigits.difference(large, small), exponent: exponent)
  }

  package static func * (number: ExactNumber, count: Int) -> ExactNumber {
    ExactNumber(
      isNegative: number.isNegative != (count < 0),
      digits: DecimalDigits.product(number.digits, by: count.magnitude), exponent: number.exponent)
  }

  /// The quotient rounded half up to `decimals` places, or to as many significant digits where it is smaller.
  package func divided(by count: Int, decimals: Int = 6) -> ExactNumber {
    precondition(count > 0)
    guard !isZero else { return self }
    // Digits of quotient wanted behind the point; small quotients get leading zeros on top.
    let magnitude = digits.count + exponent
    let leadingZeros = max(0, String(count).utf8.count - magnitude)
    let places = decimals + leadingZeros
    let shift = places + exponent + 1
    let numerator: [UInt8]
    if shift >= 0 {
      numerator = digits + [UInt8](repeating: 0, count: shift)
    } else {
      numerator = Array(digits.dropLast(min(digits.count, -shift)))
    }
    var quotient = DecimalDigits.quotient(numerator, by: UInt(count))
    let last = quotient.popLast() ?? 0
    if last >= 5 { quotient = DecimalDigits.sum(quotient, [1]) }
    return ExactNumber(isNegative: isNegative, digits: quotient, exponent: -places)
  }
}

extension ExactNumber: Comparable {
  package static func < (left: ExactNumber, right: ExactNumber) -> Bool {
    if left.isZero || right.isZero || left.isNegative != right.isNegative {
      let leftSign = left.isZero ? 0 : left.isNegative ? -1 : 1
      let rightSign = right.isZero ? 0 : right.isNegative ? -1 : 1
      return leftSign < rightSign
    }
    let leftSize = left.digits.count + left.exponent
    let rightSize = right.digits.count + right.exponent
    if leftSize != rightSize { return (leftSize < rightSize) != left.isNegative }
    if left.digits == right.digits { return false }
    return left.digits.lexicographicallyPrecedes(right.digits) != left.isNegative
  }
}

/// Schoolbook arithmetic on decimal digits, most significant first.
private enum DecimalDigits {
  static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let first = left.drop { $0 == 0 }
    let second = right.drop { $0 == 0 }
    return first.count != second.count
      ? first.count < second.count : first.lexicographicallyPrecedes(second)
  }

  static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var carry: UInt8 = 0
    for index in 0..<max(left.count, right.count) {
      let first = index < left.count ? left[left.count - 1 - index] : 0
      let second = index < right.count ? right[right.count - 1 - index] : 0
      let total = first + second + carry
      result.append(total % 10)
      carry = total / 10
    }
    if carry > 0 { result.append(carry) }
    return result.reversed()
  }

  static func difference(_ large: [UInt8], _ small: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var borrow: Int8 = 0
    for index in 0..<max(large.count, small.count) {
      let first = index < large.count ? Int8(large[large.count - 1 - index]) : 0
      let second = index < small.count ? Int8(small[small.count - 1 - index]) : 0
      let total = first - second - borrow
      borrow = total < 0 ? 1 : 0
      result.append(UInt8(total < 0 ? total + 10 : total))
    }
    return result.reversed()
  }

  static func product(_ digits: [UInt8], by factor: UInt) -> [UInt8] {
    var result: [UInt8] = []
    var carry: UInt128 = 0
    for digit in digits.reversed() {
      let total = UInt128(digit) * UInt128(factor) + carry
      result.append(UInt8(total % 10))
      carry = total / 10
    }
    while carry > 0 {
      result.append(UInt8(carry % 10))
      carry /= 10
    }
    return result.reversed()
  }

  static func quotient(_ digits: [UInt8], by divisor: UInt) -> [UInt8] {
    var remainder: UInt128 = 0
    var result: [UInt8] = []
    for digit in digits {
      let current = remainder * 10 + UInt128(digit)
      result.append(UInt8(current / UInt128(divisor)))
      remainder = current % UInt128(divisor)
    }
    return result
  }
}
