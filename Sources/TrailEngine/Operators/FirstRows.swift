/// The first rows of many in some order, found without sorting all.
enum FirstRows {
  /// So many rows are found one by one; where more are wanted, all are sorted.
  private static let fewRows = 256

  /// True where the first rows are found without sorting all.
  static func isFew(_ limit: Int?) -> Bool { limit.map { $0 <= fewRows } ?? false }

  /// The numbers below `count` in the order of `precedes`, which has no ties: all of them, or the first `limit`.
  ///
  /// - Complexity: O(count) comparisons and a few where `limit` is small, else O(count · log count).
  @inline(__always)
  static func order(
    of count: Int, limit: Int?, _ precedes: (Int, Int) -> Bool
  ) -> [Int] {
    guard let limit, isFew(limit), limit < count else {
      return (0..<count).sorted(by: precedes)
    }
    // A row that is behind the last of the best so far needs one comparison.
    var best: [Int] = []
    best.reserveCapacity(limit + 1)
    for row in 0..<count {
      if best.count == limit {
        guard let last = best.last, precedes(row, last) else { continue }
        best.removeLast()
      }
      var low = 0
      var high = best.count
      while low < high {
        let middle = (low + high) / 2
        if precedes(best[middle], row) { low = middle + 1 } else { high = middle }
      }
      best.insert(row, at: low)
    }
    return best
  }
}
