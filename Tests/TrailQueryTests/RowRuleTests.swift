import Testing

@testable import TrailEngine

/// A field that is worked out for single rows is what its column says.
@Suite struct RowRuleTests {
  static let names = ComputedRule.allCases.map(\.rawValue)

  @Test(arguments: 0..<6)
  func rowByRowAndByColumn(seed: UInt64) throws {
    let snapshot = try RandomStore(seed: seed + 900, count: 60).snapshot
    for name in Self.names {
      let field = try #require(BoundField(shortName: name), "\(name)")
      let references = snapshot.segments.enumerated().flatMap { number, segment in
        (0..<segment.rowCount).map { EventReference(segment: UInt32(number), row: UInt32($0)) }
      }
      for segment in snapshot.segments {
        #expect(!FieldColumns(segment: segment).isKnown(field))
      }
      let single = FieldReader(field, in: snapshot)
      let first = references.map { single.cell($0) }
      for segment in snapshot.segments {
        #expect(!FieldColumns(segment: segment).isKnown(field))
        _ = FieldColumns(segment: segment).column(field)
      }
      let whole = FieldReader(field, in: snapshot)
      #expect(references.map { whole.cell($0) } == first, "\(name)")
    }
  }

  @Test func manyRowsGetAColumn() throws {
    let snapshot = try RandomStore(seed: 17, count: 20, segments: 1).snapshot
    let field = try #require(BoundField(shortName: "who"))
    let reader = FieldReader(field, in: snapshot)
    let first = reader.cell(EventReference(segment: 0, row: 3))
    for _ in 0..<3_000 {
      #expect(reader.cell(EventReference(segment: 0, row: 3)) == first)
    }
    #expect(FieldColumns(segment: snapshot.segments[0]).isKnown(field))
  }
}
