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
  package init?(canonical base: UnsafePointer<UInt8>) {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var digits = 0
    for index in 0..<36 {
      let byte = base[index]
      if index == 8 || index == 13 || index == 18 || index == 23 {
        if byte != 0x2D { return nil }
        continue
      }
      let digit: UInt64
      if byte &- 0x30 < 10 {
        digit = UInt64(byte &- 0x30)
      } else if byte &- 0x61 < 6 {
        digit = UInt64(byte &- 0x61 &+ 10)
      } else {
        return nil
      }
      if digits < 16 { high = high &<< 4 | digit } else { low = low &<< 4 | digit }
      digits += 1
    }
    self.high = high
    self.low = low
  }

  /// Reads any spelling of a UUID's letters in either case; `nil` where it is none.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.lowercased().utf8)
    guard bytes.count == 36,
      let parsed = bytes.withUnsafeBufferPointer({
        $0.baseAddress.flatMap { Identifier(canonical: $0) }
      })
    else { return nil }
    self = parsed
  }

  /// Appends the 36 characters.
  package func append(to output: inout [UInt8]) {
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 { output.append(0x2D) }
      let source = index < 8 ? high : low
      let byte = UInt8(truncatingIfNeeded: source >> UInt64((7 - index & 7) * 8))
      output.append(Self.digits[Int(byte >> 4)])
      output.append(Self.digits[Int(byte & 15)])
    }
  }

  package var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)
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
  package let order: Slab<UInt32>?
  package let rowCount: Int

  init(
    path: PathID, rows: RowList?, identifiers: Slab<Identifier>, order: Slab<UInt32>?,
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
      if identifiers[Int(order[middle])] < identifier { low = middle + 1 } else { high = middle }
    }
    while low < order.count, identifiers[Int(order[low])] == identifier {
      body(row(ofEntry: Int(order[low])))
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
