internal import TrailRecord

/// What is wrong with the text of a profile, and where in it.
package struct TrafficProfileProblem: Error, Hashable, Sendable {
  /// Such as `actors.alice.does`.
  package var place: String
  package var message: String
}

extension TrafficProfile {
  /// Reads a profile. Its form is shown by the profiles that come with the program.
  package init(json text: String) throws(TrafficProfileProblem) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONParser.parse(text)
    } catch {
      throw TrafficProfileProblem(
        place: "byte \(error.offset)", message: error.reason.rawValue)
    }
    let node = ProfileNode(value, at: "profile")
    name = try node.text("name")
    summary = try node.text("summary")
    regions = try Self.regions(node.optional("regions"))
    rhythms = try node.objects("rhythms") { _, node throws(TrafficProfileProblem) in
      try TrafficRhythm(node)
    }
    pools = try node.objects("pools") { _, node throws(TrafficProfileProblem) in try node.texts() }
    furniture = try node.list("furniture") { node throws(TrafficProfileProblem) in
      try TrafficStep(node)
    }
    let listed = try node.members("activities")
    var activities: [TrafficActivity] = []
    for (name, node) in listed {
      activities.append(
        TrafficActivity(
          name: name,
          steps: try node.list { node throws(TrafficProfileProblem) in try TrafficStep(node) }))
    }
    self.activities = activities
    let numbers = Dictionary(
      activities.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let agents = try node.objects("agents") { _, node throws(TrafficProfileProblem) in
      try node.text()
    }
    var actors: [TrafficActor] = []
    for (name, node) in try node.members("actors") {
      var actor = try TrafficActor(name, node, activities: numbers, regions: regions)
      // Long texts stand once, under a name.
      actor.agents = actor.agents.map { agents[$0] ?? $0 }
      actors.append(actor)
    }
    self.actors = actors
    for actor in actors where actor.rhythm != Self.flat && rhythms[actor.rhythm] == nil {
      throw TrafficProfileProblem(
        place: "actors.\(actor.name)", message: "there is no rhythm `\(actor.rhythm)`")
    }
  }

  /// The rhythm that every profile has.
  static let flat = "flat"

  fileprivate static func regions(
    _ node: ProfileNode?
  ) throws(TrafficProfileProblem) -> [WeightedRegion] {
    guard let node else { return [WeightedRegion(name: homeRegion, weight: 1)] }
    var regions: [WeightedRegion] = []
    for (name, node) in try node.members() {
      regions.append(WeightedRegion(name: name, weight: try node.number()))
    }
    return regions
  }

  /// What stands for the Region that is asked for.
  static let homeRegion: RegionName = "home"
}

extension TrafficRhythm {
  fileprivate init(_ node: ProfileNode) throws(TrafficProfileProblem) {
    let hours = try node.numbers("hours", count: Self.hoursPerDay)
    let days = try node.numbers("days", count: Self.daysPerWeek)
    self.init(hours: hours, days: days, noise: try node.optional("noise")?.number() ?? 0.1)
  }
}

extension TrafficActor {
  fileprivate init(
    _ name: String, _ node: ProfileNode, activities: [String: Int],
    regions: [TrafficProfile.WeightedRegion]
  ) throws(TrafficProfileProblem) {
    let given = try node.optional("regions")
    self.init(
      name: name, caller: try CallerKind(node.text("as"), at: node.place),
      timing: try Timing(node), rhythm: try node.optional("rhythm")?.text() ?? TrafficProfile.flat,
      usesMFA: node.flag("mfa"), isFromConsole: node.flag("console"),
      invokedBy: try node.optional("via")?.text(),
      assumedBy: try node.optional("assumedBy")?.text(),
      addresses: try node.optional("from")?.texts() ?? [],
      agents: try node.optional("agents")?.texts() ?? [],
      regions: given == nil ? regions : try TrafficProfile.regions(given),
      does: try Self.activities(node, activities))
  }

