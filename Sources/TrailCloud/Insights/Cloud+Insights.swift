internal import TrailRecord

// From counts to Insights events (facts §9).

extension Cloud {
  /// Called when a trail was changed: what it looks at from now on.
  func insightsChanged(of id: TrailID) {
    guard let trail = trails[id] else { return }
    let isOn = trail.isLogging && trail.deletionTime == nil
    let kinds = isOn ? InsightKinds(trail.insightSelectors) : []
    let begun = kinds.subtracting(insights.watches[id]?.kinds ?? [])
    if !begun.isEmpty { learnPast(for: id, begun) }
    let ended = insights.watch(id, kinds, at: now)
    guard !ended.isEmpty else { return }
    for series in insights.series where ended.contains(series.key.kind) {
      endInsight(of: series, for: id)
    }
  }

  /// From when on a trail reports Insights of every kind that it looks at; nil where it looks at none.
  package func insightsReporting(of id: TrailID) -> Int64? {
    guard let watch = insights.watches[id] else { return nil }
    let starts = InsightKinds.all.compactMap { watch.start(of: $0) }
    return starts.max().map { $0 + InsightWatch.warmUp }
  }

  /// Counts a record that trails with Insights may have recorded.
  func countForInsights(_ record: EventRecord, recordedBy recorders: [TrailID]) {
    let minute = Int(now / 60_000)
    insights.count(record, recordedBy: recorders, now: minute)
    scheduleInsightTick(after: minute)
  }

  func scheduleInsightTick(after minute: Int) {
    if let tick = insights.tickToSchedule(after: minute) {
      schedule.add(.insight(.tick), at: Int64(tick) * 60_000)
    }
  }

  func run(_ task: ScheduledInsight) {
    switch task {
    case .tick: runInsightTick()
    case .publication(let number):
      guard let publication = insights.takePublication(number) else { return }
      publish(publication)
    }
  }

  /// A minute is over: what was counted in it is judged, and what did not come.
  private func runInsightTick() {
    let minute = Int(now / 60_000)
    let due = insights.takeDue(by: minute)
    for number in due.touched {
      let series = insights.series[number]
      guard let tally = series.closeMinute() else { continue }
      let coverage = insights.coverage(of: series)
      let findings = series.detector.close(tally.number, count: tally.count, coverage) { _ in
        !recipients(of: series).isEmpty
      }
      handle(findings, of: series, closed: tally)
      insights.planLook(number)
    }
    for number in due.looks {
      let series = insights.series[number]
      guard series.detector.nextLook.map({ $0 <= minute }) ?? false else {
        insights.planLook(number)
        continue
      }
      let coverage = insights.coverage(of: series)
      let findings = series.detector.look(at: minute, coverage) { _ in
        !recipients(of: series).isEmpty
      }
      handle(findings, of: series, closed: nil)
      insights.planLook(number)
    }
    scheduleInsightTick(after: minute)
  }

  /// The trails that are told of Insights of a series: those that log what it counts, and have looked at it for long
  /// enough.
  private func recipients(of series: InsightSeries) -> [TrailID] {
    let sample = series.sample
    return insights.watches.keys.sorted().filter { id in
      guard series.key.trail == nil || series.key.trail == id,
        insights.watches[id]?.isWarm(series.key.kind, at: now) ?? false, let trail = trails[id],
        sees(trail, series.key.account), let rule = trails.rule(of: id)
      else { return false }
      return rule.isLogging && rule.covers(sample) && rule.selects(sample)
    }
  }

  // MARK: Starts and ends

  /// - Parameter tally: the minute that was closed, which an Insight that goes on takes in.
  private func handle(
    _ findings: [RateDetector.Finding], of series: InsightSeries, closed tally: InsightSeries.Tally?
  ) {
    if let tally {
      series.open?.total.count += tally.count
      series.open?.total.attributions.add(tally.attributions)
    }
    for finding in findings {
      switch finding {
      case .end(let activity, let end): endInsight(of: series, activity, at: end)
      case .start(let activity): startInsight(of: series, activity)
      }
    }
  }

