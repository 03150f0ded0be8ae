internal import TrailRecord

extension Cloud {
  /// Makes a call: finds out what it means, lets the service answer, and records it.
  ///
  /// Time moves to `call.time` first where that is later than now.
  ///
  /// - Returns: the records, AWS's answer, and AWS's error if it refused.
  /// - Throws: `CallProblem` where the call cannot be made at all; nothing has happened then.
  package func perform(_ call: APICall) throws(CallProblem) -> CallResult {
    CallResult(records: [])
  }

  /// Records a call that an AWS service makes by itself, such as CloudTrail's `GetBucketAcl` (facts §3.4, §6.6).
  ///
  /// Its state has no consequences; who needs those calls the rooms that hold it.
  func recordServiceCall(
    _ eventName: String, of eventSource: String, by service: String, in account: AccountID,
    region: RegionName, isReadOnly: Bool, category: EventCategory = .management,
    requestParameters: JSONValue = .null, responseElements: JSONValue = .null,
    additionalEventData: JSONValue? = nil, resources: [ResourceReference] = [],
    error: AWSError? = nil
  ) {
  }
}
