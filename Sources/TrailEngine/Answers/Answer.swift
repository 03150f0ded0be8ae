/// What a sentence gives back: rows, what they mean, and what it cost.
///
/// An answer keeps the snapshot that it was computed from, so `open N` and `last` see the same records even
/// after later imports.
package struct Answer: Sendable {
  package enum Content: Sendable {
    /// Whole records; a renderer shows the default columns, `--json` the records themselves.
    case events(EventRows)
    /// Matches of a sequence: the events of each, together.
    case matches(MatchRows)
    /// Named columns, from `select`, aggregation, `top`, `distinct`, ….
    case table(TableRows)
    /// Records to be drawn one a line with gaps and days marked.
    case timeline(EventRows)
    /// Matches to be drawn so, each under a heading of its own.
    case matchTimeline(MatchRows)
    /// A table to be drawn.
    case chart(TableRows)
    /// Events as a tree, by the credentials that one issued and others were done with.
    case chain(ChainRows)
    /// The most frequent values of each field that varies, most informative field first.
    case facets([Facet])
  }
  package var content: Content
  /// What its rows are; nil where they are events or groups of them, as the content tells.
  package var rowMeaning: RowMeaning?
  /// Sentences for the reader: why it is empty, what lies outside the data. Never part of the data.
  package var notes: [Note]
  package var metrics: AnswerMetrics
  /// The plan that ran, with actual rows; what `explain` prints. It is described when it is asked for.
  package var plan: PlanReport { describePlan() }
  private let describePlan: @Sendable () -> PlanReport
  /// Present when the sentence ended in `expect`.
  package var expectation: ExpectationOutcome?

  package init(content: Content, notes: [Note] = [], plan: PlanReport) {
    self.init(content: content, notes: notes, expectation: nil) { plan }
  }

  init(
    content: Content, notes: [Note], expectation: ExpectationOutcome?,
    describingPlan describePlan: @escaping @Sendable () -> PlanReport
  ) {
    self.content = content
    self.notes = notes
    metrics = AnswerMetrics()
    self.describePlan = describePlan
    self.expectation = expectation
  }

  /// The event behind each row: of a match the last one; nil where rows stand for several events.
  package var eventRows: EventRows? {
    switch content {
    case .events(let rows), .timeline(let rows): rows
    case .matches(let matches), .matchTimeline(let matches):
      EventRows(snapshot: matches.snapshot, references: matches.lastEvents)
    case .chain(let chain): chain.rows
    case .table(let table), .chart(let table): table.events
    case .facets: nil
    }
  }

  /// The matches of a sequence; nil for other rows.
  package var matches: MatchRows? {
    switch content {
    case .matches(let matches), .matchTimeline(let matches): matches
    case .events, .timeline, .chain, .table, .chart, .facets: nil
    }
  }

  /// Rows of the answer: events, matches, table rows, or facet values.
  package var rowCount: Int {
    switch content {
    case .events(let rows), .timeline(let rows): rows.count
    case .matches(let matches), .matchTimeline(let matches): matches.count
    case .chain(let chain): chain.nodes.count(where: \.isRow)
    case .table(let rows), .chart(let rows): rows.rowCount
    case .facets(let facets): facets.reduce(0) { $0 + $1.values.count }
    }
  }
}

/// A sentence about an answer, with an optional line that can be run.
package struct Note: Hashable, Sendable {
  package var text: String
  package var suggestion: String?

  package init(_ text: String, suggestion: String? = nil) {
    self.text = text
    self.suggestion = suggestion
  }
}

package struct AnswerMetrics: Sendable {
  package var elapsedNanoseconds: UInt64 = 0
  /// Rows that some operator had to look at one by one.
  package var rowsRead: Int = 0

  package init() {}
}

package struct ExpectationOutcome: Sendable {
  package var isMet: Bool
  /// What was asked, such as `expect 1..3`.
  package var expected: String
  package var actualRows: Int

  package init(isMet: Bool, expected: String, actualRows: Int) {
    self.isMet = isMet
    self.expected = expected
    self.actualRows = actualRows
  }
}

/// One value of an answer.
package enum Cell: Hashable, Sendable {
  /// The event lacks the field (or has null there).
  case missing
  case text(String)
  /// A number as it is spelled or as it was computed, exact.
  case number(String)
  /// Milliseconds since 1970 UTC.
  case time(Int64)
  case flag(Bool)
  case list([Cell])
  /// An object, or an array of more than plain values, as JSON in its original form.
  case json(String)
}

package struct TableColumn: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text, number, time, duration, flag, list
  }
  /// The name as written in the sentence (`count`, `distinct_name`, `bucket`): the key in JSON rows.
  package var name: String
  package var kind: Kind
  /// The field that it shows, by its canonical name, where it shows one: what colours go by.
  package var field: String?
  /// False where the numbers of several rows do not add up to that of all: averages, extremes, distinct values.
  package var addsUp: Bool
  /// Of buckets of time, their length in milliseconds; nil for other values.
  package var bucket: Int64?

  package init(
    name: String, kind: Kind, field: String? = nil, addsUp: Bool = true, bucket: Int64? = nil
  ) {
    self.name = name
    self.kind = kind
    self.field = field
    self.addsUp = addsUp
    self.bucket = bucket
  }

  /// How the values of its field compare; nil where it shows none.
  var fieldKind: BoundField.Kind? { field.map { BoundField.kind(named: $0) } }
}

/// Rows of named columns, kept by column.
package struct TableRows: Sendable {
  package var columns: [TableColumn]
  /// One array a column, all of `rowCount` cells.
  package var cells: [[Cell]]
  package var rowCount: Int
  /// The event behind each row, where a row is one event (`select`): what `open N` opens.
  package var events: EventRows?

  package init(columns: [TableColumn], cells: [[Cell]], rowCount: Int, events: EventRows? = nil) {
    precondition(columns.count == cells.count)
    self.columns = columns
    self.cells = cells
    self.rowCount = rowCount
    self.events = events
  }
}

package struct Facet: Sendable {
  /// The short field name, or the path.
  package var field: String
  package var distinctValues: Int
  /// Most frequent first, with the number of events.
  package var values: [(value: Cell, count: Int)]

  package init(field: String, distinctValues: Int, values: [(value: Cell, count: Int)]) {
    self.field = field
    self.distinctValues = distinctValues
    self.values = values
  }
}

/// A plan as `explain` shows it: a tree of operators with estimated and actual rows.
package struct PlanReport: Sendable {
  /// The sentence as it was understood: canonical spelling, times resolved.
  package var normalised: String
  /// `word = definition` for each word that the sentence uses.
  package var spelledOut: [(word: String, definition: String)]
  package var root: PlanNode?

  package init(
    normalised: String, spelledOut: [(word: String, definition: String)] = [], root: PlanNode? = nil
  ) {
    self.normalised = normalised
    self.spelledOut = spelledOut
    self.root = root
  }
}

package struct PlanNode: Sendable {
  /// The operator and what it works on, such as `and`, `denied`, `count by who`.
  package var title: String
  /// How the rows are found: `posting list`, `dictionary + scan`, `time range`, `lookup`, ….
  package var access: String?
  package var estimatedRows: Int?
  package var actualRows: Int?
  package var children: [PlanNode]

  package init(
    title: String, access: String? = nil, estimatedRows: Int? = nil, actualRows: Int? = nil,
    children: [PlanNode] = []
  ) {
    self.title = title
    self.access = access
    self.estimatedRows = estimatedRows
    self.actualRows = actualRows
    self.children = children
  }
}
