/// Numbers in ascending order, of 16 bits each where neighbours lie near one another.
///
/// Every 32 numbers share a number of 32 bits, to which each adds its own 16: half the bytes, for one look-up more.
package struct AscendingNumbers: Sendable {
  private enum Form: Sendable {
    case wide(Slab<UInt32>)
    case narrow(bases: Slab<UInt32>, steps: Slab<UInt16>)
  }
  private let form: Form
  package let count: Int

  private static let blockShift = 5
  /// Fewer numbers are not worth two allocations.
  private static let fewNumbers = 64

  /// Numbers that lie somewhere already.
  init(_ numbers: Slab<UInt32>) {
    form = .wide(numbers)
    count = numbers.count
  }

  init(packing numbers: UnsafeBufferPointer<UInt32>) {
    count = numbers.count
    guard Self.isNarrow(numbers) else {
      form = .wide(
        Slab(count: numbers.count) { base in
          for index in 0..<numbers.count { base[index] = numbers[index] }
        })
      return
    }
    let blocks = ((numbers.count - 1) >> Self.blockShift) + 1
    let bases = Slab<UInt32>(count: blocks) { bases in
      for block in 0..<blocks { bases[block] = numbers[block << Self.blockShift] }
    }
    let steps = Slab<UInt16>(count: numbers.count) { steps in
      for index in 0..<numbers.count {
        steps[index] = UInt16(
          truncatingIfNeeded: numbers[index] &- bases[index >> Self.blockShift])
      }
    }
    form = .narrow(bases: bases, steps: steps)
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
    switch form {
    case .wide(let numbers): numbers[index]
    case .narrow(let bases, let steps):
      bases[index &>> Self.blockShift] &+ UInt32(steps[index])
    }
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

  /// All numbers in 32 bits each, as a workspace keeps them.
  func wide() -> Slab<UInt32> {
    if case .wide(let numbers) = form { return numbers }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = self[index] }
    }
  }

  package var byteCount: Int {
    switch form {
    case .wide(let numbers): numbers.byteCount
    case .narrow(let bases, let steps): bases.byteCount + steps.byteCount
    }
  }
}
