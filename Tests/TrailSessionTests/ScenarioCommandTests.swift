import Testing
import TrailCloud
import TrailText

@testable import TrailSession

/// How stories are asked for, asked about and answered.
@Suite struct ScenarioCommandTests {
  private func session(isInteractive: Bool = false) throws -> TestSession {
    let test = try TestSession(
      { $0.clock = SessionClock(.stopped(at: 0), isChosen: false) }, records: [])
    test.output.traits.isInteractive = isInteractive
    return test
  }

  // MARK: Answers

  @Test(arguments: [
    (AnswerKind.who, "Bob", "bob", true), (.who, "arn:aws:iam::123456789012:user/bob", "bob", true),
    (.who, "user/bob", "bob", true), (.who, "\"bob\"", "bob", true), (.who, "bobby", "bob", false),
    (.who, "", "bob", false), (.who, "Ops", "Ops/night-shift", true),
    (.who, "night-shift", "Ops/night-shift", true),
    (.who, "ops/NIGHT-SHIFT", "Ops/night-shift", true),
    (.who, "arn:aws:sts::123456789012:assumed-role/Ops/night-shift", "Ops/night-shift", true),
    (.who, "arn:aws:iam::123456789012:role/Ops", "Ops/night-shift", true),
    (.who, "Ops/day-shift", "Ops/night-shift", false),
    (.who, "arn:aws:iam::210987654321:role/Ops", "123456789012/Ops/night-shift", false),
    (.who, "arn:aws:iam::123456789012:role/path/Ops", "123456789012/Ops/night-shift", true),
    (.key, "akiaiosfodnn7example", "AKIAIOSFODNN7EXAMPLE", true),
    (.key, "AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPLE", false),
    (.address, "2001:DB8:0::7", "2001:db8::7", true),
    (.address, "203.0.113.7", "203.0.113.70", false),
    (.account, "1234-5678-9012", "123456789012", true),
    (.account, "arn:aws:kms:us-east-1:123456789012:key/1", "123456789012", true),
    (.account, "123456789013", "123456789012", false),
    (.name, "s3://data-1/", "data-1", true), (.name, "arn:aws:s3:::data-1/key", "data-1", true),
    (.name, "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit", "audit", true),
    (.name, "arn:aws:kms:us-east-1:123456789012:key/12-34", "12-34", true),
    (.name, "arn:aws:lambda:us-east-1:123456789012:function:mail", "mail", true),
    (.name, "audit-2", "audit", false),
    (
      .name, "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf", "prod/db", false
    ),
    (.name, "prod/db", "prod/db", true), (.name, "db", "prod/db", true),
    (.name, "secret:prod/db", "prod/db", true), (.name, "dev/db", "prod/db", false),
    (.name, "prod/db/x", "prod/db", false), (.name, "prod", "prod/db", false),
    (.name, "arn:aws:secretsmanager:us-east-1:123456789012:secret:dev/db", "prod/db", false),
    (.name, "sandbox/audit", "audit", false), (.name, "trail/audit", "audit", true),
    (.name, "audit/sandbox", "audit", false), (.name, "key/12-34", "12-34", true),
    (.name, "alias/12-34", "12-34", false),
    (.name, "arn:aws:kms:us-east-1:123456789012:alias/12-34", "12-34", false),
    (.name, "arn:aws:iam::123456789012:policy/team/build", "build", true),
    (.name, "arn:aws:iam::123456789012:policy/build/team", "build", false),
    (.name, "s3://vault/a/READ-ME.txt", "READ-ME.txt", true),
    (.name, "vault/READ-ME.txt", "READ-ME.txt", false), (.name, "data-1/", "data-1", true),
    (.name, "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:*", "/a/b", true),
    (.call, "iam:SetDefaultPolicyVersion", "SetDefaultPolicyVersion", true),
    (.number, "1,204", "1204", true), (.number, "1205", "1204", false),
  ])
  func answersAreTakenAsPeopleGiveThem(
    kind: AnswerKind, given: String, truth: String, isRight: Bool
  ) {
    #expect(kind.isRight(given, truth: truth) == isRight)
  }

