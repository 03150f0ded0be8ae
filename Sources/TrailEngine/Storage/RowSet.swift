/// A set of rows of one segment.
///
/// Small sets are sorted lists, large ones bitmaps, and a window of time is a range: each operation picks the
/// cheapest form, and no form is visible to the outside but through `forEach` and counts.
package struct RowSet: Sendable {
  enum Form: Sendable {
    case none
    case range(Range<Int>)
    /// Sorted, without repeats.
    case list([UInt32])
    case bitmap(RowBitmap)
  }
  let form: Form
  /// Rows of the segment, in the set or not.
  package let universe: Int
  package let count: Int

  private init(_ form: Form, _ count: Int, of universe: Int) {
    self.form = form
    self.count = count
    self.universe = universe
  }

  package static func none(of universe: Int) -> RowSet { RowSet(.none, 0, of: universe) }
  package static func all(of universe: Int) -> RowSet { .range(0..<universe, of: universe) }

  package static func range(_ range: Range<Int>, of universe: Int) -> RowSet {
    let clamped = range.clamped(to: 0..<universe)
    return RowSet(clamped.isEmpty ? .none : .range(clamped), clamped.count, of: universe)
  }

  /// `rows` must be sorted and without repeats.
  package static func list(_ rows: [UInt32], of universe: Int) -> RowSet {
    if rows.count == universe { return .all(of: universe) }
    return RowSet(rows.isEmpty ? .none : .list(rows), rows.count, of: universe)
  }

  package static func bitmap(_ bitmap: RowBitmap) -> RowSet {
    .bitmap(bitmap, count: bitmap.count)
  }

  /// The same where somebody has counted the rows.
  static func bitmap(_ bitmap: RowBitmap, count: Int) -> RowSet {
    if count == 0 { return .none(of: bitmap.universe) }
    if count == bitmap.universe { return .all(of: bitmap.universe) }
    // A list of 32-bit rows is smaller than the bitmap below one row in 32, and much faster to walk.
    if count * 32 < bitmap.universe {
      return RowSet(.list(bitmap.rows(first: count)), count, of: bitmap.universe)
    }
    return RowSet(.bitmap(bitmap), count, of: bitmap.universe)
  }

  package var isEmpty: Bool { count == 0 }

  /// True where it is all rows between two.
  var isRange: Bool { if case .range = form { true } else { false } }

  package var isAll: Bool {
    if case .range(let range) = form { return range.count == universe }
    return universe == 0
  }

  package func contains(_ row: Int) -> Bool {
    switch form {
    case .none: return false
    case .range(let range): return range.contains(row)
    case .list(let rows):
      let index = rows.sortedIndex(of: UInt32(row))
      return index < rows.count && rows[index] == UInt32(row)
    case .bitmap(let bitmap): return bitmap.contains(row)
    }
  }

  /// The smallest range that holds every row of the set.
  package var bounds: Range<Int> {
    switch form {
    case .none: 0..<0
    case .range(let range): range
    case .list(let rows): Int(rows[0])..<(Int(rows[rows.count - 1]) + 1)
    case .bitmap(let bitmap): bitmap.bounds
    }
  }

  /// Calls `body` with each row, in ascending order.
  @inline(__always)
  package func forEach(_ body: (Int) -> Void) {
    switch form {
    case .none: break
    case .range(let range): for row in range { body(row) }
    case .list(let rows): rows.withUnsafeBufferPointer { for row in $0 { body(Int(row)) } }
    case .bitmap(let bitmap): bitmap.forEach(body)
    }
  }

  /// The rows in ascending order.
  package func rows() -> [UInt32] {
    switch form {
    case .none: return []
    case .range(let range): return range.map { UInt32($0) }
    case .list(let rows): return rows
    case .bitmap(let bitmap): return bitmap.rows()
    }
  }

  /// The first `limit` rows.
  package func prefix(_ limit: Int) -> RowSet {
    if count <= limit { return self }
    if limit <= 0 { return .none(of: universe) }
    switch form {
    case .none: return self
    case .range(let range):
      return .range(range.lowerBound..<(range.lowerBound + limit), of: universe)
    case .list(let rows): return .list(Array(rows.prefix(limit)), of: universe)
    case .bitmap(let bitmap): return .list(bitmap.rows(first: limit), of: universe)
    }
  }

  /// The last `limit` rows.
  package func suffix(_ limit: Int) -> RowSet {
    if count <= limit { return self }
    if limit <= 0 { return .none(of: universe) }
    switch form {
    case .none: return self
    case .range(let range):
      return .range((range.upperBound - limit)..<range.upperBound, of: universe)
    case .list(let rows): return .list(Array(rows.suffix(limit)), of: universe)
    case .bitmap(let bitmap): return .list(bitmap.rows(last: limit), of: universe)
    }
  }
}

extension RandomAccessCollection where Index == Int, Element: Comparable {
  /// The first index whose element is not less than `value`, in a sorted collection that begins at 0.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  func sortedIndex(of value: Element) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
