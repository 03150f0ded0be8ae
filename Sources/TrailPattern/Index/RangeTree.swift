/// Ranges of numbers, and which of them hold a number.
///
/// Sorted by their lower ends; each node of the tree that lies over the sorted array (its middle is the root)
/// knows the highest end below it.
struct RangeTree: Sendable {
  private let lows: [Int64]
  private let highs: [Int64]
  private let values: [Int32]
  private let highest: [Int64]

  init(_ ranges: [(low: Int64, high: Int64, value: Int32)]) {
    let sorted = ranges.sorted { ($0.low, $0.value) < ($1.low, $1.value) }
    lows = sorted.map(\.low)
    highs = sorted.map(\.high)
    values = sorted.map(\.value)
    var highest = highs
    Self.fill(&highest, 0, highs.count)
    self.highest = highest
  }

  var isEmpty: Bool { lows.isEmpty }

  /// The depth of recursion is the logarithm of the count.
  @discardableResult
  private static func fill(_ highest: inout [Int64], _ start: Int, _ end: Int) -> Int64 {
    guard start < end else { return Int64.min }
    let middle = (start + end) / 2
    let below = max(fill(&highest, start, middle), fill(&highest, middle + 1, end))
    highest[middle] = max(highest[middle], below)
    return highest[middle]
  }

  /// Calls `found` for each range that holds `point`. O(log count + calls).
  func forEach(containing point: Int64, _ found: (Int32) -> Void) {
    visit(point, 0, lows.count, found)
  }

  private func visit(_ point: Int64, _ start: Int, _ end: Int, _ found: (Int32) -> Void) {
    guard start < end else { return }
    let middle = (start + end) / 2
    guard highest[middle] >= point else { return }
    visit(point, start, middle, found)
    guard lows[middle] <= point else { return }
    if highs[middle] >= point { found(values[middle]) }
    visit(point, middle + 1, end, found)
  }
}
