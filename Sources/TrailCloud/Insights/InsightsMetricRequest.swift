internal import TrailRecord

/// What ListInsightsMetricData is asked for, once it has passed AWS's rules (facts §9.4). Ours: the errors' texts.
struct InsightsMetricRequest {
  /// A name or ARN; nil for management events.
  var trailName: String?
  var eventSource: String
  var eventName: String
  var type: InsightSelector.InsightType
  var errorCode: String?
  var startTime: Int64?
  /// It does not count itself.
  var endTime: Int64?
  var period: MetricHistory.Period
  var fillsWithZeros: Bool
  var maxResults: Int
  /// The minute with which the page begins; nil for the first page.
  var resumption: Int?

  static let mostValues = 21_600
  private static let mostSourceCharacters = 256
  private static let mostNameCharacters = 128
  private static let dataTypes = ["FillWithZeros", "NonZeroData"]

  init(_ call: ServiceCall) throws(AWSError) {
    trailName = call.text("TrailName")
    eventSource = call.text("EventSource") ?? ""
    guard Self.isSource(eventSource) else {
      throw .parameter(
        "EventSource \(eventSource) is not valid. It must be a service such as iam.amazonaws.com.")
    }
    eventName = call.text("EventName") ?? ""
    guard (1...Self.mostNameCharacters).contains(eventName.utf8.count),
      eventName.utf8.allSatisfy({ Self.isWordByte($0) })
    else {
      throw .parameter(
        "EventName \(eventName) is not valid. It must have letters, digits and underscores, 128 at most."
      )
    }
    let types = InsightSelector.InsightType.allCases.map(\.rawValue)
    let given = call.text("InsightType") ?? ""
    guard let type = InsightSelector.InsightType(rawValue: given) else {
      throw .parameter(
        "InsightType \(given) is not valid. Valid values: \(types.joined(separator: ", ")).")
    }
    self.type = type
    errorCode = call.text("ErrorCode")
    try Self.check(errorCode, of: type)
    startTime = try call.time("StartTime")
    endTime = try call.time("EndTime")
    if let startTime, let endTime, startTime > endTime {
      throw .parameter("The start time is later than the end time. The start time must be earlier.")
    }
    let seconds = try call.integer(
      "Period", in: 0...Int.max, default: MetricHistory.Period.hour.rawValue)
    guard let period = MetricHistory.Period(rawValue: seconds) else {
      throw .parameter("Period \(seconds) is not valid. Valid values: 60, 300, 3600.")
    }
    self.period = period
    let dataType = call.text("DataType") ?? "NonZeroData"
    guard Self.dataTypes.contains(dataType) else {
      throw .parameter(
        "DataType \(dataType) is not valid. Valid values: \(Self.dataTypes.joined(separator: ", "))."
      )
    }
    fillsWithZeros = dataType == "FillWithZeros"
    maxResults = try call.integer(
      "MaxResults", in: 1...Self.mostValues, default: Self.mostValues)
    guard let text = call.text("NextToken") else { return }
    guard let token = LookupToken(text), token.requestHash == parametersHash else {
      throw .token
    }
    resumption = Int(token.eventTime)
  }

  private static func check(
    _ errorCode: String?, of type: InsightSelector.InsightType
  ) throws(AWSError) {
    switch (type, errorCode) {
    case (.errorRate, nil):
      throw .parameter("ErrorCode is required where InsightType is ApiErrorRateInsight.")
    case (.callRate, _?):
      throw .parameter("ErrorCode can be given only where InsightType is ApiErrorRateInsight.")
    case (.errorRate, let code?):
      guard (1...mostNameCharacters).contains(code.unicodeScalars.count),
        code.utf8.allSatisfy({ isWordByte($0) || " \t\n.,-:[]".utf8.contains($0) })
      else { throw .parameter("ErrorCode \(code) is not valid.") }
    case (.callRate, nil): break
    }
  }

  private static func isSource(_ text: String) -> Bool {
    let ending = ".amazonaws.com"
    guard text.utf8.count <= mostSourceCharacters, text.hasSuffix(ending) else { return false }
    let name = text.utf8.dropLast(ending.utf8.count)
    return !name.isEmpty
      && name.allSatisfy { byte in
        byte == UInt8(ascii: "-") || isWordByte(byte) && !(0x41...0x5A).contains(byte)
      }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// A fingerprint of what must stay the same from page to page.
  var parametersHash: UInt64 {
    let parts = [
      "metric", trailName ?? "", eventSource, eventName, type.rawValue, errorCode ?? "",
      startTime.map { "\($0)" } ?? "", endTime.map { "\($0)" } ?? "", "\(period.rawValue)",
      "\(fillsWithZeros)", "\(maxResults)",
    ]
    var hash = IdentifierSource.branch(seed: 0, name: parts.joined(separator: "\n"))
    return hash.next()
  }

  /// The minutes in which periods of the answer begin.
  func minutes(now: Int64) -> Range<Int> {
    let oldest = now - Int64(period.days) * EventTime.millisecondsPerDay
    let start = max(startTime ?? oldest, oldest)
    let end = max(start, min(endTime ?? now, now))
    func roundedUp(_ time: Int64) -> Int {
      let length = Int64(period.rawValue) * 1000
      return Int((time + length - 1) / length) * period.minutes
    }
    return max(
      roundedUp(start), resumption ?? 0)..<max(roundedUp(end), roundedUp(start), resumption ?? 0)
  }
}
