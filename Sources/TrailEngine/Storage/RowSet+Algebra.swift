extension RowSet {
  package func intersection(_ other: RowSet) -> RowSet {
    switch (form, other.form) {
    case (.none, _), (_, .none): return .none(of: universe)
    case (.range(let a), .range(let b)):
      let low = max(a.lowerBound, b.lowerBound)
      return .range(low..<max(low, min(a.upperBound, b.upperBound)), of: universe)
    case (.range(let range), _): return other.clipped(to: range)
    case (_, .range(let range)): return clipped(to: range)
    case (.list(let a), .list(let b)):
      return .list(a.count <= b.count ? a.intersecting(b) : b.intersecting(a), of: universe)
    case (.list(let rows), .bitmap(let bitmap)), (.bitmap(let bitmap), .list(let rows)):
      return .list(rows.filter { bitmap.contains(Int($0)) }, of: universe)
    case (.bitmap(var a), .bitmap(let b)):
      a.formIntersection(b)
      return .bitmap(a)
    }
  }

  package func union(_ other: RowSet) -> RowSet {
    if case .none = form { return other }
    if case .none = other.form { return self }
    if isAll { return self }
    if other.isAll { return other }
    if case (.list(let a), .list(let b)) = (form, other.form), (a.count + b.count) * 32 < universe {
      return .list(a.merging(b), of: universe)
    }
    var bitmap = asBitmap()
    other.insert(into: &bitmap)
    return .bitmap(bitmap)
  }

  /// Every row of the segment that is not in this set.
  package func complement() -> RowSet {
    switch form {
    case .none: return .all(of: universe)
    case .range(let range) where range.lowerBound == 0:
      return .range(range.upperBound..<universe, of: universe)
    case .range(let range) where range.upperBound == universe:
      return .range(0..<range.lowerBound, of: universe)
    default:
      var bitmap = asBitmap()
      bitmap.formComplement()
      return .bitmap(bitmap)
    }
  }

  package func subtracting(_ other: RowSet) -> RowSet {
    if case .list(let rows) = form {
      return .list(rows.filter { !other.contains(Int($0)) }, of: universe)
    }
    return intersection(other.complement())
  }

  /// The rows of this set that lie in `range`.
  package func clipped(to range: Range<Int>) -> RowSet {
    switch form {
    case .none: return self
    case .range(let own):
      let low = max(own.lowerBound, range.lowerBound)
      return .range(low..<max(low, min(own.upperBound, range.upperBound)), of: universe)
    case .list(let rows):
      let low = rows.sortedIndex(of: UInt32(clamping: range.lowerBound))
      let high = rows.sortedIndex(of: UInt32(clamping: range.upperBound))
      return low == 0 && high == rows.count
        ? self : .list(Array(rows[low..<max(low, high)]), of: universe)
    case .bitmap(var bitmap):
      var window = RowBitmap(universe: universe)
      window.insert(range.clamped(to: 0..<universe))
      bitmap.formIntersection(window)
      return .bitmap(bitmap)
    }
  }

  func asBitmap() -> RowBitmap {
    if case .bitmap(let bitmap) = form { return bitmap }
    var bitmap = RowBitmap(universe: universe)
    insert(into: &bitmap)
    return bitmap
  }

  func insert(into bitmap: inout RowBitmap) {
    switch form {
    case .none: break
    case .range(let range): bitmap.insert(range)
    case .list(let rows): for row in rows { bitmap.insert(Int(row)) }
    case .bitmap(let other): bitmap.formUnion(other)
    }
  }
}

extension Array where Element == UInt32 {
  /// The elements that are in `other` too; `self` is the shorter of two sorted arrays.
  fileprivate func intersecting(_ other: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var from = 0
    for value in self {
      // Gallop: the longer list is mostly skipped.
      var step = 1
      while from + step < other.count && other[from + step] < value { step *= 2 }
      var low = from + step / 2
      var high = Swift.min(other.count, from + step + 1)
      while low < high {
        let middle = (low + high) / 2
        if other[middle] < value { low = middle + 1 } else { high = middle }
      }
      from = low
      if from == other.count { break }
      if other[from] == value { result.append(value) }
    }
    return result
  }

  fileprivate func merging(_ other: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(count + other.count)
    var i = 0
    var j = 0
    while i < count && j < other.count {
      if self[i] < other[j] {
        result.append(self[i])
        i += 1
      } else if self[i] > other[j] {
        result.append(other[j])
        j += 1
      } else {
        result.append(self[i])
        i += 1
        j += 1
      }
    }
    result.append(contentsOf: self[i...])
    result.append(contentsOf: other[j...])
    return result
  }
}
