internal import TrailCloud
internal import TrailEngine
internal import TrailText

/// `traffic`: believable background in the simulated world.
enum TrafficCommand {
  /// Calls a minute where nobody says how many.
  static let usualRate = 20.0
  static let usualProfile = "shop"

  static let traffic = Command(
    "traffic",
    forms: [
      "traffic DURATION [at N/min] [profile PROFILE] [in REGION] [seed N] [without ACTOR]",
      "traffic start [PROFILE] [at N/min] [in REGION] [seed N] [without ACTOR]",
      "traffic stop [PROFILE]", "traffic", "traffic profiles", "traffic actors [PROFILE]",
    ],
    summary: "makes the calls that go on in an account all the time: people, pipelines, services",
    detail: [
      "`traffic 7d` makes a week of it from now on, and lets the clock go there, with every delivery, digest and alarm"
        + " on the way. `traffic start` begins traffic that goes on whenever the clock is moved, until `traffic stop`.",
      "Profiles: " + TrafficProfiles.names.joined(separator: ", ")
        + ". Without one it is \(usualProfile), at \(Int(usualRate)) calls a minute. N is the mean of a week:"
        + " nights are quieter than days, Sundays differ from Mondays, and no day is quite like another.",
      "Users, roles, buckets, functions and instances of a profile are made when it first begins, as if they had always"
        + " been there: no event tells of it. From then on they are like all others, and what is deleted is missed by"
        + " those who used it.",
      "The same script gives the same traffic; `seed N` gives another. `without \"nightly backup\"` leaves out one of"
        + " those who call (`traffic actors` lists them). Ctrl-C stops between two calls; what was made by then stays.",
    ],
    examples: [
      "traffic 2h; events | top 10 name",
      "traffic 1h at 30/min profile lake; calls where category=Data | top 5 bucket",
      "traffic start batch at 10/min; advance 2h; traffic stop",
    ],
    candidates: { candidates($0) }
  ) { invocation in
    try run(invocation)
  }

  private static func run(_ invocation: Invocation) throws {
    var reader = invocation.reader()
    if reader.isAtEnd { return try showStatus(invocation) }
    if let word = try reader.take("start", "stop", "profiles", "actors") {
      switch word.text {
      case "start": try start(&reader, invocation)
      case "stop": try stop(&reader, invocation)
      case "actors": try listActors(&reader, invocation)
      default:
        try reader.finish()
        try listProfiles(invocation)
      }
      return
    }
    let length = try reader.peek()
    let span = try reader.duration("the length of time, such as 7d")
    let options = try TrafficOptions.read(&reader, invocation, takesName: false)
    try check(span, options.request.rate, at: length?.range)
    try TrafficRun(span: span, options: options, invocation: invocation).run()
  }

  /// Calls that one statement makes at most, as far as can be expected: their events take some gigabytes of memory.
  static let mostCalls = 20_000_000

  /// Refuses what could not be kept in memory, before anything is done.
  static func check(_ span: Int64, _ rate: Double, at range: SourceRange?) throws {
    let calls = rate * Double(span) / 60_000
    guard calls > Double(mostCalls) else { return }
    let about = calls < 1e15 ? NumberText.grouped(Int(calls)) : "far too many"
    let longest = Int64(Double(mostCalls) / rate * 60_000)
    throw Diagnostics(
      Diagnostic(
        "too-much-traffic",
        "that would be about \(about) calls; one statement makes \(NumberText.grouped(mostCalls)) at most",
        at: range,
        notes: [
          "at \(self.rate(rate)), traffic of \(ReadableDuration.readable(longest)) is possible; `at N/min` makes fewer"
            + " calls, and `advance` moves the clock without any"
        ]))
  }

  // MARK: Traffic that goes on

  private static func start(_ reader: inout ArgumentReader, _ invocation: Invocation) throws {
    let options = try TrafficOptions.read(&reader, invocation, takesName: true)
    let cloud = invocation.cloud
    if let running = cloud.runningTraffic.first(where: {
      $0.profile == options.request.profile.name
        && $0.region == options.request.region ?? cloud.world.region
    }) {
      throw Diagnostics(
        Diagnostic(
          "traffic-runs", "traffic of \(running.profile) is running in \(running.region) already",
          at: options.place, notes: ["traffic stop \(running.profile)"]))
    }
    do {
      try cloud.startTraffic(options.request)
    } catch {
      throw Diagnostics(error, at: options.regionPlace ?? options.place)
    }
    invocation.session.note(
      "traffic of \(options.request.profile.name) begins: \(rate(options.request.rate)); it goes on as the"
        + " clock moves (`advance 1h`)", to: invocation.output)
  }

  private static func stop(_ reader: inout ArgumentReader, _ invocation: Invocation) throws {
    let name = try reader.next()
    try reader.finish()
    let running = invocation.session.cloudIfBegun?.runningTraffic ?? []
    if let name, !running.contains(where: { $0.profile == name.text }) {
      let near = NearestNames.find(name.text, in: running.map(\.profile))
      throw Diagnostics(
        Diagnostic(
          "no-traffic", "no traffic of `\(name.text)` is running", at: name.range,
          label: near.first.map { "did you mean `\($0)`?" },
          notes: running.isEmpty
            ? ["traffic start \(TrafficProfiles.names.joined(separator: "|"))"]
            : ["running: " + running.map(\.profile).joined(separator: ", ")]))
    }
    guard !running.isEmpty else {
      return invocation.session.note("no traffic is running", to: invocation.output)
    }
    for ended in invocation.cloud.stopTraffic(name?.text) {
      invocation.session.note(
        "traffic of \(ended.profile) ends: " + summary(of: ended.report).joined(separator: " · "),
        to: invocation.output)
    }
  }

