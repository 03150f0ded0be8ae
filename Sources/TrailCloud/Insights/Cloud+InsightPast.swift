internal import TrailRecord

// What a trail recorded before Insights were enabled on it.

extension Cloud {
  /// Asks for records that were made since a time, in the order of their times: those of write management events and
  /// of errors, or all.
  package typealias PastRecords = (
    _ since: Int64, _ isAllWanted: Bool, _ take: (EventRecord) -> Void
  ) -> Void

  /// Takes into account what a trail recorded in the days before it began to look, if nobody looked then.
  ///
  /// AWS's baselines are those of seven days, also of a first Insight, which may come 36 hours after Insights were
  /// enabled (facts §9.2): so what was recorded before must count. No Insight comes of what is past.
  func learnPast(for id: TrailID, _ kinds: InsightKinds) {
    let unknown = InsightKinds.all.filter { kinds.contains($0) && !insights.hasLooked(at: $0, id) }
    guard let pastRecords, !unknown.isEmpty, let trail = trails[id],
      let logging = trail.status.startLoggingTime
    else { return }
    let start = max(logging, now - DetectorRule.pastLearnt)
    guard start / 60_000 < now / 60_000 else { return }
    let wanted = unknown.reduce(into: InsightKinds()) { $0.formUnion($1) }
    insights.knows(wanted, of: id, since: start)
    let present = Int(now / 60_000)
    var running = Int(start / 60_000)
    pastRecords(start, wanted.isOfData) { record in
      guard trails.recording(record, in: self).contains(id) else { return }
      let minute = min(Int(record.eventTime / 60_000), present)
      if minute > running {
        closePast()
        running = minute
      }
      insights.count(record, recordedBy: [id], now: running, only: wanted)
    }
    if running < present { closePast() }
    scheduleInsightTick(after: present)
  }

  /// A minute of the past is over.
  private func closePast() {
    for number in insights.takeTouched() {
      let series = insights.series[number]
      guard let tally = series.closeMinute() else { continue }
      let coverage = insights.coverage(of: series)
      _ = series.detector.close(tally.number, count: tally.count, coverage) { _ in false }
      insights.planLook(number)
    }
  }
}
