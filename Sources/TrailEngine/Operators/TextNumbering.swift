/// What columns have in common, numbered.
struct NumberedHashes: Sendable {
  /// Of each number, where its value first stood.
  var places: [OrdinalKeys.Place] = []
  /// For each column the number of each of its hashes; empty where there is no column.
  var ordinals: [[UInt32]]
  /// For each column, whether two of its values have one number.
  var mergesCodes: [Bool]

  init(columns: Int) {
    ordinals = Array(repeating: [], count: columns)
    mergesCodes = Array(repeating: false, count: columns)
  }
}

/// Numbers values one column after the other.
private struct NumberingInTurn {
  private(set) var numbered: NumberedHashes
  /// Of each number, the last column that has it.
  private var lastColumns: [Int] = []

  init(columns: Int) { numbered = NumberedHashes(columns: columns) }

  /// The number that a new value gets.
  var next: UInt32 { UInt32(numbered.places.count) }

  /// Gives the next value of the place's column its number, which is `next` where the value is new.
  mutating func add(_ number: UInt32, at place: OrdinalKeys.Place) {
    let column = place.segment
    if number == next {
      numbered.places.append(place)
      lastColumns.append(column)
    } else if lastColumns[Int(number)] == column {
      numbered.mergesCodes[column] = true
    }
    lastColumns[Int(number)] = column
    numbered.ordinals[column].append(number)
  }
}

/// Numbers the times that columns of several segments have, however they are spelled.
enum TimeNumbering {
  static func number(_ columns: [HashedColumn?]) -> NumberedHashes {
    var numbering = NumberingInTurn(columns: columns.count)
    var times = MetCombinations()
    for (index, column) in columns.enumerated() {
      guard let column else { continue }
      let codes = column.hashedCodes()
      for (own, time) in column.hashes.enumerated() {
        let code = codes.map { $0[own] } ?? UInt32(own)
        numbering.add(times.number(of: time), at: OrdinalKeys.Place(segment: index, code: code))
      }
    }
    return numbering.numbered
  }
}

/// Numbers the texts that columns of several segments have: the same text has the same number.
///
/// Each column has its texts in the order of their folded hashes. So what can be equal lies in the same part of every
/// column: a part of a few hundred texts is numbered by a table that stays near, its texts are read one behind the
/// other, and the parts are shared out among the cores.
enum TextNumbering {
  /// Texts of a part, about.
  private static let textsPerPart = 512
  /// So many different texts may have one hash, as those have that differ in case only. What has more of them, which
  /// somebody must have made so, is numbered in turn.
  private static let mostOfOneHash = 16

  /// Consecutive parts that one core has numbered, from 0 on.
  private struct Stretch: Sendable {
    var places: [OrdinalKeys.Place] = []
    /// Of each column, the numbers of its texts in these parts.
    var ordinals: [[UInt32]]
  }

  /// - Complexity: O(texts).
  static func number(
    _ columns: [HashedColumn?], _ cancellation: Cancellation
  ) throws(QueryCancelled) -> NumberedHashes {
    let isInOrder = columns.allSatisfy { $0?.isInOrder ?? true }
    if isInOrder, let numbered = try numberByParts(columns, cancellation) { return numbered }
    return try numberInTurn(columns, cancellation)
  }

  /// Numbers texts whose columns are in order; nil where too many have one hash.
  private static func numberByParts(
    _ columns: [HashedColumn?], _ cancellation: Cancellation
  ) throws(QueryCancelled) -> NumberedHashes? {
    let total = columns.reduce(0) { $0 + ($1?.hashes.count ?? 0) }
    let codes = columns.map { $0?.hashedCodes() }
    // Parts are told by the high bits of hashes.
    let partBits = max(0, Int.bitWidth - (total / Self.textsPerPart).leadingZeroBitCount)
    let partCount = 1 << partBits
    let stretchCount = min(partCount, Processors.count)
    let bounds = (0...stretchCount).map { partCount * $0 / stretchCount }
    let stretches = try SegmentWorkers.map(Array(0..<stretchCount), work: total) {
      _, stretch throws(QueryCancelled) -> Stretch? in
      try number(
        columns, codes, bounds[stretch]..<bounds[stretch + 1], bits: partBits, cancellation)
    }
    // A segment has each text once.
    var numbered = NumberedHashes(columns: columns.count)
    for index in columns.indices {
      numbered.ordinals[index].reserveCapacity(columns[index]?.hashes.count ?? 0)
    }
    for stretch in stretches {
      guard let stretch else { return nil }
      let first = UInt32(numbered.places.count)
      numbered.places += stretch.places
      for index in columns.indices {
        numbered.ordinals[index] += stretch.ordinals[index].lazy.map { $0 &+ first }
      }
    }
    return numbered
  }

