import Testing
import TrailLanguage
import TrailText

@Suite struct CompletionSiteTests {
  /// The site at `^`, which is taken out of the text.
  private static func site(_ marked: String) -> CompletionSite {
    let parts = marked.split(separator: "^", maxSplits: 1, omittingEmptySubsequences: false)
    return CompletionSite(in: parts.joined(), cursor: parts[0].utf8.count)
  }

  /// What is allowed, in short.
  private static func names(_ site: CompletionSite) -> Set<String> {
    Set(
      site.allowed.map { expectation in
        switch expectation {
        case .keyword(let text): text
        case .comparison(let field): "OP(\(SyntaxPrinter.text(of: field)))"
        case .value(let field, let comparison):
          "VALUE(\(SyntaxPrinter.text(of: field))\(comparison?.rawValue ?? " in"))"
        case .regex(let field): "REGEX(\(SyntaxPrinter.text(of: field)))"
        default: "<\(expectation)>"
        }
      })
  }

  @Test(
    arguments: [
      ("^", ["<source>"]), ("ev^", ["<source>"]), ("@sa^", ["<source>"]),
      ("events ^", ["where", "since", "until", "between", "at", "as-of", "|"]),
      ("events wh^", ["where", "since", "until", "between", "at", "as-of", "|"]),
      ("events where ^", ["<field>", "<word>", "not", "about", "("]),
      ("events where use^", ["<field>", "<word>", "not", "about", "("]),
      ("events where req.^", ["<field>", "<word>", "not", "about", "("]),
      ("events where req.\"odd k^", ["<field>"]),
      ("events where not ^", ["<field>", "<word>", "not", "about", "("]),
      ("events where (denied and ^", ["<field>", "<word>", "not", "about", "("]),
      ("events where user=^", ["VALUE(user=)"]), ("events where user = b^", ["VALUE(user=)"]),
      ("events where user = \"b^", ["VALUE(user=)"]),
      ("events where user = \"b^ob\" and x", ["VALUE(user=)"]),
      ("events where name in (^", ["VALUE(name in)"]),
      ("events where name in (a, ^", ["VALUE(name in)"]),
      ("events where name in (a ^", [",", ")"]), ("events where agent ~ ^", ["REGEX(agent)"]),
      ("events where about ^", ["<name>"]), ("events where about \"pay^", ["<name>"]),
      ("events since ^", ["<time>"]), ("events since 1^", ["<time>"]),
      ("events between 1h ^", ["and"]),
      ("events | ^", ["<stage>"]), ("events | co^", ["<stage>"]),
      ("events | count by ^", ["<field>"]),
      ("events | count, ^", ["<aggregate>"]), ("events | stats ^", ["<aggregate>"]),
      ("events | stats sum ^", ["<field>"]), ("events | count every ^", ["<duration>"]),
      ("events | count by user ^", [",", "every", "|"]),
      ("events | count ^", ["as", ",", "by", "every", "|"]),
      ("events | sort time ^", ["desc", "asc", ",", "|"]),
      ("events | sort time d^", ["desc", "asc", ",", "|"]),
      ("events | limit ^", ["<number>"]), ("events | top ^", ["<number>", "<field>"]),
      ("events | select time ^", ["as", ",", "|"]), ("events | select time as ^", ["<newName>"]),
      ("events | expect ^", ["<expectation>"]), ("events | timeline ^", ["|"]),
      ("events # comm^", []), ("events where agent ~ /x^/", []),
      ("events where user = \"bob\"^", []),
      ("@mine ^", ["<argument>", "where", "since", "until", "between", "at", "as-of", "|"]),
    ] as [(String, Set<String>)])
  func allowed(_ marked: String, _ expected: Set<String>) {
    #expect(Self.names(Self.site(marked)) == expected)
  }

  @Test func afterAWordItMayBeAField() {
    let names = Self.names(Self.site("events where name ^"))
    let expected: Set = [
      "OP(name)", "and", "or", "as", "then", "since", "until", "between", "at", "as-of", "within",
      "|",
    ]
    #expect(Set(names) == expected)
    #expect(Self.names(Self.site("events where req.x ^")) == ["OP(req.x)"])
  }

  @Test func insideABracketTheSentenceCannotGoOn() {
    let names = Self.names(Self.site("events where (denied ^"))
    #expect(names == ["OP(denied)", "and", "or", ")"])
  }

  @Test(arguments: [
    ("events where user=bob and name=Del^", "Del", "", "events where user = bob"),
    ("events where user=bob and name=\"Del^", "Del", "\"", "events where user = bob"),
    ("events where name=De^ and user=bob since 1h", "De", "", "events where user = bob since 1h"),
    ("events where name = ^ and user=bob | count", "", "", "events where user = bob | count"),
    ("events where user=bob and name ^", "", "", "events where user = bob"),
    ("events where denied ^", "", "", "events where denied"),
    ("events where a=1 or name=^", "", "", "events"),
    ("events where b=2 and (a=1 or name=^", "", "", "events where b = 2"),
    ("events where b=2 and not name=^", "", "", "events where b = 2"),
    ("events where name in (DeleteTrail, ^", "", "", "events where name in (DeleteTrail)"),
    ("events where denied since 1d | where user=b^", "b", "", "events where denied since 1d"),
    ("events where denied since ^", "", "", "events where denied"),
    ("events where denied and ^", "", "", "events where denied"),
    ("events where user='O\\'B^", "O'B", "'", "events"),
    ("events where zoë=x and user=日本^", "日本", "", "events where zoë = x"),
  ])
  func prefixAndPartial(_ marked: String, _ prefix: String, _ quote: String, _ partial: String)
    throws
  {
    let site = Self.site(marked)
    #expect(site.prefix == prefix)
    #expect(site.quote.map(String.init) ?? "" == quote)
    #expect(try SyntaxPrinter.text(of: #require(site.partial)) == partial)
  }

  @Test func rangeIsWhatIsReplaced() {
    let text = "events where user = \"bo"
    let site = CompletionSite(in: text, cursor: text.utf8.count)
    #expect(site.range == SourceRange(20, 23))
    #expect(CompletionSite(in: "events ", cursor: 7).range == SourceRange(7, 7))
    #expect(CompletionSite(in: "events", cursor: 99).range == SourceRange(0, 6))
  }
}
