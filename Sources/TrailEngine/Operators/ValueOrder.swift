import TrailRecord

/// The order of answers: numbers by value, then times, flags and texts by their bytes; what is missing comes last.
enum ValueOrder {
  static func precedes(_ left: Cell, _ right: Cell) -> Bool {
    let (leftRank, rightRank) = (rank(left), rank(right))
    if leftRank != rightRank { return leftRank < rightRank }
    switch (left, right) {
    case (.number(let a), .number(let b)):
      if let first = SmallInteger.value(of: a.utf8), let second = SmallInteger.value(of: b.utf8) {
        return first != second ? first < second : a.utf8.lexicographicallyPrecedes(b.utf8)
      }
      if let first = ExactNumber(a), let second = ExactNumber(b), first != second {
        return first < second
      }
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.time(let a), .time(let b)): return a < b
    case (.flag(let a), .flag(let b)): return !a && b
    case (.text(let a), .text(let b)), (.json(let a), .json(let b)):
      return a.utf8.lexicographicallyPrecedes(b.utf8)
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
    case .json: 5
    case .missing: 6
    }
  }
}

/// Numbers that are a few digits and nothing else, as counts and sizes are: read without the exact arithmetic that
/// other spellings need.
enum SmallInteger {
  /// So many digits fit into 64 bits.
  private static let maximumDigits = 18

  /// The value; nil for any other spelling.
  @inline(__always)
  static func value(of spelling: some Collection<UInt8>) -> Int64? {
    guard !spelling.isEmpty, spelling.count <= maximumDigits else { return nil }
    var value: Int64 = 0
    for byte in spelling {
      let digit = byte &- 0x30
      if digit > 9 { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }
}
