/// Sixteen bytes: an identifier in the canonical form of a UUID (lower-case hexadecimal, four hyphens).
package struct Identifier: Hashable, Comparable, Sendable, BitwiseCopyable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package static func < (a: Identifier, b: Identifier) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }

  /// Reads 36 bytes; `nil` where they are not in canonical form.
  ///
  /// Eight digits a step: nearly every event has two of these.
  package init?(canonical base: UnsafePointer<UInt8>) {
    let hyphen = UInt8(ascii: "-")
    guard base[8] == hyphen, base[13] == hyphen, base[18] == hyphen, base[23] == hyphen else {
      return nil
    }
    let raw = UnsafeRawPointer(base)
    func half(_ offset: Int) -> UInt64 {
      UInt64(
        UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    func whole(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard let first = Self.number(ofDigits: whole(0)),
      let second = Self.number(ofDigits: half(9) | half(14) << 32),
      let third = Self.number(ofDigits: half(19) | half(24) << 32),
      let fourth = Self.number(ofDigits: whole(28))
    else { return nil }
    high = first << 32 | second
    low = third << 32 | fourth
  }

  /// The number that eight lower-case hexadecimal digits spell, the first in the lowest byte; nil where they are none.
  @inline(__always)
  private static func number(ofDigits digits: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Bit 6 tells letters from digits.
    let letters = digits &>> 6 & ones
    let values = (digits & (ones &* 0x0F)) &+ letters &* 9
    let wrongHalves = (digits & (ones &* 0xF0)) ^ (ones &* 0x30 &+ letters &* 0x30)
    // Letters, and nothing else, stand for 10 and more.
    let wrongValues = ((values &+ ones &* 6) &>> 4 & ones) ^ letters
    if wrongHalves | wrongValues | (values & (ones &* 0x10)) != 0 { return nil }
    var number = (values &<< 4 | values &>> 8) & 0x00FF_00FF_00FF_00FF
    number = (number | number &>> 8) & 0x0000_FFFF_0000_FFFF
    return UInt64(UInt32(truncatingIfNeeded: number | number &>> 16).byteSwapped)
  }

  /// Reads any spelling of a UUID's letters in either case; `nil` where it is none.
  package init?(_ text: some StringProtocol) {
    self.init(canonical: Array(text.lowercased().utf8))
  }

  /// Reads bytes of any number; `nil` where they are no identifier in canonical form.
  init?(canonical bytes: [UInt8]) {
    guard bytes.count == 36,
      let parsed = bytes.withUnsafeBufferPointer({
        $0.baseAddress.flatMap { Identifier(canonical: $0) }
      })
    else { return nil }
    self = parsed
  }

  /// Characters of the canonical text.
  static let textLength = 36

  /// Writes the `textLength` characters, eight digits a step.
  func write(to base: UnsafeMutablePointer<UInt8>) {
    let raw = UnsafeMutableRawPointer(base)
    func whole(_ word: UInt64, _ offset: Int) {
      raw.storeBytes(
        of: Self.digits(of: UInt32(truncatingIfNeeded: word)).littleEndian, toByteOffset: offset,
        as: UInt64.self)
    }
    func halves(_ word: UInt64, _ first: Int, _ second: Int) {
      let digits = Self.digits(of: UInt32(truncatingIfNeeded: word))
      raw.storeBytes(
        of: UInt32(truncatingIfNeeded: digits).littleEndian, toByteOffset: first, as: UInt32.self)
      raw.storeBytes(
        of: UInt32(truncatingIfNeeded: digits >> 32).littleEndian, toByteOffset: second,
        as: UInt32.self)
    }
    whole(high >> 32, 0)
    halves(high, 9, 14)
    halves(low >> 32, 19, 24)
    whole(low, 28)
    for place in [8, 13, 18, 23] { base[place] = UInt8(ascii: "-") }
  }

  /// Eight lower-case hexadecimal digits, the first in the lowest byte.
  @inline(__always)
  private static func digits(of number: UInt32) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let bytes = UInt64(number.byteSwapped)
    var spread = (bytes | bytes &<< 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread &<< 8) & 0x00FF_00FF_00FF_00FF
    let lowHalves: UInt64 = 0x000F_000F_000F_000F
    let values = (spread &>> 4) & lowHalves | (spread & lowHalves) &<< 8
    // Bit 4 of a value and six is set from 10 on.
    let letters = (values &+ ones &* 6) &>> 4 & ones
    let fromNineToA = UInt64(UInt8(ascii: "a") - UInt8(ascii: "9") - 1)
    return values &+ ones &* UInt64(UInt8(ascii: "0")) &+ letters &* fromNineToA
  }

  /// Appends the `textLength` characters.
  package func append(to output: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.textLength) { text in
      guard let base = text.baseAddress else { return }
      write(to: base)
      output.append(contentsOf: text)
    }
  }

  package var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The canonical UUIDs of one path in one segment, sixteen bytes each and never interned: nearly all differ.
///
/// A value of the same path that is no canonical UUID stands in the path's `Column`.
package final class IdentifierColumn: Sendable {
  package let path: PathID
  /// The rows that have one, ascending; `nil` where every row has exactly one.
  package let rows: RowList?
  package let identifiers: Slab<Identifier>
  /// Entry numbers in the order of their identifiers, where look-ups are frequent (eventID).
  package let order: Permutation?
  package let rowCount: Int

  init(
    path: PathID, rows: RowList?, identifiers: Slab<Identifier>, order: Permutation?,
    rowCount: Int
  ) {
    self.path = path
    self.rows = rows
    self.identifiers = identifiers
    self.order = order
    self.rowCount = rowCount
  }

  package var entryCount: Int { identifiers.count }

  @inline(__always)
  package func entry(at row: Int) -> Int? {
    guard let rows else { return row }
    let index = rows.lowerBound(of: row)
    return index < rows.count && rows[index] == UInt32(row) ? index : nil
  }

  package func identifier(at row: Int) -> Identifier? { entry(at: row).map { identifiers[$0] } }

  @inline(__always)
  package func row(ofEntry entry: Int) -> Int { rows.map { Int($0[entry]) } ?? entry }

  /// The rows that have this identifier.
  ///
  /// - Complexity: O(log entries) with an order, else a scan.
  package func rows(equalTo identifier: Identifier) -> RowSet {
    var found: [UInt32] = []
    forEachRow(of: identifier) { found.append(UInt32($0)) }
    found.sort()
    found.removeAdjacentRepeats()
    return .list(found, of: rowCount)
  }

  /// Calls `body` with the row of each entry that is this identifier, in no order.
  ///
  /// - Complexity: O(log entries) with an order, else a scan.
  func forEachRow(of identifier: Identifier, _ body: (Int) -> Void) {
    guard let order else {
      for entry in 0..<entryCount where identifiers[entry] == identifier {
        body(row(ofEntry: entry))
      }
      return
    }
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if identifiers[order[middle]] < identifier { low = middle + 1 } else { high = middle }
    }
    while low < order.count, identifiers[order[low]] == identifier {
      body(row(ofEntry: order[low]))
      low += 1
    }
  }

  package func presentRows() -> RowSet {
    guard let rows else { return .all(of: rowCount) }
    return .bitmap(list: rows.distinctRows(), of: rowCount)
  }

  package var byteCount: Int {
    identifiers.byteCount + (rows?.byteCount ?? 0) + (order?.byteCount ?? 0)
  }
}
