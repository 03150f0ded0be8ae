internal import TrailRecord

/// Times as people read them, always in UTC.
package enum ReadableTime {
  private static let weekdays = [
    "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday",
  ]

  /// `2026-11-21T14:02:11Z`, with three decimals only where there are milliseconds.
  package static func iso(_ milliseconds: Int64) -> String {
    EventTime.format(milliseconds)
  }

  /// `2026-11-21 14:02:11`.
  package static func readable(_ milliseconds: Int64) -> String {
    "\(date(milliseconds)) \(timeOfDay(milliseconds))"
  }

  /// `2026-11-21`.
  package static func date(_ milliseconds: Int64) -> String {
    String(iso(milliseconds).prefix { $0 != "T" })
  }

  /// `14:02:11`, with three decimals only where there are milliseconds.
  package static func timeOfDay(_ milliseconds: Int64) -> String {
    String(iso(milliseconds).drop { $0 != "T" }.dropFirst().dropLast())
  }

  package static func weekday(_ milliseconds: Int64) -> String {
    let index = dayNumber(milliseconds) % 7
    return weekdays[Int(index < 0 ? index + 7 : index)]
  }

  /// Days since 1970-01-01, rounded down.
  package static func dayNumber(_ milliseconds: Int64) -> Int64 {
    let day = EventTime.millisecondsPerDay
    let quotient = milliseconds / day
    return milliseconds % day < 0 ? quotient - 1 : quotient
  }
}
