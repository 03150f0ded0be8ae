/// Draws diagnostics as text: what is wrong, the line with the place underlined, what to do, and at the end the
/// whole statement with all mends made.
///
///     error: unknown field `nmae`
///       events where nmae=DeleteTrail
///                    ^^^^ did you mean `name`?
///     try:  events where name=DeleteTrail
///
/// With a named source the first line is `file:line:column: error[code]: …`, which editors can jump to.
package struct DiagnosticRenderer: Sendable {
  /// The columns that source lines are cut to.
  package var width: Int
  package var decorator: any DiagnosticDecorator

  package static let defaultWidth = 100

  package init(width: Int = defaultWidth, decorator: any DiagnosticDecorator = PlainDecorator()) {
    self.width = width
    self.decorator = decorator
  }

  private static let indent = "  "

  /// Returns all diagnostics of one statement as lines, each with its line end.
  ///
  /// - Parameters:
  ///   - source: The text that the diagnostics' ranges count in.
  ///   - statement: The statement's part of it; all of it where the source is the statement.
  package func render(
    _ diagnostics: [Diagnostic], in source: SourceText, statement: SourceRange? = nil
  ) -> String {
    let map = LineMap(source)
    var lines = diagnostics.flatMap { render($0, in: source, map, statement) }
    if let suggestion = suggestion(for: diagnostics, in: source, statement) {
      let parts = suggestion.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        let text = decorator.decorate(DisplayText.visible(String(part)), as: .suggestion)
        lines.append((index == 0 ? "try:  " : "      ") + text)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Returns the statement with the mends made, where every error has one: a line that is worth running.
  package func suggestion(
    for diagnostics: [Diagnostic], in source: SourceText, _ statement: SourceRange? = nil
  ) -> String? {
    let errors = diagnostics.filter { $0.severity == .error }
    let mendable = errors.isEmpty ? diagnostics : errors
    guard !mendable.isEmpty, mendable.allSatisfy({ $0.fixIt != nil }) else { return nil }
    let range = statement ?? SourceRange(0, source.text.utf8.count)
    return FixIt.apply(diagnostics.compactMap(\.fixIt), to: source.text, in: range)
  }

  // MARK: One diagnostic

  private func render(
    _ diagnostic: Diagnostic, in source: SourceText, _ map: LineMap, _ statement: SourceRange?
  ) -> [String] {
    var lines = [title(of: diagnostic, in: source, map, statement)]
    if let range = diagnostic.range {
      lines += excerpt(of: diagnostic, at: range, map)
    } else if let label = diagnostic.label {
      lines.append(Self.indent + styled(label, as: .label(diagnostic.severity)))
    }
    lines += diagnostic.notes.map { Self.indent + styled($0, as: .note) }
    return lines
  }

  private func title(
    of diagnostic: Diagnostic, in source: SourceText, _ map: LineMap, _ statement: SourceRange?
  ) -> String {
    let message = styled(diagnostic.message, as: .message)
    guard let name = source.name else {
      // At the prompt our own codes would only distract; those of AWS are what people look for.
      let isForeign = diagnostic.code.rawValue.contains { $0.isUppercase }
      let code = isForeign ? "[\(diagnostic.code.rawValue)]" : ""
      return styled("\(diagnostic.severity.rawValue)\(code):", as: .severity(diagnostic.severity))
        + " " + message
    }
    let offset = diagnostic.range?.lowerBound ?? statement?.lowerBound ?? 0
    let place = map.location(of: offset)
    let location = styled("\(name):\(place.line):\(place.column):", as: .location)
    let severity = styled(
      "\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]:",
      as: .severity(diagnostic.severity))
    return "\(location) \(severity) \(message)"
  }

  private func excerpt(of diagnostic: Diagnostic, at range: SourceRange, _ map: LineMap) -> [String]
  {
    let line = map.lineRange(containing: range.lowerBound)
    // There is nothing to point at in an empty line.
    guard map.text(in: line).contains(where: { $0 != " " }) else { return [] }
    let lower = min(max(range.lowerBound, line.lowerBound), line.upperBound)
    let upper = min(max(range.upperBound, lower), line.upperBound)
    let excerpt = SourceExcerpt(
      line: map.text(in: line),
      underlining: SourceRange(lower - line.lowerBound, upper - line.lowerBound),
      width: width - Self.indent.count)
    let margin = Self.indent + String(repeating: " ", count: excerpt.underlineColumn)
    let marks = String(repeating: "^", count: excerpt.underlineWidth)
    let underline = margin + styled(marks, as: .underline(diagnostic.severity))
    var lines = [Self.indent + styled(excerpt.line, as: .sourceLine)]
    guard let label = diagnostic.label else { return lines + [underline] }
    let text = styled(label, as: .label(diagnostic.severity))
    let end = margin.count + excerpt.underlineWidth + 1 + DisplayWidth.of(label)
    if end <= width {
      lines.append(underline + " " + text)
    } else {
      lines += [underline, Self.indent + text]
    }
    return lines
  }

  private func styled(_ text: String, as part: DiagnosticPart) -> String {
    let isQuoting: Bool
    switch part {
    case .sourceLine, .suggestion: isQuoting = false
    default: isQuoting = true
    }
    let shown = isQuoting ? DisplayText.shorteningQuotes(in: text) : text
    return decorator.decorate(DisplayText.visible(shown), as: part)
  }
}
