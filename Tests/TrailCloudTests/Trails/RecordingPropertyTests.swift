import Testing
import TrailRecord

@testable import TrailCloud

/// Which trail records what, and when: random commands against a model written from the facts
/// (§3.2, §3.5–§3.8, §4, §5).
@Suite struct RecordingPropertyTests {
  private struct NaiveTrail {
    var name: String
    var home: String
    var account: String
    var isMulti = false
    var hasGlobal = true
    var isOrganization = false
    var recordsOwn = true
    var isLogging = false
    var selectors = NaiveSelectors.standard
    /// The trail after each change, with the second in which it came.
    var past:
      [(
        second: Int64, isLogging: Bool, isMulti: Bool, hasGlobal: Bool, recordsOwn: Bool,
        selectors: NaiveSelectors
      )] = []

    mutating func note(_ second: Int64) {
      past.append((second, isLogging, isMulti, hasGlobal, recordsOwn, selectors))
    }

    func records(_ record: NaiveRecord, members: Set<String>) -> Bool {
      guard record.account == account || isOrganization && members.contains(record.account),
        let state = past.last(where: { $0.second <= record.second }), state.isLogging
      else { return false }
      if !state.isMulti {
        if record.isGlobal {
          guard home == "us-east-1", state.hasGlobal else { return false }
        } else if record.region != home {
          return false
        }
      }
      if record.isOwnDelivery, !state.recordsOwn { return false }
      return state.selectors.takes(record)
    }
  }

  private static let regions = ["us-east-1", "eu-west-1", "us-west-2"]
  private static let manager = CloudDefaults.account
  private static let member = "222233334444"
  private static let stranger = "555566667777"

