import TrailEngine
import TrailLanguage
import TrailRecord
import Testing

/// `follow` and `backtrace`, against trees that are made by comparing every event with every other.
@Suite struct ChainTests {
  @Test(arguments: 0..<10)
  func treesAgreeWithTryingEverything(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 8_000)
    let engine = QueryEngine()
    var found = 0
    for _ in 0..<25 {
      let store = try StoryStore(&random, hasCredentials: true)
      for _ in 0..<2 {
        let condition = random.pick([
          "name=AssumeRole", "name=CreateAccessKey", "name in (AssumeRole, ConsoleLogin)",
          "name=CreateLoginProfile", "key=K1", "name=GetObject", "not name=AssumeRole",
        ])
        let predicate = try #require(QueryParser.parsePredicate(condition).syntax)
        let naive = NaiveEvaluator(clock: StoryStore.start)
        let starts = store.records.indices.filter { naive.holds(predicate, store.records[$0]) }
        let chains = NaiveChains(records: store.records)
        for (stage, expected) in [
          ("follow", chains.follow(starts)), ("backtrace", chains.backtrace(starts)),
        ] {
          let sentence = "events where \(condition) | \(stage)"
          let syntax = try #require(QueryParser.parse(sentence).syntax)
          let answer = try engine.compile(
            syntax, in: BindingContext(snapshot: store.snapshot, clock: StoryStore.start)
          ).run()
          let actual = Self.lines(answer, store)
          found += expected.count
          if actual != expected {
            let all = store.records.map { String(decoding: JSONWriter.bytes($0), as: UTF8.self) }
            Issue.record(
              "\(sentence)\n\(all.joined(separator: "\n"))\nfound\n  \(actual.joined(separator: "\n  "))\nnaive\n  \(expected.joined(separator: "\n  "))"
            )
            return
          }
        }
      }
    }
    #expect(found > 100, "the sentences must find something")
  }

  private static func lines(_ answer: Answer, _ store: StoryStore) -> [String] {
    guard case .chain(let chain) = answer.content else { return ["no tree"] }
    let order = store.snapshot.segments.indices.flatMap { segment in
      (0..<store.snapshot.segments[segment].rowCount).map {
        EventReference(segment: UInt32(segment), row: UInt32($0))
      }
    }.sorted { left, right in
      let a = store.snapshot.segments[Int(left.segment)]
      let b = store.snapshot.segments[Int(right.segment)]
      return (a.times[Int(left.row)], a.arrivals[Int(left.row)])
        < (b.times[Int(right.row)], b.arrivals[Int(right.row)])
    }
    return chain.nodes.map { node in
      String(repeating: ".", count: node.depth) + "\(order.firstIndex(of: node.event) ?? -1)"
        + (node.hasNewAddress ? " ip" : "") + (node.hasNewAgent ? " agent" : "")
        + (node.isRow ? "" : " start")
    }
  }
}

/// Trees of credentials by comparing every event with every other; events are their numbers in the order of time.
struct NaiveChains {
  private enum Credential: Hashable {
    case key(String)
    case password(String)
    case console(String)
  }

  let records: [JSONValue]

  private func text(_ path: String, _ index: Int) -> String? {
    let text = path.split(separator: ".").reduce(records[index] as JSONValue?) { $0?[String($1)] }?
      .text
    return text?.isEmpty == false ? text : nil
  }

  private func time(_ index: Int) -> Int64 { StoryStore.time(records[index]) ?? .max }
  private func name(_ index: Int) -> String { text("eventName", index) ?? "" }

  private func issued(_ index: Int) -> [Credential] {
    var issued: [Credential] = []
    for path in ["credentials", "accessKey"] {
      if let key = text("responseElements.\(path).accessKeyId", index) { issued.append(.key(key)) }
    }
    if name(index) == "CreateLoginProfile", text("errorCode", index) == nil,
      let user = text("requestParameters.userName", index),
      let account = text("userIdentity.accountId", index)
    {
      issued.append(.password("\(user) of \(account)"))
    }
    if signsIn(index), let principal = text("userIdentity.arn", index) {
      issued.append(.console(principal))
    }
    return issued
  }

  private func signsIn(_ index: Int) -> Bool {
    name(index) == "ConsoleLogin" && text("responseElements.ConsoleLogin", index) == "Success"
  }

  /// What an event was done with, in the order in which it counts; console sessions last twelve hours.
  private func used(_ index: Int) -> [(credential: Credential, lasts: Int64)] {
    var used: [(Credential, Int64)] = []
    if let key = text("userIdentity.accessKeyId", index) { used.append((.key(key), .max)) }
    if text("sessionCredentialFromConsole", index) == "true",
      let principal = text("userIdentity.arn", index)
    {
      used.append((.console(principal), 12 * 3_600_000))
    }
    if signsIn(index), let user = text("userIdentity.userName", index),
      let account = text("userIdentity.accountId", index)
    {
      used.append((.password("\(user) of \(account)"), .max))
    }
    return used
  }

