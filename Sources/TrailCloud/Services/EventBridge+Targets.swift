internal import TrailRecord

// PutTargets and its kin.

extension Cloud {
  func putTargets(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkNames(call, "Rule")
    let given = call.parameters["Targets"]
    var check = ModelCheck()
    check.count(given, "targets", in: 1...BusLimits.targetsPerCall)
    for (index, target) in (given?.elements ?? []).enumerated() {
      TargetReader.check(target, "targets.\(index + 1).member", &check)
    }
    try check.finish()
    outcome.requestParameters = TargetReader.recorded(call.parameters)
    var rule = try rule("Rule", call)
    for element in given?.elements ?? [] {
      let target = try TargetReader.read(element, of: rule.id)
      if let place = rule.targets.firstIndex(where: { $0.id == target.id }) {
        rule.targets[place] = target
      } else {
        rule.targets.append(target)
      }
    }
    guard rule.resourceTargets.count <= BusLimits.targetsPerRule else {
      throw AWSError(
        "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    }
    outcome.response = ["FailedEntryCount": 0, "FailedEntries": []]
    outcome.afterwards = { $0.eventBuses.keep(rule) }
  }

  func removeTargets(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkNames(call, "Rule")
    var check = ModelCheck()
    check.count(call.parameters["Ids"], "ids", in: 1...BusLimits.targetsPerCall)
    for (index, id) in (call.parameters["Ids"]?.texts ?? []).enumerated() {
      check.text(id, "ids.\(index + 1).member", lengths: BusLimits.ruleName, pattern: .name)
    }
    try check.finish()
    var rule = try rule("Rule", call)
    let ids = Set(call.parameters["Ids"]?.texts ?? [])
    rule.targets.removeAll { target in
      if case .resource = target.destination { ids.contains(target.id) } else { false }
    }
    // Targets that are not there are removed too (AWS's guide).
    outcome.response = ["FailedEntryCount": 0, "FailedEntries": []]
    outcome.afterwards = { $0.eventBuses.keep(rule) }
  }

  func listTargets(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkNames(call, "Rule")
    let rule = try rule("Rule", call)
    let (page, token) = try page(rule.resourceTargets, call)
    outcome.response = .members([
      ("Targets", .array(page.map(\.written))), ("NextToken", token),
    ])
  }

  func listRuleNames(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    var check = ModelCheck()
    check.text(call.text("TargetArn"), "targetArn", lengths: 1...BusLimits.arnCharacters)
    check.number(call.parameters["Limit"]?.integer, "limit", in: 1...Self.busPageSize)
    try check.finish()
    let bus = try bus(call.text("EventBusName"), call)
    let wanted = RuleTarget.Destination.resource(call.text("TargetArn") ?? "")
    let names = (eventBuses[bus]?.sortedRules ?? []).filter { rule in
      rule.targets.contains { $0.destination == wanted }
    }.map(\.name)
    let (page, token) = try page(names, call)
    outcome.response = .members([("RuleNames", .texts(page)), ("NextToken", token)])
  }
}

/// Reads a target as PutTargets is given it.
enum TargetReader {
  /// Checks it against the model.
  static func check(_ target: JSONValue, _ path: String, _ check: inout ModelCheck) {
    check.needed(target["Id"], "\(path).id")
    check.needed(target["Arn"], "\(path).arn")
    check.text(
      target["Id"]?.text, "\(path).id", lengths: BusLimits.ruleName, pattern: .name)
    check.text(target["Arn"]?.text, "\(path).arn", lengths: 1...BusLimits.arnCharacters)
    check.text(target["RoleArn"]?.text, "\(path).roleArn", lengths: 1...BusLimits.arnCharacters)
    check.text(target["Input"]?.text, "\(path).input", lengths: 0...BusLimits.inputCharacters)
    check.text(
      target["InputPath"]?.text, "\(path).inputPath", lengths: 0...BusLimits.pathCharacters)
    if let transformer = target["InputTransformer"] {
      let paths = transformer["InputPathsMap"]
      check.count(paths, "\(path).inputTransformer.inputPathsMap", in: 0...BusLimits.paths)
      for member in paths?.members ?? [] {
        check.text(
          member.nameText, "\(path).inputTransformer.inputPathsMap", lengths: 1...256,
          pattern: .pathName)
      }
      check.needed(transformer["InputTemplate"], "\(path).inputTransformer.inputTemplate")
      check.text(
        transformer["InputTemplate"]?.text, "\(path).inputTransformer.inputTemplate",
        lengths: 1...BusLimits.inputCharacters)
    }
    let retry = target["RetryPolicy"]
    check.number(
      retry?["MaximumRetryAttempts"]?.integer, "\(path).retryPolicy.maximumRetryAttempts",
      in: BusLimits.retries)
    check.number(
      retry?["MaximumEventAgeInSeconds"]?.integer,
      "\(path).retryPolicy.maximumEventAgeInSeconds", in: BusLimits.eventAgeSeconds)
  }

  /// - Throws: AWS's refusal; the texts were measured on AWS.
  static func read(_ given: JSONValue, of rule: RuleID) throws(AWSError) -> RuleTarget {
    let id = given["Id"]?.text ?? ""
    let arn = given["Arn"]?.text ?? ""
    guard let parsed = ARN(arn), arn.split(separator: ":").count >= 6 || !parsed.resource.isEmpty
    else {
      throw invalid("Parameter \(arn) is not valid. Reason: Provided Arn is not in correct format.")
    }
    let service = String(parsed.service)
    guard supported.contains(service) else {
      throw invalid("\(service) is not a supported service for a target.")
    }
    var target = RuleTarget(id: id, destination: .resource(arn))
    target.written = given
    target.roleARN = given["RoleArn"]?.text
    if target.roleARN == nil, needsRole(parsed, arn, rule) {
      throw invalid("RoleArn is required for target \(arn).")
    }
    target.input = try TargetInput.read(given, target: id)
    if service == "logs", case .template(let text, let paths) = target.input {
      try LogTargetInput.check(InputTemplate(text, paths: paths, target: id), target: id)
    }
    guard target.input.isWholeEvent || !arn.contains(":event-bus/") else {
      throw invalid("Modifying the input for target \(id) is not supported.")
    }
    try checkParameters(given, id, service, arn)
    target.messageGroup = given["SqsParameters"]?["MessageGroupId"]?.text
    if let attempts = given["RetryPolicy"]?["MaximumRetryAttempts"]?.integer {
      target.retry.attempts = attempts
    }
    if let age = given["RetryPolicy"]?["MaximumEventAgeInSeconds"]?.integer {
      target.retry.ageSeconds = age
    }
    if let queue = given["DeadLetterConfig"]?["Arn"]?.text {
      try checkDeadLetters(queue, rule)
      target.deadLetterARN = queue
    }
    return target
  }

  /// Services that EventBridge knows as targets.
  private static let supported: Set<String> = [
    "appsync", "batch", "codebuild", "codepipeline", "ec2", "ecs", "events", "execute-api",
    "firehose", "glue", "inspector", "kinesis", "lambda", "logs", "redshift",
    "redshift-serverless", "sagemaker", "sns", "sqs", "ssm", "ssm-incidents", "states",
  ]

  /// What is reached by a resource policy, within the account, needs no role; all else does (measured).
  private static func needsRole(_ parsed: ARN, _ arn: String, _ rule: RuleID) -> Bool {
    switch parsed.service {
    case "lambda", "sns", "sqs", "logs":
      !parsed.account.isEmpty && parsed.account != Substring(rule.bus.account)
    case "ec2", "execute-api", "appsync": false
    default: true
    }
  }

  /// Parameters for one kind of target on another; those that a kind must have.
  private static func checkParameters(
    _ given: JSONValue, _ id: String, _ service: String, _ arn: String
  ) throws(AWSError) {
    for (name, services) in parametersOf {
      if given[name] != nil, !services.contains(service) {
        throw invalid("Parameter(s) \(name) not supported for target: \(id).")
      }
    }
    for (name, needed) in [("EcsParameters", "ecs"), ("BatchParameters", "batch")]
    where needed == service && given[name] == nil {
      throw invalid("Parameter(s) \(name) must be specified for target: \(id).")
    }
    if service == "sqs", arn.hasSuffix(".fifo"), given["SqsParameters"]?["MessageGroupId"] == nil {
      throw invalid("Parameter(s) SqsParameters must be specified for target: \(id).")
    }
  }

  private static let parametersOf: KeyValuePairs<String, Set<String>> = [
    "EcsParameters": ["ecs"], "KinesisParameters": ["kinesis"], "BatchParameters": ["batch"],
    "HttpParameters": ["events", "execute-api"],
    "RedshiftDataParameters": ["redshift", "redshift-serverless"], "RunCommandParameters": ["ssm"],
    "SageMakerPipelineParameters": ["sagemaker"], "AppSyncParameters": ["appsync"],
  ]

  /// A dead-letter queue is a standard queue in the rule's Region.
  static func checkDeadLetters(_ arn: String, _ rule: RuleID) throws(AWSError) {
    guard let parsed = ARN(arn) else {
      throw invalid("Parameter \(arn) is not valid. Reason: Provided Arn is not in correct format.")
    }
    guard parsed.service == "sqs" else {
      throw invalid("\(parsed.service) is not supported as a dead letter resource.")
    }
    guard !arn.hasSuffix(".fifo") else {
      throw invalid("SQS FIFO is not supported by Dead Letter Queues.")
    }
    // Ours: the text.
    guard parsed.region == Substring(rule.bus.region) else {
      throw invalid(
        "The dead-letter queue \(arn) must be in the Region of the rule, \(rule.bus.region).")
    }
  }

  private static func invalid(_ text: String) -> AWSError {
    AWSError("ValidationException", text)
  }

  /// `requestParameters` of PutTargets: names in small letters, but the paths' own names as they are.
  static func recorded(_ parameters: JSONValue) -> JSONValue {
    guard let members = parameters.members else { return .null }
    return .object(
      members.map { member in
        JSONMember(
          RecordNames.lowered(member.nameText),
          member.nameText == "Targets"
            ? .array((member.value.elements ?? []).map(recordedTarget)) : member.value)
      })
  }

  private static func recordedTarget(_ target: JSONValue) -> JSONValue {
    .object(
      (target.members ?? []).map { member in
        var value = RecordNames.lowered(member.value)
        if member.nameText == "InputTransformer", let paths = member.value["InputPathsMap"] {
          value = value.setting("inputPathsMap", paths)
        }
        return JSONMember(RecordNames.lowered(member.nameText), value)
      })
  }
}

extension ModelCheck.Pattern {
  /// `[A-Za-z0-9\_\-]+`, without AWS's own names.
  static let pathName = ModelCheck.Pattern(text: #"[A-Za-z0-9\_\-]+"#) { text in
    statementID.accepts(text)
  }
}
