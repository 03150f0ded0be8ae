/// A stage that looks at events along time, or at matches, which lie at the time of their last event, and makes a
/// table.
package enum BoundTimeStage: Sendable {
  case new(BaselineComparison)
  /// `rare` with a baseline.
  case rare(BaselineComparison)
  case burst(BoundBurst)
  case gaps(BoundGaps)

  /// As a plan shows it.
  var text: String {
    switch self {
    case .new(let comparison): "new " + comparison.text
    case .rare(let comparison): "rare " + comparison.text
    case .burst(let burst): "burst " + burst.text
    case .gaps(let gaps): "gaps " + gaps.text
    }
  }

  /// The fields that it reads.
  var fields: [RowField] {
    switch self {
    case .new(let comparison), .rare(let comparison): [comparison.field] + comparison.groups
    case .burst(let burst): burst.groups + (burst.distinct.map { [$0] } ?? [])
    case .gaps(let gaps): gaps.groups
    }
  }
}

/// The values of a field among the events of a window, against those of the time before it.
package struct BaselineComparison: Sendable {
  package var field: RowField
  package var groups: [RowField]
  /// What events before the window must satisfy to count: all that the sentence asks but its window.
  package var history: BoundPredicate
  /// When the window begins; nil where the sentence does not say.
  package var windowStart: Int64?
  /// How far before the window events count, in milliseconds; nil for all there are.
  package var baseline: Int64?
  package var text: String
}

/// `burst 100 distinct name in 5m by user`
package struct BoundBurst: Sendable {
  package var count: Int
  package var distinct: RowField?
  /// The length of the sliding window, in milliseconds.
  package var window: Int64
  package var groups: [RowField]
  package var text: String
}

/// `gaps over 2h by user`
package struct BoundGaps: Sendable {
  /// A longer silence is a gap, in milliseconds.
  package var length: Int64
  package var groups: [RowField]
  /// When the sentence's window ends; `Int64.max` where it does not.
  package var windowEnd: Int64
  package var text: String
}
