/// Reads lengths of time: `1h`, `1h30m`, `90s`, `2d`, `1w`, `500ms`.
package enum DurationText {
  package enum Reading: Hashable, Sendable {
    case duration(milliseconds: Int64)
    /// A number and a unit that is spelt otherwise here, such as `10min`: `suggestion` is ours.
    case otherSpelling(suggestion: String)
    /// Digits alone.
    case missingUnit
    case tooLong
    /// Nothing like a length of time.
    case unrelated
  }

  /// The units, longest first, so that `ms` is not read as `m`.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ("w", 604_800_000),
  ]

  package static func read(_ text: String) -> Reading {
    var rest = Substring(text)
    var total: Int64 = 0
    var suggestion = ""
    var isOurSpelling = true
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { return .unrelated }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      if name.isEmpty {
        return rest.isEmpty && suggestion.isEmpty ? .missingUnit : .unrelated
      }
      guard
        let ours = ForeignHabits.units[String(name)]
          ?? ForeignHabits.units[name.lowercased()],
        let unit = units.first(where: { $0.name == ours })
      else { return .unrelated }
      isOurSpelling = isOurSpelling && ours == name
      suggestion += digits + ours
      guard let count = Int64(digits) else { return .tooLong }
      let (product, overflows) = count.multipliedReportingOverflow(by: unit.milliseconds)
      let (sum, sumOverflows) = total.addingReportingOverflow(product)
      guard !overflows, !sumOverflows, sum <= QueryLimits.maximumDurationMilliseconds else {
        return .tooLong
      }
      total = sum
    }
    if suggestion.isEmpty { return .unrelated }
    return isOurSpelling
      ? .duration(milliseconds: total) : .otherSpelling(suggestion: suggestion)
  }
}
