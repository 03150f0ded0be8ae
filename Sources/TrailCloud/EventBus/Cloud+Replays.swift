internal import TrailRecord

// What archives keep, and how replays send it again.

/// The next step of a replay.
struct ScheduledReplay {
  var replay: BusResourceID
}

extension Cloud {
  /// Ours: a replay begins a minute after it was asked for.
  static let replayDelay: Int64 = 60_000
  /// Ours: the events of one minute are sent together, those of the next minute that has any so much later.
  static let replayPace: Int64 = 1000

  /// Keeps an event in the archives among the names that waited for it.
  func archive(_ event: BusEvent, of bus: BusID, _ names: [String]) {
    for name in names where name.hasPrefix(EventArchive.listenerPrefix) {
      let id = BusResourceID(
        account: bus.account, region: bus.region,
        name: String(name.dropFirst(EventArchive.listenerPrefix.count)))
      eventBuses.keep(event, inArchive: id, at: now)
    }
  }

  /// Sends the events of the next minute, or ends.
  func run(_ task: ScheduledReplay) {
    guard var replay = eventBuses.replays[task.replay] else { return }
    switch replay.state {
    case .cancelling:
      replay.state = .cancelled
      replay.rest = nil
      replay.endTime = now
    case .starting, .running:
      replay.state = .running
      var rest = replay.rest ?? events(of: replay)[...]
      guard let first = rest.first else {
        replay.state = .completed
        replay.endTime = now
        break
      }
      let minute = rest.prefix { $0.time / 60_000 == first.time / 60_000 }
      rest = rest.dropFirst(minute.count)
      for event in minute {
        var event = event.replayed(as: replay.id.name)
        event.came(of: replay.cause)
        replay.lastReplayed = event.time
        send(event, to: replay.bus, after: 0, only: replay.rules)
      }
      replay.rest = rest
      schedule.add(.replay(task), at: now + Self.replayPace)
    case .completed, .cancelled, .failed: break
    }
    eventBuses.replays[task.replay] = replay
  }

  /// What an archive has of a replay's time, in the order of the events' times.
  private func events(of replay: EventReplay) -> [BusEvent] {
    eventBuses.sweepArchive(replay.archive, at: now)
    let kept = eventBuses.archives[replay.archive]?.events ?? []
    return kept.map(\.event).filter { (replay.start...replay.end).contains($0.time) }
      .enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }
}
