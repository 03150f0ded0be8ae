import Testing
import TrailEngine
import TrailText

@testable import TrailSession

@Suite struct CommandTests {
  @Test func everyCommandIsDescribed() {
    for command in CommandTable.all {
      #expect(!command.forms.isEmpty && command.forms.allSatisfy { $0.hasPrefix(command.name) })
      #expect(!command.examples.isEmpty, "\(command.name)")
      #expect(!command.summary.hasSuffix("."), "\(command.name)")
      #expect(command.summary.first?.isLowercase == true, "\(command.name)")
    }
    #expect(Set(CommandTable.all.map(\.name)).count == CommandTable.all.count)
  }

  @Test func namesAreFoundInAnyCaseAndByTheirAliases() {
    #expect(CommandTable.find("IMPORT")?.name == "import")
    #expect(CommandTable.find("exit")?.name == "quit")
    #expect(CommandTable.find("events") == nil)
  }

  @Test(arguments: [
    ("a b  c", ["a", "b", "c"]), ("\"a b\" 'c d'", ["a b", "c d"]),
    (#"a\ b "c\"d" 'e\\f'"#, ["a b", "c\"d", "e\\f"]),
    ("x # comment", ["x"]), ("x#y", ["x#y"]), (#""" ''"#, ["", ""]), ("a\"b c\"d", ["ab cd"]),
    ("", []),
    ("日本 été", ["日本", "été"]),
  ])
  func argumentsAreSplitAsInAShell(text: String, words: [String]) throws {
    #expect(try ArgumentSplitter.split(text).map(\.text) == words)
  }

  @Test func anOpenQuoteIsAnError() {
    #expect(throws: Diagnostics.self) { try ArgumentSplitter.split("a \"b") }
  }

  @Test(arguments: [
    "set", "set rows", "output", "timing", "timing on off", "words a b", "export", "open", "open 0",
    "around", "pivot", "pivot 1", "pivot x.ip", "define", "define query", "define query x",
    "define query 1x as events",
    "list", "drop", "drop query", "source", "expect", "expect error", "import", "stats",
    "clock 1 2", "problems x",
    "fields a b", "settings x",
  ])
  func wrongUsageShowsTheRightOne(line: String) throws {
    let test = try TestSession()
    test.run(line, name: "t")
    #expect(test.messages.contains("error[usage]"), "\(line): \(test.messages)")
    #expect(test.messages.contains("usage: "), "\(line): \(test.messages)")
  }

  @Test(arguments: [
    ("frobnicate", "unknown-command"), ("help nosuch", "unknown-topic"),
    ("words nosuch", "unknown-word"),
    ("set nosuch 1", "unknown-setting"), ("output yaml", "bad-setting"),
    ("set rows 0", "bad-setting"),
    ("set width 5", "bad-setting"), ("clock never", "bad-time"), ("clock +5", "bad-duration"),
    ("export x.csv", "no-answer"), ("open 1", "no-answer"), ("drop query x", "unknown-query"),
    ("source /nonexistent/x", "cannot-read"), ("import \"x", "unclosed-quote"),
    ("where denied", "missing-source"), ("count by user", "missing-source"),
    ("denied", "missing-source"),
    ("| count", "missing-source"), ("since 1d", "missing-source"), ("user=bob", "missing-source"),
  ])
  func mistakesHaveCodes(line: String, code: String) throws {
    let test = try TestSession()
    test.run(line, name: "t")
    #expect(test.messages.contains("error[\(code)]"), "\(line): \(test.messages)")
  }

  @Test(arguments: [
    ("where denied", "events where denied"), ("count by user", "events | count by user"),
    ("denied | count", "events where denied | count"), ("user=bob", "events where user=bob"),
    ("| count", "last | count"), ("since 1d", "events since 1d"),
    ("about x", "events where about x"),
    ("req.bucketName=x", "events where req.bucketName=x"),
  ])
  func aBareQuestionIsMended(line: String, mended: String) throws {
    let test = try TestSession()
    test.run(line)
    #expect(test.messages.contains("try:  \(mended)\n"), "\(test.messages)")
  }

  @Test func anUnknownCommandTeaches() throws {
    let test = try TestSession()
    test.run("imprt logs")
    #expect(
      test.messages == """
        error: there is no command `imprt`
          imprt logs
          ^^^^^ did you mean `import`?
          import PATH…: reads CloudTrail logs from files and folders
          questions begin with `events`; `help` lists the commands

        """)
  }

  @Test func settingsAreListedWithTheirValues() throws {
    let test = try TestSession()
    test.run("set rows = 50; output csv; timing on; set color off")
    #expect(test.messages == "")
    #expect(
      test.run("settings") == """
          output csv            how answers are written (table, json, ndjson, csv, tsv, markdown, lines)
          timing on             say how long each answer took (on, off)
          width auto            columns that a table may fill (auto, <columns>)
          rows 50               rows of a table that a screen shows (<number>)
          colour off            colours in answers and messages (auto, on, off)
          on_error stop         whether a script goes on after an error (stop, continue)
          region us-east-1      the Region of simulated calls that name none (<region>)
          account 123456789012  the account of simulated calls that name none (<12 digits>)
          memory auto           memory after which no more events are taken in (auto, <size from 64M>)
          seed 1                the number from which all simulated ids and keys come (<number>)

        """)
  }

  @Test func theClockMovesAndStandsStill() throws {
    let test = try TestSession()
    test.run("clock 2026-11-20T10:05Z; clock +15m; clock -1h")
    #expect(
      test.messages == """
        the clock is at 2026-11-20T10:05:00Z
        the clock is at 2026-11-20T10:20:00Z
        the clock is at 2026-11-20T09:20:00Z

        """)
    test.run("clock latest")
    #expect(test.messages == "the clock is at 2026-11-21T18:00:00Z\n")
    test.run("clock yesterday")
    #expect(test.messages == "the clock is at 2026-11-20T00:00:00Z\n")
    test.run("clock now")
    #expect(test.session.clock == SessionClock(.running))
  }

  @Test func latestNeedsEvents() throws {
    let test = try TestSession(records: [])
    test.run("clock latest", name: "t")
    #expect(test.messages.contains("error[no-events]"))
  }

  @Test(arguments: ["import x", "export x.csv", "source x"])
  func safeModeRefusesFiles(line: String) throws {
    let test = try TestSession({ $0.isSafe = true })
    test.run(line, name: "t")
    #expect(test.messages.contains("error[not-safe]"))
  }

  @Test func echoPrintsItsWords() throws {
    #expect(try TestSession().run("echo one 'two  three' # four") == "one two  three\n")
  }

  @Test func quietKeepsErrors() throws {
    let test = try TestSession({ $0.isQuiet = true })
    test.run("clock +1h; nonsense")
    #expect(test.messages.hasPrefix("error: there is no command"))
  }

  @Test func quittingEndsAScript() throws {
    let test = try TestSession()
    #expect(test.run("echo a; quit; echo b") == "a\n")
  }
}
