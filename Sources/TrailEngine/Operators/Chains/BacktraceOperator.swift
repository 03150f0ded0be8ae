import TrailRecord

/// Goes from events up to the human or key with which it began: each event below the one that issued its credential.
struct BacktraceOperator {
  private let fields: ChainFields
  private let snapshot: StoreSnapshot
  private let search: ChainSearch
  private let cancellation: Cancellation

  /// - Parameter condition: What events must be to be in the tree; nil for nothing.
  init(
    _ snapshot: StoreSnapshot, _ cancellation: Cancellation, where condition: BoundPredicate? = nil
  ) {
    self.snapshot = snapshot
    self.cancellation = cancellation
    search = ChainSearch(snapshot: snapshot, cancellation: cancellation, condition: condition)
    fields = ChainFields(snapshot)
  }

  /// - Returns: a branch for each event, from the top down; events that share what is above them share the branch.
  func run(from events: [EventReference]) throws -> ChainRows {
    var parents: [EventReference: EventReference?] = [:]
    var level = events
    for _ in 0..<FollowOperator.maximumDepth where !level.isEmpty {
      try cancellation.check()
      level = try climb(level, &parents)
    }
    var children: [EventReference: [EventReference]] = [:]
    var tops: [EventReference] = []
    for event in parents.keys {
      if let parent = parents[event] ?? nil {
        children[parent, default: []].append(event)
      } else {
        tops.append(event)
      }
    }
    return ChainRows(snapshot: snapshot, nodes: nodes(tops, children))
  }

  /// Finds what issued the credentials of some events, and returns the events that were not known.
  private func climb(
    _ level: [EventReference], _ parents: inout [EventReference: EventReference?]
  ) throws -> [EventReference] {
    let fresh = level.filter { parents[$0] == nil }
    let used = fresh.map { fields.used($0) }
    let issuers = try issuers(of: used)
    var above: [EventReference] = []
    for (event, credentials) in zip(fresh, used) where parents[event] == nil {
      let parent = issuer(of: event, with: credentials, among: issuers)
      if let parent, !Self.isAbove(event, parent, parents) {
        parents[event] = .some(parent)
        above.append(parent)
      } else {
        parents[event] = .some(nil)
      }
    }
    return above
  }

  /// The latest event before another that issued the credential with which that was done.
  private func issuer(
    of event: EventReference, with credentials: [Credential],
    among issuers: [Credential: [EventReference]]
  ) -> EventReference? {
    for credential in credentials {
      let own = issuers[credential] ?? []
      let latest = fields.latestIssuer(own.count, of: event, credential) { own[$0] }
      if let latest { return own[latest] }
    }
    return nil
  }

  /// True where `event` is above `other` already: a circle.
  private static func isAbove(
    _ event: EventReference, _ other: EventReference, _ parents: [EventReference: EventReference?]
  ) -> Bool {
    var current: EventReference? = other
    while let here = current {
      if here == event { return true }
      current = parents[here] ?? nil
    }
    return false
  }

  /// The events that issued some credentials.
  private func issuers(of used: [[Credential]]) throws -> [Credential: [EventReference]] {
    let wanted = Set(used.flatMap { $0 })
    var keys: [String] = []
    var names: Set<String> = []
    for credential in wanted {
      switch credential {
      case .key(let key): keys.append(fields.table.text(key))
      case .console: names.formUnion(ChainFields.signInCalls)
      case .password: names.formUnion(ChainFields.passwordCalls)
      }
    }
    let candidates =
      try search.events(ChainFields.newKeyPaths, among: keys)
      + search.events([ChainFields.namePath], among: Array(names))
    var found: [Credential: [EventReference]] = [:]
    for event in candidates {
      for credential in fields.issued(event) where wanted.contains(credential) {
        found[credential, default: []].append(event)
      }
    }
    return found
  }

  private func nodes(
    _ tops: [EventReference], _ children: [EventReference: [EventReference]]
  ) -> [ChainRows.Node] {
    func sorted(_ events: [EventReference]) -> [EventReference] {
      events.sorted { snapshot.place($0) < snapshot.place($1) }
    }
    var nodes: [ChainRows.Node] = []
    var stack: [(event: EventReference, parent: Int?)] = sorted(tops).reversed().map { ($0, nil) }
    while let (event, parent) = stack.popLast() {
      let place = nodes.count
      var node = ChainRows.Node(
        event: event, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0, isRow: true)
      if let parent {
        node.hasNewAddress = fields.address(event) != fields.address(nodes[parent].event)
        node.hasNewAgent = fields.agent(event) != fields.agent(nodes[parent].event)
      }
      nodes.append(node)
      for child in sorted(children[event] ?? []).reversed() { stack.append((child, place)) }
    }
    return nodes
  }
}
