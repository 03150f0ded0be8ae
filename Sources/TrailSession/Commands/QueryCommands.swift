internal import TrailEngine
internal import TrailText

/// Commands about sentences: how they are answered.
enum QueryCommands {
  static let all: [Command] = [explain]

  private static let explain = Command(
    "explain", forms: ["explain QUERY", "explain recorded EVENT"],
    summary: "shows how a question was understood and answered, or why an event was recorded",
    detail: [
      "The sentence in full, the words spelled out, and the plan: how each part found its rows, how many"
        + " were expected and how many there were. The question is run for that.",
      "`explain recorded`: which trails recorded a simulated event and why others did not. EVENT is its id, or"
        + " its row in the last answer.",
    ],
    examples: [
      "explain events where denied since 1d | count by user",
      "simulate s3:CreateBucket bucketName=data; events; explain recorded 1",
    ], argument: .query
  ) { invocation in
    if FirstWord(invocation.rest.text)?.text.lowercased() == ExplainRecorded.word {
      return try ExplainRecorded.run(invocation)
    }
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
}