  private static func showStatus(_ invocation: Invocation) throws {
    let rows = (invocation.session.cloudIfBegun?.runningTraffic ?? []).map { traffic in
      [
        Cell.text(traffic.profile), Cell.text(rate(traffic.rate)), Cell.text(traffic.region),
        Cell.time(traffic.since), Cell.number(String(traffic.report.calls)),
        Cell.number(String(traffic.report.refused)),
      ]
    }
    try invocation.showTable(
      [
        (name: "profile", kind: .text), (name: "rate", kind: .text), (name: "region", kind: .text),
        (name: "since", kind: .time), (name: "calls", kind: .number),
        (name: "refused", kind: .number),
      ], rows: rows,
      empty:
        "no traffic is running (`traffic 7d` makes a week of it, `traffic start` lets it go on)")
  }

  // MARK: Lists

  private static func listProfiles(_ invocation: Invocation) throws {
    let rows = TrafficProfiles.names.compactMap { TrafficProfiles.named($0) }.map { profile in
      [Cell.text(profile.name), Cell.text(profile.summary)]
    }
    try invocation.showTable(
      [(name: "profile", kind: .text), (name: "what it is", kind: .text)], rows: rows,
      empty: "there is no profile")
  }

  private static func listActors(
    _ reader: inout ArgumentReader, _ invocation: Invocation
  ) throws {
    let name = try reader.next()
    try reader.finish()
    let profile = try TrafficOptions.profile(name, invocation)
    let rows = profile.actors.map { actor in
      [
        Cell.text(actor.name), Cell.text(actor.caller.text), Cell.text(actor.timing.text),
      ]
    }
    try invocation.showTable(
      [
        (name: "actor", kind: .text), (name: "calls as", kind: .text),
        (name: "how often", kind: .text),
      ], rows: rows, empty: "nobody calls")
  }

  // MARK: Words

  /// `20 calls a minute`
  static func rate(_ rate: Double) -> String {
    let text = rate == rate.rounded() ? NumberText.grouped(Int(rate)) : NumberText.oneDecimal(rate)
    return "\(text) \(rate == 1 ? "call" : "calls") a minute"
  }

  /// What traffic did, in parts of a line.
  static func summary(of report: TrafficReport) -> [String] {
    guard report.calls > 0 else { return ["no calls"] }
    func share(_ count: Int) -> String {
      NumberText.oneDecimal(100 * Double(count) / Double(report.calls)) + " %"
    }
    var parts = [
      NumberText.counted(report.calls, "call"), NumberText.counted(report.principals, "principal"),
      "\(share(report.writes)) write",
    ]
    if report.dataEvents > 0 { parts.append("\(share(report.dataEvents)) data events") }
    if report.refused > 0 { parts.append("\(share(report.refused)) refused") }
    if report.impossible > 0 {
      parts.append(
        "\(NumberText.grouped(report.impossible)) not made: who or what they need is gone")
    }
    return parts
  }

  private static func candidates(_ site: ArgumentSite) -> [Completion.Candidate] {
    func words(_ words: [String]) -> [Completion.Candidate] {
      words.map { Completion.Candidate($0) }
    }
    switch site.words.last?.lowercased() {
    case nil: return words(["1h", "1d", "7d", "30d", "start", "stop", "profiles", "actors"])
    case "profile", "start", "actors": return words(TrafficProfiles.names)
    case "stop": return words(site.session.cloudIfBegun?.runningTraffic.map(\.profile) ?? [])
    case "at": return words(["10/min", "20/min", "100/min", "1000/min"])
    case "in": return WorldNames.regions()
    case "seed", "profiles": return []
    case "without":
      let named = site.words.first { TrafficProfiles.names.contains($0) } ?? usualProfile
      let actors = TrafficProfiles.named(named)?.actors.map(\.name) ?? []
      return words(actors.map { $0.contains(" ") ? "\"\($0)\"" : $0 })
    default: break
    }
    if ["stop", "actors", "profiles"].contains(site.words.first?.lowercased()) { return [] }
    let given = Set(site.words.map { $0.lowercased() })
    return words(TrafficOptions.keywords.filter { !given.contains($0) || $0 == "without" })
  }
}

extension TrafficActor.CallerKind {
  /// As people write it.
  fileprivate var text: String {
    switch self {
    case .root: "root"
    case .user(let name), .service(let name): name
    case .role(let name, let session): "\(name)/\(session)"
    }
  }
}

extension TrafficActor.Timing {
  fileprivate var text: String {
    switch self {
    case .share(let share): "\(NumberText.oneDecimal(share)) parts of what machines do"
    case .sessions(let count): "\(NumberText.oneDecimal(count)) times a working day"
    case .daily(let minutes, let days):
      minutes.count > 1
        ? "every hour" : "\(clock(minutes.first ?? 0)), \(names(days))"
    }
  }

  private func clock(_ minute: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }

  private func names(_ days: Set<Int>) -> String {
    let names = [
      "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays",
    ]
    guard days.count < names.count else { return "daily" }
    return days.sorted().map { names[$0] }.joined(separator: ", ")
  }
}
