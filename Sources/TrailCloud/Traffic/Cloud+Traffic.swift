internal import TrailRecord

/// What background traffic is wanted.
package struct TrafficRequest: Sendable {
  package var profile: TrafficProfile
  /// Calls a minute in the mean of a week.
  package var rate: Double
  /// Nil for the session's Region.
  package var region: RegionName?
  /// Another seed gives another traffic in the same world; nil for the world's.
  package var seed: UInt64?
  /// Actors of the profile that do nothing, such as a job that fails to come.
  package var absent: Set<String> = []

  package init(_ profile: TrafficProfile, rate: Double) {
    self.profile = profile
    self.rate = rate
  }
}

/// What background traffic has done.
package struct TrafficReport: Sendable {
  package fileprivate(set) var calls = 0
  package fileprivate(set) var writes = 0
  package fileprivate(set) var dataEvents = 0
  /// Different callers.
  package internal(set) var principals = 0
  /// Refused calls by the code in their records; sign-ins that failed have none and count as `Failure`.
  package fileprivate(set) var refusals: [String: Int] = [:]
  /// Calls that could not be made, because who or what they needed is gone.
  package internal(set) var impossible = 0

  package var refused: Int { refusals.values.reduce(0, +) }

  mutating func note(_ result: CallResult) {
    calls += 1
    guard let record = result.records.first else { return }
    if record.isReadOnly == false { writes += 1 }
    if record.category == .data { dataEvents += 1 }
    if result.error != nil { refusals[record.errorCode ?? "Failure", default: 0] += 1 }
  }
}

/// Traffic that goes on as the clock moves.
package struct RunningTraffic: Sendable {
  package var profile: String
  package var rate: Double
  package var region: RegionName
  package var since: Int64
  package var report: TrafficReport
}

/// Traffic of a cloud.
struct TrafficState {
  struct Running {
    var generator: TrafficGenerator
    var rate: Double
    var since: Int64
    /// False for traffic of a span, which ends with it.
    var goesOn: Bool
  }
  var running: [Running] = []
  /// The things of each profile, by profile, account and Region.
  var pools: [String: TrafficPools] = [:]
}

extension Cloud {
  // MARK: Doors

  /// Makes the background traffic of a span from now on, with all that happens on the way.
  ///
  /// - Parameter shouldStop: asked between calls; what has happened by then stays.
  /// - Throws: `CallProblem` where the profile asks for what does not exist.
  package func runTraffic(
    _ request: TrafficRequest, until end: Int64, shouldStop: () -> Bool = { false }
  ) throws(CallProblem) -> TrafficReport {
    let generator = try generator(for: request)
    traffic.running.append(
      TrafficState.Running(
        generator: generator, rate: request.rate, since: now, goesOn: false))
    defer { traffic.running.removeAll { $0.generator === generator } }
    together { advance(to: end, shouldStop: shouldStop) }
    return generator.report
  }

  /// Begins background traffic that goes on whenever the clock is moved.
  ///
  /// - Throws: `CallProblem` where the profile asks for what does not exist.
  package func startTraffic(_ request: TrafficRequest) throws(CallProblem) {
    traffic.running.append(
      TrafficState.Running(
        generator: try generator(for: request), rate: request.rate, since: now, goesOn: true))
  }

  /// Ends the traffic of a profile, or all: returns what it has done.
  package func stopTraffic(_ profile: String? = nil) -> [RunningTraffic] {
    let ended = runningTraffic.filter { profile == nil || $0.profile == profile }
    traffic.running.removeAll {
      $0.goesOn && (profile == nil || $0.generator.plan.profile.name == profile)
    }
    return ended
  }

  /// Traffic that goes on as the clock moves, in the order in which it began.
  package var runningTraffic: [RunningTraffic] {
    traffic.running.filter(\.goesOn).map { running in
      RunningTraffic(
        profile: running.generator.plan.profile.name, rate: running.rate,
        region: running.generator.plan.home, since: running.since,
        report: running.generator.report)
    }
  }

  /// The generator whose call is next, and when that is.
  func nextTraffic() -> (time: Int64, generator: TrafficGenerator)? {
    var next: (time: Int64, generator: TrafficGenerator)?
    for running in traffic.running {
      guard let time = running.generator.nextTime else { continue }
      if time < next?.time ?? .max { next = (time, running.generator) }
    }
    return next
  }

  // MARK: What was there before

  private func generator(for request: TrafficRequest) throws(CallProblem) -> TrafficGenerator {
    let account = world.account
    let home = request.region ?? world.region
    guard world.accounts[account]?.regions.contains(home) == true else {
      throw CallProblem(.region, "there is no Region `\(home)` in account \(account)")
    }
    let key = "\(request.profile.name)/\(account)/\(home)"
    let pools = traffic.pools[key] ?? TrafficPools()
    traffic.pools[key] = pools
    if !pools.isFurnished { try furnish(pools, for: request.profile, account, home) }
    return TrafficGenerator(
      TrafficPlan(
        request.profile, pools: pools, account: account, home: home, rate: request.rate,
        without: request.absent),
      seed: request.seed ?? world.seed, from: now)
  }

  /// Makes users, roles and things, of which no event tells.
  private func furnish(
    _ pools: TrafficPools, for profile: TrafficProfile, _ account: AccountID, _ home: RegionName
  ) throws(CallProblem) {
    for (name, things) in profile.pools.sorted(by: { $0.key < $1.key }) {
      pools.define(
        name,
        things.map { thing in
          thing.replacing("{account}", with: account).replacing("{region}", with: home)
        })
    }
    for actor in profile.actors {
      switch actor.caller {
      case .user(let name): defineUser(name, in: account, hasMFA: actor.usesMFA)
      case .role(let name, _):
        let trust = actor.assumedBy.map { Self.trustPolicy(["Service": .string($0)]) }
        defineRole(name, in: account, trusting: trust)
      case .root, .service: break
      }
    }
    isSilent = true
    defer { isSilent = false }
    let maker = TrafficFurnisher(pools: pools, account: account, home: home, seed: world.seed)
    for step in profile.furniture { try maker.make(step, in: self) }
    pools.isFurnished = true
  }
}
