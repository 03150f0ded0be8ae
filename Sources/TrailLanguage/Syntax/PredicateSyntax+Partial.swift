import TrailText

extension PredicateSyntax {
  /// Returns the predicate without the parts that could not be read, or `nil` where none is left.
  ///
  /// What is left holds for at least the events that the whole could hold for, however its gaps are filled: of an
  /// `and` the other parts stay, but an `or` with a gap, or a `not` of one, says nothing.
  package func withoutGaps() -> PredicateSyntax? {
    switch self {
    case .invalid: return nil
    case .and(let operands, let range):
      let kept = operands.compactMap { $0.withoutGaps() }
      return kept.count > 1 ? .and(kept, range: range) : kept.first
    case .or(let operands, let range):
      let kept = operands.compactMap { $0.withoutGaps() }
      return kept.count == operands.count ? .or(kept, range: range) : nil
    case .not(let operand, let range):
      return operand.withoutGaps() == operand ? .not(operand, range: range) : nil
    default: return self
    }
  }

  /// Returns the predicate with the word at `range` turned into a gap: it is about to become a field.
  func removingWord(at range: SourceRange) -> PredicateSyntax {
    switch self {
    case .word(let name) where name.range == range: .invalid(range: range)
    case .and(let operands, let whole):
      .and(operands.map { $0.removingWord(at: range) }, range: whole)
    case .or(let operands, let whole):
      .or(operands.map { $0.removingWord(at: range) }, range: whole)
    case .not(let operand, let whole): .not(operand.removingWord(at: range), range: whole)
    default: self
    }
  }
}
