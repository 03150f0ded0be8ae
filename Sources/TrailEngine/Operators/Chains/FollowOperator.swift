import TrailRecord

/// Finds everything that was done with the credentials that some events issued, with those that these issued, and so
/// on.
///
/// Goes on level by level: all credentials of a level are looked up together. Each event is in the tree once, so that
/// circles end.
struct FollowOperator {
  /// Hops from the first events, at most.
  static let maximumDepth = 1_000

  private let fields: ChainFields
  private let snapshot: StoreSnapshot
  private let search: ChainSearch
  private let cancellation: Cancellation
  private var nodes: [ChainRows.Node] = []
  private var seen: EventSet
  /// The nodes that issued each credential with which anything may have been done, in the order of time.
  private var issuers: [Credential: [Int]] = [:]

  /// - Parameter condition: What events must be to be in the tree; nil for nothing.
  init(
    _ snapshot: StoreSnapshot, _ cancellation: Cancellation, where condition: BoundPredicate? = nil
  ) {
    self.snapshot = snapshot
    self.cancellation = cancellation
    search = ChainSearch(snapshot: snapshot, cancellation: cancellation, condition: condition)
    fields = ChainFields(snapshot)
    seen = EventSet(of: snapshot)
  }

  /// - Parameter starts: The events to begin with; those that issued nothing are left out.
  mutating func run(from starts: [EventReference]) throws -> ChainRows {
    var level = Level()
    for event in starts where level.add(event, asNode: nodes.count, fields) {
      if seen.insert(event) {
        nodes.append(ChainRows.Node(event: event, depth: 0, isRow: false))
      } else {
        level.removeLast(node: nodes.count)
      }
    }
    // An event to begin with may also have been done with a credential of another one.
    for _ in 0..<Self.maximumDepth where !level.isEmpty {
      try cancellation.check()
      level = try next(after: level)
    }
    return ChainRows(snapshot: snapshot, nodes: inTreeOrder())
  }

  /// What the nodes of one level issued. Keys are hashes: most issued keys are never used, and need no text.
  private struct Level {
    private(set) var keys: [UInt64] = []
    private(set) var keyNodes: [Int] = []
    private(set) var signIns: [(credential: Credential, node: Int)] = []

    var isEmpty: Bool { keys.isEmpty && signIns.isEmpty }

    /// Adds what an event issued; false where that is nothing.
    mutating func add(_ event: EventReference, asNode node: Int, _ fields: ChainFields) -> Bool {
      let before = (keys.count, signIns.count)
      fields.forEachIssuedHash(event) {
        keys.append($0)
        keyNodes.append(node)
      }
      for credential in fields.issuedSignIns(event) { signIns.append((credential, node)) }
      return before != (keys.count, signIns.count)
    }

    /// Takes back what was added for a node.
    mutating func removeLast(node: Int) {
      while keyNodes.last == node {
        keys.removeLast()
        keyNodes.removeLast()
      }
      while signIns.last?.node == node { signIns.removeLast() }
    }
  }

  /// The events that were done with the credentials of one level.
  private mutating func next(after level: Level) throws -> Level {
    var principals: Set<UInt32> = []
    var hasPasswords = false
    for (credential, node) in level.signIns {
      switch credential {
      case .key: break
      case .console(let principal): principals.insert(principal)
      case .password: hasPasswords = true
      }
      addIssuer(node, of: credential)
    }
    let used = try search.find([ChainFields.keyPath], level.keys)
    var lastNode: Int?
    for (hash, node) in zip(level.keys, level.keyNodes) where used.hashes.contains(hash) {
      guard node != lastNode else { continue }
      lastNode = node
      for case .key(let key) in fields.issued(nodes[node].event) { addIssuer(node, of: .key(key)) }
    }
    var candidates = used.events
    candidates += try search.events(
      [ChainFields.principalPath], among: principals.map { fields.table.text($0) })
    if hasPasswords {
      candidates += try search.events([ChainFields.namePath], among: ["ConsoleLogin"])
    }
    // A level is found as a whole before it can issue anything.
    var found = Level()
    for event in candidates where !seen.contains(event) {
      guard let issuer = issuer(of: event) else { continue }
      _ = seen.insert(event)
      _ = found.add(event, asNode: nodes.count, fields)
      nodes.append(
        ChainRows.Node(event: event, parent: issuer, depth: nodes[issuer].depth + 1, isRow: true))
    }
    return found
  }

