import Foundation

/// What the benchmark of event patterns found out.
struct PatternReport: Encodable {
  struct Row: Encodable {
    var rules: Int
    /// For all rules together, until the first event is matched.
    var addSeconds: Double
    var eventsPerSecond: [Double]
    /// Rules that were found, over all events.
    var matches: Int
    /// By event, the rules that were found; too much to be written down.
    var answers: [[Int]]
    var rivalEventsPerSecond: [Double] = []
    var agreement = "not compared"

    private enum CodingKeys: CodingKey {
      case rules, addSeconds, eventsPerSecond, matches, rivalEventsPerSecond, agreement
    }
  }

  var events: Int
  var meanEventBytes: Int
  var rival = "moto"
  var rows: [Row] = []
  var omissions: [String] = []

  /// A Markdown table of medians.
  func markdown() -> String {
    var lines = [
      "\(events) events of \(meanEventBytes) bytes on average, as EventBridge wraps them. One core, CPU time, medians "
        + "after warm-up. trailq reads the events' bytes; moto is given objects.",
      "",
      "| rules | trailq, events/s | \(rival), events/s | factor | matches per event | adding all rules, ms | answers |",
      "| ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += rows.map { row in
      let own = row.eventsPerSecond.median
      let theirs = row.rivalEventsPerSecond.isEmpty ? nil : row.rivalEventsPerSecond.median
      return "| "
        + [
          "\(row.rules)", number(own), theirs.map(number) ?? "–",
          theirs.map { number(own / $0) } ?? "–", number(Double(row.matches) / Double(events)),
          number(row.addSeconds * 1000), row.agreement,
        ].joined(separator: " | ") + " |"
    }
    lines += omissions.map { "Left out: \($0)." }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Three significant digits, or whole numbers.
  private func number(_ value: Double) -> String {
    let decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    return String(format: "%.\(decimals)f", value)
  }
}
