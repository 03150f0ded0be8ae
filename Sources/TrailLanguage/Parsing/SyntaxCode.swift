package import TrailText

/// The codes of everything that lexer and parser can say, which `expect error CODE` names. They never change.
package enum SyntaxCode: String, CaseIterable, Sendable {
  /// There is nothing in the sentence.
  case emptySentence = "empty-sentence"
  /// The sentence is longer than any sentence may be.
  case sentenceTooLong = "sentence-too-long"
  /// The first word is no source.
  case unknownSource = "unknown-source"
  /// A predicate, a clause or a stage without a source before it.
  case missingSource = "missing-source"
  /// `select … from …`.
  case sqlSelect = "sql-select"
  /// `@` without a name.
  case missingName = "missing-name"
  /// A condition straight after the source.
  case missingWhere = "missing-where"
  case repeatedWhere = "repeated-where"
  case repeatedClause = "repeated-clause"
  case clauseAfterStage = "clause-after-stage"
  /// `then` where no sequence can be.
  case misplacedSequence = "misplaced-sequence"
  case missingCondition = "missing-condition"
  case missingAnd = "missing-and"
  case missingOperator = "missing-operator"
  case missingValue = "missing-value"
  case missingField = "missing-field"
  case badField = "bad-field"
  /// A value alone where a condition should be.
  case bareValue = "bare-value"
  /// A bare value with characters that need quotes.
  case unquotedValue = "unquoted-value"
  /// An operator of another language.
  case foreignOperator = "foreign-operator"
  /// `==` with a `*`, which is a star there.
  case exactStar = "exact-star"
  case badEscape = "bad-escape"
  case curlyQuotes = "curly-quotes"
  case unclosedQuote = "unclosed-quote"
  case missingRegex = "missing-regex"
  case unclosedRegex = "unclosed-regex"
  case badRegexFlag = "bad-regex-flag"
  case unclosedBracket = "unclosed-bracket"
  case unmatchedBracket = "unmatched-bracket"
  case wrongBracket = "wrong-bracket"
  case missingBracket = "missing-bracket"
  case emptyList = "empty-list"
  case missingComma = "missing-comma"
  case nestingTooDeep = "nesting-too-deep"
  case missingTime = "missing-time"
  case badTime = "bad-time"
  case badDuration = "bad-duration"
  case missingBetweenAnd = "missing-between-and"
  case missingStage = "missing-stage"
  case unknownStage = "unknown-stage"
  /// A stage by the name that another language gives it.
  case foreignStage = "foreign-stage"
  case missingBar = "missing-bar"
  case missingBy = "missing-by"
  case extraBy = "extra-by"
  case missingAggregate = "missing-aggregate"
  case unknownAggregate = "unknown-aggregate"
  case aggregateBrackets = "aggregate-brackets"
  case badNumber = "bad-number"
  case badExpectation = "bad-expectation"
  case unexpectedWord = "unexpected-word"
  case unexpectedCharacter = "unexpected-character"
  case severalStatements = "several-statements"

  package var code: DiagnosticCode { DiagnosticCode(rawValue: rawValue) }
}
