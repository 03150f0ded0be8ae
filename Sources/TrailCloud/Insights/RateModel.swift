/// What a series' last days teach about its minutes: sums and squares by hour, kept as the minutes pass.
///
/// At most the hours of eight days and the peaks of 28 are kept, and only those in which something happened.
struct RateModel: Sendable {
  /// One hour in which something was counted.
  struct Hour: Sendable {
    var number: Int
    var sum = 0
    /// The sum of the squares of its minutes' counts, and of its twelve five-minute counts.
    var squares = 0.0
    var blockSquares = 0.0
  }
  private(set) var hours: [Hour] = []
  /// The five-minute count that is being added up.
  private var block = (number: -1, sum: 0)
  /// The minutes that were learnt last, for sums of five.
  private var latest: [(minute: Int, count: Int)] = []
  /// By day: the windows that exceeded most what their hour leads to expect.
  private var peaks: [DayPeaks] = []
  /// By day: the calls that were expected in its most unexpected silence.
  private var silences: [(day: Int, expected: Double)] = []

  /// The minute that ends a window, and the window's count.
  private struct Peak: Sendable {
    var minute: Int
    var count: Int

    func excess(_ profile: RateProfile?, _ length: Int) -> Double {
      RateModel.excess(count, over: (profile?.highRate(at: minute) ?? 0) * Double(length))
    }
  }
  private struct DayPeaks: Sendable {
    var day: Int
    var short: Peak
    var long: Peak
  }

  /// Learns a minute, which is later than those before.
  ///
  /// - Complexity: O(1) amortised.
  mutating func learn(_ minute: Int, count: Int, profile: RateProfile?) {
    let number = minute / 60
    if block.number != minute / DetectorRule.longWindow {
      closeBlock()
      block = (minute / DetectorRule.longWindow, 0)
    }
    block.sum += count
    if hours.last?.number != number {
      hours.removeAll { $0.number < number - (DetectorRule.modelDays + 1) * 24 }
      hours.append(Hour(number: number))
    }
    let last = hours.count - 1
    hours[last].sum += count
    hours[last].squares += Double(count) * Double(count)
    notePeak(minute, count, profile)
  }

  private mutating func closeBlock() {
    let number = block.number * DetectorRule.longWindow / 60
    guard block.sum > 0, let index = hours.lastIndex(where: { $0.number == number }) else { return }
    hours[index].blockSquares += Double(block.sum) * Double(block.sum)
  }

  private mutating func notePeak(_ minute: Int, _ count: Int, _ profile: RateProfile?) {
    latest.removeAll { $0.minute <= minute - DetectorRule.longWindow }
    latest.append((minute, count))
    let short = Peak(minute: minute, count: count)
    let long = Peak(minute: minute, count: latest.reduce(0) { $0 + $1.count })
    let day = minute / 1440
    guard let last = peaks.indices.last, peaks[last].day == day else {
      peaks.removeAll { $0.day < day - DetectorRule.peakDays }
      peaks.append(DayPeaks(day: day, short: short, long: long))
      return
    }
    func isHigher(_ peak: Peak, _ other: Peak, _ length: Int) -> Bool {
      peak.excess(profile, length) > other.excess(profile, length)
    }
    if isHigher(short, peaks[last].short, DetectorRule.shortWindow) { peaks[last].short = short }
    if isHigher(long, peaks[last].long, DetectorRule.longWindow) { peaks[last].long = long }
  }

  /// Remembers how many calls a silence that is over would have been expected to hold.
  mutating func noteSilence(expected: Double, endingAt minute: Int) {
    let day = minute / 1440
    guard let last = silences.indices.last, silences[last].day == day else {
      silences.removeAll { $0.day < day - DetectorRule.peakDays }
      silences.append((day, expected))
      return
    }
    silences[last].expected = max(silences[last].expected, expected)
  }

  /// The calls that were expected in the most unexpected silence of the days that are remembered.
  var deepestSilence: Double { silences.reduce(0) { max($0, $1.expected) } }

  /// How many times as much as expected a count is; one more is expected, so that the first calls of a quiet series
  /// are not infinitely many times as much.
  static func excess(_ count: Int, over expected: Double) -> Double {
    Double(count) / (expected + 1)
  }

  /// By how much the highest windows of the days that are remembered exceed what is expected by now.
  func highestPeaks(_ profile: RateProfile) -> (short: Double, long: Double) {
    peaks.reduce((0, 0)) { highest, day in
      (
        max(highest.0, day.short.excess(profile, DetectorRule.shortWindow)),
        max(highest.1, day.long.excess(profile, DetectorRule.longWindow))
      )
    }
  }

  /// The five-minute count that is not in the squares yet.
  var openBlock: (hour: Int, square: Double) {
    (
      block.number * DetectorRule.longWindow / 60,
      Double(block.sum) * Double(block.sum)
    )
  }

  /// What was counted in an hour.
  ///
  /// - Complexity: O(log *n*).
  func sum(ofHour number: Int) -> Int {
    var low = 0
    var high = hours.count
    while low < high {
      let middle = (low + high) / 2
      if hours[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low < hours.count && hours[low].number == number ? hours[low].sum : 0
  }
}
