import Testing
import TrailRecord

@testable import TrailCloud

/// PutEvents: entries, refusals of single ones, and the events that they become (measured on AWS).
@Suite struct PutEventsTests {
  private func entry(
    source: String? = "my.app", type: String? = "paid", detail: String? = "{}", more: String = ""
  ) -> String {
    func member(_ name: String, _ text: String?) -> String? {
      text.map { text in
        var bytes: [UInt8] = []
        JSONWriter.appendString(text.utf8, to: &bytes)
        return "\"\(name)\":" + String(decoding: bytes, as: UTF8.self)
      }
    }
    let members = [
      member("Source", source), member("DetailType", type), member("Detail", detail),
    ].compactMap(\.self)
    return "{" + members.joined(separator: ",") + more + "}"
  }

  private func put(_ bench: RuleBench, _ entries: String...) throws -> CallResult {
    try bench.call("events", "PutEvents", #"{"Entries":[\#(entries.joined(separator: ","))]}"#)
  }

  @Test func anEntryIsAnEventAtOnce() throws {
    let bench = try RuleBench()
    try bench.rule("paid", on: #"{"detail-type":["paid"]}"#)
    let result = try put(
      bench,
      entry(
        detail: #"{"amount": 12.50}"#,
        more: #","Resources":["arn:x"],"Time":"2026-01-02T03:04:05Z""#),
      entry(type: "sent"))
    #expect(result.response["FailedEntryCount"] == 0)
    let id = try #require(result.response.at("Entries.0.EventId")?.text)
    bench.advance(0)
    #expect(bench.tasks.count == 1)
    #expect(
      String(decoding: bench.tasks[0].task.event.bytes, as: UTF8.self)
        == #"{"version":"0","id":"\#(id)","detail-type":"paid","source":"my.app","account":"123456789012","time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":["arn:x"],"detail":{"amount":12.50}}"#
    )
  }

  @Test func theCallIsADataEventThatHidesTheDetail() throws {
    let bench = try RuleBench()
    let record = try JSONParser.parse(try put(bench, entry(detail: #"{"a":1}"#)).records[0].bytes)
    #expect(record["eventCategory"] == "Data")
    #expect(record.at("requestParameters.entries.0.source") == "my.app")
    #expect(record.at("requestParameters.entries.0.detail") == GeneralShapes.hidden)
    #expect(
      record.at("resources.0.ARN") == "arn:aws:events:us-east-1:123456789012:event-bus/default")
  }

  @Test(
    arguments: [
      (
        nil, "t", "{}", "InvalidArgument",
        "Parameter Source is not valid. Reason: Source is a required argument."
      ),
      (
        "s", nil, "{}", "InvalidArgument",
        "Parameter DetailType is not valid. Reason: DetailType is a required argument."
      ),
      (
        "s", "t", nil, "InvalidArgument",
        "Parameter Detail is not valid. Reason: Detail is a required argument."
      ),
      ("s", "t", "text", "MalformedDetail", "Detail is malformed."),
      ("s", "t", "[1]", "MalformedDetail", "Detail is malformed."),
      ("s", "t", "{\"a\":", "MalformedDetail", "Detail is malformed."),
      ("s", "t", "\"{}\"", "MalformedDetail", "Detail is malformed."),
      ("aws.s3", "t", "{}", "NotAuthorizedForSourceException", "Not authorized for the source."),
    ] as [(String?, String?, String?, String, String)])
  func badEntriesAreRefusedOneByOne(
    source: String?, type: String?, detail: String?, code: String, message: String
  ) throws {
    let bench = try RuleBench()
    let response = try put(bench, entry(), entry(source: source, type: type, detail: detail))
      .response
    #expect(response["FailedEntryCount"] == 1)
    #expect(response.at("Entries.0.EventId") != nil)
    #expect(
      response.at("Entries.1") == ["ErrorCode": .string(code), "ErrorMessage": .string(message)])
  }

  @Test func tooManyOrTooMuchIsRefusedAltogether() throws {
    let bench = try RuleBench()
    let eleven = Array(repeating: entry(), count: 11).joined(separator: ",")
    let many = try bench.call("events", "PutEvents", #"{"Entries":[\#(eleven)]}"#)
    #expect(many.error?.code == "ValidationException")
    #expect(
      many.error?.message.hasSuffix(
        "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10"
      )
        == true)
    let big = #"{"a":"\#(String(repeating: "x", count: 262_144))"}"#
    #expect(
      try put(bench, entry(detail: big)).error?.message
        == "Total size of the entries in the request is over the limit.")
  }

  /// An unknown bus takes events and loses them.
  @Test func eventsGoToTheBusThatIsNamed() throws {
    let bench = try RuleBench()
    try bench.call("events", "CreateEventBus", #"{"Name":"orders"}"#)
    try bench.rule("own", on: #"{"source":["my.app"]}"#, bus: "orders")
    try bench.rule("default", on: #"{"source":["my.app"]}"#)
    let response = try put(
      bench, entry(more: #","EventBusName":"orders""#), entry(more: #","EventBusName":"none""#)
    )
    .response
    #expect(response["FailedEntryCount"] == 0)
    bench.advance(0)
    #expect(bench.tasks.map(\.task.rule.name) == ["own"])
  }

  @Test func anotherAccountsBusMustLetTheCallerIn() throws {
    let bench = try RuleBench()
    bench.cloud.defineAccount("222233334444")
    let bus = BusID(account: "222233334444", region: "us-east-1")
    let more = #","EventBusName":"\#(bus.arn)""#
    #expect(
      try put(bench, entry(more: more)).response.at("Entries.0.ErrorCode")
        == "AccessDeniedException")
    try bench.cloud.letIn("123456789012", on: bus)
    #expect(try put(bench, entry(more: more)).response.at("Entries.0.EventId") != nil)
  }
}
