internal import TrailCloud
internal import TrailEngine
internal import TrailPattern
internal import TrailRecord
internal import TrailText

/// Rules and buses of EventBridge.
enum RuleNouns {
  static let all: [Command] = [
    define, list, show, enable, disable, drop, BusNouns.define, BusNouns.list, BusNouns.drop,
  ]

  private static let define = Command(
    "define rule",
    forms: [
      "define rule NAME on '{…event pattern…}' [state enabled|disabled|reads] do ACTION",
      "define rule NAME schedule 'rate(5 minutes)' do ACTION",
      "define rule NAME … [bus B] [in REGION] [description TEXT] do ACTION [do ACTION…]",
      "define rule NAME … do print|log GROUP|notify TOPIC|send QUEUE|bus B|invoke FUNCTION|run FILE|exec PROGRAM",
      "define rule NAME … do ACTION [input TEXT] [retry COUNT] [for DURATION] [dead-letter QUEUE] [role R]",
    ],
    summary:
      "says that there is a rule of EventBridge: which events it waits for, and what it does",
    detail: [
      "Events come from calls that a logging trail records, a minute later; read-only management events"
        + " only with `state reads`. A rule that is there is replaced. `help automation` tells all of it, `help"
        + " patterns` how event patterns are written.",
      "`run FILE` runs a script of trailq, in which $event.detail.eventName and the like stand for values of"
        + " the event. `exec` needs a session that was started with --allow-exec; the event is on the program's"
        + " standard input.",
      "`input`: `$.detail` gives a part of the event, '\"<$.detail.eventName> happened\"' a text with values in"
        + " it, '{\"fixed\": true}' a constant.",
    ],
    examples: [
      "define bucket logs; define trail main to s3://logs; define rule keys on"
        + " '{\"detail\": {\"eventName\": [\"CreateAccessKey\"]}}' do print;"
        + " define user eve; simulate iam:CreateAccessKey userName=eve; advance 5m",
      "define rule hourly schedule 'rate(1 hour)' do print input '\"another hour\"'; advance 3h",
    ],
    candidates: { RuleCompletion.candidates($0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the rule's name")
    let rule = try RuleReader(&reader)
    guard rule.pattern != nil || rule.schedule != nil else {
      throw invocation.usageError("which events? on '{…}', or schedule 'rate(…)'", at: name.range)
    }
    guard !rule.actions.isEmpty else {
      throw invocation.usageError(
        "what shall it do? do " + RuleReader.actions.joined(separator: ", "), at: name.range)
    }
    if let region = rule.region {
      _ = try invocation.region(region, of: invocation.cloud.world.account)
    }
    let isNew = !WorldNames.rules(invocation.session).contains(name.text)
    let actions = try RuleBuilder(invocation: invocation, name: name, rule: rule).build()
    invocation.session.note(
      "rule \(name.text) is \(isNew ? "defined" : "replaced"): \(actions)", to: invocation.output)
    try invocation.warn(of: rule)
  }

  private static let list = Command(
    "list rules", forms: ["list rules"],
    summary: "lists the rules of EventBridge with what they do and how often they met an event",
    examples: ["define rule any on '{\"source\": [\"my.app\"]}' do print; list rules"]
  ) { invocation in
    try invocation.reader().finish()
    let buses = invocation.cloud.eventBuses
    try invocation.showTable(
      [
        ("rule", .text), ("bus", .text), ("region", .text), ("state", .text), ("does", .list),
        ("matched", .number), ("last", .time),
      ],
      rows: buses.rules.map { rule in
        let counts = buses.statistics(of: rule.id)
        return [
          .text(rule.name), .text(rule.id.bus.name), .text(rule.id.bus.region),
          .text(rule.state.rawValue), .list(rule.targets.map { .text($0.text) }),
          .number(String(counts.matches)), counts.lastMatch.map { .time($0) } ?? .missing,
        ]
      }, empty: "there are no rules; `define rule NAME on '{…}' do print` makes one")
  }

  private static let show = Command(
    "show rule", forms: ["show rule NAME"],
    summary: "shows a rule: its pattern, what it does, and what became of its events",
    detail: ["With `output json` or `--json` it is one JSON object, with AWS's own answers in it."],
    examples: ["define rule any on '{\"source\": [\"my.app\"]}' do print; show rule any"],
    candidates: { RuleCompletion.ruleNames($0) }
  ) { invocation in
    let rule = try invocation.onlyRule()
    switch invocation.session.settings.output {
    case .json, .ndjson:
      let value = RulePage.json(rule, invocation.cloud)
      try invocation.write(String(decoding: JSONWriter.bytes(value), as: UTF8.self) + "\n")
    default: try invocation.write(RulePage.text(rule, invocation))
    }
  }

  private static let enable = Command(
    "enable rule", forms: ["enable rule NAME", "enable rule NAME reads"],
    summary:
      "lets a rule hear of events again: EnableRule; with `reads` of read-only ones too: PutRule",
    examples: [
      "define rule any on '{\"source\": [\"my.app\"]}' state disabled do print; enable rule any"
    ],
    candidates: { RuleCompletion.ruleNames($0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the rule's name")
    let hearsReads = try reader.take("reads") != nil
    try reader.finish(expected: ["reads"])
    try invocation.setState(hearsReads ? .enabledWithReads : .enabled, of: name)
  }

  private static let disable = Command(
    "disable rule", forms: ["disable rule NAME"],
    summary: "lets a rule hear of nothing any more: DisableRule",
    examples: [
      "define rule any on '{\"source\": [\"my.app\"]}' do print; disable rule any; list rules"
    ],
    candidates: { RuleCompletion.ruleNames($0) }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the rule's name")
    try reader.finish()
    try invocation.setState(.disabled, of: name)
  }

  private static let drop = Command(
    "drop rule", forms: ["drop rule NAME"],
    summary: "deletes a rule: RemoveTargets, then DeleteRule",
    examples: ["define rule any on '{\"source\": [\"my.app\"]}' do print; drop rule any"],
    candidates: { RuleCompletion.ruleNames($0) }
  ) { invocation in
    let rule = try invocation.onlyRule()
    let name = FirstWord(invocation.rest.text)?.range
    let ids = rule.resourceTargets.map { JSONValue.string($0.id) }
    if !ids.isEmpty {
      try invocation.perform(
        "RemoveTargets", of: rule, naming: "Rule", [JSONMember("Ids", .array(ids))], at: name)
    }
    try invocation.perform("DeleteRule", of: rule, at: name)
    invocation.session.note("rule \(rule.name) is deleted", to: invocation.output)
  }
}

extension Invocation {
  /// The rule that the only argument names.
  fileprivate func onlyRule() throws -> EventRule {
    var reader = reader()
    let name = try reader.word("the rule's name")
    try reader.finish()
    return try rule(name)
  }

  /// The rule of a name or ARN: the one in the session's Region where several have it.
  func rule(_ name: Argument) throws -> EventRule {
    let cloud = cloud
    if let rule = cloud.eventBuses.rules.first(where: { $0.arn == name.text }) { return rule }
    if let rule = cloud.rules(
      named: name.text, in: cloud.world.account, region: session.region
    ).first {
      return rule
    }
    let known = cloud.eventBuses.rules.map(\.name)
    throw Diagnostics(
      Diagnostic(
        "ResourceNotFoundException", "there is no rule `\(name.text)`", at: name.range,
        label: NearestNames.find(name.text, in: known).first.map { "did you mean `\($0)`?" },
        notes: [
          known.isEmpty
            ? "first: define rule \(name.text) on '{…}' do print"
            : "rules: " + known.joined(separator: ", ")
        ]))
  }

  fileprivate func setState(_ state: EventRule.State, of name: Argument) throws {
    let rule = try rule(name)
    switch state {
    case .enabled: try perform("EnableRule", of: rule, at: name.range)
    case .disabled: try perform("DisableRule", of: rule, at: name.range)
    case .enabledWithReads:
      try perform("PutRule", of: rule, rule.parameters(in: state), at: name.range)
    }
    let words =
      switch state {
      case .enabled: "enabled"
      case .disabled: "disabled"
      case .enabledWithReads: "enabled, for read-only management events too"
      }
    session.note("rule \(rule.name) is \(words)", to: output)
  }

  /// Makes a call about a rule, in its Region.
  fileprivate func perform(
    _ operation: String, of rule: EventRule, naming parameter: String = "Name",
    _ more: [JSONMember] = [], at range: SourceRange?
  ) throws {
    var parameters = [JSONMember(parameter, .string(rule.name))]
    if !rule.id.bus.isDefault {
      parameters.append(JSONMember("EventBusName", .string(rule.id.bus.name)))
    }
    var call = APICall("events", operation, parameters: parameters + more)
    call.region = rule.id.bus.region
    if rule.id.bus.account != cloud.world.account {
      call.caller = Caller(.root, account: rule.id.bus.account)
    }
    _ = try perform(call, at: range)
  }

  /// Says what would keep a rule from ever hearing of anything.
  fileprivate func warn(of rule: RuleReader) throws {
    for action in rule.actions {
      guard let missing = missing(action, rule) else { continue }
      session.note("there is no \(missing) yet (`define \(missing)`)", to: output)
    }
    guard let text = rule.pattern?.text, let pattern = try? EventPattern(text) else { return }
    let reach = PatternReach(pattern)
    if let remark = reach.spellingRemark { session.note(remark, to: output) }
    guard rule.bus == nil || rule.bus?.text == BusID.defaultName, reach.needsTrail,
      !cloud.trails.all.contains(where: \.isLogging)
    else { return }
    session.note(
      "no trail is logging, and without one no call reaches EventBridge (`define trail`)",
      to: output)
  }
}

extension Invocation {
  /// What an action is about and is not there, such as `topic alerts`.
  fileprivate func missing(_ action: RuleReader.Action, _ rule: RuleReader) -> String? {
    let region = rule.region?.text.lowercased() ?? session.region
    let account = cloud.world.account
    func arn(_ service: String, _ name: String) -> String {
      name.hasPrefix("arn:") ? name : "arn:aws:\(service):\(region):\(account):\(name)"
    }
    switch action.kind {
    case .session: return nil
    case .topic(let name): return cloud.topics[arn("sns", name)] == nil ? "topic \(name)" : nil
    case .queue(let name): return cloud.queues[arn("sqs", name)] == nil ? "queue \(name)" : nil
    case .function(let name):
      let isThere = name.hasPrefix("arn:") || cloud.functionNames(region: region).contains(name)
      return isThere ? nil : "function \(name)"
    case .bus(let name):
      let bus = BusID(named: name, account: account, region: region)
      return bus.isDefault || cloud.eventBuses[bus] != nil ? nil : "bus \(name)"
    case .logGroup: return nil
    }
  }
}

extension EventRule {
  /// What PutRule needs so that all but the state stays.
  fileprivate func parameters(in state: State) -> [JSONMember] {
    let members: KeyValuePairs<String, String?> = [
      "EventPattern": pattern, "ScheduleExpression": schedule, "State": state.rawValue,
      "Description": description, "RoleArn": roleARN,
    ]
    return members.compactMap { name, text in text.map { JSONMember(name, .string($0)) } }
  }
}

/// Event buses.
enum BusNouns {
  static let define = Command(
    "define bus",
    forms: [
      "define bus NAME [in REGION] [account ID] [lets ACCOUNT…|organization] [description TEXT]"
    ],
    summary: "says that there is an event bus, beside the default ones",
    detail: [
      "`lets`: whose rules may send events on to it: accounts, or all of the organization. `define bus default"
        + " lets 222233334444` gives that right on a default bus."
    ],
    examples: [
      "define bus orders; define rule paid on '{\"detail-type\": [\"paid\"]}' bus orders do print;"
        + " simulate events:PutEvents entries='[{\"Source\":\"shop\",\"DetailType\":\"paid\",\"Detail\":\"{}\",\"EventBusName\":\"orders\"}]'"
    ]
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the bus's name")
    var region: Argument?
    var account: Argument?
    var description: String?
    var accounts: [String] = []
    var letsOrganization = false
    while !reader.isAtEnd {
      if try reader.take("in", "region") != nil {
        region = try reader.word("the Region")
      } else if try reader.take("account") != nil {
        account = try reader.account()
      } else if try reader.take("description") != nil {
        description = try reader.word("the description").text
      } else if try reader.take("lets") != nil {
        repeat {
          if try reader.take("organization") != nil {
            letsOrganization = true
          } else {
            accounts.append(try reader.account().text)
          }
        } while try reader.hasMore(before: ["in", "region", "account", "description"])
      } else {
        try reader.finish(
          expected: ["in REGION", "account ID", "lets ACCOUNT…|organization", "description TEXT"])
      }
    }
    let owner = try invocation.existing(account)
    let cloud = invocation.cloud
    let place = try region.map { try invocation.region($0, of: owner) }
    let id = BusID(
      account: owner, region: place ?? invocation.session.region, name: name.text)
    let isNew = !id.isDefault && cloud.eventBuses[id] == nil
    do throws(AWSError) {
      try cloud.defineBus(id, description: description)
      for account in accounts { try cloud.letIn(account, on: id) }
      if letsOrganization { try cloud.letIn(nil, on: id) }
    } catch {
      throw Diagnostics(error, at: name.range)
    }
    var text = "bus \(id.name) in \(id.region)"
    if !accounts.isEmpty { text += ", open to \(accounts.joined(separator: ", "))," }
    if letsOrganization { text += ", open to the organization," }
    invocation.tellDefined(text, isNew: isNew)
  }

  static let list = Command(
    "list buses", forms: ["list buses"],
    summary: "lists the event buses that are there, with their rules",
    examples: ["define bus orders; list buses"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    let own = cloud.buses(of: cloud.world.account, in: invocation.session.region)
    let others = cloud.eventBuses.all.filter { bus in !own.contains { $0.id == bus.id } }
    try invocation.showTable(
      [
        ("bus", .text), ("region", .text), ("account", .text), ("rules", .number),
        ("policy", .text),
      ],
      rows: (own + others).map { bus in
        [
          .text(bus.id.name), .text(bus.id.region), .text(bus.id.account),
          .number(String(bus.rules.count)), .text(bus.policy == nil ? "none" : "yes"),
        ]
      }, empty: "")
  }

  static let drop = Command(
    "drop bus", forms: ["drop bus NAME"],
    summary: "deletes an event bus with its rules: DeleteEventBus",
    examples: ["define bus orders; drop bus orders"],
    candidates: { site in
      site.words.isEmpty ? RuleCompletion.busNames(site) : []
    }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the bus's name")
    try reader.finish()
    let cloud = invocation.cloud
    let id = BusID(
      named: name.text, account: cloud.world.account, region: invocation.session.region)
    guard cloud.eventBuses[id] != nil || id.isDefault else {
      let known = cloud.eventBuses.all.map(\.id.name)
      throw Diagnostics(
        Diagnostic(
          "ResourceNotFoundException", "there is no bus `\(name.text)` in \(id.region)",
          at: name.range,
          label: NearestNames.find(name.text, in: known).first.map { "did you mean `\($0)`?" },
          notes: ["`list buses` lists them"]))
    }
    var call = APICall(
      "events", "DeleteEventBus", parameters: [JSONMember("Name", .string(id.name))])
    call.region = id.region
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("bus \(id.name) is deleted, with its rules", to: invocation.output)
  }
}
