import TrailRecord

/// When the events of a segment were delivered, as far as is known.
///
/// One entry a file, not one an event: the events of a file have neighbouring arrival numbers.
package struct SegmentDeliveries: Sendable {
  /// True where the events arrived while the session ran: whoever brought them knows when they were delivered.
  package let isLive: Bool
  /// The arrival number of each file's first event, ascending.
  package private(set) var firstArrivals: [UInt64]
  /// When each file was delivered: milliseconds since 1970 UTC, `Segment.noTime` where it does not say.
  package private(set) var times: [Int64]

  /// - Parameter firstArrivals: ascending, as many as `times`.
  package init(isLive: Bool, firstArrivals: [UInt64] = [], times: [Int64] = []) {
    precondition(firstArrivals.count == times.count)
    self.isLive = isLive
    self.firstArrivals = firstArrivals
    self.times = times
  }

  static let live = SegmentDeliveries(isLive: true)
  static let none = SegmentDeliveries(isLive: false)

  /// Events from `arrival` on are of another file.
  mutating func beginFile(at arrival: UInt64, deliveredAt time: Int64?) {
    let time = time ?? Segment.noTime
    if times.last == time { return }
    if firstArrivals.last == arrival {
      times[times.count - 1] = time
      return
    }
    firstArrivals.append(arrival)
    times.append(time)
  }

  /// Forgets all files but the one that is being read.
  mutating func forgetFiles() {
    firstArrivals = Array(firstArrivals.suffix(1))
    times = Array(times.suffix(1))
  }

  /// When the file of an event was delivered; `Segment.noTime` where that is not known.
  ///
  /// - Complexity: O(log files).
  func time(ofArrival arrival: UInt64) -> Int64 {
    var low = 0
    var high = firstArrivals.count
    while low < high {
      let middle = (low + high) / 2
      if firstArrivals[middle] <= arrival { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? Segment.noTime : times[low - 1]
  }

  /// True where the file of some event does not say when it was delivered.
  var hasGaps: Bool { !isLive && (times.isEmpty || times.contains(Segment.noTime)) }

  var byteCount: Int { firstArrivals.count * 16 }
}

/// The time in a log file's name: `…_20231101T0005Z_xxx.json.gz` (facts §6.1).
enum FileStamp {
  /// The time in milliseconds since 1970 UTC; nil where there is none.
  static func time(inName name: String) -> Int64? {
    let digits = FileCollector.stamp(name)
    guard digits > 0 else { return nil }
    let number = Int(digits)
    let (hour, minute) = (number / 100 % 100, number % 100)
    guard hour < 24, minute < 60,
      let day = EventTime.dayNumber(
        year: number / 100_000_000, month: number / 1_000_000 % 100, day: number / 10_000 % 100)
    else { return nil }
    return Int64(day) * EventTime.millisecondsPerDay + Int64(hour * 60 + minute) * 60_000
  }
}
