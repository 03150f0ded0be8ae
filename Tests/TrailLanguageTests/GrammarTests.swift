import Testing
import TrailGrammar
import TrailLanguage
import TrailTestSupport
import TrailText

/// The grammar file against the parser.
@Suite struct GrammarTests {
  private static func grammar() throws -> EBNF {
    try #require(EBNF(try PackageFiles.text("Grammar/trailq.ebnf")))
  }

  @Test func grammarIsComplete() throws {
    let grammar = try Self.grammar()
    #expect(grammar.order.first == "query")
    var used: Set<String> = ["query"]
    var tokens: Set<String> = []
    for expression in grammar.productions.values { Self.collect(expression, &used, &tokens) }
    #expect(used == Set(grammar.order))
    #expect(tokens == Set(SentenceMaker.tokens.keys))
  }

  private static func collect(
    _ expression: EBNF.Expression, _ used: inout Set<String>, _ tokens: inout Set<String>
  ) {
    switch expression {
    case .literal: break
    case .production(let name): used.insert(name)
    case .token(let name): tokens.insert(name)
    case .sequence(let items), .choice(let items):
      for item in items { collect(item, &used, &tokens) }
    case .optional(let inner), .repetition(let inner): collect(inner, &used, &tokens)
    }
  }

  /// About one screen: the promise that the language stays small.
  @Test func grammarFitsOnAScreen() throws {
    let lines = try PackageFiles.text("Grammar/trailq.ebnf").split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 70)
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test(arguments: 0..<20)
  func madeSentencesAreReadAndPrintedBack(_ batch: Int) throws {
    var maker = SentenceMaker(try Self.grammar(), seed: UInt64(batch))
    for _ in 0..<200 {
      let sentence = maker.sentence()
      let parsed = QueryParser.parse(sentence)
      // The two rules that the grammar states in words.
      let excused: Set<String> = [
        SyntaxCode.repeatedClause.rawValue, SyntaxCode.repeatedWhere.rawValue,
      ]
      let complaints = parsed.diagnostics.filter {
        $0.severity == .error && !excused.contains($0.code.rawValue)
      }
      #expect(complaints.map(\.message) == [], "\(sentence)")
      let syntax = try #require(parsed.syntax, "\(sentence)")
      let printed = SyntaxPrinter.text(of: syntax)
      let again = QueryParser.parse(printed)
      #expect(again.isValid, "\(sentence)\n\(printed)")
      #expect(again.syntax?.withoutPlaces == syntax.withoutPlaces, "\(sentence)\n\(printed)")
    }
  }

  @Test func stagesAreTheTableOfStages() {
    let rows = Self.rows(of: TrailGrammar.stages)
    #expect(rows.map { $0[0] } == StageName.allCases.map(\.rawValue))
    for row in rows {
      for example in row[3...].map({ $0.replacing("¦", with: "|") }) {
        let parsed = QueryParser.parse(example)
        #expect(parsed.diagnostics.map(\.message) == [], "\(example)")
        #expect(example.contains("| " + row[0]), "\(example)")
      }
      #expect(row[1].hasPrefix(row[0]), "\(row[1])")
    }
  }

  @Test func definitionsOfWordsAreRead() {
    for row in Self.rows(of: TrailGrammar.words) {
      let (syntax, diagnostics) = QueryParser.parsePredicate(row[1])
      #expect(diagnostics.map(\.message) == [], "\(row[0])")
      #expect(syntax != nil)
    }
  }

  private static func rows(of table: String) -> [[String]] {
    table.split(separator: "\n").filter { !$0.hasPrefix("#") && $0.contains("|") }.map { line in
      line.split(separator: " | ").map { column in
        String(column.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
  }
}
