import Testing
import TrailRecord

@testable import TrailCloud

@Suite struct TrailTests {
  /// §0.1, §3.8: CreateTrail alone does not log; StartLogging and StopLogging are idempotent.
  @Test func aTrailLogsOnceItIsStarted() throws {
    let bench = try TrailBench()
    try bench.ask("CreateTrail", #"{"Name":"main","S3BucketName":"logs"}"#)
    #expect(bench.recorders() == [])
    for _ in 0..<2 { try bench.ask("StartLogging", #"{"Name":"main"}"#) }
    #expect(bench.recorders() == ["main"])
    bench.cloud.advance(to: bench.cloud.now + 60_000)
    for _ in 0..<2 { try bench.ask("StopLogging", #"{"Name":"main"}"#) }
    #expect(bench.recorders() == [])
    let intervals = bench.cloud.trails.loggingIntervals(of: try bench.main.id)
    #expect(intervals.map(\.start) == [CloudDefaults.start])
    #expect(intervals.map(\.end) == [CloudDefaults.start + 60_000])
  }

  /// §0.2, §3.2: defaults, and the answer's members in their order.
  @Test func createTrailAnswersWithDefaults() throws {
    let bench = try TrailBench()
    let answer = try bench.ask("CreateTrail", #"{"Name":"main","S3BucketName":"logs"}"#)
    #expect(
      text(answer)
        == #"{"Name":"main","S3BucketName":"logs","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main","LogFileValidationEnabled":false,"IsOrganizationTrail":false}"#
    )
    let trail = try bench.ask("GetTrail", #"{"Name":"main"}"#)["Trail"]
    #expect(
      text(trail)
        == #"{"Name":"main","S3BucketName":"logs","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false}"#
    )
  }

  /// §12: only what was sent, and camel case, as in real records.
  @Test func recordsHaveTheShapesOfRealOnes() throws {
    let bench = try TrailBench()
    let result = try bench.call(
      "CreateTrail",
      #"{"Name":"main","S3BucketName":"logs","IncludeGlobalServiceEvents":true,"TagsList":[{"Key":"k","Value":"v"}]}"#
    )
    let record = try JSONParser.parse(result.records[0].bytes)
    #expect(
      text(record["requestParameters"])
        == #"{"name":"main","s3BucketName":"logs","includeGlobalServiceEvents":true,"tagsList":[{"key":"k","value":"v"}]}"#
    )
    #expect(
      text(record["responseElements"])
        == #"{"name":"main","s3BucketName":"logs","includeGlobalServiceEvents":true,"isMultiRegionTrail":false,"trailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main","logFileValidationEnabled":false,"isOrganizationTrail":false}"#
    )
    #expect(record["resources"] == nil)
    let selectors = try bench.call(
      "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"ReadOnly","IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::S3::Object","Values":[]},{"Type":"AWS::Lambda::Function","Values":[]}]}]}"#
    )
    #expect(
      text(try JSONParser.parse(selectors.records[0].bytes)["responseElements"])
        == #"{"trailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main","eventSelectors":[{"readWriteType":"ReadOnly","includeManagementEvents":false,"dataResources":[{"type":"AWS::S3::Object","values":[]},{"type":"AWS::Lambda::Function","values":[]}],"excludeManagementEventSources":[]}]}"#
    )
    let status = try bench.call("GetTrailStatus", #"{"Name":"main"}"#)
    let read = try JSONParser.parse(status.records[0].bytes)
    #expect(text(read["requestParameters"]) == #"{"name":"main"}"#)
    #expect(read["responseElements"] == .null && read["readOnly"] == .bool(true))
  }

  /// §3.8: members on the wire.
  @Test func statusIsAsOnTheWire() throws {
    let bench = try TrailBench()
    try bench.ask("CreateTrail", #"{"Name":"main","S3BucketName":"logs"}"#)
    let none = try bench.ask("GetTrailStatus", #"{"Name":"main"}"#)
    #expect(
      text(none)
        == #"{"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}"#
    )
    bench.cloud.advance(to: CloudDefaults.start + 1480)
    try bench.ask("StartLogging", #"{"Name":"main"}"#)
    let started = try bench.ask("GetTrailStatus", #"{"Name":"main"}"#)
    #expect(text(started["StartLoggingTime"]) == "1767603601.480")
    #expect(started["TimeLoggingStarted"]?.text == "2026-01-05T09:00:01Z")
  }

  /// §3.6: shadows, lists and names.
  @Test func shadowsAreSeenEverywhere() throws {
    let bench = try TrailBench()
    try bench.trail("main", #","IsMultiRegionTrail":true"#)
    try bench.trail("local")
    func names(_ json: String, in region: RegionName) throws -> [String] {
      let list = try bench.ask("DescribeTrails", json, in: region)["trailList"]?.elements ?? []
      return list.compactMap { $0["Name"]?.text }
    }
    let arn = try bench.main.arn
    let local = arn.replacing("main", with: "local")
    #expect(try names("{}", in: "us-east-1") == ["main", "local"])
    #expect(try names("{}", in: "eu-west-1") == ["main"])
    #expect(try names(#"{"includeShadowTrails":false}"#, in: "eu-west-1") == [])
    #expect(try names(#"{"trailNameList":["main","nobody"]}"#, in: "us-east-1") == ["main"])
    #expect(try names(#"{"trailNameList":["main"]}"#, in: "eu-west-1") == [])
    #expect(
      try names(#"{"trailNameList":["\#(arn)","\#(local)"]}"#, in: "eu-west-1") == [
        "main", "local",
      ])
    let trails = try bench.ask("ListTrails", in: "eu-west-1")
    #expect(
      text(trails)
        == #"{"Trails":[{"TrailARN":"\#(arn)","Name":"main","HomeRegion":"us-east-1"}]}"#)
    #expect(
      try bench.call("GetTrailStatus", #"{"Name":"main"}"#, in: "eu-west-1").error?.code
        == "TrailNotFoundException")
    #expect(
      try bench.ask("GetTrailStatus", #"{"Name":"\#(arn)"}"#, in: "eu-west-1")["IsLogging"]
        == .bool(true))
    try bench.ask("UpdateTrail", #"{"Name":"main","IsMultiRegionTrail":false}"#)
    #expect(try names("{}", in: "eu-west-1") == [])
  }

  /// §3.6: the flip of Regions changes global events by itself; empty texts clear; the rest stays.
  @Test func updatesChangeWhatIsNamed() throws {
    let bench = try TrailBench()
    try bench.trail(
      "main", #","IsMultiRegionTrail":true,"S3KeyPrefix":"p","EnableLogFileValidation":true"#)
    try bench.ask("UpdateTrail", #"{"Name":"main","IsMultiRegionTrail":false}"#)
    #expect(try !bench.main.includesGlobalServiceEvents)
    #expect(try bench.main.keyPrefix == "p" && bench.main.validatesLogFiles)
    try bench.ask("UpdateTrail", #"{"Name":"main","IsMultiRegionTrail":true,"S3KeyPrefix":""}"#)
    #expect(try bench.main.includesGlobalServiceEvents && bench.main.keyPrefix == nil)
    try bench.ask(
      "UpdateTrail",
      #"{"Name":"main","IsMultiRegionTrail":false,"IncludeGlobalServiceEvents":true}"#)
    #expect(try bench.main.includesGlobalServiceEvents && bench.main.isLogging)
  }

  /// §4, §0.3: who gets the events of global services.
  @Test func globalEventsGoToUSEast1AndToTrailsOfAllRegions() throws {
    let bench = try TrailBench()
    try bench.trail("all", #","IsMultiRegionTrail":true"#, in: "eu-west-1")
    try bench.trail("east")
    try bench.trail("east-without", #","IncludeGlobalServiceEvents":false"#)
    try bench.trail("west", in: "us-west-2")
    #expect(bench.recorders { $0.isGlobalServiceEvent = true } == ["all", "east"])
    #expect(bench.recorders() == ["all", "east", "east-without"])
    #expect(bench.recorders { $0.awsRegion = "us-west-2" } == ["all", "west"])
    #expect(bench.recorders { $0.awsRegion = "ap-south-1" } == ["all"])
    #expect(bench.recorders { $0.recipientAccountID = "222233334444" } == [])
  }

  /// §3.8, §3.9: a late record is judged by what the trail was at its time.
  @Test func lateRecordsAreJudgedByTheirOwnTime() throws {
    let bench = try TrailBench()
    let start = CloudDefaults.start
    try bench.trail()
    bench.cloud.advance(to: start + 60_000)
    try bench.ask(
      "PutEventSelectors", #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"ReadOnly"}]}"#)
    bench.cloud.advance(to: start + 120_000)
    try bench.ask("StopLogging", #"{"Name":"main"}"#)
    bench.cloud.advance(to: start + 180_000)
    func isRecorded(at seconds: Int64) -> Bool {
      !bench.recorders { $0.eventTime = start + seconds * 1000 }.isEmpty
    }
    #expect(
      [-1, 0, 59, 60, 119, 120, 180].map(isRecorded) == [
        false, true, true, false, false, false, false,
      ])
    let reads = [Int64(59), 60, 119, 120].map { second in
      !bench.recorders {
        $0.eventTime = start + second * 1000; $0.isReadOnly = true
      }.isEmpty
    }
    #expect(reads == [true, true, true, false])
  }

  /// Ours: a call is judged by the trail as it was when it came, so StopLogging is the last event that it records.
  @Test func stopLoggingIsTheLastEventRecorded() throws {
    let bench = try TrailBench()
    try bench.ask("CreateTrail", #"{"Name":"main","S3BucketName":"logs"}"#)
    let start = try bench.call("StartLogging", #"{"Name":"main"}"#).records[0]
    let stop = try bench.call("StopLogging", #"{"Name":"main"}"#).records[0]
    let after = try bench.call("DescribeTrails").records[0]
    let recorded = try [start, stop, after].map {
      bench.cloud.explanation(of: try JSONParser.parse($0.bytes)).trails.map(\.isRecorded)
    }
    #expect(recorded == [[false], [true], [false]])
  }

  /// §3.2: RecursiveLogging.
  @Test func ownDeliveriesCanBeLeftOut() throws {
    let bench = try TrailBench()
    try bench.trail("main", #","RecursiveLogging":false"#)
    try bench.ask(
      "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]}"#
    )
    func put(_ identity: JSONValue) -> [String] {
      bench.recorders {
        $0.userIdentity = identity
        $0.eventName = "PutObject"
        $0.eventSource = "s3.amazonaws.com"
        $0.category = .data
        $0.resources = [ResourceReference(type: "AWS::S3::Object", arn: "arn:aws:s3:::logs/x")]
      }
    }
    #expect(put(["type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"]) == [])
    #expect(put(["type": "IAMUser"]) == ["main"])
    try bench.ask("UpdateTrail", #"{"Name":"main","RecursiveLogging":true}"#)
    #expect(put(["type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"]) == ["main"])
  }

  /// §3.5: tags.
  @Test func tagsAreAddedReplacedAndRemoved() throws {
    let bench = try TrailBench()
    try bench.trail("main", #","TagsList":[{"Key":"a","Value":"1"}]"#)
    let arn = try bench.main.arn
    try bench.ask(
      "AddTags", #"{"ResourceId":"\#(arn)","TagsList":[{"Key":"a","Value":"2"},{"Key":"b"}]}"#)
    try bench.ask("RemoveTags", #"{"ResourceId":"\#(arn)","TagsList":[{"Key":"c"}]}"#)
    #expect(
      text(try bench.ask("ListTags", #"{"ResourceIdList":["\#(arn)"]}"#))
        == #"{"ResourceTagList":[{"ResourceId":"\#(arn)","TagsList":[{"Key":"a","Value":"2"},{"Key":"b"}]}]}"#
    )
    try bench.ask("RemoveTags", #"{"ResourceId":"\#(arn)","TagsList":[{"Key":"a"}]}"#)
    #expect(try bench.main.tags == [TrailTag(key: "b", value: nil)])
  }

  /// §3.7: who may make an organization trail, and whose events it gets.
  @Test func organizationTrailsAreTheManagementAccounts() throws {
    let bench = try TrailBench()
    bench.cloud.defineAccount("222233334444")
    bench.cloud.defineAccount("555566667777")
    let create =
      #"{"Name":"org","S3BucketName":"logs","IsMultiRegionTrail":true,"IsOrganizationTrail":true}"#
    #expect(try bench.call("CreateTrail", create).error?.code == "OrganizationsNotInUseException")
    try bench.ask("CreateOrganization", service: "organizations")
    #expect(
      try bench.call("CreateTrail", create).error?.code == "CloudTrailAccessNotEnabledException")
    try bench.ask(
      "EnableAWSServiceAccess", #"{"ServicePrincipal":"cloudtrail.amazonaws.com"}"#,
      service: "organizations")
    let invitation = try bench.ask(
      "InviteAccountToOrganization", #"{"Target":{"Id":"222233334444","Type":"ACCOUNT"}}"#,
      service: "organizations")
    let handshake = invitation["Handshake"]?["Id"]?.text ?? ""
    try bench.ask(
      "AcceptHandshake", #"{"HandshakeId":"\#(handshake)"}"#, service: "organizations",
      as: "222233334444")
    #expect(
      try bench.call("CreateTrail", create, as: "222233334444").error?.code
        == "NotOrganizationMasterAccountException")
    try bench.ask("CreateTrail", create)
    try bench.ask("StartLogging", #"{"Name":"org"}"#)
    #expect(bench.recorders { $0.recipientAccountID = "222233334444" } == ["org"])
    #expect(bench.recorders { $0.recipientAccountID = "555566667777" } == [])
    let arn = try bench.main.arn
    let seen = try bench.ask("GetTrail", #"{"Name":"\#(arn)"}"#, as: "222233334444")
    #expect(seen["Trail"]?["IsOrganizationTrail"] == .bool(true))
    #expect(
      try bench.call("StopLogging", #"{"Name":"\#(arn)"}"#, as: "222233334444").error?.code
        == "NotOrganizationMasterAccountException")
    try bench.ask(
      "RegisterDelegatedAdministrator",
      #"{"AccountId":"222233334444","ServicePrincipal":"cloudtrail.amazonaws.com"}"#,
      service: "organizations")
    try bench.ask("StopLogging", #"{"Name":"\#(arn)"}"#, as: "222233334444")
    try bench.ask("StartLogging", #"{"Name":"\#(arn)"}"#)
    try bench.ask("LeaveOrganization", service: "organizations", as: "222233334444")
    #expect(bench.recorders { $0.recipientAccountID = "222233334444" } == [])
  }

  /// §3.4, §6.6: what CloudTrail does by itself when a trail is made.
  @Test func makingATrailLooksAtTheBucket() throws {
    let bench = try TrailBench()
    let seen = RecordCollector()
    bench.cloud.observer = seen
    try bench.ask("CreateTrail", #"{"Name":"main","S3BucketName":"logs"}"#)
    #expect(seen.records.map(\.eventName) == ["CreateTrail", "GetBucketAcl"])
    let look = try JSONParser.parse(seen.records[1].bytes)
    #expect(
      text(look["userIdentity"]) == #"{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"}"#
    )
    #expect(
      text(look["requestParameters"])
        == #"{"bucketName":"logs","Host":"logs.s3.us-east-1.amazonaws.com","acl":""}"#)
    #expect(look["readOnly"] == .bool(true) && look["sharedEventID"] != nil)
  }
}

final class RecordCollector: CloudObserver {
  var records: [EventRecord] = []

  func cloud(_ cloud: Cloud, made record: EventRecord, isRecorded: Bool) { records.append(record) }
}
