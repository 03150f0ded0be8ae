import Testing

/// A session as documentation shows it: a command, what is typed at the prompt, and what is answered.
///
///     $ trailq -i examples/logs
///     imported …
///     trailq> events | count
///     …
struct Transcript: CustomTestStringConvertible {
  var command: String
  /// What is typed at the prompt, a statement a line.
  var statements: [String]
  /// What the reader sees of answers, in order.
  var answers: [String]
  var line: Int

  var testDescription: String { "line \(line): \(command)" }

  static let prompt = "trailq> "

  /// Every transcript in the fenced blocks of a Markdown text that are marked as `console`.
  ///
  /// A line that begins with `$ ` begins a transcript.
  static func all(in markdown: String) -> [Transcript] {
    var transcripts: [Transcript] = []
    var isInside = false
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        transcripts.append(
          Transcript(
            command: String(line.dropFirst(2)), statements: [], answers: [], line: number + 1))
      } else if isInside, line.hasPrefix(prompt) {
        transcripts[transcripts.count - 1].statements.append(String(line.dropFirst(prompt.count)))
      } else if isInside, !transcripts.isEmpty {
        transcripts[transcripts.count - 1].answers.append(String(line))
      }
    }
    return transcripts
  }

  /// Lines made comparable: how long something took is another number each time, and so is the room that it
  /// leaves at a line's end.
  static func comparable(_ lines: some Sequence<some StringProtocol>) -> [String] {
    lines.map { line in
      String(line).replacing(/\d+(\.\d+)? (µs|ms|s)\b/, with: "# ms").replacing(/\s+$/, with: "")
    }.filter { !$0.isEmpty }
  }
}
