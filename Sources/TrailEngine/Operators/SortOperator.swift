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
    var ranks: [[Int64]] = []
    var findsTies = FirstRows.isFew(limit)
    func order(by ranks: [[Int64]]) -> [Int] {
      FirstRows.order(of: count, limit: limit) { left, right in
        for rank in ranks where rank[left] != rank[right] { return rank[left] < rank[right] }
        return left < right
      }
    }
    for key in keys {
      let field: BoundField
      switch key.field {
      case .event(let own), .step(_, let own): field = own
      case .column: continue
      }
      let isTime = if case .time = field.source { true } else { false }
      if ranks.isEmpty || isTime || !findsTies {
        if isTime { findsTies = true }
        let own = try self.ranks(of: field, references(key.field))
        ranks.append(Self.flipped(own, isDescending: key.isDescending))
        continue
      }
      // Nearly all events differ in their times, and of the first ones few others matter: what comes after is worked
      // out for those that are tied alone.
      let order = order(by: ranks)
      let tied = Self.tied(order, of: count, ranks)
      if tied.isEmpty { return order }
      let all = references(key.field)
      let own = try self.ranks(of: field, tied.map { all[$0] })
      var ranksOfTied = [Int64](repeating: 0, count: count)
      for (place, rank) in Self.flipped(own, isDescending: key.isDescending).enumerated() {
        ranksOfTied[tied[place]] = rank
      }
      ranks.append(ranksOfTied)
    }
    return order(by: ranks)
  }

  /// The rows that the ranks do not tell from others of the first ones.
  ///
  /// - Parameters:
  ///   - order: the rows in the order of their ranks: all, or the first.
  ///   - count: of all rows.
  private static func tied(_ order: [Int], of count: Int, _ ranks: [[Int64]]) -> [Int] {
    func areTied(_ left: Int, _ right: Int) -> Bool {
      ranks.allSatisfy { $0[left] == $0[right] }
    }
    var tied: [Int] = []
    var start = 0
    for place in 1..<max(1, order.count) where !areTied(order[place - 1], order[place]) {
      if place - start > 1 { tied += order[start..<place] }
      start = place
    }
    guard let last = order.last else { return [] }
    // Those behind the first ones may be tied with the last of them.
    let run =
      order.count < count ? (0..<count).filter { areTied(last, $0) } : Array(order[start...])
    return run.count > 1 ? tied + run : tied
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
    let kinds = cells.map(ValueOrder.rank)
    let order = cells.indices.sorted {
      ValueOrder.precedes(cells[$0], kinds[$0], cells[$1], kinds[$1])
    }
    var ranks = [Int64](repeating: Self.missing, count: cells.count)
    var rank: Int64 = 0
    for (place, index) in order.enumerated() {
      if place > 0, cells[order[place - 1]] != cells[index] { rank += 1 }
      if cells[index] != .missing { ranks[index] = rank }
    }
    return ranks
  }
}
