import Testing

@testable import TrailEngine

/// The first of many rows are those that sorting all would put first.
@Suite struct FirstRowsTests {
  @Test(arguments: 0..<40)
  func asSortingAll(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...700, using: &generator)
    let keys = (0..<count).map { _ in Int.random(in: 0...40, using: &generator) }
    func precedes(_ left: Int, _ right: Int) -> Bool {
      keys[left] != keys[right] ? keys[left] < keys[right] : left < right
    }
    let all = (0..<count).sorted(by: precedes)
    for limit in [nil, 0, 1, 2, 50, 256, 257, count, count + 1] {
      let wanted = limit.map { $0 <= 256 && $0 < count ? Array(all.prefix($0)) : all } ?? all
      #expect(FirstRows.order(of: count, limit: limit, precedes) == wanted)
    }
  }
}
