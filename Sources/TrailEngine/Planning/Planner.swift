/// Turns a bound query into the plan that is run.
enum Planner {
  /// - Complexity: O(conjuncts × segments), plus a look-up in each dictionary for each comparison.
  static func plan(
    _ query: BoundQuery, in snapshot: StoreSnapshot, scansOnly: Bool = false
  ) -> PhysicalPlan {
    var logical = LogicalPlan(query)
    for rewrite in PlanRewrite.all { rewrite.apply(&logical) }
    // What lies outside the window decides nothing, and its columns need not be made for an estimate.
    let inWindow = snapshot.overlapping(BoundPredicate.and(logical.conjuncts).window)
    let total = inWindow.rowCount
    let statistics = PlanStatistics(snapshot: inWindow)
    let planned = logical.conjuncts.map { conjunct in
      let estimate = statistics.estimate(conjunct)
      return PlannedConjunct(
        predicate: conjunct, access: scansOnly ? "scan of all rows" : estimate.access,
        estimatedRows: estimate.rows, cost: estimate.cost)
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
      conjuncts: ordered.map(\.predicate), order: logical.order, limit: logical.limit,
      keepsTies: logical.keepsTies,
      work: ordered.reduce(0) { $0 + $1.cost }, scansOnly: scansOnly)
    return PhysicalPlan(
      source: logical.source, conjuncts: ordered, scan: scan, steps: logical.steps,
      sequence: logical.sequence.map {
        plannedSequence($0, PlanStatistics(snapshot: snapshot), scansOnly: scansOnly)
      },
      estimatedRows: ordered.isEmpty ? total : Int(rows.rounded(.up)))
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
  ) -> PlannedSequence {
    let steps = sequence.steps.map { step in
      let estimate = statistics.estimate(step.predicate)
      return PlannedConjunct(
        predicate: step.predicate, access: scansOnly ? "scan of all rows" : estimate.access,
        estimatedRows: estimate.rows, cost: estimate.cost)
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

/// What the store's own counts say about a predicate, without reading rows.
struct PlanStatistics {
  let snapshot: StoreSnapshot

  struct Estimate {
    var rows: Int
    var cost: Int
    var access: String
  }

  // Shares of values that pass, where only trying would tell: guesses that need only be in the right order.
  private static let globShare = 0.1
  private static let regexShare = 0.1
  private static let orderShare = 0.3

  func estimate(_ predicate: BoundPredicate) -> Estimate {
    let total = snapshot.rowCount
    switch predicate {
    case .constant(let flag): return Estimate(rows: flag ? total : 0, cost: 0, access: "constant")
    case .time(let range):
      let rows = snapshot.segments.reduce(0) {
        $0 + $1.rows(from: range.lowerBound, until: range.upperBound).count
      }
      return Estimate(rows: rows, cost: snapshot.segments.count, access: "time range")
    case .known(let knowledge):
      let rows = snapshot.segments.reduce(0) {
        $0 + $1.rows(from: .min, until: knowledge.until).count
      }
      return Estimate(rows: rows, cost: total / 8, access: "delivery times")
    case .word(_, let definition): return estimate(definition)
    case .not(let inner):
      let own = estimate(inner)
      return Estimate(
        rows: total - min(total, own.rows), cost: own.cost + total / 64,
        access: "complement of " + own.access)
    case .and(let parts):
      let own = parts.map(estimate)
      let rows = own.reduce(Double(total)) { $0 * Double($1.rows) / Double(max(1, total)) }
      return Estimate(
        rows: Int(rows.rounded(.up)), cost: own.reduce(0) { $0 + $1.cost },
        access: Self.joined(own.map(\.access)))
    case .or(let parts):
      let own = parts.map(estimate)
      return Estimate(
        rows: min(total, own.reduce(0) { $0 + $1.rows }), cost: own.reduce(0) { $0 + $1.cost },
        access: Self.joined(own.map(\.access)))
    case .exists(let field): return exists(field, total)
    case .about:
      let bytes = snapshot.segments.reduce(0) { $0 + $1.values.textByteCount }
      return Estimate(rows: total / 1000 + 1, cost: bytes / 16, access: "search of values")
    case .test(let test): return estimate(test)
    }
  }

  private static func joined(_ accesses: [String]) -> String {
    var unique: [String] = []
    for access in accesses where !unique.contains(access) { unique.append(access) }
    return unique.joined(separator: ", ")
  }

  private func exists(_ field: BoundField, _ total: Int) -> Estimate {
    switch field.source {
    case .any:
      var rows = 0
      for segment in snapshot.segments {
        for path in FieldColumns(segment: segment).leafPaths(field) {
          rows += segment.column(path)?.entryCount ?? segment.identifiers(path)?.entryCount ?? 0
        }
      }
      return Estimate(rows: min(total, rows), cost: total / 8, access: "record shapes")
    case .time: return Estimate(rows: total, cost: total / 8, access: "record shapes")
    case .first, .computed:
      return Estimate(rows: total, cost: total / 8, access: "computed column")
    }
  }

  /// Reads what a test needs of segments that nobody has asked for anything, on all cores: after opening a workspace
  /// that is most of the first answer's time.
  private func readFirst(_ field: BoundField) {
    let untouched = snapshot.segments.filter { $0.kept?.isUntouched == true }
    if untouched.count < 2 { return }
    _ = SegmentWorkers.map(untouched, work: untouched.reduce(0) { $0 + $1.rowCount }) {
      _, segment in
      let fields = FieldColumns(segment: segment)
      guard case .any = field.source else {
        _ = fields.column(field)
        return
      }
      for path in fields.leafPaths(field) {
        _ = (segment.field(path), segment.identifiers(path))
      }
    }
  }

  private func estimate(_ test: FieldTest) -> Estimate {
    readFirst(test.field)
    var result = Estimate(rows: 0, cost: 0, access: "not in any dictionary")
    var evaluator = PredicateEvaluator(cancellation: Cancellation())
    for segment in snapshot.segments {
      let fields = FieldColumns(segment: segment)
      var columns: [FieldColumn] = []
      if case .any = test.field.source {
        for path in fields.leafPaths(test.field) {
          if let field = segment.field(path) { columns.append(field) }
          if let identifiers = segment.identifiers(path) {
            add(test.test, identifiers, to: &result)
          }
        }
      } else if let column = fields.column(test.field) {
        columns.append(column)
      }
      for column in columns { add(test.test, column, &evaluator, to: &result) }
    }
    if case .computed = test.field.source { result.access = "computed column, " + result.access }
    return result
  }

  private func add(_ test: ValueTest, _ column: IdentifierColumn, to result: inout Estimate) {
    if test.isLookup, column.order != nil {
      result.rows += 1
      result.cost += 1
      result.access = "identifier index"
    } else {
      result.rows += column.entryCount / 10
      result.cost += column.entryCount
      result.access = "scan of identifiers"
    }
  }

  private func add(
    _ test: ValueTest, _ field: FieldColumn, _ evaluator: inout PredicateEvaluator,
    to result: inout Estimate
  ) {
    let column = field.column
    let isCheap = test.isLookup || column.distinctCount <= Self.fewValues
    // A look-up that is not cancelled cannot fail.
    if isCheap, let codes = try? evaluator.codes(test, field) {
      if codes.isEmpty { return }
      let access = column.access(for: codes)
      result.rows += column.estimatedRows(in: codes)
      result.cost += access == .postings ? column.estimatedRows(in: codes) : column.entryCount / 8
      result.access = (test.isLookup ? "" : "dictionary + ") + access.rawValue
    } else {
      result.rows += Int(Double(column.entryCount) * Self.share(test)) + 1
      result.cost += column.distinctCount * 4 + column.entryCount / 8
      result.access = "dictionary + scan of codes"
    }
  }

  /// Dictionaries of at most so many values are tried out while planning: that is exact and costs microseconds.
  private static let fewValues = 512

  private static func share(_ test: ValueTest) -> Double {
    switch test {
    case .equal, .identical, .any: globShare
    case .regex: regexShare
    case .ordered: orderShare
    }
  }
}
