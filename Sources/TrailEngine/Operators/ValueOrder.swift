import TrailRecord

/// The order of answers: numbers by value, then times, flags and texts by their bytes; what is missing comes last.
enum ValueOrder {
  static func precedes(_ left: Cell, _ right: Cell) -> Bool {
    let (leftRank, rightRank) = (rank(left), rank(right))
    if leftRank != rightRank { return leftRank < rightRank }
    switch (left, right) {
    case (.number(let a), .number(let b)):
      if let first = ExactNumber(a), let second = ExactNumber(b), first != second {
        return first < second
      }
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.time(let a), .time(let b)): return a < b
    case (.flag(let a), .flag(let b)): return !a && b
    case (.text(let a), .text(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.list(let a), .list(let b)): return a.lexicographicallyPrecedes(b, by: precedes)
    default: return false
    }
  }

  private static func rank(_ cell: Cell) -> Int {
    switch cell {
    case .number: 0
    case .time: 1
    case .flag: 2
    case .text: 3
    case .list: 4
    case .missing: 5
    }
  }
}
