/// Numbers the pairs of a combination and a value as they are met.
///
/// A table of its own, because a dictionary hashes so that nobody can foresee it, which costs more than all the rest
/// of grouping: here the keys are small numbers that the store gave.
struct MetCombinations: Sendable {
  /// The pair behind each number.
  private(set) var pairs: [UInt64] = []
  /// A number plus one by the pair's hash; 0 where nothing lies. Its size is a power of two.
  private var table: [UInt32]
  private var shift: UInt64

  private static let smallestTable = 64

  init() {
    table = [UInt32](repeating: 0, count: Self.smallestTable)
    shift = UInt64(64 - Self.smallestTable.trailingZeroBitCount)
  }

  var count: Int { pairs.count }

  /// The number of a pair.
  @inline(__always)
  mutating func number(of pair: UInt64) -> UInt32 {
    let mask = table.count &- 1
    var place = Self.place(of: pair, shift)
    while true {
      let found = table[place]
      if found == 0 { break }
      if pairs[Int(found &- 1)] == pair { return found &- 1 }
      place = (place &+ 1) & mask
    }
    return add(pair, at: place)
  }

  @inline(never)
  private mutating func add(_ pair: UInt64, at place: Int) -> UInt32 {
    pairs.append(pair)
    let number = UInt32(pairs.count)
    table[place] = number
    if pairs.count * 2 > table.count { grow() }
    return number - 1
  }

  private mutating func grow() {
    let size = table.count * 4
    shift -= 2
    var grown = [UInt32](repeating: 0, count: size)
    for (number, pair) in pairs.enumerated() {
      var place = Self.place(of: pair, shift)
      while grown[place] != 0 { place = (place &+ 1) & (size - 1) }
      grown[place] = UInt32(number + 1)
    }
    table = grown
  }

  /// The high bits of a product depend on all bits of the pair.
  @inline(__always)
  private static func place(of pair: UInt64, _ shift: UInt64) -> Int {
    let mixed = (pair ^ (pair &>> 32)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed &>> shift)
  }
}
