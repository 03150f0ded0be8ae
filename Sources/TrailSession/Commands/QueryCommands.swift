internal import TrailEngine
internal import TrailText

/// Commands about sentences: how they are answered, and names for them.
enum QueryCommands {
  static let all: [Command] = [explain, define, list, drop]

  private static let explain = Command(
    "explain", forms: ["explain QUERY"],
    summary: "shows how a question was understood and answered",
    detail: [
      "The sentence in full, the words spelled out, and the plan: how each part found its rows, how many"
        + " were expected and how many there were. The question is run for that."
    ],
    examples: ["explain events where denied since 1d | count by user"], argument: .query
  ) { invocation in
    guard FirstWord(invocation.rest.text) != nil else { throw invocation.usageError() }
    let answer = try QueryRunner(session: invocation.session).run(
      invocation.rest, in: invocation.statement)
    let options = invocation.session.renderingOptions(for: invocation.output)
    let output = invocation.output
    let writer = DataWriter { try output.writeData($0) }
    try ExplainRenderer(options: options).render(answer.plan, to: writer)
    let time = NumberText.elapsed(nanoseconds: answer.metrics.elapsedNanoseconds)
    if invocation.session.settings.timing { invocation.session.note(time, to: output) }
  }

  private static let define = Command(
    "define", forms: ["define query NAME as QUERY"],
    summary: "gives a question a name, to be asked as `@NAME`",
    detail: ["$1, $2, … in the question are filled in from what follows `@NAME`."],
    examples: [
      "define query refused as events where denied | count by user, name",
      "define query by as events where user=$1; @by bob | count by name",
    ], argument: .keyword(["query"])
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count >= 4, arguments[0].text.lowercased() == "query",
      arguments[2].text.lowercased() == "as"
    else { throw invocation.usageError() }
    let name = arguments[1]
    guard SavedQueries.isName(name.text) else {
      throw invocation.usageError(
        "`\(name.text)` is no name: letters, digits, _ and -", at: name.range)
    }
    let query = invocation.statement.tail(from: arguments[2].range.upperBound)
    try QueryRunner(session: invocation.session).check(query, in: invocation.statement)
    let isNew = invocation.session.savedQueries[name.text] == nil
    let text = String(query.text.drop { $0.isWhitespace })
    invocation.session.savedQueries[name.text] = text
    invocation.session.note(
      "@\(name.text.lowercased()) \(isNew ? "is defined" : "is defined anew")",
      to: invocation.output)
  }

  private static let list = Command(
    "list", forms: ["list queries"], summary: "lists the saved queries",
    examples: ["list queries"], argument: .keyword(["queries"])
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 1, ["queries", "query"].contains(arguments[0].text.lowercased()) else {
      throw invocation.usageError()
    }
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
    "drop", forms: ["drop query NAME"], summary: "forgets a saved query",
    examples: ["define query x as events; drop query x"], argument: .keyword(["query"])
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 2, arguments[0].text.lowercased() == "query" else {
      throw invocation.usageError()
    }
    let name = arguments[1]
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
