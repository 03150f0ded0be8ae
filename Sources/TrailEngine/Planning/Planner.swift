/// Turns a bound query into the plan that is run.
enum Planner {
  /// - Complexity: O(conjuncts × segments), plus a look-up in each dictionary for each comparison.
  static func plan(
    _ query: BoundQuery, in snapshot: StoreSnapshot, scansOnly: Bool = false,
    _ cancellation: Cancellation
  ) throws(QueryCancelled) -> PhysicalPlan {
    var logical = LogicalPlan(query)
    for rewrite in PlanRewrite.all { rewrite.apply(&logical) }
    // What lies outside the window decides nothing, and its columns need not be made for an estimate.
    var statistics = PlanStatistics(
      snapshot: snapshot, window: BoundPredicate.and(logical.conjuncts).window, cancellation)
    let total = statistics.rowCount
    let onlyCounts = logical.onlyCountsEvents && logical.conjuncts.count == 1 && !scansOnly
    statistics.triesAllValues = onlyCounts
    var counted: Int?
    let planned = try logical.conjuncts.map { conjunct throws(QueryCancelled) in
      let estimate = try statistics.estimate(conjunct)
      if onlyCounts, estimate.isExact { counted = estimate.rows }
      return PlannedConjunct(
        predicate: conjunct, access: scansOnly ? "scan of all rows" : estimate.access,
        estimatedRows: estimate.rows, cost: estimate.cost,
        segments: scansOnly ? nil : estimate.segments)
    }
    // What removes most rows for its cost goes first; the window of time is free.
    let ordered = planned.enumerated().sorted { left, right in
      let a = rank(left.element, total)
      let b = rank(right.element, total)
      return a != b ? a < b : left.offset < right.offset
    }.map(\.element)
    let rows = ordered.reduce(Double(total)) { rows, conjunct in
      rows * Double(conjunct.estimatedRows) / Double(max(1, total))
    }
    let scan = ScanOperator(
      conjuncts: ordered.map { ScanOperator.Conjunct($0.predicate, in: $0.segments) },
      order: logical.order, limit: logical.limit,
      keepsTies: logical.keepsTies,
      work: ordered.reduce(0) { $0 + $1.cost }, scansOnly: scansOnly)
    return PhysicalPlan(
      source: logical.source, conjuncts: ordered, scan: scan, steps: logical.steps,
      sequence: try logical.sequence.map { sequence throws(QueryCancelled) in
        try plannedSequence(
          sequence, PlanStatistics(snapshot: snapshot, cancellation), scansOnly: scansOnly)
      },
      estimatedRows: ordered.isEmpty ? total : Int(rows.rounded(.up)), countedRows: counted)
  }

  /// The names of the rewrites that change the plan of a query.
  static func rewrites(of query: BoundQuery) -> [String] {
    var plan = LogicalPlan(query)
    var before = summary(plan)
    return PlanRewrite.all.compactMap { rewrite in
      rewrite.apply(&plan)
      let after = summary(plan)
      defer { before = after }
      return after == before ? nil : rewrite.name
    }
  }

  private static func plannedSequence(
    _ sequence: BoundSequence, _ statistics: PlanStatistics, scansOnly: Bool
  ) throws(QueryCancelled) -> PlannedSequence {
    let steps = try sequence.steps.map { step throws(QueryCancelled) in
      let estimate = try statistics.estimate(step.predicate)
      return PlannedConjunct(
        predicate: step.predicate, access: scansOnly ? "scan of all rows" : estimate.access,
        estimatedRows: estimate.rows, cost: estimate.cost,
        segments: scansOnly ? nil : estimate.segments)
    }
    return PlannedSequence(sequence: sequence, steps: steps)
  }

  /// Cost for each row removed.
  private static func rank(_ conjunct: PlannedConjunct, _ total: Int) -> Double {
    let removed = max(1, total - conjunct.estimatedRows)
    return Double(conjunct.cost) / Double(removed)
  }

  private static func summary(_ plan: LogicalPlan) -> String {
    let conjuncts = plan.conjuncts.map(\.text).joined(separator: " & ")
    let steps = plan.steps.map(PlanPrinter.title).joined(separator: " | ")
    return "\(conjuncts) \(plan.order) \(plan.limit ?? -1) \(steps)"
  }
}
