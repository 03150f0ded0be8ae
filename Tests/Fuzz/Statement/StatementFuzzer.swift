internal import TrailLanguage
internal import TrailText

/// Statements of arbitrary text: the parser says what is wrong and never crashes, hangs, or points beside the text;
/// and what it understands it understands again when it is printed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStatement(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  let bytes = text.utf8.count

  let parsed = QueryParser.parse(text)
  for diagnostic in parsed.diagnostics {
    check(diagnostic.range, within: bytes)
    check(diagnostic.fixIt?.range, within: bytes)
  }
  if parsed.isValid, let syntax = parsed.syntax { checkPrinting(of: syntax) }

  var end = 0
  for statement in StatementSplitter.split(text) {
    precondition(statement.range.lowerBound >= end, "statements overlap")
    check(statement.range, within: bytes)
    end = statement.range.upperBound
  }
  _ = StatementSplitter.needsMoreInput(text)
  return 0
}

private func check(_ range: SourceRange?, within bytes: Int) {
  guard let range else { return }
  precondition(range.lowerBound >= 0 && range.upperBound <= bytes, "a range beside the text")
}

/// The canonical spelling is a sentence, and its own canonical spelling.
private func checkPrinting(of syntax: QuerySyntax) {
  let printed = SyntaxPrinter.text(of: syntax)
  let again = QueryParser.parse(printed)
  guard again.isValid, let understood = again.syntax else {
    fatalError("what was printed is not understood: \(printed)")
  }
  let reprinted = SyntaxPrinter.text(of: understood)
  precondition(
    reprinted == printed, "printing changes what was printed: \(printed) to \(reprinted)")
}
