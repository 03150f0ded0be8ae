import TrailLanguage
import TrailRecord
import TrailText

// Conditions on events. Negations move inwards to the conditions that they deny, so that `not mfa` can mean what
// AWS knows; every other negation is the exact complement.

extension Binder {
  mutating func predicate(_ syntax: PredicateSyntax, isNegated: Bool) -> BoundPredicate {
    switch syntax {
    case .or(let parts, _):
      let bound = parts.map { predicate($0, isNegated: isNegated) }
      return isNegated ? .all(bound) : .or(bound)
    case .and(let parts, _):
      let bound = parts.map { predicate($0, isNegated: isNegated) }
      return isNegated ? .or(bound) : .all(bound)
    case .not(let inner, _):
      return predicate(inner, isNegated: !isNegated)
    case .word(let name):
      return word(name, isNegated: isNegated)
    case .about(let value, _):
      return negated(.about(AboutPattern(value.text)), if: isNegated)
    case .comparison(let field, let comparison, let value, _):
      return self.comparison(field, comparison, value, isNegated: isNegated)
    case .matches(let field, let pattern, let isNot, _):
      guard let bound = self.field(field), let test = regex(pattern) else {
        return .constant(false)
      }
      let text = "\(bound.name) ~ /\(pattern.pattern)/\(pattern.flags)"
      return negated(.test(FieldTest(field: bound, test: test, text: text)), if: isNot != isNegated)
    case .among(let field, let values, _):
      return among(field, values, isNegated: isNegated)
    case .exists(let field, _):
      guard let bound = self.field(field) else { return .constant(false) }
      return negated(.exists(bound), if: isNegated)
    case .invalid:
      return .constant(false)
    }
  }

  func negated(_ predicate: BoundPredicate, if isNegated: Bool) -> BoundPredicate {
    isNegated ? .not(predicate) : predicate
  }

  private mutating func word(_ name: NameSyntax, isNegated: Bool) -> BoundPredicate {
    guard let definition = WordCatalog.standard[name.text] else {
      reportUnknown(name)
      return .constant(false)
    }
    if definition.name == "mfa", isNegated, let field = BoundField(shortName: "mfa"),
      let test = try? EqualityTest("no", kind: field.kind, period: nil)
    {
      remember(definition)
      return .test(FieldTest(field: field, test: .equal(test), text: "mfa = no"))
    }
    guard let syntax = QueryText.definition(of: definition) else { return .constant(false) }
    let body = predicate(syntax, isNegated: false)
    remember(definition)
    return negated(.word(definition.name, body), if: isNegated)
  }

  private mutating func remember(_ definition: WordDefinition) {
    if !words.contains(where: { $0.word == definition.name }) {
      words.append((definition.name, definition.definition))
    }
  }

  private mutating func reportUnknown(_ name: NameSyntax) {
    let field = FieldCatalog.standard[name.text]
    if field != nil || CloudTrailRecord.members.contains(name.text) {
      let own = field?.name ?? name.text
      let condition = BoundField.kind(named: own) == .flag ? "= true" : "exists"
      report(
        BindingCode.unknownWord, "`\(name.text)` is a field and needs a comparison", at: name.range,
        label: "such as `\(own) = …` or `\(own) exists`",
        fixIt: FixIt(replace: .at(name.range.upperBound), with: " \(condition)"))
      return
    }
    let near = NearNames.nearest(
      to: name.text, among: WordCatalog.standard.definitions.map(\.name))
    let fields = NearNames.nearest(
      to: name.text, among: FieldCatalog.standard.definitions.map(\.name), limit: 2)
    var notes: [String] = []
    if near.count > 1 { notes.append("near: " + near.map { "`\($0)`" }.joined(separator: ", ")) }
    if let field = fields.first { notes.append("there is a field `\(field)`: `\(field) = …`") }
    notes.append("`words` lists all words")
    report(
      BindingCode.unknownWord, "there is no word `\(name.text)`", at: name.range,
      label: near.first.map { "did you mean `\($0)`?" }, notes: notes,
      fixIt: near.first.map { FixIt(replace: name.range, with: $0) })
  }

  private mutating func comparison(
    _ syntax: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax, isNegated: Bool
  ) -> BoundPredicate {
    guard let field = field(syntax) else { return .constant(false) }
    let isComplement = (comparison == .notEqual) != isNegated
    if field.kind == .time, comparison != .identical {
      guard let bound = timeComparison(field, comparison, value) else { return .constant(false) }
      return negated(bound, if: isComplement)
    }
    guard let test = test(field.kind, field.name, comparison, value) else {
      return .constant(false)
    }
    noteHabits(field, comparison, value)
    let sign = comparison == .notEqual ? "=" : comparison.rawValue
    let text = "\(field.name) \(sign) \(Quoting.value(value.text))"
    return negated(.test(FieldTest(field: field, test: test, text: text)), if: isComplement)
  }

