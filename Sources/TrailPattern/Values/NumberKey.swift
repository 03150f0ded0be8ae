internal import TrailRecord

/// A JSON number as the matcher compares it (facts §10.2).
///
/// Numbers are compared as doubles, but only those that a double holds as they are spelled: the shortest decimal
/// of the double must be the number. So `1`, `1.0` and `10e-1` are equal, 9007199254740993 equals nothing but
/// its own spelling, and 2.0e422 cannot be compared. Keys have the order of the numbers, without gaps: an open
/// end of a range is the closed end one key further.
package struct NumberKey: Hashable, Comparable, Sendable {
  package let rawValue: Int64

  package static let lowest = NumberKey(-Double.greatestFiniteMagnitude)
  package static let highest = NumberKey(Double.greatestFiniteMagnitude)

  init(rawValue: Int64) { self.rawValue = rawValue }

  init(_ value: Double) {
    // Both zeros are one number.
    let bits = Int64(bitPattern: (value == 0 ? 0 : value).bitPattern)
    rawValue = bits >= 0 ? bits : Int64.min - bits
  }

  package static func < (left: NumberKey, right: NumberKey) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The next key up or down.
  func moved(by step: Int64) -> NumberKey { NumberKey(rawValue: rawValue &+ step) }

  /// Reads a JSON number; nil where a double does not hold it as it is spelled. O(length).
  package init?(_ spelling: UnsafeBufferPointer<UInt8>) {
    if let value = Self.shortNumber(spelling) {
      self.init(value)
      return
    }
    let text = String(decoding: spelling, as: UTF8.self)
    guard let value = Double(text), value.isFinite, let number = ExactNumber(spelling),
      let shortest = ExactNumber(value.description), number == shortest
    else { return nil }
    self.init(value)
  }

  package init?(_ spelling: String) {
    var spelling = spelling
    guard let key = spelling.withUTF8({ NumberKey($0) }) else { return nil }
    self = key
  }

  /// Significant digits that every double holds.
  private static let exactDigits = 15
  /// Powers of ten that a double holds: dividing by one rounds once, and so correctly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// The value of a number of at most 15 digits without an exponent, which nearly all are.
  private static func shortNumber(_ spelling: UnsafeBufferPointer<UInt8>) -> Double? {
    var offset = 0
    let isNegative = spelling.first == UInt8(ascii: "-")
    if isNegative { offset = 1 }
    guard spelling.count - offset <= exactDigits + 1, offset < spelling.count else { return nil }
    var mantissa: Int64 = 0
    var digits = 0
    var decimals = -1
    while offset < spelling.count {
      let byte = spelling[offset]
      if byte &- 0x30 < 10 {
        mantissa = mantissa &* 10 &+ Int64(byte &- 0x30)
        digits &+= 1
        if decimals >= 0 { decimals &+= 1 }
      } else if byte == UInt8(ascii: "."), decimals < 0, digits > 0 {
        decimals = 0
      } else {
        return nil
      }
      offset &+= 1
    }
    guard digits > 0, digits <= exactDigits, decimals != 0 else { return nil }
    let value = decimals > 0 ? Double(mantissa) / powers[decimals] : Double(mantissa)
    return isNegative ? -value : value
  }
}
