/// A regular expression as filter patterns have them: `%^10\.0\.[0-9]+%` (facts §7.2).
///
/// There are no groups, so it is alternatives of sequences. Matching follows all ways at once, a symbol of the text
/// after another: O(text × items), whatever the expression. A character beyond ASCII is one symbol, which only `.` and
/// negated classes take; `.` takes no line break, and `$` stands before one that ends the text too.
struct FilterRegex: Hashable, Sendable {
  /// Between the percentage signs.
  let source: String
  private let branches: [[Item]]

  /// Ours: the most that counts such as `{3,500}` may come to.
  static let maximumItems = 4096

  /// One thing that a branch wants next.
  struct Item: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
      case symbol(SymbolClass)
      /// `^` and `$`.
      case start, end
    }
    var kind: Kind
    /// Whether the branch may go on without it, and whether it may come again.
    var isOptional = false
    var isRepeated = false
  }

  /// - Throws: `FilterPatternError` where AWS knows no such expression.
  init(_ bytes: [UInt8], _ range: Range<Int>) throws(FilterPatternError) {
    var parser = RegexParser(bytes, range)
    branches = try parser.branches()
    source = String(decoding: bytes[range], as: UTF8.self)
  }

  /// Whether it is found anywhere in a text.
  func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    branches.contains { branch in
      var run = RegexRun(branch)
      return run.matches(bytes, range)
    }
  }
}

/// A set of symbols: ASCII characters, and all others as one.
struct SymbolClass: Hashable, Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  var takesOthers = false

  init() {}

  init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

  func contains(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<64: low >> UInt64(byte) & 1 == 1
    case 64..<128: high >> UInt64(byte - 64) & 1 == 1
    default: takesOthers
    }
  }

  mutating func insert(_ byte: UInt8) {
    if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
  }

  mutating func formUnion(_ other: SymbolClass) {
    low |= other.low
    high |= other.high
    takesOthers = takesOthers || other.takesOthers
  }

  var inverted: SymbolClass {
    var result = SymbolClass()
    result.low = ~low
    result.high = ~high
    result.takesOthers = !takesOthers
    return result
  }

  static let digits = SymbolClass(0x30...0x39)
  static let spaces = SymbolClass([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D])
  static let words = SymbolClass((0..<128).filter(PatternScanner.isWord))
  static let anything = SymbolClass([0x0A, 0x0D]).inverted
}

/// Follows a branch through a text.
private struct RegexRun {
  private let items: [FilterRegex.Item]
  /// The items that are wanted next, and those after the next symbol; by `stamps` each is in a list once.
  private var present: [Int] = []
  private var next: [Int] = []
  private var stamps: [Int]
  private var stamp = 0
  private var isMatched = false

  init(_ items: [FilterRegex.Item]) {
    self.items = items
    stamps = [Int](repeating: -1, count: items.count)
  }

  mutating func matches(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    let lastBreak = Self.lastBreak(bytes, range)
    while true {
      want(0, offset == range.lowerBound, offset == range.upperBound || offset == lastBreak)
      if isMatched { return true }
      guard offset < range.upperBound else { return false }
      let byte = bytes[offset]
      offset += 1
      if byte >= 0x80 {
        while offset < range.upperBound, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      }
      swap(&present, &next)
      present.removeAll(keepingCapacity: true)
      stamp += 1
      let isEndNext = offset == range.upperBound || offset == lastBreak
      for index in next {
        guard case .symbol(let symbols) = items[index].kind, symbols.contains(byte) else {
          continue
        }
        if items[index].isRepeated { want(index, false, isEndNext) }
        want(index + 1, false, isEndNext)
      }
      if isMatched { return true }
    }
  }

  /// Where a line break begins that ends the text: `$` stands before it too.
  private static func lastBreak(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    guard let last = bytes[range].last, last == 0x0A else { return nil }
    let isPair = range.count > 1 && bytes[range.upperBound - 2] == 0x0D
    return range.upperBound - (isPair ? 2 : 1)
  }

  /// Adds an item, and those that may stand in its place.
  private mutating func want(_ index: Int, _ isStart: Bool, _ isEnd: Bool) {
    var index = index
    while index < items.count, stamps[index] != stamp {
      stamps[index] = stamp
      present.append(index)
      switch items[index].kind {
      case .symbol where items[index].isOptional: break
      case .start where isStart: break
      case .end where isEnd: break
      default: return
      }
      index += 1
    }
    if index == items.count { isMatched = true }
  }
}
