internal import TrailCloud
internal import TrailText

/// Commands about the session itself: help, settings, the end.
enum SessionCommands {
  static let all: [Command] = [help, words, fields, output, timing, set, settings, quit]

  private static let help = Command(
    "help", forms: ["help", "help TOPIC"],
    summary: "explains trailq, or one command, stage, word, field or topic",
    detail: ["`help topics` lists everything that can be asked for."],
    examples: ["help count", "help times"], argument: .topic
  ) { invocation in
    let arguments = try invocation.arguments()
    let topic = arguments.map(\.text).joined(separator: " ")
    guard let page = HelpBook.page(topic) else {
      let near = NearestNames.find(topic, in: HelpBook.topics)
      throw Diagnostics(
        Diagnostic(
          "unknown-topic", "there is no help about `\(topic)`", at: arguments.first?.range,
          label: near.first.map { "did you mean `\($0)`?" },
          notes: ["`help topics` lists what there is help about"]))
    }
    try invocation.show(page)
  }

  private static let words = Command(
    "words", forms: ["words", "words WORD"],
    summary: "lists the words for predicates, or prints the definition of one",
    examples: ["words", "words denied"], argument: .word
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count <= 1 else { throw invocation.usageError() }
    guard let argument = arguments.first else { return try invocation.show(HelpBook.wordList()) }
    guard let page = HelpBook.wordPage(argument.text) else {
      let near = NearestNames.find(argument.text, in: HelpBook.wordNames)
      throw Diagnostics(
        Diagnostic(
          "unknown-word", "no word is called `\(argument.text)`", at: argument.range,
          label: near.first.map { "did you mean `\($0)`?" }, notes: ["`words` lists all of them"]))
    }
    try invocation.show(page)
  }

  private static let fields = Command(
    "fields", forms: ["fields", "fields FIELD"],
    summary: "lists the short field names, or explains one field and its most frequent values",
    detail: ["Every JSON path of a record is a field too, such as `req.bucketName`."],
    examples: ["fields", "fields user"], argument: .field
  ) { invocation in
    let arguments = try invocation.arguments()
    guard arguments.count <= 1 else { throw invocation.usageError() }
    guard let argument = arguments.first else { return try invocation.show(HelpBook.fieldList()) }
    if let page = HelpBook.fieldPage(argument.text) { try invocation.show(page) }
    try invocation.showValues(of: argument)
  }

  private static let output = Command(
    "output", forms: ["output " + OutputFormat.allCases.map(\.rawValue).joined(separator: "|")],
    summary: "chooses how answers are written",
    detail: OutputFormat.allCases.map { "\($0.rawValue): \($0.meaning)" },
    examples: ["output csv", "output table"], argument: .format
  ) { invocation in
    try changeSetting("output", to: try invocation.arguments(), invocation)
  }

  private static let timing = Command(
    "timing", forms: ["timing on|off"],
    summary: "says how long each answer took, or no longer does",
    examples: ["timing on", "timing off"], argument: .keyword(["on", "off"])
  ) { invocation in
    try changeSetting("timing", to: try invocation.arguments(), invocation)
  }

  private static let set = Command(
    "set", forms: ["set NAME VALUE"], summary: "changes a setting",
    detail: SettingTable.all.map {
      "\($0.name) \($0.values.joined(separator: "|")): \($0.meaning)"
    },
    examples: ["set rows 50", "set width auto"], argument: .setting
  ) { invocation in
    var arguments = try invocation.arguments()
    arguments.removeAll { $0.text == "=" }
    guard let name = arguments.first else { throw invocation.usageError() }
    try changeSetting(name.text, at: name.range, to: Array(arguments.dropFirst()), invocation)
  }

  private static let settings = Command(
    "settings", forms: ["settings"], summary: "lists the settings and their values",
    examples: ["settings"]
  ) { invocation in
    guard try invocation.arguments().isEmpty else { throw invocation.usageError() }
    let current = invocation.session.settings
    try invocation.show(
      HelpPage(
        rows: SettingTable.all.map {
          .entry(
            "\($0.name) \($0.read(current))", "\($0.meaning) (\($0.values.joined(separator: ", ")))"
          )
        }))
  }

  private static let quit = Command(
    "quit", forms: ["quit"], summary: "ends trailq (so does Ctrl-D)", examples: ["quit"]
  ) { _ in
    throw QuitRequest()
  }

  /// Values that `fields FIELD` shows.
  static let shownValues = 5

  /// Changes a setting, or says what it can be.
  private static func changeSetting(
    _ name: String, at range: SourceRange? = nil, to values: [Argument], _ invocation: Invocation
  ) throws {
    guard let setting = SettingTable.find(name) else {
      let near = NearestNames.find(name, in: SettingTable.all.map(\.name))
      throw Diagnostics(
        Diagnostic(
          "unknown-setting", "there is no setting `\(name)`", at: range,
          label: near.first.map { "did you mean `\($0)`?" },
          notes: ["settings: " + SettingTable.all.map(\.name).joined(separator: ", ")]))
    }
    let choices = setting.values.joined(separator: ", ")
    guard values.count == 1 else {
      throw invocation.usageError("`\(setting.name)` is one of \(choices)")
    }
    if setting.isFixedByWorld, let cloud = invocation.session.cloudIfBegun {
      throw Diagnostics(
        Diagnostic(
          "world-has-begun", "`\(setting.name)` cannot change once the world has begun", at: range,
          notes: [
            "it began at \(ReadableTime.iso(cloud.configuration.start)) with"
              + " \(setting.name) \(setting.read(invocation.session.settings))",
            "set it before the first statement that simulates something",
          ]))
    }
    guard setting.write(&invocation.session.settings, values[0].text.lowercased()) else {
      let near = NearestNames.find(values[0].text, in: setting.values)
      throw Diagnostics(
        Diagnostic(
          "bad-setting", "`\(setting.name)` cannot be `\(values[0].text)`", at: values[0].range,
          label: near.first.map { "did you mean `\($0)`?" }, notes: ["it is one of \(choices)"]))
    }
    try invocation.session.applySettingsToWorld(at: values[0].range)
  }
}
