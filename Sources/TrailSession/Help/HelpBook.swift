internal import TrailRecord

/// All that `help` can say, put together from the tables of commands, stages, words, fields and topics.
package enum HelpBook {
  /// Everything that there is a page about.
  package static let topics: [String] =
    ["topics"] + HelpTopics.all.map(\.name) + CommandTable.all.map(\.name)
    + NounTable.all.map(\.name) + StageCatalog.standard.definitions.map(\.name) + wordNames
    + fieldNames

  static let wordNames = WordCatalog.standard.definitions.map(\.name)
  static let fieldNames = FieldCatalog.standard.definitions.map(\.name)

  /// The page about a topic; an empty topic is the overview.
  ///
  /// Some names are several things (`mfa` is a word and a field, `service` too): their pages follow each other.
  static func page(_ topic: String) -> HelpPage? {
    let topic = topic.lowercased()
    if topic.isEmpty { return overview() }
    if topic == "topics" { return topicList() }
    let pages = [
      HelpTopics.find(topic)?.page, CommandTable.find(topic).map(commandPage),
      NounTable.find(topic: topic).map(commandPage),
      StageCatalog.standard[topic].map(stagePage), wordPage(topic), fieldPage(topic),
    ].compactMap(\.self)
    guard !pages.isEmpty else { return nil }
    return HelpPage(rows: Array(pages.map(\.rows).joined(separator: [.blank])))
  }

  /// Every line that some page shows as an example, with the topic that shows it.
  package static var examples: [(topic: String, line: String)] {
    topics.flatMap { topic in
      (page(topic)?.rows ?? []).compactMap { row in
        if case .example(let line) = row { (topic, line) } else { nil }
      }
    }
  }

  /// As many commands as the overview has room for.
  private static let shownCommands = 12
  /// And as many topics.
  private static let shownTopics = 6

  private static func overview() -> HelpPage {
    HelpPage(rows: [
      .title("Point trailq at CloudTrail logs, then ask in one sentence"),
      .example("import ./AWSLogs"),
      .example("events where denied since 1d"),
      .example("events where delete and about \"payroll-2026\" | timeline"),
      .example("events where failed | count by user, error"),
      .title("Or simulate AWS, and see what CloudTrail makes of it (`help simulator`)"),
      .example("simulate s3:CreateBucket bucketName=data as bob"),
      .blank,
      .title("events where PREDICATE since|until|between|at TIME | STAGE | STAGE …"),
      .entry(
        "predicate", "FIELD = VALUE, a word, about \"NAME\", joined by and, or, not and brackets"),
      .entry("fields", fieldNames.prefix(9).joined(separator: " ") + " … (`fields`)"),
      .entry("words", wordNames.prefix(8).joined(separator: " ") + " … (`words`)"),
      .entry("stages", StageCatalog.standard.definitions.map(\.name).joined(separator: " ")),
      .entry(
        "commands",
        CommandTable.all.prefix(shownCommands).map(\.name).joined(separator: " ")
          + " … (`help topics`)"),
      .blank,
      .text(
        "`help TOPIC` explains each, and: "
          + HelpTopics.all.prefix(shownTopics).map(\.name).joined(separator: ", ")
          + " … (`help topics`)"),
      .text("Tab completes everything, values with their counts. `quit` or Ctrl-D ends."),
    ])
  }

  private static func topicList() -> HelpPage {
    HelpPage(rows: [
      .title("Topics"), .text(HelpTopics.all.map(\.name).joined(separator: " ")),
      .title("Commands"), .text(CommandTable.all.map(\.name).joined(separator: " ")),
      .title("What they are about"), .text(NounTable.all.map(\.name).joined(separator: ", ")),
      .title("Stages"),
      .text(StageCatalog.standard.definitions.map(\.name).joined(separator: " ")),
      .title("Words"), .text(wordNames.joined(separator: " ")),
      .title("Fields"), .text(fieldNames.joined(separator: " ")),
    ])
  }

  private static func commandPage(_ command: Command) -> HelpPage {
    if command.argument == .noun { return verbPage(command) }
    var rows: [HelpPage.Row] = command.forms.map { .title($0) }
    rows.append(.text(sentence(command.summary)))
    if !command.detail.isEmpty { rows += [.blank] + command.detail.map { .text($0) } }
    rows += [.blank, .title(command.examples.count == 1 ? "Example" : "Examples")]
    return HelpPage(rows: rows + command.examples.map { .example($0) })
  }

  private static func verbPage(_ command: Command) -> HelpPage {
    var rows: [HelpPage.Row] = [.title(command.name), .text(sentence(command.summary)), .blank]
    rows += NounTable.nouns(of: command.name).map { .entry($0.name, $0.summary) }
    rows += [
      .blank, .text("`help \(NounTable.nouns(of: command.name)[0].name)` explains one of them."),
      .blank, .title("Example"),
    ]
    return HelpPage(rows: rows + command.examples.map { .example($0) })
  }

  private static func stagePage(_ stage: StageDefinition) -> HelpPage {
    HelpPage(
      rows: [
        .title("| " + stage.form), .text(stage.meaning), .blank,
        .title(stage.examples.count == 1 ? "Example" : "Examples"),
      ] + stage.examples.map { .example($0) })
  }

  static func wordPage(_ name: String) -> HelpPage? {
    guard let word = WordCatalog.standard[name] else { return nil }
    return HelpPage(rows: [
      .title("\(word.name) (a word)"), .text(word.meaning), .blank,
      .text("\(word.name) = \(word.definition)"), .blank, .title("Example"),
      .example("events where \(word.name) | count by name"),
    ])
  }

  static func fieldPage(_ name: String) -> HelpPage? {
    guard let field = FieldCatalog.standard[name] else { return nil }
    return HelpPage(rows: [
      .title("\(field.name) (a field)"), .text(field.meaning), .blank,
      .text("found in \(sourceText(field.source))"), .blank, .title("Example"),
      .example("events where \(field.name) exists | top 5 \(field.name)"),
    ])
  }

  static func wordList() -> HelpPage {
    HelpPage(rows: WordCatalog.standard.definitions.map { .entry($0.name, $0.meaning) })
  }

  static func fieldList() -> HelpPage {
    HelpPage(
      rows: FieldCatalog.standard.definitions.map { .entry($0.name, $0.meaning) } + [
        .blank, .text("Every JSON path is a field too: `help fields`."),
      ])
  }

  private static func sourceText(_ source: FieldDefinition.Source) -> String {
    switch source {
    case .path(let path): path
    case .first(let paths): "the first that is there of \(paths.joined(separator: ", "))"
    case .any(let paths): paths.joined(separator: ", ")
    case .computed(let paths): "\(paths.joined(separator: ", ")) (worked out)"
    }
  }

  /// The summary as a sentence: capital letter, full stop.
  private static func sentence(_ summary: String) -> String {
    summary.prefix(1).uppercased() + summary.dropFirst() + "."
  }
}
