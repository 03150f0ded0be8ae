extension Cloud {
  /// Sends a record where CloudTrail sends it: to Event history, the trails that select it, the event bus of its
  /// Region, and the observer.
  ///
  /// - Parameter chosen: the trails that get it, where that is known already, as of an Insights event.
  func publish(_ record: EventRecord, to chosen: [TrailID]? = nil) {
    if isSilent { return }
    var isRecorded = record.category == .management || record.category == .insight
    if chosen == nil { trails.judged(record) }
    let recording = chosen.map { stops(of: record, at: $0) } ?? route(of: record)
    for trail in recording {
      isRecorded = true
      enqueue(record, in: trail.queue)
      enqueueForLogs(record, by: trail.id)
    }
    if let rule = acting.rule { happenings.acted(record, for: rule) }
    if record.category == .insight { happenings.insight(record) }
    // One event however many trails log it (facts §10.1).
    if !recording.isEmpty { sendToEventBus(record) }
    if insights.isWatching { countForInsights(record, recordedBy: recording.map(\.id)) }
    observer?.cloud(self, made: record, isRecorded: isRecorded)
  }

  /// The trails that record it, in the order in which they were made, and where each keeps what waits.
  private func route(of record: EventRecord) -> [RecordRoutes.Stop] {
    // Which trails take a management event, its traits alone decide, where it is no late one.
    guard record.sharesTraits, record.category == .management, !trails.hasOrganizationTrails,
      record.eventTime / 1000 >= now / 1000
    else { return stops(of: record) }
    if let known = routes.stops(of: record.traits, changes: trails.changeCount) { return known }
    let found = stops(of: record)
    routes.keep(found, of: record.traits)
    return found
  }

  private func stops(of record: EventRecord) -> [RecordRoutes.Stop] {
    stops(of: record, at: trails.recording(record, in: self))
  }

  private func stops(of record: EventRecord, at trails: [TrailID]) -> [RecordRoutes.Stop] {
    trails.map { trail in
      RecordRoutes.Stop(id: trail, queue: delivery.queue(of: stream(of: record, by: trail)))
    }
  }
}
