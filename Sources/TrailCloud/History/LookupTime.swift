internal import TrailRecord

/// The forms in which LookupEvents' callers write times (facts §2.2).
package enum LookupTime {
  /// Reads a time as the AWS CLI does: epoch seconds, ISO 8601, `01-27-2015`, `01/27/2015, 01:16 PM`, `2015-01-27`, ….
  ///
  /// - Returns: milliseconds since 1970 UTC, or nil.
  package static func parse(_ text: String) -> Int64? {
    if let seconds = epochSeconds(text) { return seconds }
    if let time = EventTime.parse(text) { return time }
    let parts = text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "T" })
    guard let first = parts.first, let day = dayNumber(first) else { return nil }
    guard let minutes = minutesOfDay(parts.dropFirst().joined()) else { return nil }
    return Int64(day) * EventTime.millisecondsPerDay + Int64(minutes) * 60_000
  }

  /// A time in a request: a number of seconds, or text.
  static func milliseconds(_ value: JSONValue) -> Int64? {
    switch value {
    case .number(let spelling): epochSeconds(spelling)
    case .string(let bytes): parse(String(decoding: bytes, as: UTF8.self))
    default: nil
    }
  }

  /// `1422317782` or `1422317782.5`.
  private static func epochSeconds(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2, first.utf8.count <= 12,
      let seconds = Int64(first)
    else { return nil }
    guard parts.count == 2 else { return seconds * 1000 }
    let digits = (parts[1] + "000").prefix(3)
    guard let thousandths = Int64(digits), parts[1].allSatisfy(\.isNumber) else { return nil }
    return seconds * 1000 + (seconds < 0 ? -thousandths : thousandths)
  }

  /// `01-27-2015`, `01/27/2015` or `2015-01-27`, in days since 1970.
  private static func dayNumber(_ text: Substring) -> Int? {
    let numbers = text.split(whereSeparator: { $0 == "-" || $0 == "/" }).map { Int($0) }
    guard numbers.count == 3, let first = numbers[0], let second = numbers[1],
      let third = numbers[2]
    else { return nil }
    return first > 31
      ? EventTime.dayNumber(year: first, month: second, day: third)
      : EventTime.dayNumber(year: third, month: first, day: second)
  }

  /// `01:16PM`, `13:16`, `13:16:40` to the minute, or nothing at all.
  private static func minutesOfDay(_ text: String) -> Int? {
    if text.isEmpty { return 0 }
    var clock = text.uppercased()
    var half: String?
    if clock.hasSuffix("AM") || clock.hasSuffix("PM") {
      half = String(clock.suffix(2))
      clock = String(clock.dropLast(2))
    }
    let numbers = clock.split(separator: ":").map { Int($0) }
    guard numbers.count == 2, var hour = numbers[0], let minute = numbers[1],
      (0..<60).contains(minute)
    else { return nil }
    if let half {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (half == "PM" ? 12 : 0)
    }
    return (0..<24).contains(hour) ? hour * 60 + minute : nil
  }
}
