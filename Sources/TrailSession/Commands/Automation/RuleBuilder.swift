internal import TrailCloud
internal import TrailRecord
internal import TrailText

/// Makes a rule of what `define rule` was given, through AWS's own checks.
struct RuleBuilder {
  let invocation: Invocation
  let name: Argument
  let rule: RuleReader

  private var cloud: Cloud { invocation.cloud }
  private var region: RegionName {
    rule.region?.text.lowercased() ?? invocation.session.region
  }
  private var account: AccountID { cloud.world.account }
  private var bus: BusID {
    guard let name = rule.bus?.text else { return BusID(account: account, region: region) }
    return BusID(named: name, account: account, region: region)
  }

  /// Makes or replaces the rule and its targets.
  ///
  /// - Returns: what it does, in words.
  func build() throws -> String {
    try checkSessionActions()
    let id = RuleID(bus: bus, name: name.text)
    let before = cloud.eventBuses[id]
    var parameters = [JSONMember("Name", .string(name.text))]
    func add(_ member: String, _ text: String?) {
      if let text { parameters.append(JSONMember(member, .string(text))) }
    }
    add("EventPattern", rule.pattern?.text)
    add("ScheduleExpression", rule.schedule?.text)
    add("State", rule.state)
    add("Description", rule.description)
    add("EventBusName", rule.bus?.text)
    try ask("PutRule", parameters, at: rule.pattern?.range ?? rule.schedule?.range ?? name.range)
    do {
      try removeTargets(of: before)
      try putTargets(of: id)
    } catch {
      // A rule that could not be made whole is not made at all.
      if before == nil { cloud.forgetRule(id) }
      throw error
    }
    return rule.actions.map { Self.text(of: $0) }.joined(separator: ", ")
  }

  private func ask(_ operation: String, _ parameters: [JSONMember], at range: SourceRange) throws {
    do throws(AWSError) {
      try cloud.arrangeEvents(operation, parameters, region: region)
    } catch {
      throw Diagnostics(error, at: range)
    }
  }

  private func removeTargets(of rule: EventRule?) throws {
    guard let rule, !rule.resourceTargets.isEmpty else { return }
    try ask(
      "RemoveTargets",
      [
        JSONMember("Rule", .string(rule.name)),
        JSONMember("EventBusName", .string(rule.id.bus.arn)),
        JSONMember("Ids", .array(rule.resourceTargets.map { .string($0.id) })),
      ], at: name.range)
  }

  // MARK: Targets

  private func putTargets(of id: RuleID) throws {
    var own: [RuleTarget] = []
    for (index, action) in rule.actions.enumerated() {
      if case .session(let session) = action.kind {
        own.append(try target(session, action, number: index + 1))
        continue
      }
      try ask(
        "PutTargets",
        [
          JSONMember("Rule", .string(id.name)), JSONMember("EventBusName", .string(id.bus.arn)),
          JSONMember("Targets", .array([try written(action, number: index + 1, rule: id)])),
        ], at: action.range)
    }
    cloud.setSessionTargets(own, of: id)
  }

  private func target(
    _ session: SessionAction, _ action: RuleReader.Action, number: Int
  ) throws -> RuleTarget {
    // A name that PutTargets cannot give.
    var target = RuleTarget(id: "shell \(number)", destination: .session(session))
    let written = try options(of: action)
    target.input = try TargetInput(reading: written, at: action.input?.range ?? action.range)
    target.retry.attempts = action.attempts ?? 0
    if let age = action.ageSeconds { target.retry.ageSeconds = age }
    target.deadLetterARN = action.deadLetters.map { arn("sqs", $0) }
    return target
  }

  /// A target as PutTargets takes it.
  private func written(
    _ action: RuleReader.Action, number: Int, rule: RuleID
  ) throws -> JSONValue {
    var members = [JSONMember("Id", .string("Id\(number)"))]
    var role = action.role.map { $0.hasPrefix("arn:") ? $0 : "arn:aws:iam::\(account):role/\($0)" }
    switch action.kind {
    case .session: preconditionFailure("a session's action is no target of AWS's")
    case .logGroup(let name):
      members.append(JSONMember("Arn", .string(arn("logs", name, prefix: "log-group:"))))
    case .topic(let name): members.append(JSONMember("Arn", .string(arn("sns", name))))
    case .queue(let name):
      let arn = arn("sqs", name)
      members.append(JSONMember("Arn", .string(arn)))
      if arn.hasSuffix(".fifo") {
        members.append(
          JSONMember("SqsParameters", .object([JSONMember("MessageGroupId", .string(rule.name))])))
      }
    case .bus(let name):
      let bus = BusID(named: name, account: account, region: region)
      members.append(JSONMember("Arn", .string(bus.arn)))
      role = role ?? usualRole()
    case .function(let name):
      let arn = arn("lambda", name, prefix: "function:")
      cloud.letEventBridgeInvoke(arn, for: rule)
      members.append(JSONMember("Arn", .string(arn)))
    }
    if let role { members.append(JSONMember("RoleArn", .string(role))) }
    return .object(members + (try options(of: action).members ?? []))
  }

