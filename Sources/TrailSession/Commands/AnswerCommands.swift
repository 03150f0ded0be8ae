internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// Commands that work on the last answer.
enum AnswerCommands {
  static let all: [Command] = [open, around, pivot, export]

  private static let open = Command(
    "open", forms: ["open N"] + WorkspaceCommands.openForms,
    summary:
      "shows event N of the last answer whole, or all events of match N; or opens a workspace",
    detail: WorkspaceCommands.openDetail + [
      "In five parts: who, when and where, what was asked, what came back, the rest. Every name on the"
        + " left is a path that a question can use. An Insights event is shown beside its baseline, with the"
        + " minutes around it; `output json` shows its record."
    ],
    examples: ["events where delete; open 1", "save incident.ws; open incident.ws discard"],
    argument: .file
  ) { invocation in
    let arguments = try invocation.arguments()
    if let first = arguments.first, Int(first.text) == nil {
      return try WorkspaceCommands.open(arguments, invocation)
    }
    guard arguments.count == 1 else { throw invocation.usageError() }
    let number = try invocation.number(arguments[0])
    if let match = try invocation.match(number, at: arguments[0].range) {
      return try invocation.open(match)
    }
    let event = try invocation.event(number, at: arguments[0].range)
    let options = invocation.session.renderingOptions(for: invocation.output)
    let page = try invocation.insightPage(event, options)
    try invocation.write(page ?? RecordRenderer(options: options).text(event))
  }

  /// How far `around` looks unless told.
  private static let usualDistance = "5m"

  private static let around = Command(
    "around", forms: ["around N", "around N DURATION"],
    summary: "shows what happened shortly before and after event N of the last answer",
    detail: ["The duration is \(usualDistance) unless told: 30s, 10m, 1h30m."],
    examples: ["events where delete; around 1 10m"], argument: .number
  ) { invocation in
    let arguments = try invocation.arguments()
    guard (1...2).contains(arguments.count) else { throw invocation.usageError() }
    let event = try invocation.event(
      try invocation.number(arguments[0]), at: arguments[0].range)
    let distance = try ClockArgument.duration(
      arguments.count == 2 ? arguments[1] : Argument(usualDistance, range: arguments[0].range),
      invocation)
    guard case .time(let time) = EventColumns.cell("time", of: event) else {
      throw Diagnostics(
        Diagnostic(
          "no-time", "event \(arguments[0].text) has no usable time", at: arguments[0].range))
    }
    // The end of a period is not part of it, so one millisecond more takes the last moment in.
    let line =
      "events between \(ReadableTime.iso(time - distance)) and \(ReadableTime.iso(time + distance + 1))"
    try invocation.ask(line)
  }

  private static let pivot = Command(
    "pivot", forms: ["pivot N.FIELD"],
    summary: "asks for all events that have the same value there as row N of the last answer",
    detail: [
      "Of a match of a sequence, the last event's value is taken, or with `pivot 1.k.ip` that of step k."
    ],
    examples: ["events where denied; pivot 1.ip", "events | count by user; pivot 1.user"],
    argument: .number
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count == 1, let dot = arguments[0].text.firstIndex(of: "."),
      let number = Int(arguments[0].text[..<dot]), number > 0
    else { throw invocation.usageError() }
    let field = String(arguments[0].text[arguments[0].text.index(after: dot)...])
    guard !field.isEmpty else { throw invocation.usageError() }
    let found = try invocation.value(of: field, row: number, at: arguments[0].range)
    guard let condition = PivotCondition.text(field: found.field, cell: found.cell) else {
      throw Diagnostics(
        Diagnostic(
          "no-value", "row \(number) of the last answer has no `\(field)`", at: arguments[0].range))
    }
    try invocation.ask("events where \(condition)")
  }

  private static let export = Command(
    "export",
    forms: [
      "export FILE", "export chart FILE.svg",
      "export FILE " + OutputFormat.allCases.map(\.rawValue).joined(separator: "|"),
    ],
    summary: "writes the last answer to a file",
    detail: [
      "The format is the file's ending (.json .ndjson .csv .tsv .md .txt) unless told. The file appears"
        + " whole or not at all.",
      "`export chart` draws the answer as `chart` would, as a picture that browsers show.",
    ],
    examples: ["events where denied | count by user; export denied.csv"], isSafe: false,
    argument: .file
  ) { invocation in
    let arguments = try invocation.arguments()
    guard (1...2).contains(arguments.count) else { throw invocation.usageError() }
    let answer = try invocation.lastAnswer()
    if arguments.count == 2, arguments[0].text.lowercased() == StageName.chart.rawValue {
      return try invocation.exportChart(answer, to: arguments[1])
    }
    let format: OutputFormat
    if arguments.count == 2 {
      guard let named = OutputFormat(rawValue: arguments[1].text.lowercased()) else {
        throw invocation.usageError(
          "there is no format `\(arguments[1].text)`", at: arguments[1].range)
      }
      format = named
    } else {
      guard let guessed = OutputFormat(fileName: arguments[0].text) else {
        throw invocation.usageError(
          "the name `\(arguments[0].text)` says no format", at: arguments[0].range)
      }
      format = guessed
    }
    try invocation.export(answer, as: format, to: arguments[0])
  }
}

