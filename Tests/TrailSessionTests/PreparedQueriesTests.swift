import Testing
import TrailEngine
import TrailLanguage

@testable import TrailSession

/// A sentence that is asked again is answered anew: what is kept of it is only how.
@Suite struct PreparedQueriesTests {
  private static let sentence = "events | count"

  @Test func seesEventsThatCameSince() throws {
    let test = try TestSession()
    let first = test.run(Self.sentence)
    #expect(test.run(Self.sentence) == first)
    let record = SampleRecords.record("2026-11-21T19:00:00Z", "GetObject", "kim", id: 9)
    try test.session.store.append(record: Array(record.utf8))
    #expect(first.contains("4"))
    #expect(test.run(Self.sentence).contains("5"))
  }

  @Test func countsBackFromTheClockAsItIs() throws {
    let test = try TestSession()
    let sentence = "events since 1h | count"
    #expect(test.run(sentence).split { $0.isWhitespace }.last == "0")
    test.run("clock 2026-11-21T14:30:00Z")
    #expect(test.run(sentence).split { $0.isWhitespace }.last == "3")
    test.run("clock 2026-11-21T18:30:00Z")
    #expect(test.run(sentence).split { $0.isWhitespace }.last == "1")
  }

  @Test func explainsAndSpeaksAsTheFirstTime() throws {
    let test = try TestSession()
    let empty = "events where name=DeleteBuckett"
    #expect(test.run(empty) == "")
    let said = test.messages
    #expect(test.run(empty) == "")
    #expect(test.messages == said)
    let explained = test.run("explain events where user=bob")
    test.run("events where user=bob")
    #expect(test.run("explain events where user=bob") == explained)
  }

  @Test func savedQueriesAndTheLastAnswerMayChange() throws {
    let test = try TestSession()
    test.run("define query it as events where user=bob")
    #expect(test.run("@it | count").contains("2"))
    test.run("define query it as events where user=kim or user=alice and name=GetObject")
    #expect(test.run("@it | count").contains("1"))
    test.run("events where user=bob")
    let bob = test.run("last | count")
    test.run("events where user=alice and name=GetObject")
    #expect(test.run("last | count") != bob)
  }

  @Test func forgetsTheOldestWhenThereAreMany() throws {
    let test = try TestSession()
    for number in 0..<(PreparedQueries.capacity * 2) {
      #expect(test.run("events | limit \(number) | count").contains("\(min(number, 4))"))
    }
    #expect(test.run("events | limit 3 | count").contains("3"))
  }

  @Test func keepsNothingOfEventsThatAreGone() throws {
    let prepared = PreparedQueries()
    let (old, new) = (EventStore(), EventStore())
    for store in [old, new] {
      for record in SampleRecords.all { try store.append(record: Array(record.utf8)) }
    }
    let context = BindingContext(snapshot: old.snapshot(), clock: 0)
    let test = try TestSession()
    let syntax = try prepared.syntax(of: Self.sentence) {
      try #require(QueryParser.parse(Self.sentence).syntax)
    }
    let query = try test.session.engine.compile(syntax, in: context)
    prepared.keep(query, of: Self.sentence, in: context.snapshot, at: 0)
    #expect(prepared.query(Self.sentence, in: context.snapshot, at: 0) != nil)
    #expect(prepared.query(Self.sentence, in: context.snapshot, at: 1) == nil)
    #expect(prepared.query(Self.sentence, in: new.snapshot(), at: 0) == nil)
    #expect(prepared.query(Self.sentence, in: context.snapshot, at: 0) == nil)
  }
}
