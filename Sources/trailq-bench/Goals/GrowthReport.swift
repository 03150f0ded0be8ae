/// Two reports of the same benchmark, of which the second has about ten times as many events.
struct GrowthReport {
  var smaller: ComparisonReport
  var larger: ComparisonReport

  /// A Markdown table of what grew how much, with the goals.
  func markdown() -> String {
    let (small, large) = (Measured(report: smaller), Measured(report: larger))
    let lines =
      [
        "\(larger.events) events beside \(smaller.events).", "",
        "| what | \(smaller.events) | \(larger.events) | times | goal | |",
        "| --- | ---: | ---: | ---: | --- | --- |",
      ]
      + GoalTable.growth.map { goal in
        let (first, second) = (small.own(goal.quantity), large.own(goal.quantity))
        let cells = [
          goal.title, shown(first, goal), shown(second, goal),
          times(first, second).map(GoalText.number) ?? "–", text(goal),
          verdict(goal, first, second),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
      }
    return lines.joined(separator: "\n") + "\n"
  }

  func verdict(_ goal: GrowthGoal, _ first: Double?, _ second: Double?) -> String {
    guard let second else { return "not judged: not measured" }
    switch goal.must {
    case .most(let most): return second <= most ? "met" : "**not met**"
    case .times(let most):
      guard let times = times(first, second) else { return "not judged: not measured" }
      return times <= most ? "met" : "**not met**"
    }
  }

  private func times(_ first: Double?, _ second: Double?) -> Double? {
    guard let first, let second, first > 0 else { return nil }
    return second / first
  }

  private func shown(_ value: Double?, _ goal: GrowthGoal) -> String {
    value.map { GoalText.amount($0, of: goal.quantity) } ?? "–"
  }

  private func text(_ goal: GrowthGoal) -> String {
    switch goal.must {
    case .times(let times): "≤ \(GoalText.number(times)) times"
    case .most(let most): "≤ \(GoalText.amount(most, of: goal.quantity))"
    }
  }
}
