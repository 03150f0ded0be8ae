/// What a stretch of text is, as far as its colour goes.
package enum TextStyle: Hashable, Sendable, CaseIterable {
  case prompt, continuationPrompt
  case plain
  /// `events`, `where`, `and`, stage names: what the grammar itself brings.
  case keyword
  /// A verb at the start of a statement, such as `import`.
  case command
  /// `denied`, `root`: a predicate with a name.
  case word
  case field
  case string, number, time
  case operation, punctuation
  case comment
  /// What cannot be right.
  case mistake
  /// Said by the shell about something else: counts, "more" lines.
  case remark
}

/// Which colours the shell uses, as one table.
///
/// Only the sixteen colours that every terminal has, and that people's themes change, are used.
package enum Palette {
  /// The parameters of the SGR sequence; empty for text as it is.
  package static func parameters(of style: TextStyle) -> String {
    switch style {
    case .prompt: "1;36"
    case .continuationPrompt: "36"
    case .plain, .operation, .punctuation: ""
    case .keyword: "1;34"
    case .command: "1;35"
    case .word: "33"
    case .field: "36"
    case .string: "32"
    case .number, .time: "35"
    case .comment, .remark: "90"
    case .mistake: "31"
    }
  }

  /// `text` in the colour of `style`.
  package static func paint(_ text: String, as style: TextStyle) -> String {
    let parameters = parameters(of: style)
    return parameters.isEmpty ? text : "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
  }
}

/// A stretch of a text, counted in UTF-8 bytes, and what it is.
package struct StyledRange: Hashable, Sendable {
  package var range: Range<Int>
  package var style: TextStyle

  package init(_ range: Range<Int>, _ style: TextStyle) {
    self.range = range
    self.style = style
  }
}
