import Testing
import TrailRecord

@testable import TrailCloud

/// Background traffic: believable, the same every time, and part of the world.
@Suite struct TrafficTests {
  private static let hour: Int64 = 3_600_000

  // MARK: Rhythm

  /// Calls of customers follow the hours of their rhythm; those of machines that look after others do not.
  @Test func callsFollowTheRhythm() throws {
    let world = TrafficWorld(start: CloudDefaults.start - 9 * Self.hour)
    try world.run("shop", hours: 9 * 24, rate: 1.5)
    let rhythm = try #require(TrafficProfiles.named("shop")?.rhythms["customers"])
    func counts(_ role: String) -> [Double] {
      var counts = [Double](repeating: 0, count: 24)
      for record in world.records
      where record.userIdentityARN?.contains("assumed-role/\(role)/") == true {
        counts[TrafficRhythm.hour(of: record.eventTime)] += 1
      }
      return counts
    }
    let customers = counts("shop-catalogue").indices.map { hour in
      ["shop-catalogue", "shop-cart", "shop-checkout", "shop-web-task"].reduce(0) {
        $0 + counts($1)[hour]
      }
    }
    #expect(correlation(customers, rhythm.hours) > 0.9)
    let machines = counts("monitoring-reader")
    #expect(abs(correlation(machines, rhythm.hours)) < 0.6)
    let people = world.records.filter { $0.userIdentityARN?.hasSuffix("user/bob") == true }
    let atNight = people.filter { (0..<5).contains(TrafficRhythm.hour(of: $0.eventTime)) }
    #expect(people.count > 20)
    #expect(atNight.count * 10 < people.count)
  }

