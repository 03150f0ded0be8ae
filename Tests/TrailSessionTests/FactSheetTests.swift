import Testing
import TrailCrypto
import TrailRecord
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// The facts that are easy to get wrong (facts §0), each as a user of the shell meets it.
///
/// §0.12 and §0.13 are about Insights, §0.18 and §0.19 about EventBridge: they are tested where those are.
@Suite struct FactSheetTests {
  private let test: TestSession

  init() throws {
    test = try TestSession({ $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run("define bucket logs; define bucket data; define user bob mfa; define role Ops")
  }

  private var cloud: Cloud { get throws { try #require(test.session.cloudIfBegun) } }

  /// The records that a question answers, after some statements.
  private func records(_ statements: String, _ question: String) throws -> [JSONValue] {
    test.run(statements)
    let lines = test.run("output ndjson; \(question)").split(separator: "\n")
    test.run("output table")
    return try lines.map { try JSONParser.parse(String($0)) }
  }

  /// The record of one call.
  private func record(_ call: String) throws -> JSONValue {
    // CloudTrail looks at the bucket right after a trail was made.
    try #require(
      try records("simulate \(call)", "calls where not user=cloudtrail.amazonaws.com").last,
      "\(test.messages)")
  }

  private func lookUp(_ words: String) throws -> [JSONValue] { try records("", "lookup \(words)") }

  @Test("§0.1: a trail that CreateTrail made does not log until StartLogging")
  func aNewTrailDoesNotLog() throws {
    test.run("define trail main to s3://logs stopped; simulate iam:CreateUser userName=a; flush")
    #expect(try records("", "delivered main").isEmpty)
    #expect(try cloud.trails.all[0].isLogging == false)
    test.run("start main; simulate iam:CreateUser userName=b; flush")
    let names = try records("", "delivered main where name=CreateUser")
    #expect(names.compactMap { $0["requestParameters"]?["userName"]?.text } == ["b"])
  }

  @Test("§0.2: one Region unless told, and no multi-Region trail without global events")
  func trailsAreOfOneRegionUnlessTold() throws {
    let made = try record("cloudtrail:CreateTrail name=main s3BucketName=logs")
    #expect(made["responseElements"]?["isMultiRegionTrail"] == false)
    let refused = try record(
      "cloudtrail:CreateTrail name=two s3BucketName=logs isMultiRegionTrail=true includeGlobalServiceEvents=false"
    )
    #expect(refused["errorCode"] == "InvalidParameterCombinationException")
    #expect(refused["errorMessage"] == "Multi-Region trail must include global service events.")
  }

  @Test(
    "§0.3: events of global services are us-east-1's, and found there only",
    arguments: [
      ("iam:CreateUser userName=eve", "CreateUser"),
      ("sts:AssumeRole roleArn=arn:aws:iam::123456789012:role/Ops roleSessionName=x", "AssumeRole"),
      (
        "cloudfront:CreateInvalidation distributionId=E1 invalidationBatch={}", "CreateInvalidation"
      ),
    ])
  func globalEventsAreUSEast1s(call: String, name: String) throws {
    test.run("set region eu-west-1")
    let made = try record(call)
    #expect(made["awsRegion"] == "us-east-1")
    let recorded = try #require(made["eventName"]?.text)
    #expect(recorded.hasPrefix(name))
    #expect(try lookUp("EventName=\(recorded)").isEmpty)
    test.run("set region us-east-1")
    #expect(try lookUp("EventName=\(recorded)").count == 1)
  }

  @Test("§0.4: AssumeRole is a read and has response elements all the same")
  func assumeRoleIsARead() throws {
    let made = try record(
      "sts:AssumeRole roleArn=arn:aws:iam::123456789012:role/Ops roleSessionName=x as bob")
    #expect(made["readOnly"] == true)
    let credentials = made["responseElements"]?["credentials"]
    #expect(credentials?["accessKeyId"]?.text?.hasPrefix("ASIA") == true)
    #expect(credentials?["secretAccessKey"] == nil)
  }

  @Test("§0.5: which booleans are strings")
  func someBooleansAreStrings() throws {
    let plain = try record("s3:ListBuckets as bob mfa")
    #expect(plain["userIdentity"]?["sessionContext"]?["attributes"]?["mfaAuthenticated"] == "true")
    #expect(plain["sessionCredentialFromConsole"] == nil)
    #expect(plain["readOnly"] == true)
    #expect(plain["managementEvent"] == true)
    let console = try record("iam:CreateUser userName=eve as bob console")
    #expect(console["sessionCredentialFromConsole"] == "true")
    let role = try record("s3:ListBuckets as Ops/x")
    #expect(role["userIdentity"]?["sessionContext"]?["attributes"]?["mfaAuthenticated"] == "false")
    #expect(try lookUp("EventName=CreateUser").first?["ReadOnly"] == "false")
    #expect(try lookUp("EventName=ListBuckets").first?["ReadOnly"] == "true")
  }

  @Test("§0.6: resources are spelled in two ways")
  func resourcesAreSpelledInTwoWays() throws {
    let deleted = try record("s3:DeleteBucket bucketName=data")
    #expect(
      deleted["resources"] == [
        [
          "accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::data",
        ]
      ])
    let found = try #require(try lookUp("EventName=DeleteBucket").first?["Resources"]?.elements)
    #expect(found.allSatisfy { Set($0.names) == ["ResourceType", "ResourceName"] })
    #expect(found.contains(["ResourceType": "AWS::S3::Bucket", "ResourceName": "data"]))
  }

  // MARK: Digests

  /// The digests of a trail that validates, after some hours, as they lie in the bucket.
  private func digests(_ statements: String = "") throws -> [(key: String, object: StoredObject)] {
    test.run(
      "define trail main to s3://logs region us-east-1 validate; \(statements); simulate iam:CreateUser userName=d; advance 3h"
    )
    let cloud = try cloud
    let keys = cloud.objectKeys(in: "logs").filter {
      $0.contains("CloudTrail-Digest/us-east-1/")
    }
    return try keys.map { ($0, try cloud.readObject($0, in: "logs")) }
  }

  private func body(_ object: StoredObject) throws -> (bytes: [UInt8], json: JSONValue) {
    let bytes = try #require(Gzip.decompress(object.bytes))
    return (bytes, try JSONParser.parse(bytes))
  }

  @Test("§0.7: hashes are of the uncompressed bytes")
  func hashesAreOfUncompressedBytes() throws {
    var seen = 0
    for digest in try digests() {
      for file in try body(digest.object).json["logFiles"]?.elements ?? [] {
        let key = try #require(file["s3Object"]?.text)
        let stored = try cloud.readObject(key, in: "logs")
        let plain = try #require(Gzip.decompress(stored.bytes))
        #expect(file["hashValue"]?.text == Encoding.hex(Hash.sha256(plain)))
        #expect(file["hashValue"]?.text != Encoding.hex(Hash.sha256(stored.bytes)))
        seen += 1
      }
    }
    #expect(seen > 0)
  }

  @Test(
    "§0.8, §0.9, §0.11: four lines are signed, the first digest's last is null; the signature is metadata"
  )
  func fourLinesAreSigned() throws {
    let all = try digests()
    #expect(all.count >= 2)
    let key = try #require(
      try cloud.publicKeys(from: 0, to: cloud.now, region: "us-east-1").first)
    #expect(key.base64.hasPrefix("MIIBCgKCAQEA"))
    for (index, digest) in all.enumerated() {
      let (bytes, json) = try body(digest.object)
      #expect(json["signature"] == nil)
      let metadata = Dictionary(
        uniqueKeysWithValues: digest.object.headers.metadata.map { ($0.name, $0.value) })
      #expect(metadata["signature-algorithm"] == "SHA256withRSA")
      let previous = json["previousDigestSignature"]?.text
      #expect((previous == nil) == (index == 0))
      let end = try #require(json["digestEndTime"]?.text)
      let lines = [
        end, "logs/\(digest.key)", Encoding.hex(Hash.sha256(bytes)), previous ?? "null",
      ]
      let hex = try #require(metadata["signature"])
      let signature = try #require(Encoding.bytes(hex: hex))
      #expect(
        SigningKey.verifies(
          signature, of: Array(lines.joined(separator: "\n").utf8),
          publicKey: key.der))
    }
  }

