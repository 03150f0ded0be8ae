import Testing
import TrailEngine
import TrailLanguage
import TrailRecord

@Suite struct EmptyAnswerTests {
  private static let records = [
    #"{"eventTime":"2026-11-20T10:00:00Z","eventName":"DeleteTrail","eventSource":"cloudtrail.amazonaws.com","requestParameters":{"bucketName":"data"}}"#,
    #"{"eventTime":"2026-11-21T15:10:00Z","eventName":"DeleteTrail","eventSource":"cloudtrail.amazonaws.com"}"#,
    #"{"eventTime":"2026-11-21T16:00:00Z","eventName":"GetObject","eventSource":"s3.amazonaws.com","readOnly":true}"#,
  ]

  private static func notes(_ sentence: String, records: [String] = records) throws -> [Note] {
    let store = EventStore()
    if !records.isEmpty {
      try RandomStore.importRecords(records.map { try JSONParser.parse($0) }, into: store)
    }
    let syntax = try #require(QueryParser.parse(sentence).syntax)
    let clock = EventTime.parse("2026-11-22T12:00:00Z") ?? 0
    let context = BindingContext(snapshot: store.snapshot(), clock: clock)
    return try QueryEngine().compile(syntax, in: context).run().notes
  }

  @Test(arguments: [
    (
      "events where name = DeleteTrial",
      "No event has `name` DeleteTrial; DeleteTrail has 2, the newest 2026-11-21T15:10:00Z."
    ),
    ("events since 1h", "The newest event is of 2026-11-21T16:00:00Z, before the window begins."),
    ("events until 2026-10", "The oldest event is of 2026-11-20T10:00:00Z, after the window ends."),
    (
      "events where req.bucketNam = data",
      "No record has `req.bucketNam`; near: req.bucketName."
    ),
    (
      "events where resp.bucketName = data",
      "No record has `resp.bucketName`; near: req.bucketName."
    ),
    ("events where about nothing", "No parameter, response, resource or ARN names nothing."),
    (
      "events | where name = GetObject | count by user | where count > 5",
      "`where count > 5` leaves none of 1 row."
    ),
    (
      "events where name=DeleteTrail then name=DeleteTrial within 1h",
      "No event is the step `name = DeleteTrial`."
    ),
    (
      "events where name=DeleteTrail then name=GetObject within 1m by user, region",
      "Each step has events, but none follow each other within 1m with the same user and region."
    ),
    (
      "events where read and name = DeleteTrail",
      "Events with `name` DeleteTrail exist, but none passes what stands before it."
    ),
  ])
  func explains(_ sentence: String, _ first: String) throws {
    #expect(try Self.notes(sentence).first?.text == first)
  }

  @Test func tellsWhatEachPartLeaves() throws {
    let notes = try Self.notes("events where name = DeleteTrail and read since 2026-11")
    #expect(
      notes.last?.text
        == "Of 3 events: `since 2026-11-01T00:00:00Z` leaves 3, `name = DeleteTrail` leaves 2, `read` leaves 0."
    )
  }

  @Test func tellsHowToBegin() throws {
    #expect(
      try Self.notes("events", records: []) == [
        Note("There are no events yet.", suggestion: "import PATH")
      ])
  }

  @Test func saysNothingWhereThereAreRows() throws {
    #expect(try Self.notes("events where name = DeleteTrail").isEmpty)
  }

  /// Who lacks the field by which a stage parts events is in no part of it, and that is said.
  @Test func eventsWithoutTheFieldAreCounted() throws {
    let lone = (0..<9).map {
      #"{"eventTime":"2026-11-20T10:00:0\#($0)Z","eventName":"A","errorCode":"AccessDenied"}"#
    }
    let others = (0..<1_200).map {
      #"{"eventTime":"2026-11-20T11:\#(10 + $0 / 60):\#(10 + $0 % 50)Z","eventName":"A","awsRegion":"eu-west-1"}"#
    }
    func texts(_ sentence: String) throws -> [String] {
      try Self.notes(sentence, records: lone + others).map(\.text)
    }
    #expect(
      try texts("events | burst 5 in 10m by region")
        == ["9 of 1,209 events have no `region`: they are in no burst."])
    #expect(
      try texts("events | gaps over 2h by name, region")
        .contains("9 of 1,209 events have no `name` or `region`: they are in no silence."))
    #expect(
      try texts("events where denied | burst 5 in 10m by region").first
        == "9 of 9 events have no `region`: they are in no burst.")
    #expect(try texts("events | burst 5 in 10m by name") == [])
  }
}
