import TrailRecord

@testable import TrailCloud

/// A world with background traffic, and all records that it made.
final class TrafficWorld: CloudObserver {
  let cloud: Cloud
  let storage = MemoryStorage()
  private(set) var records: [EventRecord] = []
  private(set) var recordedCount = 0
  /// Whether records are kept; else only counted.
  var keepsRecords = true

  init(seed: UInt64 = 1, start: Int64 = CloudDefaults.start) {
    var configuration = Cloud.Configuration()
    configuration.seed = seed
    configuration.start = start
    cloud = Cloud(configuration, storage: storage)
    cloud.observer = self
  }

  func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) {
    if keepsRecords { records.append(record) }
    if isRecorded { recordedCount += 1 }
  }

  func request(_ profile: String, rate: Double) -> TrafficRequest {
    guard let profile = TrafficProfiles.named(profile) else { preconditionFailure(profile) }
    return TrafficRequest(profile, rate: rate)
  }

  @discardableResult
  func run(_ profile: String, hours: Double, rate: Double) throws -> TrafficReport {
    try cloud.runTraffic(
      request(profile, rate: rate), until: cloud.now + Int64(hours * 3_600_000))
  }

  func values() throws -> [JSONValue] { try records.map { try JSONParser.parse($0.bytes) } }

  /// A fingerprint of all records.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for record in records {
      for byte in record.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    return hash
  }
}
