import TrailRecord

/// Goes from events up to the human or key with which it began: each event below the one that issued its credential.
struct BacktraceOperator {
  private let fields: ChainFields
  private let snapshot: StoreSnapshot
  private let cancellation: Cancellation

  init(_ snapshot: StoreSnapshot, _ cancellation: Cancellation) {
    self.snapshot = snapshot
    self.cancellation = cancellation
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
    let known = Set(parents.keys)
    let fresh = level.filter { !known.contains($0) }
    let keys = Set(fresh.compactMap { fields.key($0) })
    let issuers = try issuers(of: keys)
    let signIns = try signIns(
      of: Set(fresh.filter(fields.isFromConsole).compactMap(fields.principal)))
    let passwords = try passwords(of: fresh)
    var above: [EventReference] = []
    for event in fresh {
      let place = snapshot.place(event)
      var candidates = fields.key(event).flatMap { issuers[$0] } ?? []
      if candidates.isEmpty, fields.isFromConsole(event), let principal = fields.principal(event) {
        candidates = (signIns[principal] ?? []).filter {
          place.time - snapshot.time($0) <= ChainFields.consoleSession
        }
      }
      if candidates.isEmpty, let password = fields.signedIn(event) {
        candidates = passwords[password] ?? []
      }
      let parent = candidates.filter { $0 != event && snapshot.place($0).time <= place.time }
        .max { snapshot.place($0) < snapshot.place($1) }
      parents[event] = .some(parent)
      if let parent, !Self.isAbove(event, parent, parents) {
        above.append(parent)
      } else if parent != nil {
        parents[event] = .some(nil)
      }
    }
    return above
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

  private func issuers(of keys: Set<String>) throws -> [String: [EventReference]] {
    var found: [String: [EventReference]] = [:]
    for event in try events(ChainFields.newKeyField, among: keys) {
      for case .key(let key) in fields.issued(event) { found[key, default: []].append(event) }
    }
    return found
  }

  private func signIns(of principals: Set<String>) throws -> [String: [EventReference]] {
    guard !principals.isEmpty else { return [:] }
    var found: [String: [EventReference]] = [:]
    for event in try events(ChainFields.nameField, among: ["ConsoleLogin", "SwitchRole"]) {
      for case .console(let principal) in fields.issued(event)
      where principals.contains(principal) {
        found[principal, default: []].append(event)
      }
    }
    return found
  }

  private func passwords(of events: [EventReference]) throws -> [Credential: [EventReference]] {
    guard events.contains(where: { fields.signedIn($0) != nil }) else { return [:] }
    var found: [Credential: [EventReference]] = [:]
    for event in try self.events(
      ChainFields.nameField, among: ["CreateLoginProfile", "UpdateLoginProfile"])
    {
      for credential in fields.issued(event) { found[credential, default: []].append(event) }
    }
    return found
  }

  private func events(
    _ field: BoundField, among values: Set<String>
  ) throws -> [EventReference] {
    try ChainSearch(snapshot: snapshot, cancellation: cancellation).events(field, among: values)
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
      var key: String?
      for case .key(let id) in fields.issued(event) { key = id }
      let place = nodes.count
      var node = ChainRows.Node(
        event: event, parent: parent, depth: parent.map { nodes[$0].depth + 1 } ?? 0, isRow: true,
        issuedKey: key)
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
