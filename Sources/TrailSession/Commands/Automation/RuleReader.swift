internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// Reads what follows `define rule NAME`.
struct RuleReader {
  /// One `do …` with what belongs to it.
  struct Action {
    enum Kind: Hashable {
      case session(SessionAction)
      case logGroup(String), topic(String), queue(String), bus(String), function(String)
    }
    var kind: Kind
    var range: SourceRange
    var input: Argument?
    var attempts: Int?
    var ageSeconds: Int?
    var deadLetters: String?
    var role: String?
  }
  var pattern: Argument?
  var schedule: Argument?
  var bus: Argument?
  var region: Argument?
  var state: String?
  var description: String?
  var actions: [Action] = []

  /// What may stand before the first `do`.
  static let options = [
    "on '{…}'", "schedule 'rate(5 minutes)'", "bus B", "in REGION", "state STATE",
    "description TEXT", "do ACTION",
  ]
  /// What may follow an action.
  static let actionOptions = [
    "input TEXT", "retry COUNT", "for DURATION", "dead-letter QUEUE", "role R", "do ACTION",
  ]
  static let actions = [
    "print", "log GROUP", "notify TOPIC", "send QUEUE", "bus B", "invoke FUNCTION", "run FILE",
    "exec PROGRAM",
  ]
  private static let words = ["input", "retry", "for", "dead-letter", "role", "do"]

  init(_ reader: inout ArgumentReader) throws {
    while !reader.isAtEnd {
      if try reader.take("do") != nil {
        actions.append(try Self.action(&reader))
      } else if actions.isEmpty {
        try readOption(&reader)
      } else {
        try readActionOption(&reader)
      }
    }
  }

  private mutating func readOption(_ reader: inout ArgumentReader) throws {
    if try reader.take("on") != nil {
      pattern = try reader.word("an event pattern, such as '{\"source\": [\"aws.iam\"]}'")
    } else if try reader.take("schedule") != nil {
      schedule = try reader.word("when, such as 'rate(5 minutes)' or 'cron(0 12 * * ? *)'")
    } else if try reader.take("bus") != nil {
      bus = try reader.word("the bus's name")
    } else if try reader.take("in") != nil {
      region = try reader.word("the Region")
    } else if try reader.take("state") != nil {
      state = try Self.state(&reader)
    } else if try reader.take("description") != nil {
      description = try reader.word("the description").text
    } else {
      try reader.finish(expected: Self.options)
    }
  }

  /// The states as people say them.
  static let states: KeyValuePairs<String, EventRule.State> = [
    "enabled": .enabled, "disabled": .disabled, "reads": .enabledWithReads,
  ]

  private static func state(_ reader: inout ArgumentReader) throws -> String {
    let word = try reader.word("enabled, disabled or reads")
    if let state = states.first(where: { $0.key == word.text.lowercased() }) {
      return state.value.rawValue
    }
    return word.text
  }

  private mutating func readActionOption(_ reader: inout ArgumentReader) throws {
    let last = actions.count - 1
    if try reader.take("input") != nil {
      actions[last].input = try reader.word("what it is given: JSON, a path or a template")
    } else if try reader.take("retry") != nil {
      actions[last].attempts = try reader.number("count of retries", least: 0)
    } else if try reader.take("for") != nil {
      actions[last].ageSeconds = Int(try reader.duration("how long it is tried, such as 1h") / 1000)
    } else if try reader.take("dead-letter") != nil {
      actions[last].deadLetters = try reader.word("the queue for what cannot be delivered").text
    } else if try reader.take("role") != nil {
      actions[last].role = try reader.word("the role that EventBridge takes").text
    } else {
      try reader.finish(expected: Self.actionOptions)
    }
  }

  private static func action(_ reader: inout ArgumentReader) throws -> Action {
    let start = reader.place
    func made(_ kind: Action.Kind) -> Action { Action(kind: kind, range: start) }
    if try reader.take("print") != nil { return made(.session(.print)) }
    if try reader.take("log") != nil {
      return made(.logGroup(try reader.word("the log group's name").text))
    }
    if try reader.take("notify") != nil {
      return made(.topic(try reader.word("the topic's name").text))
    }
    if try reader.take("send") != nil {
      return made(.queue(try reader.word("the queue's name").text))
    }
    if try reader.take("bus") != nil {
      return made(.bus(try reader.word("the bus's name or ARN").text))
    }
    if try reader.take("invoke") != nil {
      return made(.function(try reader.word("the function's name").text))
    }
    if try reader.take("run") != nil {
      let file = try reader.word("the script, such as fix.trailq")
      let path = FilePath.found(file.text, by: reader.invocation.statement.source.name)
      return Action(
        kind: .session(.run(RuleScript(file.text, path: path))), range: file.range)
    }
    if try reader.take("exec") != nil {
      let program = try reader.word("the program")
      var words = [program.text]
      while try reader.hasMore(before: Self.words) { words.append(try reader.word("").text) }
      return Action(kind: .session(.exec(words)), range: program.range)
    }
    try reader.finish(expected: actions)
    throw reader.wrong("`do` what? \(actions.joined(separator: ", "))", at: reader.place)
  }
}
