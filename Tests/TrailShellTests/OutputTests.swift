import Glibc
import Testing
import TrailTestSupport

@testable import TrailShell

@Suite struct OutputTests {
  init() { Terminal.adoptUTF8Locale() }

  @Test(arguments: [
    ("a\nb\n", 2), ("", 0), ("1234567890\n", 1), ("12345678901\n", 2), ("東京東京東\n", 1),
    ("a東京東京東\n", 2), ("\u{1B}[1;31m1234567890\u{1B}[0m\n", 1), ("\t\t\n", 2), ("no end", 0),
    ("e\u{301}234567890\n", 1),
  ])
  func rowsAreCounted(_ text: String, _ rows: Int) {
    var whole = RowCounter(columns: 10)
    whole.count(text.utf8)
    #expect(whole.rows == rows)
    var pieces = RowCounter(columns: 10)
    for byte in text.utf8 { pieces.count([byte]) }
    #expect(pieces.rows == rows)
  }

  @Test func thePagerIsTheReadersChoice() {
    let path = "/usr/bin:/bin"
    func command(_ variables: [String: String]) -> String? {
      Pager(environment: Environment(variables.merging(["PATH": path]) { $1 }))?.command
    }
    #expect(command(["TRAILQ_PAGER": "sh -c x", "PAGER": "sort"]) == "sh -c x")
    #expect(command(["PAGER": "sort -r"]) == "sort -r")
    #expect(command(["PAGER": "X=y sort"]) == "X=y sort")
    #expect(command(["PAGER": "cat"]) == nil)
    #expect(command(["PAGER": " "]) == nil)
    #expect(command(["TRAILQ_PAGER": "", "PAGER": "sort"]) == nil)
    #expect(command(["PAGER": "no-such-pager-anywhere -x"]) == nil)
    #expect(command(["PAGER": "/no/such/pager"]) == nil)
  }

  @Test func aPipeGetsEverythingAtOnce() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let output = AnswerOutput(descriptor: ends[1])
    #expect(!output.isTerminal && !output.usesColour)
    output.write("one\n")
    output.write([116, 119, 111, 10])
    output.finish()
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(ends[0], &bytes, bytes.count)
    #expect(String(decoding: bytes[..<count], as: UTF8.self) == "one\ntwo\n")
    close(ends[0])
    close(ends[1])
  }

  @Test func aReaderThatLeavesIsNoticedOnce() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    var count = 0
    let output = AnswerOutput(descriptor: ends[1], whenClosed: { count += 1 })
    for _ in 0..<3 {
      output.write("text\n")
      output.flush()
    }
    output.finish()
    #expect(output.isClosed)
    #expect(count == 1)
    close(ends[1])
  }

  @Test func colourIsWantedOrNot() {
    func wants(_ variables: [String: String], terminal: Bool = true) -> Bool {
      Terminal.wantsColour(isTerminal: terminal, environment: Environment(variables))
    }
    #expect(wants(["TERM": "xterm"]))
    #expect(!wants(["TERM": "xterm"], terminal: false))
    #expect(!wants(["TERM": "dumb"]))
    #expect(!wants([:]))
    #expect(!wants(["TERM": "xterm", "NO_COLOR": "1"]))
    #expect(wants(["TERM": "xterm", "NO_COLOR": ""]))
    #expect(wants(["TERM": "xterm", "CLICOLOR_FORCE": "1"], terminal: false))
    #expect(!wants(["TERM": "xterm", "CLICOLOR_FORCE": "0"], terminal: false))
    #expect(!wants(["NO_COLOR": "1", "CLICOLOR_FORCE": "1"]))
  }

  @Test func pathsFollowTheRules() {
    let home = UserPaths(environment: Environment(["HOME": "/home/ann"]))
    #expect(home.history == "/home/ann/.local/state/trailq/history")
    #expect(home.startupScript == "/home/ann/.config/trailq/rc.trailq")
    let named = UserPaths(
      environment: Environment([
        "HOME": "/home/ann", "XDG_STATE_HOME": "/state", "XDG_CONFIG_HOME": "relative",
      ]))
    #expect(named.history == "/state/trailq/history")
    #expect(named.startupScript == "/home/ann/.config/trailq/rc.trailq")
    #expect(UserPaths(environment: Environment([:])).history == nil)
  }
}

@Suite struct ProgressTests {
  private let second: UInt64 = 1_000_000_000

  @Test func saysWhatIsKnown() {
    let start = ProgressSnapshot(files: 1, events: 0)
    #expect(start.line(elapsedNanoseconds: 0) == "1 file · 0 events · 0.0 MB")
    let middle = ProgressSnapshot(
      files: 1204, totalFiles: 8640, events: 139_400, bytes: 21_000_000, totalBytes: 147_000_000)
    #expect(
      middle.line(elapsedNanoseconds: second)
        == "1,204 of 8,640 files · 139,400 events · 21.0 MB · 21.0 MB/s · 6 s left")
    let slow = ProgressSnapshot(
      files: 1, totalFiles: 2, events: 1, bytes: 1_000_000, totalBytes: 3_000_000_000)
    #expect(
      slow.line(elapsedNanoseconds: second)
        == "1 of 2 files · 1 event · 1.0 MB · 1.0 MB/s · 49 min 59 s left")
  }

  @Test func survivesOddNumbers() {
    let done = ProgressSnapshot(files: 2, totalFiles: 2, bytes: 5, totalBytes: 4)
    #expect(!done.line(elapsedNanoseconds: 1).contains("left"))
    let huge = ProgressSnapshot(bytes: 1, totalBytes: .max)
    #expect(huge.line(elapsedNanoseconds: second).hasSuffix("long left"))
    #expect(
      ProgressSnapshot(bytes: 2_345_000_000).line(elapsedNanoseconds: 0).contains("2.3 GB"))
  }
}

@Suite struct TypeAheadTests {
  private func characters(_ chunks: [[UInt8]]) -> String {
    var typeAhead = TypeAhead()
    var result = String.UnicodeScalarView()
    for chunk in chunks {
      typeAhead.append(chunk)
      while let scalar = typeAhead.next() { result.append(scalar) }
    }
    return String(result)
  }

  @Test func charactersComeWhole() {
    let text = "aé東👩"
    #expect(characters([Array(text.utf8)]) == text)
    #expect(characters(text.utf8.map { [$0] }) == text)
  }

  @Test func rubbishIsPassedOver() {
    #expect(characters([[0xFF, 0xC3, 0x41, 0x80, 0xE6, 0x9D, 0x42]]) == "AB")
    // An overlong slash, a surrogate, something beyond Unicode.
    #expect(
      characters([[0xE0, 0x80, 0xAF, 0xED, 0xA0, 0x80, 0xF4, 0xBF, 0xBF, 0xBF, 0x43]]) == "C")
  }

  @Test func linesCanBeSeenBeforeTheyAreTaken() {
    var typeAhead = TypeAhead()
    #expect(typeAhead.peekLine() == nil && !typeAhead.holdsLine)
    typeAhead.append(Array("| count\rx".utf8))
    #expect(typeAhead.peekLine() == "| count" && typeAhead.holdsLine)
    #expect(typeAhead.next() == "|")
  }
}
