import Testing
import TrailRecord

@testable import TrailCloud

/// A world with a trail that delivers to the bucket `logs` and, unless told otherwise, to the log group `trail`.
struct LogsWorld {
  static let role = "arn:aws:iam::123456789012:role/CloudTrail_CloudWatchLogs_Role"
  static let group = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*"
  static let stream = "123456789012_CloudTrail_us-east-1"

  let cloud: Cloud

  init(hasTrail: Bool = true, isMultiRegion: Bool = false, seed: UInt64 = 1) throws {
    var configuration = Cloud.Configuration()
    configuration.seed = seed
    cloud = Cloud(configuration, storage: MemoryStorage())
    try cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    try cloud.defineLogGroup("trail")
    cloud.defineRole(
      "CloudTrail_CloudWatchLogs_Role",
      trusting: Cloud.trustPolicy(["Service": "cloudtrail.amazonaws.com"]))
    guard hasTrail else { return }
    try call(
      "cloudtrail", "CreateTrail",
      """
      {"Name": "main", "S3BucketName": "logs", "IsMultiRegionTrail": \(isMultiRegion),
       "CloudWatchLogsLogGroupArn": "\(Self.group)", "CloudWatchLogsRoleArn": "\(Self.role)"}
      """)
    try call("cloudtrail", "StartLogging", #"{"Name": "main"}"#)
  }

  @discardableResult
  func call(
    _ service: String, _ operation: String, _ parameters: String = "{}",
    region: RegionName? = nil
  ) throws -> JSONValue {
    let result = try attempt(service, operation, parameters, region: region)
    #expect(result.error == nil, "\(operation): \(result.error.map { "\($0)" } ?? "")")
    return result.response
  }

  func attempt(
    _ service: String, _ operation: String, _ parameters: String = "{}",
    region: RegionName? = nil
  ) throws -> CallResult {
    var call = APICall(
      service, operation, parameters: try JSONParser.parse(parameters).members ?? [])
    call.region = region
    return try cloud.perform(call)
  }

  var trail: Trail { get throws { try #require(cloud.trails.all.first) } }

  func advance(minutes: Int64) { cloud.advance(to: cloud.now + minutes * 60_000) }

  /// The names of the records in a stream of the log group, by their times.
  func eventNames(_ stream: String = stream) throws -> [String] {
    // Not by a call, which would be another record.
    let group = try #require(cloud.logGroups[Self.group])
    let streams = group.streams[stream].map { [$0] } ?? []
    return try cloud.logEvents(of: group, in: streams, from: nil, upTo: nil).map { event in
      try #require(JSONParser.parse(event.message)["eventName"]?.text)
    }
  }
}

/// Keeps every record of a cloud.
final class RecordKeeper: CloudObserver {
  var records: [JSONValue] = []

  func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) {
    if let value = try? JSONParser.parse(record.bytes) { records.append(value) }
  }

  func named(_ name: String) -> [JSONValue] {
    records.filter { $0["eventName"]?.text == name }
  }
}
