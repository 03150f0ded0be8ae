import Glibc
import Testing
import TrailTestSupport

/// The shell at a terminal, with statements that need no queries.
@Suite struct ShellTests {
  private let home: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
  }

  private func start(
    _ variables: [String: String] = [:], rows: Int = 24, columns: Int = 60
  ) throws -> PseudoTerminal {
    let environment = [
      "HOME": home.path, "TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
    ]
    let terminal = try PseudoTerminal(
      try builtProgram("trailq-echo-shell"),
      environment: environment.merging(variables) { $1 }, rows: rows, columns: columns)
    try terminal.expectLine("trailq>")
    return terminal
  }

  @Test func runsStatementsUntilItIsLeft() throws {
    let terminal = try start()
    #expect(terminal.screen.lines.first == "echo shell")
    terminal.send("hello\r")
    try terminal.expect("said <hello>")
    terminal.send("quit\r")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func controlDLeavesFromAnEmptyLineOnly() throws {
    let terminal = try start()
    terminal.send("ab\u{2}\u{4}")
    try terminal.expectLine("trailq> a")
    terminal.send("|\r")
    try terminal.expectLine("   ...>")
    terminal.send("\u{4}")
    try terminal.expectLine("trailq>")
    terminal.send("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
    #expect(terminal.echoesKeys)
  }

  @Test func coloursWhileTyping() throws {
    let terminal = try start()
    terminal.send("events where x")
    try terminal.wait(for: "colours") { screen in
      screen.text(inRow: 1, style: "1;34") == "eventswhere"
        && screen.lines[1] == "trailq> events where x"
    }
    #expect(terminal.screen.text(inRow: 1, style: "1;36") == "trailq> ")
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func coloursCanBeSwitchedOff(_ variables: [String: String]) throws {
    let terminal = try start(variables)
    terminal.send("events where x\r")
    try terminal.expect("said <events where x>")
    #expect(terminal.screen.cells.joined().allSatisfy { $0.style.isEmpty })
  }

  @Test func wrapsAndEditsWideText() throws {
    let terminal = try start(columns: 20)
    terminal.send("where 東京東京東京東京 x")
    try terminal.expect("trailq> where 東京東\n京東京東京 x")
    // To the beginning, past `where `, and one character typed there.
    terminal.send("\u{1}\u{6}\u{6}\u{6}\u{6}\u{6}\u{6}Z")
    try terminal.expect("trailq> where Z東京\n東京東京東京 x")
    terminal.send("\r")
    try terminal.wait(for: "the answer") {
      $0.lines.joined().contains("said <where Z東京東京東京東京 x>")
    }
  }

  @Test func plainCLocaleKeepsOtherAlphabets() throws {
    let terminal = try start(["LC_ALL": "C"])
    terminal.send("été = \"日本\"\r")
    try terminal.expect("said <été = \"日本\">")
  }

  @Test func tabCompletes() throws {
    let terminal = try start()
    terminal.send("x put\t")
    try terminal.expectLine("trailq> x PutObject")
    terminal.send("y \u{15}del\t")
    try terminal.expectLine("trailq> Delete")
    terminal.send("\t")
    try terminal.expect("DeleteTrail  31   DeleteBucket  7\ntrailq> Delete")
    terminal.send("T\t\r")
    try terminal.expect("said <DeleteTrail>")
  }

  @Test func tabListsBelowALineOfSeveralRows() throws {
    let terminal = try start(rows: 12, columns: 20)
    terminal.send("aaaaaaaaaaaaaaaaaaaaaaaaaaa Delete\u{2}\u{6}\t")
    try terminal.expect(
      "DeleteTrail  31\nDeleteBucket  7\ntrailq> aaaaaaaaaaaa\naaaaaaaaaaaaaaa Dele\nte")
  }

  @Test func historyComesBackAndIsSearched() throws {
    let first = try start()
    first.send("one 東京\r")
    try first.expect("said <one 東京>")
    first.send("two |\rthree\r")
    try first.expect("said <two |⏎three>")
    first.send(" hidden\r")
    try first.expect("said < hidden>")
    first.send("quit\r")
    #expect(try first.waitForEnd() == 0)
    #expect(try home.read(".local/state/trailq/history") == "one 東京\ntwo |\\nthree\nquit\n")

    let second = try start(["XDG_STATE_HOME": home.path + "/.local/state"])
    second.send("\u{1B}[A\u{1B}[A")
    try second.expect("trailq> two |\nthree")
    second.send("\r")
    // Before the prompt is there, a control key is the terminal's own.
    try second.expect("said <two |⏎three>\ntrailq>")
    second.send("\u{12}東")
    try second.expect("trailq> one 東京\nbck:東")
    second.send("\r")
    try second.expect("said <one 東京>")
  }

  @Test func controlCDropsTheLine() throws {
    let terminal = try start()
    terminal.send("half a line")
    try terminal.expectLine("trailq> half a line")
    terminal.send("\u{3}")
    try terminal.expect("half a line^C\ntrailq>")
    terminal.send("more |\r")
    try terminal.expectLine("   ...>")
    terminal.send("\u{3}")
    try terminal.expectLine("trailq>")
    terminal.send("\u{12}x")
    try terminal.expect("bck")
    terminal.send("\u{3}")
    try terminal.wait(for: "a new prompt below the search") { screen in
      let last = screen.lines.suffix(2)
      return last.first?.hasPrefix("bck") == true && last.first?.hasSuffix("^C") == true
        && last.last == "trailq>"
    }
    terminal.send("still here\r")
    try terminal.expect("said <still here>")
  }

  @Test func controlCStopsWhatRuns() throws {
    let terminal = try start()
    terminal.send("wait\r")
    try terminal.expect("\nwaiting")
    terminal.send("\u{3}")
    try terminal.expect("stopped")
    terminal.send("still here\r")
    try terminal.expect("said <still here>")
  }

  @Test func progressIsShownAndTakenAway() throws {
    let terminal = try start()
    terminal.send("work\r")
    try terminal.expect("\n1,204 of 8,640 files · 139,400 events")
    terminal.send("\u{3}")
    try terminal.expect("\nstopped\ntrailq>")
    #expect(!terminal.screen.history.contains("1,204"))
  }

  @Test func progressIsCutToTheScreen() throws {
    let terminal = try start(columns: 24)
    terminal.send("work\r")
    try terminal.expect("\n1,204 of 8,640 files ·…")
    terminal.send("\u{3}")
    try terminal.expectLine("trailq>")
  }

  @Test func controlZKeepsTheLine() throws {
    let terminal = try start()
    terminal.send("half")
    try terminal.expectLine("trailq> half")
    // Nobody here could continue a stopped process, and the kernel knows: it does not stop. The terminal is
    // given back and taken again all the same.
    terminal.send("\u{1A}")
    try terminal.expect("trailq> half\ntrailq> half")
    terminal.send(" done\r")
    try terminal.expect("said <half done>")
  }

  @Test func answersMayGoToAFile() throws {
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "'\(try builtProgram("trailq-echo-shell"))' > '\(home.path)/out'"],
      environment: ["HOME": home.path, "TERM": "xterm", "PATH": "/usr/bin:/bin"])
    try terminal.expectLine("trailq>")
    terminal.send("hello\rquit\r")
    #expect(try terminal.waitForEnd() == 0)
    #expect(try home.read("out") == "said <hello>\n")
    #expect(!terminal.screen.history.contains("said"))
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func signalsEndItInGoodOrder(_ signal: Int32) throws {
    let atPrompt = try start()
    atPrompt.send("half")
    try atPrompt.expectLine("trailq> half")
    #expect(!atPrompt.echoesKeys)
    kill(atPrompt.process, signal)
    #expect(try atPrompt.waitForEnd() == 128 + signal)
    #expect(atPrompt.echoesKeys)

    let running = try start()
    running.send("wait\r")
    try running.expect("\nwaiting")
    kill(running.process, signal)
    #expect(try running.waitForEnd() == 128 + signal)
    #expect(try home.read(".local/state/trailq/history") == "wait\n")
  }

  @Test func pastedLinesBelongTogether() throws {
    let terminal = try start()
    terminal.send("events\r| count\r| limit 1\rtab\tbed\r")
    try terminal.expect("said <events⏎| count⏎| limit 1>")
    try terminal.expect("said <tab bed>")
  }

  @Test func rubbishDoesNoHarm() throws {
    let terminal = try start()
    terminal.send(
      "a\u{1}\u{2}\u{1B}[99;99Zb\u{0}\u{7F}\u{7F}\u{1E}\u{1F}\u{85}\u{FEFF}👩\u{200D}💻 e\u{301}\r")
    try terminal.expect("said <")
    terminal.send("fine\r")
    try terminal.expect("said <fine>")
  }

  @Test func aLineMayBeTallerThanTheScreen() throws {
    let terminal = try start(["PAGER": "cat"], rows: 5, columns: 20)
    let text = String(repeating: "0123456789", count: 30)
    terminal.send(text + "\u{1}Z\u{5}!\r")
    try terminal.wait(for: "all of it") {
      $0.history.filter { $0 != "\n" }.contains("said <Z\(text)!>")
    }
  }

  @Test func resizeRedrawsTheLine() throws {
    let terminal = try start(columns: 40)
    terminal.send("events where name=DeleteBucket and x")
    try terminal.expect("trailq> events where name=DeleteBucket a\nnd x")
    terminal.resize(rows: 24, columns: 60)
    try terminal.expect("trailq> events where name=DeleteBucket and x")
    terminal.send("yz")
    try terminal.expectLine("trailq> events where name=DeleteBucket and xyz")
  }

  @Test func viKeysAreHonoured() throws {
    try home.write("bind -v\n", to: ".editrc")
    let terminal = try start()
    terminal.send("abd")
    try terminal.expectLine("trailq> abd")
    terminal.send("\u{1B}")
    usleep(200_000)
    terminal.send("0xAe Put\t")
    try terminal.expectLine("trailq> bde PutObject")
    terminal.send("\r")
    try terminal.expect("said <bde PutObject>\ntrailq>")
    terminal.send("\u{12}bde")
    try terminal.expect("bck")
  }

  @Test func ownKeyBindingsWin() throws {
    try home.write("bind \"^G\" trailq-complete\nbind \"^I\" ed-insert\n", to: ".editrc")
    let terminal = try start()
    terminal.send("Put\u{7}")
    try terminal.expectLine("trailq> PutObject")
    terminal.send("\u{15}Put\t")
    try terminal.expectLine("trailq> Put")
  }

  @Test func tallAnswersGoThroughThePager() throws {
    try home.write("#!/bin/sh\necho PAGER BEGINS\nhead -3\necho PAGER ENDS\n", to: "pager")
    chmod(home.path + "/pager", 0o755)
    let terminal = try start(["TRAILQ_PAGER": home.path + "/pager"], rows: 10)
    terminal.send("lines 9\r")
    try terminal.expect("line 8\ntrailq>")
    #expect(!terminal.screen.history.contains("PAGER"))
    // So many that the pipe is full when the pager goes.
    terminal.send("lines 100000\r")
    try terminal.expect("PAGER BEGINS\nline 0\nline 1\nline 2\nPAGER ENDS\ntrailq>")
    terminal.send("after\r")
    try terminal.expect("said <after>")
  }

  @Test func lessIsUsedUnlessThePagerIsOff() throws {
    let off = try start(["PAGER": "cat"], rows: 10)
    off.send("lines 30\r")
    try off.expect("line 29\ntrailq>")
    guard access("/usr/bin/less", X_OK) == 0 else {
      print("skipped: less is not installed")
      return
    }
    let terminal = try start(rows: 10)
    terminal.send("lines 30\r")
    try terminal.expectLine(":")
    // Ctrl-C belongs to the pager now.
    terminal.send("\u{3}")
    try terminal.pressUntilSeen("q", line: "trailq>")
    terminal.send("after\r")
    try terminal.expect("said <after>")
  }
}
