internal import Glibc
internal import TrailRecord

/// Makes the calls of background traffic, one after the other, as the clock reaches them.
final class TrafficGenerator {
  let plan: TrafficPlan
  private(set) var report = TrafficReport()
  private var source: IdentifierSource
  private var queue = TrafficQueue()
  private var weathers: [TrafficWeather]
  private var prepared: [UInt64: PreparedCall] = [:]
  private var principals: [String: Int] = [:]
  private var callers: [Int: PreparedCaller] = [:]
  private var calendar = TrafficCalendar()
  private var count = 0

  /// Prepared calls that are kept.
  private static let mostPrepared = 20_000
  /// The most that an actor waits for its next beginning is looked for, in hours.
  private static let longestPause = 24 * 365
  /// People are away on this share of days.
  private static let daysOff = 0.08
  /// Jobs begin within this many milliseconds of their minute.
  private static let jobJitter = 20_000

  init(_ plan: TrafficPlan, seed: UInt64, from start: Int64) {
    self.plan = plan
    source = .branch(seed: seed, name: "traffic/\(plan.profile.name)/\(plan.account)/\(start)")
    weathers = plan.actors.map { actor in
      if case .sessions = actor.actor.timing {
        return TrafficWeather(
          seed: seed, name: "\(plan.profile.name)/\(actor.actor.name)",
          noise: actor.rhythm.noise, daysOff: Self.daysOff)
      }
      // Machines that serve the same customers are busy on the same days.
      return TrafficWeather(
        seed: seed, name: "\(plan.profile.name)/\(actor.actor.rhythm)", noise: actor.rhythm.noise)
    }
    for actor in plan.actors.indices { scheduleBeginning(of: actor, after: start) }
  }

  /// When the next call is made.
  var nextTime: Int64? { queue.nextTime }

  // MARK: When

  private func scheduleBeginning(of actor: Int, after time: Int64) {
    guard let next = nextBeginning(of: actor, after: time) else { return }
    queue.add(.begin(actor), at: next)
  }

  private func nextBeginning(of index: Int, after time: Int64) -> Int64? {
    let actor = plan.actors[index]
    if case .daily(let minutes, let days) = actor.actor.timing {
      return nextJob(minutes: minutes, days: days, after: time)
    }
    guard actor.episodesPerMillisecond > 0 else { return nil }
    // Arrivals at random, as often as the hour is busy: what is left of an hour counts by how busy it is.
    var left = -log(1 - source.unit())
    var start = time
    for _ in 0..<Self.longestPause {
      let hour = TrafficRhythm.millisecondsPerHour
      let end = (start / hour + 1) * hour
      let density =
        actor.episodesPerMillisecond * actor.rhythm.level(at: start)
        * weathers[index].factor(at: start)
      if density * Double(end - start) >= left { return start + Int64(left / density) }
      left -= density * Double(end - start)
      start = end
    }
    return nil
  }

  private func nextJob(minutes: [Int], days: Set<Int>, after time: Int64) -> Int64? {
    let jitter = Int64(source.below(Self.jobJitter))
    var midnight = time / EventTime.millisecondsPerDay * EventTime.millisecondsPerDay
    for _ in 0...TrafficRhythm.daysPerWeek {
      if days.contains(TrafficRhythm.weekday(of: midnight)) {
        for minute in minutes {
          // Its minute must be still to come: the jitter alone does not make a time new.
          let due = midnight + Int64(minute) * 60_000
          if due > time { return due + jitter }
        }
      }
      midnight += EventTime.millisecondsPerDay
    }
    return nil
  }

  // MARK: What

  /// Makes the next call; the clock stands at its time.
  func makeNextCall(in cloud: Cloud) {
    guard let next = queue.popFirst() else { return }
    switch next.what {
    case .begin(let actor):
      scheduleBeginning(of: actor, after: next.time)
      if let episode = episode(of: actor, in: cloud) { goOn(episode, at: next.time, cloud) }
    case .goOn(let episode): goOn(episode, at: next.time, cloud)
    }
  }

