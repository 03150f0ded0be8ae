/// Numbers the combinations of several fields' values that occur.
///
/// Where all possible combinations are few, a combination's number is computed and counting is indexing;
/// else combinations are numbered as they are met.
struct GroupSlots: Sendable {
  /// The most combinations that get a slot each whether they occur or not, and the most for each row.
  private static let largestDenseSpace = 1 << 23
  static let densePerRow = 8
  /// So many slots cost nothing worth counting.
  private static let smallSpace = 1 << 16

  /// Values of each field, missing included.
  let sizes: [Int]
  let isDense: Bool
  /// Met combinations: for each field behind the first, the number of the combination before it and its value.
  private var levels: [MetCombinations]

  /// - Parameter densePerRow: So many slots a row are laid out at most; else combinations are numbered as they are met.
  init(sizes: [Int], rowCount: Int, densePerRow: Int = Self.densePerRow) {
    self.sizes = sizes
    let largest = min(Self.largestDenseSpace, max(Self.smallSpace, rowCount * densePerRow))
    var space = 1
    var fits = true
    for size in sizes {
      let (product, isOver) = space.multipliedReportingOverflow(by: size)
      fits = fits && !isOver && product <= largest
      if fits { space = product }
    }
    isDense = fits
    levels = Array(repeating: MetCombinations(), count: fits ? 0 : sizes.count)
    denseCount = fits ? space : 0
  }

  private let denseCount: Int

  /// Slots so far.
  var count: Int { isDense ? denseCount : levels.last?.count ?? 0 }

  /// The slot of each of `rows` rows, and, where a row has several groups, which row each slot belongs to.
  mutating func slots(
    _ fields: [RowOrdinals], rows: Int
  ) -> (slots: [UInt32], rowOfSlot: [UInt32]?) {
    var slots = [UInt32](repeating: 0, count: rows)
    var rowOfSlot: [UInt32]?
    for (level, field) in fields.enumerated() {
      switch field {
      case .single(let numbers):
        if let owners = rowOfSlot {
          for index in slots.indices {
            slots[index] = extend(slots[index], by: numbers[Int(owners[index])], level: level)
          }
        } else if isDense {
          let size = UInt32(sizes[level])
          slots.withUnsafeMutableBufferPointer { slots in
            numbers.withUnsafeBufferPointer { numbers in
              for index in 0..<slots.count { slots[index] = slots[index] &* size &+ numbers[index] }
            }
          }
        } else {
          // Out of the array, so that no step of the loop asks who else holds it.
          var met = MetCombinations()
          swap(&met, &levels[level])
          slots.withUnsafeMutableBufferPointer { slots in
            numbers.withUnsafeBufferPointer { numbers in
              for index in 0..<slots.count {
                slots[index] = met.number(of: UInt64(slots[index]) << 32 | UInt64(numbers[index]))
              }
            }
          }
          swap(&met, &levels[level])
        }
      case .several(let starts, let values):
        var wider: [UInt32] = []
        var owners: [UInt32] = []
        for index in slots.indices {
          let row = rowOfSlot.map { Int($0[index]) } ?? index
          let range = Int(starts[row])..<Int(starts[row + 1])
          if range.isEmpty {
            wider.append(extend(slots[index], by: RowOrdinals.missing, level: level))
            owners.append(UInt32(row))
          }
          for value in values[range] {
            wider.append(extend(slots[index], by: value, level: level))
            owners.append(UInt32(row))
          }
        }
        slots = wider
        rowOfSlot = owners
      }
    }
    return (slots, rowOfSlot)
  }

  @inline(__always)
  private mutating func extend(_ slot: UInt32, by number: UInt32, level: Int) -> UInt32 {
    if isDense { return slot &* UInt32(sizes[level]) &+ number }
    return levels[level].number(of: UInt64(slot) << 32 | UInt64(number))
  }

  /// The slot of a combination.
  mutating func slot(of numbers: [UInt32]) -> Int {
    var slot: UInt32 = 0
    for (level, number) in numbers.enumerated() { slot = extend(slot, by: number, level: level) }
    return Int(slot)
  }

  /// The fields' numbers of a slot.
  func numbers(of slot: Int) -> [UInt32] {
    var numbers: [UInt32] = []
    appendNumbers(of: slot, to: &numbers)
    return numbers
  }

  /// True where some field of a slot's combination has no value.
  func lacksValue(_ slot: Int) -> Bool {
    var rest = slot
    for level in sizes.indices.reversed() {
      let number: Int
      if isDense {
        (rest, number) = rest.quotientAndRemainder(dividingBy: sizes[level])
      } else {
        let pair = levels[level].pairs[rest]
        (rest, number) = (Int(pair >> 32), Int(pair & 0xFFFF_FFFF))
      }
      if number == Int(RowOrdinals.missing) { return true }
    }
    return false
  }

  /// Appends the fields' numbers of a slot.
  func appendNumbers(of slot: Int, to output: inout [UInt32]) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: sizes.count))
    var rest = slot
    for level in sizes.indices.reversed() {
      if isDense {
        output[start + level] = UInt32(rest % sizes[level])
        rest /= sizes[level]
      } else {
        let origin = levels[level].pairs[rest]
        output[start + level] = UInt32(truncatingIfNeeded: origin)
        rest = Int(origin >> 32)
      }
    }
  }
}
