/// What has been seen of the event that is being matched. It is kept between events, so that nothing is
/// allocated and nothing is cleared: marks count only where they bear the event's number.
struct MatchState: Sendable {
  /// A value that stands in a field: where in the event's text, and what it is.
  struct Seen: Sendable {
    enum Kind: UInt8, Sendable {
      case text
      /// A string with escapes, which are still to be resolved.
      case escapedText
      case number
      case yes
      case no
      case null
    }
    var node: Int32
    var element: Int32
    var start: Int
    var end: Int
    var kind: Kind
  }

  /// By node.
  struct NodeMark: Sendable {
    var event: UInt32 = 0
    var values: Int32 = 0
    /// Values that stand in no array's element.
    var plainValues: Int32 = 0
  }

  /// By `anything-but`.
  struct ExclusionMark: Sendable {
    var event: UInt32 = 0
    /// How many values it leaves out.
    var values: Int32 = 0
    /// The last of them.
    var lastValue: Int32 = -1
  }

  private(set) var event: UInt32 = 0
  private(set) var seen: [Seen] = []
  private(set) var elements: [ArrayElement] = []
  private(set) var nodes: [NodeMark] = []
  private(set) var presentNodes: [Int32] = []
  private(set) var satisfied: [UInt32] = []
  private(set) var satisfiedConditions: [Int32] = []
  private(set) var exclusions: [ExclusionMark] = []
  /// Some value stands in an array's element.
  private(set) var hasElements = false
  /// Arrays begun.
  var arrays: Int32 = 0
  /// A string whose escapes were resolved.
  var text: [UInt8] = []
  var frames: [EventWalk.Frame] = []

  /// Forgets the last event.
  mutating func begin(_ book: RuleBook, nodeCount: Int) {
    grow(&nodes, to: nodeCount, NodeMark())
    grow(&satisfied, to: book.conditions.count, 0)
    grow(&exclusions, to: book.exclusionCount, ExclusionMark())
    if event == UInt32.max {
      // Marks of four thousand million events ago must not be taken for new ones.
      for index in nodes.indices { nodes[index] = NodeMark() }
      for index in satisfied.indices { satisfied[index] = 0 }
      for index in exclusions.indices { exclusions[index] = ExclusionMark() }
      event = 0
    }
    event += 1
    seen.removeAll(keepingCapacity: true)
    elements.removeAll(keepingCapacity: true)
    presentNodes.removeAll(keepingCapacity: true)
    satisfiedConditions.removeAll(keepingCapacity: true)
    frames.removeAll(keepingCapacity: true)
    hasElements = false
    arrays = 0
  }

  private func grow<Mark>(_ marks: inout [Mark], to count: Int, _ mark: Mark) {
    while marks.count < count { marks.append(mark) }
  }

  @inline(__always)
  mutating func add(_ value: Seen) {
    seen.append(value)
    let node = Int(value.node)
    if nodes[node].event != event {
      nodes[node] = NodeMark(event: event)
      presentNodes.append(value.node)
    }
    nodes[node].values &+= 1
    if value.element < 0 { nodes[node].plainValues &+= 1 } else { hasElements = true }
  }

  mutating func addElement(_ element: ArrayElement) -> Int32 {
    elements.append(element)
    return Int32(elements.count - 1)
  }

  /// A test on the value that was added last is passed.
  @inline(__always)
  mutating func tell(_ target: FieldIndex.Target) {
    let number = Int(target >> 1)
    if target & 1 == 0 {
      if satisfied[number] != event {
        satisfied[number] = event
        satisfiedConditions.append(Int32(number))
      }
      return
    }
    let value = Int32(seen.count)
    if exclusions[number].event != event {
      exclusions[number] = ExclusionMark(event: event)
    }
    if exclusions[number].lastValue != value {
      exclusions[number].lastValue = value
      exclusions[number].values &+= 1
    }
  }

  @inline(__always)
  func isSatisfied(_ condition: Int) -> Bool { satisfied[condition] == event }

  /// Whether a condition that no value satisfied holds, looked at alone; where arrays have a say in it, whether
  /// it can.
  func mayHold(_ condition: IndexedCondition) -> Bool {
    if condition.isDecidedByTests { return false }
    let mark = nodes[condition.node]
    let values = mark.event == event ? mark.values : 0
    if values == 0 { return condition.acceptsAbsence }
    if condition.acceptsPresence { return true }
    // Values in elements that other conditions rule out are as good as absent.
    if condition.acceptsAbsence, mark.plainValues == 0 { return true }
    for exclusion in condition.exclusions {
      let mark = exclusions[exclusion]
      if (mark.event == event ? mark.values : 0) < values { return true }
    }
    return false
  }

  /// Whether some value of a field stands in an array's element.
  func isInElements(_ node: Int) -> Bool {
    nodes[node].event == event && nodes[node].values > nodes[node].plainValues
  }
}
