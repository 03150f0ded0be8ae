import TrailEngine
import TrailLanguage
import TrailRecord
import TrailText

/// Decides for one record at a time whether a predicate holds, straight from the syntax.
struct NaiveEvaluator {
  let clock: Int64

  func holds(_ predicate: PredicateSyntax, _ record: JSONValue) -> Bool {
    switch predicate {
    case .or(let parts, _): return parts.contains { holds($0, record) }
    case .and(let parts, _): return parts.allSatisfy { holds($0, record) }
    case .not(let inner, _): return denies(inner, record)
    case .word(let name): return word(name.text, record)
    case .about(let value, _): return about(value.text, record)
    case .comparison(let field, let comparison, let value, _):
      if comparison == .notEqual { return !compares(field, .equal, value, record) }
      return compares(field, comparison, value, record)
    case .matches(let field, let regex, let isNegated, _):
      return matches(field, regex, record) != isNegated
    case .among(let field, let values, _):
      return values.contains { compares(field, .equal, $0, record) }
    case .exists(let field, _): return NaiveField(steps: field.steps).exists(record)
    case .invalid: return false
    }
  }

  /// The negation: exact, but for `mfa`.
  private func denies(_ predicate: PredicateSyntax, _ record: JSONValue) -> Bool {
    switch predicate {
    case .or(let parts, _): return parts.allSatisfy { denies($0, record) }
    case .and(let parts, _): return parts.contains { denies($0, record) }
    case .not(let inner, _): return holds(inner, record)
    case .word(let name) where name.text == "mfa":
      return NaiveField(steps: ["mfa"]).values(record).map(NaiveField.text) == ["no"]
    default: return !holds(predicate, record)
    }
  }

  private func word(_ name: String, _ record: JSONValue) -> Bool {
    Self.definitions[name].map { holds($0, record) } ?? false
  }

  private static let definitions: [String: PredicateSyntax] = Dictionary(
    uniqueKeysWithValues: WordCatalog.standard.definitions.compactMap { word in
      QueryParser.parsePredicate(word.definition).syntax.map { (word.name, $0) }
    })

  func time(_ record: JSONValue) -> Int64? {
    NaiveField.leaves(record, ["eventTime"]).compactMap { value -> Int64? in
      guard case .string(let bytes) = value else { return nil }
      return EventTime.parse(bytes)
    }.first
  }

  /// Whether the clauses' window holds the record's time.
  func isInWindow(_ clauses: [ClauseSyntax], _ record: JSONValue) -> Bool {
    func period(_ time: TimeSyntax) -> Range<Int64> {
      TimeResolution.period(time.kind, text: time.text, clock: clock)
    }
    return clauses.allSatisfy { clause in
      guard let time = time(record) else { return false }
      return switch clause.kind {
      case .since(let start): time >= period(start).lowerBound
      case .until(let end): time < period(end).upperBound
      case .at(let moment): period(moment).contains(time)
      case .between(let start, let end):
        time >= period(start).lowerBound && time < period(end).upperBound
      case .asOf(let end):
        // No file says when these records were delivered.
        time + (word("insight", record) ? 1_800_000 : 300_000) < period(end).upperBound
      case .within, .by: true
      }
    }
  }

  private func compares(
    _ field: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax,
    _ record: JSONValue
  ) -> Bool {
    let name = field.steps.count == 1 ? field.steps[0].lowercased() : ""
    let path = NaiveField.fullPath(field.steps)
    if name == "time" || path == ["eventTime"], comparison != .identical, !value.hasWildcard {
      guard let time = time(record), let period = period(value.text) else { return false }
      return Self.compares(time, comparison, period)
    }
    let values: [JSONValue]
    if name == "time" || path == ["eventTime"] {
      values = time(record).map { [.string(EventTime.format($0))] } ?? []
    } else {
      values = NaiveField(steps: field.steps).values(record)
    }
    return values.contains { compares($0, comparison, value, kind(name, path)) }
  }

  private enum Kind { case text, ip, service, principal }

  private func kind(_ name: String, _ path: [String]) -> Kind {
    if name == "ip" || path == ["sourceIPAddress"] { return .ip }
    if name == "service" { return .service }
    return name == "who" || name == "role" ? .principal : .text
  }

  private func period(_ text: String) -> Range<Int64>? {
    if case .time(let kind, let spelled) = TimeText.read(text) {
      return TimeResolution.period(kind, text: spelled, clock: clock)
    }
    return EventTime.parse(text).map { $0..<($0 + 1000) }
  }

  private func datePeriod(_ text: String) -> Range<Int64>? {
    guard text.utf8.count >= 7, text.first?.isNumber ?? false,
      case .time(.period(let start, let end), _) = TimeText.read(text)
    else { return nil }
    return start..<end
  }

  private static func compares(
    _ time: Int64, _ comparison: ComparisonOperator, _ period: Range<Int64>
  ) -> Bool {
    switch comparison {
    case .equal, .identical, .notEqual: period.contains(time)
    case .less: time < period.lowerBound
    case .lessOrEqual: time < period.upperBound
    case .greater: time >= period.upperBound
    case .greaterOrEqual: time >= period.lowerBound
    }
  }

  private func compares(
    _ value: JSONValue, _ comparison: ComparisonOperator, _ literal: ValueSyntax, _ kind: Kind
  ) -> Bool {
    let text = NaiveField.text(value)
    switch comparison {
    case .identical:
      return text == literal.literalText
        || kind == .service && text == literal.literalText + ".amazonaws.com"
    case .equal, .notEqual: return equals(value, text, literal, kind)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return orders(value, text, comparison, literal.text, kind)
    }
  }

