internal import TrailRecord

// Event buses and who may put events on them.

extension Cloud {
  func createBus(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkBus(call)
    let name = call.text("Name") ?? ""
    if let source = call.text("EventSourceName") {
      guard source == name else {
        throw AWSError("ValidationException", "Event bus name must match event source name.")
      }
      throw AWSError("ResourceNotFoundException", "Event source \(source) does not exist.")
    }
    guard !name.contains("/") else {
      throw AWSError("ValidationException", "Event bus name must not contain '/'.")
    }
    let id = BusID(account: call.account, region: call.region, name: name)
    guard !id.isDefault, eventBuses[id] == nil else {
      throw AWSError("ResourceAlreadyExistsException", "Event bus \(name) already exists.")
    }
    let here = eventBuses.all.filter {
      $0.id.account == id.account && $0.id.region == id.region && !$0.id.isDefault
    }
    guard here.count < BusLimits.busesPerRegion else {
      throw AWSError(
        "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    }
    var bus = EventBus(id, creationTime: call.time)
    try change(&bus, call)
    bus.tags = try BusTags.read(call.parameters["Tags"])
    outcome.response = .members([
      ("EventBusArn", .string(id.arn)), ("Description", .text(bus.description)),
      ("KmsKeyIdentifier", .text(bus.kmsKey)),
      ("DeadLetterConfig", call.parameters["DeadLetterConfig"]), ("LogConfig", bus.logConfig),
    ])
    outcome.afterwards = { $0.eventBuses.keep(bus) }
  }

  func updateBus(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkBus(call)
    let id = try bus(call.text("Name"), call)
    var bus = keptBus(id)
    try change(&bus, call)
    bus.changeTime = call.time
    outcome.response = .members([
      ("Arn", .string(id.arn)), ("Name", .string(id.name)),
      ("KmsKeyIdentifier", .text(bus.kmsKey)), ("Description", .text(bus.description)),
      ("DeadLetterConfig", call.parameters["DeadLetterConfig"]), ("LogConfig", bus.logConfig),
    ])
    outcome.afterwards = { $0.eventBuses.keep(bus) }
  }

  private func change(_ bus: inout EventBus, _ call: ServiceCall) throws(AWSError) {
    bus.description = call.text("Description")
    bus.kmsKey = call.text("KmsKeyIdentifier").flatMap { $0.isEmpty ? nil : $0 }
    bus.logConfig = call.parameters["LogConfig"]
    bus.deadLetterARN = call.parameters["DeadLetterConfig"]?["Arn"]?.text
    if let queue = bus.deadLetterARN {
      try TargetReader.checkDeadLetters(queue, RuleID(bus: bus.id, name: ""))
    }
  }

  private func checkBus(_ call: ServiceCall) throws(AWSError) {
    var check = ModelCheck()
    check.text(call.text("Name"), "name", lengths: BusLimits.busName, pattern: .busName)
    check.text(
      call.text("Description"), "description", lengths: 0...BusLimits.descriptionCharacters)
    check.choice(
      call.parameters["LogConfig"]?["Level"]?.text, "logConfig.level",
      of: ["OFF", "ERROR", "INFO", "TRACE"])
    check.choice(
      call.parameters["LogConfig"]?["IncludeDetail"]?.text, "logConfig.includeDetail",
      of: ["NONE", "FULL"])
    try check.finish()
  }

  func deleteBus(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkBus(call)
    let id = busID(call.text("Name"), call)
    guard !id.isDefault else {
      throw AWSError("ValidationException", "Cannot delete event bus default.")
    }
    // A bus that is not there is deleted too (measured); its rules go with it.
    outcome.afterwards = { $0.eventBuses.remove(id) }
  }

  func describeBus(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text("Name"), "name", lengths: 1...BusLimits.arnCharacters, pattern: .busNameOrARN)
    try check.finish()
    outcome.response = .members(Self.members(of: keptBus(try bus(call.text("Name"), call))))
  }

  func listBuses(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text("NamePrefix"), "namePrefix", lengths: BusLimits.busName, pattern: .busName)
    check.number(call.parameters["Limit"]?.integer, "limit", in: 1...Self.busPageSize)
    try check.finish()
    let prefix = call.text("NamePrefix") ?? ""
    let all = buses(of: call.account, in: call.region).filter { $0.id.name.hasPrefix(prefix) }
    let (page, token) = try page(all, call)
    outcome.response = .members([
      ("EventBuses", .array(page.map { .members(Self.members(of: $0)) })), ("NextToken", token),
    ])
  }

  /// The buses of an account and Region, the default one first.
  package func buses(of account: AccountID, in region: RegionName) -> [EventBus] {
    let own = eventBuses.all.filter {
      $0.id.account == account && $0.id.region == region && !$0.id.isDefault
    }
    return [keptBus(BusID(account: account, region: region))] + own
  }

