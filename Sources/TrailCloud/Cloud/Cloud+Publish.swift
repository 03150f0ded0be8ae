extension Cloud {
  /// Sends a record where CloudTrail sends it: to Event history, the trails that select it, the event bus of its
  /// Region, and the observer.
  ///
  /// - Parameter chosen: the trails that get it, where that is known already, as of an Insights event.
  func publish(_ record: EventRecord, to chosen: [TrailID]? = nil) {
    if isSilent { return }
    var isRecorded = record.category == .management || record.category == .insight
    if chosen == nil { trails.judged(record) }
    let recording = chosen ?? trails.recording(record, in: self)
    for trail in recording {
      isRecorded = true
      enqueueForDelivery(record, by: trail)
      enqueueForLogs(record, by: trail)
    }
    if let rule = acting.rule { happenings.acted(record, for: rule) }
    if record.category == .insight { happenings.insight(record) }
    // One event however many trails log it (facts §10.1).
    if !recording.isEmpty { sendToEventBus(record) }
    if insights.isWatching { countForInsights(record, recordedBy: recording) }
    observer?.cloud(self, made: record, isRecorded: isRecorded)
  }
}
