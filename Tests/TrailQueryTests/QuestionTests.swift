import Glibc
import Testing
import TrailEngine
import TrailRecord
import TrailText

@testable import TrailLanguage

/// Investigators' questions, each with the number of rows on which three other dialects agree.
@Suite struct QuestionTests {
  struct Question: CustomStringConvertible, Sendable {
    let number: Int
    let sentence: String
    let rows: Int
    var description: String { "\(number): \(sentence)" }
  }

  static let questions: [Question] = [
    (1, #"events where delete and about "payroll-2026" since 7d"#, 1),
    (2, "events where key=AKIAALICE000000001 since 7d | timeline", 23),
    (3, "events where login and ok and not mfa since 7d", 3),
    (4, "events where root and not service since 7d", 2),
    (5, "events where login and failed since 1d | count, distinct user by ip", 2),
    (6, "events where denied since 1d | count, distinct name by who", 5),
    // The others look at IAM user names alone.
    (7, "events since 1d | new ip per identity.userName baseline 13d", 15),
    (8, "events since 1d | new region baseline 13d", 1),
    (9, "events where name=AssumeRole and type=AssumedRole since 7d | count by who, role", 1),
    (
      10, "events where name=StopLogging then name=DeleteTrail within 1h by who, trail since 7d", 1
    ),
    // The others find one: a user made and given its policy in one second escapes them.
    (
      11,
      "events where name=CreateUser then name=AttachUserPolicy then name=CreateAccessKey within 1h by who, target since 7d",
      2
    ),
    (12, "events where name=GetObject since 1d | burst 100 in 5m by who, bucket", 1),
    (13, "events since 7d | rare tool", 75),
    (14, "events where name=AssumeRole and crossaccount since 7d", 1),
    (15, "events where who=bob since 7d | timeline", 172),
    (16, #"events where write and about "payroll-2026" | timeline"#, 3),
    (17, "events since 1d | rare name baseline 13d", 158),
    (18, "events where name=CreateSnapshot and who=backup since 13d | gaps over 2h", 1),
    (
      19,
      "events where name=AuthorizeSecurityGroupIngress and ok and about 0.0.0.0/0 since 7d", 3
    ),
    (20, "events where name=AssumeRole and role=dev since 1d | follow", 6),
    (21, "events where write and ok and via=console since 1d", 3),
    (22, "events where read and user=eve since 1d | burst 20 distinct name in 10m by who", 1),
    // The others count days; within one hour it is two.
    (23, "events where key=AKIA* since 1d | burst 2 distinct ip in 1d by key", 3),
    (
      24,
      "events where name=CreateAccessKey as k then key=k.newkey and ip != k.ip within 1d since 7d",
      1
    ),
    (
      25,
      "events where (login and failed) x5 then (login and ok) within 15m by ip since 1d", 1
    ),
  ].map { Question(number: $0.0, sentence: $0.1, rows: $0.2) }

  private static let file =
    String(#filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined())
    + "/shared/data/questions/events.ndjson.gz"

  private static let isThere = access(file, R_OK) == 0

  @Test func questionsAreAnswered() throws {
    guard Self.isThere else {
      print("SKIPPED: the questions' events are not at \(Self.file)")
      return
    }
    let store = EventStore()
    _ = store.importLogs([Self.file])
    let clock = try #require(EventTime.parse("2026-11-22T12:13:21Z"))
    let context = BindingContext(snapshot: store.snapshot(), clock: clock)
    let engine = QueryEngine()
    for question in Self.questions {
      let parsed = QueryParser.parse(question.sentence)
      #expect(parsed.isValid, "\(question): \(parsed.diagnostics.map(\.message))")
      let syntax = try #require(parsed.syntax)
      var compiled = try engine.compile(syntax, in: context)
      #expect(try compiled.run().rowCount == question.rows, "\(question)")
      compiled.scansOnly = true
      #expect(try compiled.run().rowCount == question.rows, "by scans: \(question)")
    }
  }

  /// The promise that questions stay short.
  @Test func questionsAreShort() {
    let tokens = Self.questions.reduce(0) { total, question in
      total + Lexer.tokens(of: Array(question.sentence.utf8)).count { !$0.kind.isTrivia } - 1
    }
    #expect(tokens <= 320, "\(tokens) tokens")
  }
}
