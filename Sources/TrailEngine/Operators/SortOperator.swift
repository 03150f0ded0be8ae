/// Orders events by fields, keeping the order that they had among equals.
struct SortOperator {
  let keys: [SortKey]
  let snapshot: StoreSnapshot
  let cache: QueryCache

  /// - Complexity: O(rows × log rows) comparisons of integers: values are ranked once for the whole store.
  func sorted(_ references: [EventReference]) -> [EventReference] {
    let ranks = keys.map { key -> [Int64] in
      guard case .event(let field) = key.field else { return [] }
      return Self.flipped(self.ranks(of: field, references), isDescending: key.isDescending)
    }
    let order = references.indices.sorted { left, right in
      for rank in ranks where rank[left] != rank[right] { return rank[left] < rank[right] }
      return left < right
    }
    return order.map { references[$0] }
  }

  private static let missing = Int64.max

  /// Missing values stay last in both directions.
  private static func flipped(_ ranks: [Int64], isDescending: Bool) -> [Int64] {
    isDescending ? ranks.map { $0 == missing ? missing : -$0 } : ranks
  }

  private func ranks(of field: BoundField, _ references: [EventReference]) -> [Int64] {
    if case .time = field.source { return references.map { snapshot.time($0) } }
    let ordinals = cache.ordinals(field, in: snapshot)
    let sortRanks = ordinals.sortRanks()
    return references.map { reference in
      guard let column = ordinals.columns[Int(reference.segment)],
        let code = column.field.column.firstCode(at: Int(reference.row))
      else { return Self.missing }
      return Int64(sortRanks[Int(column.ordinals[Int(code)])])
    }
  }
}
