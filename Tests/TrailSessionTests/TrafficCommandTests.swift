import Testing
import TrailCloud
import TrailEngine
import TrailText

@testable import TrailSession

/// `traffic` as a person meets it.
@Suite struct TrafficCommandTests {
  /// What memory could not hold is refused before anything happens.
  @Test(arguments: ["99999d", "1d at 100000/min", "99999d at 1/min"])
  func tooMuchTrafficIsRefused(asked: String) throws {
    let test = try TestSession(
      { $0.clock = SessionClock(.stopped(at: 0), isChosen: false) }, records: [])
    #expect(test.run("expect error too-much-traffic traffic \(asked)").hasPrefix("ok"))
    #expect(test.run("calls | expect none").hasPrefix("ok"))
    test.run("traffic \(asked)")
    #expect(
      test.messages.contains("one statement makes 20,000,000 at most")
        && test.messages.contains("is possible"), "\(test.messages)")
  }

  private func session() throws -> TestSession {
    try TestSession({ $0.clock = SessionClock(.running, isChosen: false) }, records: [])
  }

  @Test func aSpanSaysWhatItWas() throws {
    let test = try session()
    test.run("traffic 1h at 20/min")
    let line = try #require(
      test.messages.split(separator: "\n").first { $0.hasPrefix("shop: ") })
    let span = "2026-01-05 09:00:00 … 2026-01-05 10:00:00"
    let form =
      /shop: [\d,]+ calls · [-: …\d]+ · \d+ principals · [\d.]+ % write · [\d.]+ % data events · [\d.]+ % refused · .*s/
    #expect(line.contains(span))
    #expect(line.wholeMatch(of: form) != nil, "\(line)")
    #expect(test.session.clock.now == 1_767_607_200_000)
    let count = try #require(line.split(separator: " ").dropFirst().first)
      .filter(\.isNumber)
    #expect(test.run("calls | count").contains(count))
  }

  @Test func trafficGoesOnAndStops() throws {
    let test = try session()
    test.run("traffic start lake at 30/min; advance 30m")
    let status = test.run("traffic")
    #expect(status.contains("lake") && status.contains("30 calls a minute"), "\(status)")
    #expect(status.contains("us-east-1") && status.contains("2026-01-05"), "\(status)")
    test.run("traffic start batch at 5/min; advance 30m; traffic stop; advance 30m; traffic")
    let messages = test.messages
    #expect(messages.contains("traffic of batch begins: 5 calls a minute; it goes on as the clock"))
    #expect(messages.contains("traffic of lake ends: "))
    #expect(messages.contains("traffic of batch ends: "))
    #expect(messages.contains("no traffic is running"))
    #expect(messages.split(separator: "\n").filter { $0.hasPrefix("traffic made") }.count == 1)
  }

  @Test func callsOfOthersComeAmongIt() throws {
    let test = try session()
    test.run(
      "traffic start at 30/min; simulate iam:CreateUser userName=u{n} x 4 every 10m; traffic stop")
    let rows = test.run("calls where name=CreateUser | count")
    #expect(rows.contains("4"))
    #expect(!test.run("calls where user=\"\" or role exists | count").isEmpty)
    #expect(test.session.clock.now == 1_767_603_600_000 + 30 * 60_000)
  }

  @Test(
    arguments: [
      ("traffic 7", "a length of time needs a unit"), ("traffic 1h at often", "`often` is no rate"),
      ("traffic 1h at 0/min", "`0/min` is no rate"),
      ("traffic 1h at 1000000/min", "more than 100,000 calls a minute are not made"),
      ("traffic 1h profile shopp", "there is no profile `shopp`"),
      ("traffic 1h in atlantis-1", "there is no Region `atlantis-1`"),
      ("traffic 1h without nobody", "nobody in shop is called `nobody`"),
      ("traffic stop lake", "no traffic of `lake` is running"),
      ("traffic start shop; traffic start shop", "traffic of shop is running in us-east-1 already"),
      ("traffic 1h fast", "fast"),
    ] as [(String, String)])
  func whatIsWrongIsSaid(line: String, message: String) throws {
    let test = try session()
    test.run(line, name: "t")
    #expect(test.messages.contains("error["), "\(test.messages)")
    #expect(test.messages.contains(message), "\(test.messages)")
    #expect(test.session.clock.now == CloudDefaults.start || test.session.cloudIfBegun == nil)
  }

  /// Ctrl-C: what was made by then stays, and nothing more comes.
  @Test func aStoppedSpanKeepsWhatItMade() throws {
    let test = try session()
    test.run("advance 0s")
    let stopper = StopAtFirstSign(test.session)
    test.session.workObserver = stopper
    test.run("traffic 30d at 100/min")
    test.session.workObserver = nil
    test.session.cancellation.reset()
    let made = try #require(test.session.cloudIfBegun?.callCount)
    #expect((1_000...10_000).contains(made))
    #expect(test.session.clock.now < CloudDefaults.start + 30 * 86_400_000)
    test.run("advance 1h")
    #expect(test.session.cloudIfBegun?.callCount == made)
  }

  @Test func profilesAndActorsAreListed() throws {
    let test = try session()
    let profiles = test.run("traffic profiles")
    for name in TrafficProfiles.names { #expect(profiles.contains(name)) }
    let actors = test.run("traffic actors batch")
    #expect(actors.contains("nightly snapshots") && actors.contains("04:10, daily"))
  }

  @Test(
    arguments: [
      ("traffic ", "start"), ("traffic 7d profile ", "lake"), ("traffic start ", "batch"),
      ("traffic 7d in ", "eu-west-1"), ("traffic 7d at ", "100/min"), ("traffic 7d ", "without"),
      ("traffic 7d without ", "\"nightly backup\""), ("traffic actors ", "shop"),
    ] as [(String, String)])
  func whatCouldFollowIsOffered(line: String, candidate: String) throws {
    let test = try session()
    let completion = test.session.complete(line, at: line.utf8.count)
    #expect(
      completion.candidates.map(\.insertion).contains(candidate),
      "\(completion.candidates.map(\.insertion))")
  }
}

/// Stops a session's work when it first tells how far it is.
private final class StopAtFirstSign: WorkObserver {
  private let cancellation: Cancellation
  init(_ session: Session) { cancellation = session.cancellation }
  func importIs(at progress: ImportStage) {}
  func workIs(at text: String) { cancellation.cancel() }
  func workHasEnded() {}
}
