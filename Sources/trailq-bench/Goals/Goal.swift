/// What a benchmark measures of trailq, each in one unit.
enum Quantity: Hashable {
  /// Seconds.
  case load, zlibLoad, linesLoad
  /// Bytes.
  case peakMemory, memory, disk
  /// Bytes for each event.
  case memoryPerEvent, diskPerEvent
  /// Milliseconds.
  case open, start, rendering
  case scan(ScanTrial.Kind)
  case question(String)
}

/// What a quantity is held against.
enum Yardstick: Hashable {
  /// The same quantity of a rival, by its name.
  case engine(String)
  /// The least of several rivals' quantities: of those that were measured.
  case fastest([String])
  /// The program that does the least that has to be done for it.
  case limit
  /// What the log files take on disk.
  case input
}

/// One condition on a quantity.
enum Bound: Hashable {
  /// At most so much, in the quantity's unit.
  case most(Double)
  /// At most so much where there are a million events; at other sizes it says nothing.
  case mostAtMillion(Double)
  /// At most so many times what a yardstick has.
  case times(Double, Yardstick)
}

/// What is wanted of a quantity.
struct Goal {
  var quantity: Quantity
  var title: String
  /// What has to be reached: all of it.
  var must: [Bound]
  /// What is hoped for.
  var stretch: [Bound] = []
  /// So many times its limit is what `--check` lets pass, at any size and on any machine: far above the goal, because
  /// small data are mostly overhead.
  var heldTimesLimit: Double?
}

/// How a quantity may grow when there are ten times as many events.
struct GrowthGoal {
  enum Bound {
    /// The larger one may be so many times the smaller one.
    case times(Double)
    /// The larger one may be so much.
    case most(Double)
  }
  var quantity: Quantity
  var title: String
  var must: Bound
}