  private static func activities(
    _ node: ProfileNode, _ known: [String: Int]
  ) throws(TrafficProfileProblem) -> [(activity: Int, weight: Double)] {
    var does: [(activity: Int, weight: Double)] = []
    for (name, weight) in try node.members("does") {
      guard let activity = known[name] else {
        throw weight.problem("there is no activity of this name")
      }
      does.append((activity, try weight.number()))
    }
    return does
  }
}

extension TrafficActor.CallerKind {
  /// `root`, `user NAME`, `role NAME/SESSION`, or `service NAME`.
  init(_ text: String, at place: String) throws(TrafficProfileProblem) {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    switch (words.first, words.count) {
    case ("root", 1): self = .root
    case ("user", 2): self = .user(words[1])
    case ("service", 2): self = .service(words[1])
    case ("role", 2):
      let parts = words[1].split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw TrafficProfileProblem(place: place, message: "a role needs a session: ROLE/SESSION")
      }
      self = .role(parts[0], session: parts[1])
    default:
      throw TrafficProfileProblem(
        place: place,
        message: "`\(text)` is no caller: root, user NAME, role NAME/SESSION, service NAME")
    }
  }
}

extension TrafficActor.Timing {
  private static let minutesPerHour = 60
  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  fileprivate init(_ node: ProfileNode) throws(TrafficProfileProblem) {
    if let share = try node.optional("share") {
      self = .share(try share.number())
    } else if let sessions = try node.optional("sessions") {
      self = .sessions(try sessions.number())
    } else if let time = try node.optional("at") {
      var minutes: [Int] = []
      for text in try time.texts() { minutes += try Self.minutes(text, time) }
      var days = Set(0..<TrafficRhythm.daysPerWeek)
      if let names = try node.optional("on") {
        days = []
        for name in try names.texts() {
          guard let day = Self.weekdays.firstIndex(of: name) else {
            throw names.problem("days are \(Self.weekdays.joined(separator: ", "))")
          }
          days.insert(day)
        }
      }
      self = .daily(minutes: minutes.sorted(), days: days)
    } else {
      throw node.problem("needs `share`, `sessions` or `at`")
    }
  }

  /// `HH:MM`, or `*:MM` for every hour.
  private static func minutes(
    _ text: String, _ node: ProfileNode
  ) throws(TrafficProfileProblem) -> [Int] {
    let parts = text.split(separator: ":").map(String.init)
    guard parts.count == 2, let minute = Int(parts[1]), (0..<minutesPerHour).contains(minute),
      parts[0] == "*" || (0..<TrafficRhythm.hoursPerDay).contains(Int(parts[0]) ?? -1)
    else { throw node.problem("a time of day is HH:MM, or *:MM for every hour") }
    let hours = Int(parts[0]).map { $0..<$0 + 1 } ?? 0..<TrafficRhythm.hoursPerDay
    return hours.map { $0 * minutesPerHour + minute }
  }
}

extension TrafficStep {
  fileprivate init(_ node: ProfileNode) throws(TrafficProfileProblem) {
    let parts = try node.text("call").split(separator: ":").map(String.init)
    guard parts.count == 2 else { throw node.problem("a call is SERVICE:Operation") }
    self.init(
      service: parts[0], operation: parts[1],
      parameters: node.value["with"]?.members ?? [])
    if let times = try node.optional("times") {
      let range = try times.range()
      self.times = Int(range.lowerBound)...Int(range.upperBound)
    }
    each = try node.optional("each")?.text()
    if let gap = try node.optional("gap") { self.gap = try gap.range() }
    chance = try node.optional("chance")?.number() ?? 1
    region = try node.optional("in")?.text()
    if let who = try node.optional("as") {
      caller = try TrafficActor.CallerKind(who.text(), at: who.place)
    }
    for (code, node) in try node.optional("fails")?.members() ?? [] {
      if case .number = node.value {
        failures.append(Failure(code: code, message: nil, share: try node.number()))
      } else {
        failures.append(
          Failure(
            code: code, message: try node.text("message"),
            share: try node.member("share").number()))
      }
    }
    for (pool, node) in try node.optional("gains")?.members() ?? [] {
      let text = try node.text()
      gains.append(
        Gain(
          pool: pool,
          path: text.split(separator: text.hasPrefix("=") ? "=" : ".").map(String.init),
          isParameter: text.hasPrefix("=")))
    }
  }
}

