import Testing
import TrailCloud
import TrailRecord
import TrailTestSupport
import TrailText

@testable import TrailSession

/// An Insight from the calls to what a rule does about it: detector, delivery, bus, rule, action (facts §9, §10.1).
@Suite struct InsightJourneyTests {
  private let insightPattern =
    #"'{"source": ["aws.cloudtrail"], "detail-type": ["AWS Insight via CloudTrail"], "detail": {"insightDetails": {"state": ["Start"], "insightContext": {"attributions": {"attribute": ["userIdentityArn"], "insight": {"value": ["arn:aws:iam::123456789012:user/mallory"]}}}}}}'"#

  private func session() throws -> TestSession {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run("define bucket logs; define trail main to s3://logs; define user mallory")
    return test
  }

  @Test func aBurstSwitchesItsKeyOff() throws {
    let folder = try TemporaryFolder()
    let action = try RuleScene.script(
      """
      simulate iam:ListAccessKeys userName=mallory as responder
      simulate iam:UpdateAccessKey userName=mallory accessKeyId=$response.AccessKeyMetadata[0].AccessKeyId \
      status=Inactive as responder
      """, in: folder)
    let test = try session()
    test.run(
      """
      enable insights on main rate; advance 8d; define user responder
      define queue heard
      define rule answer on \(insightPattern) do send heard do \(action)
      simulate iam:CreateUser userName=u{n} as mallory x 60 every 1s
      advance 1h
      """)
    #expect(!test.messages.contains("error"), "\(test.messages)")
    let cloud = try #require(test.session.cloudIfBegun)
    let user = cloud.world.accounts["123456789012"]?.users["mallory"]
    #expect(user?.accessKeys.map(\.isActive) == [false])
    // The file in the folder of Insights, the event on the bus, and the record in Event history are one.
    test.run("delivered main where insight and name=CreateUser | expect 2")
    let record = try JSONParser.parse(
      test.run("output ndjson; insights where insightDetails.state=Start; output table"))
    let queue = try #require(
      cloud.queues["arn:aws:sqs:us-east-1:123456789012:heard"])
    let message = try JSONParser.parse(try #require(queue.peek(2, at: cloud.now).first).body)
    #expect(queue.peek(2, at: cloud.now).count == 1)
    #expect(message["detail"] == record)
    #expect(message["time"] == record["eventTime"])
    #expect(message["resources"] == [])
    // In the order in which it happened.
    let order = cloud.happenings.journal.entries.filter { $0.time > cloud.now - 2 * 3_600_000 }
      .map { "\($0.kind) \($0.text)" }
    let wanted = [
      "insight Insight starts: CreateUser in us-east-1, 60 calls a minute",
      "event Insight starts: CreateUser in us-east-1, 60 calls a minute, reached bus default: rule answer",
      "action send heard (rule answer)", "call UpdateAccessKey by responder",
    ]
    let places = wanted.map { text in order.firstIndex { $0 == text } }
    #expect(!places.contains(nil), "\(order)")
    #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
    let calls = try #require(
      cloud.happenings.journal.entries.first { $0.text == "CreateUser by mallory, unusually often" }
    )
    let start = try #require(record["eventTime"]?.text.flatMap { EventTime.parse($0) })
    #expect(calls.time == start)
    #expect(calls.count >= 10)
  }

  /// The timeline has calls, Insight, event and action in the order of their times, and can be asked.
  @Test func theTimelineTellsTheOrder() throws {
    let test = try session()
    test.run(
      """
      enable insights on main rate; advance 8d
      define rule tell on \(insightPattern) do print
      simulate iam:CreateUser userName=u{n} as mallory x 60 every 1s
      advance 30m
      """)
    let kinds = test.run(
      "output csv; timeline since 1h where what in (call, insight, event, action)"
    )
    .split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    #expect(kinds == ["call", "insight", "event", "action", "insight"], "\(kinds)")
    #expect(test.run("timeline where what=action | expect 1").hasPrefix("ok"))
    // The rule hears of the beginning alone.
    #expect(
      test.run(
        "timeline rule tell where what=insight and happened=\"Insight starts: CreateUser*\" | expect 1"
      )
      .hasPrefix("ok"))
    #expect(test.run("timeline rule tell where what=insight | expect 1").hasPrefix("ok"))
    #expect(
      test.run("timeline where happened=\"Insight ends: CreateUser in us-east-1*\" | expect 1")
        .hasPrefix("ok"))
    #expect(
      test.run("timeline where happened=\"Insights file to s3://logs\" | expect some")
        .hasPrefix("ok"))
  }

  /// What is printed of an Insight tells its beginning from its end, and errors from calls.
  @Test func theLineOfAnInsightTellsWhatItIs() throws {
    let test = try session()
    let lines = test.run(
      """
      enable insights on main rate errors; advance 8d
      define rule tell on '{"detail-type": ["AWS Insight via CloudTrail"]}' do print
      simulate iam:CreateUser userName=u{n} as mallory error AccessDenied x 60 every 1s
      advance 2h
      """
    ).split(separator: "\n").map(String.init)
    for text in [
      "rule tell: Insight starts: CreateUser in us-east-1, 60 calls a minute",
      "rule tell: Insight starts: AccessDenied of CreateUser in us-east-1, 60 errors a minute",
      "Insight ends: CreateUser in us-east-1, ",
      "Insight ends: AccessDenied of CreateUser in us-east-1, ",
    ] {
      #expect(lines.contains { $0.contains(text) }, "\(text): \(lines)\n\(test.messages)")
    }
    let page = test.run("show rule tell")
    #expect(page.contains("Insight ends: "), "\(page)")
  }

  /// Which trails have an Insight, and why.
  @Test func itIsExplainedWhoRecordedIt() throws {
    let test = try session()
    test.run(
      """
      define trail errs to s3://logs prefix e; define trail none to s3://logs prefix n
      enable insights on main rate; enable insights on errs errors; advance 8d
      simulate iam:CreateUser userName=u{n} as mallory x 60 every 1s
      advance 30m
      """)
    let text = test.run("set width 200; insights; explain recorded 1")
    for line in [
      "Event history has it, under the category insight", "main recorded it, for s3://logs",
      "errs did not record it: its Insights do not watch call rates of management events",
      "none did not record it: it has no Insights enabled (`enable insights on none`)",
    ] {
      #expect(text.contains(line), "\(text)\n\(test.messages)")
    }
  }

  // MARK: What was before

  /// What the trail recorded before Insights were enabled is their baseline; it is reported 36 hours on.
  @Test func theTrailsPastIsTheBaseline() throws {
    func steps(_ hours: Int) -> String {
      "simulate ssm:PutParameter name=/p value=1 type=String overwrite=true as mallory"
        + " x \(hours * 15) every 4m\n"
    }
    let past = steps(8 * 24) + "advance 1s\n"
    let before = try session()
    before.run(past + "enable insights on main rate\n" + steps(37))
    let always = try session()
    always.run("enable insights on main rate\n" + past + steps(37))
    var records: [JSONValue] = []
    for test in [before, always] {
      #expect(test.run("insights | expect none").hasPrefix("ok"), "\(test.output.data)")
      test.run(
        """
        simulate ssm:PutParameter name=/p value=1 type=String overwrite=true as mallory x 200 every 1s
        advance 30m
        """)
      let text = test.run("output ndjson; insights where insightDetails.state=Start; output table")
      // The second is about the silence after it.
      let first = try #require(text.split(separator: "\n").first)
      records.append(try JSONParser.parse(String(first)))
    }
    func statistics(_ record: JSONValue) -> JSONValue? {
      record["insightDetails"]?["insightContext"]?["statistics"]
    }
    for name in ["baseline", "baselineDuration"] {
      #expect(statistics(records[0])?[name] != nil)
      #expect(statistics(records[0])?[name] == statistics(records[1])?[name])
    }
    #expect((statistics(records[0])?["baselineDuration"]?.integer ?? 0) >= 10_080)
    #expect(statistics(records[0])?["baseline"]?["average"] != 0)
  }

  /// Only what the trail recorded counts, and an Insight never comes of what is past.
  @Test func whatTheTrailDidNotRecordIsNoPast() throws {
    let test = try session()
    test.run(
      """
      simulate s3:CreateBucket bucketName=a{n} as mallory x 300 every 1s
      stop main
      simulate s3:CreateBucket bucketName=b{n} as mallory x 300 every 1s
      advance 7d
      start main
      enable insights on main rate; clock 2026-01-14T12:00Z
      """)
    #expect(test.run("insights | expect none").hasPrefix("ok"), "\(test.output.data)")
    test.run("simulate s3:CreateBucket bucketName=c{n} as mallory x 100 every 1s; advance 30m")
    let text = test.run("output ndjson; insights where insightDetails.state=Start; output table")
    let details = try JSONParser.parse(text)["insightDetails"]?["insightContext"]?["statistics"]
    #expect(details?["baseline"]?["average"] == 0)
  }
}