  private func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let n = Double(x.count)
    let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    let pairs = zip(x, y).map { ($0 - mx, $1 - my) }
    let xy = pairs.reduce(0) { $0 + $1.0 * $1.1 }
    let xx = pairs.reduce(0) { $0 + $1.0 * $1.0 }
    let yy = pairs.reduce(0) { $0 + $1.1 * $1.1 }
    return xy / (xx * yy).squareRoot()
  }

  /// The rate is the mean of a week, whatever the profile; a quiet hour is quieter, a weekend differs.
  @Test func levelsHaveTheMeanOne() throws {
    for name in TrafficProfiles.names {
      for (_, rhythm) in try #require(TrafficProfiles.named(name)).rhythms {
        let sum = (0..<168).reduce(0.0) { $0 + rhythm.level(at: Int64($1) * Self.hour) }
        #expect(abs(sum / 168 - 1) < 1e-9)
      }
    }
    // 2026-01-05 is a Monday.
    #expect(TrafficRhythm.weekday(of: CloudDefaults.start) == 0)
    #expect(TrafficRhythm.hour(of: CloudDefaults.start) == 9)
  }

  @Test func theRateIsTheMeanOfAWeek() throws {
    let world = TrafficWorld()
    world.keepsRecords = false
    let report = try world.run("lake", hours: 7 * 24, rate: 1.5)
    #expect(abs(Double(report.calls) / (1.5 * 10_080) - 1) < 0.15, "\(report.calls)")
  }

  @Test func daysDifferAndStayTheSameForASeed() {
    func factors(seed: UInt64) -> [Double] {
      var weather = TrafficWeather(seed: seed, name: "x", noise: 0.1)
      return (0..<200).map { weather.factor(at: Int64($0) * 6 * Self.hour) }
    }
    let first = factors(seed: 1)
    #expect(first == factors(seed: 1))
    #expect(first != factors(seed: 2))
    #expect(Set(first).count > 100)
    #expect(abs(first.reduce(0, +) / 200 - 1) < 0.05)
  }

  /// Jobs come at their minute, on their days.
  @Test func jobsComeAtTheirTime() throws {
    let world = TrafficWorld()
    try world.run("shop", hours: 8 * 24, rate: 0.2)
    let backups = world.records.filter { $0.eventName == "CreateDBSnapshot" }
    #expect(backups.count == 8)
    for backup in backups {
      let minute = backup.eventTime % 86_400_000 / 60_000
      #expect((135...138).contains(minute), "\(EventTime.format(backup.eventTime))")
    }
    let cleanings = world.records.filter { $0.eventName == "DeleteSnapshot" }
    #expect(Set(cleanings.map { TrafficRhythm.weekday(of: $0.eventTime) }) == [6])
  }

  @Test func anActorCanBeLeftOut() throws {
    let world = TrafficWorld()
    var request = world.request("shop", rate: 0.2)
    request.absent = ["nightly backup"]
    _ = try world.cloud.runTraffic(request, until: world.cloud.now + 3 * 24 * Self.hour)
    #expect(world.records.count > 300)
    #expect(!world.records.contains { $0.eventName == "CreateDBSnapshot" })
  }

  // MARK: Determinism

  @Test(arguments: TrafficProfiles.names)
  func theSameSeedGivesTheSameBytes(name: String) throws {
    func fingerprint(_ seed: UInt64) throws -> UInt64 {
      let world = TrafficWorld(seed: seed)
      try world.run(name, hours: 4, rate: 4)
      #expect(world.records.count > 300)
      return world.fingerprint
    }
    let first = try fingerprint(1)
    #expect(try fingerprint(1) == first)
    #expect(try fingerprint(2) != first)
  }

  // MARK: A world that hangs together

  /// Who calls exists, and so does what is called about.
  @Test func whoAndWhatOccursExists() throws {
    let world = TrafficWorld()
    try world.run("batch", hours: 15, rate: 3)
    let account = try #require(world.cloud.world.accounts[CloudDefaults.account])
    var instances = 0
    for record in world.records {
      if let parts = record.userIdentityARN.flatMap({ ARN($0) }) {
        let names = parts.resource.split(separator: "/").map(String.init)
        switch names[0] {
        case "assumed-role": #expect(account.roles[names[1]] != nil, "\(names[1])")
        case "user": #expect(account.users[names[1]] != nil, "\(names[1])")
        default: break
        }
      }
      for resource in record.resources where resource.type == "AWS::S3::Bucket" {
        let bucket = String(resource.arn.dropFirst("arn:aws:s3:::".count))
        #expect(world.cloud.buckets[bucket] != nil)
      }
      if record.eventName == "TerminateInstances" { instances += 1 }
    }
    #expect(instances > 0)
  }

  /// Instances that traffic makes and ends are those of the account.
  @Test func whatTrafficMadeCanBeUsed() throws {
    let world = TrafficWorld()
    try world.run("batch", hours: 12, rate: 3)
    let runs = try world.values().filter { $0["eventName"]?.text == "RunInstances" }
    let id = try #require(
      runs.last?.at("responseElements.instancesSet.items.0.instanceId")?.text)
    var call = APICall("ec2", "DescribeInstances")
    call.parameters = [JSONMember("instanceId", .string(id))]
    #expect(try world.cloud.perform(call).error == nil)
  }

  @Test func whatIsDeletedIsMissed() throws {
    let world = TrafficWorld()
    try world.run("shop", hours: 2, rate: 4)
    for name in ["shop-catalogue"] {
      let result = try world.cloud.perform(
        APICall("iam", "DeleteRole", parameters: [JSONMember("RoleName", .string(name))]))
      #expect(result.error == nil)
    }
    world.cloud.buckets["shop-orders-\(CloudDefaults.account)"] = nil
    let before = world.records.count
    try world.run("shop", hours: 3, rate: 4)
    let later = world.records[before...]
    #expect(!later.contains { $0.userIdentityARN?.contains("shop-catalogue/") == true })
    let puts = later.filter {
      $0.eventName == "PutObject" && $0.userIdentityARN?.contains("shop-checkout") == true
    }
    #expect(!puts.isEmpty)
    #expect(puts.allSatisfy { $0.errorCode == "NoSuchBucket" })
  }

  /// What was there before left no event; the calls did, whatever they made.
  @Test func furnitureLeavesNoEvents() throws {
    let world = TrafficWorld()
    try world.cloud.startTraffic(world.request("shop", rate: 1))
    #expect(world.records.isEmpty)
    #expect(world.cloud.buckets["shop-orders-\(CloudDefaults.account)"] != nil)
    #expect(world.cloud.functionNames().contains("shop-checkout"))
    _ = world.cloud.stopTraffic()
    try world.run("shop", hours: 1, rate: 1)
    #expect(world.records.allSatisfy { $0.eventName != "CreateBucket" })
  }

  // MARK: With the clock

  @Test func trafficGoesOnAsTheClockMovesUntilItIsStopped() throws {
    let world = TrafficWorld()
    try world.cloud.startTraffic(world.request("shop", rate: 10))
    #expect(world.cloud.runningTraffic.map(\.profile) == ["shop"])
    world.cloud.advance(to: world.cloud.now + Self.hour)
    let first = world.records.count
    #expect(first > 200)
    var later = APICall("ec2", "DescribeInstances")
    later.time = world.cloud.now + Self.hour
    _ = try world.cloud.perform(later)
    #expect(world.records.count > first + 200)
    #expect(world.records.last?.eventName == "DescribeInstances")
    let times = world.records.map(\.eventTime)
    #expect(times == times.sorted())
    let ended = world.cloud.stopTraffic("shop")
    #expect(ended.first?.report.calls == world.records.count - 1)
    let count = world.records.count
    world.cloud.advance(to: world.cloud.now + Self.hour)
    #expect(world.records.count == count)
    #expect(world.cloud.runningTraffic.isEmpty)
  }

  /// Deliveries happen among the calls: a file holds no event that is later than its own writing.
  @Test func deliveriesHappenOnTheWay() throws {
    let world = TrafficWorld()
    try world.cloud.defineBucket("logs", policy: BucketPolicy.forCloudTrail("logs"))
    for (name, parameters) in [
      ("CreateTrail", [JSONMember("Name", "main"), JSONMember("S3BucketName", "logs")]),
      ("StartLogging", [JSONMember("Name", "main")]),
    ] {
      _ = try world.cloud.perform(APICall("cloudtrail", name, parameters: parameters))
    }
    let before = world.records.count
    try world.run("shop", hours: 3, rate: 6)
    let keys = try world.storage.keys(in: "logs", prefix: "AWSLogs/")
    #expect(keys.count > 20)
    var delivered = 0
    for key in keys {
      let object = try world.cloud.readObject(key, in: "logs")
      let plain = try JSONParser.parse(object.inflatedBytes)
      let times = try #require(plain["Records"]?.elements).compactMap {
        $0["eventTime"]?.text.flatMap { EventTime.parse($0) }
      }
      delivered += times.count
      #expect(try #require(times.max()) <= object.headers.lastModified)
    }
    let trail = try #require(world.cloud.trails.all.first)
    let management = world.records[before...].filter { $0.category == .management }.count
    #expect(delivered + world.cloud.waiting(for: trail.id).count == management)
  }

  @Test func stoppingKeepsWhatHappened() throws {
    let world = TrafficWorld()
    let start = world.cloud.now
    let report = try world.cloud.runTraffic(
      world.request("shop", rate: 10), until: start + 24 * Self.hour
    ) { world.records.count >= 100 }
    #expect(report.calls == world.records.count)
    #expect((100...101).contains(report.calls))
    #expect(world.cloud.now > start && world.cloud.now < start + Self.hour)
    #expect(world.cloud.runningTraffic.isEmpty)
    // Nothing of it goes on.
    world.cloud.advance(to: start + 2 * Self.hour)
    #expect(world.records.count == report.calls)
  }

  @Test func aRegionThatIsNotThereIsRefused() {
    let world = TrafficWorld()
    var request = world.request("shop", rate: 1)
    request.region = "af-south-1"
    #expect(throws: CallProblem.self) { try world.cloud.startTraffic(request) }
  }

  @Test func trafficLivesInTheRegionThatIsAskedFor() throws {
    let world = TrafficWorld()
    var request = world.request("shop", rate: 4)
    request.region = "eu-west-1"
    _ = try world.cloud.runTraffic(request, until: world.cloud.now + 2 * Self.hour)
    let regions = Set(world.records.map(\.awsRegion))
    #expect(regions.isSubset(of: ["eu-west-1", "us-east-1"]))
    let global = world.records.filter { $0.awsRegion == "us-east-1" }
    #expect(
      global.allSatisfy {
        ["iam.amazonaws.com", "signin.amazonaws.com", "ce.amazonaws.com", "health.amazonaws.com"]
          .contains($0.eventSource)
      }, "\(Set(global.map(\.eventSource)))")
    #expect(world.records.contains { $0.resources.contains { $0.arn.contains("shop-orders") } })
  }
}
