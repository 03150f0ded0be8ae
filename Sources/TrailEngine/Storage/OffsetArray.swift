/// Times or arrival numbers of a segment's rows: as offsets of 32 bits from the least where they lie near enough.
///
/// The greatest number of the type stands for itself: a row without a time. Bare addresses and a flag, for loops over
/// rows read it: a case with a payload would count references at each row.
///
/// `@unchecked Sendable`: as `Slab`, whose memory it is.
package struct OffsetArray<Element: FixedWidthInteger & BitwiseCopyable & Sendable>:
  @unchecked Sendable
{
  private let owner: AnyObject
  private let base: UnsafeRawPointer
  private let isNarrow: Bool
  private let least: Element
  package let count: Int

  private init(
    owner: AnyObject, base: UnsafeRawPointer, isNarrow: Bool, least: Element, count: Int
  ) {
    self.owner = owner
    self.base = base
    self.isNarrow = isNarrow
    self.least = least
    self.count = count
  }

  /// Numbers that lie somewhere already.
  init(_ numbers: Slab<Element>) {
    self.init(
      owner: numbers.memory, base: UnsafeRawPointer(numbers.base), isNarrow: false, least: 0,
      count: numbers.count)
  }

  /// Offsets from `least` that lie somewhere already.
  init(offsets: Slab<UInt32>, from least: Element) {
    self.init(
      owner: offsets.memory, base: UnsafeRawPointer(offsets.base), isNarrow: true, least: least,
      count: offsets.count)
  }

  init(count: Int, _ number: (Int) -> Element) {
    var least = Element.max
    var most = Element.min
    for index in 0..<count {
      let own = number(index)
      least = min(least, own)
      if own != .max { most = max(most, own) }
    }
    if least == .max { most = .max }
    let (span, overflows) = most.subtractingReportingOverflow(least)
    if overflows || span >= Element(UInt32.max) {
      self.init(
        Slab(count: count) { base in
          for index in 0..<count { base[index] = number(index) }
        })
      return
    }
    let offsets = Slab<UInt32>(count: count) { base in
      for index in 0..<count {
        let own = number(index)
        base[index] = own == .max ? .max : UInt32(truncatingIfNeeded: own &- least)
      }
    }
    self.init(offsets: offsets, from: least)
  }

  @inline(__always)
  package subscript(index: Int) -> Element {
    assert(index >= 0 && index < count)
    guard isNarrow else {
      return base.load(fromByteOffset: index &* MemoryLayout<Element>.stride, as: Element.self)
    }
    let offset = base.load(fromByteOffset: index &* 4, as: UInt32.self)
    return offset == .max ? .max : least &+ Element(truncatingIfNeeded: offset)
  }

  /// The first index in `range` whose number is not less than `number`, where they ascend.
  ///
  /// - Complexity: O(log n).
  package func lowerBound(of number: Element, in range: Range<Int>) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The least and the greatest number; nil where there are none.
  ///
  /// - Complexity: O(n).
  var bounds: ClosedRange<Element>? {
    if count == 0 { return nil }
    var least = self[0]
    var most = least
    for index in 1..<count {
      least = min(least, self[index])
      most = max(most, self[index])
    }
    return least...most
  }

  /// The numbers as a workspace keeps them.
  enum Kept {
    case wide(Slab<Element>)
    case offsets(Slab<UInt32>, from: Element)
  }

  /// As offsets where that can be, also of numbers that were read as they are.
  func kept() -> Kept {
    let packed = isNarrow ? self : OffsetArray(count: count) { self[$0] }
    func slab<Number>(_: Number.Type) -> Slab<Number> {
      Slab(
        owner: packed.owner, base: packed.base.assumingMemoryBound(to: Number.self),
        count: count)
    }
    return packed.isNarrow
      ? .offsets(slab(UInt32.self), from: packed.least) : .wide(slab(Element.self))
  }

  package var byteCount: Int {
    count * (isNarrow ? MemoryLayout<UInt32>.stride : MemoryLayout<Element>.stride)
  }
}
