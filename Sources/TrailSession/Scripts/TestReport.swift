/// The results of expectations, numbered as TAP (the Test Anything Protocol) has them.
package struct TestReport: Hashable, Sendable {
  package private(set) var count = 0
  package private(set) var failures = 0

  package init() {}

  /// The line for one more result: `ok 3 - text` or `not ok 3 - text`.
  package mutating func line(isMet: Bool, text: String) -> String {
    count += 1
    if !isMet { failures += 1 }
    return "\(isMet ? "ok" : "not ok") \(count) - \(Self.escaped(text))"
  }

  /// `1..3`: how many results there were.
  package var plan: String { "1..\(count)" }

  /// A comment of TAP, a line each.
  static func comment(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: true)
      .map { "# \(TerminalText.sanitised(String($0)))\n" }.joined()
  }

  /// The statement on one line, with `#` escaped, because that begins a directive.
  private static func escaped(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return TerminalText.sanitised(line).reduce(into: "") { result, character in
      if character == "#" || character == "\\" { result.append("\\") }
      result.append(character)
    }
  }
}
