internal import TrailRecord

/// The model of Lambda: functions, their permissions, and calling them (facts §12).
extension Cloud {
  func performLambda(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    do {
      if try !changeFunctions(call, &outcome) { return performGenerally(call) }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// The functions of an account and Region, by name.
  package func functionNames(
    in account: AccountID? = nil, region: RegionName? = nil
  ) -> [String] {
    world.accounts[account ?? world.account]?.resources
      .names(of: "lambda/function", in: region ?? world.region) ?? []
  }

  // MARK: Calls

  /// False where the model does not know the call.
  private func changeFunctions(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) -> Bool {
    switch call.operation.name {
    case "CreateFunction": try createFunction(call, &outcome)
    case "DeleteFunction":
      _ = try function(call)
      keep(nil, at: place(of: call), in: call.account)
    case "UpdateFunctionCode", "UpdateFunctionConfiguration":
      try updateFunction(call, &outcome)
    case "AddPermission": try addPermission(call, &outcome)
    case "RemovePermission": try removePermission(call)
    case "GetPolicy":
      guard try function(call)["statements"]?.members?.isEmpty == false else {
        throw AWSError(
          "ResourceNotFoundException",
          "No policy is associated with the given resource.")
      }
    case "Invoke", "InvokeAsync", "InvokeWithResponseStream": try invoke(call, &outcome)
    case "GetFunction", "GetFunctionConfiguration":
      outcome.response = ["Configuration": EC2Answer.apiNames(try configuration(of: call))]
    case "ListFunctions":
      guard call.isAnswerWanted else { break }
      let names = functionNames(in: call.account, region: call.region)
      outcome.response = ["Functions": .array(names.map { ["FunctionName": .string($0)] })]
    default:
      // Layers and event sources have no function; everything else needs the one it names.
      if call.parameters["FunctionName"] != nil { _ = try function(call) }
      return false
    }
    return true
  }

  private func place(of call: ServiceCall) -> ResourcePlace {
    ResourcePlace(
      "lambda/function", call.region, LambdaNames.plain(call.text("FunctionName") ?? ""))
  }

  private func function(_ call: ServiceCall) throws(AWSError) -> JSONValue {
    let place = place(of: call)
    if let known = kept(at: place, in: owner(of: call)) { return known }
    var error = AWSError(
      "ResourceNotFoundException",
      "Function not found: \(LambdaNames.arn(place.name, call.region, owner(of: call)))")
    error.advice = "define function \(place.name)"
    throw error
  }

  /// The account whose function a call names.
  private func owner(of call: ServiceCall) -> AccountID {
    let parts = (call.text("FunctionName") ?? "").split(
      separator: ":", omittingEmptySubsequences: false)
    return parts.count >= 7 && parts[0] == "arn" ? String(parts[4]) : call.account
  }

  private func configuration(of call: ServiceCall) throws(AWSError) -> JSONValue {
    try function(call).removing(["statements", "tags"])
  }

  // MARK: Functions

  func newFunction(
    _ name: String, account: AccountID, region: RegionName, _ parameters: JSONValue, at time: Int64
  ) -> JSONValue {
    let size = 200 + Int(identifiers.next() % 4000)
    let runtime = parameters["Runtime"]
    return compacted([
      "functionName": .string(name),
      "functionArn": .string(LambdaNames.arn(name, region, account)), "runtime": runtime,
      "role": parameters["Role"], "handler": parameters["Handler"], "codeSize": .number(size),
      "description": parameters["Description"] ?? "", "timeout": parameters["Timeout"] ?? 3,
      "memorySize": parameters["MemorySize"] ?? 128,
      "lastModified": .string(LambdaNames.time(time)),
      "codeSha256": .string(identifiers.letters(43) + "="), "version": "$LATEST",
      "environment": [:], "tracingConfig": ["mode": "PassThrough"],
      "revisionId": .string(identifiers.uuid()), "state": "Pending",
      "stateReason": "The function is being created.", "stateReasonCode": "Creating",
      "packageType": parameters["PackageType"] ?? "Zip",
      "architectures": parameters["Architectures"] ?? ["x86_64"],
      "ephemeralStorage": ["size": 512],
      "snapStart": ["applyOn": "None", "optimizationStatus": "Off"],
      "runtimeVersionConfig": runtime.map { _ in
        [
          "runtimeVersionArn": .string(
            "arn:aws:lambda:\(region)::runtime:\(identifiers.hex(64))")
        ]
      },
      "loggingConfig": ["logFormat": "Text", "logGroup": .string("/aws/lambda/\(name)")],
    ])
  }

  private func createFunction(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let place = place(of: call)
    var parameters = GeneralShapes.requestParameters(
      call.parameters.removing(["Environment", "Tags"]), of: call.operation)
    for (name, value) in [
      ("description", "" as JSONValue), ("timeout", 3), ("memorySize", 128), ("publish", false),
      ("packageType", "Zip"), ("environment", [:]),
    ] where parameters[name] == nil {
      parameters = parameters.setting(name, value)
    }
    if let tags = call.parameters["Tags"] { parameters = parameters.setting("tags", tags) }
    outcome.requestParameters = parameters
    guard kept(at: place, in: call.account) == nil else {
      throw AWSError("ResourceConflictException", "Function already exist: \(place.name)")
    }
    let made = newFunction(
      place.name, account: call.account, region: call.region, call.parameters, at: call.time)
    keep(active(made), at: place, in: call.account)
    outcome.response = EC2Answer.apiNames(made)
    outcome.responseElements = made
  }

  /// A function when it can be called.
  func active(_ function: JSONValue) -> JSONValue {
    function.removing(["stateReason", "stateReasonCode"]).setting("state", "Active")
  }

  private func updateFunction(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    var function = try function(call)
    for (name, recorded) in [
      ("Runtime", "runtime"), ("Role", "role"), ("Handler", "handler"),
      ("Description", "description"), ("Timeout", "timeout"), ("MemorySize", "memorySize"),
    ] {
      if let value = call.parameters[name] { function = function.setting(recorded, value) }
    }
    if let layers = call.parameters["Layers"]?.texts {
      function = function.setting(
        "layers", .array(layers.map { ["arn": .string($0), "codeSize": 2048] }))
    }
    if call.operation.name == "UpdateFunctionCode" {
      function = function.setting("codeSha256", .string(identifiers.letters(43) + "="))
    }
    function = function.setting("lastModified", .string(LambdaNames.time(call.time)))
      .setting("revisionId", .string(identifiers.uuid()))
    keep(function, at: place(of: call), in: call.account)
    var parameters = GeneralShapes.requestParameters(
      call.parameters, of: call.operation)
    if call.operation.name == "UpdateFunctionCode" {
      for name in ["publish", "dryRun"] where parameters[name] == nil {
        parameters = parameters.setting(name, false)
      }
    }
    outcome.requestParameters = parameters
    let shown = function.removing(["statements", "tags"])
      .setting("lastUpdateStatus", "InProgress")
      .setting("lastUpdateStatusReason", "The function is being created.")
      .setting("lastUpdateStatusReasonCode", "Creating")
    outcome.response = EC2Answer.apiNames(shown)
    outcome.responseElements = shown
  }

  // MARK: Permissions

  private func addPermission(
    _ call: ServiceCall, _ outcome: inout ServiceOutcome
  ) throws(AWSError) {
    let function = try function(call)
    let id = call.text("StatementId") ?? ""
    var statements = function["statements"] ?? [:]
    guard statements[id] == nil else {
      throw AWSError(
        "ResourceConflictException",
        "The statement id (\(id)) provided already exists. Please provide a new statement id, or remove the existing statement."
      )
    }
    let principal = call.text("Principal") ?? "*"
    let who: JSONValue =
      principal == "*"
      ? "*"
      : principal.hasSuffix(".amazonaws.com")
        ? ["Service": .string(principal)]
        : ["AWS": .string(LambdaNames.principal(principal))]
    let source = call.text("SourceArn")
    let statement = compacted([
      "Sid": .string(id), "Effect": "Allow", "Principal": who,
      "Action": call.parameters["Action"], "Resource": function["functionArn"],
      "Condition": source.map { ["ArnLike": ["AWS:SourceArn": .string($0)]] },
    ])
    statements = statements.setting(id, statement)
    keep(function.setting("statements", statements), at: place(of: call), in: call.account)
    let text = JSONValue.string(JSONWriter.bytes(statement))
    outcome.response = ["Statement": text]
    outcome.responseElements = ["statement": text]
  }

  private func removePermission(_ call: ServiceCall) throws(AWSError) {
    let function = try function(call)
    let id = call.text("StatementId") ?? ""
    guard let statements = function["statements"], statements[id] != nil else {
      throw AWSError(
        "ResourceNotFoundException", "Statement \(id) is not found in resource policy.")
    }
    keep(
      function.setting("statements", statements.removing([id])), at: place(of: call),
      in: call.account)
  }

  // MARK: Calling

  private func invoke(_ call: ServiceCall, _ outcome: inout ServiceOutcome) throws(AWSError) {
    let name = place(of: call).name
    let owner = owner(of: call)
    let arn = LambdaNames.arn(name, call.region, owner)
    outcome.resources = [
      ResourceReference(type: "AWS::Lambda::Function", arn: arn, accountID: owner)
    ]
    outcome.requestParameters = GeneralShapes.requestParameters(
      call.parameters.removing(["Payload", "InvokeArgs"]), of: call.operation)
    outcome.resourceOwner = owner
    _ = try function(call)
    let version =
      call.text("Qualifier") ?? LambdaNames.qualifier(call.text("FunctionName") ?? "") ?? "$LATEST"
    outcome.additionalEventData = ["functionVersion": .string("\(arn):\(version)")]
    let isAsynchronous =
      call.text("InvocationType") == "Event" || call.operation.name == "InvokeAsync"
    outcome.response = ["StatusCode": isAsynchronous ? 202 : 200]
    guard isAsynchronous else { return }
    let resources = outcome.resources
    let region = call.region
    outcome.afterwards = { cloud in
      cloud.recordServiceCall(
        "InvokeExecution", of: "lambda.amazonaws.com", by: "lambda.amazonaws.com", in: owner,
        region: region, isReadOnly: false, category: .data,
        additionalEventData: ["functionVersion": .string("\(arn):\(version)")],
        resources: resources)
    }
  }
}

/// How Lambda's names look.
enum LambdaNames {
  static func arn(_ name: String, _ region: RegionName, _ account: AccountID) -> String {
    "arn:aws:lambda:\(region):\(account):function:\(name)"
  }

  /// A function's name out of an ARN, a partial ARN or a name with a qualifier.
  static func plain(_ text: String) -> String {
    let parts = text.split(separator: ":")
    if let place = parts.firstIndex(of: "function"), place + 1 < parts.count {
      return String(parts[place + 1])
    }
    return parts.first.map(String.init) ?? text
  }

  /// The version or alias that a name ends in.
  static func qualifier(_ text: String) -> String? {
    let parts = text.split(separator: ":")
    if let place = parts.firstIndex(of: "function") {
      return place + 2 < parts.count ? String(parts[place + 2]) : nil
    }
    return parts.count == 2 ? String(parts[1]) : nil
  }

  static func principal(_ text: String) -> String {
    text.count == 12 && text.allSatisfy(\.isNumber) ? "arn:aws:iam::\(text):root" : text
  }

  /// `2026-01-05T09:00:00.000+0000`
  static func time(_ time: Int64) -> String { EventTime.format(time).dropLast() + ".000+0000" }
}
