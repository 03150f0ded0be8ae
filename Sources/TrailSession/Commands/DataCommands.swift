internal import TrailEngine
internal import TrailText

/// Commands that bring events in, and tell what is there.
enum DataCommands {
  static let all: [Command] = [importFiles, WatchCommand.watch, problems, stats]

  private static let importFiles = Command(
    "import", forms: ["import PATH…", "import --follow FOLDER…"],
    summary: "reads CloudTrail logs from files and folders",
    detail: [
      "Folders are searched to the bottom; `*` in a path means what it means in a shell, and `-` is"
        + " standard input. Understood are files of trails, JSON arrays and single records, one record a"
        + " line, the output of lookup-events, EventBridge envelopes, CloudWatch Logs exports, the answers of"
        + " get-log-events, filter-log-events and Logs Insights (with @message), and what SNS, SQS and"
        + " subscriptions hand on; each plain, gzipped or in a zip.",
      "What is odd is counted and kept apart (`problems`); the rest is kept. Limits: a record of"
        + " \(IngestLimits.recordBytes >> 20) MiB, objects nested \(IngestLimits.nesting) deep,"
        + " \(IngestLimits.inflatedBytesPerFile >> 30) GiB inflated from one file, and"
        + " \(IngestLimits.bytesWithoutRecord >> 30) GiB without a record.",
      "A file that was read before and has not changed since is passed over; a workspace knows those of earlier"
        + " sessions too. An import stops, and says so, where the program has as much memory as `set memory`"
        + " allows.",
      "`--follow` also takes what comes into the folders later: before each statement, and at once while `watch`"
        + " runs. A script that ends with it goes on until Ctrl-C.",
    ],
    examples: [
      "import AWSLogs", "import \"AWSLogs/123456789012/CloudTrail\"",
      "import --follow AWSLogs; events | count",
    ], isSafe: false,
    argument: .file
  ) { invocation in
    var arguments = try invocation.arguments()
    let options = arguments.prefix { $0.text.hasPrefix("--") }
    arguments.removeFirst(options.count)
    if let unknown = options.first(where: { $0.text != "--follow" }) {
      throw invocation.usageError(
        "`\(unknown.text)` is no option of `import`", at: unknown.range)
    }
    guard !arguments.isEmpty else { throw invocation.usageError() }
    let paths = arguments.flatMap { FilePath.matching($0.text) }
    guard !options.isEmpty else {
      return try invocation.session.importLogs(paths, to: invocation.output)
    }
    for argument in arguments where !FilePath.isFolder(FilePath.expanded(argument.text)) {
      guard FilePath.matching(argument.text).allSatisfy(FilePath.isFolder) else {
        throw invocation.usageError(
          "only folders can be followed, and `\(argument.text)` is none", at: argument.range)
      }
    }
    try invocation.session.follow(paths, to: invocation.output)
  }

  private static let problems = Command(
    "problems", forms: ["problems", "problems N"],
    summary: "lists what was odd in the imported files, by file and byte offset",
    detail: [
      "The first \(ProblemList.usualCount) unless told how many. A workspace keeps them; those of a file go when it"
        + " is read again."
    ],
    examples: ["problems"],
    argument: .number
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count <= 1 else { throw invocation.usageError() }
    let limit = try arguments.first.map(invocation.number) ?? ProblemList.usualCount
    let answer = ProblemList.answer(invocation.session.store, limit: limit)
    try invocation.session.show(answer, to: invocation.output)
  }

  private static let stats = Command(
    "stats", forms: ["stats store"],
    summary: "shows what the store holds: each path with its values, encoding and size",
    examples: ["stats store"], argument: .keyword(["store"])
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 1, arguments[0].text.lowercased() == "store" else {
      throw invocation.usageError(
        "`stats` alone shows the store; as a stage it follows a question: events | stats max time")
    }
    let answer = StoreStatistics.answer(invocation.session.store.snapshot())
    try invocation.session.show(answer, to: invocation.output)
  }
}
