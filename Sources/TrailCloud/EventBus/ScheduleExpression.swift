internal import TrailRecord

/// When a rule runs by itself: `rate(5 minutes)` or `cron(0 12 * * ? *)`.
///
/// What AWS refuses with `Parameter ScheduleExpression is not valid.` gives nil: units in the wrong number, other
/// letter case, white space where none belongs.
enum ScheduleExpression: Hashable, Sendable {
  /// In milliseconds.
  case rate(Int64)
  case cron(CronExpression)

  init?(_ text: String) {
    if text.hasPrefix("rate("), text.hasSuffix(")") {
      let words = text.dropFirst(5).dropLast().split(
        separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let count = Int64(words[0]), count > 0,
        let unit = Self.units.first(where: { words[1] == (count == 1 ? $0.name : $0.name + "s") }),
        count <= Int64.max / unit.milliseconds
      else { return nil }
      self = .rate(count * unit.milliseconds)
    } else if text.hasPrefix("cron("), text.hasSuffix(")") {
      guard let cron = CronExpression(fields: text.dropFirst(5).dropLast()) else { return nil }
      self = .cron(cron)
    } else {
      return nil
    }
  }

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("minute", 60_000), ("hour", 3_600_000), ("day", EventTime.millisecondsPerDay),
  ]

  /// When it runs next; nil for never.
  ///
  /// - Parameter start: from when a rate counts: when the rule was made, or ran last.
  func next(after start: Int64) -> Int64? {
    switch self {
    case .rate(let step): start > Int64.max - step ? nil : start + step
    case .cron(let cron): cron.next(after: start)
    }
  }
}
