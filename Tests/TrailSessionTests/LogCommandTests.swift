import Testing
import TrailCloud
import TrailText

@testable import TrailSession

/// Log groups, filters and alarms from the prompt (facts §7).
@Suite struct LogCommandTests {
  private func session(_ scene: String = "") throws -> TestSession {
    let test = try TestSession(
      { $0.clock = SessionClock(.running, isChosen: false) }, records: [])
    test.run("advance 0s")
    if !scene.isEmpty { test.run(scene) }
    #expect(!test.messages.contains("error["), "\(test.messages)")
    return test
  }

  private static let trail =
    "define bucket logs; define loggroup audit; define topic ops; define trail main to s3://logs logs audit"

  @Test func fromCallToMessage() throws {
    let test = try session(Self.trail)
    #expect(
      test.messages.contains(
        "role CloudTrail_CloudWatchLogs_Role, which lets CloudTrail deliver to log groups, is defined"
      ))
    test.run("define filter root on audit '{ $.userIdentity.type = \"Root\" }' default 0")
    #expect(
      test.messages
        == "filter root is defined; what matches counts in LogMetrics/root\n")
    test.run("define alarm root-use on root threshold >= 1 period 5m for 1 of 1 notify ops")
    #expect(
      test.messages
        == "alarm root-use is defined: Sum >= 1 in 5 min of LogMetrics/root, tells ops\n")
    test.run("simulate iam:CreateUser userName=eve as root")
    test.run("tail audit")
    #expect(test.messages.contains("log group audit is empty"), "\(test.messages)")
    #expect(test.messages.contains("waiting for trail main: "), "\(test.messages)")
    test.run("advance 10m")
    #expect(
      test.messages.contains("alarm root-use went to ALARM; alarm root-use told ops"),
      "\(test.messages)")
    #expect(!test.messages.contains("notification"), "\(test.messages)")
    #expect(
      test.run("timeline where happened=\"alarm root-use told ops\" | expect 1").hasPrefix("ok "))
    #expect(test.run("list alarms where state = ALARM | expect 1").hasPrefix("ok "))
    #expect(
      test.run("tail audit where name = CreateUser and user = root | expect 1").hasPrefix("ok "))
    #expect(
      test.run("list filters where filter = root and matches = 1 | expect 1").hasPrefix("ok "))
    #expect(test.run("list metrics | expect some").hasPrefix("ok "))
    test.run("inbox ops")
    let inbox = test.output.data
    #expect(inbox.contains("ALARM: \"root-use\" in US East (N. Virginia)"), "\(inbox)")
    let page = test.run("show alarm root-use")
    #expect(page.contains("datapoints [1.0 (05/01/26"), "\(page)")
    #expect(page.contains("filter root on audit"), "\(page)")
  }

  @Test func theTailIsOfRecordsThatCanBeOpened() throws {
    let test = try session(
      Self.trail + "; simulate s3:CreateBucket bucketName=b-{n} as bob x 15 every 1s; flush main")
    #expect(test.messages.contains("delivered to audit (`tail audit`)"), "\(test.messages)")
    let shown = test.run("tail audit 3")
    #expect(shown.split(separator: "\n").count == 4, "\(shown)")
    #expect(test.messages.contains("older events (`tail audit all`)"), "\(test.messages)")
    #expect(test.run("open 1").contains("b-13"))
    #expect(
      test.run("tail audit filter '{ $.requestParameters.bucketName = b-1* }' | expect 7")
        .hasPrefix("ok "))
    #expect(
      test.run("tail audit since 5s where name = CreateBucket | expect 5..7").hasPrefix("ok "))
    #expect(
      test.run("output ndjson; tail audit 2 filter '{ $.eventName = CreateBucket }'")
        .split(separator: "\n").allSatisfy { $0.hasPrefix("{\"eventVersion\"") })
  }

  @Test func otherEventsAreShownAsTheyAre() throws {
    let test = try session("define loggroup app")
    test.run(
      "simulate logs:CreateLogStream logGroupName=app logStreamName=s; simulate logs:PutLogEvents logGroupName=app"
        + " logStreamName=s logEvents=[{\"timestamp\":1767603600000,\"message\":\"ERROR no\"}]")
    let shown = test.run("tail app")
    #expect(shown.contains("ERROR no"), "\(shown) \(test.messages)")
    #expect(test.run("tail app filter 'ERROR' where stream = s | expect 1").hasPrefix("ok "))
    #expect(test.run("tail app filter '-ERROR' | expect none").hasPrefix("ok "))
  }

  /// Errors point into the pattern.
  @Test(arguments: [
    ("define filter f on audit '{ $.a = }'", "error[InvalidParameterException]"),
    ("define filter f on audit { $.a = 1 ", "this bracket is never closed"),
    ("define filter f on adit '{ $.a = 1 }'", "did you mean `audit`?"),
    ("define filter f audit '{ $.a = 1 }'", "a filter is on a log group: on GROUP"),
    ("define filter f on audit '{ $.a = 1 }' unit Cuont", "did you mean `Count`?"),
    ("define filter f on audit '{ $.a = 1 }' vlaue 2", "did you mean `value`?"),
    ("define filter f on audit 'a' dimension U=$.x", "does not support dimensions"),
    ("define filter f on audit '{ $.a = 1 }' default x", "`x` is no number"),
    ("define alarm a on nope", "there is no filter and no metric `nope`"),
    ("define alarm a on App/X period 7s", "Period must be 10, 20, 30 or a multiple of 60"),
    ("define alarm a on App/X for 3 of 2", "DatapointsToAlarm must be less than or equal to"),
    ("define alarm a on App/X missing no", "missing values cannot count as `no`"),
    ("define alarm a on App/X notify nope", "there is no topic `nope`"),
    ("define filters cos", "did you mean `cis`?"),
    ("define filters cis 4.16", "the benchmark has no filter `4.16`"),
    ("define loggroup x retention 2", "days that AWS takes"),
    ("define loggroup 'a b'", "error[InvalidParameterException]"),
    ("show alarm nope", "there is no alarm `nope`"),
    ("drop filter nope", "there is no filter `nope`"),
    ("tail nope", "error[ResourceNotFoundException]"),
    ("test filter '{ $.a = '", "If a filter pattern starts with '{' it must end with '}'"),
    ("list alarms where nope = 1", "these rows have no column `nope`"),
  ])
  func errorsSayWhatIsWrong(line: String, text: String) throws {
    let test = try session("define loggroup audit")
    test.run(line)
    #expect(test.messages.contains(text), "\(test.messages)")
  }

  @Test func thePlaceInThePatternIsShown() throws {
    let test = try session("define loggroup audit")
    test.run("define filter f on audit '{ $.a = 1 && }'")
    // The caret stands under the end of the pattern, where a condition is missing.
    let lines = test.messages.split(separator: "\n", omittingEmptySubsequences: false)
    let code = try #require(lines.firstIndex { $0.contains("define filter f") })
    let caret = try #require(lines[code + 1].firstIndex(of: "^"))
    let column = lines[code + 1].distance(from: lines[code + 1].startIndex, to: caret)
    let bracket = try #require(lines[code].lastIndex(of: "}"))
    let wanted = lines[code].distance(from: lines[code].startIndex, to: bracket)
    #expect(abs(column - wanted) <= 3, "\(test.messages)")
  }

  @Test func theWholeBenchmarkIsOneLine() throws {
    let test = try session(Self.trail)
    test.run("define filters cis notify ops")
    #expect(
      test.messages
        == "15 filters and 15 alarms defined on audit (`list filters`)\n")
    #expect(test.run("list alarms | expect 15").hasPrefix("ok "))
    test.run("advance 10m; simulate cloudtrail:StopLogging name=main; flush; advance 2m")
    #expect(
      test.run("list alarms where state = ALARM | expect 1").hasPrefix("ok "), "\(test.messages)")
    #expect(test.run("inbox ops").contains("cis-4.5-cloudtrail-changes"))
    test.run("define filters cis 4.3 4.5 on audit")
    #expect(test.messages == "2 filters defined on audit (`list filters`)\n")
  }

  @Test func partsOfAPatternAreExplained() throws {
    let test = try session("simulate s3:ListBuckets as bob; events")
    let shown = test.run(
      "test filter '{ $.userIdentity.userName = bob && $.errorCode NOT EXISTS && $.eventName = Put* }' event 1"
    )
    #expect(shown.contains("$.eventName = Put*"), "\(shown)")
    #expect(shown.contains("it is \"ListBuckets\""), "\(shown)")
    #expect(test.messages.contains("it does not match"))
    test.run("test filter '[ip, user, status = 4*]' '10.0.0.1 bob 404'")
    #expect(test.messages.contains("it matches"))
    test.run("test filter '{ $.userIdentity.userName = bob }'")
    #expect(test.messages.contains("1 of 1 recorded event matches"), "\(test.messages)")
    #expect(test.run("open 1").contains("ListBuckets"))
    #expect(
      test.run("test filter '{ $.eventName = L* }' where user = bob | expect 1").hasPrefix("ok "))
  }

  /// The role of log delivery: what it may not do stops the delivery, and nothing is lost (facts §3.4, §7.1).
  @Test func rolesCount() throws {
    let test = try session(
      "define bucket logs; define loggroup audit; define role cw trusts cloudtrail.amazonaws.com policy none"
    )
    test.run("define trail main to s3://logs logs audit role cw")
    #expect(
      test.messages.contains("error[InvalidCloudWatchLogsRoleArnException]"), "\(test.messages)")
    test.run(
      "define role other trusts ec2.amazonaws.com; define trail main to s3://logs logs audit role other"
    )
    #expect(test.messages.contains("error[InvalidCloudWatchLogsRoleArnException]"))
    test.run("define trail main to s3://logs logs nowhere")
    #expect(test.messages.contains("error[InvalidCloudWatchLogsLogGroupArnException]"))
  }

  @Test func deliveriesRecover() throws {
    let test = try session(
      Self.trail
        + "; simulate s3:CreateBucket bucketName=lost-or-not; drop loggroup audit; advance 10m")
    #expect(test.messages.contains("delivery of trail main failed"), "\(test.messages)")
    #expect(test.run("show trail main").contains("logs error"))
    test.run("flush main")
    #expect(test.messages.contains("could not deliver to its log group"), "\(test.messages)")
    test.run("define loggroup audit; flush main")
    #expect(test.run("tail audit where name = CreateBucket | expect 1").hasPrefix("ok "))
  }

  @Test func whatIsTypedIsCompleted() throws {
    let test = try session(
      Self.trail + "; define filter root on audit '{ $.a = 1 }'; define alarm use on root")
    func completed(_ text: String) -> [String] {
      test.session.complete(text, at: text.utf8.count).candidates.map(\.insertion)
    }
    #expect(completed("tail ") == ["audit"])
    #expect(completed("define filter x on ") == ["audit"])
    #expect(completed("define filter x on audit '{}' met").contains("metric"))
    #expect(completed("define alarm x on ") == ["root", "LogMetrics/root"])
    #expect(completed("define alarm x on root miss") == ["missing"])
    #expect(completed("define alarm x on root missing not") == ["notBreaching"])
    #expect(completed("define alarm x on root notify ") == ["ops"])
    #expect(completed("define filters ") == ["cis"])
    #expect(completed("show alarm ") == ["use"])
    #expect(completed("drop filter ") == ["root"])
    #expect(completed("define trail t to s3://logs logs ") == ["audit"])
    #expect(completed("test fil") == ["filter"])
  }

  @Test func theSameScriptSaysTheSame() throws {
    func run() throws -> String {
      let test = try session(Self.trail + "; define filters cis notify ops")
      test.run("simulate ec2:CreateVpc CidrBlock=10.0.0.0/16 as root; advance 20m")
      let messages = test.messages
      return messages + test.run("list alarms; list metrics; tail audit 5; inbox ops all")
    }
    #expect(try run() == run())
  }
}
