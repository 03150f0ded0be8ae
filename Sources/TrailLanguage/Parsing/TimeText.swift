/// Reads times as a sentence writes them: durations, times of day, names, and dates of any precision.
package enum TimeText {
  package enum Reading: Hashable, Sendable {
    /// What it is, and its canonical spelling.
    case time(TimeSyntax.Kind, text: String)
    /// It is a time with something wrong, such as a thirtieth of February; `note` says what.
    case wrong(note: String)
    /// A duration that is spelt otherwise here.
    case otherSpelling(suggestion: String)
    /// Nothing like a time.
    case unrelated
  }

  /// Forms to offer where a time is wanted.
  package static let examples = "10m, 1h30m, 09:00, yesterday, 2026-11-21, 2026-11-21T09:00Z"

  package static func read(_ text: String) -> Reading {
    let lowered = text.lowercased()
    if let name = TimeSyntax.NamedTime(rawValue: lowered) {
      return .time(.named(name), text: lowered)
    }
    var cursor = Cursor(text)
    if cursor.looksLikeDate { return cursor.readDate() }
    if cursor.looksLikeTimeOfDay { return cursor.readTimeOfDay() }
    switch DurationText.read(text) {
    case .duration(let milliseconds): return .time(.ago(milliseconds: milliseconds), text: text)
    case .otherSpelling(let suggestion): return .otherSpelling(suggestion: suggestion)
    case .missingUnit: return .wrong(note: "a number needs a unit: \(text)m, \(text)h, \(text)d")
    case .tooLong: return .wrong(note: "that is longer than any log")
    case .unrelated: return .unrelated
    }
  }

  /// What could not be read, as a note.
  private struct Wrong: Error {
    let note: String
  }

  /// Walks over the characters of a date or a time of day.
  private struct Cursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Four digits at the end, or before a hyphen.
    var looksLikeDate: Bool {
      digitCount == 4 && (bytes.count == 4 || bytes[4] == UInt8(ascii: "-"))
    }

    var looksLikeTimeOfDay: Bool {
      (1...2).contains(digitCount) && bytes.count > digitCount
        && bytes[digitCount] == UInt8(ascii: ":")
    }

    private var digitCount: Int { bytes.prefix(while: ASCII.isDigit).count }

    mutating func readTimeOfDay() -> Reading {
      do throws(Wrong) {
        let clock = try clock()
        guard isAtEnd else { throw trailing() }
        guard clock.fraction.isEmpty else {
          throw Wrong(note: "a time of day goes down to seconds")
        }
        let seconds = clock.hour * 3_600 + (clock.minute ?? 0) * 60 + (clock.second ?? 0)
        return .time(.timeOfDay(seconds: seconds), text: clock.text)
      } catch {
        return .wrong(note: error.note)
      }
    }

    mutating func readDate() -> Reading {
      do throws(Wrong) {
        return try date()
      } catch {
        return .wrong(note: error.note)
      }
    }

    // MARK: Parts

    /// `2026[-11[-20[T10[:05[:30[.123]]][zone]]]]`
    private mutating func date() throws(Wrong) -> Reading {
      let year = try number(digits: 4, of: "year")
      if isAtEnd {
        return period(
          from: milliseconds(year, 1, 1), to: milliseconds(year + 1, 1, 1), text: pad(year, 4))
      }
      try expect("-", after: "the year")
      let month = try number(digits: 2, of: "month")
      guard (1...12).contains(month) else {
        throw Wrong(note: "there is no month \(pad(month, 2)): months are 01 to 12")
      }
      if isAtEnd {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return period(
          from: milliseconds(year, month, 1), to: milliseconds(next.0, next.1, 1),
          text: "\(pad(year, 4))-\(pad(month, 2))")
      }
      try expect("-", after: "the month")
      let day = try number(digits: 2, of: "day")
      let days = CivilDate.days(inMonth: month, of: year)
      guard (1...days).contains(day) else {
        let name = CivilDate.monthNames[month - 1]
        throw Wrong(note: "\(name) \(pad(year, 4)) has the days 01 to \(days)")
      }
      let start = milliseconds(year, month, day)
      let dateText = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
      if isAtEnd { return period(from: start, to: start + 86_400_000, text: dateText) }
      guard eat("T") || eat("t") || eat(" ") else { throw trailing() }
      let clock = try clock()
      let zone = try zone()
      guard isAtEnd else { throw trailing() }
      let begin = start + clock.milliseconds - Int64(zone.minutes) * 60_000
      return period(
        from: begin, to: begin + clock.precisionMilliseconds,
        text: dateText + "T" + clock.text + zone.text)
    }

    private struct Clock {
      var hour = 0
      var minute: Int?
      var second: Int?
      /// The digits behind the point, as written.
      var fraction = ""

      var milliseconds: Int64 {
        let seconds = Int64(hour * 3_600 + (minute ?? 0) * 60 + (second ?? 0))
        let thousandths = Int64((fraction + "000").prefix(3)) ?? 0
        return seconds * 1_000 + thousandths
      }

      var precisionMilliseconds: Int64 {
        if minute == nil { return 3_600_000 }
        if second == nil { return 60_000 }
        switch fraction.utf8.count {
        case 0: return 1_000
        case 1: return 100
        case 2: return 10
        default: return 1
        }
      }

      var text: String {
        var text = pad(hour, 2)
        if let minute { text += ":" + pad(minute, 2) }
        if let second { text += ":" + pad(second, 2) }
        if !fraction.isEmpty { text += "." + fraction }
        return text
      }
    }

    /// `10[:05[:30[.123]]]`, with one digit for the hour allowed before a colon.
    private mutating func clock() throws(Wrong) -> Clock {
      var clock = Clock()
      let hasShortHour =
        position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: ":")
      clock.hour = try number(digits: hasShortHour ? 1 : 2, of: "hour")
      guard clock.hour < 24 else { throw Wrong(note: "hours are 00 to 23") }
      guard eat(":") else { return clock }
      let minute = try number(digits: 2, of: "minute")
      guard minute < 60 else { throw Wrong(note: "minutes are 00 to 59") }
      clock.minute = minute
      guard eat(":") else { return clock }
      let second = try number(digits: 2, of: "second")
      guard second < 60 else { throw Wrong(note: "seconds are 00 to 59") }
      clock.second = second
      guard eat(".") else { return clock }
      let digits = bytes[position...].prefix(while: ASCII.isDigit)
      guard (1...9).contains(digits.count) else {
        throw Wrong(note: "a fraction of a second has one to nine digits")
      }
      position += digits.count
      clock.fraction = String(decoding: digits, as: UTF8.self)
      return clock
    }

    /// `Z`, `+01:00`, `-0530` or nothing, which is UTC.
    private mutating func zone() throws(Wrong) -> (minutes: Int, text: String) {
      if isAtEnd { return (0, "") }
      if eat("Z") || eat("z") { return (0, "Z") }
      let isNegative: Bool
      if eat("+") {
        isNegative = false
      } else if eat("-") {
        isNegative = true
      } else {
        return (0, "")
      }
      let hours = try number(digits: 2, of: "hours of the offset")
      let hasMinutes = eat(":") || !isAtEnd
      let minutes = hasMinutes ? try number(digits: 2, of: "minutes of the offset") : 0
      guard hours <= 23, minutes < 60 else { throw Wrong(note: "offsets go to 23:59") }
      let total = hours * 60 + minutes
      return (
        isNegative ? -total : total,
        (isNegative ? "-" : "+") + pad(hours, 2) + ":" + pad(minutes, 2)
      )
    }

    private func period(from start: Int64, to end: Int64, text: String) -> Reading {
      .time(.period(start: start, end: end), text: text)
    }

    private func milliseconds(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
      Int64(CivilDate.daysSince1970(year: year, month: month, day: day)) * 86_400_000
    }

    // MARK: Characters

    private var isAtEnd: Bool { position >= bytes.count }

    private mutating func eat(_ character: Unicode.Scalar) -> Bool {
      guard !isAtEnd, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    private mutating func expect(_ character: Unicode.Scalar, after part: String) throws(Wrong) {
      guard eat(character) else {
        throw Wrong(note: "expected `\(character)` after \(part)")
      }
    }

    private mutating func number(digits count: Int, of part: String) throws(Wrong) -> Int {
      let digits = bytes[position...].prefix(count)
      guard digits.count == count, digits.allSatisfy(ASCII.isDigit) else {
        let form = count == 1 ? "one digit" : count == 2 ? "two digits" : "four digits"
        throw Wrong(note: "the \(part) has \(form)")
      }
      position += count
      return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private func trailing() -> Wrong {
      let read = String(decoding: bytes[..<position], as: UTF8.self)
      let rest = String(decoding: bytes[position...], as: UTF8.self)
      return Wrong(note: "`\(read)` was read; `\(rest)` was not")
    }
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
