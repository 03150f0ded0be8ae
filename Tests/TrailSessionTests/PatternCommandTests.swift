import Testing
import TrailTestSupport
import TrailText

@testable import TrailCloud
@testable import TrailSession

/// `test pattern`: what it says of one event and of many, and what can be asked of that.
@Suite struct PatternCommandTests {
  private func session(
    _ configure: (inout Session.Configuration) -> Void = { _ in }
  ) throws -> TestSession { try RuleScene.session(configure) }

  @Test func aPatternIsExplainedFieldByField() throws {
    let test = try session()
    test.run("simulate iam:CreateUser userName=eve; events where name=CreateUser; set output csv")
    let table = test.run(
      #"test pattern '{"source": ["aws.iam"], "detail": {"eventName": ["DeleteUser"], "errorCode": [{"exists": true}]}}' event 1"#
    )
    #expect(
      table == #"""
        field,verdict,wanted,found
        whole event,does not match,,
        detail.errorCode,missing,"[{""exists"":true}]",
        detail.eventName,differs,"[""DeleteUser""]","""CreateUser"""
        source,ok,"[""aws.iam""]","""aws.iam"""

        """#)
    #expect(
      test.messages.contains(
        "CreateUser does not match: detail.errorCode, detail.eventName"))
  }

  @Test func whatWouldKeepAnEventAwayIsSaid() throws {
    let test = try session()
    test.run("simulate iam:ListUsers; events where name=ListUsers")
    test.run(#"test pattern '{"source": ["aws.iam"]}' event 1"#)
    #expect(test.messages.contains("ListUsers matches"))
    #expect(test.messages.contains("only rules with `state reads` are told of it"))
    test.run("stop main; simulate iam:CreateUser userName=eve; events where name=CreateUser")
    test.run(#"test pattern '{"source": ["aws.iam"]}' event 1"#)
    #expect(test.messages.contains("no trail logged it"))
  }

  @Test func theEventsOfAnAnswerAreCounted() throws {
    let test = try session()
    test.run("simulate iam:CreateUser userName=u{n} x 3; simulate iam:ListUsers; events")
    let table = test.run(
      #"test pattern '{"source": ["aws.iam"], "detail": {"readOnly": [false]}}'"#)
    #expect(test.messages.contains("3 of 7 events match"), "\(test.messages)")
    #expect(table.contains("detail.readOnly") && table.contains("source"))
    #expect(
      test.run(#"set output csv; test pattern '{"detail": {"readOnly": [false]}}'"#) == """
        field,verdict,events
        whole event,matches,5
        whole event,does not match,2
        detail.readOnly,stands in the way,2

        """)
  }

  /// The verdict is part of the answer, so that a script can ask for it.
  @Test func theVerdictCanBeAskedFor() throws {
    let test = try session()
    test.run("simulate iam:CreateUser userName=u{n} x 3; events where name=CreateUser")
    let meets = #"test pattern '{"source": ["aws.iam"]}'"#
    let misses = #"test pattern '{"source": ["aws.s3"]}'"#
    for (line, isMet) in [
      ("\(meets) event 1 where verdict=matches | expect 1", true),
      ("\(misses) event 1 where verdict=matches | expect 1", false),
      ("\(misses) event 1 where verdict=\"does not match\" | expect 1", true),
      ("\(meets) event 1 | expect some", true),
      (#"\#(meets) '{"source": "aws.iam"}' where verdict=matches | expect 1"#, true),
      ("\(meets) where verdict=matches and events=3 | expect 1", true),
      ("\(misses) where field=source and events=3 | expect 1", true),
    ] {
      // What was asked about before is the last answer still.
      let marks = test.run("events where name=CreateUser | limit 3; \(line)")
      #expect(
        marks.split(separator: "\n").contains { $0.hasPrefix(isMet ? "ok" : "not ok") },
        "\(line): \(marks)\n\(test.messages)")
    }
  }

  @Test func allAlternativesThatComeNearestAreExplained() throws {
    let test = try session { $0.settings.output = .csv }
    let pattern = #"'{"detail":{"$or":[{"a":[1]},{"b":[2]},{"c":[3],"d":[4]}]}}'"#
    #expect(
      test.run(#"test pattern \#(pattern) '{"detail-type":"t","detail":{"a":2,"b":3}}'"#) == """
        alternative,field,verdict,wanted,found
        ,whole event,does not match,,
        1,detail.a,differs,[1],2
        2,detail.b,differs,[2],3

        """)
    #expect(
      test.messages.contains("t does not match: detail.a; or detail.b (2 of 3 alternatives shown)"),
      "\(test.messages)")
    let found = test.run(#"test pattern \#(pattern) '{"detail-type":"t","detail":{"a":2,"b":2}}'"#)
    #expect(found.hasSuffix(",whole event,matches,,\n2,detail.b,ok,[2],2\n"), "\(found)")
  }

  /// Most published rules spell the detail-type of sign-ins in another way than AWS's list.
  @Test func theOtherSpellingOfSignInsIsRemarkedOn() throws {
    let test = try session()
    let other = #"'{"detail-type": ["AWS Console Sign In via CloudTrail"]}'"#
    let both =
      #"'{"detail-type": ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"]}'"#
    let remark = "sign-ins have the detail-type `AWS Console Signin via CloudTrail`"
    test.run("define rule r on \(other) do print")
    #expect(test.messages.contains(remark))
    test.run("events; test pattern \(other)")
    #expect(test.messages.contains(remark))
    for line in ["define rule r on \(both) do print", "test pattern \(both)"] {
      test.run("events; \(line)")
      #expect(!test.messages.contains(remark) && !test.messages.contains("error"), "\(line)")
    }
    #expect(
      HelpBook.page("ours")?.rows.contains { row in
        if case .entry("events of sign-ins", let text) = row {
          text.contains("Sign In")
        } else {
          false
        }
      } == true)
  }

  @Test func anEventCanBeGiven() throws {
    let test = try session()
    test.run(#"test pattern '{"a": {"b": [1]}}' '{"detail-type": "t", "a": {"b": 1.0}}'"#)
    #expect(test.messages.contains("t matches"), "\(test.messages)")
    // A record is put into its envelope.
    test.run(
      #"test pattern '{"source": ["aws.s3"]}' '{"eventVersion": "1.11", "eventName": "X", "eventSource": "s3.amazonaws.com"}'"#
    )
    #expect(test.messages.contains("X matches"), "\(test.messages)")
  }
}
