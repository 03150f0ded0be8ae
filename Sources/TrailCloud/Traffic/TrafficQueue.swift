/// Something that somebody does: calls that belong together.
final class TrafficEpisode {
  /// By their places in the plan.
  let actor: Int
  let activity: Int
  let region: RegionName
  let address: Int
  let agent: Int
  var caller: PreparedCaller?
  /// A number that stands for the caller; the same for all sessions of an actor that has ever new ones.
  var principal = 0
  var session = ""
  /// The step that is under way, and how often its call is still made; nil before it began.
  var step = 0
  var left: Int?
  /// The things that a step is still made for, the next last.
  var things: [(place: Int, text: String)] = []
  /// Things that were chosen, by pool.
  var bindings: [String: (place: Int, text: String)] = [:]

  init(actor: Int, activity: Int, region: RegionName, address: Int, agent: Int) {
    self.actor = actor
    self.activity = activity
    self.region = region
    self.address = address
    self.agent = agent
  }
}

/// What background traffic will do, by time.
///
/// A binary heap; what is due at the same time happens in the order in which it was added.
struct TrafficQueue {
  enum What {
    case begin(Int)
    case goOn(TrafficEpisode)
  }
  private struct Entry {
    var time: Int64
    var order: UInt64
    var what: What

    static func < (left: Entry, right: Entry) -> Bool {
      (left.time, left.order) < (right.time, right.order)
    }
  }
  private var heap: [Entry] = []
  private var count: UInt64 = 0
  /// The time of what was taken out last.
  private(set) var time: Int64 = 0

  var nextTime: Int64? { heap.first?.time }

  /// - Complexity: O(log *n*).
  mutating func add(_ what: What, at time: Int64) {
    heap.append(Entry(time: time, order: count, what: what))
    count += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// - Complexity: O(log *n*).
  mutating func popFirst() -> (time: Int64, what: What)? {
    guard let first = heap.first else { return nil }
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
    time = first.time
    return (first.time, first.what)
  }
}

/// What tells prepared calls apart: the step, who makes it from where, and what stands in its holes with few values.
struct TrafficKey {
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ step: Int, _ episode: TrafficEpisode, principal: Int, isFromActor: Bool = true) {
    add(step)
    add(principal)
    add(episode.actor)
    if isFromActor {
      add(episode.address)
      add(episode.agent)
    }
    for byte in episode.region.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  mutating func add(_ number: Int) {
    hash = (hash ^ UInt64(truncatingIfNeeded: number)) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
  }
}
