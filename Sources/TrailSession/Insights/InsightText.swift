/// Rates as people read them.
enum InsightText {
  /// A number's spelling, to three digits that say something: `0.0000882145` is 0.0000882, `1234.5678` is 1235.
  static func rate(_ spelling: String) -> String {
    let parts = spelling.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let whole = Int(parts[0]) else {
      return Int(spelling).map(NumberText.grouped) ?? spelling
    }
    let digits = parts[1].utf8.map { Int($0) - 0x30 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return spelling }
    let wholeDigits = whole > 0 ? "\(whole)".utf8.count : 0
    let leadingZeros = whole > 0 ? 0 : digits.prefix { $0 == 0 }.count
    let kept = max(0, significantDigits - wholeDigits) + leadingZeros
    var value = whole
    for digit in digits.prefix(kept) { value = value * 10 + digit }
    if digits.count > kept, digits[kept] >= 5 { value += 1 }
    return spelled(value, decimals: min(kept, digits.count))
  }

  /// How a rate differs from what is usual: `×5`, `down to 0`, `new`; nil where it does not.
  static func change(from baseline: String, to rate: String) -> String? {
    guard let usual = Double(baseline), let now = Double(rate), usual != now else { return nil }
    if usual == 0 { return "new" }
    if now == 0 { return "down to 0" }
    let factor = now / usual
    if factor >= 10 { return "×\(NumberText.grouped(Int(factor.rounded())))" }
    let hundredths = Int((factor * 100).rounded())
    return "×\(spelled(hundredths, decimals: 2))"
  }

  private static let significantDigits = 3

  /// A number of units of so many decimals, without zeros at its end.
  private static func spelled(_ value: Int, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let whole = NumberText.grouped(value / scale)
    guard decimals > 0, value % scale > 0 else { return whole }
    var fraction = "\(value % scale)"
    fraction = String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return "\(whole).\(fraction)"
  }
}
