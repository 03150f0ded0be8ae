import TrailTestSupport

/// Makes random sentences of a grammar.
struct SentenceMaker {
  let grammar: EBNF
  var random: SeededGenerator
  private var depth = 0

  /// Beyond this depth, optional parts are left out and the first alternatives that end are taken.
  private static let maximumDepth = 40

  init(_ grammar: EBNF, seed: UInt64) {
    self.grammar = grammar
    self.random = SeededGenerator(seed: seed)
  }

  /// Samples of each token, in all their forms.
  static let tokens: [String: [String]] = [
    "WORD": ["denied", "write", "myWord", "w-2_x", "été"],
    "PATH": [
      "user", "name", "req.bucketName", "resources.ARN", "req.\"odd-key\"", "req.'a b'.c",
      "responseElements.x-amz-id-2", "\"since\"", "req.$ref.a:b", "\"a.b\".c", "req.0.1",
      "\"quote\\\"d\"",
    ],
    "BARE": [
      "bob", "10.0.0.0/8", "2001:db8::/32", "arn:aws:iam::1:user/bob", "AKIA*", "*foo*", "a-b_c@d",
      "42", "-1.5", "O'Brien", "a#b", "a\\*b", "DOMAIN\\bob", "x\\\\*", "$1", "a&b", "hello!", "日本",
      "count", "by", "/aws/lambda",
    ],
    "STRING": [
      "\"\"", "\"two words\"", "'it is'", "\"a\\\"b\"", "'a\\'b'", "\"\\\\\"", "\"\\\\*\"",
      "\"\\*\"",
      "\"\\\\\\*x\"", "\"tab\\t\\n\\r\"", "\"\\u{1F600}\\u{2a}\"", "\"and\"", "\"# | ; (\"",
      "\"a/b\"",
    ],
    "REGEX": [
      "/x/", "/a\\/b/i", "/^[^\"]* \\d+(a|b)$/ims", "/\\\\/", "//", "/'|\"/", "/\\\\\\/#;/s",
    ],
    "TRAIL": ["main", "org-trail_1", "a.b"],
    "SAVED": ["@q", "@who-did_2"],
    "NUMBER": ["0", "1", "10", "007", "9223372036854775807"],
    "REPEAT": ["x5", "x 2", "X10000"],
    "BOUNDS": ["1..3", "0..0", "5..100"],
    "DURATION": ["1h", "90s", "1h30m", "2d", "1w", "500ms", "1d1d"],
    "DATE": [
      "2026", "2026-11", "2024-02-29", "2026-11-20", "2026-11-20T10", "2026-11-20T10:05Z",
      "2026-11-20T10:05:30", "2026-11-20T10:05:30.123+01:00", "2026-11-20t10:05-0530",
    ],
    "CLOCK": ["09:00", "9:00", "23:59:59"],
    "QUOTEDDATE": ["\"2026-11-20 10:05\"", "'2026-11-20 10:05:30Z'"],
  ]

  /// Returns one sentence, its tokens parted by spaces.
  mutating func sentence() -> String {
    var parts: [String] = []
    depth = 0
    append(.production("query"), to: &parts)
    return parts.joined(separator: " ")
  }

  private mutating func append(_ expression: EBNF.Expression, to parts: inout [String]) {
    depth += 1
    defer { depth -= 1 }
    let isTired = depth > Self.maximumDepth
    switch expression {
    case .literal(let text): parts.append(spell(text))
    case .token(let name): parts.append(Self.tokens[name]?.randomElement(using: &random) ?? name)
    case .production(let name):
      if let inner = grammar.productions[name] { append(inner, to: &parts) }
    case .sequence(let items):
      for item in items { append(item, to: &parts) }
    case .choice(let alternatives):
      // The alternative in brackets is the only one that nests.
      let choice = isTired ? alternatives[1] : alternatives.randomElement(using: &random)
      if let choice { append(choice, to: &parts) }
    case .optional(let inner):
      if !isTired, Bool.random(using: &random) { append(inner, to: &parts) }
    case .repetition(let inner):
      guard !isTired else { return }
      for _ in 0..<Int.random(in: 0...2, using: &random) { append(inner, to: &parts) }
    }
  }

  /// Keywords in some letter case.
  private mutating func spell(_ keyword: String) -> String {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: keyword.uppercased()
    case 1: keyword.prefix(1).uppercased() + keyword.dropFirst()
    default: keyword
    }
  }
}
