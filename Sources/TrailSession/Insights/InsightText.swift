internal import TrailCloud

/// Rates as people read them.
enum InsightText {
  /// A number's spelling, to three digits that say something: `0.0000882145` is 0.0000882, `1234.5678` is 1235.
  static func rate(_ spelling: String) -> String { grouped(InsightNumber.readable(spelling)) }

  /// How a rate differs from what is usual: `×5`, `down to 0`, `new`; nil where it does not.
  static func change(from baseline: String, to rate: String) -> String? {
    guard let usual = Double(baseline), let now = Double(rate), usual != now else { return nil }
    if usual == 0 { return "new" }
    if now == 0 { return "down to 0" }
    let factor = now / usual
    if factor >= 10 { return "×\(NumberText.grouped(Int(factor.rounded())))" }
    let hundredths = Int((factor * 100).rounded())
    return "×\(grouped(InsightNumber.spelled(hundredths, decimals: 2)))"
  }

  /// A number's spelling with its thousands grouped.
  private static func grouped(_ spelling: String) -> String {
    let parts = spelling.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = Int(first) else { return spelling }
    return ([NumberText.grouped(whole)] + parts.dropFirst().map(String.init))
      .joined(separator: ".")
  }
}
