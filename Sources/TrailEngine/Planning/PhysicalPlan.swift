/// How an answer is worked out: the scan with its access paths, then the steps. Immutable.
struct PhysicalPlan: Sendable {
  let source: BoundQuery.Source
  /// In the order of execution.
  let conjuncts: [PlannedConjunct]
  let scan: ScanOperator
  let steps: [BoundStage]
  /// What the events of the scan must form, with how each step's events are found.
  let sequence: PlannedSequence?
  let estimatedRows: Int
  /// Where the first step only counts the events, and planning has counted them: how many there are.
  let countedRows: Int?
}

/// A sequence with what the statistics say about its steps.
struct PlannedSequence: Sendable {
  let sequence: BoundSequence
  let steps: [PlannedConjunct]
}

/// One conjunct of a scan, with what the statistics say about it.
struct PlannedConjunct: Sendable {
  let predicate: BoundPredicate
  /// How its rows are found, in words.
  let access: String
  let estimatedRows: Int
  /// Row visits and value tests that it is likely to take over the whole store.
  let cost: Int
  /// The segments that can have such rows; nil where any can.
  let segments: SegmentSet?
}
