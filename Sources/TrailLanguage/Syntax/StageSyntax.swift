public import TrailText

/// What is done with the rows, after a bar.
public struct StageSyntax: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case filter(PredicateSyntax)
    case select([SelectItemSyntax])
    /// `count [, agg] [by …] [every …]`: the count itself comes first in `aggregates`.
    case count(AggregationSyntax)
    case stats(AggregationSyntax)
    case top(Int?, FieldSyntax)
    case rare(FieldSyntax, baseline: DurationSyntax?)
    /// `new F [per G, …] [baseline D]`
    case new(FieldSyntax, per: [FieldSyntax], baseline: DurationSyntax?)
    case distinct([FieldSyntax])
    case sort([SortKeySyntax])
    case limit(Int)
    case burst(BurstSyntax)
    /// `gaps over D [by F, …]`
    case gaps(over: DurationSyntax, by: [FieldSyntax])
    case follow
    case backtrace
    case timeline
    case facets
    case chart
    case expect(ExpectationSyntax)
  }
  public var kind: Kind
  public var range: SourceRange

  public init(_ kind: Kind, range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// `burst 100 [distinct name] in 5m [by user, …]`
public struct BurstSyntax: Hashable, Sendable {
  /// Events, or distinct values, that make a burst.
  public var count: Int
  public var distinct: FieldSyntax?
  public var window: DurationSyntax
  public var groups: [FieldSyntax]

  public init(
    count: Int, distinct: FieldSyntax? = nil, window: DurationSyntax, groups: [FieldSyntax] = []
  ) {
    self.count = count
    self.distinct = distinct
    self.window = window
    self.groups = groups
  }
}

public struct SelectItemSyntax: Hashable, Sendable {
  public var field: FieldSyntax
  public var name: NameSyntax?

  public init(field: FieldSyntax, name: NameSyntax? = nil) {
    self.field = field
    self.name = name
  }
}

public struct AggregationSyntax: Hashable, Sendable {
  public var aggregates: [AggregateSyntax]
  public var groups: [FieldSyntax]
  public var every: DurationSyntax?

  public init(
    aggregates: [AggregateSyntax], groups: [FieldSyntax] = [], every: DurationSyntax? = nil
  ) {
    self.aggregates = aggregates
    self.groups = groups
    self.every = every
  }
}

public enum AggregateFunction: String, Hashable, Sendable, CaseIterable {
  case count, distinct, sum, avg, min, max, first, last, values, p50, p90, p99
}

public struct AggregateSyntax: Hashable, Sendable {
  public var function: AggregateFunction
  /// Absent only for `count`, which then counts rows.
  public var field: FieldSyntax?
  public var name: NameSyntax?
  public var range: SourceRange

  public init(
    _ function: AggregateFunction, field: FieldSyntax? = nil, name: NameSyntax? = nil,
    range: SourceRange
  ) {
    self.function = function
    self.field = field
    self.name = name
    self.range = range
  }
}

public struct SortKeySyntax: Hashable, Sendable {
  public var field: FieldSyntax
  public var isDescending: Bool

  public init(field: FieldSyntax, isDescending: Bool) {
    self.field = field
    self.isDescending = isDescending
  }
}

public struct ExpectationSyntax: Hashable, Sendable {
  /// `none` is `0...0`, `some` is `1...`, `3` is `3...3`.
  public var lowerBound: Int
  public var upperBound: Int?

  public init(lowerBound: Int, upperBound: Int?) {
    self.lowerBound = lowerBound
    self.upperBound = upperBound
  }
}
