public import TrailText

/// A sentence as written: source, predicate, clauses and stages, each with its place in the text.
///
/// Syntax knows no data: field names are text here, and become fields in the binder. Nodes that a broken
/// sentence lacks are absent; the parser reports them as diagnostics beside the tree.
public struct QuerySyntax: Hashable, Sendable {
  public var source: SourceSyntax
  /// What follows `where` before the first bar, unless that is a sequence.
  public var predicate: PredicateSyntax?
  /// The steps of a sequence, in the place of a predicate; empty where there is none.
  public var sequence: [StepSyntax]
  public var clauses: [ClauseSyntax]
  public var stages: [StageSyntax]
  public var range: SourceRange

  public init(
    source: SourceSyntax, predicate: PredicateSyntax? = nil, sequence: [StepSyntax] = [],
    clauses: [ClauseSyntax] = [], stages: [StageSyntax] = [], range: SourceRange
  ) {
    self.source = source
    self.predicate = predicate
    self.sequence = sequence
    self.clauses = clauses
    self.stages = stages
    self.range = range
  }
}

/// Where the rows come from.
public struct SourceSyntax: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Everything CloudTrail recorded, as this session can see it.
    case events
    /// The console's Event history; `all` includes reads.
    case history(all: Bool)
    /// Every simulated call, recorded or not.
    case calls
    /// What a trail's bucket holds; nil where there is one trail only.
    case delivered(trail: NameSyntax?)
    /// Insights events.
    case insights
    /// The rows of the last answer.
    case last
    /// A saved query, with what fills its `$1…`.
    case saved(name: String, arguments: [ValueSyntax])
  }
  public var kind: Kind
  public var range: SourceRange

  public init(_ kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// A name and its place.
public struct NameSyntax: Hashable, Sendable {
  public var text: String
  public var range: SourceRange

  public init(_ text: String, range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// A field as written: a short name (`user`) or a path (`req.ipPermissions.items.cidrIp`, `req."odd-key"`).
public struct FieldSyntax: Hashable, Sendable {
  /// The path's steps with quotes and escapes resolved; one step for a short name.
  public var steps: [String]
  /// True for each step that was written in quotes.
  public var quoted: [Bool]
  public var range: SourceRange

  public init(steps: [String], quoted: [Bool]? = nil, range: SourceRange) {
    self.steps = steps
    self.quoted = quoted ?? steps.map { _ in false }
    self.range = range
  }
}

/// A literal as written.
public struct ValueSyntax: Hashable, Sendable {
  /// The text with quotes removed and escapes resolved, in the form of a pattern: `\*` is a star, `*` any
  /// characters.
  ///
  /// So that a backslash before a wildcard can be told from a star, each literal backslash in a run of them
  /// directly before a `*` is doubled: `patternPieces` takes the text apart, `literalText` undoes it.
  public var text: String
  /// True where the value was written in quotes.
  public var isQuoted: Bool
  public var range: SourceRange

  public init(_ text: String, isQuoted: Bool = false, range: SourceRange) {
    self.text = text
    self.isQuoted = isQuoted
    self.range = range
  }
}

/// `/pattern/flags`, or a quoted pattern after `~`.
public struct RegexSyntax: Hashable, Sendable {
  public var pattern: String
  public var flags: String
  public var range: SourceRange

  public init(pattern: String, flags: String = "", range: SourceRange) {
    self.pattern = pattern
    self.flags = flags
    self.range = range
  }
}

public enum ComparisonOperator: String, Hashable, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case identical = "=="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// A condition on one event.
public indirect enum PredicateSyntax: Hashable, Sendable {
  case or([PredicateSyntax], range: SourceRange)
  case and([PredicateSyntax], range: SourceRange)
  case not(PredicateSyntax, range: SourceRange)
  /// `denied`, `write`, …: whether it is a word is for the binder to say.
  case word(NameSyntax)
  case about(ValueSyntax, range: SourceRange)
  case comparison(FieldSyntax, ComparisonOperator, ValueSyntax, range: SourceRange)
  /// `~` and, with `negated`, `!~`.
  case matches(FieldSyntax, RegexSyntax, negated: Bool, range: SourceRange)
  case among(FieldSyntax, [ValueSyntax], range: SourceRange)
  case exists(FieldSyntax, range: SourceRange)
  /// Something was here that could not be read; the parser has said so.
  case invalid(range: SourceRange)

  public var range: SourceRange {
    switch self {
    case .or(_, let range), .and(_, let range), .not(_, let range), .about(_, let range),
      .comparison(_, _, _, let range), .matches(_, _, _, let range), .among(_, _, let range),
      .exists(_, let range), .invalid(let range):
      range
    case .word(let name): name.range
    }
  }
}

/// A step of a sequence: `name = DeleteTrail`, `(login and failed) x5`, `then no mfa`, `name = CreateAccessKey as k`.
public struct StepSyntax: Hashable, Sendable {
  public var predicate: PredicateSyntax
  /// True after `then no`: such events must be missing.
  public var isAbsent: Bool
  /// The number after `x`; nil where one event is the step.
  public var count: Int?
  /// What later steps call it.
  public var name: NameSyntax?
  public var range: SourceRange

  public init(
    _ predicate: PredicateSyntax, isAbsent: Bool = false, count: Int? = nil,
    name: NameSyntax? = nil, range: SourceRange
  ) {
    self.predicate = predicate
    self.isAbsent = isAbsent
    self.count = count
    self.name = name
    self.range = range
  }
}

/// `since 1h`, `until 09:00`, `between A and B`, `at 2026-11`, `as-of 09:00`, and `within 1h by user` of a sequence.
public struct ClauseSyntax: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case since(TimeSyntax)
    case until(TimeSyntax)
    case between(TimeSyntax, TimeSyntax)
    case at(TimeSyntax)
    /// Only what could have been known then.
    case asOf(TimeSyntax)
    case within(DurationSyntax)
    case by([SequenceKeySyntax])
  }
  public var kind: Kind
  public var range: SourceRange

  public init(_ kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// What the events of a match have in common: `user`, or with a field for each step `newkey = key`.
public struct SequenceKeySyntax: Hashable, Sendable {
  /// One field for all steps, or one a step; the last stands for those after it.
  public var fields: [FieldSyntax]

  public init(_ fields: [FieldSyntax]) { self.fields = fields }
}

extension ClauseSyntax {
  /// The keyword that begins the clause.
  package var keyword: Keyword {
    switch kind {
    case .since: .since
    case .until: .until
    case .between: .between
    case .at: .at
    case .asOf: .asOf
    case .within: .within
    case .by: .by
    }
  }
}
