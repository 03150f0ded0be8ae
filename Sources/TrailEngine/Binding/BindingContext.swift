package import TrailLanguage
package import TrailText

/// What a sentence is bound against.
package struct BindingContext: Sendable {
  package var snapshot: StoreSnapshot
  /// What `history` and `calls` mean: simulated events alone, none where nothing was simulated.
  package var calls = StoreSnapshot.empty
  /// What `delivered` means; nil where nothing was delivered.
  package var delivered: StoreSnapshot?
  /// What keeps an event in `history`: a predicate for the writes, and one for all.
  package var historyPredicates: (writes: PredicateSyntax, all: PredicateSyntax)?
  /// When simulated events were delivered.
  package var deliveries = EventDeliveries()
  /// The session's clock: milliseconds since 1970 UTC.
  package var clock: Int64
  /// What `last` means.
  package var lastAnswer: Answer?
  /// The texts of saved queries, by name.
  package var savedQueries: [String: String]

  package init(
    snapshot: StoreSnapshot, clock: Int64, lastAnswer: Answer? = nil,
    savedQueries: [String: String] = [:]
  ) {
    self.snapshot = snapshot
    self.clock = clock
    self.lastAnswer = lastAnswer
    self.savedQueries = savedQueries
  }
}

/// The codes of messages that binding can give.
package enum BindingCode {
  package static let unknownField: DiagnosticCode = "unknown-field"
  package static let unknownColumn: DiagnosticCode = "unknown-column"
  package static let unknownWord: DiagnosticCode = "unknown-word"
  package static let unknownSavedQuery: DiagnosticCode = "unknown-saved-query"
  package static let savedQueryBroken: DiagnosticCode = "broken-saved-query"
  package static let noLastAnswer: DiagnosticCode = "no-last-answer"
  package static let badTime: DiagnosticCode = "bad-time"
  package static let badNetwork: DiagnosticCode = "bad-network"
  package static let badFlag: DiagnosticCode = "bad-flag"
  package static let badRegex: DiagnosticCode = "bad-regex"
  package static let notDelivered: DiagnosticCode = "not-delivered"
  package static let emptyWindow: DiagnosticCode = "empty-window"
  package static let stageNeedsEvents: DiagnosticCode = "stage-needs-events"
  package static let stageAfterEnd: DiagnosticCode = "stage-after-end"
  package static let tooManyBuckets: DiagnosticCode = "too-many-buckets"
  package static let missingWithin: DiagnosticCode = "missing-within"
  /// `within` or `by` in the head of a sentence that is no sequence.
  package static let strayWithin: DiagnosticCode = "no-sequence"
  package static let sequenceTooWide: DiagnosticCode = "sequence-too-wide"
  package static let sequenceNeedsSource: DiagnosticCode = "sequence-needs-source"
  package static let badBurst: DiagnosticCode = "bad-burst"
  package static let chartNeedsNumbers: DiagnosticCode = "chart-needs-numbers"
  package static let tooManyMatches: DiagnosticCode = "too-many-matches"
  package static let tooManyKeys: DiagnosticCode = "too-many-keys"
  package static let repeatedStepName: DiagnosticCode = "repeated-step-name"
  package static let absentStepName: DiagnosticCode = "absent-step-name"
  package static let wordNeedsEvents: DiagnosticCode = "word-needs-events"
}
