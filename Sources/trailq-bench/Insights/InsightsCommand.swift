internal import ArgumentParser
internal import TrailCloud

/// Measures the detector of Insights on generated traffic: false alarms, bursts and stops that it finds.
struct InsightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insights",
    abstract:
      "Measure how often CloudTrail Insights, as simulated, are false, and how many they miss.")

  @Option(help: "Series of each kind.") var series = 40
  @Option(help: "Days that are judged; a week before them is only learnt from.") var days = 30
  @Option(help: "Where all traffic comes from.") var seed: UInt64 = 1

  /// A Monday.
  private static let begin = 20_458 * 1440
  private static let learnt = 7
  private static let burstMinutes = 5
  private static let burstFactor = 10.0

  private struct Tally {
    var hours = 0
    var falseRises = 0
    var falseDrops = 0
    var bursts = 0
    var foundBursts = 0
    var stops = 0
    var foundStops = 0
    var stopMinutes = 0

    mutating func add(_ other: Tally) {
      hours += other.hours
      falseRises += other.falseRises
      falseDrops += other.falseDrops
      bursts += other.bursts
      foundBursts += other.foundBursts
      stops += other.stops
      foundStops += other.foundStops
      stopMinutes += other.stopMinutes
    }
  }

  func run() {
    print(
      "\(series) series of each kind, \(days) days after a week that is only learnt from (36 hours unreported)"
    )
    var total = Tally()
    for kind in GeneratedSeries.all {
      var tally = Tally()
      for number in 0..<series {
        var source = NumberSource(seed: seed, name: "\(kind.name)/\(number)")
        let counts = kind.make((Self.learnt + days) * 1440, &source)
        measureFalseAlarms(counts, &tally)
        measureBurst(counts, &source, &tally)
        measureStop(counts, &source, &tally)
      }
      print(line(kind.name, tally))
      total.add(tally)
    }
    print(line("all", total))
  }

  private func measureFalseAlarms(_ counts: [Int], _ tally: inout Tally) {
    tally.hours += counts.count / 60 - 36
    for finding in DetectorTrial.findings(in: counts, from: Self.begin) {
      if finding.kind == .rise { tally.falseRises += 1 } else { tally.falseDrops += 1 }
    }
  }

  /// A burst of ten times what is usual at the hour, where tenfold means something: a call a minute on the days on
  /// which the series is not off at that hour, and twice the largest five minutes of the seven days before.
  private func measureBurst(_ counts: [Int], _ source: inout NumberSource, _ tally: inout Tally) {
    let first = (Self.learnt + 1) * 1440
    let at = first + Int(source.unit() * Double(counts.count - first - 1440))
    let hours = (1...7).map { day in
      let start = (at / 60 - day * 24) * 60
      return counts[start..<(start + 60)].reduce(0, +)
    }
    let busy = hours.filter { $0 > 0 && 4 * $0 >= hours.max() ?? 0 }
    guard !busy.isEmpty else { return }
    let mean = Double(busy.reduce(0, +)) / Double(busy.count * 60)
    let week = (at - 7 * 1440)..<at
    var largest = 0
    for minute in week.dropLast(Self.burstMinutes) {
      largest = max(largest, counts[minute..<(minute + Self.burstMinutes)].reduce(0, +))
    }
    guard mean >= 1,
      mean * Self.burstFactor * Double(Self.burstMinutes) >= 2 * Double(largest)
    else { return }
    var planted = counts
    for minute in at..<(at + Self.burstMinutes) {
      planted[minute] += source.poisson(mean * (Self.burstFactor - 1))
    }
    tally.bursts += 1
    let isFound = DetectorTrial.findings(in: planted, from: Self.begin).contains {
      $0.kind == .rise && $0.found > at && $0.found <= at + 2 * Self.burstMinutes
    }
    if isFound { tally.foundBursts += 1 }
  }

  /// The series stops for four days.
  private func measureStop(_ counts: [Int], _ source: inout NumberSource, _ tally: inout Tally) {
    let length = 4 * 1440
    let first = 9 * 1440
    let at = first + Int(source.unit() * Double(counts.count - first - length))
    var planted = counts
    for minute in at..<(at + length) { planted[minute] = 0 }
    tally.stops += 1
    let found = DetectorTrial.findings(in: planted, from: Self.begin).first {
      $0.kind != .rise && $0.found > at && $0.found <= at + length
    }
    guard let found else { return }
    tally.foundStops += 1
    tally.stopMinutes += found.found - at
  }

  private func line(_ name: String, _ tally: Tally) -> String {
    func rate(_ count: Int) -> String {
      let hundredths = Int((Double(count) * 1_000_000 / Double(max(1, tally.hours))).rounded())
      return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }
    let padded = name + String(repeating: " ", count: max(0, 24 - name.utf8.count))
    let stop = tally.foundStops > 0 ? " after \(tally.stopMinutes / tally.foundStops) min" : ""
    return
      "\(padded) false in 10,000 h: \(rate(tally.falseRises)) rises, \(rate(tally.falseDrops)) drops"
      + " · tenfold bursts \(tally.foundBursts)/\(tally.bursts)"
      + " · stops \(tally.foundStops)/\(tally.stops)\(stop)"
  }
}
