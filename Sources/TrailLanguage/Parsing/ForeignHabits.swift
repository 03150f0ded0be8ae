/// What people write who come from SQL, SPL, KQL, jq or a shell, and what it is called here.
///
/// Nothing in these tables is accepted: each entry becomes an error that names our spelling, with a fix-it, and
/// the parser goes on as if ours had been written.
enum ForeignHabits {
  /// Operators that other languages write with signs.
  static let operators: [String: String] = [
    "&&": "and", "||": "or", "!": "not", "<>": "!=", "=~": "~", "===": "==", "!==": "!=",
    "=>": ">=", "=<": "<=",
  ]

  /// Stages by the names of other languages.
  static let stages: [String: StageName] = [
    "head": .limit, "take": .limit, "first": .limit, "show": .select, "project": .select,
    "fields": .select,
    "table": .select, "columns": .select, "filter": .where, "search": .where, "having": .where,
    "order": .sort, "orderby": .sort, "arrange": .sort, "uniq": .distinct, "unique": .distinct,
    "dedup": .distinct, "summarize": .stats, "summarise": .stats, "aggregate": .stats,
    "group": .count, "groupby": .count, "tally": .count, "assert": .expect, "facet": .facets,
    "render": .chart, "plot": .chart, "graph": .chart,
  ]

  /// Stages of other languages that several of ours do together.
  static let stagesInParts = [
    "timechart": "count every 1h | chart", "histogram": "count every 1h | chart",
  ]

  /// Clauses by words that mean as much.
  static let clauses: [String: Keyword] = [
    "from": .since, "after": .since, "last": .since, "past": .since, "before": .until, "to": .until,
    "till": .until,
    "on": .at, "during": .at, "asof": .asOf, "as_of": .asOf, "known-at": .asOf,
  ]

  /// Aggregate functions by the names of other languages.
  static let aggregates: [String: AggregateFunction] = [
    "dc": .distinct, "dcount": .distinct, "count_distinct": .distinct, "uniq": .distinct,
    "unique": .distinct, "average": .avg, "mean": .avg, "total": .sum, "minimum": .min,
    "maximum": .max, "earliest": .first, "latest": .last, "list": .values, "make_set": .values,
    "collect": .values, "median": .p50,
  ]

  /// How a comparison written as a word becomes ours.
  struct Comparison {
    let replacement: ComparisonOperator
    /// What is put before and after the value.
    let before: String
    let after: String
    /// SQL's `%` in the value means any run of characters.
    var hasPercentWildcards = false
  }

  /// Comparisons that other languages write as words.
  static let comparisons: [String: Comparison] = [
    "is": Comparison(replacement: .equal, before: "", after: ""),
    "eq": Comparison(replacement: .equal, before: "", after: ""),
    "equals": Comparison(replacement: .equal, before: "", after: ""),
    "ne": Comparison(replacement: .notEqual, before: "", after: ""),
    "like": Comparison(replacement: .equal, before: "", after: "", hasPercentWildcards: true),
    "ilike": Comparison(replacement: .equal, before: "", after: "", hasPercentWildcards: true),
    "contains": Comparison(replacement: .equal, before: "*", after: "*"),
    "has": Comparison(replacement: .equal, before: "*", after: "*"),
    "includes": Comparison(replacement: .equal, before: "*", after: "*"),
    "startswith": Comparison(replacement: .equal, before: "", after: "*"),
    "endswith": Comparison(replacement: .equal, before: "*", after: ""),
    "gt": Comparison(replacement: .greater, before: "", after: ""),
    "gte": Comparison(replacement: .greaterOrEqual, before: "", after: ""),
    "lt": Comparison(replacement: .less, before: "", after: ""),
    "lte": Comparison(replacement: .lessOrEqual, before: "", after: ""),
    "cidr": Comparison(replacement: .equal, before: "", after: ""),
    "cidrmatch": Comparison(replacement: .equal, before: "", after: ""),
    "incidr": Comparison(replacement: .equal, before: "", after: ""),
  ]

  /// Words that other languages match a pattern with.
  static let matches: Set<String> = ["matches", "match", "rlike", "regexp", "regex"]

  /// Units of time as words, and ours.
  static let units: [String: String] = [
    "millisecond": "ms", "milliseconds": "ms", "msec": "ms", "millis": "ms",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s",
    "min": "m", "mins": "m", "minute": "m", "minutes": "m", "M": "m",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "H": "h",
    "day": "d", "days": "d", "D": "d", "week": "w", "weeks": "w", "wk": "w", "W": "w",
    "ms": "ms", "s": "s", "m": "m", "h": "h", "d": "d", "w": "w",
  ]
}
