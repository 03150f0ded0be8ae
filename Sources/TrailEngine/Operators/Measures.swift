import TrailLanguage
import TrailRecord

/// What one aggregate has gathered for each slot.
struct Measure: Sendable {
  enum Gathered: Sendable {
    /// Rows that have the field.
    case present([UInt32])
    /// Pairs of slot and value that occur, a bit each.
    case bits([UInt64])
    /// How often each pair of slot and value occurs, one counter each.
    case table([UInt32])
    /// The same for pairs that are too many for a table.
    case pairs([UInt64: UInt32])
    /// The first or last event of each slot that has the field.
    case edge([Edge?])
    /// The earliest or latest time of each slot; `Segment.noTime` where it has none.
    case times([Int64])
  }

  struct Edge: Sendable {
    var time: Int64
    var arrival: UInt64
    var number: UInt32
  }

  /// The most bits, and counters, that are laid out for all pairs whether they occur or not.
  static let largestBitSpace = 1 << 27
  static let largestTable = 1 << 22

  let function: AggregateFunction
  /// Values of the field, missing included.
  let valueCount: Int
  private(set) var gathered: Gathered

  /// A measure of the events' times: `min` or `max`.
  init(ofTimes function: AggregateFunction) {
    self.function = function
    valueCount = 0
    gathered = .times([])
  }

  init(_ function: AggregateFunction, valueCount: Int, slots: GroupSlots) {
    self.function = function
    self.valueCount = valueCount
    let (space, isOver) = slots.count.multipliedReportingOverflow(by: valueCount)
    let fits = slots.isDense && !isOver
    switch function {
    case .count: gathered = .present([])
    case .first, .last: gathered = .edge([])
    case .distinct where fits && space <= Self.largestBitSpace:
      gathered = .bits([UInt64](repeating: 0, count: (space + 63) / 64))
    case .sum, .avg, .min, .max, .values, .p50, .p90, .p99, .distinct:
      gathered =
        fits && space <= Self.largestTable
        ? .table([UInt32](repeating: 0, count: space)) : .pairs([:])
    }
  }

  /// Adds the values of one batch. `slots` may be longer than the rows, which `owners` then names.
  mutating func add(
    _ values: RowOrdinals, slots: [UInt32], owners: [UInt32]?, slotCount: Int, batch: GroupingBatch
  ) {
    // Taken out while it changes, so that no copy is made.
    var taken = gathered
    gathered = .present([])
    defer { gathered = taken }
    switch taken {
    case .present(var counts):
      taken = .present([])
      counts.grow(to: slotCount, with: 0)
      Self.forEachRow(values, slots, owners) { _, slot, numbers in
        if !numbers.isEmpty { counts[slot] += 1 }
      }
      taken = .present(counts)
    case .bits(var bits):
      taken = .present([])
      addBits(values, slots, owners, to: &bits)
      taken = .bits(bits)
    case .table(var table):
      taken = .present([])
      Self.forEachValue(values, slots, owners) { _, slot, number in
        table[slot * valueCount + Int(number)] += 1
      }
      taken = .table(table)
    case .pairs(var pairs):
      taken = .present([])
      Self.forEachValue(values, slots, owners) { _, slot, number in
        pairs[UInt64(slot) << 32 | UInt64(number), default: 0] += 1
      }
      taken = .pairs(pairs)
    case .edge(var edges):
      taken = .present([])
      edges.grow(to: slotCount, with: nil)
      let isLast = function == .last
      let times = batch.segment?.times
      let arrivals = batch.segment?.arrivals
      Self.forEachRow(values, slots, owners) { index, slot, numbers in
        guard let number = isLast ? numbers.last : numbers.first else { return }
        let row = batch.rows[index]
        let edge = Edge(
          time: times?[row] ?? 0, arrival: arrivals?[row] ?? UInt64(row), number: number)
        edges[slot] = Self.better(edges[slot], edge, isLast: isLast)
      }
      taken = .edge(edges)
    case .times(var own):
      taken = .present([])
      own.grow(to: slotCount, with: Segment.noTime)
      addTimes(of: batch, slots, owners, to: &own)
      taken = .times(own)
    }
  }

  private func addTimes(
    of batch: GroupingBatch, _ slots: [UInt32], _ owners: [UInt32]?, to own: inout [Int64]
  ) {
    guard let times = batch.segment?.times else { return }
    for place in slots.indices {
      let time = times[batch.rows[owners.map { Int($0[place]) } ?? place]]
      let slot = Int(slots[place])
      own[slot] = better(own[slot], time)
    }
  }

  /// The one of two times that is wanted; any time rather than none.
  @inline(__always)
  private func better(_ a: Int64, _ b: Int64) -> Int64 {
    if function == .min { return min(a, b) }
    if a == Segment.noTime { return b }
    return b == Segment.noTime ? a : max(a, b)
  }

  private func addBits(
    _ values: RowOrdinals, _ slots: [UInt32], _ owners: [UInt32]?, to bits: inout [UInt64]
  ) {
    guard owners == nil, case .single(let numbers) = values else {
      Self.forEachValue(values, slots, owners) { _, slot, number in
        let bit = slot * valueCount + Int(number)
        bits[bit >> 6] |= 1 << UInt64(bit & 63)
      }
      return
    }
    let width = valueCount
    bits.withUnsafeMutableBufferPointer { bits in
      slots.withUnsafeBufferPointer { slots in
        numbers.withUnsafeBufferPointer { numbers in
          for index in 0..<numbers.count {
            // The bit of "missing" is set too, and not counted.
            let bit = Int(slots[index]) &* width &+ Int(numbers[index])
            bits[bit &>> 6] |= 1 &<< UInt64(bit & 63)
          }
        }
      }
    }
  }

