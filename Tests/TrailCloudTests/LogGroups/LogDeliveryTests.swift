import Testing
import TrailRecord

@testable import TrailCloud

/// From a trail to its log group (facts §7.1, §3.4).
@Suite struct LogDeliveryTests {
  /// Facts §7.1: one log event a record, the record itself, at its own time, about five minutes later.
  @Test func recordsArriveInAboutFiveMinutes() throws {
    let world = try LogsWorld()
    world.cloud.advance(to: CloudDefaults.start + 30_000)
    try world.call("iam", "CreateUser", #"{"UserName": "carol"}"#)
    let waiting = world.cloud.waitingForLogs(of: try world.trail.id)
    #expect(waiting.count == 1)
    #expect(try world.eventNames() == [])
    world.advance(minutes: 3)
    #expect(try world.eventNames() == [])
    world.advance(minutes: 4)
    #expect(try world.eventNames() == ["CreateUser"])
    let events = try world.call(
      "logs", "FilterLogEvents",
      #"{"logGroupName": "trail", "filterPattern": "{ $.eventName = CreateUser }"}"#)
    let event = try #require(events["events"]?.elements?.first)
    #expect(event["timestamp"]?.integer == Int(CloudDefaults.start + 30_000))
    #expect(event["logStreamName"]?.text == LogsWorld.stream)
    let arrival = Int64(try #require(event["ingestionTime"]?.integer)) - CloudDefaults.start
    #expect((180_000...390_000).contains(arrival))
    let status = try world.trail.status
    #expect(status.latestLogsDeliveryTime != nil && status.latestLogsDeliveryError == nil)
  }

  /// Facts §7.1: the calls of the set-up and of the deliveries, as real trails have them.
  @Test func theRoleIsAssumedAndRecorded() throws {
    let world = try LogsWorld(isMultiRegion: true)
    let keeper = RecordKeeper()
    world.cloud.observer = keeper
    try world.call(
      "cloudtrail", "UpdateTrail",
      """
      {"Name": "main", "CloudWatchLogsLogGroupArn": "\(LogsWorld.group)",
       "CloudWatchLogsRoleArn": "\(LogsWorld.role)"}
      """)
    try world.call("ec2", "RunInstances", #"{"ImageId": "ami-1"}"#, region: "eu-west-1")
    world.advance(minutes: 10)
    let assumed = keeper.named("AssumeRole")
    #expect(
      assumed.compactMap { $0.at("requestParameters.roleSessionName")?.text }
        == ["CloudTrail", "CLOUDWATCH_LOGS_DELIVERY_SESSION", "CLOUDWATCH_LOGS_DELIVERY_SESSION"])
    // Each Region's deliveries assume the role there.
    #expect(
      Set(assumed.compactMap { $0["awsRegion"]?.text }) == ["us-east-1", "eu-west-1"])
    let delivery = try #require(assumed.last)
    #expect(
      delivery["userIdentity"] == ["type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"])
    #expect(delivery.at("requestParameters.roleArn")?.text == LogsWorld.role)
    #expect(
      delivery["readOnly"] == true && delivery.at("resources.0.type")?.text == "AWS::IAM::Role")
    // The session lasts for most of an hour.
    try world.call("ec2", "RunInstances", #"{"ImageId": "ami-1"}"#, region: "eu-west-1")
    world.advance(minutes: 10)
    #expect(keeper.named("AssumeRole").count == 3)
    world.advance(minutes: 60)
    try world.call("ec2", "DescribeInstances", region: "eu-west-1")
    world.advance(minutes: 10)
    #expect(keeper.named("AssumeRole").count == 4)
    // All went into the stream of the home Region.
    #expect(try world.eventNames().contains("RunInstances"))
  }

  /// Facts §7.1: CreateLogStream by the assumed role, invoked by CloudTrail.
  @Test func theStreamIsMadeByTheRole() throws {
    let world = try LogsWorld(hasTrail: false)
    let keeper = RecordKeeper()
    world.cloud.observer = keeper
    try world.call(
      "cloudtrail", "CreateTrail",
      """
      {"Name": "main", "S3BucketName": "logs", "CloudWatchLogsLogGroupArn": "\(LogsWorld.group)",
       "CloudWatchLogsRoleArn": "\(LogsWorld.role)"}
      """)
    let made = try #require(keeper.named("CreateLogStream").first)
    #expect(
      made["requestParameters"] == [
        "logGroupName": "trail", "logStreamName": "123456789012_CloudTrail_us-east-1",
      ])
    #expect(made.at("userIdentity.type")?.text == "AssumedRole")
    #expect(made.at("userIdentity.invokedBy")?.text == "cloudtrail.amazonaws.com")
    #expect(
      made.at("userIdentity.arn")?.text
        == "arn:aws:sts::123456789012:assumed-role/CloudTrail_CloudWatchLogs_Role/CloudTrail")
    #expect(made["apiVersion"]?.text == "20140328" && made["readOnly"] == false)
    let session = try #require(keeper.named("AssumeRole").first)
    #expect(
      made.at("userIdentity.accessKeyId")
        == session.at("responseElements.credentials.accessKeyId"))
  }

  @Test func flushDeliversNow() throws {
    let world = try LogsWorld()
    try world.call("iam", "CreateUser", #"{"UserName": "carol"}"#)
    let report = world.cloud.flush()
    #expect(report.logEvents == ["trail": 1] && report.logFailures.isEmpty)
    #expect(try world.eventNames() == ["CreateUser"])
    // What was due later does not come twice. The delivery's own AssumeRole comes in its turn.
    world.advance(minutes: 10)
    #expect(try world.eventNames() == ["CreateUser", "AssumeRole"])
  }

  /// Facts §7.1: larger records are not sent.
  @Test func largeRecordsStayOut() throws {
    let world = try LogsWorld()
    let text = String(repeating: "x", count: 260 * 1024)
    try world.call("iam", "CreateUser", #"{"UserName": "carol"}"#)
    _ = try world.attempt(
      "ssm", "PutParameter", #"{"Name": "big", "Description": "\#(text)", "Value": "1"}"#)
    _ = world.cloud.flush()
    #expect(try world.eventNames() == ["CreateUser"])
  }

  @Test func organizationTrailsHaveStreamsOfTheirOwn() throws {
    let world = try LogsWorld(hasTrail: false)
    world.cloud.defineAccount("222233334444", isMember: true)
    let id = try #require(world.cloud.world.organization?.id)
    var bucket = try #require(world.cloud.buckets["logs"])
    bucket.policy = [
      "Statement": [
        [
          "Effect": "Allow", "Principal": ["Service": "cloudtrail.amazonaws.com"], "Action": "s3:*",
          "Resource": "*",
        ]
      ]
    ]
    try world.cloud.defineBucket("all", policy: bucket.policy)
    try world.call(
      "cloudtrail", "CreateTrail",
      """
      {"Name": "org", "S3BucketName": "all", "IsOrganizationTrail": true,
       "CloudWatchLogsLogGroupArn": "\(LogsWorld.group)", "CloudWatchLogsRoleArn": "\(LogsWorld.role)"}
      """)
    try world.call("cloudtrail", "StartLogging", #"{"Name": "org"}"#)
    var call = APICall("iam", "CreateUser", parameters: [JSONMember("UserName", "dora")])
    call.caller.account = "222233334444"
    _ = try world.cloud.perform(call)
    _ = world.cloud.flush()
    #expect(try world.eventNames("\(id)_222233334444_CloudTrail_us-east-1") == ["CreateUser"])
  }

  // MARK: Refusals

  private static let refusals: [(String, String, String, String)] = [
    (
      LogsWorld.group, "arn:aws:iam::123456789012:role/nobody",
      "InvalidCloudWatchLogsRoleArnException",
      "Access denied. Check the trust relationships for your role."
    ),
    (
      LogsWorld.group, "arn:aws:iam::123456789012:role/untrusting",
      "InvalidCloudWatchLogsRoleArnException",
      "Access denied. Check the trust relationships for your role."
    ),
    (
      "arn:aws:logs:us-east-1:123456789012:log-group:nowhere:*", LogsWorld.role,
      "InvalidCloudWatchLogsLogGroupArnException",
      "CloudTrail cannot validate the specified log group ARN."
    ),
    (
      "arn:aws:logs:eu-west-1:123456789012:log-group:europe:*", LogsWorld.role,
      "InvalidCloudWatchLogsLogGroupArnException",
      "CloudTrail cannot validate the specified log group ARN."
    ),
    (
      LogsWorld.group, "arn:aws:iam::123456789012:role/made",
      "InvalidCloudWatchLogsRoleArnException",
      "Access denied. Verify in IAM that the role has adequate permissions."
    ),
  ]

  /// Facts §3.4: what CreateTrail and UpdateTrail check, with AWS's texts.
  @Test(arguments: refusals)
  func trailsAreRefused(_ refusal: (group: String, role: String, code: String, text: String)) throws
  {
    let world = try LogsWorld(hasTrail: false)
    world.cloud.defineRole("untrusting")
    try world.cloud.defineLogGroup("europe", region: "eu-west-1")
    try world.call(
      "iam", "CreateRole",
      """
      {"RoleName": "made", "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow",
       "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}
      """)
    let result = try world.attempt(
      "cloudtrail", "CreateTrail",
      """
      {"Name": "main", "S3BucketName": "logs", "CloudWatchLogsLogGroupArn": "\(refusal.group)",
       "CloudWatchLogsRoleArn": "\(refusal.role)"}
      """)
    #expect(result.error?.code == refusal.code)
    #expect(result.error?.message == refusal.text)
    #expect(result.error?.advice != nil)
  }

  /// Facts §7.1: the policy that AWS's guide gives is enough; one that leaves out an action is not.
  @Test func theRolesPoliciesCount() throws {
    let world = try LogsWorld(hasTrail: false)
    func document(_ actions: String) -> String {
      """
      {"Statement": [{"Effect": "Allow", "Action": [\(actions)], "Resource": [
       "arn:aws:logs:us-east-1:123456789012:log-group:trail:log-stream:123456789012_CloudTrail_us-east-1*"]}]}
      """
    }
    func create() throws -> String? {
      try world.attempt(
        "cloudtrail", "CreateTrail",
        """
        {"Name": "main", "S3BucketName": "logs", "CloudWatchLogsLogGroupArn": "\(LogsWorld.group)",
         "CloudWatchLogsRoleArn": "\(LogsWorld.role)"}
        """
      ).error?.message
    }
    try world.call(
      "iam", "PutRolePolicy",
      """
      {"RoleName": "CloudTrail_CloudWatchLogs_Role", "PolicyName": "p",
       "PolicyDocument": \(document(#""logs:CreateLogStream""#))}
      """)
    #expect(try create() == "Access denied. Verify in IAM that the role has adequate permissions.")
    try world.call(
      "iam", "PutRolePolicy",
      """
      {"RoleName": "CloudTrail_CloudWatchLogs_Role", "PolicyName": "p",
       "PolicyDocument": \(document(#""logs:CreateLogStream", "logs:PutLogEvents""#))}
      """)
    #expect(try create() == nil)
    // A managed policy does too, in the version that is the default.
    try world.call(
      "iam", "DeleteRolePolicy",
      #"{"RoleName": "CloudTrail_CloudWatchLogs_Role", "PolicyName": "p"}"#)
    try world.call(
      "iam", "CreatePolicy",
      #"{"PolicyName": "logs", "PolicyDocument": \#(document(#""logs:*""#))}"#)
    try world.call("cloudtrail", "StartLogging", #"{"Name": "main"}"#)
    try world.call("iam", "CreateUser", #"{"UserName": "carol"}"#)
    #expect(world.cloud.flush().logFailures.map(\.code) == ["AccessDenied"])
    try world.call(
      "iam", "AttachRolePolicy",
      """
      {"RoleName": "CloudTrail_CloudWatchLogs_Role",
       "PolicyArn": "arn:aws:iam::123456789012:policy/logs"}
      """)
    #expect(world.cloud.flush().logFailures.isEmpty)
    #expect(try world.eventNames().contains("CreateUser"))
  }

  // MARK: Failures

  /// Facts §7.1: an error stands in the trail's status, and nothing is lost once its cause is gone.
  @Test func failuresAreRetried() throws {
    let world = try LogsWorld()
    try world.call("logs", "DeleteLogGroup", #"{"logGroupName": "trail"}"#)
    try world.call("iam", "CreateUser", #"{"UserName": "carol"}"#)
    world.advance(minutes: 30)
    #expect(try world.trail.status.latestLogsDeliveryError == "ResourceNotFoundException")
    let waiting = world.cloud.waitingForLogs(of: try world.trail.id)
    #expect(waiting.count >= 2 && waiting.error == "ResourceNotFoundException")
    try world.call("logs", "CreateLogGroup", #"{"logGroupName": "trail"}"#)
    world.advance(minutes: 15)
    #expect(try world.trail.status.latestLogsDeliveryError == nil)
    // The delivery made the stream anew.
    let names = try world.eventNames()
    #expect(names.contains("CreateUser") && names.contains("DeleteLogGroup"))
    #expect(Set(names).isSuperset(of: ["CreateLogGroup", "CreateLogStream"]))
  }

  @Test func aRoleThatIsGoneStopsDeliveries() throws {
    let world = try LogsWorld()
    try world.call("iam", "DeleteRole", #"{"RoleName": "CloudTrail_CloudWatchLogs_Role"}"#)
    world.advance(minutes: 10)
    #expect(try world.trail.status.latestLogsDeliveryError == "AccessDenied")
    world.cloud.defineRole(
      "CloudTrail_CloudWatchLogs_Role",
      trusting: Cloud.trustPolicy(["Service": "cloudtrail.amazonaws.com"]))
    world.advance(minutes: 10)
    #expect(try world.eventNames().contains("DeleteRole"))
  }

  /// Ours: CloudWatch Logs takes no events older than 14 days, so what waits longer is lost.
  @Test func whatIsTooOldIsLost() throws {
    let world = try LogsWorld()
    _ = world.cloud.takeHappenings()
    try world.call("logs", "DeleteLogGroup", #"{"logGroupName": "trail"}"#)
    world.advance(minutes: 15 * 24 * 60)
    #expect(world.cloud.takeHappenings().lostLogEvents == ["main": 1])
  }

  /// The same seed gives the same log events at the same times.
  @Test func deliveriesAreDeterministic() throws {
    func events(_ seed: UInt64) throws -> String {
      let world = try LogsWorld(isMultiRegion: true, seed: seed)
      for minute in 0..<20 {
        world.cloud.advance(to: CloudDefaults.start + Int64(minute) * 45_000)
        try world.call("ec2", "DescribeVpcs", region: minute % 2 == 0 ? "us-east-1" : "eu-west-1")
      }
      world.advance(minutes: 10)
      let answer = try world.call("logs", "FilterLogEvents", #"{"logGroupName": "trail"}"#)
      return String(decoding: JSONWriter.bytes(answer), as: UTF8.self)
    }
    #expect(try events(3) == events(3))
    #expect(try events(3) != events(4))
  }

  /// Chunks that are packed give back what was put into them, in its order.
  @Test func manyEventsAreKeptWhole() throws {
    var store = LogEventStore()
    let messages = (0..<4000).map { number in
      Array("{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: 700))\"}".utf8)
    }
    for (number, message) in messages.enumerated() {
      store.append(message, time: Int64(number), isJSON: true)
    }
    #expect(store.chunks.count > 2 && store.chunks.contains { $0.packed != nil })
    var other = LogEventStore()
    other.append(Array("first".utf8), time: -5, ingestionTime: 1, isJSON: false)
    other.append(store, ingestionTime: 9)
    other.append(Array("last".utf8), time: 9999, ingestionTime: 10, isJSON: false)
    var found: [[UInt8]] = []
    var times: Set<Int64> = []
    other.forEach { bytes, range, entry in
      found.append(Array(bytes[range]))
      times.insert(entry.ingestionTime)
    }
    #expect(found == [Array("first".utf8)] + messages + [Array("last".utf8)])
    #expect(times == [1, 9, 10])
    #expect(other.count == 4002 && other.oldest == -5 && other.newest == 9999)
    #expect(other.byteCount == found.reduce(0) { $0 + $1.count })
    #expect(other.events(from: 3990).count == 11)
    other.dropChunks(before: 3990)
    #expect(other.count < 4002 && other.newest == 9999)
  }
}