  private func episode(of index: Int, in cloud: Cloud) -> TrafficEpisode? {
    let actor = plan.actors[index]
    guard actor.totalWeight > 0 else { return nil }
    let choice = source.choice(of: actor.weights, total: actor.totalWeight)
    let region = source.choice(of: actor.regionWeights, total: actor.totalRegionWeight)
    let episode = TrafficEpisode(
      actor: index, activity: actor.actor.does[choice].activity, region: actor.regions[region],
      address: source.below(max(1, actor.actor.addresses.count)),
      agent: source.below(max(1, actor.actor.agents.count)))
    guard let caller = caller(actor.actor.caller, episode, actor, in: cloud) else { return nil }
    let number = number(of: caller)
    if actor.hasManySessions {
      episode.caller = PreparedCaller(caller)
      episode.principal = Self.manyPrincipals
    } else {
      episode.caller = prepared(caller, number)
      episode.principal = number
    }
    return episode
  }

  /// Stands for all sessions of an actor that has ever new ones.
  private static let manyPrincipals = -1

  private func prepared(_ caller: Caller, _ number: Int) -> PreparedCaller {
    // Of one name, those who sign in and those who do not are others.
    if let known = callers[number], known.caller == caller { return known }
    let made = PreparedCaller(caller)
    callers[number] = made
    return made
  }

  /// Who calls; nil where the user or role is gone.
  private func caller(
    _ kind: TrafficActor.CallerKind, _ episode: TrafficEpisode, _ actor: TrafficPlan.Actor,
    in cloud: Cloud
  ) -> Caller? {
    let account = cloud.world.accounts[plan.account]
    var caller: Caller
    switch kind {
    case .root: caller = Caller(.root, account: plan.account)
    case .service(let name): caller = Caller(.service(name), account: plan.account)
    case .user(let name):
      guard account?.users[name] != nil else { return nil }
      caller = Caller(.user(name), account: plan.account)
    case .role(let name, let session):
      guard account?.roles[name] != nil else { return nil }
      var text = ""
      for piece in (kind == actor.actor.caller ? actor.session : nil)?.pieces
        ?? TrafficText(session).pieces
      {
        switch piece {
        case .plain(let plain): text += plain
        case .hole(.pool(let name)):
          guard let thing = plan.pools.pickEvenly(name, &source) else { return nil }
          text += thing
          episode.bindings[name] = (plan.pools.things(name).firstIndex(of: thing) ?? 0, thing)
        case .hole(let hole):
          guard let value = value(of: hole, episode)?.text else { return nil }
          text += value
        }
      }
      caller = Caller(.role(name, session: text), account: plan.account)
      episode.session = text
    }
    caller.usesMFA = actor.actor.usesMFA
    caller.isFromConsole = actor.actor.isFromConsole
    caller.invokedBy = actor.actor.invokedBy
    return caller
  }

  /// Makes an episode's next call and schedules the one behind it.
  private func goOn(_ episode: TrafficEpisode, at time: Int64, _ cloud: Cloud) {
    let actor = plan.actors[episode.actor]
    if let assumer = actor.actor.assumedBy, let caller = episode.caller,
      !caller.hasCredentials(in: cloud.world.knownCallers, now: cloud.now)
    {
      assume(caller.caller, as: assumer, episode, cloud)
      schedule(episode, after: TrafficStep.usualGap, time)
      return
    }
    let steps = plan.activities[episode.activity]
    while episode.step < steps.count {
      let step = steps[episode.step]
      if episode.left == nil { begin(step, episode) }
      guard let left = episode.left, left > 0 else {
        episode.step += 1
        episode.left = nil
        continue
      }
      episode.left = left - 1
      if let each = step.step.each {
        episode.bindings[each] = episode.things.isEmpty ? nil : episode.things.removeLast()
      }
      let isMade = make(step, episode, cloud)
      if isMade || episode.step + 1 < steps.count || left > 1 {
        schedule(episode, after: step.step.gap, time)
      }
      return
    }
  }

  private func begin(_ step: TrafficPlan.Step, _ episode: TrafficEpisode) {
    guard step.step.chance >= 1 || source.unit() < step.step.chance else {
      episode.left = 0
      return
    }
    let range = step.step.times
    var times = range.lowerBound + source.below(range.count)
    if let each = step.step.each {
      let things = plan.pools.things(each)
      episode.things = Array(things.enumerated().reversed()).map { ($0.offset, $0.element) }
      times = things.count
    }
    episode.left = times
  }

  private func schedule(
    _ episode: TrafficEpisode, after gap: ClosedRange<Double>, _ time: Int64
  ) {
    queue.add(.goOn(episode), at: time + max(1, Int64(source.between(gap) * 1000)))
  }

  // MARK: Calls

