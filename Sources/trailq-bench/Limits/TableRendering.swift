import Foundation
import TrailEngine
import TrailSession

/// Draws a table of events as a terminal gets it, colours and all, without the terminal.
struct TableRendering {
  /// Rows of the table and columns of the screen.
  static let rows = 100
  private static let traits = OutputTraits(
    width: 120, height: 40, usesColour: true, usesColourInMessages: true, isInteractive: true)
  private static let warmUps = 2

  /// Asks for events once, then draws the answer again and again. The session's format is the table's for that while.
  ///
  /// `nil` where there are not enough events.
  static func milliseconds(in session: Session, runs: Int) throws -> [Double]? {
    let output = CollectedOutput(traits: traits)
    let format = session.settings.output
    session.settings.output = .table
    defer { session.settings.output = format }
    let sentence = "events where write | sort time desc, id | limit \(rows)"
    guard session.run(PlacedStatement(sentence), to: output) == .finished,
      let answer = session.lastAnswer
    else { throw BenchError("\(sentence)\n\(output.messages)") }
    guard answer.rowCount == rows else { return nil }
    var times: [Double] = []
    for run in -warmUps..<runs {
      output.clear()
      let begin = ContinuousClock.now
      try session.show(answer, to: output)
      if run >= 0 { times.append((ContinuousClock.now - begin).milliseconds) }
    }
    return times
  }
}