  private func startInsight(of series: InsightSeries, _ activity: RateDetector.Activity) {
    let trails = recipients(of: series)
    let window = series.total(of: activity.window)
    let open = InsightSeries.Open(
      sharedID: insightID(), trails: trails, baseline: series.baseline(before: activity.start),
      total: series.total(of: activity.start..<activity.window.upperBound))
    series.open = open
    publishLater(
      event(.start, of: series, open, at: activity.start, window, minutes: activity.window.count),
      to: trails, activity.kind)
  }

  private func endInsight(
    of series: InsightSeries, _ activity: RateDetector.Activity, at end: Int
  ) {
    guard let open = series.open else { return }
    series.open = nil
    let trails = open.trails.filter { id in
      insights.watches[id]?.kinds.contains(series.key.kind) ?? false
    }
    guard !trails.isEmpty else { return }
    let minutes = max(1, end - activity.start)
    var total = open.total
    let after = series.total(of: (activity.start + minutes)..<Int.max)
    total.count -= after.count
    total.attributions.subtract(after.attributions)
    publishLater(
      event(.end, of: series, open, at: activity.start + minutes, total, minutes: minutes),
      to: trails, activity.kind)
  }

  /// Ends an Insight for a trail that looks no more: at once, so that every Start has its End.
  private func endInsight(of series: InsightSeries, for trail: TrailID) {
    guard var open = series.open, let activity = series.detector.activity,
      open.trails.contains(trail)
    else { return }
    let minutes = max(1, Int(now / 60_000) - activity.start)
    let ended = event(
      .end, of: series, open, at: activity.start + minutes, open.total, minutes: minutes)
    open.trails.removeAll { $0 == trail }
    series.open = open.trails.isEmpty ? nil : open
    if open.trails.isEmpty { series.detector.abandon() }
    publish(
      InsightPublication(
        record: ended.record, trails: [trail], isOfData: series.key.trail != nil,
        news: news(ended, activity.kind)))
  }

  private func event(
    _ state: InsightEvent.State, of series: InsightSeries, _ open: InsightSeries.Open,
    at minute: Int, _ total: InsightSeries.Tally, minutes: Int
  ) -> InsightEvent {
    InsightEvent(
      state: state, time: Int64(minute) * 60_000, id: insightID(), sharedID: open.sharedID,
      key: series.key, source: series.key.trail.flatMap { trails[$0]?.arn }, count: total.count,
      minutes: minutes, attributions: total.attributions, baseline: open.baseline)
  }

  private func insightID() -> String {
    var source = insights.source ?? .branch(seed: configuration.seed, name: "insights")
    defer { insights.source = source }
    return source.uuid()
  }

  // MARK: Publication

  /// Ours: an Insights event is published 2 to 10 minutes after the minute that showed it, so that its file is there
  /// within 30 minutes of the activity (facts §9.2).
  private static let earliestPublication: Int64 = 120_000
  private static let latestPublication: Int64 = 600_000

  private func publishLater(
    _ event: InsightEvent, to trails: [TrailID], _ kind: RateDetector.Activity.Kind
  ) {
    var source = IdentifierSource.branch(seed: configuration.seed, name: "insight/\(event.id)")
    let span = UInt64(Self.latestPublication - Self.earliestPublication) / 1000
    let delay = Self.earliestPublication + Int64(source.next() % span) * 1000
    let number = insights.add(
      InsightPublication(
        record: event.record, trails: trails, isOfData: event.key.trail != nil,
        news: news(event, kind)))
    schedule.add(.insight(.publication(number)), at: now + delay)
  }

  private func publish(_ publication: InsightPublication) {
    happenings.insight(publication.news)
    if publication.isOfData { insights.keepDataEvent(publication.record, now: now) }
    publish(publication.record, to: publication.trails)
  }

  private func news(
    _ event: InsightEvent, _ kind: RateDetector.Activity.Kind
  ) -> Happenings.InsightNews {
    Happenings.InsightNews(
      isStart: event.state == .start, isRise: kind == .rise, eventName: event.key.eventName,
      eventSource: event.key.eventSource, errorCode: event.key.errorCode,
      region: event.key.region, average: InsightNumber.average(event.count, of: event.minutes),
      baseline: InsightNumber.average(event.baseline.count, of: event.baseline.minutes),
      time: event.time, count: event.count,
      caller: event.attributions[.userIdentityARN].ranked.first.map { BusEvent.shortName($0.value) }
    )
  }
}