  private func equals(_ value: JSONValue, _ text: String, _ literal: ValueSyntax, _ kind: Kind)
    -> Bool
  {
    let wanted = literal.text
    switch kind {
    case .ip:
      if let own = IPAddress(text) {
        if let network = try? IPNetwork(wanted) { return network.contains(own) }
        if let address = IPAddress(wanted) { return address == own }
      }
      return glob(literal, text)
    case .service:
      return glob(ValueSyntax(short(wanted), range: .at(0)), short(text))
    case .principal:
      if glob(literal, text) { return true }
      guard !wanted.contains(":"), let name = NaiveField.lastName(text) else { return false }
      return glob(literal, name)
    case .text:
      if glob(literal, text) { return true }
      // `50.0` is spelled `50` as well.
      if case .string = value, wanted.hasSuffix(".0"), text == wanted.dropLast(2) { return true }
      if case .number = value, let own = ExactNumber(text), let other = ExactNumber(wanted) {
        return own == other
      }
      if case .string = value, let period = datePeriod(wanted), let time = EventTime.parse(text),
        text.utf8.count >= 10
      {
        return period.contains(time)
      }
      return false
    }
  }

  private func short(_ service: String) -> String {
    let suffix = ".amazonaws.com"
    guard service.lowercased().hasSuffix(suffix), service.count > suffix.count else {
      return service
    }
    return String(service.dropLast(suffix.count))
  }

  private func orders(
    _ value: JSONValue, _ text: String, _ comparison: ComparisonOperator, _ literal: String,
    _ kind: Kind
  ) -> Bool {
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
      switch comparison {
      case .less: left < right
      case .lessOrEqual: left <= right
      case .greater: left > right
      default: left >= right
      }
    }
    let isFlag = if case .bool = value { true } else { false }
    if let other = ExactNumber(literal) {
      guard !isFlag, let own = ExactNumber(text) else { return false }
      return holds(own, other)
    }
    if let period = datePeriod(literal) {
      guard case .string = value, text.utf8.count >= 10, let time = EventTime.parse(text) else {
        return false
      }
      return Self.compares(time, comparison, period)
    }
    if kind == .ip, let other = IPAddress(literal) {
      guard let own = IPAddress(text) else { return false }
      return holds(own, other)
    }
    let left = CaseFolding.folded(text)
    let right = CaseFolding.folded(kind == .service ? short(literal) : literal)
    if left == right { return comparison == .lessOrEqual || comparison == .greaterOrEqual }
    let isBefore = left.lexicographicallyPrecedes(right)
    return isBefore == (comparison == .less || comparison == .lessOrEqual)
  }

  /// Wildcards by trying every place, on folded bytes.
  private func glob(_ pattern: ValueSyntax, _ text: String) -> Bool {
    var reachable: Set<Int> = [0]
    let bytes = CaseFolding.folded(text)
    for piece in pattern.patternPieces {
      switch piece {
      case .anyCharacters:
        guard let first = reachable.min() else { return false }
        reachable = Set(first...bytes.count)
      case .text(let literal):
        let folded = CaseFolding.folded(literal)
        reachable = Set(
          reachable.compactMap { bytes[$0...].starts(with: folded) ? $0 + folded.count : nil })
      }
    }
    return reachable.contains(bytes.count)
  }

  private func matches(_ field: FieldSyntax, _ regex: RegexSyntax, _ record: JSONValue) -> Bool {
    guard
      let expression = try? Regex(
        (regex.flags.contains("i") ? "(?i)" : "") + (regex.flags.contains("s") ? "(?s)" : "")
          + regex.pattern)
    else { return false }
    return NaiveField(steps: field.steps).values(record).contains {
      (try? expression.firstMatch(in: NaiveField.text($0))) ?? nil != nil
    }
  }

  /// X between marks: every place is tried.
  private func about(_ name: String, _ record: JSONValue) -> Bool {
    texts(record, [], isSearched: false).contains { Self.names($0, CaseFolding.folded(name)) }
  }

  private func texts(_ value: JSONValue, _ keys: [String], isSearched: Bool) -> [String] {
    switch value {
    case .object(let members):
      return members.flatMap {
        texts($0.value, keys + [String(decoding: $0.name, as: UTF8.self)], isSearched: false)
      }
    case .array(let elements): return elements.flatMap { texts($0, keys, isSearched: false) }
    case .string(let bytes):
      let places = ["requestParameters", "responseElements", "resources", "serviceEventDetails"]
      let isName =
        keys.first.map(places.contains) ?? false || keys == ["errorMessage"]
        || keys.last?.lowercased().hasSuffix("arn") ?? false
      return isName ? [String(decoding: bytes, as: UTF8.self)] : []
    case .null, .bool, .number: return []
    }
  }

  private static func names(_ text: String, _ wanted: [UInt8]) -> Bool {
    let bytes = CaseFolding.folded(text)
    let marks = Set(":/,;\"'()[]{}<>=&?|\\` \t\r\n".utf8)
    guard !wanted.isEmpty, wanted.count <= bytes.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { start in
      let end = start + wanted.count
      guard Array(bytes[start..<end]) == wanted else { return false }
      let startsWell = start == 0 || marks.contains(bytes[start - 1]) || marks.contains(wanted[0])
      let endsSentence =
        end < bytes.count && bytes[end] == 0x2E
        && (end + 1 == bytes.count || bytes[end + 1] == 0x20)
      let endsWell =
        end == bytes.count || marks.contains(bytes[end]) || marks.contains(wanted[wanted.count - 1])
        || endsSentence
      return startsWell && endsWell
    }
  }
}
