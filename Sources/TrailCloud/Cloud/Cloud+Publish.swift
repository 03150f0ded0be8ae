extension Cloud {
  /// Sends a record where CloudTrail sends it: to Event history, the trails that select it, and the observer.
  func publish(_ record: EventRecord) {
    var isRecorded = record.category == .management || record.category == .insight
    trails.judged(record)
    for trail in trails.recording(record, in: self) {
      isRecorded = true
      enqueueForDelivery(record, by: trail)
      enqueueForLogs(record, by: trail)
    }
    observer?.cloud(self, made: record, isRecorded: isRecorded)
  }
}
