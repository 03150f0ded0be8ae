/// The bounds of what a sentence may be, so that no text can exhaust the program that reads it.
package enum QueryLimits {
  /// Brackets and `not`s inside each other.
  package static let maximumNesting = 200
  /// The largest number after `x` in a sequence.
  package static let maximumRepetition = 10_000
  /// Diagnostics that one sentence is given; what follows the twentieth mistake is seldom about itself.
  package static let maximumDiagnostics = 20
  /// Bytes of one sentence. Lists of values are pasted into sentences, so this is generous.
  package static let maximumSentenceBytes = 4 << 20
  /// The longest length of time that a sentence can name: ten thousand years in milliseconds.
  package static let maximumDurationMilliseconds: Int64 = 10_000 * 366 * 86_400_000
}
