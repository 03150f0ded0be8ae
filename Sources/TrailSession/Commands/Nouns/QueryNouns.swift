internal import TrailText

/// Names for questions.
enum QueryNouns {
  static let all: [Command] = [define, list, drop]

  private static let define = Command(
    "define query", forms: ["define query NAME as QUERY"],
    summary: "gives a question a name, to be asked as `@NAME`",
    detail: ["$1, $2, … in the question are filled in from what follows `@NAME`."],
    examples: [
      "define query refused as events where denied | count by user, name",
      "define query by as events where user=$1; @by bob | count by name",
    ], argument: .savedQuery
  ) { invocation in
    var reader = invocation.reader()
    guard let name = try reader.next(), try reader.take("as") != nil, !reader.isAtEnd else {
      throw invocation.usageError()
    }
    guard SavedQueries.isName(name.text) else {
      throw invocation.usageError(
        "`\(name.text)` is no name: letters, digits, _ and -", at: name.range)
    }
    let query = reader.tail
    try QueryRunner(session: invocation.session).check(query, in: invocation.statement)
    let isNew = invocation.session.savedQueries[name.text] == nil
    let text = String(query.text.drop { $0.isWhitespace })
    invocation.session.savedQueries[name.text] = text
    invocation.session.note(
      "@\(name.text.lowercased()) \(isNew ? "is defined" : "is defined anew")",
      to: invocation.output)
  }

  private static let list = Command(
    "list queries", forms: ["list queries"], summary: "lists the saved queries",
    examples: ["list queries"]
  ) { invocation in
    guard try invocation.arguments().isEmpty else { throw invocation.usageError() }
    let queries = invocation.session.savedQueries
    guard !queries.names.isEmpty else {
      return invocation.session.note(
        "no query is saved; `define query NAME as QUERY` saves one", to: invocation.output)
    }
    for name in queries.names {
      try invocation.write("define query \(name) as \(queries[name] ?? "")\n")
    }
  }

  private static let drop = Command(
    "drop query", forms: ["drop query NAME"], summary: "forgets a saved query",
    examples: ["define query x as events; drop query x"],
    candidates: { site in
      site.words.isEmpty ? site.session.savedQueries.names.map { Completion.Candidate($0) } : []
    }
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 1 else { throw invocation.usageError() }
    let name = arguments[0]
    guard invocation.session.savedQueries[name.text] != nil else {
      let near = NearestNames.find(name.text, in: invocation.session.savedQueries.names)
      throw Diagnostics(
        Diagnostic(
          "unknown-query", "no query is saved as `\(name.text)`", at: name.range,
          label: near.first.map { "did you mean `\($0)`?" }))
    }
    invocation.session.savedQueries[name.text] = nil
    invocation.session.note("@\(name.text.lowercased()) is forgotten", to: invocation.output)
  }
}
