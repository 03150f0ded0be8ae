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
package enum InsightNumber {
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
    return spelled(integer * unit + fraction, decimals: decimals)
  }

  /// How many digits of an average people read.
  private static let significantDigits = 3

  /// An average to three digits that say something: `0.0000882145` is 0.0000882, `1234.5678` is 1235.
  package static func readable(_ spelling: String) -> String {
    let parts = spelling.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let whole = Int(parts[0]) else { return spelling }
    let digits = parts[1].utf8.map { Int($0) - 0x30 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return spelling }
    let wholeDigits = whole > 0 ? "\(whole)".utf8.count : 0
    let leadingZeros = whole > 0 ? 0 : digits.prefix { $0 == 0 }.count
    let kept = max(0, significantDigits - wholeDigits) + leadingZeros
    var value = whole
    for digit in digits.prefix(kept) { value = value * 10 + digit }
    if digits.count > kept, digits[kept] >= 5 { value += 1 }
    return spelled(value, decimals: min(kept, digits.count))
  }

  /// A number of units of so many decimals, without zeros at its end.
  package static func spelled(_ value: Int, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    guard decimals > 0, value % scale > 0 else { return "\(value / scale)" }
    var fraction = "\(value % scale)"
    fraction = String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return "\(value / scale).\(fraction)"
  }
}

/// An Insights event in a few words.
enum InsightHeadline {
  /// Such as `Insight starts: CreateUser in us-east-1, 60 calls a minute`; of errors, whose they are and which:
  /// `Insight ends: AccessDenied of GetObject in us-east-1, 12 errors a minute`.
  static func text(of record: EventRecord) -> String {
    let details = (try? JSONParser.parse(record.bytes))?["insightDetails"]
    let verb = details?["state"]?.text == InsightEvent.State.end.rawValue ? "ends" : "starts"
    let error = details?["errorCode"]?.text
    let what = error.map { "\($0) of \(record.eventName)" } ?? record.eventName
    var text = "Insight \(verb): \(what) in \(record.awsRegion)"
    let average = details?["insightContext"]?["statistics"]?["insight"]?["average"]
    if case .number(let spelling)? = average {
      let isOne = spelling == "1"
      let counted = error == nil ? (isOne ? "call" : "calls") : (isOne ? "error" : "errors")
      text += ", \(InsightNumber.readable(spelling)) \(counted) a minute"
    }
    return text
  }
}
