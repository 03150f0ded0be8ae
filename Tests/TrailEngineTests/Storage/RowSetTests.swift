import Testing

@testable import TrailEngine

/// Row sets against plain sets, in every form they can take.
@Suite struct RowSetTests {
  private static func samples(_ universe: Int) -> [(RowSet, Set<Int>)] {
    var generator = RecordGenerator(seed: UInt64(universe))
    var samples: [(RowSet, Set<Int>)] = [
      (.none(of: universe), []), (.all(of: universe), Set(0..<universe)),
      (.range((universe / 3)..<(universe / 2), of: universe), Set((universe / 3)..<(universe / 2))),
      (.range(0..<(universe / 2), of: universe), Set(0..<(universe / 2))),
      (.range((universe / 2)..<universe, of: universe), Set((universe / 2)..<universe)),
    ]
    for density in [1, 4, 64] {
      let members = Set((0..<universe).filter { _ in generator.below(density) == 0 })
      let sorted = members.sorted().map { UInt32($0) }
      var bitmap = RowBitmap(universe: universe)
      for row in members { bitmap.insert(row) }
      samples.append((.list(sorted, of: universe), members))
      samples.append((.bitmap(bitmap), members))
    }
    return samples
  }

  @Test(arguments: [1, 63, 64, 65, 1_000])
  func algebra(universe: Int) {
    for (a, first) in Self.samples(universe) {
      #expect(Set(a.rows().map(Int.init)) == first)
      #expect(a.count == first.count)
      #expect(a.isEmpty == first.isEmpty)
      #expect(a.isAll == (first.count == universe))
      #expect(Set(a.complement().rows().map(Int.init)) == Set(0..<universe).subtracting(first))
      #expect((0..<universe).allSatisfy { a.contains($0) == first.contains($0) })
      for limit in [0, 1, 7, universe] {
        #expect(a.prefix(limit).rows().map(Int.init) == Array(first.sorted().prefix(limit)))
        #expect(a.suffix(limit).rows().map(Int.init) == Array(first.sorted().suffix(limit)))
      }
      for (b, second) in Self.samples(universe) {
        #expect(a.intersection(b).rows().map(Int.init) == first.intersection(second).sorted())
        #expect(a.union(b).rows().map(Int.init) == first.union(second).sorted())
        #expect(a.subtracting(b).rows().map(Int.init) == first.subtracting(second).sorted())
      }
    }
  }
}
