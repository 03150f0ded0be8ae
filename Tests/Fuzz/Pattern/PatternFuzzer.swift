internal import TrailEngine
internal import TrailRecord

/// Wildcards and regular expressions from arbitrary bytes: never a crash, never a hang, and never another answer
/// than a simpler way gives.
///
/// The first line of the input is the pattern, the second the flags, the rest the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPattern(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  let parts = input.split(
    separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3 else { return 0 }
  let pattern = String(decoding: parts[0], as: UTF8.self)
  let text = Array(parts[2])
  checkExpression(pattern, flags: String(decoding: parts[1], as: UTF8.self), text)
  checkWildcards(pattern, text)
  return 0
}

/// What the plan relies on: a text without the required literal is never searched.
private func checkExpression(_ pattern: String, flags: String, _ text: [UInt8]) {
  guard let program = try? RegexProgram(pattern, flags: flags) else { return }
  let isFound = text.withUnsafeBufferPointer { RegexMatcher(program).isFound(in: $0) }
  let searched = program.literalIsFolded ? CaseFolding.folded(text) : text
  precondition(
    !isFound || contains(searched, program.requiredLiteral),
    "found in a text that lacks the required literal")
}

/// The matcher looks for one piece after the other without going back; the table below tries everything, in time
/// that grows with pattern times text, so both are kept short.
private func checkWildcards(_ source: String, _ text: [UInt8]) {
  let pattern = GlobPattern(source)
  guard source.utf8.count * text.count <= largestTable else { return }
  precondition(
    pattern.matches(text) == matchesByTable(pattern.pieces, CaseFolding.folded(text)),
    "wildcards match in another way than by trying everything")
}

private let largestTable = 1 << 20

/// Whether the pieces, with anything between them, make up the whole text.
private func matchesByTable(_ pieces: [[UInt8]], _ text: [UInt8]) -> Bool {
  // Element n: what was read of the pattern so far can match the first n bytes.
  var reachable = [Bool](repeating: false, count: text.count + 1)
  reachable[0] = true
  for (number, piece) in pieces.enumerated() {
    if number > 0, let first = reachable.firstIndex(of: true) {
      for index in first..<reachable.count { reachable[index] = true }
    }
    for byte in piece {
      var next = [Bool](repeating: false, count: reachable.count)
      for index in text.indices where reachable[index] && text[index] == byte {
        next[index + 1] = true
      }
      reachable = next
    }
  }
  return reachable[text.count]
}

private func contains(_ text: [UInt8], _ piece: [UInt8]) -> Bool {
  piece.isEmpty || text.indices.contains { text[$0...].starts(with: piece) }
}
