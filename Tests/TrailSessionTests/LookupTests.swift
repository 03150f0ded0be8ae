import Testing
import TrailText

@testable import TrailSession

/// `lookup` (facts §2.2, §2.3): what LookupEvents would answer.
@Suite struct LookupTests {
  /// Five calls of the simulated world: three writes, a read and a data event.
  private static let calls = """
    clock 2026-01-05T09:00Z; simulate s3:CreateBucket bucketName=reports as bob; clock +1m;
    simulate iam:CreateUser userName=eve; clock +1m; simulate s3:ListBuckets as bob; clock +1m;
    simulate s3:GetObject bucketName=reports key=a.csv as bob error AccessDenied; clock +1m;
    simulate ec2:RunInstances imageId=ami-0abcdef1234567890 minCount=1 maxCount=1 in eu-west-1

    """

  private func session() throws -> TestSession {
    let test = try TestSession({ $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run(Self.calls + "output json")
    #expect(!test.messages.contains("error["), "\(test.messages)")
    return test
  }

  private func names(_ answer: String) -> [String] {
    answer.split(separator: "\"EventName\":\"").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
  }

  @Test(
    arguments: [
      // Newest first, reads too, no data events, one Region.
      ("lookup", ["ListBuckets", "CreateUser", "CreateBucket"]),
      ("set region eu-west-1; lookup", ["RunInstances"]),
      ("lookup EventName=CreateBucket", ["CreateBucket"]),
      ("lookup EventName=createbucket", []), ("lookup EventName=Create*", []),
      ("lookup EventName=GetObject", []), ("lookup insight", []),
      ("lookup ReadOnly=true", ["ListBuckets"]),
      ("lookup ReadOnly=false", ["CreateUser", "CreateBucket"]),
      ("lookup Username=bob", ["ListBuckets", "CreateBucket"]),
      (
        "simulate ec2:DescribeInstances as root; lookup Username=root max 1",
        ["DescribeInstances"]
      ),
      (
        "simulate iam:ListUsers as Ops/night; lookup Username=night",
        ["ListUsers"]
      ),
      ("lookup EventSource=iam.amazonaws.com", ["CreateUser"]),
      ("lookup ResourceName=reports", ["CreateBucket"]),
      ("lookup ResourceType=AWS::IAM::User", ["CreateUser"]),
      ("lookup EventSource=\"iam.amazonaws.com\" max 1", ["CreateUser"]),
      // Both ends count; times as in a sentence or as the AWS CLI takes them.
      ("lookup from 2026-01-05T09:01Z", ["ListBuckets", "CreateUser"]),
      (
        "lookup from 2026-01-05T09:01:00Z to 2026-01-05T09:01:00Z", ["CreateUser"]
      ),
      ("lookup to 1767603660", ["CreateUser", "CreateBucket"]),
      ("lookup from \"01-05-2026, 09:02 AM\"", ["ListBuckets"]),
      ("lookup from 2m", ["ListBuckets"]),
      ("clock +89d; lookup", ["ListBuckets", "CreateUser", "CreateBucket"]),
      ("clock +90d; lookup", []),
    ] as [(String, [String])])
  func answersAsTheAPIDoes(line: String, expected: [String]) throws {
    let test = try session()
    let answer = test.run(line)
    #expect(names(answer) == expected, "\(line): \(test.messages)")
    #expect(!test.messages.contains("error["), "\(test.messages)")
  }

  @Test(
    arguments: [
      ("lookup EventName=a EventSource=b", "InvalidLookupAttributesException"),
      ("lookup eventName=a", "InvalidLookupAttributesException"),
      ("lookup EventName=\"\"", "InvalidLookupAttributesException"),
      ("lookup ReadOnly=True", "InvalidLookupAttributesException"),
      ("lookup Username=a insight", "InvalidLookupAttributesException"),
      ("lookup from 2026-01-06 to 2026-01-05", "InvalidTimeRangeException"),
      ("lookup max 0", "InvalidMaxResultsException"),
      ("lookup max 51", "InvalidMaxResultsException"),
      ("lookup next abc", "InvalidNextTokenException"),
      ("lookup max many", "usage"), ("lookup form 2026", "usage"), ("lookup from", "usage"),
      ("lookup from whenever", "bad-time"),
    ])
  func refusesAsTheAPIDoes(line: String, code: String) throws {
    let test = try session()
    test.run(line)
    #expect(test.messages.contains("error"), "\(line): \(test.messages)")
    test.run("expect error \(code) \(line)")
    #expect(test.messages.isEmpty, "\(line): \(test.messages)")
  }

  @Test func pagesFollowEachOther() throws {
    let test = try session()
    var line: String? = "lookup Username=bob max 1"
    var seen: [String] = []
    while let next = line, seen.count < 5 {
      seen += names(test.run(next))
      line = test.messages.split(separator: "\n").first { $0.hasPrefix("more: ") }
        .map { String($0.dropFirst("more: ".count)) }
      // A token belongs to its request.
      if let line {
        #expect(line.hasPrefix("lookup Username=bob max 1 next "))
        test.run(line.replacing("max 1", with: "max 2"))
        #expect(test.messages.contains("error[InvalidNextTokenException]"))
      }
    }
    #expect(seen == ["ListBuckets", "CreateBucket"])
  }

  @Test func peopleSeeTheColumnsOfTheConsole() throws {
    let test = try session()
    let answer = test.run("output table; lookup Username=bob ; open 2")
    #expect(answer.contains("TIME"))
    #expect(answer.contains("AWS::S3::Bucket"), "\(answer)")
    #expect(answer.contains("CreateBucket"))
    test.run("lookup EventName=Nothing")
    #expect(
      test.messages
        == "no event of Event history matches (90 days: since 2025-10-07 09:04:00)\n")
  }

  @Test func anEventThatCameTwiceIsOneEvent() throws {
    let record = SampleRecords.all[1]
    let test = try TestSession(records: [record, record])
    #expect(names(test.run("output ndjson; lookup")) == ["DeleteBucket"])
  }
}
