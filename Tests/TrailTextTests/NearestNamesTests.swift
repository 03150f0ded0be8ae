import Testing
import TrailText

@Suite struct NearestNamesTests {
  @Test(
    arguments: [
      ("nmae", ["name", "time", "user"], ["name"]),
      ("DeleteTrial", ["DeleteTrail", "DeleteTable"], ["DeleteTrail"]),
      ("USER", ["users", "user"], ["user"]), ("x", ["y", "xx"], []),
      ("xy", ["yx", "xyz", "a"], ["yx", "xyz"]),
      ("sinse", ["since", "until"], ["since"]), ("abcdef", ["abcxyz"], []), ("", ["a"], []),
      ("aa", ["ab", "ac", "ad", "ae", "af", "ag"], ["ab", "ac", "ad", "ae", "af"]),
      ("zoe", ["zoë"], ["zoë"]),
    ] as [(String, [String], [String])])
  func nearest(_ guess: String, _ candidates: [String], _ expected: [String]) {
    #expect(NearestNames.find(guess, in: candidates) == expected)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xabc", 1),
    ("kitten", "sitting", 3),
    ("ca", "abc", 3), ("abcd", "badc", 2),
  ])
  func distance(_ source: String, _ target: String, _ expected: Int) {
    #expect(
      NearestNames.editDistance(from: Array(source), to: Array(target), atMost: 5) == expected)
    #expect(
      NearestNames.editDistance(from: Array(target), to: Array(source), atMost: expected)
        == expected)
    if expected > 0 {
      #expect(
        NearestNames.editDistance(from: Array(source), to: Array(target), atMost: expected - 1)
          == nil)
    }
  }
}
