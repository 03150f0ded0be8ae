import Testing
import TrailRecord

@testable import TrailCloud

/// LookupEvents' rules (facts §2.2, §2.3).
@Suite struct LookupTests {
  private static func entry(_ number: Int, _ json: String = "") throws -> LookupEntry {
    let time = EventTime.format(CloudDefaults.start - Int64(number / 2) * 1000)
    return LookupEntry(
      record: try JSONParser.parse(
        #"{"userIdentity":{"type":"IAMUser","userName":"bob","accessKeyId":"AKIA1"},"eventTime":"\#(time)","eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","eventID":"e\#(number)","readOnly":false,"requestParameters":{"bucketName":"data"}\#(json),"eventCategory":"Management"}"#
      ))
  }

  @Test(
    arguments: [
      (
        #"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"a"},{"AttributeKey":"EventId","AttributeValue":"b"}]}"#,
        "InvalidLookupAttributesException"
      ),
      (
        #"{"LookupAttributes":[{"AttributeKey":"eventname","AttributeValue":"a"}]}"#,
        "InvalidLookupAttributesException"
      ),
      (
        #"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":""}]}"#,
        "InvalidLookupAttributesException"
      ),
      // Underscores count as two.
      (
        #"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"\#(String(repeating: "_", count: 1001))"}]}"#,
        "InvalidLookupAttributesException"
      ),
      (
        #"{"LookupAttributes":[{"AttributeKey":"ReadOnly","AttributeValue":"yes"}]}"#,
        "InvalidLookupAttributesException"
      ),
      (
        #"{"LookupAttributes":[{"AttributeKey":"Username","AttributeValue":"a"}],"EventCategory":"insight"}"#,
        "InvalidLookupAttributesException"
      ),
      (#"{"EventCategory":"Insight"}"#, "InvalidEventCategoryException"),
      (#"{"StartTime":2,"EndTime":1}"#, "InvalidTimeRangeException"),
      (#"{"MaxResults":0}"#, "InvalidMaxResultsException"),
      (#"{"MaxResults":51}"#, "InvalidMaxResultsException"),
      (#"{"NextToken":"nonsense"}"#, "InvalidNextTokenException"),
    ])
  func whatIsRefused(json: String, code: String) throws {
    let parameters = try JSONParser.parse(json)
    let error = #expect(throws: AWSError.self) { try LookupRequest(parameters: parameters) }
    #expect(error?.code == code)
  }

  @Test func aValueOfTwoThousandCountedCharactersIsTaken() throws {
    let value = String(repeating: "_", count: 999) + "ab"
    #expect(try LookupRequest(attributes: [("EventName", value)]).attribute?.value == value)
  }

  /// Newest first, pages of the size asked for, and tokens that hold for the same parameters only.
  @Test func pagesFollowEachOther() throws {
    let entries = try (0..<23).map { try Self.entry($0) }
    var ids: [String] = []
    var token: String?
    var pages = 0
    repeat {
      let request = try LookupRequest(maxResults: 5, nextToken: token)
      // An event that comes between two pages is on none of them.
      let all = try pages == 0 ? entries : [Self.entry(-2)] + entries
      let page = request.page(of: all, now: CloudDefaults.start + 5000)
      ids += page.entries.map(\.eventID)
      token = page.nextToken
      pages += 1
    } while token != nil
    #expect(ids == entries.map(\.eventID) && pages == 5)
    let first = try LookupRequest(maxResults: 5).page(of: entries, now: CloudDefaults.start)
    #expect(throws: AWSError.self) {
      try LookupRequest(maxResults: 6, nextToken: first.nextToken)
    }
  }

  @Test(arguments: [
    ("EventId", "e0", true), ("EventName", "DeleteBucket", true),
    ("EventName", "deletebucket", false),
    ("ReadOnly", "false", true), ("Username", "bob", true),
    ("ResourceType", "AWS::S3::Bucket", true),
    ("ResourceName", "data", true), ("ResourceName", "dat", false), ("AccessKeyId", "AKIA1", true),
    ("EventSource", "s3", false),
  ])
  func attributesAreExact(key: String, value: String, isFound: Bool) throws {
    let request = try LookupRequest(attributes: [(key, value)])
    #expect(request.accepts(try Self.entry(0), now: CloudDefaults.start) == isFound)
  }

  /// §0.15, §2.1: ninety days, management events only.
  @Test func onlyManagementEventsOfNinetyDaysAreFound() throws {
    let request = try LookupRequest()
    let entry = try Self.entry(0)
    let day = EventTime.millisecondsPerDay
    #expect(request.accepts(entry, now: CloudDefaults.start + 90 * day))
    #expect(!request.accepts(entry, now: CloudDefaults.start + 90 * day + 1))
    var data = entry
    data.isManagement = false
    #expect(!request.accepts(data, now: CloudDefaults.start))
    #expect(try !LookupRequest(eventCategory: "insight").accepts(entry, now: CloudDefaults.start))
  }

  @Test func anEntryIsAsOnTheWire() throws {
    let entry = try Self.entry(0)
    let record = text(.string(JSONWriter.bytes(entry.record)))
    #expect(
      text(entry.json)
        == #"{"EventId":"e0","EventName":"DeleteBucket","ReadOnly":"false","AccessKeyId":"AKIA1","EventTime":1767603600,"EventSource":"s3.amazonaws.com","Username":"bob","Resources":[{"ResourceType":"AWS::S3::Bucket","ResourceName":"data"}],"CloudTrailEvent":\#(record)}"#
    )
  }

  @Test(
    arguments: [
      (#"{"type":"Root","accountId":"1"}"#, "root"),
      (#"{"type":"IAMUser","userName":"eve"}"#, "eve"),
      (#"{"type":"AssumedRole","principalId":"AROA:night-shift"}"#, "night-shift"),
      (#"{"type":"AWSService","invokedBy":"x.amazonaws.com"}"#, nil),
    ] as [(String, String?)])
  func usernames(identity: String, name: String?) throws {
    let entry = LookupEntry(record: try JSONParser.parse(#"{"userIdentity":\#(identity)}"#))
    #expect(entry.username == name && entry.accessKeyID == nil)
  }

  /// The AWS CLI's forms of times.
  @Test(
    arguments: [
      ("1422317782", 1_422_317_782_000), ("1422317782.0", 1_422_317_782_000),
      ("01-27-2015", 1_422_316_800_000), ("01-27-2015,01:16PM", 1_422_364_560_000),
      ("01-27-2015, 01:16 PM", 1_422_364_560_000), ("01/27/2015, 13:16", 1_422_364_560_000),
      ("2015-01-27", 1_422_316_800_000), ("2015-01-27, 01:16 PM", 1_422_364_560_000),
      ("2015-01-27T13:16:00Z", 1_422_364_560_000), ("2015-01-27, 12:05 AM", 1_422_317_100_000),
      ("yesterday", nil), ("13-45-2015", nil), ("2015-01-27, 25:00", nil), ("", nil),
    ] as [(String, Int64?)])
  func timesOfTheCLI(form: String, time: Int64?) {
    #expect(LookupTime.parse(form) == time)
  }
}
