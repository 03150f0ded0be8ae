import TrailLanguage
import TrailText

// Sequences: names of steps, comparisons between them, and the clauses that only they have.

extension Binder {
  /// The sequence of a sentence; nil where it has none, or where it is wrong and that has been said.
  mutating func sequence(_ syntax: QuerySyntax) -> BoundSequence? {
    var within: DurationSyntax?
    var keys: [SequenceKeySyntax] = []
    var keysRange: SourceRange?
    for clause in syntax.clauses {
      switch clause.kind {
      case .within(let duration): within = duration
      case .by(let fields):
        keys = fields
        keysRange = clause.range
      case .since, .until, .between, .at, .asOf: break
      }
    }
    guard !syntax.sequence.isEmpty else {
      reportStrayClauses(within, keysRange, syntax)
      return nil
    }
    stepNames = [:]
    defer { stepNames = [:] }
    let steps = syntax.sequence.enumerated().map { index, step in bind(step, index) }
    let bound = BoundSequence(
      steps: steps, within: within?.milliseconds ?? 0,
      keys: keys.compactMap { self.keys($0, stepCount: steps.count) })
    let needsLimit = bound.width > 1 || steps.contains(where: \.isAbsent)
    if needsLimit, within == nil, let last = syntax.sequence.last {
      report(
        BindingCode.missingWithin, "a sequence needs a limit", at: .at(last.range.upperBound),
        label: "add `within 1h`",
        notes: ["and `by user`, or another field, for what its events have in common"],
        fixIt: FixIt(replace: .at(last.range.upperBound), with: " within 1h"))
    }
    guard bound.width <= Self.maximumSequenceWidth else {
      report(
        BindingCode.sequenceTooWide,
        "a match of this sequence would have \(bound.width) events, of which it can have \(Self.maximumSequenceWidth)",
        at: syntax.sequence.first?.range)
      return nil
    }
    return bound
  }

  /// Events that one match can have.
  static let maximumSequenceWidth = 10_000

  private mutating func reportStrayClauses(
    _ within: DurationSyntax?, _ keys: SourceRange?, _ syntax: QuerySyntax
  ) {
    let note = "`events where A then B within 1h by user` is a sequence"
    if let within {
      report(
        BindingCode.strayWithin, "`within` says how long a sequence may take, and this is none",
        at: within.range, notes: [note, "`since \(within.text)` looks back that far"])
    } else if let keys {
      report(
        BindingCode.strayWithin,
        "`by` says what a sequence's events have in common, and this is none",
        at: keys, notes: [note, "to group: `| count by …`"])
    }
  }

  private mutating func keys(_ syntax: SequenceKeySyntax, stepCount: Int) -> [BoundField]? {
    let fields = syntax.fields.compactMap { field($0) }
    guard fields.count == syntax.fields.count, let last = fields.last else { return nil }
    guard fields.count <= stepCount else {
      report(
        BindingCode.tooManyKeys,
        "this key has \(fields.count) fields for \(stepCount) step\(stepCount == 1 ? "" : "s")",
        at: syntax.fields[stepCount].range)
      return nil
    }
    return (0..<stepCount).map { $0 < fields.count ? fields[$0] : last }
  }

  private mutating func bind(_ syntax: StepSyntax, _ index: Int) -> BoundSequence.Step {
    var own: [BoundPredicate] = []
    var links: [LinkPredicate] = []
    for conjunct in Self.conjuncts(syntax.predicate) {
      if speaksOfSteps(conjunct) {
        links.append(link(conjunct, isNegated: false))
      } else {
        own.append(predicate(conjunct, isNegated: false))
      }
    }
    if let name = syntax.name {
      if stepNames[name.text] != nil {
        report(
          BindingCode.repeatedStepName, "there is a step `\(name.text)` already", at: name.range)
      } else if syntax.isAbsent {
        report(
          BindingCode.absentStepName, "a step that must be missing has no event to name",
          at: name.range)
      }
      stepNames[name.text] = index
    }
    return BoundSequence.Step(
      predicate: .all(own), links: links, isAbsent: syntax.isAbsent, count: syntax.count ?? 1,
      name: syntax.name?.text, text: SyntaxPrinter.text(of: syntax))
  }

  private static func conjuncts(_ syntax: PredicateSyntax) -> [PredicateSyntax] {
    if case .and(let parts, _) = syntax { return parts.flatMap(conjuncts) }
    return [syntax]
  }

  // MARK: Comparisons between steps

  /// The step and field that a bare value such as `k.newkey` means.
  func reference(_ value: ValueSyntax) -> (step: Int, field: FieldSyntax)? {
    guard !value.isQuoted, let dot = value.text.firstIndex(of: "."), !value.hasWildcard,
      let step = stepNames[String(value.text[..<dot])]
    else { return nil }
    let path = value.text[value.text.index(after: dot)...]
    guard !path.isEmpty else { return nil }
    let start = value.range.upperBound - path.utf8.count
    return (
      step,
      FieldSyntax(
        steps: path.split(separator: ".").map(String.init),
        range: SourceRange(start, value.range.upperBound))
    )
  }

  private func speaksOfSteps(_ syntax: PredicateSyntax) -> Bool {
    switch syntax {
    case .or(let parts, _), .and(let parts, _): parts.contains(where: speaksOfSteps)
    case .not(let inner, _): speaksOfSteps(inner)
    case .comparison(_, _, let value, _): reference(value) != nil
    case .among(_, let values, _): values.contains { reference($0) != nil }
    case .word, .about, .matches, .exists, .invalid: false
    }
  }

  private mutating func link(_ syntax: PredicateSyntax, isNegated: Bool) -> LinkPredicate {
    switch syntax {
    case .or(let parts, _):
      let bound = parts.map { link($0, isNegated: isNegated) }
      return isNegated ? .and(bound) : .or(bound)
    case .and(let parts, _):
      let bound = parts.map { link($0, isNegated: isNegated) }
      return isNegated ? .or(bound) : .and(bound)
    case .not(let inner, _): return link(inner, isNegated: !isNegated)
    case .comparison(let field, let comparison, let value, _) where reference(value) != nil:
      return self.comparison(field, comparison, value, isNegated: isNegated)
    case .among(let field, let values, _) where values.contains { reference($0) != nil }:
      let range = syntax.range
      let parts = values.map { PredicateSyntax.comparison(field, .equal, $0, range: range) }
      return link(.or(parts, range: range), isNegated: isNegated)
    default: return .own(predicate(syntax, isNegated: isNegated))
    }
  }

  private mutating func comparison(
    _ syntax: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax, isNegated: Bool
  ) -> LinkPredicate {
    guard let reference = reference(value), let own = field(syntax),
      let other = field(reference.field)
    else { return .own(.constant(false)) }
    let isComplement = (comparison == .notEqual) != isNegated
    let positive: ComparisonOperator = comparison == .notEqual ? .equal : comparison
    let link = LinkPredicate.compare(
      LinkComparison(
        field: own, comparison: positive, step: reference.step, other: other,
        text: "\(own.name) \(positive.rawValue) \(value.text)"))
    return isComplement ? .not(link) : link
  }
}