  static func better(_ old: Edge?, _ new: Edge, isLast: Bool) -> Edge {
    guard let old else { return new }
    let isEarlier = (new.time, new.arrival) < (old.time, old.arrival)
    return isEarlier != isLast ? new : old
  }

  /// Calls `body` with each place in `slots`, its row's place, and the row's numbers without the missing.
  private static func forEachRow(
    _ values: RowOrdinals, _ slots: [UInt32], _ owners: [UInt32]?,
    _ body: (Int, Int, ArraySlice<UInt32>) -> Void
  ) {
    for place in slots.indices {
      let row = owners.map { Int($0[place]) } ?? place
      switch values {
      case .single(let numbers):
        let range = numbers[row] == RowOrdinals.missing ? row..<row : row..<(row + 1)
        body(row, Int(slots[place]), numbers[range])
      case .several(let starts, let numbers):
        body(row, Int(slots[place]), numbers[Int(starts[row])..<Int(starts[row + 1])])
      }
    }
  }

  private static func forEachValue(
    _ values: RowOrdinals, _ slots: [UInt32], _ owners: [UInt32]?,
    _ body: (Int, Int, UInt32) -> Void
  ) {
    forEachRow(values, slots, owners) { row, slot, numbers in
      for number in numbers { body(row, slot, number) }
    }
  }

  /// Adds what another worker gathered; `slot` gives this one's slot for one of the other's.
  mutating func merge(_ other: Measure, slotCount: Int, _ slot: (Int) -> Int) {
    switch (gathered, other.gathered) {
    case (.present(var counts), .present(let more)):
      counts.grow(to: slotCount, with: 0)
      for index in more.indices where more[index] > 0 { counts[slot(index)] += more[index] }
      gathered = .present(counts)
    case (.bits(var bits), .bits(let more)):
      gathered = .present([])
      for index in bits.indices { bits[index] |= more[index] }
      gathered = .bits(bits)
    case (.table(var table), .table(let more)):
      gathered = .present([])
      for index in table.indices { table[index] &+= more[index] }
      gathered = .table(table)
    case (.pairs(var pairs), .pairs(let more)):
      gathered = .present([])
      for (key, count) in more {
        pairs[UInt64(slot(Int(key >> 32))) << 32 | key & 0xFFFF_FFFF, default: 0] += count
      }
      gathered = .pairs(pairs)
    case (.edge(var edges), .edge(let more)):
      edges.grow(to: slotCount, with: nil)
      for index in more.indices {
        guard let edge = more[index] else { continue }
        let own = slot(index)
        edges[own] = Self.better(edges[own], edge, isLast: function == .last)
      }
      gathered = .edge(edges)
    case (.times(var own), .times(let more)):
      own.grow(to: slotCount, with: Segment.noTime)
      for index in more.indices { own[slot(index)] = better(own[slot(index)], more[index]) }
      gathered = .times(own)
    default: preconditionFailure("workers of one query gather alike")
    }
  }

  /// The values that each slot has, with their counts (1 where only occurrence is known).
  func valuesBySlot(_ slotCount: Int) -> [[(number: UInt32, count: Int)]] {
    var result = [[(number: UInt32, count: Int)]](repeating: [], count: slotCount)
    switch gathered {
    case .bits(let bits):
      for slot in 0..<slotCount {
        for number in 1..<max(1, valueCount) {
          let bit = slot * valueCount + number
          if bits[bit >> 6] >> UInt64(bit & 63) & 1 == 1 {
            result[slot].append((UInt32(number), 1))
          }
        }
      }
    case .table(let table):
      for slot in 0..<slotCount {
        for number in 1..<max(1, valueCount) where table[slot * valueCount + number] > 0 {
          result[slot].append((UInt32(number), Int(table[slot * valueCount + number])))
        }
      }
    case .pairs(let pairs):
      for (key, count) in pairs {
        result[Int(key >> 32)].append((UInt32(truncatingIfNeeded: key), Int(count)))
      }
    case .present, .edge, .times: break
    }
    return result
  }

  /// Distinct values of each slot.
  func distinctCounts(_ slotCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: slotCount)
    switch gathered {
    case .bits(let bits):
      for slot in 0..<slotCount {
        counts[slot] = Self.setBits(bits, (slot * valueCount + 1)..<((slot + 1) * valueCount))
      }
    case .table, .pairs:
      for (slot, values) in valuesBySlot(slotCount).enumerated() { counts[slot] = values.count }
    case .present, .edge, .times: break
    }
    return counts
  }

  private static func setBits(_ bits: [UInt64], _ range: Range<Int>) -> Int {
    guard !range.isEmpty else { return 0 }
    let first = range.lowerBound >> 6
    let last = (range.upperBound - 1) >> 6
    var total = 0
    for word in first...last {
      var value = bits[word]
      if word == first { value &= ~0 << UInt64(range.lowerBound & 63) }
      if word == last { value &= ~0 >> UInt64(63 - (range.upperBound - 1) & 63) }
      total += value.nonzeroBitCount
    }
    return total
  }
}

extension Array {
  mutating func grow(to count: Int, with element: Element) {
    if self.count < count { append(contentsOf: repeatElement(element, count: count - self.count)) }
  }
}
