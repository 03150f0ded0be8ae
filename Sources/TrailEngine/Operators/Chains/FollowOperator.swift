import TrailRecord

/// Finds everything that was done with the credentials that some events issued, with those that these issued, and so
/// on.
///
/// Goes on level by level: all credentials of a level are looked up together. Each event is in the tree once, under the
/// latest call of the tree that issued its credential, so that circles end. An event to begin with is no exception: it
/// is at the top only where nothing in the tree issued what it was done with.
struct FollowOperator {
  /// Hops from the first events, at most.
  static let maximumDepth = 1_000

  private let fields: ChainFields
  private let snapshot: StoreSnapshot
  private let search: ChainSearch
  private let cancellation: Cancellation
  private var nodes: [Node] = []
  private var seen: EventSet
  /// The nodes of events, as far as any was looked for: few events are met again.
  private var numbers: [EventReference: Int] = [:]
  /// The nodes that issued each credential with which anything may have been done, in the order of time.
  private var issuers: [Credential: [Int]] = [:]

  private struct Node {
    let event: EventReference
    /// The node that issued what it was done with, the latest that is known; nil at the top.
    var issuer: Int?
    /// The node from which it was reached first; nil for events to begin with.
    let finder: Int?
  }

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
        nodes.append(Node(event: event, issuer: nil, finder: nil))
      } else {
        level.removeLast(node: nodes.count)
      }
    }
    for _ in 0..<Self.maximumDepth where !level.isEmpty {
      try cancellation.check()
      level = try next(after: level)
    }
    partCircles()
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
    for event in candidates {
      guard let issuer = issuer(of: event) else { continue }
      if seen.insert(event) {
        _ = found.add(event, asNode: nodes.count, fields)
        nodes.append(Node(event: event, issuer: issuer, finder: issuer))
      } else if let node = node(of: event) {
        // One to begin with, or one whose credential was issued again by what this level holds.
        nodes[node].issuer = issuer
      }
    }
    return found
  }

  private mutating func node(of event: EventReference) -> Int? {
    for node in numbers.count..<nodes.count { numbers[nodes[node].event] = node }
    return numbers[event]
  }

  private mutating func addIssuer(_ node: Int, of credential: Credential) {
    var own = issuers.removeValue(forKey: credential) ?? []
    own.append(node)
    if own.count > 1, precedes(node, own[own.count - 2]) { own.sort(by: precedes) }
    issuers[credential] = own
  }

  /// The latest wanted node before an event that issued the credential with which it was done.
  private func issuer(
    of event: EventReference, where isWanted: (Int) -> Bool = { _ in true }
  ) -> Int? {
    for credential in fields.used(event) {
      guard let issuers = issuers[credential] else { continue }
      var count = issuers.count
      while let latest = fields.latestIssuer(
        count, of: event, credential, { nodes[issuers[$0]].event })
      {
        if isWanted(issuers[latest]) { return issuers[latest] }
        count = latest
      }
    }
    return nil
  }

  // MARK: Circles

  /// Parts circles of calls that stand under one another. All calls of a circle have the same time, because none stands
  /// under a later one.
  private mutating func partCircles() {
    // In a circle, some call stands under one that was found after it.
    var suspects = nodes.indices.filter { node in
      nodes[node].issuer.map { $0 > node && isOfOneTime($0, node) } ?? false
    }
    guard !suspects.isEmpty else { return }
    var isClear = [Bool](repeating: false, count: nodes.count)
    var isSettled: Set<Int> = []
    while let suspect = suspects.popLast() {
      while let circle = circle(above: suspect, &isClear) {
        part(circle, &isSettled)
        suspects += circle
      }
    }
  }

  /// The circle that the issuers above a node end in; nil where they end at a top.
  ///
  /// - Parameter isClear: whether that is known to be a top, of each node.
  private func circle(above node: Int, _ isClear: inout [Bool]) -> [Int]? {
    var path: [Int] = []
    var places: [Int: Int] = [:]
    var next: Int? = node
    while let here = next, !isClear[here] {
      if let start = places.updateValue(path.count, forKey: here) { return Array(path[start...]) }
      path.append(here)
      next = nodes[here].issuer.flatMap { isOfOneTime($0, here) ? $0 : nil }
    }
    for step in path { isClear[step] = true }
    return nil
  }

  /// Puts the first call of a circle that can stand under a call outside of it there, and where none can, the first
  /// that was there to begin with at the top.
  ///
  /// - Parameter isSettled: the nodes that stay where they were found.
  private mutating func part(_ circle: [Int], _ isSettled: inout Set<Int>) {
    let members = circle.sorted(by: precedes)
    let isMember = Set(circle)
    for member in members where !isSettled.contains(member) {
      let other = issuer(of: nodes[member].event) { !isBelow($0, isMember) }
      guard let other else { continue }
      nodes[member].issuer = other
      return
    }
    if let start = members.first(where: { nodes[$0].finder == nil }) {
      nodes[start].issuer = nil
      return
    }
    // The way on which these were found leads to an event to begin with, which stands below them.
    for member in members {
      nodes[member].issuer = nodes[member].finder
      isSettled.insert(member)
    }
  }

  /// Whether a node is in a circle or below it.
  private func isBelow(_ node: Int, _ circle: Set<Int>) -> Bool {
    var seen: Set<Int> = []
    var next: Int? = node
    while let here = next, seen.insert(here).inserted {
      if circle.contains(here) { return true }
      next = nodes[here].issuer
    }
    return false
  }

  private func isOfOneTime(_ left: Int, _ right: Int) -> Bool {
    snapshot.time(nodes[left].event) == snapshot.time(nodes[right].event)
  }

  // MARK: The tree

  private func inTreeOrder() -> [ChainRows.Node] {
    let places = snapshot.places(nodes.map(\.event))
    let inTime = nodes.indices.sorted { places[$0] < places[$1] }
    // The children of each node, in the order of time, one node's behind the other's.
    var ends = [Int](repeating: 0, count: nodes.count + 1)
    for node in nodes { if let issuer = node.issuer { ends[issuer + 1] += 1 } }
    for node in nodes.indices { ends[node + 1] += ends[node] }
    let starts = ends
    var children = [Int](repeating: 0, count: starts[nodes.count])
    for number in inTime {
      guard let issuer = nodes[number].issuer else { continue }
      children[ends[issuer]] = number
      ends[issuer] += 1
    }
    var ordered: [ChainRows.Node] = []
    ordered.reserveCapacity(nodes.count)
    var stack: [(node: Int, parent: Int?)] = []
    for number in inTime.reversed() where nodes[number].issuer == nil {
      stack.append((number, nil))
    }
    // Of the nodes that have others below them.
    var known: [Int: KnownOrigins] = [:]
    while let (number, parent) = stack.popLast() {
      var node = ChainRows.Node(
        event: nodes[number].event, parent: parent,
        depth: parent.map { ordered[$0].depth + 1 } ?? 0, isRow: parent != nil)
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
