import Testing
import TrailTestSupport
import TrailText

@testable import TrailSession

/// What is said of sentences that can be read but not understood: names, values, and stages in the wrong place.
@Suite struct BindingMessageTests {
  /// Questions for the codes that binding gives; a named source shows the codes.
  private static let questions = [
    "events where nmae = x",
    "events where req.bucketNaem = x",
    "events | count by user | where usr = bob",
    "events where dneied",
    "events where user",
    "@nothing",
    "last",
    "events where time > soon",
    "events where ip = 10.0.0.0/33",
    "events where readonly = maybe",
    "events where name ~ /a(b/",
    "events where name ~ /(a)\\1/",
    "events since 2026-11-21 until 2026-11-20",
    "events | count by user | timeline",
    "events | timeline | count",
    "events | count by user | where denied",
    "events where ip in (10.0.0.0/99, 1.2.3.4/40) and dneied",
    "events where username = bob",
    "events where denied = true",
    "events where \"user\" = bob",
    "events where name ~ /(?i)abc/",
    "SELECT name FROM events WHERE denied",
    "events | timechart",
    "events | limit 3 | new ip",
    "events | sort ip desc | burst 2 in 5m",
    "events where name=A as a then name=B as b within 1h | select z.ip",
    "events where name=A as kay then name=B within 1h | where key.ip = 10.0.0.1",
    "as athena events where denied",
    "learn",
  ]

  @Test func everyMessageIsAsItWasRead() throws {
    var text = ""
    for question in Self.questions {
      let test = try TestSession()
      test.run(question, name: "q.trailq")
      text += "\(question)\n\(test.messages)\n"
    }
    #expect(try GoldenFile("diagnostics/binding.txt").difference(from: text) == nil)
  }
}