/// A value of a profile's text, and where it stands.
private struct ProfileNode {
  let value: JSONValue
  let place: String

  init(_ value: JSONValue, at place: String) {
    self.value = value
    self.place = place
  }

  func problem(_ message: String) -> TrafficProfileProblem {
    TrafficProfileProblem(place: place, message: message)
  }

  func optional(_ name: String) throws(TrafficProfileProblem) -> ProfileNode? {
    value[name].map { ProfileNode($0, at: "\(place).\(name)") }
  }

  func member(_ name: String) throws(TrafficProfileProblem) -> ProfileNode {
    guard let found = try optional(name) else { throw problem("needs `\(name)`") }
    return found
  }

  func text() throws(TrafficProfileProblem) -> String {
    guard let text = value.text else { throw problem("must be a text") }
    return text
  }

  func text(_ name: String) throws(TrafficProfileProblem) -> String { try member(name).text() }

  func number() throws(TrafficProfileProblem) -> Double {
    guard case .number(let text) = value, let number = Double(text), number >= 0 else {
      throw problem("must be a number that is not negative")
    }
    return number
  }

  func flag(_ name: String) -> Bool { value[name]?.boolean ?? false }

  /// A text, or several.
  func texts() throws(TrafficProfileProblem) -> [String] {
    let texts = value.texts
    guard !texts.isEmpty else { throw problem("must be a text or a list of texts") }
    return texts
  }

  func numbers(_ name: String, count: Int) throws(TrafficProfileProblem) -> [Double] {
    let node = try member(name)
    let numbers = try node.list { node throws(TrafficProfileProblem) in try node.number() }
    guard numbers.count == count, numbers.contains(where: { $0 > 0 }) else {
      throw node.problem("must be \(count) numbers")
    }
    return numbers
  }

  /// A number, or the least and the most.
  func range() throws(TrafficProfileProblem) -> ClosedRange<Double> {
    if case .number = value {
      let number = try self.number()
      return number...number
    }
    let bounds = try list { node throws(TrafficProfileProblem) in try node.number() }
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      throw problem("must be a number, or the least and the most")
    }
    return bounds[0]...bounds[1]
  }

  func members() throws(TrafficProfileProblem) -> [(String, ProfileNode)] {
    guard let members = value.members else { throw problem("must be an object") }
    return members.map {
      ($0.nameText, ProfileNode($0.value, at: "\(place).\($0.nameText)"))
    }
  }

  func members(_ name: String) throws(TrafficProfileProblem) -> [(String, ProfileNode)] {
    try member(name).members()
  }

  func objects<Element>(
    _ name: String, _ read: (String, ProfileNode) throws(TrafficProfileProblem) -> Element
  ) throws(TrafficProfileProblem) -> [String: Element] {
    var objects: [String: Element] = [:]
    for (name, node) in try optional(name)?.members() ?? [] {
      objects[name] = try read(name, node)
    }
    return objects
  }

  func list<Element>(
    _ read: (ProfileNode) throws(TrafficProfileProblem) -> Element
  ) throws(TrafficProfileProblem) -> [Element] {
    guard let elements = value.elements else { throw problem("must be a list") }
    var list: [Element] = []
    for (index, element) in elements.enumerated() {
      list.append(try read(ProfileNode(element, at: "\(place).\(index)")))
    }
    return list
  }

  func list<Element>(
    _ name: String, _ read: (ProfileNode) throws(TrafficProfileProblem) -> Element
  ) throws(TrafficProfileProblem) -> [Element] {
    try optional(name)?.list(read) ?? []
  }
}
