/// Times of events: milliseconds since 1970 UTC, and the texts that logs write them as.
package enum EventTime {
  package static let millisecondsPerDay: Int64 = 86_400_000

  /// The time that a record's text stands for, or nil where it is none.
  ///
  /// Reads the canonical `2026-11-20T10:05:00Z`, and what other tools make of it: a space or `t` for the `T`, a
  /// fraction of any length (cut to milliseconds), an offset such as `+01:00`, `+0100` or `+01`, and no zone at
  /// all, which is taken as UTC. A bare date is its midnight.
  package static func parse(_ bytes: some RandomAccessCollection<UInt8>) -> Int64? {
    var cursor = DigitCursor(bytes)
    guard let year = cursor.digits(4), cursor.take("-"), let month = cursor.digits(2),
      cursor.take("-"), let day = cursor.digits(2)
    else { return nil }
    guard let days = dayNumber(year: year, month: month, day: day) else { return nil }
    var time = Int64(days) * millisecondsPerDay
    if cursor.isAtEnd { return time }
    guard cursor.take("T") || cursor.take("t") || cursor.take(" ") else { return nil }
    guard let hour = cursor.digits(2), cursor.take(":"), let minute = cursor.digits(2),
      hour < 24, minute < 60
    else { return nil }
    time += Int64(hour * 60 + minute) * 60_000
    if cursor.take(":") {
      guard let second = cursor.digits(2), second < 61 else { return nil }
      time += Int64(second) * 1000
      if cursor.take(".") || cursor.take(",") {
        guard let fraction = cursor.fraction() else { return nil }
        time += fraction
      }
    }
    _ = cursor.take(" ")
    guard let offset = cursor.zone() else { return nil }
    return cursor.isAtEnd ? time - offset : nil
  }

  package static func parse(_ text: String) -> Int64? { parse(Array(text.utf8)) }

  /// The canonical text: to the second, with milliseconds only where there are any.
  package static func format(_ time: Int64) -> String {
    var bytes: [UInt8] = []
    append(time, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func append(_ time: Int64, to output: inout [UInt8]) {
    let civil = CivilTime(time)
    appendDigits(civil.year, 4, to: &output)
    output.append(UInt8(ascii: "-"))
    appendDigits(civil.month, 2, to: &output)
    output.append(UInt8(ascii: "-"))
    appendDigits(civil.day, 2, to: &output)
    output.append(UInt8(ascii: "T"))
    appendDigits(civil.hour, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    appendDigits(civil.minute, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    appendDigits(civil.second, 2, to: &output)
    if civil.millisecond != 0 {
      output.append(UInt8(ascii: "."))
      appendDigits(civil.millisecond, 3, to: &output)
    }
    output.append(UInt8(ascii: "Z"))
  }

  private static func appendDigits(_ value: Int, _ width: Int, to output: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    guard value >= 0, value / divisor < 10 else {
      // Years before 0 and beyond 9999 have as many characters as they need.
      let digits = Array(String(value).utf8)
      for _ in 0..<max(0, width - digits.count) { output.append(0x30) }
      output.append(contentsOf: digits)
      return
    }
    var rest = value
    while divisor > 0 {
      output.append(0x30 + UInt8(truncatingIfNeeded: rest / divisor))
      rest %= divisor
      divisor /= 10
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar, or nil where the date does not exist.
  package static func dayNumber(year: Int, month: Int, day: Int) -> Int? {
    guard (1...12).contains(month), day >= 1, day <= daysInMonth(year: year, month: month) else {
      return nil
    }
    // Years are counted from March, so that the leap day is a year's last.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  package static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

/// A time taken apart into the calendar's members, in UTC.
package struct CivilTime: Hashable, Sendable {
  package var year, month, day, hour, minute, second, millisecond: Int

  package init(_ time: Int64) {
    var days = Int(time / EventTime.millisecondsPerDay)
    var rest = Int(time % EventTime.millisecondsPerDay)
    if rest < 0 {
      rest += Int(EventTime.millisecondsPerDay)
      days -= 1
    }
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    millisecond = rest % 1000
    second = rest / 1000 % 60
    minute = rest / 60_000 % 60
    hour = rest / 3_600_000
  }
}

/// Reads digits and marks from left to right.
private struct DigitCursor {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: some RandomAccessCollection<UInt8>) { self.bytes = Array(bytes) }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard offset < bytes.count, UInt32(bytes[offset]) == mark.value else { return false }
    offset += 1
    return true
  }

  mutating func digits(_ count: Int) -> Int? {
    guard offset + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[offset..<offset + count] {
      guard byte &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    offset += count
    return value
  }

  /// The milliseconds that the digits of a fraction make; further digits are cut off.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var scale: Int64 = 100
    let start = offset
    while offset < bytes.count, bytes[offset] &- 0x30 < 10 {
      value += Int64(bytes[offset] - 0x30) * scale
      scale /= 10
      offset += 1
    }
    return offset > start ? value : nil
  }

  /// The zone's distance from UTC in milliseconds; none written is UTC.
  mutating func zone() -> Int64? {
    if isAtEnd || take("Z") || take("z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hour = digits(2), hour < 24 else { return nil }
    if isAtEnd { return sign * Int64(hour) * 3_600_000 }
    _ = take(":")
    guard let minute = digits(2), minute < 60 else { return nil }
    return sign * Int64(hour * 60 + minute) * 60_000
  }
}