  /// Says what a value does not mean here that it means elsewhere.
  private mutating func noteHabits(
    _ field: BoundField, _ comparison: ComparisonOperator, _ value: ValueSyntax
  ) {
    let note: Note
    switch comparison {
    case .equal, .notEqual, .identical:
      guard !value.isQuoted else { return }
      if let taken = textForField(value) {
        note = taken
        break
      }
      guard value.text.lowercased() == "null" else { return }
      note = Note(
        "`null` is a text like others here: `not \(field.name) exists` finds the events that have no `\(field.name)`, `\(field.name) exists` those that have one."
      )
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard field.kind == .ip, IPAddress(value.text) == nil else { return }
      note = Note(
        "`\(value.text)` is no address, so `\(comparison.rawValue)` compares texts; a block of addresses is `\(field.name) = 10.0.0.0/8`."
      )
    }
    if !notes.contains(note) { notes.append(note) }
  }

  /// What to say of a value that is spelled as a field, or as a field of a step: here it is a text.
  private func textForField(_ value: ValueSyntax) -> Note? {
    let steps = value.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let first = steps.first, !value.hasWildcard else { return nil }
    if steps.count > 1, !stepNames.isEmpty, stepNames[first] == nil,
      BoundField(shortName: steps[1]) != nil
        || CloudTrailRecord.prefixes[steps[1].lowercased()] != nil
    {
      let names = stepNames.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
      return Note(
        "`\(value.text)` is a value here: no step is called `\(first)`; the steps with names are \(names)."
      )
    }
    guard BoundField(shortName: value.text) != nil && !isFrequentText(value.text) || isPath(steps)
    else { return nil }
    return Note(
      "`\(value.text)` is a text here, not the field: an event's fields are compared with texts, and with fields of another event by `as` (`help sequences`)."
    )
  }

  /// True for the keys of a path that records have: `recipientAccountId`, `req.userName`.
  private func isPath(_ steps: [String]) -> Bool {
    guard steps.count > 1 || steps[0].contains(where: \.isUppercase),
      let member = CloudTrailRecord.prefixes[steps[0].lowercased()]
        ?? CloudTrailRecord.member(steps[0])
    else { return false }
    return !context.snapshot.paths.paths(keys: [member] + steps.dropFirst()).isEmpty
  }

  /// Short names of fields that are also values which people ask for.
  private func isFrequentText(_ text: String) -> Bool {
    ["key", "role", "user", "service", "account", "tool", "type", "resource"].contains(
      text.lowercased())
  }

  private mutating func among(
    _ syntax: FieldSyntax, _ values: [ValueSyntax], isNegated: Bool
  ) -> BoundPredicate {
    guard let field = field(syntax) else { return .constant(false) }
    if field.kind == .time {
      let parts = values.compactMap { timeComparison(field, .equal, $0) }
      return negated(.or(parts), if: isNegated)
    }
    let tests = values.compactMap { test(field.kind, field.name, .equal, $0) }
    for value in values { noteHabits(field, .equal, value) }
    let list = values.map { Quoting.value($0.text) }.joined(separator: ", ")
    let text = "\(field.name) in (\(list))"
    return negated(.test(FieldTest(field: field, test: .any(tests), text: text)), if: isNegated)
  }

  /// A comparison of the event's time: with a whole period, or with a pattern of its text.
  private mutating func timeComparison(
    _ field: BoundField, _ comparison: ComparisonOperator, _ value: ValueSyntax
  ) -> BoundPredicate? {
    if comparison == .equal || comparison == .notEqual, value.hasWildcard,
      let test = try? EqualityTest(value.text, kind: .text, period: nil)
    {
      let text = "\(field.name) = \(Quoting.value(value.text))"
      return .test(FieldTest(field: field, test: .equal(test), text: text))
    }
    guard let period = requiredPeriod(value, for: field.name) else { return nil }
    return .time(Self.span(comparison, period))
  }

  /// The times that compare so with a period.
  static func span(_ comparison: ComparisonOperator, _ period: Range<Int64>) -> Range<Int64> {
    switch comparison {
    case .equal, .notEqual, .identical: period
    case .less: .min..<period.lowerBound
    case .lessOrEqual: .min..<period.upperBound
    case .greater: period.upperBound..<Int64.max
    case .greaterOrEqual: period.lowerBound..<Int64.max
    }
  }

  mutating func requiredPeriod(_ value: ValueSyntax, for name: String) -> Range<Int64>? {
    let message: String
    switch TimeText.read(value.text) {
    case .time(let kind, let text):
      return TimeResolution.period(kind, text: text, clock: context.clock)
    case .wrong(let note): message = note
    case .otherSpelling(let suggestion): message = "write `\(suggestion)`"
    case .unrelated:
      if let time = EventTime.parse(value.text) { return time..<(time + 1000) }
      message = "a time looks like \(TimeText.examples)"
    }
    report(
      BindingCode.badTime, "`\(value.text)` is no time to compare `\(name)` with", at: value.range,
      notes: [message])
    return nil
  }
}
