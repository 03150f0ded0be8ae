/// One field of a cron expression: what its numbers and names may be.
struct CronField {
  var range: ClosedRange<Int>
  var names: [String: Int] = [:]

  static let minutes = CronField(range: 0...59)
  static let hours = CronField(range: 0...23)
  static let daysOfMonth = CronField(range: 1...31)
  static let months = CronField(
    range: 1...12, names: numbered("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"))
  static let daysOfWeek = CronField(range: 1...7, names: numbered("SUN MON TUE WED THU FRI SAT"))

  private static func numbered(_ names: String) -> [String: Int] {
    let pairs = names.split(separator: " ").enumerated().map { (String($1), $0 + 1) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The numbers that a field means, as bits; nil where it is wrong.
  func set(_ text: Substring) -> UInt64? {
    var set: UInt64 = 0
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let numbers = Self.range(part, in: range, names: names) else { return nil }
      for number in numbers { set |= 1 << UInt64(number) }
    }
    return set
  }

  func number(_ text: Substring) -> Int? {
    guard let number = Self.number(text, names), range.contains(number) else { return nil }
    return number
  }

  private static func number(_ text: Substring, _ names: [String: Int]) -> Int? {
    if let number = names[text.uppercased()] { return number }
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// `5`, `1-5`, `*`, and each with `/step`.
  static func range(
    _ text: Substring, in range: ClosedRange<Int>, names: [String: Int]
  ) -> [Int]? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    var step = 1
    if parts.count == 2 {
      guard let given = number(parts[1], [:]), given > 0 else { return nil }
      step = given
    }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    if parts[0] == "*" {
      return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
    }
    guard (1...2).contains(ends.count), let first = number(ends[0], names), range.contains(first)
    else { return nil }
    guard ends.count == 2 else {
      return parts.count == 1
        ? [first] : Array(stride(from: first, through: range.upperBound, by: step))
    }
    guard let last = number(ends[1], names), range.contains(last) else { return nil }
    if first <= last { return Array(stride(from: first, through: last, by: step)) }
    let round = Array(first...range.upperBound) + Array(range.lowerBound...last)
    return stride(from: 0, to: round.count, by: step).map { round[$0] }
  }
}

extension CronExpression.DaysOfMonth {
  /// Days, `L` for the last, `15W` for the working day nearest to the 15th.
  init?(_ text: Substring) {
    self.init()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if part == "L" {
        last = true
      } else if part.last == "W" {
        guard let day = CronField.daysOfMonth.number(part.dropLast()) else { return nil }
        nearest.append(day)
      } else {
        guard let set = CronField.daysOfMonth.set(part) else { return nil }
        days |= set
      }
    }
  }
}

extension CronExpression.DaysOfWeek {
  /// Days, `L` for Saturday, `6L` for the last Friday of the month, `6#3` for the third.
  init?(_ text: Substring) {
    self.init()
    let field = CronField.daysOfWeek
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let numbered = part.split(separator: "#", omittingEmptySubsequences: false)
      if part == "L" {
        days |= 1 << 7
      } else if part.count > 1, part.last == "L", let day = field.number(part.dropLast()) {
        last.append(day)
      } else if numbered.count == 2 {
        guard let day = field.number(numbered[0]), let number = Int(numbered[1]),
          (1...5).contains(number)
        else { return nil }
        self.numbered.append(CronExpression.Numbered(day: day, number: number))
      } else {
        guard let set = field.set(part) else { return nil }
        days |= set
      }
    }
  }
}
