import Glibc
import TrailShell

/// A shell with a language of four statements, so that the terminal can be tested apart from queries:
/// `lines N` prints N lines, `wait` runs until it is interrupted, `work` does so with progress, `quit` quits;
/// anything else is said back.
@main
struct EchoShell {
  static func main() {
    guard let shell = Shell(delegate: EchoDelegate()) else { exit(2) }
    switch shell.run() {
    case .left: exit(0)
    case .terminated(let signal): exit(128 + signal)
    }
  }
}

final class EchoDelegate: ShellDelegate {
  /// Name and count, most frequent first.
  private let names = [
    ("PutObject", 5210), ("DescribeInstances", 940), ("DeleteTrail", 31), ("DeleteBucket", 7),
    ("東京", 3),
  ]
  private let keywords: Set<Substring> = ["lines", "wait", "quit", "events", "where"]

  let banner = "echo shell"
  let prompt = "trailq> "
  let continuationPrompt = "   ...> "

  func needsMoreInput(_ text: String, before nextLine: String?) -> Bool {
    text.hasSuffix("|") || nextLine?.hasPrefix("|") == true
  }

  func styles(of text: String) -> [StyledRange] {
    var ranges: [StyledRange] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    where keywords.contains(word) {
      let start = text.utf8.distance(from: text.startIndex, to: word.startIndex)
      ranges.append(StyledRange(start..<start + word.utf8.count, .keyword))
    }
    return ranges
  }

  func completions(in text: String, at cursor: Int) -> CompletionList {
    let end = text.utf8.index(text.startIndex, offsetBy: cursor)
    let word = text[..<end].split(separator: " ", omittingEmptySubsequences: false).last ?? ""
    let matching = names.filter { $0.0.lowercased().hasPrefix(word.lowercased()) }
    return CompletionList(
      matching.map { CompletionList.Candidate($0.0, remark: String($0.1)) },
      replacing: cursor - word.utf8.count..<cursor)
  }

  func execute(_ text: String, in run: StatementRun) -> StatementOutcome {
    let words = text.split(separator: " ")
    switch words.first {
    case "quit":
      return .quit
    case "wait":
      run.output.write("waiting\n")
      run.output.finish()
      while !run.isInterrupted { usleep(1000) }
      run.output.write("stopped\n")
    case "work":
      let progress = ProgressLine()
      while !run.isInterrupted {
        progress.show(ProgressSnapshot(files: 1204, totalFiles: 8640, events: 139_400))
        usleep(1000)
      }
      progress.finish()
      run.output.write("stopped\n")
    case "lines":
      for number in 0..<(words.dropFirst().first.flatMap { Int($0) } ?? 1) {
        run.output.write("line \(number)\n")
      }
    default:
      run.output.write("said <\(text.split(separator: "\n").joined(separator: "⏎"))>\n")
    }
    return .ready
  }
}
