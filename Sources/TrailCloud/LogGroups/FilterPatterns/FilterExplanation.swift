/// A part of a filter pattern, and what became of it in one event.
package struct FilterPart: Hashable, Sendable {
  /// The part as it stands in the pattern.
  package var text: String
  package var holds: Bool
  /// What stands in the event where the part looks: a value, or that there is none.
  package var found: String
  /// True for terms with `?` beside others, which AWS ignores.
  package var isIgnored = false
}

extension FilterPattern {
  /// What each part of the pattern finds in a message. Empty where the pattern matches everything.
  package func parts(in message: String) -> [FilterPart] {
    let bytes = Array(message.utf8)
    let range = 0..<bytes.count
    return switch form {
    case .everything: []
    case .terms(let pattern): parts(pattern, bytes, range)
    case .columns(let pattern): parts(pattern, bytes, range)
    case .json(let pattern): parts(pattern, bytes, range)
    }
  }

  private func text(_ range: Range<Int>) -> String {
    var text = Array(source.utf8)[range]
    while let last = text.last, PatternScanner.isSpace(last) { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  private func parts(_ pattern: TermPattern, _ bytes: [UInt8], _ range: Range<Int>) -> [FilterPart]
  {
    pattern.terms.map { term in
      let isThere = term.match.found(in: bytes, range)
      return FilterPart(
        text: text(term.range), holds: isThere != (term.role == .unwanted),
        found: isThere ? "it is there" : "it is not there",
        isIgnored: term.role == .alternative && !pattern.hasAlternatives)
    }
  }

  private func parts(
    _ pattern: ColumnPattern, _ bytes: [UInt8], _ range: Range<Int>
  ) -> [FilterPart] {
    guard let fields = pattern.fields(bytes, range) else {
      let count = EventFields.split(bytes, range).count
      let wanted = pattern.columns.count
      return [
        FilterPart(
          text: "at least \(wanted) \(wanted == 1 ? "field" : "fields")", holds: false,
          found: "it has \(count)")
      ]
    }
    return fields.compactMap { field in
      guard let column = field.column, let condition = column.condition else { return nil }
      return FilterPart(
        text: text(column.range), holds: condition.holds(bytes, field.range),
        found: "field \(field.number) is `\(String(decoding: bytes[field.range], as: UTF8.self))`")
    }
  }

  private func parts(_ pattern: JSONPattern, _ bytes: [UInt8], _ range: Range<Int>) -> [FilterPart]
  {
    guard JSONText.isContainer(bytes, range) else {
      return [FilterPart(text: "a JSON event", holds: false, found: "it is no JSON object")]
    }
    return pattern.conditions.map { condition in
      let alone = JSONFilterProgram([([condition], .condition(0))])
      return FilterPart(
        text: text(condition.range), holds: !alone.matching(bytes, range).isEmpty,
        found: Self.description(of: condition.selector.anything(in: bytes, range)))
    }
  }

  private static func description(of found: JSONFound?) -> String {
    guard let found else { return "it is not there" }
    return switch found.kind {
    case .null: "it is null"
    case .container: found.text.hasPrefix("{") ? "it is an object" : "it is an array"
    case .boolean, .number: "it is \(found.text)"
    case .string: "it is \"\(found.text)\""
    }
  }
}
