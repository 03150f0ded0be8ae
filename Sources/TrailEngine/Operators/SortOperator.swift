import TrailRecord

/// Orders events by fields, keeping the order that they had among equals.
struct SortOperator {
  let keys: [SortKey]
  let snapshot: StoreSnapshot
  let cache: QueryCache
  let cancellation: Cancellation

  /// - Complexity: O(rows × log rows) comparisons of integers: values are ranked once for the whole store.
  func sorted(
    _ references: [EventReference], limit: Int? = nil
  ) throws -> [EventReference] {
    try order(of: references.count, limit: limit) { _ in references }.map { references[$0] }
  }

  /// The order of rows whose events depend on the field; only the first `limit` where that is given.
  func order(
    of count: Int, limit: Int? = nil, _ references: (RowField) -> [EventReference]
  ) throws -> [Int] {
    let ranks = try keys.compactMap { key -> [Int64]? in
      let field: BoundField
      switch key.field {
      case .event(let own), .step(_, let own): field = own
      case .column: return nil
      }
      return Self.flipped(
        try self.ranks(of: field, references(key.field)), isDescending: key.isDescending)
    }
    return FirstRows.order(of: count, limit: limit) { left, right in
      for rank in ranks where rank[left] != rank[right] { return rank[left] < rank[right] }
      return left < right
    }
  }

  private static let missing = Int64.max

  /// Missing values stay last in both directions.
  private static func flipped(_ ranks: [Int64], isDescending: Bool) -> [Int64] {
    isDescending ? ranks.map { $0 == missing ? missing : -$0 } : ranks
  }

  private func ranks(
    of field: BoundField, _ references: [EventReference]
  ) throws(QueryCancelled) -> [Int64] {
    if case .time = field.source { return references.map { snapshot.time($0) } }
    if references.count <= Self.fewRows { return ranksAmong(field, references) }
    let ordinals = try cache.ordinals(field, in: snapshot, cancellation)
    let sortRanks = ordinals.sortRanks()
    // The rank of each row of a segment, made when the first of its events comes.
    var ranksOfSegment = [[Int64]?](repeating: nil, count: ordinals.columns.count)
    return references.map { reference in
      let segment = Int(reference.segment)
      if let ranks = ranksOfSegment[segment] {
        return ranks.isEmpty ? Self.missing : ranks[Int(reference.row)]
      }
      let ranks = Self.ranks(ordinals.columns[segment], sortRanks)
      ranksOfSegment[segment] = ranks
      return ranks.isEmpty ? Self.missing : ranks[Int(reference.row)]
    }
  }

  /// The rank of each row; none where the segment lacks the field.
  private static func ranks(
    _ column: FieldOrdinals.SegmentOrdinals?, _ sortRanks: [UInt32]
  ) -> [Int64] {
    guard let column else { return [] }
    return column.field.column.firstCodes().map { code in
      code == 0 ? missing : Int64(sortRanks[Int(column.ordinals[Int(code) - 1])])
    }
  }

  /// Rows whose own values are compared, because numbering a field's values over the whole store costs more.
  private static let fewRows = 4_096

  /// The rank of each row's first value among the values of these rows.
  private func ranksAmong(_ field: BoundField, _ references: [EventReference]) -> [Int64] {
    let reader = FieldReader(field, in: snapshot)
    let cells = reader.cells(references).map { cell in
      if case .list(let cells) = cell {
        return CellReader.groupKey(cells.first ?? .missing, as: field.kind)
      }
      return CellReader.groupKey(cell, as: field.kind)
    }
    let order = cells.indices.sorted { ValueOrder.precedes(cells[$0], cells[$1]) }
    var ranks = [Int64](repeating: Self.missing, count: cells.count)
    var rank: Int64 = 0
    for (place, index) in order.enumerated() {
      if place > 0, cells[order[place - 1]] != cells[index] { rank += 1 }
      if cells[index] != .missing { ranks[index] = rank }
    }
    return ranks
  }
}
