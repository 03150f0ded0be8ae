package import TrailText

/// One statement of a script or of the prompt, with its place in the text that it was read from.
///
/// Messages are about the whole text, so that `file:line:column` holds wherever the statement begins.
package struct PlacedStatement: Hashable, Sendable {
  package var text: String
  /// The byte in `source` at which `text` begins.
  package var offset: Int
  package var source: SourceText

  package init(_ text: String, offset: Int = 0, source: SourceText) {
    self.text = text
    self.offset = offset
    self.source = source
  }

  /// A statement that is a text of its own.
  package init(_ text: String, name: String? = nil) {
    self.init(text, source: SourceText(text, name: name))
  }

  package static func == (left: PlacedStatement, right: PlacedStatement) -> Bool {
    left.text == right.text && left.offset == right.offset && left.source.name == right.source.name
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(text)
    hasher.combine(offset)
  }

  /// The part of the statement that begins at byte `start`, as a statement in the same source.
  func tail(from start: Int) -> PlacedStatement {
    PlacedStatement(
      String(decoding: Array(text.utf8)[start...], as: UTF8.self), offset: offset + start,
      source: source)
  }

  /// `file:line`, for the messages of expectations.
  var place: String {
    let line = source.text.utf8.prefix(offset).reduce(source.firstLine) {
      $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0)
    }
    return "\(source.name ?? "line"):\(line)"
  }
}

/// How a statement ended. What there was to say has been written already.
package struct StatementOutcome: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case finished
    /// It could not be run; `codes` says why. (Where it finished, `codes` are the refusals of AWS that it showed.)
    case failed
    /// The reader stopped it.
    case interrupted
    /// It asks for the end of the session.
    case quit
    /// Nobody reads the answers any more.
    case outputClosed
  }
  package var kind: Kind
  package var codes: [DiagnosticCode]

  package static let finished = StatementOutcome(.finished)

  package init(_ kind: Kind, codes: [DiagnosticCode] = []) {
    self.kind = kind
    self.codes = codes
  }
}
