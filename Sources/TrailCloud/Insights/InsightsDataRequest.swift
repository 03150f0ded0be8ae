internal import TrailRecord

/// What ListInsightsData is asked for, once it has passed AWS's rules (facts §9.4). Ours: the errors' texts.
struct InsightsDataRequest {
  /// The trail's ARN.
  var source: String
  var dimension: (key: LookupAttribute.Key, value: String)?
  /// Both ends count.
  var startTime: Int64?
  var endTime: Int64?
  var maxResults: Int
  var resumption: LookupToken?

  static let dataType = "InsightsEvents"
  private static let sourceLengths = 3...256
  private static let tokenLengths = 4...1000

  init(_ call: ServiceCall) throws(AWSError) {
    source = call.text("InsightSource") ?? ""
    guard Self.sourceLengths.contains(source.utf8.count),
      source.utf8.allSatisfy({ Self.isSourceByte($0) })
    else {
      throw .parameter("InsightSource must be the ARN of a trail, of 3 to 256 characters.")
    }
    let type = call.text("DataType") ?? ""
    guard type == Self.dataType else {
      throw .parameter("DataType \(type) is not valid. Valid values: \(Self.dataType).")
    }
    dimension = try Self.dimension(call.parameters["Dimensions"])
    startTime = try call.time("StartTime")
    endTime = try call.time("EndTime")
    if let startTime, let endTime, startTime > endTime {
      throw .parameter("The start time is later than the end time. The start time must be earlier.")
    }
    maxResults = try call.integer(
      "MaxResults", in: 1...LookupRequest.maximumResults, default: LookupRequest.maximumResults)
    guard let text = call.text("NextToken") else { return }
    guard Self.tokenLengths.contains(text.unicodeScalars.count), let token = LookupToken(text),
      token.requestHash == parametersHash
    else { throw .token }
    resumption = token
  }

  private static func isSourceByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._/-:".utf8.contains(byte)
    }
  }

  private static func dimension(
    _ json: JSONValue?
  ) throws(AWSError) -> (key: LookupAttribute.Key, value: String)? {
    guard let json, json != .null else { return nil }
    guard let members = json.members else { throw .parameter("Dimensions must be a map.") }
    guard members.count <= 1 else {
      throw .parameter("Dimensions can have only one item, and \(members.count) were given.")
    }
    guard let member = members.first else { return nil }
    let possible = LookupAttribute.insightKeys
    guard let key = possible.first(where: { $0.rawValue == member.nameText }) else {
      throw .parameter(
        "Dimension \(member.nameText) is not valid. Valid dimensions: \(possible.map(\.rawValue).joined(separator: ", "))."
      )
    }
    let value = member.value.text ?? ""
    let length = LookupAttribute.countedLength(of: value)
    guard (1...LookupRequest.maximumValueLength).contains(length) else {
      throw .parameter(
        "The value of the dimension \(key.rawValue) must have 1 to \(LookupRequest.maximumValueLength) characters, and has \(length)."
      )
    }
    return (key, value)
  }

  func accepts(_ entry: LookupEntry) -> Bool {
    guard entry.eventTime >= startTime ?? .min, entry.eventTime <= endTime ?? .max else {
      return false
    }
    guard let dimension else { return true }
    return switch dimension.key {
    case .eventID: entry.eventID == dimension.value
    case .eventName: entry.eventName == dimension.value
    default: entry.eventSource == dimension.value
    }
  }

  /// A fingerprint of what must stay the same from page to page.
  var parametersHash: UInt64 {
    let parts = [
      "data", source, dimension?.key.rawValue ?? "", dimension?.value ?? "",
      startTime.map { "\($0)" } ?? "", endTime.map { "\($0)" } ?? "", "\(maxResults)",
    ]
    var hash = IdentifierSource.branch(seed: 0, name: parts.joined(separator: "\n"))
    return hash.next()
  }
}

extension AWSError {
  static func parameter(_ message: String) -> AWSError {
    AWSError("InvalidParameterException", message)
  }

  static let token = parameter("The token is not valid, or was issued for other parameters.")
}

extension ServiceCall {
  /// A time of a request about Insights.
  func time(_ name: String) throws(AWSError) -> Int64? {
    guard let value = parameters[name], value != .null else { return nil }
    guard let time = LookupTime.milliseconds(value) else {
      throw .parameter("\(name) is not a time.")
    }
    return time
  }

  func integer(
    _ name: String, in range: ClosedRange<Int>, default usual: Int
  ) throws(AWSError) -> Int {
    guard let value = parameters[name], value != .null else { return usual }
    guard let number = value.integer, range.contains(number) else {
      throw .parameter(
        "The value for \(name) is not valid. Specify a value from \(range.lowerBound) to \(range.upperBound)."
      )
    }
    return number
  }
}
