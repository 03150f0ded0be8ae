internal import TrailText

/// The commands whose second word says what they are about: `define trail`, `list queries`.
///
/// Each part of trailq adds a list of its own to `all`; a noun is a `Command` whose name is both words. Dispatch,
/// help, messages and completion read them here.
enum NounTable {
  static let all: [Command] =
    PrincipalNouns.all + PrincipalPages.all + BucketNouns.all + BucketPages.all + TrailNouns.all
    + TopicNouns.all + QueueNouns.all + FunctionNouns.all + LogGroupNouns.all + FilterNouns.all
    + AlarmNouns.all + [TestFilterNoun.test] + RuleNouns.all + InsightNouns.all + QueryNouns.all
    + [PatternTest.test]

  /// What is said of the verbs themselves.
  private static let verbs: [(name: String, summary: String)] = [
    ("define", "sets the scene: says that something is there, or gives something a name"),
    ("list", "lists what there is of a kind"),
    ("show", "shows one thing with all that is known of it"),
    ("alter", "changes something that is there"),
    ("enable", "switches something on"),
    ("disable", "switches something off"),
    ("drop", "takes something away"),
    ("test", "holds something against events, and explains"),
  ]

  /// The verbs that have nouns, as commands.
  static let commands: [Command] = verbs.compactMap { verb in
    let nouns = nouns(of: verb.name)
    guard let first = nouns.first else { return nil }
    return Command(
      verb.name, forms: nouns.flatMap(\.forms), summary: verb.summary,
      examples: [first.examples[0]],
      argument: .noun
    ) { try dispatch($0) }
  }

  /// The nouns of a verb, in the order in which help lists them.
  static func nouns(of verb: String) -> [Command] {
    all.filter { $0.name.hasPrefix(verb + " ") }
  }

  /// The command of that verb and noun, in any letter case, singular or plural.
  static func find(_ verb: String, _ noun: String) -> Command? {
    let nouns = nouns(of: verb.lowercased())
    let wanted = noun.lowercased()
    return nouns.first { $0.noun == wanted }
      ?? nouns.first { singular($0.noun) == singular(wanted) }
  }

  /// The command that both words of a topic name.
  static func find(topic: String) -> Command? {
    let words = topic.split(separator: " ")
    return words.count == 2 ? find(String(words[0]), String(words[1])) : nil
  }

  private static func singular(_ noun: String) -> String {
    if noun.hasSuffix("ies") { return noun.dropLast(3) + "y" }
    return noun.hasSuffix("s") ? String(noun.dropLast()) : noun
  }

  private static func dispatch(_ invocation: Invocation) throws {
    let verb = invocation.command.name
    let known = nouns(of: verb).map(\.noun)
    var reader = invocation.reader()
    guard let noun = try reader.next() else {
      throw Diagnostics(
        Diagnostic(
          "usage", "`\(verb)` needs to know what: \(known.joined(separator: ", "))",
          at: SourceRange(0, invocation.statement.text.utf8.count),
          notes: ["usage: \(invocation.command.forms[0])", "`help \(verb)` has all of them"]))
    }
    guard let command = find(verb, noun.text) else {
      let near = NearestNames.find(noun.text, in: known).first
      throw Diagnostics(
        Diagnostic(
          "usage", "`\(verb)` knows no `\(noun.text)`", at: noun.range,
          label: near.map { "did you mean `\($0)`?" },
          notes: [
            "usage: `\(verb)` and one of " + known.joined(separator: ", "),
            "`help \(verb)` has all of them",
          ],
          fixIt: near.map { FixIt(replace: noun.range, with: $0) }))
    }
    let named = Invocation(
      session: invocation.session, command: command, statement: invocation.statement,
      rest: invocation.statement.tail(from: noun.range.upperBound), output: invocation.output)
    try (verb == "list" ? named.partingQuestion() : named).run(named: noun.range)
  }
}
