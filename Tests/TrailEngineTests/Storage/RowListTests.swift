import Testing

@testable import TrailEngine

/// Row numbers in two pages of 16 bits against the plain list.
@Suite struct RowListTests {
  static let lists: [[UInt32]] = [
    [], [0], [65_535], [65_536], [131_071], [0, 65_535, 65_536, 131_071],
    [5, 5, 65_541, 65_541, 65_541], Array(stride(from: 3, to: 131_072, by: 257)),
    Array(65_000..<66_000),
  ]

  @Test(arguments: lists)
  func everyRowIsWhereItWas(rows: [UInt32]) {
    let list = RowList(rows)
    let same = RowList(count: rows.count) { rows[$0] }
    #expect((0..<list.count).map { list[$0] } == rows)
    #expect((0..<same.count).map { same[$0] } == rows)
    #expect(list.byteCount == rows.count * 2)
    var distinct: [UInt32] = []
    for row in rows where distinct.last != row { distinct.append(row) }
    #expect(list.distinctRows() == distinct)
  }

  @Test(arguments: lists)
  func lowerBounds(rows: [UInt32]) {
    let list = RowList(rows)
    for row in [0, 1, 4, 5, 6, 65_534, 65_535, 65_536, 65_537, 65_541, 131_071, 131_072] {
      #expect(list.lowerBound(of: row) == rows.firstIndex { $0 >= row } ?? rows.count)
    }
  }

  @Test func postingListsOfBothPages() {
    let entries: [(code: Int, row: UInt32)] = [
      (0, 1), (1, 1), (0, 65_535), (0, 65_536), (2, 70_000), (2, 70_000), (0, 131_071),
    ]
    let lists = PostingLists(distinctCount: 4) { body in
      for entry in entries { body(entry.code, entry.row) }
    }
    func rows(_ code: UInt32, _ range: Range<Int>) -> [UInt32] {
      var found: [UInt32] = []
      lists.forEachRun(ofCode: code, within: range) { rows, pageStart in
        found += rows.map { UInt32($0) + pageStart }
      }
      return found
    }
    #expect(rows(0, 0..<131_072) == [1, 65_535, 65_536, 131_071])
    #expect(rows(0, 2..<65_536) == [65_535])
    #expect(rows(0, 65_536..<131_071) == [65_536])
    #expect(rows(1, 0..<131_072) == [1])
    #expect(rows(2, 0..<131_072) == [70_000])
    #expect(rows(3, 0..<131_072) == [])
    #expect((0..<4).map { lists.count(ofCode: $0) } == [4, 1, 1, 0])
  }
}