  private static func members(of bus: EventBus) -> [(name: String, value: JSONValue?)] {
    [
      ("Name", .string(bus.id.name)), ("Arn", .string(bus.id.arn)),
      ("Description", .text(bus.description)), ("KmsKeyIdentifier", .text(bus.kmsKey)),
      ("DeadLetterConfig", bus.deadLetterARN.map { ["Arn": .string($0)] }),
      ("Policy", bus.policy.map { .string(JSONWriter.bytes($0)) }), ("LogConfig", bus.logConfig),
      ("CreationTime", .seconds(bus.creationTime)), ("LastModifiedTime", .seconds(bus.changeTime)),
    ]
  }

  // MARK: Permissions

  func putPermission(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkPermission(call)
    let id = try bus(call.text("EventBusName"), call)
    var bus = keptBus(id)
    if let text = call.text("Policy") {
      guard let policy = try? JSONParser.parse(text), policy["Statement"] != nil else {
        throw AWSError("ValidationException", "Provided policy is not valid.")
      }
      bus.policy = policy
    } else {
      bus.policy = try policy(of: bus, adding: call)
    }
    guard JSONWriter.bytes(bus.policy ?? .null).count <= BusLimits.policyBytes else {
      throw AWSError(
        "PolicyLengthExceededException",
        "The event bus policy is too long: it can have at most \(BusLimits.policyBytes) bytes.")
    }
    bus.changeTime = call.time
    outcome.afterwards = { $0.eventBuses.keep(bus) }
  }

  private func checkPermission(_ call: ServiceCall) throws(AWSError) {
    var check = ModelCheck()
    check.text(
      call.text("EventBusName"), "eventBusName", lengths: BusLimits.busName, pattern: .name)
    check.text(call.text("Action"), "action", lengths: 1...64, pattern: .action)
    check.text(call.text("Principal"), "principal", lengths: 1...12, pattern: .principal)
    check.text(call.text("StatementId"), "statementId", lengths: 1...64, pattern: .statementID)
    if let condition = call.parameters["Condition"] {
      for name in ["Type", "Key", "Value"] {
        check.needed(condition[name], "condition.\(name.lowercased())")
      }
    }
    try check.finish()
  }

  private func policy(
    of bus: EventBus, adding call: ServiceCall
  ) throws(AWSError) -> JSONValue {
    for name in ["Action", "Principal", "StatementId"] where call.text(name) == nil {
      throw AWSError("ValidationException", "Parameter \(name) must be specified.")
    }
    guard call.text("Action") == "events:PutEvents" else {
      throw AWSError(
        "ValidationException", "Provided value in parameter 'action' is not supported.")
    }
    let principal = call.text("Principal") ?? "*"
    var statement: [JSONMember] = [
      JSONMember("Sid", call.parameters["StatementId"] ?? .null), JSONMember("Effect", "Allow"),
      JSONMember(
        "Principal",
        principal == "*" ? "*" : ["AWS": .string("arn:aws:iam::\(principal):root")]),
      JSONMember("Action", "events:PutEvents"), JSONMember("Resource", .string(bus.id.arn)),
    ]
    if let condition = call.parameters["Condition"] {
      let type = condition["Type"]?.text ?? ""
      let key = condition["Key"]?.text ?? ""
      guard type == "StringEquals", key == "aws:PrincipalOrgID" else {
        throw AWSError("ValidationException", "Provided condition is not supported.")
      }
      statement.append(
        JSONMember("Condition", [type: [key: condition["Value"] ?? .null]]))
    }
    let others = Self.statements(of: bus).filter { $0["Sid"] != call.parameters["StatementId"] }
    return ["Version": "2012-10-17", "Statement": .array(others + [.object(statement)])]
  }

  private static func statements(of bus: EventBus) -> [JSONValue] {
    let statement = bus.policy?["Statement"]
    return statement?.elements ?? statement.map { [$0] } ?? []
  }

  func removePermission(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    try checkPermission(call)
    let id = try bus(call.text("EventBusName"), call)
    var bus = keptBus(id)
    if call.parameters["RemoveAllPermissions"]?.boolean == true {
      bus.policy = nil
    } else {
      let statements = Self.statements(of: bus)
      let rest = statements.filter { $0["Sid"]?.text != call.text("StatementId") }
      guard call.text("StatementId") != nil, rest.count < statements.count else {
        throw AWSError(
          "ResourceNotFoundException",
          bus.policy == nil
            ? "EventBus does not have a policy." : "Statement with the provided id does not exist.")
      }
      bus.policy =
        rest.isEmpty ? nil : bus.policy?.setting("Statement", .array(rest))
    }
    bus.changeTime = call.time
    outcome.afterwards = { $0.eventBuses.keep(bus) }
  }
}
