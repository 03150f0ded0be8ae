import TrailRecord

/// Finds everything that was done with the credentials that some events issued, with those that these issued, and so
/// on.
///
/// Goes on level by level: all keys of a level are looked up together. Each event is in the tree once, so that circles
/// end.
struct FollowOperator {
  /// Hops from the first events, at most.
  static let maximumDepth = 1_000

  private let fields: ChainFields
  private let snapshot: StoreSnapshot
  private let cancellation: Cancellation
  private var nodes: [ChainRows.Node] = []
  private var children: [Int: [Int]] = [:]
  private var seen: Set<EventReference> = []
  /// The node that issued each credential, and when; the earliest first.
  private var issuers: [Credential: [(time: Int64, node: Int)]] = [:]

  init(_ snapshot: StoreSnapshot, _ cancellation: Cancellation) {
    self.snapshot = snapshot
    self.cancellation = cancellation
    fields = ChainFields(snapshot)
  }

  /// - Parameter starts: The events to begin with; those that issued nothing are left out.
  mutating func run(from starts: [EventReference]) throws -> ChainRows {
    var level: [Int] = []
    for event in starts where !fields.issued(event).isEmpty {
      if seen.insert(event).inserted { level.append(add(event, under: nil)) }
    }
    // An event to begin with may also have been done with a credential of another one.
    for _ in 0..<Self.maximumDepth where !level.isEmpty {
      try cancellation.check()
      level = try next(after: level)
    }
    return ChainRows(snapshot: snapshot, nodes: inTreeOrder())
  }

  private mutating func add(_ event: EventReference, under parent: Int?) -> Int {
    let node = nodes.count
    let issued = fields.issued(event)
    var key: String?
    for case .key(let id) in issued { key = id }
    nodes.append(
      ChainRows.Node(
        event: event, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0,
        isRow: parent != nil, issuedKey: key))
    if let parent { children[parent, default: []].append(node) }
    for credential in issued {
      issuers[credential, default: []].append((snapshot.time(event), node))
    }
    return node
  }

  /// The events that were done with the credentials of one level.
  private mutating func next(after level: [Int]) throws -> [Int] {
    var keys: Set<String> = []
    var principals: Set<String> = []
    var hasPasswords = false
    for node in level {
      for credential in fields.issued(nodes[node].event) {
        switch credential {
        case .key(let key): keys.insert(key)
        case .console(let principal): principals.insert(principal)
        case .password: hasPasswords = true
        }
      }
    }
    var added: [Int] = []
    for event in try events(ChainFields.keyField, among: keys) {
      guard let key = fields.key(event) else { continue }
      take(event, with: .key(key), lasting: nil, into: &added)
    }
    for event in try events(ChainFields.principalField, among: principals) {
      guard let principal = fields.principal(event), fields.isFromConsole(event) else { continue }
      take(
        event, with: .console(principal: principal), lasting: ChainFields.consoleSession,
        into: &added)
    }
    if hasPasswords {
      for event in try events(ChainFields.nameField, among: ["ConsoleLogin"]) {
        guard let password = fields.signedIn(event) else { continue }
        take(event, with: password, lasting: nil, into: &added)
      }
    }
    return added
  }

  /// Puts an event under the latest event before it that issued its credential.
  private mutating func take(
    _ event: EventReference, with credential: Credential, lasting length: Int64?,
    into added: inout [Int]
  ) {
    let time = snapshot.time(event)
    guard let issuers = issuers[credential],
      let issuer = issuers.filter({ $0.time <= time && nodes[$0.node].event != event })
        .max(by: { $0.time < $1.time }),
      length.map({ time - issuer.time <= $0 }) ?? true, seen.insert(event).inserted
    else { return }
    added.append(add(event, under: issuer.node))
  }

  private func events(
    _ field: BoundField, among values: Set<String>
  ) throws -> [EventReference] {
    try ChainSearch(snapshot: snapshot, cancellation: cancellation).events(field, among: values)
  }

  // MARK: The tree

  private func inTreeOrder() -> [ChainRows.Node] {
    var ordered: [ChainRows.Node] = []
    ordered.reserveCapacity(nodes.count)
    var stack: [(node: Int, parent: Int?)] = nodes.indices.filter { nodes[$0].parent == nil }
      .reversed().map { ($0, nil) }
    var known: [KnownOrigins] = []
    while let (number, parent) = stack.popLast() {
      var node = nodes[number]
      node.parent = parent
      let (address, agent) = (fields.address(node.event), fields.agent(node.event))
      if let parent {
        (node.hasNewAddress, node.hasNewAgent) = known[parent].add(address, agent)
      }
      let place = ordered.count
      ordered.append(node)
      let below = children[number] ?? []
      var own = KnownOrigins()
      if !below.isEmpty {
        own = parent.map { known[$0] } ?? own
        _ = own.add(address, agent)
      }
      known.append(own)
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
  private var addresses: Set<String> = []
  private var agents: Set<String> = []

  /// Adds an event's, and says what is new.
  mutating func add(_ address: String?, _ agent: String?) -> (address: Bool, agent: Bool) {
    (
      address.map { addresses.insert($0).inserted } ?? false,
      agent.map { agents.insert($0).inserted } ?? false
    )
  }
}
