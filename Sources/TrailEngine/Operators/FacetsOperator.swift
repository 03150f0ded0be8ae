import Glibc
import TrailRecord

/// The most frequent values of each field that varies among some events.
///
/// Fields come in the order of what they tell about these events: how far the shares of their values differ from
/// those in the whole store (in bits), and where that does not decide, how much their values vary.
struct FacetsOperator {
  /// Values shown of each field.
  static let valuesShown = 5
  /// Fields whose values name single events tell nothing when counted.
  private static let leftOut: Set<String> = ["time", "id"]

  private struct ScoredFacet: Sendable {
    let score: Double
    let facet: Facet
  }

  let snapshot: StoreSnapshot
  let cache: QueryCache

  func facets(_ selection: [RowSet], _ cancellation: Cancellation) throws -> [Facet] {
    guard selection.contains(where: { !$0.isEmpty }) else { return [] }
    let others =
      selection.allSatisfy(\.isAll) ? nil : snapshot.segments.map { RowSet.all(of: $0.rowCount) }
    let fields = FieldCatalog.standard.definitions
      .filter { !Self.leftOut.contains($0.name) }.compactMap { BoundField(shortName: $0.name) }
    try ColumnPreparation.prepare(fields, in: snapshot, cancellation)
    let work = snapshot.rowCount * fields.count
    let found = try SegmentWorkers.map(fields, work: work) { _, field -> ScoredFacet? in
      try cancellation.check()
      return try facet(of: field, selection, among: others, cancellation)
    }
    let scored: [ScoredFacet] = found.compactMap { $0 }
    let order = scored.indices.sorted { left, right in
      let (a, b) = (scored[left].score, scored[right].score)
      return a != b ? a > b : left < right
    }
    return order.map { scored[$0].facet }
  }

  /// The values of one field; nil where it does not vary.
  ///
  /// - Parameter everything: All events; nil where the selection has them all.
  private func facet(
    of field: BoundField, _ selection: [RowSet], among everything: [RowSet]?,
    _ cancellation: Cancellation
  ) throws -> ScoredFacet? {
    let ordinals = try cache.ordinals(field, in: snapshot, cancellation)
    let own = ValueCounts.byOrdinal(ordinals, selection, in: snapshot)
    let present = own.indices.filter { own[$0] > 0 }
    guard present.count > 1 else { return nil }
    let overall = everything.map { ValueCounts.byOrdinal(ordinals, $0, in: snapshot) } ?? own
    let facet = Facet(
      field: field.name, distinctValues: present.count, values: top(present, own, ordinals))
    return ScoredFacet(score: score(present, own, overall), facet: facet)
  }

  /// The most frequent values, ties by value: one pass, because fields may have many.
  private func top(
    _ present: [Int], _ counts: [UInt32], _ ordinals: FieldOrdinals
  ) -> [(value: Cell, count: Int)] {
    var best: [Int] = []
    func precedes(_ left: Int, _ right: Int) -> Bool {
      counts[left] != counts[right]
        ? counts[left] > counts[right]
        : ValueOrder.precedes(ordinals.keys[left], ordinals.keys[right])
    }
    for ordinal in present {
      if best.count == Self.valuesShown, !precedes(ordinal, best[best.count - 1]) { continue }
      let place = best.firstIndex { precedes(ordinal, $0) } ?? best.count
      best.insert(ordinal, at: place)
      if best.count > Self.valuesShown { best.removeLast() }
    }
    return best.map { (ordinals.keys[$0], Int(counts[$0])) }
  }

  private func score(_ present: [Int], _ own: [UInt32], _ overall: [UInt32]) -> Double {
    let total = Double(own.reduce(0) { $0 + Int($1) })
    let all = Double(overall.reduce(0) { $0 + Int($1) })
    var divergence = 0.0
    for ordinal in present {
      let share = Double(own[ordinal]) / total
      divergence += share * log2(share / (Double(overall[ordinal]) / all))
    }
    // A field that has nearly as many values as there are events says little by its shares.
    let concentration = 1 - Double(present.count) / (total + 1)
    return divergence * concentration + concentration / 1000
  }
}

/// How often each value of a field occurs among some events.
enum ValueCounts {
  /// The count of each ordinal.
  static func byOrdinal(
    _ ordinals: FieldOrdinals, _ selection: [RowSet], in snapshot: StoreSnapshot
  ) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: ordinals.keys.count)
    for (index, rows) in selection.enumerated() where !rows.isEmpty {
      guard let column = ordinals.columns[index] else { continue }
      let stored = column.field.column
      if stored.isMultiValued, column.mergesCodes {
        guard
          case .several(_, let values) = RowOrdinals(column, rows: SelectedRows(rows))
        else { continue }
        for value in values { counts[Int(value) - 1] += 1 }
        continue
      }
      var byCode = [UInt32](repeating: 0, count: stored.distinctCount)
      byCode.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { _ = stored.addCounts(over: rows, to: base) }
      }
      for code in byCode.indices { counts[Int(column.ordinals[code])] += byCode[code] }
    }
    return counts
  }

  /// Most first, ties in the order of values; events that lack the field are not counted.
  ///
  /// - Parameter limit: Of values; all of them unless told.
  static func counts(
    of field: BoundField, _ selection: [RowSet], in snapshot: StoreSnapshot, _ cache: QueryCache,
    limit: Int? = nil, _ cancellation: Cancellation
  ) throws -> [(value: Cell, count: Int)] {
    let ordinals = try cache.ordinals(field, in: snapshot, cancellation)
    return most(byOrdinal(ordinals, selection, in: snapshot), ordinals, limit: limit)
  }

  /// The values that were counted, most first, ties in the order of values.
  static func most(
    _ counts: [UInt32], _ ordinals: FieldOrdinals, limit: Int?
  ) -> [(value: Cell, count: Int)] {
    let met = counts.indices.filter { counts[$0] > 0 }
    let order = FirstRows.order(of: met.count, limit: limit) { left, right in
      let (a, b) = (met[left], met[right])
      return counts[a] != counts[b]
        ? counts[a] > counts[b] : ValueOrder.precedes(ordinals.keys[a], ordinals.keys[b])
    }
    return order.map { (ordinals.keys[met[$0]], Int(counts[met[$0]])) }
  }
}
