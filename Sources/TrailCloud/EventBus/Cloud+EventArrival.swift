internal import TrailRecord

// From records to the rules that wait for them (facts §10.1).

/// Events that are on their way to a bus, by the time at which they arrive.
struct EventsOnTheirWay {
  /// An event, and the rules that waited for it when it set out.
  struct Arrival {
    var event: BusEvent
    var bus: BusID
    var rules: [(name: String, revision: Int)]
  }
  fileprivate var byTime: [Int64: [Arrival]] = [:]
  fileprivate(set) var count = 0
}

/// Events that are due to arrive.
struct ScheduledArrivals {
  var time: Int64
}

extension Cloud {
  /// Sends a record that a trail logs to the default bus of its Region, if a rule there waits for it.
  ///
  /// Ours: an event meets the rules that there were when it was recorded, and sets out only where it meets one; it
  /// arrives after `BusLimits.arrivalDelay`.
  /// - Complexity: O(1) while there is neither rule nor archive.
  func sendToEventBus(_ record: EventRecord) {
    guard eventBuses.isListening else { return }
    let bus = BusID(account: record.recipientAccountID, region: record.awsRegion)
    let isRead = record.category == .management && record.isReadOnly == true
    guard eventBuses.listens(bus, toReads: isRead) else { return }
    var event = BusEvent(record)
    event.came(of: acting)
    send(event, to: bus, after: BusLimits.arrivalDelay)
  }

  /// Sends an event on its way to a bus.
  ///
  /// - Parameter rules: the ARNs of the only rules that shall hear of it; empty for all.
  func send(_ event: BusEvent, to bus: BusID, after delay: Int64, only rules: [String] = []) {
    // What a replay adds does not count: the event was let in when it was archived.
    guard event.isReplayed || event.bytes.count <= BusLimits.eventBytes else { return }
    var names = eventBuses.rules(on: bus, hearing: event)
    if event.isReplayed { names.removeAll { $0.hasPrefix(EventArchive.listenerPrefix) } }
    if !rules.isEmpty { names.removeAll { !rules.contains(RuleID(bus: bus, name: $0).arn) } }
    guard !names.isEmpty else { return }
    guard eventsOnTheirWay.count < BusLimits.eventsOnTheirWay else {
      happenings.lostEvents(1)
      for name in names { eventBuses.count(RuleID(bus: bus, name: name)) { $0.lost += 1 } }
      return
    }
    let rules = names.map { name in
      (name, eventBuses[RuleID(bus: bus, name: name)]?.revision ?? 0)
    }
    let due = now + delay
    if eventsOnTheirWay.byTime[due] == nil {
      schedule.add(.eventArrivals(ScheduledArrivals(time: due)), at: due)
    }
    eventsOnTheirWay.byTime[due, default: []].append(
      EventsOnTheirWay.Arrival(event: event, bus: bus, rules: rules))
    eventsOnTheirWay.count += 1
  }

  /// Hands events to the rules that waited for them, in the order in which they set out.
  func run(_ task: ScheduledArrivals) {
    guard let arrivals = eventsOnTheirWay.byTime.removeValue(forKey: task.time) else { return }
    eventsOnTheirWay.count -= arrivals.count
    for arrival in arrivals {
      var event = arrival.event
      if event.root == nil { event.root = ruleRoots.begin() }
      if !event.isReplayed { archive(event, of: arrival.bus, arrival.rules.map(\.name)) }
      var isNoted = false
      for (name, revision) in arrival.rules {
        guard let rule = eventBuses[RuleID(bus: arrival.bus, name: name)],
          rule.revision == revision || isStillWaiting(rule, for: event)
        else { continue }
        if !isNoted { happenings.arrived(event) }
        isNoted = true
        trigger(rule, with: event)
      }
    }
  }

  private func isStillWaiting(_ rule: EventRule, for event: BusEvent) -> Bool {
    guard rule.state != .disabled, let pattern = rule.compiled,
      !event.isReadOnlyManagement || rule.state == .enabledWithReads,
      let value = try? JSONParser.parse(event.bytes)
    else { return false }
    return pattern.matches(value)
  }

  /// Tells the targets of a rule of an event that it waited for.
  func trigger(_ rule: EventRule, with event: BusEvent) {
    let time = now
    eventBuses.count(rule.id) {
      $0.matches += 1
      $0.lastMatch = time
      $0.lastEventName = event.name
    }
    happenings.matched(rule.id, event)
    guard event.depth < BusLimits.loopDepth else {
      eventBuses.count(rule.id) { $0.loops += 1 }
      happenings.stoppedLoop(of: rule.id)
      return
    }
    guard event.depth == 0 || ruleRoots.takes(rule.targets.count, of: event.root) else {
      eventBuses.count(rule.id) { $0.excess += 1 }
      happenings.stoppedExcess(of: rule.id)
      return
    }
    for target in rule.targets { invoke(target, of: rule.id, with: event) }
  }
}
