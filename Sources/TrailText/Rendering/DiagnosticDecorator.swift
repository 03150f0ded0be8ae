/// The parts of a rendered diagnostic that may look different from each other.
package enum DiagnosticPart: Hashable, Sendable {
  /// `error`, with its code.
  case severity(Severity)
  /// `file:3:14:`
  case location
  case message
  case sourceLine
  case underline(Severity)
  case label(Severity)
  case note
  /// The line that can be run instead.
  case suggestion
}

/// Gives parts of a message their looks; the layout is the renderer's alone.
package protocol DiagnosticDecorator: Sendable {
  /// Returns the text with its looks; it must take as many columns as before.
  func decorate(_ text: String, as part: DiagnosticPart) -> String
}

/// Leaves the text as it is: for files, pipes and NO_COLOR.
package struct PlainDecorator: DiagnosticDecorator {
  package init() {}
  package func decorate(_ text: String, as part: DiagnosticPart) -> String { text }
}

/// Colours for a terminal.
package struct ANSIDecorator: DiagnosticDecorator {
  package init() {}

  package func decorate(_ text: String, as part: DiagnosticPart) -> String {
    guard !text.isEmpty, let attributes = Self.attributes(of: part) else { return text }
    return "\u{1B}[\(attributes)m\(text)\u{1B}[0m"
  }

  /// The SGR attributes of a part; `nil` where it keeps the terminal's own.
  private static func attributes(of part: DiagnosticPart) -> String? {
    switch part {
    case .severity(let severity): "1;\(colour(of: severity))"
    case .underline(let severity), .label(let severity): colour(of: severity)
    case .message: "1"
    case .suggestion: "32"
    case .location, .sourceLine, .note: nil
    }
  }

  private static func colour(of severity: Severity) -> String {
    switch severity {
    case .error: "31"
    case .warning: "33"
    case .note: "36"
    }
  }
}