  /// Numbers the texts one column after the other, whatever their order is and however many have one folded hash.
  private static func numberInTurn(
    _ columns: [HashedColumn?], _ cancellation: Cancellation
  ) throws(QueryCancelled) -> NumberedHashes {
    var numbering = NumberingInTurn(columns: columns.count)
    var met = MetCombinations()
    var numberOfHash: [UInt32] = []
    // Texts whose hash another text has.
    var collisions: [[UInt8]: UInt32] = [:]
    let buffers = (TextBuffer.make(), TextBuffer.make())
    for (index, column) in columns.enumerated() {
      guard let column else { continue }
      let codes = column.hashedCodes()
      for own in column.hashes.indices {
        if own % textsPerPart == 0 { try cancellation.check() }
        let place = OrdinalKeys.Place(
          segment: index, code: codes.map { $0[own] } ?? UInt32(own))
        let bytes = text(place, of: columns, buffers.0)
        let next = numbering.next
        let hash = Int(
          met.number(of: bytes.baseAddress.map { ValueHash.hash($0, bytes.count) } ?? 0))
        var number = next
        if hash == numberOfHash.count {
          numberOfHash.append(next)
        } else {
          number = numberOfHash[hash]
          let first = text(numbering.numbered.places[Int(number)], of: columns, buffers.1)
          if !bytes.isEqual(to: first) {
            number = collisions[Array(bytes), default: next]
            if number == next { collisions[Array(bytes)] = next }
          }
        }
        numbering.add(number, at: place)
      }
    }
    withExtendedLifetime(buffers) {}
    return numbering.numbered
  }

  @inline(__always)
  private static func text(
    _ place: OrdinalKeys.Place, of columns: [HashedColumn?], _ buffer: TextBuffer
  ) -> UnsafeBufferPointer<UInt8> {
    columns[place.segment]?.field.bytes(ofCode: place.code, in: buffer)
      ?? UnsafeBufferPointer(start: nil, count: 0)
  }

  private static func number(
    _ columns: [HashedColumn?], _ codes: [[UInt32]?], _ parts: Range<Int>, bits: Int,
    _ cancellation: Cancellation
  ) throws(QueryCancelled) -> Stretch? {
    var stretch = Stretch(ordinals: columns.map { _ in [] })
    /// The first text of a column that is in a part, or a later one.
    func start(of part: Int, in hashes: [UInt64]) -> Int {
      if bits == 0 { return part == 0 ? 0 : hashes.count }
      return part == 1 << bits
        ? hashes.count : hashes.sortedIndex(of: UInt64(part) << UInt64(64 - bits))
    }
    var next = columns.map { start(of: parts.lowerBound, in: $0?.hashes ?? []) }
    for (index, column) in columns.enumerated() {
      let hashes = column?.hashes ?? []
      stretch.ordinals[index].reserveCapacity(
        start(of: parts.upperBound, in: hashes) - next[index])
    }
    var table = PartTable()
    let buffers = (TextBuffer.make(), TextBuffer.make())
    for part in parts {
      try cancellation.check()
      var ends = next
      var size = 0
      for (index, column) in columns.enumerated() {
        guard let hashes = column?.hashes else { continue }
        var end = next[index]
        while end < hashes.count, bits == 0 || Int(hashes[end] >> UInt64(64 - bits)) == part {
          end += 1
        }
        ends[index] = end
        size += end - next[index]
      }
      if size == 0 { continue }
      table.clear(for: size)
      for (index, column) in columns.enumerated() {
        guard let hashes = column?.hashes else { continue }
        for own in next[index]..<ends[index] {
          let code = codes[index].map { $0[own] } ?? UInt32(own)
          let place = OrdinalKeys.Place(segment: index, code: code)
          var others = 0
          let number = table.number(of: hashes[own], next: UInt32(stretch.places.count)) { known in
            let first = stretch.places[Int(known)]
            // A column has each text once.
            if first.segment != index,
              text(first, of: columns, buffers.0).isEqual(to: text(place, of: columns, buffers.1))
            {
              return true
            }
            others += 1
            return false
          }
          if others > mostOfOneHash { return nil }
          if number == stretch.places.count { stretch.places.append(place) }
          stretch.ordinals[index].append(number)
        }
      }
      next = ends
    }
    withExtendedLifetime(buffers) {}
    return stretch
  }

  /// The texts of one part by their hashes.
  private struct PartTable {
    private struct Slot {
      var hash: UInt64 = 0
      /// A number plus one; 0 where the slot is free.
      var number: UInt32 = 0
    }
    private var slots: [Slot] = []
    private var mask = 0

    mutating func clear(for count: Int) {
      let size = 1 << (Int.bitWidth - (count * 2).leadingZeroBitCount)
      if slots.count < size { slots = Array(repeating: Slot(), count: size) }
      mask = size - 1
      for index in 0..<size { slots[index] = Slot() }
    }

    /// The number of a text with this hash, `next` where it is new.
    ///
    /// - Parameter isSame: Whether it is the text of a number.
    @inline(__always)
    mutating func number(
      of hash: UInt64, next: UInt32, isSame: (UInt32) -> Bool
    ) -> UInt32 {
      var index = Int(truncatingIfNeeded: hash) & mask
      while slots[index].number != 0 {
        if slots[index].hash == hash, isSame(slots[index].number - 1) {
          return slots[index].number - 1
        }
        index = (index + 1) & mask
      }
      slots[index] = Slot(hash: hash, number: next + 1)
      return next
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// True if both have the same bytes; seven bytes behind each must be readable.
  @inline(__always)
  fileprivate func isEqual(to other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count, let own = baseAddress, let base = other.baseAddress else {
      return count == other.count
    }
    return equalBytes(own, base, count)
  }
}
