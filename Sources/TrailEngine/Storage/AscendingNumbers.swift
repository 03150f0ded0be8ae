/// Numbers in ascending order, of 16 bits each where neighbours lie near one another.
///
/// Every 32 numbers share a number of 32 bits, to which each adds its own 16: half the bytes, for one look-up more.
package struct AscendingNumbers: Sendable {
  /// All numbers, or the first of every 32 of them.
  private let bases: Slab<UInt32>
  /// What each adds to its base; empty where `bases` has all numbers.
  private let steps: Slab<UInt16>
  private let isNarrow: Bool
  package let count: Int

  private static let blockShift = 5
  /// Fewer numbers are not worth two allocations.
  private static let fewNumbers = 64
  private static let noSteps = Slab<UInt16>([])

  private init(bases: Slab<UInt32>, steps: Slab<UInt16>, isNarrow: Bool, count: Int) {
    self.bases = bases
    self.steps = steps
    self.isNarrow = isNarrow
    self.count = count
  }

  /// Numbers that lie somewhere already.
  init(_ numbers: Slab<UInt32>) {
    self.init(bases: numbers, steps: Self.noSteps, isNarrow: false, count: numbers.count)
  }

  /// Packed numbers that lie somewhere already: `bases` has one for every 32 of `steps`.
  init(bases: Slab<UInt32>, steps: Slab<UInt16>) {
    self.init(bases: bases, steps: steps, isNarrow: true, count: steps.count)
  }

  /// Numbers that the bases of so many steps are.
  static func baseCount(ofSteps count: Int) -> Int {
    (count + 1 << blockShift - 1) >> blockShift
  }

  init(packing numbers: UnsafeBufferPointer<UInt32>) {
    guard Self.isNarrow(numbers) else {
      self.init(
        Slab(count: numbers.count) { base in
          for index in 0..<numbers.count { base[index] = numbers[index] }
        })
      return
    }
    let blocks = Self.baseCount(ofSteps: numbers.count)
    let bases = Slab<UInt32>(count: blocks) { bases in
      for block in 0..<blocks { bases[block] = numbers[block << Self.blockShift] }
    }
    let steps = Slab<UInt16>(count: numbers.count) { steps in
      for index in 0..<numbers.count {
        steps[index] = UInt16(
          truncatingIfNeeded: numbers[index] &- bases[index >> Self.blockShift])
      }
    }
    self.init(bases: bases, steps: steps)
  }

  init(packing numbers: [UInt32]) {
    self = numbers.withUnsafeBufferPointer { AscendingNumbers(packing: $0) }
  }

  private static func isNarrow(_ numbers: UnsafeBufferPointer<UInt32>) -> Bool {
    if numbers.count < fewNumbers { return false }
    for start in stride(from: 0, to: numbers.count, by: 1 << blockShift) {
      let last = min(start + 1 << blockShift, numbers.count) - 1
      if numbers[last] - numbers[start] > UInt32(UInt16.max) { return false }
    }
    return true
  }

  @inline(__always)
  package subscript(index: Int) -> UInt32 {
    assert(index >= 0 && index < count)
    return isNarrow
      ? bases.base[index &>> Self.blockShift] &+ UInt32(steps.base[index]) : bases.base[index]
  }

  /// The first index whose number is not less than `number`.
  ///
  /// - Complexity: O(log n).
  package func lowerBound(of number: UInt32) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The numbers as a workspace keeps them.
  enum Kept {
    case wide(Slab<UInt32>)
    case narrow(bases: Slab<UInt32>, steps: Slab<UInt16>)
  }

  /// Packed where that can be, also of numbers that were read as they are.
  func kept() -> Kept {
    let packed = isNarrow ? self : AscendingNumbers(packing: bases.buffer)
    return packed.isNarrow
      ? .narrow(bases: packed.bases, steps: packed.steps) : .wide(packed.bases)
  }

  /// All numbers in 32 bits each, as a workspace keeps those of structures.
  func wide() -> Slab<UInt32> {
    if !isNarrow { return bases }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = self[index] }
    }
  }

  package var byteCount: Int { bases.byteCount + steps.byteCount }
}
