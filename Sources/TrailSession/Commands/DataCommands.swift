internal import TrailEngine
internal import TrailText

/// Commands that bring events in, and tell what is there.
enum DataCommands {
  static let all: [Command] = [importFiles, problems, stats]

  private static let importFiles = Command(
    "import", forms: ["import PATH…"], summary: "reads CloudTrail logs from files and folders",
    detail: [
      "Folders are searched to the bottom; `*` in a path means what it means in a shell, and `-` is"
        + " standard input. Understood are files of trails, JSON arrays and single records, one record a"
        + " line, the output of lookup-events, EventBridge envelopes and CloudWatch Logs exports, each"
        + " plain, gzipped or in a zip.",
      "What is odd is counted and kept apart (`problems`); the rest is kept. Limits: a record of"
        + " \(IngestLimits.recordBytes >> 20) MiB, objects nested \(IngestLimits.nesting) deep,"
        + " \(IngestLimits.inflatedBytesPerFile >> 30) GiB inflated from one file, and"
        + " \(IngestLimits.bytesWithoutRecord >> 30) GiB without a record.",
    ],
    examples: ["import AWSLogs", "import \"AWSLogs/123456789012/CloudTrail\""], isSafe: false,
    argument: .file
  ) { invocation in
    let arguments = try invocation.arguments()
    guard !arguments.isEmpty else { throw invocation.usageError() }
    let paths = arguments.flatMap { FilePath.matching($0.text) }
    try invocation.session.importLogs(paths, to: invocation.output)
  }

  private static let problems = Command(
    "problems", forms: ["problems", "problems N"],
    summary: "lists what was odd in the imported files, by file and byte offset",
    detail: ["The first \(ProblemList.usualCount) unless told how many."], examples: ["problems"],
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
