import TrailLanguage
import TrailText

/// Syntax with all places set to one, so that trees read from different texts can be compared.
private let nowhere = SourceRange(0, 0)

extension QuerySyntax {
  var withoutPlaces: QuerySyntax {
    QuerySyntax(
      source: source.withoutPlaces, predicate: predicate?.withoutPlaces,
      sequence: sequence.map(\.withoutPlaces),
      clauses: clauses.map(\.withoutPlaces), stages: stages.map(\.withoutPlaces), range: nowhere)
  }
}

extension SourceSyntax {
  fileprivate var withoutPlaces: SourceSyntax {
    let placeless: Kind =
      switch kind {
      case .saved(let name, let arguments):
        .saved(name: name, arguments: arguments.map(\.withoutPlaces))
      case .delivered(let trail): .delivered(trail: trail?.withoutPlaces)
      default: kind
      }
    return SourceSyntax(placeless, range: nowhere)
  }
}

extension StepSyntax {
  fileprivate var withoutPlaces: StepSyntax {
    StepSyntax(
      predicate.withoutPlaces, isAbsent: isAbsent, count: count, name: name?.withoutPlaces,
      range: nowhere)
  }
}

extension PredicateSyntax {
  var withoutPlaces: PredicateSyntax {
    switch self {
    case .or(let operands, _): .or(operands.map(\.withoutPlaces), range: nowhere)
    case .and(let operands, _): .and(operands.map(\.withoutPlaces), range: nowhere)
    case .not(let operand, _): .not(operand.withoutPlaces, range: nowhere)
    case .word(let name): .word(name.withoutPlaces)
    case .about(let value, _): .about(value.withoutPlaces, range: nowhere)
    case .comparison(let field, let comparison, let value, _):
      .comparison(field.withoutPlaces, comparison, value.withoutPlaces, range: nowhere)
    case .matches(let field, let regex, let negated, _):
      .matches(
        field.withoutPlaces,
        RegexSyntax(pattern: regex.pattern, flags: regex.flags, range: nowhere),
        negated: negated, range: nowhere)
    case .among(let field, let values, _):
      .among(field.withoutPlaces, values.map(\.withoutPlaces), range: nowhere)
    case .exists(let field, _): .exists(field.withoutPlaces, range: nowhere)
    case .invalid: .invalid(range: nowhere)
    }
  }
}

extension NameSyntax {
  fileprivate var withoutPlaces: NameSyntax { NameSyntax(text, range: nowhere) }
}

extension FieldSyntax {
  var withoutPlaces: FieldSyntax { FieldSyntax(steps: steps, quoted: quoted, range: nowhere) }
}

extension ValueSyntax {
  fileprivate var withoutPlaces: ValueSyntax {
    ValueSyntax(text, isQuoted: isQuoted, range: nowhere)
  }
}

extension ClauseSyntax {
  fileprivate var withoutPlaces: ClauseSyntax {
    switch kind {
    case .since(let time): ClauseSyntax(.since(time.withoutPlaces), range: nowhere)
    case .until(let time): ClauseSyntax(.until(time.withoutPlaces), range: nowhere)
    case .at(let time): ClauseSyntax(.at(time.withoutPlaces), range: nowhere)
    case .asOf(let time): ClauseSyntax(.asOf(time.withoutPlaces), range: nowhere)
    case .between(let first, let second):
      ClauseSyntax(.between(first.withoutPlaces, second.withoutPlaces), range: nowhere)
    case .within(let duration): ClauseSyntax(.within(duration.withoutPlaces), range: nowhere)
    case .by(let keys):
      ClauseSyntax(
        .by(keys.map { SequenceKeySyntax($0.fields.map(\.withoutPlaces)) }), range: nowhere)
    }
  }
}

extension TimeSyntax {
  fileprivate var withoutPlaces: TimeSyntax { TimeSyntax(kind, text: text, range: nowhere) }
}

extension StageSyntax {
  fileprivate var withoutPlaces: StageSyntax {
    switch kind {
    case .filter(let predicate): StageSyntax(.filter(predicate.withoutPlaces), range: nowhere)
    case .select(let items):
      StageSyntax(
        .select(
          items.map {
            SelectItemSyntax(field: $0.field.withoutPlaces, name: $0.name?.withoutPlaces)
          }), range: nowhere)
    case .count(let aggregation): StageSyntax(.count(aggregation.withoutPlaces), range: nowhere)
    case .stats(let aggregation): StageSyntax(.stats(aggregation.withoutPlaces), range: nowhere)
    case .top(let count, let field): StageSyntax(.top(count, field.withoutPlaces), range: nowhere)
    case .rare(let field, let baseline):
      StageSyntax(
        .rare(field.withoutPlaces, baseline: baseline?.withoutPlaces), range: nowhere)
    case .new(let field, let groups, let baseline):
      StageSyntax(
        .new(
          field.withoutPlaces, per: groups.map(\.withoutPlaces),
          baseline: baseline?.withoutPlaces), range: nowhere)
    case .burst(let burst):
      StageSyntax(
        .burst(
          BurstSyntax(
            count: burst.count, distinct: burst.distinct?.withoutPlaces,
            window: burst.window.withoutPlaces, groups: burst.groups.map(\.withoutPlaces))),
        range: nowhere)
    case .gaps(let length, let groups):
      StageSyntax(
        .gaps(over: length.withoutPlaces, by: groups.map(\.withoutPlaces)), range: nowhere)
    case .distinct(let fields):
      StageSyntax(.distinct(fields.map(\.withoutPlaces)), range: nowhere)
    case .sort(let keys):
      StageSyntax(
        .sort(
          keys.map {
            SortKeySyntax(field: $0.field.withoutPlaces, isDescending: $0.isDescending)
          }), range: nowhere)
    case .limit, .follow, .backtrace, .timeline, .facets, .chart, .expect:
      StageSyntax(kind, range: nowhere)
    }
  }
}

extension AggregationSyntax {
  fileprivate var withoutPlaces: AggregationSyntax {
    AggregationSyntax(
      aggregates: aggregates.map {
        AggregateSyntax(
          $0.function, field: $0.field?.withoutPlaces, name: $0.name?.withoutPlaces, range: nowhere)
      }, groups: groups.map(\.withoutPlaces),
      every: every?.withoutPlaces)
  }
}

extension DurationSyntax {
  fileprivate var withoutPlaces: DurationSyntax {
    DurationSyntax(milliseconds: milliseconds, text: text, range: nowhere)
  }
}
