package import TrailLanguage

/// A sentence with everything resolved: fields, words, times, saved queries.
package struct BoundQuery: Sendable {
  package enum Source: Sendable {
    case events
    case last(Answer)
  }
  package var source: Source
  /// What the events are taken from, where that is not what `events` means.
  package var snapshot: StoreSnapshot?
  /// What keeps an event, time window and first `where` together.
  package var predicate: BoundPredicate
  /// What the events that pass `predicate` must form, where the sentence has a sequence.
  package var sequence: BoundSequence?
  package var stages: [BoundStage]
  /// The words of the sentence, in the order of their first use, with what they stand for.
  package var words: [(word: String, definition: String)]
  /// What was bound, and the session's clock then; nil for a part of a sentence.
  var asked: (syntax: QuerySyntax, clock: Int64)?
  /// What the reader should know though nothing is wrong, such as a path that no record has.
  package var notes: [Note]

  /// The sentence as it was understood. Spelled when it is asked for.
  package var normalised: String {
    asked.map { QueryText.normalised($0.syntax, clock: $0.clock) } ?? ""
  }
}

/// Where a stage finds a value: in the event, or in a column of the table that the stages before made.
package enum RowField: Hashable, Sendable {
  case event(BoundField)
  /// In the event of a step of a sequence; a repeated step's last.
  case step(Int, BoundField)
  case column(Int)

  /// The event's field, or that of a step's event; nil for a column.
  var bound: BoundField? {
    switch self {
    case .event(let field), .step(_, let field): field
    case .column: nil
    }
  }

  /// The field as `rare` counts its values.
  var measured: RowField {
    switch self {
    case .event(let field): .event(field.measured)
    case .step(let step, let field): .step(step, field.measured)
    case .column: self
    }
  }
}

package enum BoundStage: Sendable {
  case filterEvents(BoundPredicate)
  /// A condition on matches that speaks of single steps.
  case filterMatches(MatchPredicate)
  case filterTable(TablePredicate)
  case select([RowField], columns: [TableColumn])
  case aggregate(BoundAggregation)
  case top(RowField, limit: Int, columns: [TableColumn])
  case rare(RowField, columns: [TableColumn])
  /// `new`, `rare` with a baseline, `burst`, `gaps`.
  case alongTime(BoundTimeStage, columns: [TableColumn])
  case distinct([RowField], columns: [TableColumn])
  case sort([SortKey])
  case limit(Int)
  case follow
  case backtrace
  case timeline
  case facets
  case chart
  case expect(ExpectationSyntax)
}

package struct SortKey: Hashable, Sendable {
  package var field: RowField
  package var name: String
  package var isDescending: Bool
}

package struct BoundAggregation: Sendable {
  package struct Aggregate: Sendable {
    package var function: AggregateFunction
    /// Nil only for `count` of rows.
    package var field: RowField?
  }
  package var groups: [RowField]
  /// The length of a time bucket in milliseconds.
  package var every: Int64?
  /// The window that the sentence's clauses leave: `every` has buckets up to its ends.
  package var window: Range<Int64>
  /// The table's column of times, where `every` is asked of a table.
  package var timeColumn: Int?
  package var aggregates: [Aggregate]
  /// Bucket, groups and aggregates, in this order.
  package var columns: [TableColumn]
  package var text: String

  /// True where what the rows hold does not matter.
  var onlyCountsRows: Bool {
    groups.isEmpty && every == nil
      && aggregates.allSatisfy { $0.function == .count && $0.field == nil }
  }

  /// True where nothing that is said of the answer depends on rows behind the first: no silent buckets are filled in
  /// among them, and no aggregate lacks numbers in all of them.
  var isCompleteInFirstRows: Bool {
    every == nil && !aggregates.contains { $0.function.needsNumbers }
  }

  /// Its rows where it `onlyCountsRows`.
  func table(ofCount count: Int) -> TableRows {
    let cell = Cell.number(String(count))
    return TableRows(columns: columns, cells: aggregates.map { _ in [cell] }, rowCount: 1)
  }
}

extension AggregateFunction {
  /// True where rows without a number give it nothing to work with.
  var needsNumbers: Bool {
    switch self {
    case .sum, .avg, .p50, .p90, .p99: true
    case .count, .distinct, .min, .max, .first, .last, .values: false
    }
  }
}

/// A condition on a row of a table.
package indirect enum TablePredicate: Sendable {
  case constant(Bool)
  case and([TablePredicate])
  case or([TablePredicate])
  case not(TablePredicate)
  case test(column: Int, ValueTest, text: String)
  case time(column: Int, Range<Int64>)
  case exists(column: Int)

  var text: String {
    switch self {
    case .constant(let flag): flag ? "true" : "false"
    case .and(let parts): parts.map { "(\($0.text))" }.joined(separator: " and ")
    case .or(let parts): parts.map { "(\($0.text))" }.joined(separator: " or ")
    case .not(let inner): "not (\(inner.text))"
    case .test(_, _, let text): text
    case .time(_, let range): WindowText.window(range)
    case .exists: "exists"
    }
  }
}
