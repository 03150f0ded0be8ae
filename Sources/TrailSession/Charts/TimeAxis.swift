/// The times of a chart's lines, each at its own place: a gap in time is a gap on the axis.
struct TimeAxis {
  /// Ascending, without repeats.
  let times: [Int64]
  /// The length of the buckets that the times begin; nil where each is a moment by itself.
  let bucket: Int64?

  /// Where a time lies between the first and the last: 0 to 1.
  func share(of place: Int) -> Double {
    guard let first = times.first, let last = times.last, last > first else { return 0 }
    return Double(times[place] - first) / Double(last - first)
  }

  /// The places of a line's values that are drawn as one stroke: there is none through a time without a value, nor
  /// over buckets that are missing.
  func strokes(_ values: [Double?]) -> [[Int]] {
    var strokes: [[Int]] = []
    for place in values.indices where values[place] != nil {
      if let before = strokes.last?.last, before == place - 1, isNext(place) {
        strokes[strokes.count - 1].append(place)
      } else {
        strokes.append([place])
      }
    }
    return strokes
  }

  private func isNext(_ place: Int) -> Bool {
    bucket.map { times[place] - times[place - 1] <= $0 } ?? true
  }

  /// A height for each of some columns that the time is parted into; nil where nothing is drawn.
  ///
  /// A bucket fills the columns of its time, and moments are joined. Where several values share a column, the largest
  /// counts.
  func columns(_ count: Int, of values: [Double?]) -> [Double?] {
    if let bucket { return buckets(count, of: values, length: bucket) }
    var columns = [Double?](repeating: nil, count: count)
    func raise(_ column: Int, to value: Double) {
      columns[column] = max(columns[column] ?? value, value)
    }
    for stroke in strokes(values) {
      let points = stroke.map { place in
        (x: Int((share(of: place) * Double(count - 1)).rounded()), y: values[place] ?? 0)
      }
      for (left, right) in zip(points, points.dropFirst()) where right.x > left.x + 1 {
        for x in left.x + 1..<right.x {
          raise(x, to: left.y + (right.y - left.y) * Double(x - left.x) / Double(right.x - left.x))
        }
      }
      for point in points { raise(point.x, to: point.y) }
    }
    return columns
  }

  private func buckets(_ count: Int, of values: [Double?], length: Int64) -> [Double?] {
    guard let first = times.first, let last = times.last else { return [] }
    let slots = times.map { Int(($0 - first) / length) }
    let slotCount = Int((last - first) / length) + 1
    var next = 0
    return (0..<count).map { column in
      let begin = column * slotCount / count
      let end = max(begin + 1, (column + 1) * slotCount / count)
      while next < slots.count, slots[next] < begin { next += 1 }
      var largest: Double?
      var place = next
      while place < slots.count, slots[place] < end {
        if let value = values[place] { largest = max(largest ?? value, value) }
        place += 1
      }
      return largest
    }
  }
}