  /// What others of the story are called is not the answer, whatever stands before it.
  @Test(arguments: [
    ("trail-tampering", "trail", "sandbox-1/"), ("enumeration", "got", "dev/"),
    ("kms-ransom", "note", "x/"), ("kms-ransom", "key", "alias/"),
  ])
  func aWrongPathIsAWrongAnswer(story: String, label: String, path: String) throws {
    let test = try session()
    test.run("scenario run \(story) hidden seed 5")
    let question = try #require(
      test.session.scenario?.questions.first { $0.question.label == label }, "\(test.messages)")
    let last = try #require(question.truths[0].split(separator: "/").last)
    let marks = test.run("scenario check \(label)=\(path)\(last) \(label)=\(question.truths[0])")
    #expect(marks.hasPrefix("not ok 1") && marks.contains("\nok 2"), "\(marks)")
  }

  @Test func timesAreRightToTheMinute() {
    #expect(AnswerKind.isRight(time: 59_999, truth: 0))
    #expect(AnswerKind.isRight(time: -59_999, truth: 0))
    #expect(!AnswerKind.isRight(time: 60_000, truth: 0))
  }

  /// A session with a told story, and its answers.
  private func told(isInteractive: Bool = false) throws -> (TestSession, [String: String]) {
    let test = try session(isInteractive: isInteractive)
    test.run("scenario run leaked-key seed 2")
    let scenario = try #require(test.session.scenario)
    return (
      test,
      Dictionary(
        uniqueKeysWithValues: scenario.questions.map { ($0.question.label, $0.truths[0]) })
    )
  }

  @Test func aScriptGetsALineOfTAPForEachAnswer() throws {
    let (test, truths) = try told()
    let who = try #require(truths["who"])
    #expect(
      test.run("scenario check who=\(who) key=AKIAWRONG")
        == """
        ok 1 - scenario leaked-key, who: \(who)
        not ok 2 - scenario leaked-key, key: AKIAWRONG
        # line:1: that is not it; `scenario hint key` helps

        """)
    #expect(test.messages == "1 of 5 questions answered\n")
    #expect(test.session.expectations.failures == 1)
    #expect(test.run("scenario answer KEY \(try #require(truths["key"]))").hasPrefix("ok 3"))
  }

  @Test func timesMayBeWrittenAsTablesShowThem() throws {
    let (test, truths) = try told()
    let when = try #require(truths["when"])
    let readable = when.replacing("T", with: " ").replacing("Z", with: "")
    #expect(test.run("scenario check when=\(readable)").hasPrefix("ok"))
    #expect(test.run("scenario answer when \(when.prefix(16))Z").hasPrefix("ok"))
    #expect(test.run("scenario check when=\"\(readable)\"").hasPrefix("ok"))
    let clock = readable.split(separator: " ")[1]
    test.run("advance 1d")
    #expect(test.run("scenario check when=\(clock)").contains("on which day?"))
    #expect(test.run("expect error bad-time scenario check when=soon").hasPrefix("ok"))
  }

  @Test func anAnswerMayBeAValueOfTheLastAnswer() throws {
    let (test, truths) = try told()
    let from = try #require(truths["from"])
    test.run("events where ip=\(from) | limit 1")
    let output = test.run("scenario check from=1.ip when=1.time key=1.key who=1.user")
    #expect(output.split(separator: "\n").filter { $0.hasPrefix("ok") }.count == 4, "\(output)")
    #expect(test.run("expect error no-such-row scenario check from=9.ip").hasPrefix("ok"))
    #expect(test.run("expect error no-value scenario check from=1.errorCode").hasPrefix("ok"))
  }

  @Test func atThePromptOneQuestionIsAskedAfterAnother() throws {
    let (test, truths) = try told(isInteractive: true)
    let who = try #require(truths["who"])
    #expect(test.session.prompt == "trailq> ")
    test.run("scenario check")
    #expect(test.messages.contains("who: Whose access key do the strangers have?"))
    #expect(test.session.prompt == "who? ")
    test.run("nobody")
    #expect(test.messages == "wrong  who: nobody\n")
    // Sentences may come in between.
    #expect(test.run("events where name=GetSessionToken | count").contains("1"))
    test.run(who)
    #expect(test.messages.hasPrefix("right  who: \(who)\nkey: "))
    test.run("skip")
    #expect(test.session.prompt == "from? ")
    test.run(try #require(truths["from"]))
    #expect(test.session.prompt == "when? ")
    test.run(try #require(truths["when"]).replacing("T", with: " ").replacing("Z", with: ""))
    #expect(test.session.prompt == "made? ")
    test.run("enough")
    #expect(test.session.prompt == "trailq> ")
    #expect(test.messages == "3 of 5 questions answered\n")
    #expect(test.session.expectations.count == 0)
    #expect(test.run("expect error unknown-command nobody").hasPrefix("ok"))
  }

  // MARK: Running

  @Test func aStoryByChanceDoesNotTellItsTitle() throws {
    let test = try session()
    let output = test.run("scenario run any --hidden in 12h of traffic at 0.05/min seed 4")
    let scenario = try #require(test.session.scenario, "\(test.messages)")
    #expect(!(output + test.messages).contains(scenario.story.title))
    #expect(output.contains("a story chosen by chance"))
    #expect(!test.run("scenario show").contains(scenario.story.title))
    // Nor do the marks tell its name before all is found.
    let labels = scenario.questions.map { ($0.question.label, $0.truths[0]) }
    let wrong = test.run("scenario check \(labels[0].0)=2026-01-01T00:00Z")
    #expect(wrong.hasPrefix("not ok 1 - scenario, \(labels[0].0): "), "\(wrong)")
    for (index, (label, truth)) in labels.enumerated() {
      let mark = test.run("scenario check \(label)=\"\(truth)\"")
      let isLast = index == labels.count - 1
      #expect(
        mark.contains(isLast ? "scenario \(scenario.story.name), " : "scenario, \(label): "),
        "\(mark)")
    }
    #expect(test.run("scenario solve").contains(scenario.story.title))
  }

  @Test func aStoryHappensInAWorldThatIsThereToo() throws {
    let test = try session()
    let clutter = StoryNames.people.map { "define user \($0)" }.joined(separator: "; ")
    test.run("\(clutter); simulate s3:ListBuckets as amir x 3 every 1h; scenario run leaked-key")
    let scenario = try #require(test.session.scenario, "\(test.messages)")
    // All usual names are taken.
    #expect(scenario.questions[0].truths[0].hasSuffix("-2"))
    #expect(test.run("events where user=amir | expect 3").hasPrefix("ok"))
    // And once more, with others.
    test.run("scenario run leaked-key")
    #expect(test.session.scenario?.questions[0].truths != scenario.questions[0].truths)
  }

  @Test func whatNoTrailRecordedIsPartOfAStory() throws {
    let test = try session()
    test.run("scenario run trail-tampering")
    let told = "role exists and name=GetObject and type=AssumedRole"
    #expect(test.run("calls where \(told) | expect 35").hasPrefix("ok"))
    #expect(test.run("events where \(told) | expect none").hasPrefix("ok"))
  }

  @Test func hintsSayMoreEachTimeAndSolveSaysAll() throws {
    let (test, truths) = try told()
    let first = test.run("scenario hint who")
    #expect(first.contains("Only a few calls") && first.contains("again says more"))
    #expect(test.run("scenario hint who").contains("There is no further hint"))
    let solved = test.run("scenario solve")
    for (label, truth) in truths { #expect(solved.contains("\(label): \(truth)")) }
    #expect(solved.contains("  events where "))
  }

  @Test(arguments: [
    ("scenario show", "no-scenario"), ("scenario check", "no-scenario"),
    ("scenario run", "usage"), ("scenario run leaked", "unknown-scenario"),
    ("scenario run 99", "unknown-scenario"), ("scenario run 1 hiden", "usage"),
    ("scenario run 1 in 5m", "usage"), ("scenario run 1 in 3000d of traffic", "usage"),
    ("scenario run 1 in 90d of traffic at 1000/min", "too-much-traffic"),
    ("scenario run 1 at many/min", "usage"), ("scenario run 1 seed x", "usage"),
    ("scenario leaked-key", "usage"), ("scenario sovle", "usage"),
    ("scenario run 1; scenario check whom=bob", "unknown-question"),
    ("scenario run 1; scenario check bob", "usage"),
    ("scenario run 1; scenario answer who", "usage"), ("scenario list all", "usage"),
  ])
  func whatIsWrongIsSaid(line: String, code: String) throws {
    let test = try session()
    var statements = line.split(separator: ";").map(String.init)
    let last = statements.removeLast()
    test.run(statements.joined(separator: ";"))
    let output = test.run("expect error \(code) \(last)")
    #expect(output.hasPrefix("ok"), "\(output)")
  }

  @Test func completionKnowsStoriesOptionsAndQuestions() throws {
    let (test, _) = try told()
    func offered(_ text: String) -> [String] {
      test.session.complete(text, at: text.utf8.count).candidates.map(\.insertion)
    }
    #expect(offered("scenario ").contains("run"))
    #expect(offered("scenario run ").contains("any"))
    #expect(offered("scenario run kms").contains("kms-ransom"))
    #expect(offered("scenario run kms-ransom ").contains("hidden"))
    #expect(offered("scenario check ").contains("who="))
    #expect(offered("scenario hint w").contains("who"))
  }
}
