import Testing
import TrailEngine
import TrailTestSupport
import TrailText

@testable import TrailSession

/// Questions, what is said about them, and the commands that work on their answers.
@Suite struct SessionTests {
  @Test func anEmptyAnswerNamesWhatIsNear() throws {
    let test = try TestSession()
    #expect(test.run("events where name=DeleteBuckett") == "")
    #expect(test.messages.hasPrefix("0 events. "))
    #expect(test.messages.contains("DeleteBucket"))
  }

  @Test func wrongNamesAndWrongGrammarAreToldTogether() throws {
    let test = try TestSession()
    #expect(test.run("events where nmae=GetObject and uesr=alice sinse 1h | cuont by user") == "")
    for part in ["field `nmae`", "field `uesr`", "`sinse`", "stage `cuont`"] {
      #expect(test.messages.contains(part))
    }
    #expect(
      test.messages.contains(
        "try:  events where name=GetObject and user=alice since 1h | count by user"))
  }

  @Test func openShowsARecordInFiveParts() throws {
    let test = try TestSession()
    test.run("events where name=GetObject")
    #expect(
      test.run("open 1") == """
        WHO
          identity.type       IAMUser
          identity.arn        arn:aws:iam::123456789012:user/alice
          identity.accountId  123456789012
          identity.userName   alice

        WHEN AND WHERE
          eventTime        2026-11-21T14:05:00Z
          awsRegion        us-east-1
          sourceIPAddress  203.0.113.7
          userAgent        aws-cli/2.15

        WHAT WAS ASKED
          eventSource     s3.amazonaws.com
          eventName       GetObject
          req.bucketName  data
          req.key         a b
          req.tags        (1 of 2)
          req.tags.k      x
          req.tags        (2 of 2)
          req.tags.k      y
          req."odd key"   null
          readOnly        true

        THE REST
          eventVersion        1.08
          eventID             00000000-0000-4000-8000-000000000003
          eventType           AwsApiCall
          recipientAccountId  123456789012

        """)
    test.run("output ndjson; events where name=GetObject")
    #expect(test.run("open 1") == SampleRecords.all[2] + "\n")
  }

  @Test(arguments: [
    ("events; open 5", "no-such-row"), ("events | count; open 1", "no-single-event"),
    ("events | facets; open 1", "no-single-event"), ("events; pivot 1.nosuch", "unknown-field"),
    ("events; pivot 2.error", "no-value"), ("events; around 1 5", "bad-duration"),
    ("last", "no-last-answer"), ("@nosuch", "unknown-saved-query"),
    ("define query x as events where nmae=", "missing-value"),
  ])
  func mistakesAboutAnswersHaveCodes(line: String, code: String) throws {
    let test = try TestSession()
    test.run(line, name: "t")
    #expect(test.messages.contains("error[\(code)]"), "\(line): \(test.messages)")
  }

  @Test func pivotAsksForTheSameValue() throws {
    let test = try TestSession()
    test.run("output csv; events | count by user")
    let rows = test.run("pivot 2.user")
    #expect(rows.split(separator: "\n").count == 3)
    #expect(test.messages == "events where user == \"bob\"\n")
    test.run("events where ip=2001:db8::7")
    test.run("pivot 1.ip")
    #expect(test.messages == "events where ip = \"2001:db8::7\"\n")
    // The spelling that a group shows need not be a record's.
    test.run("events where ip exists | select ip as from, name | sort from")
    #expect(test.run("pivot 1.from").split(separator: "\n").count == 2)
    #expect(test.messages == "events where ip = \"2001:db8::7\"\n")
  }

  @Test func pivotAsksForTheValueOfAStep() throws {
    let test = try TestSession()
    test.run("output csv; events where name=DeleteBucket as k then name=ListBuckets within 1d")
    for (written, asked) in [("1.user", "alice"), ("1.k.user", "bob"), ("2.k.user", "bob")] {
      test.run("events where name=DeleteBucket as k then name=ListBuckets within 1d")
      test.run("pivot \(written)")
      #expect(test.messages == "events where user == \"\(asked)\"\n", "\(written)")
    }
    test.run("events where name=DeleteBucket as k then name=ListBuckets within 1d")
    test.run("pivot 3.k.user", name: "t")
    #expect(test.messages.contains("error[no-such-row]"), "\(test.messages)")
    test.run("pivot 2.k.error")
    #expect(test.messages.contains("row 2 of the last answer has no `k.error`"))
    test.run("pivot 1.k.nosuch", name: "t")
    #expect(test.messages.contains("error[unknown-field]"), "\(test.messages)")
    test.run("last | select k.user")
    test.run("pivot 1.k.user")
    #expect(test.messages == "events where user == \"bob\"\n")
  }

  /// Near the end of the data nobody can know yet that nothing followed.
  @Test func absenceIsNotCertainAtTheEndOfTheData() throws {
    let test = try TestSession()
    let open = "what must not follow may be in no log yet"
    test.run("events where name=DeleteBucket then no name=CreateTrail within 30d")
    #expect(test.messages.contains(" began less than `within` before the newest event"))
    #expect(test.messages.contains(open))
    test.run("events where name=DeleteBucket then no name=CreateTrail within 1s")
    #expect(!test.messages.contains(open), "\(test.messages)")
    test.run("events where name=DeleteBucket then name=ListBuckets within 30d")
    #expect(!test.messages.contains(open), "\(test.messages)")
  }

  @Test func aroundTakesBothEndsIn() throws {
    let test = try TestSession()
    test.run("output csv; events where name=GetObject")
    #expect(test.run("around 1 80s").split(separator: "\n").count == 3)
    #expect(test.messages == "events between 2026-11-21T14:03:40Z and 2026-11-21T14:06:20.001Z\n")
  }

  @Test func savedQueriesTakeArguments() throws {
    let test = try TestSession()
    test.run("define query by as events where user=$1")
    #expect(test.messages == "@by is defined\n")
    #expect(test.run("output csv; @by bob | count by name") == "name,count\nDeleteBucket,2\n")
    #expect(test.run("list queries") == "define query by as events where user=$1\n")
    test.run("drop query BY; list queries")
    #expect(test.messages.hasPrefix("@by is forgotten\n"))
  }

  @Test func failuresKeepTheLastAnswer() throws {
    let test = try TestSession()
    #expect(
      test.run(
        "output csv; set on_error continue; events where user=bob; events where nmae=x; last | count"
      )
      .hasSuffix("count\n2\n"))
  }

  @Test func messagesPointIntoTheScript() throws {
    let test = try TestSession()
    test.run("echo a\n\n  events where name=x and\n    nmae=y; echo b", name: "s.trailq")
    #expect(
      test.messages == """
        s.trailq:4:5: error[unknown-field]: there is no field `nmae`
              nmae=y; echo b
              ^^^^ did you mean `name`?
        try:  events where name=x and
                  name=y

        """)
  }

  @Test func theClockDecidesWhatSinceMeans() throws {
    let test = try TestSession()
    let count = { test.run("output csv; events since 7h | count") }
    #expect(count() == "count\n1\n")
    test.run("clock 2026-11-21T14:30Z")
    #expect(count() == "count\n4\n")
  }

  @Test func aStoppedStatementSaysSo() throws {
    let test = try TestSession()
    test.session.stopSwitch()
    let outcome = test.session.run(PlacedStatement("events"), to: test.output)
    #expect(outcome.kind == .interrupted)
    test.session.beginStatements()
    #expect(test.session.run(PlacedStatement("events"), to: test.output).kind == .finished)
  }

  @Test func problemsAreListed() throws {
    let test = try TestSession()
    #expect(test.run("problems") == "")
    #expect(test.messages == "0 rows. Nothing was odd in what has been imported\n")
  }

  @Test func theStoreTellsWhatItHolds() throws {
    let test = try TestSession()
    let text = test.run("output csv; stats store")
    #expect(text.hasPrefix("path,values,distinct,encoding,bytes\n"))
    #expect(text.contains("\nuserIdentity.userName,4,2,"))
  }

  /// A value that several segments have is one value.
  @Test func distinctValuesAreCountedOnceOverAllSegments() throws {
    let folder = try TemporaryFolder()
    let test = try TestSession(records: [])
    for file in 0..<3 {
      let lines = (0..<3).map { number in
        SampleRecords.record(
          "2026-11-20T10:0\(file):00Z", "Call\(number)", file == 2 ? "eve" : "bob",
          id: file * 3 + number)
      }
      try folder.write(lines.joined(separator: "\n"), to: "\(file).json")
      test.run("import \(folder.path)/\(file).json")
    }
    let lines = test.run("output csv; stats store").split(separator: "\n").map(String.init)
    #expect(test.session.store.snapshot().segments.count == 3)
    #expect(lines.contains { $0.hasPrefix("eventName,9,3,") })
    #expect(lines.contains { $0.hasPrefix("userIdentity.userName,9,2,") })
    #expect(lines.contains { $0.hasPrefix("eventID,9,9,uuid,") })
  }

  @Test func theBannerTellsWhatToDoNext() throws {
    #expect(try TestSession(records: []).session.banner.contains("import PATH"))
    #expect(try TestSession().session.banner.contains("4 events"))
  }

  @Test(
    arguments: [
      ("events where (", nil, true), ("events |", nil, true), ("events where a=b", nil, false),
      ("events", "  | count", true), ("events", "events", false), ("import \"a", nil, true),
      ("", nil, false),
    ] as [(String, String?, Bool)])
  func unfinishedStatementsGoOn(text: String, next: String?, goesOn: Bool) throws {
    #expect(try TestSession().session.needsMoreInput(text, before: next) == goesOn)
  }
}
