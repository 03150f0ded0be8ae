/// Whether wildcards are too many or too alike for the matcher (facts §10.2).
enum WildcardComplexity {
  static func check(_ branches: [PatternBranch]) throws(EventPatternProblem) {}
}
