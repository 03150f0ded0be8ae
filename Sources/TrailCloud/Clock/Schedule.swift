/// What will happen by itself, by the time at which it is due.
///
/// A binary heap; what is due at the same time happens in the order in which it was scheduled.
struct Schedule {
  private struct Entry {
    var time: Int64
    var order: UInt64
    var task: ScheduledTask

    static func < (left: Entry, right: Entry) -> Bool {
      (left.time, left.order) < (right.time, right.order)
    }
  }
  private var heap: [Entry] = []
  private var count: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }
  /// When the next task is due.
  var nextTime: Int64? { heap.first?.time }

  /// - Complexity: O(log *n*).
  mutating func add(_ task: ScheduledTask, at time: Int64) {
    heap.append(Entry(time: time, order: count, task: task))
    count += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out the task that is due first, if it is due by `time`.
  ///
  /// - Complexity: O(log *n*).
  mutating func popFirst(dueBy time: Int64) -> (time: Int64, task: ScheduledTask)? {
    guard let first = heap.first, first.time <= time else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
          if heap[child] < heap[least] { least = child }
        }
        guard least != parent else { break }
        heap.swapAt(parent, least)
        parent = least
      }
    }
    return (first.time, first.task)
  }
}

/// What can be scheduled: one case for each part of the cloud that does something by itself.
enum ScheduledTask {
  case delivery(ScheduledDelivery)
  case digest(ScheduledDigest)
  case logDelivery(ScheduledLogDelivery)
  case alarmEvaluation(ScheduledAlarmEvaluation)
  case keyDeletion(ScheduledKeyDeletion)
  case eventArrivals(ScheduledArrivals)
  case scheduledRule(ScheduledRule)
  case targetRetry(ScheduledRetry)
  case insight(ScheduledInsight)
  case replay(ScheduledReplay)
}

extension ScheduledTask {
  /// Whether what services keep may be different afterwards, without a call that says so.
  var mayChangeServices: Bool {
    switch self {
    case .delivery, .digest, .logDelivery, .alarmEvaluation, .insight: false
    // Who does it says so where it changes anything.
    case .eventArrivals, .scheduledRule, .targetRetry, .replay: false
    default: true
    }
  }
}