  private mutating func addIssuer(_ node: Int, of credential: Credential) {
    var own = issuers.removeValue(forKey: credential) ?? []
    own.append(node)
    if own.count > 1, precedes(node, own[own.count - 2]) { own.sort(by: precedes) }
    issuers[credential] = own
  }

  /// The latest node before an event that issued the credential with which it was done.
  private func issuer(of event: EventReference) -> Int? {
    for credential in fields.used(event) {
      guard let issuers = issuers[credential] else { continue }
      let latest = fields.latestIssuer(issuers.count, of: event, credential) {
        nodes[issuers[$0]].event
      }
      if let latest { return issuers[latest] }
    }
    return nil
  }

  // MARK: The tree

  private func inTreeOrder() -> [ChainRows.Node] {
    let places = snapshot.places(nodes.map(\.event))
    let inTime = nodes.indices.sorted { places[$0] < places[$1] }
    // The children of each node, in the order of time, one node's behind the other's.
    var ends = [Int](repeating: 0, count: nodes.count + 1)
    for node in nodes { if let parent = node.parent { ends[parent + 1] += 1 } }
    for node in nodes.indices { ends[node + 1] += ends[node] }
    let starts = ends
    var children = [Int](repeating: 0, count: starts[nodes.count])
    for number in inTime {
      guard let parent = nodes[number].parent else { continue }
      children[ends[parent]] = number
      ends[parent] += 1
    }
    var ordered: [ChainRows.Node] = []
    ordered.reserveCapacity(nodes.count)
    var stack: [(node: Int, parent: Int?)] = []
    for number in inTime.reversed() where nodes[number].parent == nil {
      stack.append((number, nil))
    }
    // Of the nodes that have others below them.
    var known: [Int: KnownOrigins] = [:]
    while let (number, parent) = stack.popLast() {
      var node = nodes[number]
      node.parent = parent
      let below = children[starts[number]..<starts[number + 1]]
      let isAlone = parent == nil && below.isEmpty
      let address = isAlone ? nil : fields.address(node.event)
      let agent = isAlone ? nil : fields.agent(node.event)
      if let parent {
        node.hasNewAddress =
          address.map { known[parent]?.addresses.insert($0).inserted ?? false } ?? false
        node.hasNewAgent =
          agent.map { known[parent]?.agents.insert($0).inserted ?? false } ?? false
      }
      let place = ordered.count
      ordered.append(node)
      guard !below.isEmpty else { continue }
      var own = parent.flatMap { known[$0] } ?? KnownOrigins()
      if let address { own.addresses.insert(address) }
      if let agent { own.agents.insert(agent) }
      known[place] = own
      for child in below.reversed() { stack.append((child, place)) }
    }
    return ordered
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    snapshot.place(nodes[left].event) < snapshot.place(nodes[right].event)
  }
}

/// Events of a snapshot: a bit a row, in the segments that have any.
private struct EventSet {
  private let rowCounts: [Int]
  private var words: [[UInt64]]

  init(of snapshot: StoreSnapshot) {
    rowCounts = snapshot.segments.map(\.rowCount)
    words = Array(repeating: [], count: rowCounts.count)
  }

  func contains(_ event: EventReference) -> Bool {
    let own = words[Int(event.segment)]
    return !own.isEmpty && own[Int(event.row >> 6)] >> UInt64(event.row & 63) & 1 == 1
  }

  /// False where it was there already.
  mutating func insert(_ event: EventReference) -> Bool {
    let segment = Int(event.segment)
    if words[segment].isEmpty {
      words[segment] = [UInt64](repeating: 0, count: rowCounts[segment] / 64 + 1)
    }
    let bit = UInt64(1) << UInt64(event.row & 63)
    let isNew = words[segment][Int(event.row >> 6)] & bit == 0
    words[segment][Int(event.row >> 6)] |= bit
    return isNew
  }
}

/// The addresses and agents on the way from the top of a tree to a node, and of what was done with its credentials.
private struct KnownOrigins {
  var addresses: Set<UInt32> = []
  var agents: Set<UInt32> = []
}
