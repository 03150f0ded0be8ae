/// What is to be done with the rows, step by step, in an order that gives the right answer.
struct LogicalPlan: Sendable {
  var source: BoundQuery.Source
  /// The conjuncts of the scan.
  var conjuncts: [BoundPredicate]
  var order = ScanOperator.Order.oldestFirst
  /// Rows that the scan need give, where a step behind it takes no more.
  var limit: Int?
  /// True where the rows of the last time that the scan gives must all be there: a later step orders them.
  var keepsTies = false
  var steps: [BoundStage]
  /// What the events of the scan must form.
  var sequence: BoundSequence?

  /// True where the scan's events are themselves the rows that the first step gets.
  var givesEvents: Bool {
    if case .events = source { sequence == nil } else { false }
  }

  /// True where all that is asked of the scan's events is how many they are.
  var onlyCountsEvents: Bool {
    guard givesEvents, limit == nil, case .aggregate(let aggregation)? = steps.first else {
      return false
    }
    return aggregation.onlyCountsRows
  }

  init(_ query: BoundQuery) {
    source = query.source
    conjuncts = query.predicate.conjuncts
    steps = query.stages
    sequence = query.sequence
  }
}

/// One improvement of a plan; gives the same answer for less work.
struct PlanRewrite: Sendable {
  let name: String
  let apply: @Sendable (inout LogicalPlan) -> Void

  /// In the order in which they are applied.
  static let all: [PlanRewrite] = [
    filtersIntoScan, foldConstants, joinTimeWindows, sortIntoScan, limitBeforeSelect, limitIntoScan,
    sortedLimitIntoScan,
  ]

  /// `events where a | where b` is `events where a and b`.
  static let filtersIntoScan = PlanRewrite(name: "filters into the scan") { plan in
    guard plan.givesEvents else { return }
    while case .filterEvents(let predicate)? = plan.steps.first {
      plan.conjuncts += predicate.conjuncts
      plan.steps.removeFirst()
    }
  }

  static let foldConstants = PlanRewrite(name: "constants folded") { plan in
    plan.conjuncts = plan.conjuncts.map(fold).flatMap(\.conjuncts)
    plan.conjuncts.removeAll { if case .constant(true) = $0 { true } else { false } }
    if plan.conjuncts.contains(where: { if case .constant(false) = $0 { true } else { false } }) {
      plan.conjuncts = [.constant(false)]
    }
  }

  private static func fold(_ predicate: BoundPredicate) -> BoundPredicate {
    switch predicate {
    case .and(let parts):
      let folded = parts.map(fold).filter { if case .constant(true) = $0 { false } else { true } }
      let isFalse = folded.contains { if case .constant(false) = $0 { true } else { false } }
      return isFalse ? .constant(false) : .all(folded)
    case .or(let parts):
      let folded = parts.map(fold).filter { if case .constant(false) = $0 { false } else { true } }
      let isTrue = folded.contains { if case .constant(true) = $0 { true } else { false } }
      if isTrue { return .constant(true) }
      return folded.isEmpty ? .constant(false) : folded.count == 1 ? folded[0] : .or(folded)
    case .not(let inner):
      let folded = fold(inner)
      if case .constant(let flag) = folded { return .constant(!flag) }
      if case .not(let twice) = folded { return twice }
      return .not(folded)
    case .time(let range) where range.isEmpty: return .constant(false)
    case .constant, .test, .exists, .about, .time, .known, .word: return predicate
    }
  }

  /// Two windows are their overlap.
  static let joinTimeWindows = PlanRewrite(name: "time windows joined") { plan in
    var window: Range<Int64>?
    var rest: [BoundPredicate] = []
    for conjunct in plan.conjuncts {
      guard case .time(let range) = conjunct else {
        rest.append(conjunct)
        continue
      }
      let low = max(window?.lowerBound ?? .min, range.lowerBound)
      window = low..<max(low, min(window?.upperBound ?? .max, range.upperBound))
    }
    plan.conjuncts = (window.map { [.time($0)] } ?? []) + rest
  }

  /// The store is in time order already.
  static let sortIntoScan = PlanRewrite(name: "time order from the store") { plan in
    guard plan.givesEvents, case .sort(let keys)? = plan.steps.first, keys.count == 1,
      case .event(let field) = keys[0].field, case .time = field.source
    else { return }
    plan.order = keys[0].isDescending ? .newestFirst : .oldestFirst
    plan.steps.removeFirst()
  }

  /// `select` makes one row of each: what `limit` leaves out need not be read.
  static let limitBeforeSelect = PlanRewrite(name: "limit before select") { plan in
    for index in plan.steps.indices.dropFirst() {
      if case .limit = plan.steps[index], case .select = plan.steps[index - 1] {
        plan.steps.swapAt(index, index - 1)
      }
    }
  }

  /// A scan stops when it has what `limit` takes.
  static let limitIntoScan = PlanRewrite(name: "limit into the scan") { plan in
    guard plan.givesEvents, case .limit(let count)? = plan.steps.first else { return }
    plan.limit = count
  }

  /// The first events by time and then something else are among those of the first times.
  static let sortedLimitIntoScan = PlanRewrite(name: "limit of sorted rows into the scan") { plan in
    guard plan.givesEvents, plan.steps.count >= 2, case .sort(let keys) = plan.steps[0],
      case .limit(let count) = plan.steps[1], case .event(let field)? = keys.first?.field,
      case .time = field.source, let first = keys.first
    else { return }
    plan.order = first.isDescending ? .newestFirst : .oldestFirst
    plan.limit = count
    plan.keepsTies = true
  }
}
