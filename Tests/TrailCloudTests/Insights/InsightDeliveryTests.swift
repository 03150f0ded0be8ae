import Testing
import TrailCrypto
import TrailRecord

@testable import TrailCloud

@Suite struct InsightDeliveryTests {
  /// §9.2: nothing for 36 hours after Insights were enabled, and after logging began again.
  @Test func theFirstComeAfter36Hours() throws {
    var world = try InsightWorld()
    func burst() {
      world.make(100)
      world.advance(minutes: 40)
    }
    world.advance(minutes: 36 * 60 - 60)
    burst()
    #expect(world.insights.isEmpty)
    world.advance(minutes: 30)
    world.make(100) { $0.eventName = "StopInstances" }
    world.advance(minutes: 40)
    #expect(world.insights.count == 2)
    try world.bench.ask("StopLogging", #"{"Name":"main"}"#)
    world.advance(days: 9)
    try world.bench.ask("StartLogging", #"{"Name":"main"}"#)
    world.advance(minutes: 36 * 60 - 60)
    world.make(100) { $0.eventName = "StartInstances" }
    world.advance(minutes: 70)
    #expect(world.insights.count == 2)
    world.make(100) { $0.eventName = "RebootInstances" }
    world.advance(minutes: 40)
    #expect(world.insights.count == 4)
  }

  /// §6.1, §6.3: within 30 minutes, into the folder of Insights, of trails that have them and cover the Region.
  @Test func onlyTrailsWithInsightsGetThem() throws {
    let storage = MemoryStorage()
    let cloud = Cloud(storage: storage)
    try cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    func ask(_ operation: String, _ json: String, in region: RegionName = "us-east-1") throws {
      var call = APICall(
        "cloudtrail", operation, parameters: try JSONParser.parse(json).members ?? [])
      call.region = region
      #expect(try cloud.perform(call).error == nil, "\(operation)")
    }
    for (name, region, more) in [
      ("everywhere", "us-east-1", #","S3KeyPrefix":"a","IsMultiRegionTrail":true"#),
      ("here", "us-east-1", #","S3KeyPrefix":"b""#), ("there", "eu-west-1", #","S3KeyPrefix":"c""#),
      ("errors", "us-east-1", #","S3KeyPrefix":"d","IsMultiRegionTrail":true"#),
      ("without", "us-east-1", #","S3KeyPrefix":"e","EnableLogFileValidation":true"#),
    ] {
      try ask("CreateTrail", #"{"Name":"\#(name)","S3BucketName":"logs"\#(more)}"#, in: region)
      try ask("StartLogging", #"{"Name":"\#(name)"}"#, in: region)
      guard name != "without" else { continue }
      let type = name == "errors" ? "ApiErrorRateInsight" : "ApiCallRateInsight"
      try ask(
        "PutInsightSelectors",
        #"{"TrailName":"\#(name)","InsightSelectors":[{"InsightType":"\#(type)"}]}"#, in: region)
    }
    cloud.advance(to: cloud.now + 7 * InsightWorld.day + 17_000)
    let begin = cloud.now
    for number in 0..<60 {
      cloud.publish(
        TrailBench.record(now: cloud.now) {
          $0.awsRegion = "eu-west-1"
          $0.eventID = "\(number)"
        })
    }
    cloud.advance(to: begin + 30 * 60_000)
    let keys = try storage.keys(in: "logs", prefix: "").filter {
      $0.contains("/CloudTrail-Insight/")
    }
    let form =
      /123456789012_CloudTrail-Insight_eu-west-1_20260112T\d{4}Z_[0-9A-Za-z]{16}\.json\.gz/
    let place = "/AWSLogs/123456789012/CloudTrail-Insight/eu-west-1/2026/01/12/"
    for key in keys {
      #expect(key.dropFirst().hasPrefix(place))
      #expect(key.dropFirst(1 + place.utf8.count).wholeMatch(of: form) != nil, "\(key)")
    }
    #expect(Set(keys.map { $0.prefix(1) }) == ["a", "c"])
    var shared: Set<String> = []
    for key in keys.filter({ $0.hasPrefix("a") }) {
      let object = try cloud.readObject(key, in: "logs")
      let records = try JSONParser.parse(
        try #require(Gzip.decompress(object.bytes)))["Records"]?.elements
      for record in records ?? [] {
        #expect(record["eventCategory"]?.text == "Insight")
        shared.insert(record["sharedEventID"]?.text ?? "")
      }
    }
    #expect(shared.count == 1)
  }

  /// §8.1: digests list files of Insights like all others, and the chain is valid.
  @Test func digestsListFilesOfInsights() throws {
    var world = try InsightWorld(more: #","EnableLogFileValidation":true"#)
    world.advance(days: 7)
    world.make(50)
    world.advance(minutes: 180)
    let cloud = world.cloud
    let keys = try cloud.listObjects(in: "logs").map(\.key)
    let files = keys.filter { $0.contains("/CloudTrail-Insight/") }
    #expect(!files.isEmpty)
    var listed: Set<String> = []
    for key in keys where key.contains("/CloudTrail-Digest/us-east-1/2026/01/12/") {
      let bytes = try #require(Gzip.decompress(try cloud.readObject(key, in: "logs").bytes))
      for file in try JSONParser.parse(bytes)["logFiles"]?.elements ?? [] {
        listed.insert(file["s3Object"]?.text ?? "")
      }
    }
    #expect(Set(files).isSubset(of: listed))
  }

  /// Each Start that a trail got has its End, whatever is switched off between, and they share their id.
  @Test(arguments: ["StopLogging", "DeleteTrail", "PutInsightSelectors", "PutEventSelectors", ""])
  func everyStartHasItsEnd(operation: String) throws {
    var world = try InsightWorld()
    world.advance(days: 7)
    for _ in 0..<12 {
      world.make(40)
      world.advance(minutes: 1)
    }
    #expect(world.insights.count == 1)
    let parameters =
      switch operation {
      case "PutInsightSelectors": #"{"TrailName":"main","InsightSelectors":[]}"#
      case "PutEventSelectors":
        #"{"TrailName":"main","EventSelectors":[{"ReadWriteType":"ReadOnly"}]}"#
      default: #"{"Name":"main"}"#
      }
    if !operation.isEmpty { try world.bench.ask(operation, parameters) }
    world.advance(minutes: 90)
    let states = world.insights.map { $0.at("insightDetails.state")?.text }
    #expect(states == ["Start", "End"], "\(operation)")
    #expect(Set(world.insights.map { $0["sharedEventID"]?.text }).count == 1)
    #expect(Set(world.insights.map { $0["eventID"]?.text }).count == 2)
    #expect(
      world.insights.map { $0.at("insightDetails.insightContext.statistics.insight.average") }
        .allSatisfy { $0 == .number("40") })
  }

  /// §9.1: the Region where it happened; one analysis a Region and account.
  @Test func regionsAreWatchedApart() throws {
    var world = try InsightWorld(more: #","IsMultiRegionTrail":true"#)
    world.advance(days: 7)
    for region in ["us-east-1", "eu-west-1", "eu-west-1", "us-west-2"] {
      world.make(8) { $0.awsRegion = region }
    }
    world.advance(minutes: 60)
    #expect(world.insights.map { $0["awsRegion"]?.text } == ["eu-west-1", "eu-west-1"])
  }

  /// §3.7: an organization's trail watches each account of it, and delivers under the account's number.
  @Test func organizationTrailsWatchEachAccount() throws {
    let bench = try TrailBench()
    let member = "222233334444"
    bench.cloud.defineAccount(member, isMember: true)
    let id = try #require(bench.cloud.world.organization?.id)
    try bench.cloud.defineBucket("org", policy: BucketPolicy.forCloudTrail("org"))
    try bench.ask(
      "CreateTrail", #"{"Name":"all","S3BucketName":"org","IsOrganizationTrail":true}"#)
    try bench.ask("StartLogging", #"{"Name":"all"}"#)
    try bench.ask(
      "PutInsightSelectors", #"{"TrailName":"all","InsightSelectors":\#(InsightWorld.both)}"#)
    bench.cloud.advance(to: bench.cloud.now + 7 * InsightWorld.day)
    for number in 0..<40 {
      bench.cloud.publish(
        TrailBench.record(now: bench.cloud.now) {
          $0.recipientAccountID = number < 30 ? member : CloudDefaults.account
          $0.eventID = "\(number)"
          $0.eventName = number < 30 ? "RunInstances" : "StopInstances"
        })
    }
    bench.cloud.advance(to: bench.cloud.now + 3_600_000)
    let keys = try bench.cloud.listObjects(in: "org").map(\.key).filter {
      $0.contains("/CloudTrail-Insight/")
    }
    #expect(!keys.isEmpty)
    #expect(keys.contains { $0.hasPrefix("AWSLogs/\(id)/\(member)/CloudTrail-Insight/") })
    let refused = try bench.call(
      "ListInsightsData",
      #"{"InsightSource":"arn:aws:cloudtrail:us-east-1:123456789012:trail/all","DataType":"InsightsEvents"}"#,
      as: member)
    #expect(refused.error?.code == "OperationNotPermittedException")
  }

  /// Without Insights nothing is counted, and nothing scheduled.
  @Test func withoutInsightsNothingIsCounted() throws {
    var world = try InsightWorld(nil)
    world.make(50)
    world.advance(minutes: 10)
    #expect(!world.cloud.insights.isWatching && world.cloud.insights.series.isEmpty)
    try world.enable(InsightWorld.both)
    world.make(1)
    #expect(world.cloud.insights.isWatching && world.cloud.insights.series.count == 1)
    try world.enable("[]")
    let known = world.cloud.insights.series.count
    world.make(1) { $0.eventName = "StopInstances" }
    #expect(!world.cloud.insights.isWatching && world.cloud.insights.series.count == known)
  }

  /// The same script gives the same records and files.
  @Test func twoRunsAreAlike() throws {
    func run() throws -> ([[UInt8]], [Int64]) {
      var world = try InsightWorld()
      world.live(days: 8, every: 2)
      for name in ["RunInstances", "StopInstances", "RebootInstances"] {
        world.make(60) { $0.eventName = name }
      }
      world.advance(days: 2)
      return (world.records.map(\.bytes), world.times)
    }
    let (first, firstTimes) = try run()
    let (second, secondTimes) = try run()
    #expect(first.count >= 6)
    #expect(first == second && firstTimes == secondTimes)
  }

  /// §2.2, §9.4: those about management events are Event history's, those about data events ListInsightsData's.
  @Test func dataInsightsAreListedOfTheirTrail() throws {
    var world = try InsightWorld(nil)
    try world.bench.ask(
      "PutEventSelectors",
      #"{"TrailName":"main","EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]}"#
    )
    try world.enable(
      #"[{"InsightType":"ApiCallRateInsight","EventCategories":["Management","Data"]}]"#)
    world.advance(days: 7)
    func data(_ name: String) -> (inout RecordDraft) -> Void {
      {
        $0.category = .data
        $0.eventSource = "s3.amazonaws.com"
        $0.eventName = name
        $0.resources = [ResourceReference(type: "AWS::S3::Object", arn: "arn:aws:s3:::data/a")]
      }
    }
    world.make(50, data("GetObject"))
    world.make(50, data("PutObject"))
    world.make(50)
    world.advance(minutes: 60)
    #expect(world.insights.count == 6)
    let inHistory = world.insights.filter {
      let entry = LookupEntry(record: $0)
      return (try? LookupRequest(eventCategory: "insight").accepts(entry, now: world.cloud.now))
        ?? false
    }
    #expect(
      inHistory.map { $0.at("insightDetails.eventName")?.text } == ["RunInstances", "RunInstances"])
    let source = #""InsightSource":"\#(try world.bench.main.arn)","DataType":"InsightsEvents""#
    let all = try world.bench.ask("ListInsightsData", "{\(source)}")
    let events = try #require(all["Events"]?.elements)
    #expect(events.count == 4)
    let times = events.compactMap { $0["EventTime"]?.integer }
    #expect(times == times.sorted(by: >))
    #expect(events.allSatisfy { $0["EventSource"]?.text == "s3.amazonaws.com" })
    let gets = try world.bench.ask(
      "ListInsightsData", #"{\#(source),"Dimensions":{"EventName":"GetObject"}}"#)
    #expect(gets["Events"]?.elements?.count == 2)
    #expect(
      try world.bench.ask("ListInsightsData", "{\(source)}", in: "eu-west-1")["Events"]?
        .elements?.isEmpty == true)
    // Pages hang together.
    var seen: [String] = []
    var token: String?
    repeat {
      let more = token.map { #","NextToken":"\#($0)""# } ?? ""
      let page = try world.bench.ask("ListInsightsData", #"{\#(source),"MaxResults":1\#(more)}"#)
      seen += page["Events"]?.elements?.compactMap { $0["EventId"]?.text } ?? []
      token = page["NextToken"]?.text
    } while token != nil
    #expect(seen == events.compactMap { $0["EventId"]?.text })
    world.advance(days: 91)
    #expect(try world.bench.ask("ListInsightsData", "{\(source)}")["Events"]?.elements == [])
  }

  /// §9.4: what was counted, by period, with and without zeros, in pages.
  @Test func metricDataTellsWhatWasCounted() throws {
    var world = try InsightWorld()
    for count in [3, 0, 2] {
      world.make(count)
      world.make(1) { $0.errorCode = "Throttling" }
      world.advance(minutes: 1)
    }
    world.advance(minutes: 120)
    let start = CloudDefaults.start / 1000
    let usual =
      #""EventSource":"ec2.amazonaws.com","EventName":"RunInstances","InsightType":"ApiCallRateInsight""#
    let hours = try world.bench.ask("ListInsightsMetricData", "{\(usual)}")
    #expect(
      text(hours)
        == #"{"EventSource":"ec2.amazonaws.com","EventName":"RunInstances","InsightType":"ApiCallRateInsight","Timestamps":[\#(start)],"Values":[8.0]}"#
    )
    let minutes = try world.bench.ask("ListInsightsMetricData", #"{\#(usual),"Period":60}"#)
    #expect(text(minutes["Values"]) == "[4.0,1.0,3.0]")
    let errors = try world.bench.ask(
      "ListInsightsMetricData",
      #"{"EventSource":"ec2.amazonaws.com","EventName":"RunInstances","InsightType":"ApiErrorRateInsight","ErrorCode":"Throttling","Period":300,"DataType":"FillWithZeros","StartTime":\#(start),"EndTime":\#(start + 900)}"#
    )
    #expect(text(errors["Values"]) == "[3.0,0.0,0.0]")
    #expect(errors["ErrorCode"]?.text == "Throttling")
    // The end does not count itself.
    let cut = try world.bench.ask(
      "ListInsightsMetricData",
      #"{\#(usual),"Period":60,"StartTime":\#(start),"EndTime":\#(start + 120)}"#)
    #expect(text(cut["Values"]) == "[4.0,1.0]")
    var values: [String] = []
    var token: String?
    repeat {
      let more = token.map { #","NextToken":"\#($0)""# } ?? ""
      let page = try world.bench.ask(
        "ListInsightsMetricData",
        #"{\#(usual),"Period":60,"DataType":"FillWithZeros","StartTime":\#(start),"EndTime":\#(start + 600),"MaxResults":3\#(more)}"#
      )
      values += page["Values"]?.elements?.map { text($0) } ?? []
      token = page["NextToken"]?.text
    } while token != nil
    #expect(
      values == ["4.0", "1.0", "3.0", "0.0", "0.0", "0.0", "0.0", "0.0", "0.0", "0.0"])
  }
}
