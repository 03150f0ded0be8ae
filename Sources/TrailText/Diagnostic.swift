/// How bad it is.
public enum Severity: String, Sendable {
  case error, warning, note
}

/// A stable code for one kind of message, such as `unknown-field`, which `expect error CODE` names.
public struct DiagnosticCode: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { self.rawValue = value }
}

/// A change to the text that would mend it: `replacement` put in place of `range`.
public struct FixIt: Hashable, Sendable {
  public var range: SourceRange
  public var replacement: String

  public init(replace range: SourceRange, with replacement: String) {
    self.range = range
    self.replacement = replacement
  }
}

/// One thing to tell the reader about a text: where, what, and what to do.
///
/// The message starts in lower case, has no full stop, and puts the reader's own words in back quotes.
public struct Diagnostic: Error, Hashable, Sendable {
  public var code: DiagnosticCode
  public var severity: Severity
  public var message: String
  /// What to underline; `nil` where the message concerns no place in the text.
  public var range: SourceRange?
  /// A few words put beside the underline, such as "did you mean `name`?".
  public var label: String?
  /// Further lines below, each a sentence.
  public var notes: [String]
  /// The mend that a renderer offers as a line that can be run.
  public var fixIt: FixIt?

  public init(
    _ code: DiagnosticCode, _ message: String, at range: SourceRange? = nil,
    severity: Severity = .error,
    label: String? = nil, notes: [String] = [], fixIt: FixIt? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.range = range
    self.label = label
    self.notes = notes
    self.fixIt = fixIt
  }
}

/// All that is wrong with one statement, thrown as one error.
public struct Diagnostics: Error, Hashable, Sendable {
  public var list: [Diagnostic]
  public init(_ list: [Diagnostic]) { self.list = list }
  public init(_ one: Diagnostic) { self.list = [one] }
}
