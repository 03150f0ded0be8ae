/// Numbers in ascending order, of 16 bits each where neighbours lie near one another.
///
/// Every 32 numbers share a number of 32 bits, to which each adds its own 16: half the bytes, for one look-up more.
/// Bare addresses and one owner, for these are copied where columns are read.
///
/// `@unchecked Sendable`: as `Slab`, whose memory it is.
package struct AscendingNumbers: @unchecked Sendable {
  private let owner: AnyObject
  /// All numbers, or the first of every 32 of them.
  private let bases: UnsafePointer<UInt32>
  /// What each adds to its base, behind the bases; nothing where these are all numbers.
  private let steps: UnsafePointer<UInt16>
  private let isNarrow: Bool
  package let count: Int

  private static let blockShift = 5
  /// Fewer numbers are not worth it.
  private static let fewNumbers = 64

  private init(_ memory: Slab<UInt32>, blocks: Int, isNarrow: Bool, count: Int) {
    owner = memory.memory
    bases = memory.base
    steps = UnsafeRawPointer(memory.base + blocks).assumingMemoryBound(to: UInt16.self)
    self.isNarrow = isNarrow
    self.count = count
  }

  /// Numbers that lie somewhere already.
  init(_ numbers: Slab<UInt32>) {
    self.init(numbers, blocks: 0, isNarrow: false, count: numbers.count)
  }

  init(packing numbers: UnsafeBufferPointer<UInt32>) {
    let count = numbers.count
    guard Self.isNarrow(numbers) else {
      self.init(
        Slab(count: count) { base in
          for index in 0..<count { base[index] = numbers[index] }
        })
      return
    }
    let blocks = Self.blocks(of: count)
    let memory = Slab<UInt32>(count: blocks + (count + 1) / 2) { base in
      for block in 0..<blocks { base[block] = numbers[block << Self.blockShift] }
      let steps = UnsafeMutableRawPointer(base + blocks).assumingMemoryBound(to: UInt16.self)
      for index in 0..<count {
        steps[index] = UInt16(truncatingIfNeeded: numbers[index] &- base[index >> Self.blockShift])
      }
    }
    self.init(memory, blocks: blocks, isNarrow: true, count: count)
  }

  init(packing numbers: [UInt32]) {
    self = numbers.withUnsafeBufferPointer { AscendingNumbers(packing: $0) }
  }

  private static func blocks(of count: Int) -> Int { ((count - 1) >> blockShift) + 1 }

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
      ? bases[index &>> Self.blockShift] &+ UInt32(steps[index]) : bases[index]
  }

  /// The first index whose number is not less than `number`.
  ///
  /// - Complexity: O(log n).
  package func lowerBound(of number: UInt32) -> Int {
    let bases = UnsafeBufferPointer(
      start: bases, count: isNarrow ? Self.blocks(of: count) : count)
    let block = bases.sortedIndex(of: number)
    guard isNarrow, block > 0 else { return isNarrow ? 0 : block }
    // The block before begins below it: the first number that is not may be in there.
    var low = (block - 1) << Self.blockShift
    var high = min(count, block << Self.blockShift)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// All numbers in 32 bits each, as a workspace keeps them.
  func wide() -> Slab<UInt32> {
    if !isNarrow { return Slab(owner: owner, base: bases, count: count) }
    return Slab(count: count) { base in
      for index in 0..<count { base[index] = self[index] }
    }
  }

  package var byteCount: Int {
    isNarrow ? Self.blocks(of: count) * 4 + count * 2 : count * 4
  }
}
