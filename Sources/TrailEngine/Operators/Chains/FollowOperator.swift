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
  private var children: [[Int]] = []
  private var issued: [[Credential]] = []
  private var seen: Set<EventReference> = []
  /// The nodes that issued each credential, in the order of time.
  private var issuers: [Credential: [Int]] = [:]

  /// - Parameter condition: What events must be to be in the tree; nil for nothing.
  init(
    _ snapshot: StoreSnapshot, _ cancellation: Cancellation, where condition: BoundPredicate? = nil
  ) {
    self.snapshot = snapshot
    self.cancellation = cancellation
    search = ChainSearch(snapshot: snapshot, cancellation: cancellation, condition: condition)
    fields = ChainFields(snapshot)
  }

  /// - Parameter starts: The events to begin with; those that issued nothing are left out.
  mutating func run(from starts: [EventReference]) throws -> ChainRows {
    var level: [Int] = []
    for event in starts {
      let issued = fields.issued(event)
      if !issued.isEmpty, seen.insert(event).inserted {
        level.append(add(event, issued, under: nil))
      }
    }
    // An event to begin with may also have been done with a credential of another one.
    for _ in 0..<Self.maximumDepth where !level.isEmpty {
      try cancellation.check()
      level = try next(after: level)
    }
    return ChainRows(snapshot: snapshot, nodes: inTreeOrder())
  }

  private mutating func add(
    _ event: EventReference, _ issued: [Credential], under parent: Int?
  ) -> Int {
    let node = nodes.count
    nodes.append(
      ChainRows.Node(
        event: event, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0,
        isRow: parent != nil, issuedKey: fields.issuedKey(issued)))
    children.append([])
    self.issued.append(issued)
    if let parent { children[parent].append(node) }
    for credential in issued {
      var own = issuers.removeValue(forKey: credential) ?? []
      own.append(node)
      if own.count > 1, precedes(node, own[own.count - 2]) { own.sort(by: precedes) }
      issuers[credential] = own
    }
    return node
  }

  /// The events that were done with the credentials of one level.
  private mutating func next(after level: [Int]) throws -> [Int] {
    var keys: Set<UInt32> = []
    var principals: Set<UInt32> = []
    var hasPasswords = false
    for node in level {
      for credential in issued[node] {
        switch credential {
        case .key(let key): keys.insert(key)
        case .console(let principal): principals.insert(principal)
        case .password: hasPasswords = true
        }
      }
    }
    func texts(_ numbers: Set<UInt32>) -> [String] { numbers.map { fields.table.text($0) } }
    var candidates = try search.events([ChainFields.keyPath], among: texts(keys))
    candidates += try search.events([ChainFields.principalPath], among: texts(principals))
    if hasPasswords {
      candidates += try search.events([ChainFields.namePath], among: ["ConsoleLogin"])
    }
    // A level is found as a whole before it can issue anything.
    var found: [(event: EventReference, issuer: Int)] = []
    for event in candidates where !seen.contains(event) {
      if let issuer = issuer(of: event) {
        found.append((event, issuer))
        seen.insert(event)
      }
    }
    return found.map { add($0.event, fields.issued($0.event), under: $0.issuer) }
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
    var ordered: [ChainRows.Node] = []
    ordered.reserveCapacity(nodes.count)
    var stack: [(node: Int, parent: Int?)] = nodes.indices.filter { nodes[$0].parent == nil }
      .sorted(by: precedes).reversed().map { ($0, nil) }
    // Of the nodes that have others below them.
    var known: [Int: KnownOrigins] = [:]
    while let (number, parent) = stack.popLast() {
      var node = nodes[number]
      node.parent = parent
      let below = children[number]
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
      for child in below.sorted(by: precedes).reversed() { stack.append((child, place)) }
    }
    return ordered
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    snapshot.place(nodes[left].event) < snapshot.place(nodes[right].event)
  }
}

/// The addresses and agents on the way from the top of a tree to a node, and of what was done with its credentials.
private struct KnownOrigins {
  var addresses: Set<UInt32> = []
  var agents: Set<UInt32> = []
}
