import Testing
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// `as-of` over simulated calls: what a reader of buckets and of Event history could know.
@Suite struct KnowledgeTests {
  private let test: TestSession

  init() throws {
    test = try TestSession({ $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run("output csv; define bucket logs; define bucket data; define user bob")
    test.run("define trail main to s3://logs; select main data s3 data")
    // The world begins at 09:00.
    test.run("advance 1m; simulate s3:PutObject bucketName=data key=a as bob")
    test.run("simulate iam:CreateUser userName=eve as bob")
  }

  private func names(_ question: String) -> [String] {
    let rows = test.run("\(question) | select name").split(separator: "\n").map(String.init)
    return Array(rows.dropFirst())
  }

  private func time(_ clock: String) -> String { "2026-01-05T\(clock)Z" }

  @Test func historyShowsAnEventFiveMinutesLater() throws {
    test.run("advance 30m")
    let question = "history where user=bob and name=CreateUser as-of"
    #expect(names("\(question) 2026-01-05T09:05:59Z") == [])
    #expect(names("\(question) 2026-01-05T09:06:00Z") == ["CreateUser"])
  }

  @Test func dataEventsAreKnownWhenTheirFileIsWritten() throws {
    let cloud = try #require(test.session.cloudIfBegun)
    #expect(names("events where user=bob as-of now") == [])
    // One call at 09:01: its file is due between 09:05 and 09:14.
    test.run("advance 20m")
    let file = try #require(
      cloud.deliveries(after: 0).first { file in
        file.time > cloud.configuration.start + 5 * 60_000
      })
    let written = ReadableTime.iso(file.time)
    let before = ReadableTime.iso(file.time - 1000)
    #expect(names("events where name=PutObject as-of \(before)") == [])
    #expect(names("events where name=PutObject as-of \(written)") == ["PutObject"])
    #expect(names("delivered where name=PutObject as-of \(before)") == [])
    #expect(names("delivered where name=PutObject as-of \(written)") == ["PutObject"])
    // Data events are in no Event history, however late one looks.
    #expect(names("history all where name=PutObject as-of now") == [])
  }

  @Test func flushingDeliversEarlier() {
    test.run("advance 1m; flush")
    #expect(names("events where name=PutObject as-of 2026-01-05T09:01:59Z") == [])
    #expect(
      names("events where user=bob as-of 2026-01-05T09:02:00Z") == ["PutObject", "CreateUser"])
  }

  @Test func whatWasReadOnceStaysKnown() {
    test.run("flush; advance 1m; drop trail main")
    #expect(names("events where name=PutObject as-of 2026-01-05T09:01:00Z") == ["PutObject"])
  }

  @Test func whatNoTrailRecordedIsToldAndNotShown() {
    test.run("simulate s3:GetObject bucketName=other key=a as bob; advance 30m")
    #expect(names("events where name=GetObject as-of now") == [])
    #expect(test.messages.contains("1 more call was made and recorded by no trail"))
  }

  @Test func savedQueriesHeedTheAsOfAroundThem() {
    test.run("advance 30m; define query bobs as events where user=bob")
    #expect(names("@bobs as-of 2026-01-05T09:02Z") == [])
    #expect(names("@bobs as-of 2026-01-05T09:06Z").contains("CreateUser"))
    test.run("events where user=bob")
    #expect(names("last where name=CreateUser as-of 2026-01-05T09:05Z") == [])
  }

  @Test func callsHaveNone() {
    test.run("calls as-of 09:00")
    #expect(test.messages.contains("are what happened, whether anybody could know it or not"))
    #expect(test.messages.contains("try:  events as-of 09:00"))
  }
}
