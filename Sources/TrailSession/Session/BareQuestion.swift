internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// What to say to a statement that begins with none of the words that begin statements.
enum BareQuestion {
  private static let sourceNames = Keyword.sources.map(\.rawValue)
  private static let clauses = Keyword.clauses.map(\.rawValue)

  static func lesson(_ first: FirstWord, in statement: PlacedStatement) -> Diagnostics {
    let name = first.text.lowercased()
    if first.text == "|" {
      return missingSource(first, "last ", because: "a stage needs rows to work on")
    }
    if name == "where" || clauses.contains(name) {
      return missingSource(first, "events ", because: "a question names its source first")
    }
    let isWord = WordCatalog.standard[name] != nil
    if !isWord, let stage = StageCatalog.standard[name] {
      return missingSource(
        first, "events | ", because: "`\(stage.name)` is a stage of a question")
    }
    if isWord || FieldCatalog.standard[name] != nil || ["about", "not", "("].contains(name)
      || isPath(name)
    {
      return missingSource(first, "events where ", because: "a question names its source first")
    }
    return unknown(first)
  }

  /// The error that offers the same line with a source put in front.
  private static func missingSource(
    _ first: FirstWord, _ source: String, because message: String
  ) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        "missing-source", message, at: first.range,
        fixIt: FixIt(replace: SourceRange.at(first.range.lowerBound), with: source)))
  }

  /// Commands that people expect here, and what there is instead.
  private static let absentCommands = [
    "as": [
      "questions are not translated into other languages; `explain QUERY` says what one means,",
      "`export FILE.ndjson` writes the records that another tool can ask",
    ],
    "learn": [
      "lessons are stories with questions: `scenario list` shows them; `help` has the rest"
    ],
  ]

  private static func unknown(_ first: FirstWord) -> Diagnostics {
    if let notes = absentCommands[first.text.lowercased()] {
      return Diagnostics(
        Diagnostic(
          "unknown-command", "there is no command `\(first.text)`", at: first.range, notes: notes))
    }
    let commands = CommandTable.all
    let near = NearestNames.find(first.text, in: commands.map(\.name) + sourceNames)
    let lines = near.compactMap { name -> String? in
      if let command = CommandTable.find(name) { return "\(command.forms[0]): \(command.summary)" }
      return "\(name) where …: asks a question"
    }
    return Diagnostics(
      Diagnostic(
        "unknown-command", "there is no command `\(first.text)`", at: first.range,
        label: near.first.map { "did you mean `\($0)`?" },
        notes: lines + ["questions begin with `events`; `help` lists the commands"]))
  }

  /// A path such as `req.bucketName`, and no file name or address.
  private static func isPath(_ name: String) -> Bool {
    ["req.", "resp.", "extra.", "identity.", "useridentity.", "requestparameters."].contains {
      name.hasPrefix($0)
    }
  }
}
