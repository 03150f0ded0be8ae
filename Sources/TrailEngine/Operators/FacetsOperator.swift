import Glibc
import TrailLanguage
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

  let snapshot: StoreSnapshot
  let cache: QueryCache

  func facets(_ selection: [RowSet], _ cancellation: Cancellation) throws -> [Facet] {
    let total = selection.reduce(0) { $0 + $1.count }
    guard total > 0 else { return [] }
    var scored: [(score: Double, facet: Facet)] = []
    for definition in FieldCatalog.standard.definitions
    where !Self.leftOut.contains(definition.name) {
      try cancellation.check()
      guard let field = BoundField(shortName: definition.name) else { continue }
      let own = counts(field, selection)
      guard own.count > 1 else { continue }
      let everything = counts(field, snapshot.segments.map { .all(of: $0.rowCount) })
      let overall = Dictionary(everything.map { ($0.value, $0.count) }, uniquingKeysWith: +)
      let facet = Facet(
        field: field.name, distinctValues: own.count, values: Array(own.prefix(Self.valuesShown)))
      scored.append((score(own, overall, snapshot.rowCount), facet))
    }
    return scored.enumerated().sorted { left, right in
      left.element.score != right.element.score
        ? left.element.score > right.element.score : left.offset < right.offset
    }.map(\.element.facet)
  }

  /// Values with their counts, most first.
  private func counts(_ field: BoundField, _ selection: [RowSet]) -> [(value: Cell, count: Int)] {
    ValueCounts.counts(of: field, selection, in: snapshot, cache)
  }

  private func score(
    _ own: [(value: Cell, count: Int)], _ overall: [Cell: Int], _ rows: Int
  ) -> Double {
    let total = Double(own.reduce(0) { $0 + $1.count })
    let all = Double(max(1, overall.values.reduce(0, +)))
    var divergence = 0.0
    for (value, count) in own {
      let share = Double(count) / total
      let usual = Double(overall[value] ?? count) / all
      divergence += share * log2(share / usual)
    }
    // A field that has nearly as many values as there are events says little by its shares.
    let concentration = 1 - Double(own.count) / (total + 1)
    return divergence * concentration + concentration / 1000
  }
}

/// How often each value of a field occurs among some events.
enum ValueCounts {
  /// Most first, ties in the order of values; events that lack the field are not counted.
  static func counts(
    of field: BoundField, _ selection: [RowSet], in snapshot: StoreSnapshot, _ cache: QueryCache
  ) -> [(value: Cell, count: Int)] {
    let ordinals = cache.ordinals(field, in: snapshot)
    let grouping = AggregateOperator(
      groups: [.field(ordinals)], aggregates: [(.count, nil)], every: nil, firstBucket: 0,
      bucketCount: 0, rowCount: selection.reduce(0) { $0 + $1.count })
    var state = grouping.makeState()
    for (index, segment) in snapshot.segments.enumerated() {
      let batch = GroupingBatch(
        index: index, rows: SelectedRows(selection[index]), segment: segment, tableTimes: nil)
      grouping.add(batch, to: &state)
    }
    let groups = grouping.groups(of: state)
    return groups.list.compactMap { group in
      let number = groups.number(group, 0)
      return number == RowOrdinals.missing ? nil : (ordinals.keys[Int(number) - 1], group.count)
    }
  }
}