  @Test(arguments: [1, 2] as [UInt64])
  func trailsRecordWhatTheModelSays(seed: UInt64) throws {
    let bench = try TrailBench()
    bench.cloud.defineOrganization()
    bench.cloud.defineAccount(Self.member, isMember: true)
    bench.cloud.defineAccount(Self.stranger)
    var dice = IdentifierSource(seed: seed)
    var trails: [NaiveTrail] = []
    var taken = 0
    for step in 0..<5_000 {
      switch Int.random(in: 0..<20, using: &dice) {
      case 0: try create(bench, &trails, &dice, step)
      case 1..<5: try change(bench, &trails, &dice)
      case 5:
        bench.cloud.advance(to: bench.cloud.now + Int64.random(in: 0...3, using: &dice) * 1000)
      default:
        let record = Self.record(&dice, now: bench.cloud.now / 1000)
        let expected = trails.filter { $0.records(record, members: [Self.member]) }.map(\.name)
        let made = Self.eventRecord(record)
        let found = bench.cloud.trails.recording(made, in: bench.cloud)
          .compactMap { bench.cloud.trails[$0]?.name }
        #expect(found == expected, "step \(step): \(record)")
        let explained = bench.cloud.explanation(of: try JSONParser.parse(made.bytes)).trails
          .filter(\.isRecorded).map(\.trail)
        #expect(
          explained.filter { name in trails.contains { $0.name == name } } == expected,
          "step \(step): \(record)")
        taken += expected.count
        if found != expected || explained.count < expected.count { return }
      }
    }
    #expect(taken > 1_000)
  }

  private func create(
    _ bench: TrailBench, _ trails: inout [NaiveTrail], _ dice: inout IdentifierSource, _ step: Int
  ) throws {
    var trail = NaiveTrail(
      name: "trail-\(step)", home: Self.regions.randomElement(using: &dice) ?? "us-east-1",
      account: [Self.manager, Self.manager, Self.member, Self.stranger].randomElement(using: &dice)
        ?? "")
    trail.isMulti = Bool.random(using: &dice)
    trail.hasGlobal = trail.isMulti || Bool.random(using: &dice)
    trail.isOrganization = trail.account == Self.manager && Int.random(in: 0..<3, using: &dice) == 0
    trail.recordsOwn = Bool.random(using: &dice)
    // Five in each Region that the trail would be seen in, by its own account.
    let others = trails.filter {
      $0.account == trail.account || $0.isOrganization && trail.account == Self.member
    }
    let places =
      trail.isMulti ? Regions.enabledByDefault : [trail.home]
    let isFull = places.contains { region in
      others.filter { $0.isMulti || $0.home == region }.count >= 5
    }
    let result = try bench.call(
      "CreateTrail",
      #"{"Name":"\#(trail.name)","S3BucketName":"logs","IsMultiRegionTrail":\#(trail.isMulti),"IncludeGlobalServiceEvents":\#(trail.hasGlobal),"IsOrganizationTrail":\#(trail.isOrganization),"RecursiveLogging":\#(trail.recordsOwn)}"#,
      in: trail.home, as: trail.account)
    #expect(result.error?.code == (isFull ? "MaximumNumberOfTrailsExceededException" : nil))
    guard !isFull else { return }
    trail.note(bench.cloud.now / 1000)
    trails.append(trail)
  }

  private func change(
    _ bench: TrailBench, _ trails: inout [NaiveTrail], _ dice: inout IdentifierSource
  ) throws {
    guard let index = trails.indices.randomElement(using: &dice) else { return }
    var trail = trails[index]
    func call(_ operation: String, _ json: String, member: String = "Name") throws {
      let result = try bench.call(
        operation, #"{"\#(member)":"\#(trail.name)"\#(json)}"#, in: trail.home, as: trail.account)
      #expect(result.error == nil, "\(operation) \(json): \(result.error?.message ?? "")")
    }
    switch Int.random(in: 0..<12, using: &dice) {
    case 0..<4:
      try call("StartLogging", "")
      trail.isLogging = true
    case 4, 5:
      try call("StopLogging", "")
      trail.isLogging = false
    case 6..<9:
      let selectors = NaiveSelectors.random(&dice)
      try call("PutEventSelectors", "," + selectors.parameters, member: "TrailName")
      trail.selectors = selectors
    case 9 where trail.isMulti:
      try call("UpdateTrail", #","IsMultiRegionTrail":false"#)
      trail.isMulti = false
      trail.hasGlobal = false
    case 9, 10:
      let own = Bool.random(using: &dice)
      try call("UpdateTrail", #","RecursiveLogging":\#(own)"#)
      trail.recordsOwn = own
    default:
      try call("DeleteTrail", "")
      trails.remove(at: index)
      return
    }
    trail.note(bench.cloud.now / 1000)
    trails[index] = trail
  }

  private static func record(_ dice: inout IdentifierSource, now: Int64) -> NaiveRecord {
    var record = NaiveRecord()
    func one<Value>(of values: [Value]) -> Value {
      values[Int.random(in: 0..<values.count, using: &dice)]
    }
    record.account = one(of: [manager, manager, member, stranger])
    record.region = one(of: regions)
    record.second = Bool.random(using: &dice) ? now : now - Int64.random(in: 0..<30, using: &dice)
    record.category = one(of: NaiveRecord.Category.allCases)
    record.reads = Bool.random(using: &dice)
    record.source = one(of: NaiveSelectors.sources)
    record.name = one(of: NaiveSelectors.names)
    record.caller = one(of: NaiveSelectors.callers)
    record.isFromConsole = Bool.random(using: &dice)
    switch record.category {
    case .management:
      if Int.random(in: 0..<4, using: &dice) == 0 {
        record.isGlobal = true
        record.source = "iam.amazonaws.com"
        record.region = "us-east-1"
      }
    case .data:
      (record.type, record.arn) = one(of: NaiveSelectors.arns)
      record.isOwnDelivery =
        record.name == "PutObject" && record.source == "s3.amazonaws.com"
        && Bool.random(using: &dice)
    case .network:
      record.errorCode = one(of: [nil, "VpceAccessDenied"])
      record.endpoint = one(of: ["vpce-1", "vpce-2"])
    }
    return record
  }

  private static func eventRecord(_ naive: NaiveRecord) -> EventRecord {
    TrailBench.record(now: 0) { draft in
      draft.eventTime = naive.second * 1000
      draft.recipientAccountID = naive.account
      draft.awsRegion = naive.region
      draft.category = EventCategory(rawValue: naive.category.rawValue) ?? .management
      draft.eventType = naive.category == .network ? .vpceEvent : .apiCall
      draft.isReadOnly = naive.reads
      draft.eventSource = naive.source
      draft.eventName = naive.name
      draft.isGlobalServiceEvent = naive.isGlobal
      draft.isSessionCredentialFromConsole = naive.isFromConsole
      draft.errorCode = naive.errorCode
      draft.vpcEndpointID = naive.endpoint
      draft.userIdentity =
        naive.isOwnDelivery
        ? [
          "type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com",
          "arn": .string(naive.caller),
        ]
        : ["type": "IAMUser", "arn": .string(naive.caller)]
      if !naive.arn.isEmpty {
        draft.resources = [ResourceReference(type: naive.type, arn: naive.arn)]
      }
    }
  }
}
