internal import TrailRecord

/// A profile made ready for an account, a Region and a rate.
final class TrafficPlan {
  /// A step with its holes known.
  struct Step {
    var number: Int
    var step: TrafficStep
    var parameters: SlottedParameters
    /// Whether the answer is needed.
    var wantsAnswer: Bool
    /// Pools with few and lasting things among its holes are part of what a call is; the others are filled in.
    var isFinite: [Bool]
  }
  struct Actor {
    var actor: TrafficActor
    var session: TrafficText?
    var weights: [Double]
    var totalWeight: Double
    var regions: [RegionName]
    var regionWeights: [Double]
    var totalRegionWeight: Double
    /// Things that it begins, per millisecond in the mean of a week; 0 for jobs.
    var episodesPerMillisecond: Double
    var rhythm: TrafficRhythm
  }

  let profile: TrafficProfile
  let pools: TrafficPools
  let account: AccountID
  let home: RegionName
  private(set) var activities: [[Step]] = []
  private(set) var actors: [Actor] = []
  /// Pools whose things come and go.
  private let changing: Set<String>
  private var stepCount = 0

  /// People may make up this part of the rate at most.
  private static let mostByPeople = 0.4
  /// What machines make up at least.
  private static let leastByMachines = 0.2
  private static let millisecondsPerMinute = 60_000.0
  private static let minutesPerWeek = 10_080.0
  private static let workingDays = 5.0

  /// - Parameter rate: calls a minute in the mean of a week.
  init(
    _ profile: TrafficProfile, pools: TrafficPools, account: AccountID, home: RegionName,
    rate: Double, without absent: Set<String>
  ) {
    self.profile = profile
    self.pools = pools
    self.account = account
    self.home = home
    var changing: Set<String> = []
    for step in profile.activities.flatMap(\.steps) {
      changing.formUnion(step.gains.map(\.pool))
      for hole in SlottedParameters(step.parameters).slots {
        if case .taken(let pool, _) = hole { changing.insert(pool) }
      }
    }
    self.changing = changing
    activities = profile.activities.map { $0.steps.map(made) }
    let means = activities.map { $0.reduce(0) { $0 + meanCalls(of: $1) } }
    actors = profile.actors.filter { !absent.contains($0.name) }.map(made)
    setRates(rate, means)
  }

  func made(_ step: TrafficStep) -> Step {
    let parameters = SlottedParameters(step.parameters)
    defer { stepCount += 1 }
    return Step(
      number: stepCount, step: step, parameters: parameters,
      wantsAnswer: step.gains.contains { !$0.isParameter },
      isFinite: parameters.slots.map(isFinite))
  }

  private func isFinite(_ hole: TrafficHole) -> Bool {
    switch hole {
    case .account, .region, .choice: true
    case .pool(let name): !changing.contains(name)
    default: false
    }
  }

  private func made(_ actor: TrafficActor) -> Actor {
    var session: TrafficText?
    if case .role(_, let text) = actor.caller { session = TrafficText(text) }
    let regions = actor.regions.map { $0.name == TrafficProfile.homeRegion ? home : $0.name }
    let weights = actor.does.map(\.weight)
    let regionWeights = actor.regions.map(\.weight)
    return Actor(
      actor: actor, session: session, weights: weights, totalWeight: weights.reduce(0, +),
      regions: regions, regionWeights: regionWeights,
      totalRegionWeight: regionWeights.reduce(0, +), episodesPerMillisecond: 0,
      rhythm: profile.rhythms[actor.rhythm] ?? .flat)
  }

  private func meanCalls(of step: Step) -> Double {
    let range = step.step.times
    let times = Double(range.lowerBound + range.upperBound) / 2
    let things = step.step.each.map { Double(pools.count($0)) } ?? 1
    return times * things * step.step.chance
  }

  /// Gives people the sessions that they have, jobs theirs, and machines the rest of the rate by their shares.
  private func setRates(_ rate: Double, _ means: [Double]) {
    func mean(_ actor: Actor) -> Double {
      guard actor.totalWeight > 0 else { return 0 }
      return zip(actor.actor.does, actor.weights).reduce(0) {
        $0 + means[$1.0.activity] * $1.1 / actor.totalWeight
      }
    }
    var byPeople = 0.0
    var byJobs = 0.0
    var shares = 0.0
    for actor in actors {
      switch actor.actor.timing {
      case .sessions(let count):
        byPeople += count * Self.workingDays * mean(actor) / Self.minutesPerWeek
      case .daily(let minutes, let days):
        byJobs += Double(days.count * minutes.count) * mean(actor) / Self.minutesPerWeek
      case .share(let share): shares += share
      }
    }
    let people = byPeople > 0 ? min(1, Self.mostByPeople * rate / byPeople) : 1
    let machines = max(Self.leastByMachines * rate, rate - byPeople * people - byJobs)
    for index in actors.indices {
      let actor = actors[index]
      switch actor.actor.timing {
      case .sessions(let count):
        actors[index].episodesPerMillisecond =
          people * count * Self.workingDays / Self.minutesPerWeek / Self.millisecondsPerMinute
      case .share(let share):
        let calls = mean(actor)
        actors[index].episodesPerMillisecond =
          calls > 0 ? machines * share / shares / calls / Self.millisecondsPerMinute : 0
      case .daily: break
      }
    }
  }
}
