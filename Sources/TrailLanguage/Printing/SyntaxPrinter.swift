import TrailText

/// Writes syntax as its canonical sentence, on one line: keywords small, one space between tokens, only the
/// brackets and quotes that are needed, times in their canonical form.
///
/// Reading what was printed gives the same syntax again, places aside.
package enum SyntaxPrinter {
  package static func text(of query: QuerySyntax) -> String {
    var parts = [text(of: query.source)]
    if let predicate = query.predicate { parts.append("where " + text(of: predicate)) }
    if !query.sequence.isEmpty { parts.append("where " + text(of: query.sequence)) }
    parts += query.clauses.map(text(of:))
    return (["\(parts.joined(separator: " "))"] + query.stages.map(text(of:))).joined(
      separator: " | ")
  }

  package static func text(of predicate: PredicateSyntax) -> String {
    switch predicate {
    case .or(let operands, _):
      operands.map { bracketed($0, if: $0.isOr) }.joined(separator: " or ")
    case .and(let operands, _):
      operands.map { bracketed($0, if: $0.isOr || $0.isAnd) }.joined(separator: " and ")
    case .not(let operand, _): "not " + bracketed(operand, if: operand.isOr || operand.isAnd)
    case .word(let name): name.text
    case .about(let value, _): "about " + text(of: value)
    case .comparison(let field, let comparison, let value, _):
      "\(text(of: field)) \(comparison.rawValue) \(text(of: value))"
    case .matches(let field, let regex, let negated, _):
      "\(text(of: field)) \(negated ? "!~" : "~") \(text(of: regex))"
    case .among(let field, let values, _):
      "\(text(of: field)) in (\(values.map(text(of:)).joined(separator: ", ")))"
    case .exists(let field, _): text(of: field) + " exists"
    case .invalid: "?"
    }
  }

  package static func text(of stage: StageSyntax) -> String {
    switch stage.kind {
    case .filter(let predicate): "where " + text(of: predicate)
    case .select(let items):
      "select "
        + items.map { text(of: $0.field) + asName($0.name) }.joined(separator: ", ")
    case .count(let aggregation): text(of: aggregation)
    case .stats(let aggregation): "stats " + text(of: aggregation)
    case .top(let count, let field): "top " + (count.map { "\($0) " } ?? "") + text(of: field)
    case .rare(let field, let baseline): "rare " + text(of: field) + text(ofBaseline: baseline)
    case .new(let field, let groups, let baseline):
      "new " + text(of: field)
        + (groups.isEmpty ? "" : " per " + groups.map(text(of:)).joined(separator: ", "))
        + text(ofBaseline: baseline)
    case .burst(let burst): "burst " + text(of: burst)
    case .gaps(let duration, let groups): "gaps over \(duration.text)" + text(ofGroups: groups)
    case .distinct(let fields): "distinct " + fields.map(text(of:)).joined(separator: ", ")
    case .sort(let keys):
      "sort "
        + keys.map { text(of: $0.field) + ($0.isDescending ? " desc" : "") }
        .joined(separator: ", ")
    case .limit(let count): "limit \(count)"
    case .follow: "follow"
    case .backtrace: "backtrace"
    case .timeline: "timeline"
    case .facets: "facets"
    case .chart: "chart"
    case .expect(let expectation): "expect " + text(of: expectation)
    }
  }

  // MARK: Parts

  private static func bracketed(_ predicate: PredicateSyntax, if needed: Bool) -> String {
    needed ? "(\(text(of: predicate)))" : text(of: predicate)
  }

  private static func text(of aggregation: AggregationSyntax) -> String {
    var text = aggregation.aggregates.map { aggregate in
      aggregate.function.rawValue + (aggregate.field.map { " " + self.text(of: $0) } ?? "")
        + asName(aggregate.name)
    }.joined(separator: ", ")
    text += self.text(ofGroups: aggregation.groups)
    if let every = aggregation.every { text += " every " + every.text }
    return text
  }

  /// The steps of a sequence with `then` between.
  package static func text(of sequence: [StepSyntax]) -> String {
    sequence.map(text(of:)).joined(separator: " then ")
  }

  package static func text(of step: StepSyntax) -> String {
    (step.isAbsent ? "no " : "") + bracketed(step.predicate, if: step.needsBrackets)
      + (step.count.map { " x\($0)" } ?? "") + asName(step.name)
  }

  private static func text(ofGroups groups: [FieldSyntax]) -> String {
    groups.isEmpty ? "" : " by " + groups.map(text(of:)).joined(separator: ", ")
  }

  private static func text(ofBaseline baseline: DurationSyntax?) -> String {
    baseline.map { " baseline \($0.text)" } ?? ""
  }

  private static func text(of burst: BurstSyntax) -> String {
    "\(burst.count)" + (burst.distinct.map { " distinct " + text(of: $0) } ?? "")
      + " in \(burst.window.text)" + text(ofGroups: burst.groups)
  }

  private static func asName(_ name: NameSyntax?) -> String {
    guard let name else { return "" }
    let isBare = Parser.isBareStep(name.text) && !isReserved(name.text)
    return " as " + (isBare ? name.text : quotedStep(name.text))
  }

  package static func text(of source: SourceSyntax) -> String {
    switch source.kind {
    case .events: "events"
    case .history(let all): all ? "history all" : "history"
    case .calls: "calls"
    case .delivered(let trail): trail.map { "delivered \($0.text)" } ?? "delivered"
    case .insights: "insights"
    case .last: "last"
    case .saved(let name, let arguments):
      (["@" + name] + arguments.map(text(of:))).joined(separator: " ")
    }
  }

  package static func text(of clause: ClauseSyntax) -> String {
    switch clause.kind {
    case .since(let time): "since " + text(of: time)
    case .until(let time): "until " + text(of: time)
    case .between(let first, let second): "between \(text(of: first)) and \(text(of: second))"
    case .at(let time): "at " + text(of: time)
    case .asOf(let time): "as-of " + text(of: time)
    case .within(let duration): "within " + duration.text
    case .by(let keys):
      "by "
        + keys.map { $0.fields.map(text(of:)).joined(separator: " = ") }.joined(separator: ", ")
    }
  }

  package static func text(of time: TimeSyntax) -> String { time.text }

  package static func text(of expectation: ExpectationSyntax) -> String {
    switch (expectation.lowerBound, expectation.upperBound) {
    case (0, 0): "none"
    case (1, nil): "some"
    case (let lower, nil): "\(lower).."
    case (let lower, let upper?): lower == upper ? "\(lower)" : "\(lower)..\(upper)"
    }
  }

  package static func text(of field: FieldSyntax) -> String {
    zip(field.steps, field.quoted).map { step, isQuoted in
      let isBare =
        !isQuoted && Parser.isBareStep(step) && !(field.steps.count == 1 && isReserved(step))
      return isBare ? step : quotedStep(step)
    }.joined(separator: ".")
  }

  private static func isReserved(_ text: String) -> Bool {
    Keyword(rawValue: text.lowercased()).map(Keyword.reservedAsField.contains) ?? false
  }

  package static func text(of value: ValueSyntax) -> String {
    !value.isQuoted && isBare(value.text) ? value.text : quoted(value.text)
  }

  /// `/pattern/flags`
  package static func text(of regex: RegexSyntax) -> String {
    var text = "/".unicodeScalars
    var isEscaped = false
    for scalar in regex.pattern.unicodeScalars {
      if scalar == "/", !isEscaped { text.append("\\") }
      text.append(scalar)
      isEscaped = scalar == "\\" && !isEscaped
    }
    return String(text) + "/" + regex.flags
  }

  /// True where a value's text, in its pattern form, can stand without quotes.
  static func isBare(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var lexer = Lexer(bytes)
    let token = lexer.next()
    guard token.kind == .word, token.offset == 0, token.endOffset == bytes.count else {
      return false
    }
    return Keyword(rawValue: text.lowercased()).map { !Keyword.reserved.contains($0) } ?? true
  }

  /// Returns a value's text, in its pattern form, in quotes.
  package static func quoted(_ text: String) -> String {
    let value = ValueSyntax(text, range: .at(0))
    return "\""
      + value.patternPieces.map { piece in
        switch piece {
        case .text(let literal): escaped(literal).replacingStars()
        case .anyCharacters: "*"
        }
      }.joined() + "\""
  }

  /// Returns a path's step, or any text in which a star is a star, in quotes.
  package static func quotedStep(_ text: String) -> String { "\"\(escaped(text))\"" }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.properties.generalCategory == .control {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}

extension String {
  /// Stars as values write them.
  fileprivate func replacingStars() -> String {
    unicodeScalars.split(separator: "*", omittingEmptySubsequences: false)
      .map(String.init).joined(separator: "\\*")
  }
}

extension StepSyntax {
  /// `a or b x5` would be read as five of either all the same, but hardly by people.
  fileprivate var needsBrackets: Bool {
    (isAbsent || count != nil || name != nil) && (predicate.isOr || predicate.isAnd)
  }
}

extension PredicateSyntax {
  fileprivate var isOr: Bool { if case .or = self { true } else { false } }
  fileprivate var isAnd: Bool { if case .and = self { true } else { false } }
}
