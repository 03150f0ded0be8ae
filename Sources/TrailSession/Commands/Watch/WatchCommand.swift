internal import TrailEngine
internal import TrailText

/// `watch`: a question that is asked again and again.
enum WatchCommand {
  /// How long an answer stands unless told.
  private static let usualInterval = "2s"
  /// The shortest time between two answers, in milliseconds: below it the screen would only flicker.
  private static let leastInterval: Int64 = 100

  static let watch = Command(
    "watch", forms: ["watch QUERY", "watch x N every DURATION QUERY"],
    summary: "answers a question again and again, until Ctrl-C or so many times",
    detail: [
      "Every \(usualInterval) unless told, and at once when something comes into a folder that"
        + " `import --follow` takes in. On a terminal the answer stays in its place; elsewhere it is written"
        + " anew whenever it has changed.",
      "The clock of `since 1h` is the session's: it stands still in scripts.",
    ],
    examples: [
      "watch x 2 every 1s events where denied | count by user",
      "import --follow AWSLogs; watch x 2 every 1s events | top name",
    ], argument: .query
  ) { invocation in
    var reader = invocation.reader()
    var interval = try ClockArgument.duration(
      Argument(usualInterval, range: reader.place), invocation)
    var count: Int?
    if try reader.take("x") != nil { count = try reader.number("number of times") }
    if try reader.take("every") != nil {
      let place = reader.place
      interval = try reader.duration("DURATION")
      guard interval >= leastInterval else {
        throw reader.wrong("at most ten answers a second are shown", at: place)
      }
    }
    guard !reader.isAtEnd else { throw invocation.usageError() }
    try WatchedQuestion(
      question: reader.tail, interval: Int(clamping: interval), count: count,
      invocation: invocation
    ).run()
  }
}

/// A question that is answered until its reader interrupts.
private struct WatchedQuestion {
  let question: PlacedStatement
  /// In milliseconds.
  let interval: Int
  /// Answers to give; `nil` for no end.
  let count: Int?
  let invocation: Invocation

  func run() throws {
    let session = invocation.session
    let output = invocation.output
    var shown: [UInt8]?
    var given = 0
    repeat {
      // What came in is seen in the answer; a remark about it would be drawn over.
      try session.takeFollowed(to: output.traits.isInteractive ? CollectedOutput() : output)
      let answer = try QueryRunner(session: session).run(question, in: invocation.statement)
      session.lastAnswer = answer
      output.showAtOnce()
      let options = session.renderingOptions(for: output)
      let text = try rendered(answer, options)
      if options.traits.isInteractive {
        try output.writeData(Array(screen(text, options.traits).utf8))
      } else if text != shown {
        try output.writeData(text)
      }
      output.showAtOnce()
      shown = text
      given += 1
      if given == count { return }
    } while session.waitForFollowed(milliseconds: interval)
    throw StatementStopped()
  }

  private func rendered(_ answer: Answer, _ options: RenderingOptions) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let writer = DataWriter { bytes += $0 }
    let report = try AnswerRendering.render(answer, options: options, to: writer)
    guard options.traits.isInteractive else { return bytes }
    let footer = AnswerFooter.lines(
      answer, report: report, format: options.format, showsTime: false)
    return bytes + footer.flatMap { Array("\($0)\n".utf8) }
  }

  /// The answer in the place of the one before, cut where the screen ends.
  private func screen(_ text: [UInt8], _ traits: OutputTraits) -> String {
    let palette = Palette(usesColour: traits.usesColour)
    let time = ReadableTime.readable(SessionClock.wallClock())
    let every = ReadableDuration.readable(Int64(interval))
    let head = palette.paint("every \(every) · \(time) · Ctrl-C ends", as: .faint)
    var lines = String(decoding: text, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    // The head, and the line that the cursor stands in.
    if let height = traits.height, lines.count > max(1, height - 2) {
      let room = max(1, height - 3)
      let rest = NumberText.counted(lines.count - room, "line")
      lines = lines.prefix(room) + ["… \(rest) more"]
    }
    return Self.home + ([head] + lines.map(String.init)).map { $0 + Self.clearRest + "\n" }.joined()
      + Self.clearBelow
  }

  private static let home = "\u{1B}[H"
  private static let clearRest = "\u{1B}[K"
  private static let clearBelow = "\u{1B}[J"
}
