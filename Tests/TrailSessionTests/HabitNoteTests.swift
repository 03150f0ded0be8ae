import Testing

@testable import TrailSession

/// What is said of sentences that mean something here, but hardly what was meant.
@Suite struct HabitNoteTests {
  @Test(arguments: [
    ("events where name = Delete%", "`%` is only itself here, and `*` is any run of characters"),
    ("events where name = Delete%", "events where name = Delete*"),
    ("events where error = null", "`not error exists` finds the events that have no `error`"),
    ("events where error != NULL", "`not error exists` finds the events that have no `error`"),
    ("events where ip > 10.0", "`10.0` is no address, so `>` compares texts"),
    ("events | stats sum name", "No value of `name` is a number, so `sum` has none to work with"),
    ("events | stats avg name by user", "so `avg` has none to work with"),
    (
      "events where name=GetObject as a then ip = z.ip within 1h",
      "`z.ip` is a value here: no step is called `z`; the steps with names are `a`"
    ),
    (
      "events where name=GetObject as a then ip != z.req.ip within 1h",
      "`z.req.ip` is a value here: no step is called `z`; the steps with names are `a`"
    ), ("events where user != target", "`target` is a text here, not the field"),
    ("events where ip = recipientAccountId", "`recipientAccountId` is a text here"),
    ("events where user = req.bucketName", "`req.bucketName` is a text here"),
    ("events where user in (bob, target)", "`target` is a text here, not the field"),
    ("events where not user in (req.bucketName)", "`req.bucketName` is a text here"),
    ("events where error in (AccessDenied, null)", "`null` is a text like others here"),
    (
      "events where name=GetObject as a then ip in (z.ip, 10.0.0.1) within 1h",
      "`z.ip` is a value here: no step is called `z`; the steps with names are `a`"
    ),
    ("events where eventSource = S3", "s3.amazonaws.com is its whole name"),
    ("events where denied | top 5 name by user", "to group by several fields"),
    ("SELECT count(*) FROM events", "try:  events | count"),
  ])
  func notes(sentence: String, note: String) throws {
    let test = try TestSession()
    test.run(sentence)
    #expect(test.messages.contains(note), "\(test.messages)")
  }

  @Test(arguments: [
    "events where error = \"null\"", "events where ip > 10.0.0.0", "events | stats sum req.size",
    "events where ip >= 2001:db8::", "events where name = *%*", "events where user != \"target\"",
    "events where user in (\"target\", bob)", "events where type in (role, user)",
    "events where human or denied or delete",
    "events where type = role", "events where name = s3.amazonaws.com",
    "events where user = b.user",
    "events where name=GetObject as a then ip != a.ip within 1h",
  ])
  func silence(sentence: String) throws {
    let test = try TestSession()
    test.run(sentence)
    for word in [
      "text like others", "no address", "is a number", "only itself", "is a text here",
      "is a value here",
    ] {
      #expect(!test.messages.contains(word), "\(test.messages)")
    }
  }
}
