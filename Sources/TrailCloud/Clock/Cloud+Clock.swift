extension Cloud {
  /// Moves the clock forward; everything that is due on the way happens at its time and in its order.
  ///
  /// A time that has passed already changes nothing.
  package func advance(to time: Int64) {
    while let due = schedule.popFirst(dueBy: time) {
      now = max(now, due.time)
      run(due.task)
    }
    now = max(now, time)
    settleDeliveries()
  }

  /// Whether anything waits that is due already, such as an event that a call put on a bus.
  package var hasDueTasks: Bool { schedule.nextTime.map { $0 <= now } ?? false }

  private func run(_ task: ScheduledTask) {
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
    }
  }
}
