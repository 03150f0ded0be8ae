import Testing
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// The simulated world as a session has it: its beginning, its clock, its errors.
@Suite struct WorldTests {
  private func session() throws -> TestSession {
    try TestSession({ $0.clock = SessionClock(.running, isChosen: false) }, records: [])
  }

  @Test func theWorldBeginsOnceAndSaysSo() throws {
    let test = try session()
    test.run("advance 1m; advance 1m")
    #expect(
      test.messages == """
        the world begins: 2026-01-05 09:00:00, account 123456789012, us-east-1 \
        (`clock T` before it chooses another time)
        the clock is at 2026-01-05T09:01:00Z
        the clock is at 2026-01-05T09:02:00Z

        """)
  }

  @Test func aClockThatWasSetIsWhereTheWorldBegins() throws {
    let test = try session()
    test.run("set account 111122223333; set region eu-west-1; clock 2024-02-29T12:00Z; advance 1h")
    #expect(
      test.messages.contains(
        "the world begins: 2024-02-29 12:00:00, account 111122223333, eu-west-1\n"))
    #expect(test.session.clock.now == 1_709_211_600_000)
    #expect(test.session.cloudIfBegun?.configuration.account == "111122223333")
  }

  @Test(arguments: ["clock -1s", "clock 2020", "clock yesterday", "clock 08:59"])
  func timeGoesForwardOnceTheWorldHasBegun(line: String) throws {
    let test = try session()
    test.run("advance 1s; \(line)", name: "t")
    #expect(test.messages.contains("error[time-runs-forward]"), "\(test.messages)")
    #expect(test.session.clock.now == CloudDefaults.start + 1000)
  }

  @Test(
    arguments: [
      ("clock +15m", 900_000), ("clock 10:00", 3_600_000), ("clock 2026-01-06", 54_000_000),
      ("advance 1h30m", 5_400_000), ("advance +1s", 1000), ("clock", 0),
    ] as [(String, Int64)])
  func theWorldsClockMoves(line: String, distance: Int64) throws {
    let test = try session()
    test.run("advance 0s; \(line)", name: "t")
    #expect(!test.messages.contains("error"), "\(test.messages)")
    #expect(test.session.clock.now == CloudDefaults.start + distance)
  }

  @Test func aLiveWorldFollowsTheWallClock() throws {
    let test = try session()
    test.run("advance 1s; clock live")
    let now = SessionClock.wallClock()
    #expect(test.messages.contains(", running with the wall clock"))
    #expect(abs(test.session.clock.now - now) < 60_000)
    test.run("clock +1d")
    #expect(!test.messages.contains("running"))
  }

  @Test(arguments: ["set seed 7"])
  func whatTheWorldBeganWithStays(line: String) throws {
    let test = try session()
    test.run("\(line); advance 1s; set region eu-west-1", name: "t")
    #expect(!test.messages.contains("error"), "\(test.messages)")
    test.run(line, name: "t")
    #expect(test.messages.contains("error[world-has-begun]"), "\(test.messages)")
  }

  @Test(
    arguments: [
      ("set region mars-1", "bad-setting"), ("set account 12", "bad-setting"),
      ("set seed x", "bad-setting"), ("advance", "usage"), ("advance soon", "bad-duration"),
      ("advance 1h 2h", "usage"), ("simulate", "usage"), ("simulate s3:", "usage"),
      ("simulate s3:ListBuckets as a//b", "bad-caller"),
      ("simulate s3:ListBuckets frm 1.2.3.4", "usage"),
      ("simulate s3:ListBuckets x 0", "usage"), ("simulate s3:ListBuckets x", "usage"),
      ("simulate s3:ListBuckets tags={\"a\"", "unclosed-bracket"),
      ("simulate s3:ListBuckets tags={a}", "bad-json"),
      ("simulate s3:ListBuckets at never", "bad-time"),
      ("simulate s3:ListBuckets every 5", "bad-duration"), ("define", "usage"),
      ("define qury x", "usage"), ("list nothing", "usage"),
    ] as [(String, String)])
  func mistakesHaveCodes(line: String, code: String) throws {
    let test = try session()
    test.run(line, name: "t")
    #expect(test.messages.contains("error[\(code)]"), "\(line): \(test.messages)")
  }

  @Test func awsErrorsBecomeDiagnostics() throws {
    let error = AWSError(
      "S3BucketDoesNotExistException", "S3 bucket logs does not exist!",
      advice: "define bucket logs")
    let diagnostics = Diagnostics(error, at: SourceRange(1, 2))
    #expect(diagnostics.list[0].code.rawValue == "S3BucketDoesNotExistException")
    #expect(
      diagnostics.list[0].message
        == "S3 bucket logs does not exist!")
    #expect(diagnostics.list[0].notes == ["first: define bucket logs"])
    let problem = CallProblem(.operation, "no such call", suggestions: ["DeleteTrail"])
    #expect(Diagnostics(problem, at: nil).list[0].label == "did you mean `DeleteTrail`?")
  }

  @Test(
    arguments: [
      ("bob", Caller(.user("bob"))), ("root", Caller(.root)), ("anonymous", Caller(.anonymous)),
      ("Ops/night", Caller(.role("Ops", session: "night"))),
      ("role/Ops", Caller(.role("Ops", session: nil))),
      ("role/Ops/night", Caller(.role("Ops", session: "night"))),
      ("222233334444/bob", Caller(.user("bob"), account: "222233334444")),
      ("222233334444/Ops/x", Caller(.role("Ops", session: "x"), account: "222233334444")),
      ("arn:aws:iam::222233334444:user/a/b/bob", Caller(.user("bob"), account: "222233334444")),
      ("arn:aws:iam::222233334444:root", Caller(.root, account: "222233334444")),
      (
        "arn:aws:sts::222233334444:assumed-role/Ops/x",
        Caller(.role("Ops", session: "x"), account: "222233334444")
      ),
      ("lambda.amazonaws.com", Caller(.service("lambda.amazonaws.com"))),
      ("AKIAIOSFODNN7EXAMPLE", Caller(.accessKey("AKIAIOSFODNN7EXAMPLE"))),
      ("AKIA", Caller(.user("AKIA"))), ("federated/carol", Caller(.federatedUser("carol"))),
      ("saml/Okta/carol", Caller(.samlUser("carol", provider: "Okta"))),
    ] as [(String, Caller)])
  func callersAreRead(text: String, caller: Caller) {
    #expect(CallerText.read(text) == caller)
  }

  @Test(arguments: ["", "a//b", "arn:aws:s3:::x", "arn:aws:iam::12:user/x", "a/b/c/d"])
  func whatNamesNobodyIsRefused(text: String) {
    #expect(CallerText.read(text) == nil)
  }

  @Test func happeningsAreTold() {
    var happenings = Happenings()
    #expect(happenings.isEmpty)
    for _ in 1...3 { happenings.wroteLogFile(.logs, isData: false, to: "logs") }
    happenings.wroteDigest(to: "logs")
    happenings.couldNotDeliver("main", code: "NoSuchBucket")
    happenings.alarm("root-used", went: "ALARM")
    #expect(
      HappeningText.text(happenings)
        == "delivered 3 log files to s3://logs; 1 digest to s3://logs; "
        + "delivery of trail main failed: NoSuchBucket (`status main`); alarm root-used went to ALARM"
    )
  }
}
