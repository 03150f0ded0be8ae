internal import TrailRecord

// What rules of EventBridge hear of alarms (CloudWatch's guide, "Alarm events and EventBridge").

extension Cloud {
  /// Sends the change of an alarm's state to the default bus of its Region, whether or not the alarm has actions. No
  /// trail is needed for it.
  ///
  /// - Parameter old: the alarm as it was before.
  func sendToEventBus(_ alarm: MetricAlarm, from old: MetricAlarm) {
    let bus = BusID(account: alarm.account, region: alarm.region)
    guard eventBuses.listens(bus, toReads: false) else { return }
    var source = IdentifierSource.branch(
      seed: configuration.seed, name: "alarm event/\(alarm.arn)/\(now)/\(old.state.rawValue)")
    let detail: JSONValue = [
      "alarmName": .string(alarm.name), "configuration": Self.eventConfiguration(of: alarm),
      "previousState": Self.eventState(of: old), "state": Self.eventState(of: alarm),
    ]
    var event = BusEvent(
      id: source.uuid(), detailType: "CloudWatch Alarm State Change", source: "aws.cloudwatch",
      account: alarm.account, time: alarm.stateTime / 1000 * 1000, region: alarm.region,
      resources: [alarm.arn], detail: JSONWriter.bytes(detail),
      name: "\(alarm.state.rawValue) of alarm \(alarm.name)")
    event.came(of: acting)
    send(event, to: bus, after: 0)
  }

  private static func eventState(of alarm: MetricAlarm) -> JSONValue {
    compacted([
      "reason": .string(alarm.reason), "reasonData": alarm.reasonData.map { .string($0) },
      "timestamp": .string(JavaText.longTime(alarm.stateTime)),
      "value": .string(alarm.state.rawValue),
    ])
  }

  private static func eventConfiguration(of alarm: MetricAlarm) -> JSONValue {
    // Ours: an id of the metric that stays the same; AWS makes one up where the alarm has none.
    var source = IdentifierSource.branch(seed: 0, name: "alarm metric/\(alarm.arn)")
    let metric: JSONValue = [
      "dimensions": .object(
        alarm.metric.dimensions.map { JSONMember($0.name, .string($0.value)) }),
      "name": .string(alarm.metric.name), "namespace": .string(alarm.metric.namespace),
    ]
    return compacted([
      "description": alarm.details.map { .string($0) },
      "metrics": [
        [
          "id": .string(source.uuid()),
          "metricStat": compacted([
            "metric": metric, "period": .number(alarm.period),
            "stat": .string(alarm.statisticName), "unit": alarm.unit.map { .string($0) },
          ]), "returnData": true,
        ]
      ],
    ])
  }
}
