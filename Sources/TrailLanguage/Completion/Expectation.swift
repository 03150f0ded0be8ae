/// Something that the grammar allows at the end of what was read: the parser notes it in passing.
package enum Expectation: Hashable, Sendable {
  /// `events`, `last`, or `@` and a name.
  case source
  /// This very text: a keyword, a bracket or a bar.
  case keyword(String)
  case field
  /// A word such as `denied`.
  case word
  /// A comparison, `in` or `exists`, after this field.
  case comparison(FieldSyntax)
  /// A value of this field, after this operator; `nil` inside `in (…)`.
  case value(FieldSyntax, ComparisonOperator?)
  /// A regex for this field.
  case regex(FieldSyntax)
  /// What `about` looks for: any name.
  case name
  /// A value that a saved query takes.
  case argument
  case time
  case duration
  case number
  case stage
  case aggregate
  /// A name that the writer makes up, after `as`.
  case newName
  /// `N`, `A..B`, `some` or `none`.
  case expectation
}