  private func assume(
    _ role: Caller, as service: String, _ episode: TrafficEpisode, _ cloud: Cloud
  ) {
    guard case .role(let name, let session?) = role.kind else { return }
    let hasManySessions = plan.actors[episode.actor].hasManySessions
    let key = TrafficKey(
      Self.assumeStep, episode, principal: episode.principal, isFromActor: false)
    do {
      let call: PreparedCall
      if let known = prepared[key.hash] {
        call = known
      } else {
        let given = hasManySessions ? SlottedParameters.marker(0) : Array(session.utf8)
        var assume = APICall(
          "sts", "AssumeRole",
          parameters: [
            JSONMember("roleArn", .string("arn:aws:iam::\(plan.account):role/\(name)")),
            JSONMember("roleSessionName", .string(given)),
          ])
        assume.caller = Caller(.service(service), account: plan.account)
        assume.region = episode.region
        assume.isAnswerWanted = false
        call = try cloud.prepare(assume, hasSlots: hasManySessions)
        keep(call, as: key)
      }
      report.note(try cloud.perform(call, hasManySessions ? [Array(session.utf8)] : []))
      _ = number(of: call.call.caller)
    } catch {
      report.impossible += 1
    }
  }

  /// Stands for the call with which an actor gets its credentials.
  private static let assumeStep = -1

  private func keep(_ call: PreparedCall, as key: TrafficKey) {
    if prepared.count >= Self.mostPrepared { prepared = [:] }
    prepared[key.hash] = call
  }

  /// Makes one call of a step; false where it could not be made.
  private func make(
    _ step: TrafficPlan.Step, _ episode: TrafficEpisode, _ cloud: Cloud
  ) -> Bool {
    let actor = plan.actors[episode.actor]
    var caller = episode.caller
    var principal = episode.principal
    if let kind = step.step.caller {
      let other = self.caller(kind, episode, actor, in: cloud)
      principal = other.map { number(of: $0) } ?? 0
      caller = other.map { prepared($0, principal) }
    }
    guard let caller else { return false }
    var key = TrafficKey(step.number, episode, principal: principal)
    var fillings: [[UInt8]] = []
    var places: [Int] = []
    for (slot, hole) in step.parameters.slots.enumerated() {
      guard let value = value(of: hole, episode) else { return false }
      if step.isFinite[slot] {
        key.add(value.place)
        places.append(value.place)
      } else {
        fillings.append(Array(value.text.utf8))
      }
    }
    let failure = failure(of: step.step)
    key.add(failure ?? -1)
    do {
      let call: PreparedCall
      if let known = prepared[key.hash] {
        call = known
      } else {
        call = try prepare(step, episode, caller, places, failure, cloud)
        keep(call, as: key)
      }
      let result = try cloud.perform(call, fillings, as: caller)
      report.note(result)
      if result.error == nil { gain(step, call, result, fillings) }
      return true
    } catch {
      report.impossible += 1
      return false
    }
  }

  private func failure(of step: TrafficStep) -> Int? {
    guard !step.failures.isEmpty else { return nil }
    var chance = source.unit()
    for (index, failure) in step.failures.enumerated() {
      chance -= failure.share
      if chance < 0 { return index }
    }
    return nil
  }

  private func prepare(
    _ step: TrafficPlan.Step, _ episode: TrafficEpisode, _ caller: PreparedCaller, _ places: [Int],
    _ failure: Int?, _ cloud: Cloud
  ) throws(CallProblem) -> PreparedCall {
    var texts: [[UInt8]] = []
    var place = 0
    var open = 0
    for (slot, hole) in step.parameters.slots.enumerated() {
      if step.isFinite[slot] {
        texts.append(Array(text(of: hole, at: places[place], episode).utf8))
        place += 1
      } else {
        texts.append(SlottedParameters.marker(open))
        open += 1
      }
    }
    let parameters = SlottedParameters.filled(.object(step.parameters.members), texts)
    var call = APICall(
      step.step.service, step.step.operation, parameters: parameters.members ?? [])
    call.caller = caller.caller
    call.isAnswerWanted = step.wantsAnswer
    call.region =
      step.step.region.map { $0 == TrafficProfile.homeRegion ? plan.home : $0 }
      ?? episode.region
    let actor = plan.actors[episode.actor].actor
    if step.step.caller == nil {
      if !actor.addresses.isEmpty { call.sourceIPAddress = actor.addresses[episode.address] }
      if !actor.agents.isEmpty { call.userAgent = actor.agents[episode.agent] }
    }
    if let failure {
      call.error = (step.step.failures[failure].code, step.step.failures[failure].message)
    }
    return try cloud.prepare(
      call, hasSlots: open > 0,
      hasManyCallers: step.step.caller == nil && episode.principal == Self.manyPrincipals)
  }

