extension Cloud {
  /// Moves the clock forward; everything that is due on the way happens at its time and in its order, and so does
  /// background traffic.
  ///
  /// A time that has passed already changes nothing.
  ///
  /// - Parameter shouldStop: asked between two things that happen; the clock stays where it is then.
  package func advance(to time: Int64, shouldStop: () -> Bool = { false }) {
    defer { settleDeliveries() }
    // Whoever moves the clock may have changed anything since it moved last.
    if delivery.deferrals == 0, !traffic.running.isEmpty { repeated.everythingChanged() }
    while true {
      let traffic = nextTraffic()
      let due = schedule.nextTime ?? .max
      let next = min(due, traffic?.time ?? .max)
      guard next <= time else { break }
      now = max(now, next)
      if let traffic, traffic.time < due {
        traffic.generator.makeNextCall(in: self)
      } else if let (_, task) = schedule.popFirst(dueBy: due) {
        run(task)
      }
      if shouldStop() { return }
    }
    now = max(now, time)
  }

  /// Whether anything waits that is due already, such as an event that a call put on a bus.
  package var hasDueTasks: Bool { schedule.nextTime.map { $0 <= now } ?? false }

  private func run(_ task: ScheduledTask) {
    defer { if task.mayChangeServices { repeated.everythingChanged() } }
    switch task {
    case .delivery(let task): run(task)
    case .digest(let task): run(task)
    case .logDelivery(let task): run(task)
    case .alarmEvaluation(let task): run(task)
    case .keyDeletion(let task): run(task)
    case .eventArrivals(let task): run(task)
    case .scheduledRule(let task): run(task)
    case .targetRetry(let task): run(task)
    case .insight(let task): run(task)
    case .replay(let task): run(task)
    }
  }
}
