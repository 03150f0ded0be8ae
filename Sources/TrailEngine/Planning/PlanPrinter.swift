/// The plan as a tree, last step at the root, as `explain` shows it.
enum PlanPrinter {
  /// - Parameter actual: Rows after each conjunct and after each step, where the plan was run.
  static func report(
    _ plan: PhysicalPlan, _ query: BoundQuery, conjunctRows: [Int]?, stepRows: [Int]?,
    sequenceRows: [Int]? = nil
  ) -> PlanReport {
    let conjuncts = plan.conjuncts.enumerated().map { index, conjunct in
      PlanNode(
        title: conjunct.predicate.text, access: conjunct.access,
        estimatedRows: conjunct.estimatedRows, actualRows: conjunctRows?[index])
    }
    var title: String
    switch plan.source {
    case .events:
      title = plan.scan.order == .newestFirst ? "events, newest first" : "events"
      if let limit = plan.scan.limit { title += ", at most \(limit)" }
    case .last: title = "rows of the last answer"
    }
    let rewrites = Planner.rewrites(of: query)
    let scanRows = plan.sequence == nil ? stepRows?.first : conjunctRows?.last
    var node = PlanNode(
      title: title, access: rewrites.isEmpty ? nil : rewrites.joined(separator: ", "),
      estimatedRows: plan.estimatedRows, actualRows: scanRows, children: conjuncts)
    if let planned = plan.sequence {
      node = sequenceNode(planned, above: node, stepRows?.first, sequenceRows)
    }
    for (index, step) in plan.steps.enumerated() {
      node = PlanNode(
        title: Self.title(step), actualRows: stepRows.map { $0[index + 1] }, children: [node])
    }
    return PlanReport(normalised: query.normalised, spelledOut: query.words, root: node)
  }

  private static func sequenceNode(
    _ planned: PlannedSequence, above scan: PlanNode, _ matches: Int?, _ rows: [Int]?
  ) -> PlanNode {
    let sequence = planned.sequence
    let steps = planned.steps.enumerated().map { index, step in
      PlanNode(
        title: (index == 0 ? "" : "then ") + sequence.steps[index].text, access: step.access,
        estimatedRows: step.estimatedRows, actualRows: rows?[index])
    }
    let keys = sequence.keys.map { fields in
      var names = fields.map(\.name)
      while names.count > 1, names[names.count - 1] == names[names.count - 2] { names.removeLast() }
      return names.joined(separator: " = ")
    }
    let by = keys.isEmpty ? "" : " by " + keys.joined(separator: ", ")
    return PlanNode(
      title: "sequence within \(WindowText.length(sequence.within))\(by)",
      access: "rarest step first", actualRows: matches, children: [scan] + steps)
  }

  static func title(_ step: BoundStage) -> String {
    switch step {
    case .filterEvents(let predicate): "where \(predicate.text)"
    case .filterMatches(let predicate): "where \(predicate.text)"
    case .filterTable(let predicate): "where \(predicate.text)"
    case .select(_, let columns): "select \(columns.map(\.name).joined(separator: ", "))"
    case .aggregate(let aggregation): aggregation.text
    case .top(_, let limit, let columns): "top \(limit) \(columns[0].name)"
    case .rare(_, let columns): "rare \(columns[0].name)"
    case .alongTime(let stage, _): stage.text
    case .distinct(_, let columns): "distinct \(columns.map(\.name).joined(separator: ", "))"
    case .sort(let keys):
      "sort " + keys.map { $0.name + ($0.isDescending ? " desc" : "") }.joined(separator: ", ")
    case .limit(let count): "limit \(count)"
    case .follow: "follow"
    case .backtrace: "backtrace"
    case .timeline: "timeline"
    case .facets: "facets"
    case .chart: "chart"
    case .expect: "expect"
    }
  }
}
