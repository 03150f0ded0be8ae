import Foundation
import Glibc
import Testing
import TrailTestSupport

/// The simulator in the real program at a terminal, and what is left when the program ends.
@Suite struct SimulationTerminalTests {
  private let home: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
  }

  private var environment: [String: String] {
    [
      "HOME": home.path, "TMPDIR": home.path, "TERM": "xterm-256color", "PATH": "/usr/bin:/bin",
      "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
    ]
  }

  private func start() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      try builtProgram("trailq"), environment: environment, rows: 24, columns: 120)
    try terminal.expectLine("trailq>")
    return terminal
  }

  private var leftOver: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: home.path).filter {
        $0.hasPrefix("trailq-")
      }
    }
  }

  @Test func controlCStopsASimulationBetweenTwoCalls() throws {
    let terminal = try start()
    terminal.send("simulate s3:ListBuckets as bob x 100000000\r")
    // The progress line says that it is under way.
    try terminal.expect("of 100,000,000 calls")
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    try terminal.expect("calls of 100,000,000")
    // What happened stays, and the shell goes on.
    terminal.send("events | count\r")
    try terminal.expect("COUNT")
    terminal.send("advance 1m\r")
    try terminal.expect("the clock is at 2026-01-05T09:01:00Z")
    terminal.send("quit\r")
    #expect(try terminal.waitForEnd() == 0)
    #expect(try leftOver == [])
  }

  @Test func controlCStopsTimeOnItsWay() throws {
    let terminal = try start()
    terminal.send("advance 36500d\r")
    try terminal.expect("…")
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    terminal.send("quit\r")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func tabCompletesACall() throws {
    let terminal = try start()
    terminal.send("simulate s3:DeleteObjectT\t")
    try terminal.expectLine("trailq> simulate s3:DeleteObjectTagging")
    terminal.send("buck\t")
    try terminal.expectLine("trailq> simulate s3:DeleteObjectTagging bucketName=")
    // Keys that come in one go are taken as a paste, in which a tab is a space.
    terminal.send("x ke\t")
    try terminal.expectLine("trailq> simulate s3:DeleteObjectTagging bucketName=x key=")
    terminal.send("y as root\r")
    try terminal.expect("DeleteObjectTagging  root")
    terminal.send("quit\r")
    #expect(try terminal.waitForEnd() == 0)
  }
}
