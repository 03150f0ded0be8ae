import TrailLanguage
import TrailRecord
import TrailText

/// What SQL can say of a sentence over `RecordDatabase`: text equality in any letter case, wildcards, orders, numbers,
/// presence, and groups of values that stand alone.
enum SentenceSQL {
  /// The condition of a `where`, two-valued as the language is; nil where SQL has no such thing.
  static func condition(_ predicate: PredicateSyntax) -> String? {
    switch predicate {
    case .or(let parts, _): return joined(parts, " OR ")
    case .and(let parts, _): return joined(parts, " AND ")
    case .not(let inner, _): return condition(inner).map { "NOT \($0)" }
    case .word(let name):
      // `not mfa` is no negation.
      guard name.text != "mfa", let word = WordCatalog.standard[name.text] else { return nil }
      return QueryParser.parsePredicate(word.definition).syntax.flatMap(condition)
    case .exists(let field, _): return column(field).map { "(\($0) IS NOT NULL)" }
    case .among(let field, let values, _):
      let parts = values.compactMap { comparison(field, .equal, $0) }
      return parts.count == values.count ? "(\(parts.joined(separator: " OR ")))" : nil
    case .comparison(let field, .notEqual, let value, _):
      return comparison(field, .equal, value).map { "NOT \($0)" }
    case .comparison(let field, let comparison, let value, _):
      return self.comparison(field, comparison, value)
    case .about, .matches, .invalid: return nil
    }
  }

  /// The numbers of the records that a sentence without clauses finds, in their order; nil where SQL cannot say it.
  static func rows(_ syntax: QuerySyntax) -> String? {
    guard let condition = condition(of: syntax) else { return nil }
    return "SELECT rowid FROM e WHERE \(condition) ORDER BY rowid"
  }

  /// The rows of a sentence that only counts by some fields; nil where SQL cannot say it.
  static func groups(_ syntax: QuerySyntax) -> String? {
    guard syntax.stages.count == 1, case .count(let aggregation) = syntax.stages[0].kind,
      aggregation.every == nil, aggregation.aggregates.map(\.function) == [.count],
      aggregation.aggregates[0].field == nil, !aggregation.groups.isEmpty,
      let condition = condition(of: syntax)
    else { return nil }
    let columns = aggregation.groups.compactMap { isAddress($0) ? "ip" : column($0) }
    guard columns.count == aggregation.groups.count else { return nil }
    let numbers = columns.indices.map { String($0 + 1) }.joined(separator: ", ")
    return
      "SELECT \(columns.joined(separator: ", ")), count(*) FROM e WHERE \(condition) GROUP BY \(numbers)"
  }

  private static func condition(of syntax: QuerySyntax) -> String? {
    guard syntax.clauses.isEmpty, syntax.sequence.isEmpty else { return nil }
    return syntax.predicate.map(condition) ?? "1"
  }

  private static func joined(_ parts: [PredicateSyntax], _ word: String) -> String? {
    let conditions = parts.compactMap(condition)
    return conditions.count == parts.count ? "(\(conditions.joined(separator: word)))" : nil
  }

  /// Fields of `RandomRecords` that never hold an array or an object.
  private static let paths = [
    "name": "eventName", "error": "errorCode", "message": "errorMessage",
    "type": "userIdentity.type", "recipientAccountId": "recipientAccountId", "id": "eventID",
    "userIdentity.arn": "userIdentity.arn", "ip": "sourceIPAddress",
    "requestParameters.bucketName": "requestParameters.bucketName",
    "req.count": "requestParameters.count",
  ]
  /// Those whose values spell neither numbers nor times, so that their order is that of texts.
  private static let ordered: Set<String> = ["name", "error", "message", "type"]

  private static func name(_ field: FieldSyntax) -> String { field.steps.joined(separator: ".") }
  private static func isAddress(_ field: FieldSyntax) -> Bool { name(field) == "ip" }

  private static func column(_ field: FieldSyntax) -> String? {
    paths[name(field)].map { "json_extract(r, '$.\($0)')" }
  }

  private static func comparison(
    _ field: FieldSyntax, _ comparison: ComparisonOperator, _ value: ValueSyntax
  ) -> String? {
    guard let column = column(field), value.text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let name = name(field)
    if name == "req.count" {
      guard comparison != .identical, let number = ExactNumber(value.text) else { return nil }
      return "coalesce(\(column) \(comparison.rawValue) \(number.description), 0)"
    }
    switch comparison {
    case .equal where value.hasWildcard: return like(column, value)
    case .equal where isAddress(field):
      if value.text.contains("/") { return nil }
      let own = RecordDatabase.quoted(NaiveField.address(value.text))
      return "coalesce(ip = \(own) COLLATE NOCASE, 0)"
    case .equal:
      return "coalesce(\(column) = \(RecordDatabase.quoted(value.text)) COLLATE NOCASE, 0)"
    case .identical:
      return "coalesce(\(column) = \(RecordDatabase.quoted(value.literalText)), 0)"
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard ordered.contains(name), !value.hasWildcard else { return nil }
      return
        "coalesce(lower(\(column)) \(comparison.rawValue) lower(\(RecordDatabase.quoted(value.text))), 0)"
    case .notEqual: return nil
    }
  }

  private static func like(_ column: String, _ value: ValueSyntax) -> String {
    let pattern = value.patternPieces.map { piece in
      switch piece {
      case .anyCharacters: "%"
      case .text(let text):
        text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
      }
    }.joined()
    return "coalesce(\(column) LIKE \(RecordDatabase.quoted(pattern)) ESCAPE '!', 0)"
  }
}
