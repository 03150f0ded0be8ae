import TrailRecord

/// The order of answers: numbers by value, whether they are numbers or texts that spell one, then times, flags and
/// texts by their bytes; what is missing comes last.
enum ValueOrder {
  static func precedes(_ left: Cell, _ right: Cell) -> Bool {
    precedes(left, rank(left), right, rank(right))
  }

  /// The same where the ranks of both are known.
  static func precedes(_ left: Cell, _ leftRank: Int, _ right: Cell, _ rightRank: Int) -> Bool {
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

  /// The place of a cell's kind among all: cells of one rank are compared with one another.
  static func rank(_ cell: Cell) -> Int {
    switch cell {
    case .number: 0
    case .text(let text) where spellsNumber(text.utf8): 0
    case .time: rankOfTimes
    case .flag: 2
    case .text: rankOfTexts
    case .list: 4
    case .json: 5
    case .missing: 6
    }
  }

  static let rankOfTimes = 1
  static let rankOfTexts = 3

  /// Whether `ExactNumber` reads the text; most texts are told apart by their first bytes, without their digits being
  /// gathered.
  static func spellsNumber(_ text: some Sequence<UInt8>) -> Bool {
    var bytes = text.makeIterator()
    var byte = bytes.next()
    if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { byte = bytes.next() }
    func skipDigits() -> Bool {
      guard let first = byte, first &- 0x30 < 10 else { return false }
      while let digit = byte, digit &- 0x30 < 10 { byte = bytes.next() }
      return true
    }
    guard skipDigits() else { return false }
    if byte == UInt8(ascii: ".") {
      byte = bytes.next()
      guard skipDigits() else { return false }
    }
    guard byte != nil else { return true }
    // An exponent may be one that is not read.
    return (byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E"))
      && ExactNumber(String(decoding: Array(text), as: UTF8.self)) != nil
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
