internal import TrailRecord

// Rules that run by the clock.

/// The next run of a rule with a schedule.
struct ScheduledRule {
  var rule: RuleID
  /// The revision for which it was planned; a rule that has changed since has plans of its own.
  var revision: Int
}

extension Cloud {
  /// Plans the next run of a rule; nothing for one without a schedule, or switched off.
  func planNextRun(of id: RuleID) {
    guard let rule = eventBuses[id], rule.state != .disabled,
      let time = rule.compiledSchedule?.next(after: now)
    else { return }
    schedule.add(.scheduledRule(ScheduledRule(rule: id, revision: rule.revision)), at: time)
  }

  /// Runs a rule whose time has come: a `Scheduled Event` for its targets alone.
  func run(_ task: ScheduledRule) {
    guard let rule = eventBuses[task.rule], rule.revision == task.revision else { return }
    var source = IdentifierSource.branch(
      seed: configuration.seed, name: "schedule/\(rule.arn)/\(now)")
    var event = BusEvent(
      id: source.uuid(), detailType: BusEvent.scheduleType, source: BusEvent.scheduleSource,
      account: rule.id.bus.account, time: now, region: rule.id.bus.region, resources: [rule.arn],
      detail: Array("{}".utf8), name: BusEvent.scheduleType)
    event.root = ruleRoots.begin()
    trigger(rule, with: event)
    planNextRun(of: task.rule)
  }
}
