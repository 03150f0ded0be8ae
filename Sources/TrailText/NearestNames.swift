/// Finds the names that a misspelt one was probably meant to be.
///
/// Case-insensitive equality wins outright. Otherwise a name is near when few letters must be inserted, dropped,
/// replaced or swapped with their neighbour: at most a third of the guess's length, and always one. A guess of
/// a single letter has no near names, because every short name would be one.
package enum NearestNames {
  /// The most names that a message should offer.
  package static let maximumCount = 5

  /// Longer guesses are compared by nothing but equality: nobody misspells a paragraph.
  package static let maximumGuessLength = 128

  /// Returns the candidates near `guess`, nearest first, ties in the order of `candidates`.
  ///
  /// - Complexity: O(*n* · *g* · *d*) for *n* candidates, a guess of *g* characters and its allowed distance *d*.
  package static func find(
    _ guess: String, in candidates: some Sequence<String>, limit: Int = maximumCount
  ) -> [String] {
    let folded = Array(guess.lowercased())
    guard folded.count > 1, folded.count <= maximumGuessLength else { return [] }
    let allowed = allowedDistance(forLength: folded.count)
    var found: [(name: String, distance: Int)] = []
    for candidate in candidates {
      // A character takes at least one byte, so a much shorter text needs no closer look.
      guard candidate.utf8.count >= folded.count - allowed else { continue }
      let other = Array(candidate.lowercased())
      if other == folded { return [candidate] }
      guard other.count > 1,
        let distance = editDistance(from: folded, to: other, atMost: allowed)
      else { continue }
      found.append((candidate, distance))
    }
    // `sort` is not documented as stable, so the position is part of the order.
    let ordered = found.enumerated().sorted {
      ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
    }
    return ordered.prefix(limit).map(\.element.name)
  }

  /// How many edits a name of this length may be away.
  package static func allowedDistance(forLength length: Int) -> Int { max(1, length / 3) }

  /// Returns the number of edits between two texts, where swapping two neighbours is one edit, or `nil` where
  /// there are more than `limit`.
  ///
  /// - Complexity: O(*m* · `limit`) time, O(*m*) space: only a band of the table round its diagonal is worked out.
  package static func editDistance<Element: Equatable>(
    from source: [Element], to target: [Element], atMost limit: Int
  ) -> Int? {
    guard abs(source.count - target.count) <= limit else { return nil }
    let beyond = limit + 1
    var beforeLast = [Int](repeating: beyond, count: target.count + 1)
    var last = (0...target.count).map { min($0, beyond) }
    for row in 0..<source.count {
      var current = [Int](repeating: beyond, count: target.count + 1)
      current[0] = min(row + 1, beyond)
      var smallest = current[0]
      let firstColumn = max(0, row - limit)
      let endColumn = min(target.count, row + limit + 1)
      for column in firstColumn..<max(firstColumn, endColumn) {
        var cost = last[column] + (source[row] == target[column] ? 0 : 1)
        cost = min(cost, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, source[row] == target[column - 1], source[row - 1] == target[column]
        {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current[column + 1] = min(cost, beyond)
        smallest = min(smallest, cost)
      }
      if smallest > limit { return nil }
      (beforeLast, last) = (last, current)
    }
    return last[target.count] <= limit ? last[target.count] : nil
  }
}
