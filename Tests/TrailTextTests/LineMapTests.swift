import Testing
import TrailText

@Suite struct LineMapTests {
  @Test func linesAndColumns() {
    let map = LineMap("ab\nété x\r\n\rlast")
    #expect(map.lineCount == 4)
    #expect(map.location(of: 0) == SourceLocation(line: 1, column: 1))
    #expect(map.location(of: 2) == SourceLocation(line: 1, column: 3))
    #expect(map.location(of: 3) == SourceLocation(line: 2, column: 1))
    // Columns are characters: the second é begins at byte 6.
    #expect(map.location(of: 6) == SourceLocation(line: 2, column: 3))
    #expect(map.location(of: 1_000) == SourceLocation(line: 4, column: 5))
    #expect(map.text(in: map.lineRange(containing: 4)) == "été x")
  }

  @Test func firstLineCounts() {
    let map = LineMap(SourceText("a\nb", name: "f", firstLine: 10))
    #expect(map.location(of: 2) == SourceLocation(line: 11, column: 1))
  }

  @Test func emptyText() {
    #expect(LineMap("").location(of: 0) == SourceLocation(line: 1, column: 1))
    #expect(LineMap("").lineRange(containing: 0) == SourceRange(0, 0))
  }
}

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("한", 2), ("ｆ", 2), ("ﾊ", 1),
    ("❤\u{FE0F}", 2),
    ("❤", 1), ("\u{200B}", 0), ("\t", 0), ("", 0), ("…", 1), ("é", 1), ("𠀀", 2), ("☎", 1),
  ])
  func width(_ text: String, _ expected: Int) {
    #expect(DisplayWidth.of(text) == expected)
  }
}
