/// What could stand at the cursor.
package struct Completion: Hashable, Sendable {
  package struct Candidate: Hashable, Sendable {
    /// What to put in place of what was typed, quotes included.
    package var insertion: String
    /// What a list shows.
    package var title: String
    /// A count, or a few words about it.
    package var remark: String

    package init(_ insertion: String, title: String? = nil, remark: String = "") {
      self.insertion = insertion
      self.title = title ?? insertion
      self.remark = remark
    }
  }
  /// The most that are offered at once.
  static let mostCandidates = 100

  /// Best first.
  package var candidates: [Candidate]
  /// The bytes of the text that a candidate replaces; they end at the cursor.
  package var replacedRange: Range<Int>
  /// Candidates that were left out because they are too many.
  package var omittedCount: Int
  /// What follows the only candidate.
  package var suffix: String

  /// - Parameter omittedCount: further candidates that were never worked out.
  init(
    _ candidates: [Candidate], replacing range: Range<Int>, omittedCount: Int = 0,
    suffix: String = " "
  ) {
    self.candidates = Array(candidates.prefix(Self.mostCandidates))
    self.omittedCount = omittedCount + max(0, candidates.count - Self.mostCandidates)
    self.suffix = suffix
    replacedRange = range
  }

  /// The same, for a text in which this one begins `distance` bytes later.
  func shifted(by distance: Int) -> Completion {
    var moved = self
    moved.replacedRange = replacedRange.lowerBound + distance..<replacedRange.upperBound + distance
    return moved
  }
}
