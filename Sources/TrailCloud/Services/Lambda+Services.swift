package import TrailRecord

/// Functions that services call: topics and rules of EventBridge.
extension Cloud {
  /// Calls a function as a service does, which does not wait for its answer (facts §12, §15.11).
  ///
  /// - Parameters:
  ///   - arn: the function's; a version or alias may follow.
  ///   - service: its principal, such as `sns.amazonaws.com`.
  ///   - sourceARN: what the service acts for, which the function's policy can ask for.
  ///   - isPermitted: true where it acts as a role of the function's account, so that its policy is not asked.
  ///   - payload: the event. Functions of this world do nothing with it; the newest ones are kept for people to see.
  /// - Returns: nil, or AWS's error code where there is no such function (`ResourceNotFoundException`) or its policy
  ///   does not let the service in (`AccessDeniedException`).
  func invokeFunction(
    _ arn: String, as service: String, sourceARN: String, payload: JSONValue,
    isPermitted: Bool = false
  ) -> String? {
    guard let parts = ARN(arn), parts.service == "lambda" else {
      return "ResourceNotFoundException"
    }
    let owner = String(parts.account)
    let region = String(parts.region)
    let name = LambdaNames.plain(arn)
    let plainARN = LambdaNames.arn(name, region, owner)
    guard let function = kept(at: ResourcePlace("lambda/function", region, name), in: owner) else {
      return "ResourceNotFoundException"
    }
    let sourceAccount = ARN(sourceARN).map { String($0.account) } ?? owner
    let statements = (function["statements"]?.members ?? []).map(\.value)
    let request = ServicePolicy.Request(
      service: service, action: "lambda:InvokeFunction", resource: plainARN,
      context: ["AWS:SourceArn": sourceARN, "AWS:SourceAccount": sourceAccount])
    guard isPermitted || ServicePolicy(["Statement": .array(statements)]).allows(request) else {
      return "AccessDeniedException"
    }
    functions.add(
      FunctionCall(time: now, caller: service, source: sourceARN, payload: payload), to: plainARN)
    recordInvocation(
      of: plainARN, version: LambdaNames.qualifier(arn) ?? "$LATEST", as: service,
      source: (sourceARN, sourceAccount))
    return nil
  }

  private func recordInvocation(
    of arn: String, version: String, as service: String,
    source: (arn: String, account: AccountID)
  ) {
    guard let parts = ARN(arn), trails.selectDataEvents(in: String(parts.account)) else { return }
    let owner = String(parts.account)
    let version: JSONValue = ["functionVersion": .string("\(arn):\(version)")]
    let resources = [
      ResourceReference(type: "AWS::Lambda::Function", arn: arn, accountID: owner)
    ]
    recordServiceCall(
      "Invoke", of: "lambda.amazonaws.com", by: service, in: owner, region: String(parts.region),
      isReadOnly: false, category: .data,
      requestParameters: [
        "functionName": .string(arn), "invocationType": "Event",
        "sourceArn": .string(source.arn), "sourceAccount": .string(source.account),
      ], additionalEventData: version, resources: resources)
    recordServiceCall(
      "InvokeExecution", of: "lambda.amazonaws.com", by: "lambda.amazonaws.com", in: owner,
      region: String(parts.region), isReadOnly: false, category: .data,
      additionalEventData: version, resources: resources)
  }
}

/// A call of a function by a service.
package struct FunctionCall: Hashable, Sendable {
  /// In milliseconds since 1970 UTC.
  package var time: Int64
  /// Such as `sns.amazonaws.com`.
  package var caller: String
  /// The ARN of what the service acted for.
  package var source: String
  package var payload: JSONValue
}

/// What services called functions with.
package struct FunctionCalls: Sendable {
  /// The newest calls, oldest first, by the function's ARN.
  package private(set) var byARN: [String: [FunctionCall]] = [:]
  /// All calls ever, by the function's ARN.
  package private(set) var counts: [String: Int] = [:]

  /// At least so many of the newest calls are kept.
  package static let keptCalls = 100

  init() {}

  mutating func add(_ call: FunctionCall, to arn: String) {
    counts[arn, default: 0] += 1
    byARN[arn, default: []].append(call)
    let count = byARN[arn]?.count ?? 0
    if count >= 2 * Self.keptCalls { byARN[arn]?.removeFirst(count - Self.keptCalls) }
  }
}
