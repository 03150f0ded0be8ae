/// The numbers below a count in some order: 16 bits each, and one more as often as their count needs it. That is 17 for
/// the rows of a segment.
package struct Permutation: Sendable {
  /// All numbers; empty where they are narrow.
  private let whole: Slab<UInt32>
  /// The lower 16 bits of each.
  private let lowBits: Slab<UInt16>
  /// The 17th bit of all, then the 18th of all and so on.
  private let highBits: Slab<UInt64>
  /// Words of one such plane of bits, and how many there are; none where numbers are not narrow.
  private let wordsPerPlane: Int
  private let planes: Int
  package let count: Int

  /// More are not worth their shifts.
  private static let mostPlanes = 4

  /// Numbers that lie somewhere already.
  init(_ entries: Slab<UInt32>) {
    whole = entries
    lowBits = Slab([])
    highBits = Slab([])
    (wordsPerPlane, planes) = (0, 0)
    count = entries.count
  }

  /// Packed numbers that lie somewhere already.
  ///
  /// - Returns: nil where `highBits` is not some planes with a bit for each number.
  init?(lowBits: Slab<UInt16>, highBits: Slab<UInt64>) {
    let words = Self.words(lowBits.count)
    let planes = max(1, words == 0 ? 1 : highBits.count / words)
    guard planes <= Self.mostPlanes, highBits.count == planes * words else { return nil }
    whole = Slab([])
    self.lowBits = lowBits
    self.highBits = highBits
    wordsPerPlane = words
    self.planes = planes
    count = lowBits.count
  }

  init(packing entries: [UInt32]) {
    let words = Self.words(entries.count)
    // The greatest number is one less than their count.
    let width = UInt32.bitWidth - UInt32(max(0, entries.count - 1)).leadingZeroBitCount
    let planes = max(1, width - UInt16.bitWidth)
    let highBits = Slab<UInt64>(count: planes * words) { base in
      base.initialize(repeating: 0, count: planes * words)
      for plane in 0..<planes {
        let (bits, shift) = (base + plane * words, UInt32(UInt16.bitWidth + plane))
        for (index, entry) in entries.enumerated() {
          bits[index >> 6] |= UInt64(entry >> shift & 1) << UInt64(index & 63)
        }
      }
    }
    let lowBits = Slab(entries.map { UInt16(truncatingIfNeeded: $0) })
    self = Permutation(lowBits: lowBits, highBits: highBits) ?? Permutation(Slab(entries))
  }

  /// Words that a bit of so many entries takes.
  private static func words(_ count: Int) -> Int { (count + 63) / 64 }

  @inline(__always)
  package subscript(index: Int) -> Int {
    assert(index >= 0 && index < count)
    guard planes > 0 else { return Int(whole.base[index]) }
    var number = Int(lowBits.base[index])
    var word = highBits.base + index &>> 6
    for plane in 0..<planes {
      number |= Int(word.pointee &>> UInt64(index & 63) & 1) &<< (UInt16.bitWidth &+ plane)
      word += wordsPerPlane
    }
    return number
  }

  /// The numbers as a workspace keeps them.
  enum Kept {
    case wide(Slab<UInt32>)
    case narrow(lowBits: Slab<UInt16>, highBits: Slab<UInt64>)
  }

  /// Packed where that can be, also of numbers that were read as they are.
  func kept() -> Kept {
    let packed = planes > 0 ? self : Permutation(packing: Array(whole.buffer))
    return packed.planes > 0
      ? .narrow(lowBits: packed.lowBits, highBits: packed.highBits) : .wide(packed.whole)
  }

  /// The greatest number; 0 where there is none.
  ///
  /// - Complexity: O(n).
  var greatest: Int {
    guard planes > 0 else { return whole.buffer.reduce(0) { max($0, Int($1)) } }
    var greatest: UInt64 = 0
    func plane(_ number: Int, _ word: Int) -> UInt64 {
      number < planes ? highBits.base[number * wordsPerPlane + word] : 0
    }
    for word in 0..<wordsPerPlane {
      let (a, b, c, d) = (plane(0, word), plane(1, word), plane(2, word), plane(3, word))
      let first = word * UInt64.bitWidth
      for bit in 0..<UInt64(min(UInt64.bitWidth, count - first)) {
        let high =
          a &>> bit & 1 | (b &>> bit & 1) &<< 1 | (c &>> bit & 1) &<< 2
          | (d &>> bit & 1) &<< 3
        greatest = max(
          greatest, high &<< 16 | UInt64(lowBits.base[first &+ Int(truncatingIfNeeded: bit)]))
      }
    }
    return Int(greatest)
  }

  /// True where every number below `count` is there once.
  ///
  /// - Complexity: O(n).
  var isPermutation: Bool {
    var met = [Bool](repeating: false, count: count)
    for index in 0..<count {
      let number = self[index]
      if number >= count || met[number] { return false }
      met[number] = true
    }
    return true
  }

  /// For each number, where it stands. Numbers that a file makes too great are left out.
  ///
  /// - Complexity: O(n).
  func inverse() -> Slab<UInt32> {
    Slab(count: count) { base in
      base.initialize(repeating: 0, count: count)
      for index in 0..<count {
        let number = self[index]
        if number < count { base[number] = UInt32(truncatingIfNeeded: index) }
      }
    }
  }

  package var byteCount: Int { whole.byteCount + lowBits.byteCount + highBits.byteCount }
}
