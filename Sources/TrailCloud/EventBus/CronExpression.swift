internal import TrailRecord

/// A cron expression of EventBridge: `minutes hours day-of-month month day-of-week year`, in UTC.
///
/// Exactly one of the two fields for days is `?`. Known are `*`, `,`, `-`, `/`, `?`, names of months and days, `L` and
/// `W` for days of the month, `L` and `#` for days of the week (1 is Sunday). Ours: years outside 1970–2199 are taken,
/// as AWS takes them, and never come; a range that runs backwards goes round (`FRI-MON`).
struct CronExpression: Hashable, Sendable {
  /// Which days of a month.
  enum Days: Hashable, Sendable {
    case ofMonth(DaysOfMonth)
    case ofWeek(DaysOfWeek)
  }
  struct DaysOfMonth: Hashable, Sendable {
    /// Bit *n* is day *n*.
    var days: UInt64 = 0
    var last = false
    /// The working days nearest to these.
    var nearest: [Int] = []
  }
  struct DaysOfWeek: Hashable, Sendable {
    /// Bit *n* is day *n*, 1 for Sunday.
    var days: UInt64 = 0
    /// The last such day of the month.
    var last: [Int] = []
    /// The *n*th such day of the month.
    var numbered: [Numbered] = []
  }
  struct Numbered: Hashable, Sendable {
    var day: Int
    var number: Int
  }
  private var minutes: UInt64
  private var hours: UInt64
  private var months: UInt64
  private var days: Days
  /// Nil for every year; else the years in order.
  private var years: [Int]?

  /// Reads the six fields; nil where they are wrong.
  init?(fields text: Substring) {
    let fields = text.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count == 6, fields.allSatisfy({ !$0.isEmpty }),
      let minutes = CronField.minutes.set(fields[0]), let hours = CronField.hours.set(fields[1]),
      let months = CronField.months.set(fields[3])
    else { return nil }
    self.minutes = minutes
    self.hours = hours
    self.months = months
    switch (fields[2], fields[4]) {
    case ("?", "?"): return nil
    case (let days, "?"):
      guard let days = DaysOfMonth(days) else { return nil }
      self.days = .ofMonth(days)
    case ("?", let days):
      guard let days = DaysOfWeek(days) else { return nil }
      self.days = .ofWeek(days)
    default: return nil
    }
    if fields[5] != "*" {
      guard let years = Self.years(fields[5]) else { return nil }
      self.years = years
    }
  }

  private static let possibleYears = 1970...2199

  private static func years(_ text: Substring) -> [Int]? {
    var years: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let year = Int(part) {
        years.insert(year)
        continue
      }
      guard let range = CronField.range(part, in: possibleYears, names: [:]) else { return nil }
      years.formUnion(range)
    }
    return years.sorted()
  }

  // MARK: When

  /// The first time after this one, in milliseconds since 1970 UTC, on a whole minute; nil where none comes.
  ///
  /// - Complexity: O(days on the way).
  func next(after time: Int64) -> Int64? {
    let minute: Int64 = 60_000
    let first = (time / minute + 1) * minute
    let begin = CivilTime(first)
    var fromMinute = begin.hour * 60 + begin.minute
    var year = begin.year
    var month = begin.month
    var day = begin.day
    while let wanted = nextYear(year) {
      if wanted > year { (year, month, day, fromMinute) = (wanted, 1, 1, 0) }
      while month <= 12 {
        if months >> UInt64(month) & 1 == 1 {
          let chosen = days(in: month, of: year)
          while day <= EventTime.daysInMonth(year: year, month: month) {
            if chosen >> UInt64(day) & 1 == 1, let minute = nextMinute(from: fromMinute),
              let number = EventTime.dayNumber(year: year, month: month, day: day)
            {
              return Int64(number) * EventTime.millisecondsPerDay + Int64(minute) * 60_000
            }
            day += 1
            fromMinute = 0
          }
        }
        month += 1
        day = 1
        fromMinute = 0
      }
      year += 1
      month = 1
    }
    return nil
  }

  private func nextYear(_ year: Int) -> Int? {
    guard let years else { return year <= Self.possibleYears.upperBound ? year : nil }
    return years.first { $0 >= year && Self.possibleYears.contains($0) }
  }

  /// The first minute of a day from this one on.
  private func nextMinute(from start: Int) -> Int? {
    (start..<24 * 60).first {
      hours >> UInt64($0 / 60) & 1 == 1 && minutes >> UInt64($0 % 60) & 1 == 1
    }
  }

  /// The chosen days of a month: bit *n* is day *n*.
  private func days(in month: Int, of year: Int) -> UInt64 {
    let count = EventTime.daysInMonth(year: year, month: month)
    /// Sunday is 1. 1970-01-01 was a Thursday.
    func weekday(_ day: Int) -> Int {
      let number = EventTime.dayNumber(year: year, month: month, day: day) ?? 0
      return ((number + 4) % 7 + 7) % 7 + 1
    }
    switch days {
    case .ofMonth(let days):
      var set = days.days
      if days.last { set |= 1 << UInt64(count) }
      for wanted in days.nearest where wanted <= count {
        set |= 1 << UInt64(Self.workingDay(nearest: wanted, count: count, weekday: weekday))
      }
      return set
    case .ofWeek(let days):
      var set: UInt64 = 0
      for day in 1...count {
        let weekday = weekday(day)
        let number = (day - 1) / 7 + 1
        if days.days >> UInt64(weekday) & 1 == 1
          || days.last.contains(weekday) && day + 7 > count
          || days.numbered.contains(Numbered(day: weekday, number: number))
        {
          set |= 1 << UInt64(day)
        }
      }
      return set
    }
  }

  /// The day from Monday to Friday that is nearest, within the month.
  private static func workingDay(nearest day: Int, count: Int, weekday: (Int) -> Int) -> Int {
    switch weekday(day) {
    case 7: day > 1 ? day - 1 : day + 2
    case 1: day < count ? day + 1 : day - 2
    default: day
    }
  }
}
