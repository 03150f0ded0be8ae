/// What a piece of a sentence is, as colours tell it.
package enum SyntaxClass: String, Hashable, Sendable, CaseIterable {
  case keyword, field, word, `operator`, string, number, time, stage, comment, error, bracket
}
