import TrailRecord

/// The order of answers: numbers by value, whether they are numbers or texts that spell one, then times, flags and
/// texts by their bytes; what is missing comes last.
enum ValueOrder {
  static func precedes(_ left: Cell, _ right: Cell) -> Bool {
    let (leftRank, rightRank) = (rank(left), rank(right))
    if leftRank != rightRank { return leftRank < rightRank }
    switch (left, right) {
    case (.number(let a), .number(let b)): return precedes(a, b, isTied: a.precedes(b))
    case (.number(let a), .text(let b)): return precedes(a, b, isTied: true)
    case (.text(let a), .number(let b)): return precedes(a, b, isTied: false)
    case (.text(let a), .text(let b)) where leftRank == 0:
      return precedes(a, b, isTied: a.precedes(b))
    case (.time(let a), .time(let b)): return a < b
    case (.flag(let a), .flag(let b)): return !a && b
    case (.text(let a), .text(let b)), (.json(let a), .json(let b)):
      return a.precedes(b)
    case (.list(let a), .list(let b)): return a.lexicographicallyPrecedes(b, by: precedes)
    default: return false
    }
  }

  /// Two spellings of numbers by value, and by `isTied` where that is one.
  private static func precedes(_ a: String, _ b: String, isTied: Bool) -> Bool {
    if let first = SmallInteger.value(of: a.utf8), let second = SmallInteger.value(of: b.utf8) {
      return first != second ? first < second : isTied
    }
    if let first = ExactNumber(a), let second = ExactNumber(b), first != second {
      return first < second
    }
    return isTied
  }

  private static func rank(_ cell: Cell) -> Int {
    switch cell {
    case .number: 0
    case .text(let text) where spellsNumber(text): 0
    case .time: 1
    case .flag: 2
    case .text: 3
    case .list: 4
    case .json: 5
    case .missing: 6
    }
  }

  /// Most texts say with their first byte that they are no number.
  private static func spellsNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, first < 0x3A, let last = text.utf8.last, last &- 0x30 < 10
    else { return false }
    if SmallInteger.value(of: text.utf8) != nil { return true }
    // An address or a time has too many points or dashes; so it is told without reading its digits into an array.
    let points = text.utf8.count { $0 == UInt8(ascii: ".") }
    let others = text.utf8.dropFirst().count { $0 > 0x39 || $0 == UInt8(ascii: "-") }
    return points <= 1 && others <= 2 && ExactNumber(text) != nil
  }
}

extension String {
  fileprivate func precedes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
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
