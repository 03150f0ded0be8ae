import Testing
import TrailCloud
import TrailRecord
import TrailTestSupport
import TrailText

@testable import TrailSession

/// LookupEvents as a simulated call: what it answers is Event history (facts §2.2, §2.3).
@Suite struct LookupEventsTests {
  private func session() throws -> TestSession {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run("define user bob; define user eve")
    return test
  }

  private func answer(_ test: TestSession, _ parameters: String) throws -> JSONValue {
    let text = test.run("simulate cloudtrail:LookupEvents \(parameters)")
    #expect(text == "", "\(text)")
    return try #require(test.session.lastResponse)
  }

  @Test func itAnswersTheEventsOfTheHistory() throws {
    let test = try session()
    test.run("simulate iam:CreateUser userName=u{n} as bob x 3 every 1m; simulate s3:ListBuckets")
    let found = try answer(
      test, #"lookupAttributes=[{"AttributeKey":"EventName","AttributeValue":"CreateUser"}]"#)
    let events = try #require(found["Events"]?.elements)
    #expect(events.map { $0["Username"]?.text } == ["bob", "bob", "bob"])
    #expect(events[0]["Resources"]?.elements?.first?["ResourceName"]?.text == "u3")
    let record = try JSONParser.parse(try #require(events[0]["CloudTrailEvent"]?.text))
    #expect(record["requestParameters"]?["userName"]?.text == "u3")
    // The same as the command says, which leaves no event.
    let said = test.run("output json; lookup EventName=CreateUser").split(separator: "\n")
    #expect(try JSONParser.parse(String(try #require(said.first))) == found)
  }

  @Test func itsLimitsAreAWSs() throws {
    let test = try session()
    test.run("simulate iam:CreateGroup groupName=g{n} x 60 every 1s")
    let first = try answer(test, "")
    #expect(first["Events"]?.elements?.count == 50)
    let token = try #require(first["NextToken"]?.text)
    // Its own calls are events too: the pages part at the same event nevertheless.
    let second = try answer(test, "nextToken=\(token)")
    let names = (second["Events"]?.elements ?? []).compactMap {
      $0["Resources"]?.elements?.first?["ResourceName"]?.text
    }
    #expect(!names.contains("g60"))
    #expect(second["NextToken"] == nil)
    for (parameters, code) in [
      ("maxResults=51", "InvalidMaxResultsException"),
      ("maxResults=0", "InvalidMaxResultsException"),
      ("nextToken=abc", "InvalidNextTokenException"),
      ("eventCategory=Management", "InvalidEventCategoryException"),
      ("startTime=2026-01-06 endTime=2026-01-05", "InvalidTimeRangeException"),
      (
        #"lookupAttributes=[{"AttributeKey":"EventName","AttributeValue":"a"},{"AttributeKey":"EventId","AttributeValue":"b"}]"#,
        "InvalidLookupAttributesException"
      ),
    ] {
      let line = test.run("expect error \(code) simulate cloudtrail:LookupEvents \(parameters)")
      #expect(line.hasPrefix("ok"), "\(line) \(test.messages)")
    }
    test.run("advance 91d")
    #expect(try answer(test, "")["Events"]?.elements?.isEmpty == true)
  }

  @Test func itIsOfOneRegionAndAccount() throws {
    let test = try session()
    test.run(
      "simulate ec2:CreateKeyPair keyName=here; simulate ec2:CreateKeyPair keyName=there in eu-west-1"
    )
    let attribute =
      #"lookupAttributes=[{"AttributeKey":"EventName","AttributeValue":"CreateKeyPair"}]"#
    for (region, key) in [("us-east-1", "here"), ("eu-west-1", "there")] {
      let events = try answer(test, "\(attribute) in \(region)")["Events"]?.elements ?? []
      #expect(events.count == 1)
      #expect(events.first?["CloudTrailEvent"]?.text?.contains(key) == true)
    }
    test.run("define account 222233334444")
    let other = try answer(test, "\(attribute) as 222233334444/root")
    #expect(other["Events"]?.elements?.isEmpty == true)
  }

  @Test func insightsAreACategoryOfTheirOwn() throws {
    let test = try session()
    test.run(
      """
      define bucket logs; define trail main to s3://logs; enable insights on main rate; advance 8d
      simulate s3:CreateBucket bucketName=b{n} as bob x 60 every 1s; advance 1h
      """)
    let found = try answer(test, "eventCategory=insight")
    let events = try #require(found["Events"]?.elements)
    #expect(events.map { $0["EventName"]?.text } == ["CreateBucket", "CreateBucket"])
    let record = try JSONParser.parse(try #require(events[1]["CloudTrailEvent"]?.text))
    #expect(record["insightDetails"]?["state"]?.text == "Start")
    let none = try answer(
      test,
      #"eventCategory=insight lookupAttributes=[{"AttributeKey":"EventName","AttributeValue":"CreateUser"}]"#
    )
    #expect(none["Events"]?.elements?.isEmpty == true)
    // Without the category there are none among them.
    let others = try answer(test, "maxResults=50")
    #expect(
      others["Events"]?.elements?.contains { $0["EventSource"]?.text == nil } == false)
    let line = test.run(
      #"expect error InvalidLookupAttributesException simulate cloudtrail:LookupEvents eventCategory=insight lookupAttributes=[{"AttributeKey":"Username","AttributeValue":"bob"}]"#
    )
    #expect(line.hasPrefix("ok"), "\(line)")
  }
}
