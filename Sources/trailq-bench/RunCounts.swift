/// Who was asked fewer times than was wanted, because it is slow.
struct RunCounts {
  var report: ComparisonReport

  /// One sentence; `nil` where everybody was asked as often as was wanted.
  var sentence: String? {
    guard let wanted = report.runs else { return nil }
    let slow = report.engines.compactMap { engine -> String? in
      let counts = engine.questions.values.map(\.milliseconds.count).filter { $0 < wanted }
      guard let least = counts.min(), let most = counts.max() else { return nil }
      let times =
        most == 1 ? "once" : least == most ? "\(most) times" : "\(least) to \(most) times"
      let questions = counts.count == 1 ? "1 question" : "\(counts.count) questions"
      return "\(engine.engine) (\(questions), \(times))"
    }
    if slow.isEmpty { return nil }
    return
      "Asked fewer than \(wanted) times, because no further run of a question begins once it has taken 20 s "
      + "in all: \(slow.joined(separator: ", "))."
  }
}
