/// Judges a report by the goals.
struct GoalJudge {
  private let report: ComparisonReport
  private let measured: Measured

  init(_ report: ComparisonReport) {
    self.report = report
    measured = Measured(report: report)
  }

  /// What became of one bound or of several.
  enum Verdict: Hashable {
    /// With the ratios that were measured.
    case met([String])
    /// With what does not hold, as it was measured.
    case notMet([String])
    /// Nothing of it could be judged, and why.
    case open([String])
    /// Nothing is wanted.
    case nothing

    var text: String {
      switch self {
      case .met(let measured): Self.joined("met", measured)
      case .notMet(let measured): Self.joined("**not met**", measured)
      case .open(let reasons): Self.joined("not judged", reasons)
      case .nothing: ""
      }
    }

    private static func joined(_ word: String, _ details: [String]) -> String {
      details.isEmpty ? word : "\(word): \(details.joined(separator: ", "))"
    }
  }

  /// The numbers of events that bounds for a million hold for: generators add what they plant.
  private static let million = 900_000...1_100_000

  /// All bounds have to hold; those that cannot be judged do not count, unless all are such.
  func verdict(_ bounds: [Bound], on quantity: Quantity) -> Verdict {
    if bounds.isEmpty { return .nothing }
    guard let own = measured.own(quantity) else { return .open(["not measured"]) }
    var (held, failed, reasons): ([String], [String], [String]) = ([], [], [])
    var isAnyJudged = false
    for bound in bounds {
      switch judge(bound, quantity, own) {
      case .met(let what):
        isAnyJudged = true
        held += what
      case .notMet(let what): failed += what
      case .open(let what): reasons += what
      case .nothing: break
      }
    }
    if !failed.isEmpty { return .notMet(failed) }
    return isAnyJudged ? .met(held) : .open(reasons)
  }

  private func judge(_ bound: Bound, _ quantity: Quantity, _ own: Double) -> Verdict {
    switch bound {
    case .most(let most):
      return own <= most ? .met([]) : .notMet([GoalText.amount(own, of: quantity)])
    case .mostAtMillion(let most):
      guard Self.million.contains(report.events) else { return .open(["only at 1m"]) }
      return own <= most ? .met([]) : .notMet([GoalText.amount(own, of: quantity)])
    case .times(let most, let yardstick):
      let name = GoalText.name(of: yardstick, for: quantity)
      guard let times = measured.times(quantity, yardstick) else {
        return .open([GoalText.absence(of: yardstick, for: quantity)])
      }
      let shown = "\(GoalText.number(times)) × \(name)"
      return times <= most ? .met([shown]) : .notMet([shown])
    }
  }

  /// The goals with what became of them, in the order of the table.
  ///
  /// - Parameter titles: What the questions ask that were chosen, by their names; others have no line.
  func lines(titles: [String: String]) -> [GoalLine] {
    GoalTable.all.compactMap { goal in
      var title = goal.title
      if case .question(let name) = goal.quantity {
        guard let known = titles[name] else { return nil }
        title = "\(name) \(known), ms"
      }
      return GoalLine(
        what: title, value: measured.own(goal.quantity),
        shown: measured.own(goal.quantity).map { GoalText.amount($0, of: goal.quantity) } ?? "–",
        goal: GoalText.bounds(goal.must, on: goal.quantity),
        verdict: verdict(goal.must, on: goal.quantity).text,
        stretch: GoalText.bounds(goal.stretch, on: goal.quantity),
        stretchVerdict: verdict(goal.stretch, on: goal.quantity).text)
    }
  }

  /// What is more times its limit than `--check` lets pass, a sentence each.
  var broken: [String] {
    GoalTable.all.compactMap { goal in
      guard let held = goal.heldTimesLimit,
        let times = measured.times(goal.quantity, .limit), times > held
      else { return nil }
      let limit = GoalText.name(of: .limit, for: goal.quantity)
      return "\(goal.title): \(GoalText.number(times)) × \(limit), at most \(GoalText.number(held))"
    }
  }
}

/// One goal with what was measured, as reports show it.
struct GoalLine: Codable {
  var what: String
  var value: Double?
  var shown: String
  var goal: String
  var verdict: String
  var stretch: String
  var stretchVerdict: String

  /// A Markdown table.
  static func markdown(_ lines: [GoalLine]) -> [String] {
    ["| what | trailq | goal | | stretch | |", "| --- | ---: | --- | --- | --- | --- |"]
      + lines.map { line in
        let cells = [
          line.what, line.shown, line.goal, line.verdict, line.stretch, line.stretchVerdict,
        ]
        return "| \(cells.joined(separator: " | ")) |"
      }
  }
}
