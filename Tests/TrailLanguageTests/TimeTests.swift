import Testing
import TrailLanguage

@Suite struct TimeTests {
  private static let day: Int64 = 86_400_000

  @Test(arguments: [
    ("1h", 3_600_000), ("1h30m", 5_400_000), ("90s", 90_000), ("2d", 172_800_000),
    ("1w", 604_800_000),
    ("500ms", 500), ("0s", 0),
  ])
  func durations(_ text: String, _ milliseconds: Int64) {
    #expect(TimeText.read(text) == .time(.ago(milliseconds: milliseconds), text: text))
    #expect(DurationText.read(text) == .duration(milliseconds: milliseconds))
  }

  @Test(arguments: [
    ("2026", 1_767_225_600_000, 365 * day), ("2024-02", 1_706_745_600_000, 29 * day),
    ("2026-12", 1_796_083_200_000, 31 * day), ("2024-02-29", 1_709_164_800_000, day),
    ("2026-11-20T10", 1_795_168_800_000, 3_600_000),
    ("2026-11-20T10:05Z", 1_795_169_100_000, 60_000),
    ("2026-11-20T10:05:30", 1_795_169_130_000, 1_000),
    ("2026-11-20T10:05:30.1", 1_795_169_130_100, 100),
    ("2026-11-20T10:05:30.123Z", 1_795_169_130_123, 1),
    ("2026-11-20T10:05+01:00", 1_795_165_500_000, 60_000),
    ("2026-11-20T10:05-0530", 1_795_188_900_000, 60_000), ("1970-01-01", 0, day),
    ("1969-12-31", -day, day), ("0001-01-01", -62_135_596_800_000, day),
  ])
  func periods(_ text: String, _ start: Int64, _ length: Int64) {
    guard case .time(.period(let begin, let end), let canonical) = TimeText.read(text) else {
      Issue.record("\(text) is no period")
      return
    }
    #expect(begin == start)
    #expect(end - begin == length)
    #expect(TimeText.read(canonical) == .time(.period(start: begin, end: end), text: canonical))
  }

  @Test(arguments: [("09:00", 32_400), ("9:00", 32_400), ("23:59:59", 86_399), ("00:00", 0)])
  func timesOfDay(_ text: String, _ seconds: Int) {
    guard case .time(let kind, _) = TimeText.read(text) else {
      Issue.record("\(text) is no time")
      return
    }
    #expect(kind == .timeOfDay(seconds: seconds))
  }

  @Test(arguments: TimeSyntax.NamedTime.allCases)
  func names(_ name: TimeSyntax.NamedTime) {
    #expect(TimeText.read(name.rawValue.uppercased()) == .time(.named(name), text: name.rawValue))
  }

  @Test(arguments: [
    ("2026-02-29", "February 2026 has the days 01 to 28"),
    ("2026-04-31", "April 2026 has the days 01 to 30"),
    ("2026-00", "there is no month 00: months are 01 to 12"), ("24:00", "hours are 00 to 23"),
    ("10:60", "minutes are 00 to 59"), ("10:00:60", "seconds are 00 to 59"),
    ("2026-11-20T10:05:30+1", "the hours of the offset has two digits"),
    ("2026-11-20T10:05foo", "`2026-11-20T10:05` was read; `foo` was not"),
    ("2026-1-2", "the month has two digits"),
    ("99999999999999999999d", "that is longer than any log"),
    ("9999999w", "that is longer than any log"),
    ("20261120", "a number needs a unit: 20261120m, 20261120h, 20261120d"),
    ("15", "a number needs a unit: 15m, 15h, 15d"),
  ])
  func wrongTimes(_ text: String, _ note: String) {
    #expect(TimeText.read(text) == .wrong(note: note))
  }

  @Test(arguments: ["", "soon", "h", "1y", "1h30", "-1h", "1.5h", "monday", "1h 30m"])
  func unrelatedTexts(_ text: String) {
    #expect(TimeText.read(text) == .unrelated)
  }
}
