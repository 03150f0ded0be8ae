/// A log group of CloudWatch Logs.
package struct LogGroup: Sendable {
  package var name: String
  package var region: RegionName
  package var account: AccountID

  /// As trails name it: it ends in `:*`.
  package var arn: String { "arn:aws:logs:\(region):\(account):log-group:\(name):*" }
}

/// All log groups.
package struct LogGroupRegistry: Sendable {
  /// By ARN.
  package private(set) var byARN: [String: LogGroup] = [:]

  init() {}
}

/// A delivery to a log group that is due.
struct ScheduledLogDelivery {
  var trail: TrailID
}

/// The end of an alarm's period.
struct ScheduledAlarmEvaluation {
  var alarmARN: String
}

extension Cloud {
  /// Puts a record where it waits for the trail's next delivery to its log group, if it has one.
  func enqueueForLogs(_ record: EventRecord, by trail: TrailID) {}

  /// Delivers what waits for log groups now: of one trail, or of all.
  func flushLogs(_ trail: TrailID?) {}

  func run(_ task: ScheduledLogDelivery) {}

  func run(_ task: ScheduledAlarmEvaluation) {}

  /// Whether a trail may deliver to a group through a role: what CreateTrail checks. Nil, or AWS's refusal.
  func refusalOfLogDelivery(
    to groupARN: String, role roleARN: String, homeRegion: RegionName, account: AccountID
  ) -> AWSError? { nil }
}
