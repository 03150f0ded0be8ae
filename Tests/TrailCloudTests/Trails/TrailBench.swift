import Testing
import TrailRecord

@testable import TrailCloud

/// A world in which trails can be made: buckets `logs` (whose policy lets CloudTrail in) and `closed` (without one).
struct TrailBench {
  let cloud: Cloud

  init() throws {
    cloud = Cloud(storage: MemoryStorage())
    try cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    try cloud.defineBucket("closed", policy: nil)
  }

  /// Makes a call of CloudTrail's API with its parameters as JSON.
  @discardableResult
  func call(
    _ operation: String, _ json: String = "{}", service: String = "cloudtrail",
    in region: RegionName = "us-east-1", as account: AccountID? = nil, at time: Int64? = nil
  ) throws -> CallResult {
    let parameters = try JSONParser.parse(json).members ?? []
    var call = APICall(service, operation, parameters: parameters)
    call.region = region
    call.time = time
    if let account { call.caller = Caller(.root, account: account) }
    return try cloud.perform(call)
  }

  /// The same, which has to succeed.
  @discardableResult
  func ask(
    _ operation: String, _ json: String = "{}", service: String = "cloudtrail",
    in region: RegionName = "us-east-1", as account: AccountID? = nil
  ) throws -> JSONValue {
    let result = try call(operation, json, service: service, in: region, as: account)
    if let error = result.error {
      Issue.record("\(operation) \(json): \(error.code) \(error.message)")
    }
    return result.response
  }

  /// A trail that logs, of the bucket `logs`.
  func trail(_ name: String = "main", _ more: String = "", in region: RegionName = "us-east-1")
    throws
  {
    try ask("CreateTrail", #"{"Name":"\#(name)","S3BucketName":"logs"\#(more)}"#, in: region)
    try ask("StartLogging", #"{"Name":"\#(name)"}"#, in: region)
  }

  var main: Trail { get throws { try #require(cloud.trails.all.first) } }

  /// The names of the trails that take a record.
  func recorders(_ change: (inout RecordDraft) -> Void = { _ in }) -> [String] {
    let record = Self.record(now: cloud.now, change)
    return cloud.trails.recording(record, in: cloud).compactMap { cloud.trails[$0]?.name }
  }

  static func record(now: Int64, _ change: (inout RecordDraft) -> Void) -> EventRecord {
    var draft = RecordDraft()
    draft.userIdentity = ["type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/bob"]
    draft.eventTime = now / 1000 * 1000
    draft.eventSource = "ec2.amazonaws.com"
    draft.eventName = "RunInstances"
    draft.awsRegion = "us-east-1"
    draft.isReadOnly = false
    draft.recipientAccountID = CloudDefaults.account
    draft.eventID = "0"
    change(&draft)
    return draft.sealed()
  }
}

func text(_ value: JSONValue?) -> String {
  String(decoding: JSONWriter.bytes(value ?? .null), as: UTF8.self)
}
