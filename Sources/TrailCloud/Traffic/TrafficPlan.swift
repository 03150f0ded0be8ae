internal import TrailRecord

/// A profile made ready for an account, a Region and a rate.
final class TrafficPlan {
  /// A step with its holes known.
  final class Step {
    let number: Int
    let step: TrafficStep
    let parameters: SlottedParameters
    /// Whether the answer is needed.
    let wantsAnswer: Bool
    /// Pools with few and lasting things among its holes are part of what a call is; the others are filled in.
    let isFinite: [Bool]

    init(number: Int, _ step: TrafficStep, isFinite: (TrafficHole) -> Bool) {
      self.number = number
      self.step = step
      parameters = SlottedParameters(step.parameters)
      wantsAnswer = step.gains.contains { !$0.isParameter }
      self.isFinite = parameters.slots.map(isFinite)
    }
  }

  final class Actor {
    let actor: TrafficActor
    let session: TrafficText?
    /// Whether its sessions have ever new names, and nothing else tells them apart.
    let hasManySessions: Bool
    let weights: [Double]
    let totalWeight: Double
    let regions: [RegionName]
    let regionWeights: [Double]
    let totalRegionWeight: Double
    /// Things that it begins, per millisecond in the mean of a week; 0 for jobs.
    fileprivate(set) var episodesPerMillisecond = 0.0
    let rhythm: TrafficRhythm

    init(
      _ actor: TrafficActor, home: RegionName, rhythm: TrafficRhythm,
      isFinite: (TrafficHole) -> Bool
    ) {
      self.actor = actor
      self.rhythm = rhythm
      if case .role(_, let text) = actor.caller {
        let text = TrafficText(text)
        session = text
        hasManySessions = !actor.addresses.isEmpty && !text.holes.allSatisfy(isFinite)
      } else {
        session = nil
        hasManySessions = false
      }
      weights = actor.does.map(\.weight)
      totalWeight = weights.reduce(0, +)
      regions = actor.regions.map { $0.name == TrafficProfile.homeRegion ? home : $0.name }
      regionWeights = actor.regions.map(\.weight)
      totalRegionWeight = regionWeights.reduce(0, +)
    }
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

  private func made(_ step: TrafficStep) -> Step {
    defer { stepCount += 1 }
    return Step(number: stepCount, step, isFinite: isFinite)
  }

  private func isFinite(_ hole: TrafficHole) -> Bool {
    switch hole {
    case .account, .region, .choice: true
    case .pool(let name): !changing.contains(name)
    default: false
    }
  }

  private func made(_ actor: TrafficActor) -> Actor {
    Actor(
      actor, home: home, rhythm: profile.rhythms[actor.rhythm] ?? .flat, isFinite: isFinite)
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