  private func arn(_ service: String, _ name: String, prefix: String = "") -> String {
    name.hasPrefix("arn:")
      ? name : "arn:aws:\(service):\(region):\(account):\(prefix)\(name)"
  }

  /// The role that the console makes for targets that are buses.
  private func usualRole() -> String {
    let name = "Amazon_EventBridge_Invoke_Event_Bus"
    let isNew = cloud.world.accounts[account]?.roles[name] == nil
    cloud.defineRole(
      name, in: account, trusting: Cloud.trustPolicy(["Service": "events.amazonaws.com"]),
      path: "/service-role/")
    if isNew {
      invocation.session.note(
        "role \(name), which EventBridge takes to reach buses, is defined", to: invocation.output)
    }
    return "arn:aws:iam::\(account):role/service-role/\(name)"
  }

  /// Input, retries and dead letters as PutTargets takes them.
  private func options(of action: RuleReader.Action) throws -> JSONValue {
    var members: [JSONMember] = []
    if let input = action.input { members.append(InputText.member(input.text)) }
    var retry: [JSONMember] = []
    if let attempts = action.attempts {
      retry.append(JSONMember("MaximumRetryAttempts", .number(String(attempts))))
    }
    if let age = action.ageSeconds {
      retry.append(JSONMember("MaximumEventAgeInSeconds", .number(String(age))))
    }
    if !retry.isEmpty { members.append(JSONMember("RetryPolicy", .object(retry))) }
    if let queue = action.deadLetters {
      members.append(
        JSONMember(
          "DeadLetterConfig", .object([JSONMember("Arn", .string(arn("sqs", queue)))])))
    }
    return .object(members)
  }

  // MARK: What the session may do

  private func checkSessionActions() throws {
    for action in rule.actions {
      // A kept world has its rules, whatever is allowed now: `RuleActions` asks again.
      guard case .session(let session) = action.kind, invocation.session.keeper.tape == nil else {
        continue
      }
      let configuration = invocation.session.configuration
      switch session {
      case .print: continue
      case .run(let script):
        guard !configuration.isSafe else {
          throw problem("not-safe", "`run` is switched off by --safe", action)
        }
        guard FilePath.exists(script.path) else {
          throw problem(
            "cannot-read", "there is no file `\(script.name)`", action,
            note: script.name.hasPrefix("/")
              ? nil
              : "it is looked for beside the script that defines the rule, then from where you are")
        }
      case .exec:
        guard configuration.allowsPrograms, !configuration.isSafe else {
          throw problem(
            "not-allowed", "`exec` starts programs of this machine, which was not allowed", action,
            note: "start trailq with --allow-exec")
        }
      }
    }
  }

  private func problem(
    _ code: DiagnosticCode, _ message: String, _ action: RuleReader.Action, note: String? = nil
  ) -> Diagnostics {
    Diagnostics(
      Diagnostic(code, message, at: action.range, notes: note.map { [$0] } ?? []))
  }

  private static func text(of action: RuleReader.Action) -> String {
    switch action.kind {
    case .session(let session): session.text
    case .logGroup(let name): "log \(name)"
    case .topic(let name): "notify \(name)"
    case .queue(let name): "send \(name)"
    case .bus(let name): "bus \(name)"
    case .function(let name): "invoke \(name)"
    }
  }
}

/// `input TEXT` as PutTargets takes it.
enum InputText {
  /// A path (`$.detail`), a template (`<$.detail.eventName> by <$.account>`), or a constant.
  ///
  /// A template's paths stand in it; AWS wants names for them, which are made here.
  static func member(_ text: String) -> JSONMember {
    if text.hasPrefix("$") { return JSONMember("InputPath", .string(text)) }
    var template = ""
    var paths: [JSONMember] = []
    var isTemplate = false
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      template += rest[..<open]
      let inner = rest[rest.index(after: open)...]
      guard let close = inner.firstIndex(of: ">") else { break }
      let name = inner[..<close]
      if name.hasPrefix("$") {
        let known = paths.first { $0.value == .string(String(name)) }
        let key = known.map { String(decoding: $0.name, as: UTF8.self) } ?? "v\(paths.count + 1)"
        if known == nil { paths.append(JSONMember(key, .string(String(name)))) }
        template += "<\(key)>"
        isTemplate = true
      } else {
        template += "<\(name)>"
        isTemplate = isTemplate || name.hasPrefix("aws.events.")
      }
      rest = inner[inner.index(after: close)...]
    }
    template += rest
    guard isTemplate else { return JSONMember("Input", .string(text)) }
    var members = [JSONMember("InputTemplate", .string(template))]
    if !paths.isEmpty { members.insert(JSONMember("InputPathsMap", .object(paths)), at: 0) }
    return JSONMember("InputTransformer", .object(members))
  }
}

extension TargetInput {
  /// Reads the input of a target that is the session's; AWS's checks and words are used.
  init(reading written: JSONValue, at range: SourceRange) throws {
    do throws(AWSError) {
      self = try Self.read(written, target: "shell")
    } catch {
      throw Diagnostics(error, at: range)
    }
  }
}
