/// What a row of an answer is, where it is neither an event nor a group of some.
package enum RowMeaning: Hashable, Sendable {
  case match, newValue, rareValue, burst, gap

  /// What the rows are that a query ends with; nil for events and groups of them.
  init?(of query: BoundQuery) {
    var meaning: RowMeaning?
    if query.sequence != nil {
      meaning = .match
    } else if case .last(let answer) = query.source {
      meaning = answer.rowMeaning
    }
    for stage in query.stages {
      switch stage {
      case .filterEvents, .filterMatches, .filterTable, .select, .sort, .limit, .timeline, .chart,
        .expect:
        break
      case .rare: meaning = .rareValue
      case .alongTime(let stage, _): meaning = RowMeaning(of: stage)
      case .aggregate, .top, .distinct, .follow, .backtrace, .facets: meaning = nil
      }
    }
    guard let meaning else { return nil }
    self = meaning
  }

  private init(of stage: BoundTimeStage) {
    switch stage {
    case .new: self = .newValue
    case .rare: self = .rareValue
    case .burst: self = .burst
    case .gaps: self = .gap
    }
  }
}