  private func gain(
    _ step: TrafficPlan.Step, _ call: PreparedCall, _ result: CallResult, _ fillings: [[UInt8]]
  ) {
    for gain in step.step.gains {
      var text: String?
      if gain.isParameter, let name = gain.path.first {
        let value = call.call.parameters.first { $0.isNamed(name) }?.value
        text = value.map { SlottedParameters.filled($0, fillings) }?.text
      } else {
        text = result.response.text(at: gain.path)
      }
      if let text { plan.pools.add(text, to: gain.pool) }
    }
  }

  /// A number for a caller, the same each time.
  private func number(of caller: Caller) -> Int {
    let name: String =
      switch caller.kind {
      case .role(let role, let session): "\(role)/\(session ?? "")"
      case .user(let name), .service(let name): name
      default: "root"
      }
    if let known = principals[name] { return known }
    principals[name] = principals.count
    report.principals = principals.count
    return principals.count - 1
  }

  // MARK: Holes

  /// What stands in a hole now, and where it stands among what could; nil where there is nothing.
  private func value(
    of hole: TrafficHole, _ episode: TrafficEpisode
  ) -> (place: Int, text: String)? {
    switch hole {
    case .account: return (0, plan.account)
    case .region: return (0, episode.region)
    case .choice(let options):
      let place = source.below(options.count)
      return (place, options[place])
    case .pool(let name):
      if let bound = episode.bindings[name] { return bound }
      guard let picked = plan.pools.pick(name, &source) else { return nil }
      episode.bindings[name] = picked
      return picked
    case .session: return (0, episode.session)
    case .hexadecimal(let count): return (0, source.hex(count))
    case .letters(let count): return (0, source.letters(count))
    case .digits(let count):
      return (0, String((0..<count).map { _ in Character("\(source.below(10))") }))
    case .uuid: return (0, source.uuid())
    case .date: return (0, calendar.date(at: queue.time))
    case .datePath: return (0, calendar.datePath(at: queue.time))
    case .hour: return (0, calendar.hour(at: queue.time))
    case .count:
      count += 1
      return (0, String(count))
    case .taken(let name, let isOldest):
      guard let thing = plan.pools.take(name, isOldest: isOldest, &source) else { return nil }
      episode.bindings[name] = (0, thing)
      return (0, thing)
    }
  }

  private func text(of hole: TrafficHole, at place: Int, _ episode: TrafficEpisode) -> String {
    switch hole {
    case .account: plan.account
    case .region: episode.region
    case .choice(let options): options[place]
    case .pool(let name): plan.pools.things(name)[place]
    default: ""
    }
  }
}

extension TrafficStep {
  /// Seconds between credentials and their first use.
  static let usualGap = 0.05...0.6
}

extension JSONValue {
  /// The text at a path of names and numbers.
  func text(at path: [String]) -> String? {
    var value: JSONValue? = self
    for part in path {
      if let index = Int(part), let elements = value?.elements {
        value = elements.indices.contains(index) ? elements[index] : nil
      } else {
        value = value?[part]
      }
    }
    return value?.text
  }
}

/// Dates as texts have them, kept as long as they hold.
struct TrafficCalendar {
  private var hour: Int64 = -1
  private var texts = (date: "", path: "", hour: "")

  private mutating func read(_ time: Int64) {
    let hour = time / TrafficRhythm.millisecondsPerHour
    guard hour != self.hour else { return }
    self.hour = hour
    let text = EventTime.format(time)
    let date = String(text.prefix(10))
    texts = (
      date, date.split(separator: "-").joined(separator: "/"),
      String(text.dropFirst(11).prefix(2))
    )
  }

  /// `2026-01-05`
  mutating func date(at time: Int64) -> String {
    read(time)
    return texts.date
  }

  /// `2026/01/05`
  mutating func datePath(at time: Int64) -> String {
    read(time)
    return texts.path
  }

  /// `09`
  mutating func hour(at time: Int64) -> String {
    read(time)
    return texts.hour
  }
}
