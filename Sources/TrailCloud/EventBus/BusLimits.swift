/// Limits and times of EventBridge (facts §10.1; botocore's model; AWS's quotas), and ours.
package enum BusLimits {
  /// The most that an event may be, in bytes (facts §0.19).
  static let eventBytes = 256 * 1024
  static let ruleName = 1...64
  package static let patternCharacters = 4096
  static let scheduleCharacters = 256
  static let descriptionCharacters = 512
  static let arnCharacters = 1600
  static let busName = 1...256
  /// Targets of one rule.
  package static let targetsPerRule = 5
  /// Targets in one call of PutTargets or RemoveTargets (the guide says 10, the model 100).
  static let targetsPerCall = 100
  static let inputCharacters = 8192
  static let pathCharacters = 256
  static let paths = 100
  static let entriesPerCall = 10
  static let detailTypeCharacters = 128
  static let rulesPerBus = 300
  static let busesPerRegion = 100
  static let archiveName = 1...48
  static let replayName = 1...64
  /// Replays of an account and Region at one time.
  static let activeReplays = 10
  static let policyBytes = 10 * 1024
  static let tags = 50
  static let retries = 0...185
  static let eventAgeSeconds = 60...86_400
  package static let longestAgeSeconds = eventAgeSeconds.upperBound
  /// Ours: how long an event of CloudTrail takes to its bus, in milliseconds. AWS says that it is minutes at most.
  package static let arrivalDelay: Int64 = 60_000
  /// Ours: how often an event may come of a rule's action on an event that came of a rule's action, and so on. AWS lets
  /// such loops run.
  package static let loopDepth = 10
  /// Ours: how many actions may come of events that came of one event's actions, on all ways together: what branches is
  /// not deep. AWS lets such loops run.
  package static let loopActions = 1000
  /// Ours: events that may be on their way at one time; more are lost, and counted.
  package static let eventsOnTheirWay = 100_000
  /// Ours: the waits between retries double from a second to this, in milliseconds; AWS adds chance. So 185 retries
  /// fill a day.
  static let longestWait: Int64 = 480_000
  package static var longestWaitSeconds: Int64 { longestWait / 1000 }
}
