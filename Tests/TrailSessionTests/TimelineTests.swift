import Testing
import TrailTestSupport
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// `timeline`: what happened by itself, each thing once and in its order.
@Suite struct TimelineTests {
  private func session(
    _ configure: (inout Session.Configuration) -> Void = { _ in }
  ) throws -> TestSession { try RuleScene.session(configure) }

  @Test func theTimelineShowsTheOrder() throws {
    let folder = try TemporaryFolder()
    let test = try session()
    let action = try RuleScene.script(
      "simulate iam:DeleteUser userName=$event.detail.requestParameters.userName", in: folder)
    test.run(#"define rule r on '{"detail": {"eventName": ["CreateUser"]}}' do \#(action)"#)
    test.run("simulate iam:CreateUser userName=eve; advance 15m; set output csv")
    let lines = test.run("timeline").split(separator: "\n").dropFirst()
    #expect(
      lines.prefix(4).map { $0.replacing(folder.path + "/", with: "") } == [
        "2026-01-05T09:00:00Z,call,CreateUser by admin,1",
        "2026-01-05T09:01:00Z,event,CreateUser reached bus default: rule r,1",
        "2026-01-05T09:01:00Z,action,run rule.trailq (rule r),1",
        "2026-01-05T09:01:00Z,call,DeleteUser by admin,1",
      ])
    #expect(lines.contains { $0.contains(",delivery,log file to s3://logs,") })
    #expect(test.run("timeline rule r").split(separator: "\n").count == 5)
    #expect(test.run("happenings since 09:02") == test.run("timeline since 09:02"))
    #expect(!test.run("timeline since 09:02").contains("CreateUser"))
  }

  /// However many rules waited for a call, it is one; calls that look alike are as many as they are.
  @Test func theTimelineCountsCallsOnce() throws {
    let test = try session()
    test.run(
      #"""
      define rule one on '{"source": ["aws.iam"]}' do print
      define rule two on '{"source": ["aws.iam"]}' do print
      define rule three on '{"detail": {"requestParameters": {"userName": ["u2"]}}}' do print
      simulate iam:CreateUser userName=u1; simulate iam:CreateUser userName=u2
      advance 5m; set output csv
      """#)
    let call = "2026-01-05T09:00:00Z,call,CreateUser by admin,"
    func calls(_ options: String) -> [Substring] {
      Array(test.run("timeline \(options) where what=call").split(separator: "\n").dropFirst())
    }
    #expect(calls("").map(String.init) == [call + "2"])
    #expect(calls("rule one").map(String.init) == [call + "2"])
    #expect(calls("rule three").map(String.init) == [call + "1"])
    let events = test.run("timeline rule two where what=event")
    #expect(events.contains("CreateUser reached bus default: rule two,2"))
  }

  @Test func aCallThatIsForwardedIsOneCall() throws {
    let test = try session()
    test.run("define bus team; define bus other")
    for (rule, bus) in [("a", "team"), ("b", "other")] {
      test.run(#"define rule \#(rule) on '{"source": ["aws.iam"]}' do bus \#(bus)"#)
      test.run(
        #"define rule \#(rule)2 on '{"source": ["aws.iam"]}' bus \#(bus) do print"#)
    }
    test.run("simulate iam:CreateUser userName=u1; advance 5m; set output csv")
    #expect(!test.messages.contains("failed"), "\(test.messages)")
    let calls = test.run("timeline where what=call").split(separator: "\n").dropFirst()
    #expect(calls.map(String.init) == ["2026-01-05T09:00:00Z,call,CreateUser by admin,1"])
  }

  @Test func deliveriesSayWhatTheyAreOf() throws {
    let test = try session()
    test.run(
      """
      define bucket data; select main data s3 all
      simulate s3:PutObject bucketName=data key=a; advance 15m; set output csv
      """)
    let lines = test.run("timeline where what=delivery")
    #expect(lines.contains(",delivery,log file to s3://logs,"), "\(lines)")
    #expect(lines.contains(",delivery,data events file to s3://logs,"), "\(lines)")
  }
}