  @Test(
    "§0.10: a digest's key has two Regions and a stamp to the second; a log file's one to the minute"
  )
  func digestsHaveTwoRegions() throws {
    let key = try #require(try digests().first?.key)
    #expect(
      key
        == "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/01/05/123456789012_CloudTrail-Digest_us-east-1_main_us-east-1_20260105T100000Z.json.gz"
    )
    let log = try #require(
      try cloud.objectKeys(in: "logs", prefix: "AWSLogs/123456789012/CloudTrail/").first)
    let stamp = try #require(log.split(separator: "_").dropLast().last)
    #expect(stamp.utf8.count == "20260105T0905Z".utf8.count)
  }

  @Test("§0.14: network activity has eventType AwsVpceEvent")
  func networkEventsAreVpceEvents() throws {
    let made = try records("simulate s3:ListBuckets vpce vpce-0a1b2c3d", "calls")
    let network = try #require(made.last { $0["eventCategory"] == "NetworkActivity" })
    #expect(network["eventType"] == "AwsVpceEvent")
    for name in [
      "userAgent", "readOnly", "managementEvent", "requestParameters", "responseElements",
    ] {
      #expect(network[name] == nil)
    }
    let denied = try records("simulate s3:ListBuckets vpce vpce-1 error VpceAccessDenied", "calls")
    #expect(
      denied.last?["errorMessage"] == "The request was denied due to a VPC endpoint policy")
  }

  @Test("§0.15: no DeleteObject is in Event history")
  func eventHistoryHasNoDataEvents() throws {
    test.run("define trail main to s3://logs; select main data s3 all")
    let made = try record("s3:DeleteObject bucketName=data key=a")
    #expect(made["eventCategory"] == "Data")
    #expect(try lookUp("EventName=DeleteObject").isEmpty)
    #expect(try records("", "history all where name=DeleteObject").isEmpty)
    #expect(try records("", "events where name=DeleteObject").count == 1)
  }

  @Test("§0.16: a basic selector's bucket ends in a slash")
  func bucketsOfSelectorsEndInASlash() throws {
    test.run("define trail main to s3://logs")
    func values(_ value: String) -> String {
      #"[{"DataResources":[{"Type":"AWS::S3::Object","Values":["\#(value)"]}]}]"#
    }
    for value in ["arn:aws:s3:::data", "arn:aws:s3:::*"] {
      let refused = try record(
        "cloudtrail:PutEventSelectors trailName=main eventSelectors=\(values(value))")
      #expect(refused["errorCode"] == "InvalidEventSelectorsException")
      #expect(
        refused["errorMessage"]?.text == "Value \(value) for DataResources.Values is invalid.")
    }
    let taken = try record(
      "cloudtrail:PutEventSelectors trailName=main eventSelectors=\(values("arn:aws:s3:::data/"))")
    #expect(taken["errorCode"] == nil)
  }

  @Test("§0.17: positive operators are OR-ed, negative ones AND-ed, both groups AND-ed")
  func operatorsOfAdvancedSelectorsCombine() throws {
    test.run(
      #"define trail main to s3://logs; select main advanced '[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"eventName","Equals":["GetObject"],"StartsWith":["Put","Delete"],"NotEquals":["DeleteObject"],"NotEndsWith":["Acl"]}]}]'"#
    )
    for call in [
      "PutObject bucketName=data key=a", "GetObject bucketName=data key=a",
      "PutObjectAcl bucketName=data key=a", "DeleteObjectTagging bucketName=data key=a",
      "DeleteObject bucketName=data key=a", "HeadBucket bucketName=data",
    ] {
      test.run("simulate s3:\(call)")
    }
    let names = try records("", "events where data").compactMap { $0["eventName"]?.text }
    #expect(names == ["PutObject", "GetObject", "DeleteObjectTagging"])
  }

  @Test("§0.20: a failed ConsoleLogin has a message and no code; sign-ins have no requestID")
  func failedSignInsHaveNoCode() throws {
    for who in ["bob", "root"] {
      let failed = try record("signin:ConsoleLogin as \(who) fails")
      #expect(failed["errorMessage"] == "Failed authentication")
      #expect(failed["errorCode"] == nil)
      #expect(failed["requestID"] == nil)
      #expect(failed["responseElements"] == ["ConsoleLogin": "Failure"])
      let passed = try record("signin:ConsoleLogin as \(who) mfa")
      #expect(passed["requestID"] == nil)
      #expect(passed["eventType"] == "AwsConsoleSignIn")
      #expect(passed["additionalEventData"]?["MFAUsed"] == "Yes")
    }
  }

  // MARK: Delivery

  @Test("§0.21, §0.22: stamps, categories and spans of log files")
  func filesAreCutAsAWSCutsThem() throws {
    test.run(
      """
      define trail main to s3://logs; select main data s3 all
      simulate s3:PutObject bucketName=data key=k{n} as bob x 60 every 17s
      simulate iam:CreateUser userName=u{n} x 40 every 23s
      simulate ec2:RunInstances imageId=ami-0abc in eu-west-1 x 7 every 41s
      advance 30m
      """)
    var files = 0
    for key in try cloud.objectKeys(in: "logs") {
      let object = try cloud.readObject(key, in: "logs")
      let records = try #require(try body(object).json["Records"]?.elements)
      let times = records.compactMap { $0["eventTime"]?.text.flatMap { EventTime.parse($0) } }
      #expect(times.count == records.count)
      let newest = try #require(times.max())
      let oldest = try #require(times.min())
      let mark: Int64 = 300_000
      #expect(key.contains(LogFileKey.stamp((newest + mark - 1) / mark * mark).dropLast(3) + "Z_"))
      #expect(newest - oldest <= mark)
      #expect(Set(records.map { $0["eventCategory"]?.text }).count == 1)
      #expect(object.headers.lastModified >= newest)
      #expect(object.headers.lastModified - newest < 20 * 60_000)
      files += 1
    }
    #expect(files > 10)
  }

  @Test("§0.23: digests end at the same minute and second in every Region, and arrive later")
  func digestsEndTogether() throws {
    test.run("clock +53m")
    test.run("define trail main to s3://logs validate; advance 3h")
    let keys = try cloud.objectKeys(in: "logs").filter { $0.contains("CloudTrail-Digest") }
    let regions = Set(keys.compactMap { $0.split(separator: "/").dropFirst(3).first })
    #expect(regions.count > 10)
    var ends: Set<String> = []
    for key in keys {
      let object = try cloud.readObject(key, in: "logs")
      let text = try #require(try body(object).json["digestEndTime"]?.text)
      let end = try #require(EventTime.parse(text))
      ends.insert(String(EventTime.format(end).suffix(7)))
      #expect((8...22).contains((object.headers.lastModified - end) / 60_000))
    }
    #expect(ends == [":53:00Z".suffix(7).description])
  }

  @Test(
    "§0.24: which records of refused calls keep their parameters",
    arguments: [
      ("sts:AssumeRole roleArn=arn:aws:iam::123456789012:role/Ops roleSessionName=x", false),
      ("cloudtrail:StopLogging name=main", false), ("lambda:DeleteFunction functionName=f", false),
      ("organizations:DescribeAccount accountId=222233334444", false),
      ("logs:DeleteLogGroup logGroupName=g", false), ("s3:GetObject bucketName=data key=a", true),
      ("ec2:TerminateInstances instanceIds=i-0123456789abcdef0", true),
    ])
  func refusedCallsKeepParametersOrNot(call: String, keeps: Bool) throws {
    let refused = try record("\(call) error AccessDenied")
    #expect((refused["requestParameters"] != .null) == keeps)
    #expect(refused["responseElements"] == .null)
    let failed = try record("\(call) error InternalError")
    #expect(failed["requestParameters"] != .null)
  }

  @Test("§0.24: throttled calls of Systems Manager lose their parameters")
  func throttledCallsLoseParameters() throws {
    let throttled = try record("ssm:GetParameter name=/a error ThrottlingException")
    #expect(throttled["requestParameters"] == .null)
    #expect(throttled["errorMessage"] == "Rate exceeded")
  }

  @Test("§0.25, §1.8: a service's own event says no type of identity")
  func serviceEventsHaveNoTypeOfIdentity() throws {
    test.run("define key alias/ct")
    let rotated = try record("kms:RotateKey keyId=alias/ct")
    #expect(
      rotated["userIdentity"] == ["accountId": "123456789012", "invokedBy": "AWS Internal"])
    #expect(rotated["eventType"] == "AwsServiceEvent")
    #expect(rotated["sourceIPAddress"] == "AWS Internal")
    #expect(rotated["userAgent"] == "AWS Internal")
    #expect(rotated["requestID"] == nil)
    #expect(rotated["requestParameters"] == .null)
    #expect(rotated["responseElements"] == .null)
    let key = try #require(try cloud.keys.byARN.values.first)
    #expect(rotated["serviceEventDetails"] == ["keyId": .string(key.id)])
    #expect(rotated["resources"]?.elements?.first?["ARN"]?.text == key.arn)
    let snapshot = try record("ec2:SharedSnapshotVolumeCreated")
    #expect(snapshot["userIdentity"]?.names == ["accountId", "invokedBy"])
    test.run("simulate s3:PutObject bucketName=data key=a")
    let batch = try records(
      #"simulate s3:DeleteObjects bucketName=data delete={"Objects":[{"Key":"a"},{"Key":"b"}]}"#,
      "calls where name in (DeleteObjects, DeleteObject)")
    #expect(
      batch.map { $0["eventName"]?.text } == ["DeleteObjects", "DeleteObject", "DeleteObject"])
    #expect(batch[0]["requestParameters"]?["Delete"] == nil)
    #expect(batch[1]["userIdentity"]?.names == ["accountId", "invokedBy"])
    #expect(batch[1]["requestParameters"]?["key"] == "a")
  }
}

extension JSONValue {
  fileprivate var names: [String] { members?.map(\.nameText) ?? [] }
}
