/// Times or arrival numbers of a segment's rows: as offsets of 32 bits from the least where they lie near enough.
///
/// The greatest number of the type stands for itself: a row without a time.
package struct OffsetArray<Element: FixedWidthInteger & BitwiseCopyable & Sendable>: Sendable {
  private enum Form: Sendable {
    case wide(Slab<Element>)
    case narrow(least: Element, offsets: Slab<UInt32>)
  }
  private let form: Form
  package let count: Int

  /// Numbers that lie somewhere already.
  init(_ numbers: Slab<Element>) {
    form = .wide(numbers)
    count = numbers.count
  }

  init(count: Int, _ number: (Int) -> Element) {
    self.count = count
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
      form = .wide(
        Slab(count: count) { base in
          for index in 0..<count { base[index] = number(index) }
        })
    } else {
      form = .narrow(
        least: least,
        offsets: Slab(count: count) { base in
          for index in 0..<count {
            let own = number(index)
            base[index] = own == .max ? .max : UInt32(truncatingIfNeeded: own &- least)
          }
        })
    }
  }

  @inline(__always)
  package subscript(index: Int) -> Element {
    switch form {
    case .wide(let numbers): return numbers[index]
    case .narrow(let least, let offsets):
      let offset = offsets[index]
      return offset == .max ? .max : least &+ Element(truncatingIfNeeded: offset)
    }
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

  /// All numbers in their own width, as a workspace keeps them.
  func wide() -> Slab<Element> {
    if case .wide(let numbers) = form { return numbers }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = self[index] }
    }
  }

  package var byteCount: Int {
    switch form {
    case .wide(let numbers): numbers.byteCount
    case .narrow(_, let offsets): offsets.byteCount
    }
  }
}
