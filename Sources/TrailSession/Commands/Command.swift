internal import TrailText

/// One command: the only place that help, usage errors, completion and the dispatcher read about it.
package struct Command: Sendable {
  /// What an argument is, for completion.
  package enum ArgumentKind: Hashable, Sendable {
    case none, file, query, statement, topic, format, setting, word, field, number, time, noun
    /// A name, `as` and a sentence.
    case savedQuery
    case keyword([String])
  }

  package var name: String
  /// How it is written, one line a form: `import PATH…`.
  package var forms: [String]
  /// One sentence without a full stop, for lists.
  package var summary: String
  /// Further sentences for `help NAME`.
  package var detail: [String]
  /// Lines that can be run.
  package var examples: [String]
  /// True where it neither reads nor writes files of the reader's choice, so that `--safe` allows it.
  package var isSafe: Bool
  package var argument: ArgumentKind
  /// What could stand at a place among the arguments, where `argument` does not say it.
  var candidates: (@Sendable (ArgumentSite) -> [Completion.Candidate])?
  var run: @Sendable (Invocation) throws -> Void

  init(
    _ name: String, forms: [String], summary: String, detail: [String] = [], examples: [String],
    isSafe: Bool = true, argument: ArgumentKind = .none,
    candidates: (@Sendable (ArgumentSite) -> [Completion.Candidate])? = nil,
    run: @escaping @Sendable (Invocation) throws -> Void
  ) {
    self.name = name
    self.forms = forms
    self.summary = summary
    self.detail = detail
    self.examples = examples
    self.isSafe = isSafe
    self.argument = argument
    self.candidates = candidates
    self.run = run
  }

  /// Its last word: `trail` for `define trail`.
  var noun: String { name.split(separator: " ").last.map(String.init) ?? name }
}

/// Where among a command's arguments something is being typed.
struct ArgumentSite {
  var session: Session
  /// The words before the one that is being typed, as they were typed.
  var words: [String]
  /// What has been typed of the word so far.
  var prefix: String
}

/// A command that was given, with what follows it.
struct Invocation {
  var session: Session
  var command: Command
  var statement: PlacedStatement
  /// What follows the command's name, as a statement in the same source.
  var rest: PlacedStatement
  var output: any SessionOutput
  /// The question about what the command shows, where there is one: `where …`, `| …`.
  var question: PlacedStatement?

  /// Runs the command, whose name stands at `range`, unless the session forbids it.
  func run(named range: SourceRange) throws {
    if session.configuration.isSafe, !command.isSafe {
      throw Diagnostics(
        Diagnostic("not-safe", "`\(command.name)` is switched off by --safe", at: range))
    }
    try command.run(self)
  }

  /// What follows the name, as pieces that know keywords, pairs and JSON.
  func reader() -> ArgumentReader { ArgumentReader(self) }

  /// What follows the name, as separate words. Throws `Diagnostics` for a quote that is never closed.
  func arguments() throws -> [Argument] {
    try ArgumentSplitter.split(rest.text).map {
      Argument(
        $0.text, range: $0.range.shifted(by: statement.text.utf8.count - rest.text.utf8.count))
    }
  }

  /// The error for arguments that the command cannot use.
  func usageError(_ message: String? = nil, at range: SourceRange? = nil) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        "usage", message ?? "this is not how `\(command.name)` is used",
        at: range ?? SourceRange(0, statement.text.utf8.count),
        notes: command.forms.map { "usage: \($0)" } + ["example: \(command.examples[0])"]))
  }

  /// The whole number that an argument is. Throws `Diagnostics`.
  func number(_ argument: Argument) throws -> Int {
    guard let number = Int(argument.text), number > 0 else {
      throw usageError("`\(argument.text)` is no row number", at: argument.range)
    }
    return number
  }
}

/// Thrown by `quit`.
struct QuitRequest: Error {}
