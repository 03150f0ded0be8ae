internal import TrailRecord

/// An Insights event, and the record that AWS makes of it (facts §9.3).
struct InsightEvent {
  enum State: String { case start = "Start", end = "End" }

  var state: State
  /// In milliseconds since 1970 UTC: whole minutes.
  var time: Int64
  var id: String
  var sharedID: String
  var key: InsightSeriesKey
  /// The trail's ARN, of Insights about data events.
  var source: String?
  /// What was counted, and in how many minutes.
  var count: Int
  var minutes: Int
  var attributions: Attributions
  var baseline: InsightBaseline

  /// The version of AWS's newest examples.
  static let version = "1.09"
  /// Of each attribute the most frequent values are told.
  static let attributedValues = 5

  var record: EventRecord {
    EventRecord(
      bytes: JSONWriter.bytes(json), eventID: id, eventTime: time, resources: [],
      traits: RecordTraits(
        eventSource: CloudTrailService.principal, eventName: key.eventName, eventType: .insight,
        category: .insight, awsRegion: key.region, recipientAccountID: key.account,
        isReadOnly: nil, errorCode: nil, userIdentityARN: nil, userAgent: nil, invokedBy: nil,
        isSessionCredentialFromConsole: false, vpcEndpointID: nil, isGlobalServiceEvent: false))
  }

  var json: JSONValue {
    .members([
      ("eventVersion", .string(Self.version)), ("eventTime", .string(EventTime.format(time))),
      ("awsRegion", .string(key.region)), ("eventID", .string(id)),
      ("eventType", .string(EventType.insight.rawValue)),
      ("recipientAccountId", .string(key.account)), ("sharedEventID", .string(sharedID)),
      ("insightDetails", details), ("eventCategory", .string(EventCategory.insight.rawValue)),
    ])
  }

  private var details: JSONValue {
    let type: InsightSelector.InsightType = key.errorCode == nil ? .callRate : .errorRate
    let category: EventCategory = key.trail == nil ? .management : .data
    return .members([
      ("state", .string(state.rawValue)), ("eventSource", .string(key.eventSource)),
      ("eventName", .string(key.eventName)), ("insightType", .string(type.rawValue)),
      ("errorCode", .text(key.errorCode)), ("sourceEventCategory", .string(category.rawValue)),
      (
        "insightContext",
        .members([
          (
            "statistics",
            [
              "baseline": ["average": average(baseline.count, of: baseline.minutes)],
              "insight": ["average": average(count, of: minutes)],
              "insightDuration": .number(minutes), "baselineDuration": .number(baseline.minutes),
            ]
          ),
          ("attributions", .array(attributed.map(attribution))),
        ])
      ), ("insightSource", .text(source)),
    ])
  }

  /// Errors are not attributed to errors, and resources are told of data events only.
  private var attributed: [Attributions.Attribute] {
    Attributions.Attribute.allCases.filter { attribute in
      switch attribute {
      case .userIdentityARN, .userAgent: true
      case .errorCode: key.errorCode == nil
      case .resourceARN: key.trail != nil
      }
    }
  }

  private func attribution(_ attribute: Attributions.Attribute) -> JSONValue {
    func values(_ tally: ValueTally, _ minutes: Int) -> JSONValue {
      .array(
        tally.ranked.prefix(Self.attributedValues).map { value, count in
          ["value": .string(value), "average": average(count, of: minutes)]
        })
    }
    return [
      "attribute": .string(attribute.rawValue),
      "insight": values(attributions[attribute], minutes),
      "baseline": values(baseline.attributions[attribute], baseline.minutes),
    ]
  }

  private func average(_ count: Int, of minutes: Int) -> JSONValue {
    .number(InsightNumber.average(count, of: minutes))
  }
}

/// Averages as AWS's newest examples spell them: up to ten decimals, and none that say nothing: `0.0000882145`, `1.2`,
/// `6`, `0`.
enum InsightNumber {
  private static let decimals = 10
  private static let unit = 10_000_000_000

  static func average(_ count: Int, of minutes: Int) -> String {
    guard minutes > 0, count > 0 else { return "0" }
    let whole = count / minutes
    let rest = count % minutes
    // Rounded half up; exact for every baseline and every activity, because the rest is smaller than the minutes.
    var fraction = (rest * unit * 2 + minutes) / (minutes * 2)
    var integer = whole
    if fraction == unit {
      integer += 1
      fraction = 0
    }
    guard fraction > 0 else { return "\(integer)" }
    var digits = "\(fraction)"
    digits = String(repeating: "0", count: decimals - digits.utf8.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(integer).\(digits)"
  }
}
