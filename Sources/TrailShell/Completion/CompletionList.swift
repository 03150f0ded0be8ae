/// What could stand at the cursor.
package struct CompletionList: Sendable {
  package struct Candidate: Hashable, Sendable {
    /// What to put in place of the replaced range, quotes included.
    package var insertion: String
    /// What the list shows.
    package var title: String
    /// A count or a word about it, shown dim; empty for none.
    package var remark: String

    package init(_ insertion: String, title: String? = nil, remark: String = "") {
      self.insertion = insertion
      self.title = title ?? insertion
      self.remark = remark
    }
  }

  /// Best first; the list keeps this order.
  package var candidates: [Candidate]
  /// The bytes of the text that a candidate replaces; they end at the cursor or behind it.
  package var replacedRange: Range<Int>
  /// Further candidates that were not worked out or are too many to hand over.
  package var omittedCount: Int
  /// What is put behind the only candidate, usually a space.
  package var suffix: String

  package init(
    _ candidates: [Candidate], replacing replacedRange: Range<Int>, omittedCount: Int = 0,
    suffix: String = " "
  ) {
    self.candidates = candidates
    self.replacedRange = replacedRange
    self.omittedCount = omittedCount
    self.suffix = suffix
  }

  /// What pressing Tab does.
  enum Action: Equatable {
    case nothing
    /// Put this in place of the replaced range.
    case insert(String)
    case list
  }

  /// - Parameter typed: what stands in the replaced range up to the cursor.
  func action(typed: String) -> Action {
    guard let first = candidates.first else { return .nothing }
    if candidates.count == 1, omittedCount == 0 {
      return .insert(first.insertion + suffix)
    }
    let shared = candidates.dropFirst().reduce(first.insertion[...]) { shared, candidate in
      shared.commonPrefix(with: candidate.insertion)
    }
    let extends =
      omittedCount == 0 && shared != typed && shared.count >= typed.count
      && shared.lowercased().hasPrefix(typed.lowercased())
    return extends ? .insert(String(shared)) : .list
  }
}

extension Substring {
  fileprivate func commonPrefix(with other: String) -> Substring {
    var end = startIndex
    var otherEnd = other.startIndex
    while end < endIndex, otherEnd < other.endIndex, self[end] == other[otherEnd] {
      end = index(after: end)
      otherEnd = other.index(after: otherEnd)
    }
    return self[..<end]
  }
}
