/// Works out the columns that a query will ask for, on all cores, before planning asks for them one by one.
enum ColumnPreparation {
  /// - Complexity: O(1) for each segment where all columns are known.
  static func prepare(
    _ query: BoundQuery, in snapshot: StoreSnapshot, _ cancellation: Cancellation
  ) throws(QueryCancelled) {
    // Sequences, and stages that compare with what was before, look outside the window.
    let looksFurther =
      query.sequence != nil
      || query.stages.contains { if case .alongTime = $0 { true } else { false } }
    let snapshot = looksFurther ? snapshot : snapshot.overlapping(query.predicate.window)
    var fields: Set<BoundField> = []
    collect(query.predicate, into: &fields)
    for step in query.sequence?.steps ?? [] {
      collect(step.predicate, into: &fields)
      for link in step.links {
        fields.formUnion(link.fields)
        for predicate in link.ownPredicates { collect(predicate, into: &fields) }
      }
    }
    for key in query.sequence?.keys ?? [] { fields.formUnion(key) }
    for stage in query.stages {
      switch stage {
      case .filterEvents(let predicate): collect(predicate, into: &fields)
      case .filterMatches(let predicate):
        fields.formUnion(predicate.fields)
        for predicate in predicate.predicates { collect(predicate, into: &fields) }
      case .aggregate(let aggregation):
        for field in aggregation.groups + aggregation.aggregates.compactMap(\.field) {
          collect(field, into: &fields)
        }
      case .top(let field, _, _), .rare(let field, _): collect(field, into: &fields)
      case .distinct(let wanted, _): for field in wanted { collect(field, into: &fields) }
      case .sort(let keys): for key in keys { collect(key.field, into: &fields) }
      case .alongTime(let stage, _): for field in stage.fields { collect(field, into: &fields) }
      case .filterTable, .select, .limit, .follow, .backtrace, .timeline, .facets, .chart,
        .expect:
        break
      }
    }
    try prepare(fields, in: snapshot, cancellation)
  }

  /// Works out those of `fields` that are not stored, side by side.
  static func prepare(
    _ fields: some Sequence<BoundField>, in snapshot: StoreSnapshot, _ cancellation: Cancellation
  ) throws(QueryCancelled) {
    let computed = fields.filter { field in
      if case .computed = field.source { return true }
      if case .first = field.source { return true }
      return false
    }
    guard !computed.isEmpty else { return }
    let isMissing = snapshot.segments.contains { segment in
      computed.contains { !FieldColumns(segment: segment).isKnown($0) }
    }
    guard isMissing else { return }
    _ = try SegmentWorkers.map(snapshot.segments, work: snapshot.rowCount * computed.count) {
      _, segment throws(QueryCancelled) in
      for field in computed {
        try cancellation.check()
        _ = FieldColumns(segment: segment).column(field)
      }
    }
  }

  private static func collect(_ field: RowField, into fields: inout Set<BoundField>) {
    if let bound = field.bound { fields.insert(bound) }
  }

  private static func collect(_ predicate: BoundPredicate, into fields: inout Set<BoundField>) {
    switch predicate {
    case .constant, .about, .time, .known: break
    case .and(let parts), .or(let parts): for part in parts { collect(part, into: &fields) }
    case .not(let inner), .word(_, let inner): collect(inner, into: &fields)
    case .test(let test): fields.insert(test.field)
    case .exists(let field): fields.insert(field)
    }
  }
}