  /// The latest of some events that issued what an event was done with; of one time, the last that arrived.
  private func issuer(of event: Int, among others: some Collection<Int>) -> Int? {
    for (credential, lasts) in used(event) {
      let issuers = others.filter {
        $0 != event && time($0) <= time(event) && issued($0).contains(credential)
          && (lasts == .max || time(event) - time($0) <= lasts)
      }
      if let latest = issuers.max() { return latest }
    }
    return nil
  }

  // MARK: Down

  func follow(_ starts: [Int]) -> [String] {
    var parents: [Int: Int?] = [:]
    for start in starts where !issued(start).isEmpty { parents[start] = .some(nil) }
    while true {
      // A level is found as a whole before it can issue anything.
      let tree = Set(parents.keys)
      var level: [Int: Int] = [:]
      for event in records.indices where !tree.contains(event) {
        if let issuer = issuer(of: event, among: tree) { level[event] = issuer }
      }
      if level.isEmpty { break }
      for (event, issuer) in level { parents[event] = issuer }
    }
    // Each under the latest of the whole tree, those it began with too.
    let finders = parents
    for event in finders.keys { parents[event] = .some(issuer(of: event, among: finders.keys)) }
    partCircles(&parents, finders)
    var lines: [String] = []
    func show(
      _ event: Int, _ depth: Int, _ addresses: inout Set<String>, _ agents: inout Set<String>
    ) {
      var marks = ""
      if let address = text("sourceIPAddress", event), addresses.insert(address).inserted, depth > 0
      {
        marks += " ip"
      }
      if let agent = text("userAgent", event), agents.insert(agent).inserted, depth > 0 {
        marks += " agent"
      }
      lines.append(
        String(repeating: ".", count: depth) + "\(event)\(marks)" + (depth == 0 ? " start" : ""))
      // What is done below one event is no news above it.
      var (ownAddresses, ownAgents) = (addresses, agents)
      for child in parents.keys.filter({ parents[$0] == event }).sorted() {
        show(child, depth + 1, &ownAddresses, &ownAgents)
      }
    }
    for top in parents.keys.filter({ parents[$0] == .some(nil) }).sorted() {
      var (addresses, agents) = (Set<String>(), Set<String>())
      show(top, 0, &addresses, &agents)
    }
    return lines
  }

  /// What is above an event, from the nearest on; ends where it comes around.
  private func above(_ event: Int, _ parents: [Int: Int?]) -> [Int] {
    var above: [Int] = []
    while let next = parents[above.last ?? event] ?? nil, !above.contains(next) {
      above.append(next)
    }
    return above
  }

  /// Of each circle, one stands elsewhere: the first that can stand under an event that is not below the circle, or the
  /// first that the tree begins with; where there is neither, all stand where they were found.
  private func partCircles(_ parents: inout [Int: Int?], _ finders: [Int: Int?]) {
    var settled: Set<Int> = []
    while let first = parents.keys.sorted().first(where: { above($0, parents).contains($0) }) {
      let circle = above(first, parents).sorted()
      let outside = parents.keys.filter { event in
        !circle.contains(event) && !above(event, parents).contains(where: circle.contains)
      }
      if let moved = circle.first(where: {
        !settled.contains($0) && issuer(of: $0, among: outside) != nil
      }) {
        parents[moved] = .some(issuer(of: moved, among: outside))
      } else if let top = circle.first(where: { finders[$0] == .some(nil) }) {
        parents[top] = .some(nil)
      } else {
        for event in circle { parents[event] = finders[event] }
        settled.formUnion(circle)
      }
    }
  }

  // MARK: Up

  func backtrace(_ starts: [Int]) -> [String] {
    var parents: [Int: Int?] = [:]
    var level = starts
    while !level.isEmpty {
      var above: [Int] = []
      for event in level where parents[event] == nil {
        var parent = issuer(of: event, among: records.indices)
        // No event is above itself.
        var up = parent
        while let here = up {
          if here == event { parent = nil }
          up = here == event ? nil : parents[here] ?? nil
        }
        parents[event] = .some(parent)
        if let parent { above.append(parent) }
      }
      level = above
    }
    var lines: [String] = []
    func show(_ event: Int, _ depth: Int) {
      var marks = ""
      if let parent = parents[event] ?? nil {
        if text("sourceIPAddress", event) != text("sourceIPAddress", parent) { marks += " ip" }
        if text("userAgent", event) != text("userAgent", parent) { marks += " agent" }
      }
      lines.append(String(repeating: ".", count: depth) + "\(event)\(marks)")
      for child in parents.keys.filter({ parents[$0] == event }).sorted() { show(child, depth + 1) }
    }
    for top in parents.keys.filter({ parents[$0] == .some(nil) }).sorted() { show(top, 0) }
    return lines
  }
}
