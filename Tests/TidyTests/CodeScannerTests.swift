import Testing

@Suite struct CodeScannerTests {
  @Test(arguments: [
    ("let a = 1 // then", "let a = 1        "),
    ("a /* b /* c */ d */ e", "a                   e"),
    (#"f("a \" b") + c"#, #"f("      ") + c"#),
    ("x = \"\"\"\n  y\"z\n  \"\"\"", "x = \"\"\"\n     \n  \"\"\""),
    ("#if os(Linux)", "#if os(Linux)"),
    (##"r = #"a"b"# + c"##, ##"r = #"   "# + c"##),
  ])
  func blanksCommentsAndLiterals(text: String, expected: String) {
    #expect(CodeScanner.blankingOutNonCode(of: text) == expected)
  }
}