extension Invocation {
  /// Shows the events of a match one behind the other.
  fileprivate func open(_ match: [EventRows]) throws {
    let options = session.renderingOptions(for: output)
    for (index, event) in match.enumerated() {
      if options.format.isForReading {
        let heading = "event \(index + 1) of \(match.count)"
        try write((index > 0 ? "\n" : "") + options.palette.paint(heading, as: .faint) + "\n")
      }
      try write(RecordRenderer(options: options).text(event))
    }
  }

  /// Asks a sentence that was put together, after showing it, so that it can be learnt and changed.
  func ask(_ line: String) throws {
    session.note(line, to: output)
    do {
      try session.answer(PlacedStatement(line), to: output)
    } catch let error as Diagnostics {
      // The places are in a line that the reader did not write.
      throw Diagnostics(
        error.list.map {
          Diagnostic(
            $0.code, $0.message, severity: $0.severity, label: $0.label, notes: $0.notes)
        })
    }
  }

  /// The value of a column or field in a row of the last answer.
  ///
  /// What is written may be a column's name, or say the step of a sequence (`k.user`): the field is what its value is
  /// called in any event.
  func value(
    of field: String, row: Int, at range: SourceRange
  ) throws -> (field: String, cell: Cell) {
    let answer = try lastAnswer()
    if case .table(let table) = answer.content, row <= table.rowCount,
      let column = table.columns.firstIndex(where: { $0.name.lowercased() == field.lowercased() })
    {
      return (table.columns[column].field ?? field, table.cells[column][row - 1])
    }
    let runner = QueryRunner(session: session)
    if let matches = answer.matches, row <= matches.count, let dot = field.firstIndex(of: "."),
      let step = matches.step(named: String(field[..<dot]))
    {
      let own = String(field[field.index(after: dot)...])
      let event = EventRows(
        snapshot: matches.snapshot, references: [matches.event(ofStep: step, in: row - 1)])
      return (own, try runner.value(of: own, event: event, at: range))
    }
    return (field, try runner.value(of: field, event: try event(row, at: range), at: range))
  }

  fileprivate func exportChart(_ answer: Answer, to file: Argument) throws {
    let table: TableRows? =
      switch answer.content {
      case .table(let rows), .chart(let rows): rows
      default: nil
      }
    guard let model = table.flatMap(ChartModel.init) else {
      throw Diagnostics(
        Diagnostic(
          "chart-needs-numbers", "the last answer has no column of numbers to draw",
          at: file.range, notes: ["count first: events | count by user every 1h"]))
    }
    try write(to: file) { target in
      try target.write(Array(ChartDrawing(model: model).svg.utf8))
    }
    session.note("chart written to \(FilePath.expanded(file.text))", to: output)
  }

  fileprivate func export(_ answer: Answer, as format: OutputFormat, to file: Argument) throws {
    let cancellation = session.cancellation
    try write(to: file) { target in
      let options = RenderingOptions(
        format: format, traits: OutputTraits(), rowLimit: OutputLimits.rowsInTable)
      let writer = DataWriter { bytes in
        if cancellation.isCancelled { throw StatementStopped() }
        try target.write(bytes)
      }
      _ = try AnswerRendering.render(answer, options: options, to: writer)
    }
    let path = FilePath.expanded(file.text)
    session.note("\(NumberText.counted(answer.rowCount, "row")) written to \(path)", to: output)
  }

  /// Writes a file that appears whole or not at all.
  private func write(to file: Argument, _ body: (AtomicFile) throws -> Void) throws {
    do {
      let target = try AtomicFile(path: FilePath.expanded(file.text))
      try body(target)
      try target.commit()
    } catch let error as OutputFailure {
      throw Diagnostics(
        Diagnostic(
          "cannot-write", "`\(file.text)` cannot be written: \(error.reason)", at: file.range))
    }
  }
}

/// The condition that asks for a value exactly.
enum PivotCondition {
  static func text(field: String, cell: Cell) -> String? {
    switch cell {
    case .missing: return nil
    // An address has several spellings, of which a group shows one.
    case .text(let text) where IPAddress(text) != nil: return "\(field) = \(quoted(text))"
    case .text(let text), .json(let text): return "\(field) == \(quoted(text))"
    case .number(let spelling): return "\(field) = \(spelling)"
    case .time(let milliseconds): return "\(field) = \(quoted(ReadableTime.iso(milliseconds)))"
    case .flag(let flag): return "\(field) = \(flag)"
    case .list(let cells):
      let parts = cells.compactMap { text(field: field, cell: $0) }
      guard !parts.isEmpty else { return nil }
      return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " or ")))"
    }
  }

  /// The text in quotes, so that it means itself: a star in it is a star.
  static func quoted(_ text: String) -> String {
    SyntaxPrinter.quotedStep(text)
  }
}
