/// Numbers and amounts as people read them.
package enum NumberText {
  /// `1234567` as `1,234,567`.
  package static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var result = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// `1 event`, `2 events`, `1,000 events`.
  package static func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// `512 B`, `1.5 MB`: powers of a thousand, as disks are labelled.
  package static func bytes(_ number: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var amount = Double(number)
    var unit = 0
    while amount >= 1000, unit < units.count - 1 {
      amount /= 1000
      unit += 1
    }
    return unit == 0 ? "\(number) B" : "\(oneDecimal(amount)) \(units[unit])"
  }

  /// `0.6 ms`, `48 ms`, `6.1 s`, `2 min 5 s`: what a person can feel.
  package static func elapsed(nanoseconds: UInt64) -> String {
    let milliseconds = Double(nanoseconds) / 1_000_000
    if milliseconds < 10 { return "\(oneDecimal(milliseconds)) ms" }
    if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
    let seconds = milliseconds / 1000
    if seconds < 100 { return "\(oneDecimal(seconds)) s" }
    let whole = Int(seconds.rounded())
    return "\(whole / 60) min \(whole % 60) s"
  }

  static func oneDecimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

/// Lengths of time as people say them.
package enum ReadableDuration {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000),
  ]

  /// The two largest units: `3 d 4 h`, `12 min 5 s`, `250 ms`.
  package static func readable(_ milliseconds: Int64) -> String {
    if milliseconds < 0 { return "-" + readable(-max(milliseconds, -Int64.max)) }
    guard let first = units.firstIndex(where: { milliseconds >= $0.milliseconds }) else {
      return "\(milliseconds) ms"
    }
    let unit = units[first]
    var text = "\(milliseconds / unit.milliseconds) \(unit.name)"
    if first + 1 < units.count {
      let next = units[first + 1]
      let rest = milliseconds % unit.milliseconds / next.milliseconds
      if rest > 0 { text += " \(rest) \(next.name)" }
    }
    return text
  }
}
