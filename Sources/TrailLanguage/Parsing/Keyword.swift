/// The words of the grammar. Letter case does not matter: `SINCE 1h` is `since 1h`.
package enum Keyword: String, CaseIterable, Sendable {
  case events, history, calls, delivered, insights, last
  /// After `history`: reads too.
  case all
  case `where`, and, or, not, about, `in`, exists
  case since, until, between, at
  case asOf = "as-of"
  case then, no, within
  case per, baseline, over
  case by, `as`, every, asc, desc
  case someRows = "some"
  case noRows = "none"

  /// Words that are neither a field, a word nor a bare value: a sentence that forgot a value can then be told so.
  ///
  /// In quotes each of them is a value or a field like any other.
  package static let reserved: Set<Keyword> = [
    .where, .and, .or, .not, .about, .since, .until, .between, .at, .asOf, .then, .within,
  ]

  /// Words that are no bare field or name, because in a stage they would begin what follows it.
  package static let reservedAsField: Set<Keyword> = reserved.union([
    .in, .exists, .by, .as, .every, .asc, .desc, .per, .baseline, .over,
  ])

  /// What a sentence can begin with, besides saved queries.
  package static let sources: [Keyword] = [
    .events, .history, .calls, .delivered, .insights, .last,
  ]

  package static let clauses: [Keyword] = [.since, .until, .between, .at, .asOf, .within]
}

/// The stages, by the word that begins each: the same that `Grammar/stages.txt` describes.
package enum StageName: String, CaseIterable, Sendable {
  case `where`, select, count, stats, top, rare, new, distinct, sort, limit, burst, gaps
  case follow, backtrace, timeline, facets, chart, expect
}
