internal import TrailRecord

/// The moment at which an alarm is to be looked at.
struct ScheduledAlarmEvaluation {
  var alarmARN: String
  /// The alarm's number: one that was deleted meanwhile is another.
  var alarmID: Int
}

// When alarms are evaluated: as AWS does every minute, but only at those minutes at which something can have changed.

extension Cloud {
  /// A metric got a value: the alarms that watch it are evaluated at their next minute.
  func metricChanged(_ metric: MetricID) {
    for arn in metrics.alarms(watching: metric) { evaluateSoon(arn) }
  }

  /// Has an alarm evaluated at its next minute.
  func evaluateSoon(_ arn: String) {
    guard let alarm = metrics.alarms[arn] else { return }
    let offset = offset(of: alarm)
    let passed = (now - offset) / alarm.step
    plan(arn, at: (passed + 1) * alarm.step + offset)
  }

  /// How long after the full minute the alarm is evaluated, always the same. Ours: AWS's alarms have each their second.
  private func offset(of alarm: MetricAlarm) -> Int64 {
    var source = IdentifierSource.branch(seed: configuration.seed, name: "alarm/\(alarm.arn)")
    return Int64(source.next() % UInt64(min(alarm.step, 60_000) / 1000)) * 1000
      + Int64(source.next() % 1000)
  }

  private func plan(_ arn: String, at time: Int64) {
    guard let alarm = metrics.alarms[arn], alarm.nextEvaluation.map({ time < $0 }) ?? true else {
      return
    }
    metrics.alarms[arn]?.nextEvaluation = time
    schedule.add(
      .alarmEvaluation(ScheduledAlarmEvaluation(alarmARN: arn, alarmID: alarm.id)), at: time)
  }

  func run(_ task: ScheduledAlarmEvaluation) {
    guard let alarm = metrics.alarms[task.alarmARN], alarm.id == task.alarmID,
      alarm.nextEvaluation == now
    else { return }
    metrics.alarms[alarm.arn]?.nextEvaluation = nil
    let end = now / alarm.step * alarm.step
    evaluate(alarm, upTo: end)
    if let next = nextChange(of: alarm, after: end) {
      plan(alarm.arn, at: next + offset(of: alarm))
    }
  }

  // MARK: Looking at values

  /// The periods that an alarm looks at, newest first; nil for those without a value.
  private func periods(of alarm: MetricAlarm, upTo end: Int64) -> [AlarmJudgement.Point?] {
    let length = Int64(alarm.period) * 1000
    let series = metrics.values(of: alarm.metric, unit: alarm.unit)
    return (0..<alarm.range).map { index in
      let start = end - Int64(index + 1) * length
      var total: StatisticSet?
      for values in series {
        guard let set = values.total(from: start, to: start + length) else { continue }
        if total == nil { total = set } else { total?.add(set) }
      }
      return total.flatMap { total in
        total.value(of: alarm.statistic).map {
          AlarmJudgement.Point(time: start, value: $0, sampleCount: total.sampleCount)
        }
      }
    }
  }

  /// The next full minute at which a value comes into another period, or out of all of them; nil where none can.
  private func nextChange(of alarm: MetricAlarm, after end: Int64) -> Int64? {
    let length = Int64(alarm.period) * 1000
    var next: Int64?
    for values in metrics.values(of: alarm.metric, unit: alarm.unit) {
      let places = values.places(from: end - Int64(alarm.range) * length, to: .max)
      for time in values.times[places] {
        let periodsPassed = time >= end ? 0 : (end - time - 1) / length + 1
        // The first end of the grid at which this value is one period farther back.
        let border = time + periodsPassed * length + 1
        let change = (border + alarm.step - 1) / alarm.step * alarm.step
        next = min(next ?? .max, max(change, end + alarm.step))
      }
    }
    return next
  }

  private func evaluate(_ alarm: MetricAlarm, upTo end: Int64) {
    let judgement = AlarmJudgement(periods(of: alarm, upTo: end), of: alarm)
    guard let state = judgement.state, state != alarm.state else { return }
    setState(
      of: alarm, to: state, reason: judgement.reason(alarm, to: state),
      data: Self.reasonData(judgement, alarm, queried: now, end: end))
  }

  /// The same in JSON, as `StateReasonData` has it.
  private static func reasonData(
    _ judgement: AlarmJudgement, _ alarm: MetricAlarm, queried: Int64, end: Int64
  ) -> JSONValue {
    func number(_ value: Double) -> JSONValue { .number(JavaText.number(value)) }
    var evaluated = judgement.points.map { point -> JSONValue in
      [
        "timestamp": .string(JavaText.longTime(point.time)),
        "sampleCount": number(point.sampleCount), "value": number(point.value),
      ]
    }
    if evaluated.isEmpty {
      evaluated = (1...alarm.evaluationPeriods).map { index in
        [
          "timestamp": .string(
            JavaText.longTime(end - Int64(index) * Int64(alarm.period) * 1000))
        ]
      }
    }
    return compacted([
      "version": "1.0", "queryDate": .string(JavaText.longTime(queried)),
      "startDate": judgement.points.last.map { .string(JavaText.longTime($0.time)) },
      "unit": alarm.unit.map { .string($0) },
      "statistic": .string(alarm.statisticName), "period": .number(alarm.period),
      "recentDatapoints": .array(judgement.points.reversed().map { number($0.value) }),
      "threshold": number(alarm.threshold), "evaluatedDatapoints": .array(evaluated),
    ])
  }
}
