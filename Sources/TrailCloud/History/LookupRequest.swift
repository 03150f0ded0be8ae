package import TrailRecord

/// What LookupEvents is asked for, once it has passed AWS's rules (facts §2.2).
package struct LookupRequest: Hashable, Sendable {
  /// Event history keeps 90 days.
  package static let daysKept: Int64 = 90
  /// The longest page, and the page's length where nobody says otherwise.
  package static let maximumResults = 50
  static let maximumValueLength = 2000

  package var attribute: LookupAttribute?
  /// Both ends count; milliseconds since 1970 UTC. Nil for the ends of what is kept.
  package var startTime: Int64?
  package var endTime: Int64?
  /// True for `EventCategory=insight`: Insights events, and nothing else.
  package var wantsInsights: Bool
  package var maxResults: Int
  /// The entry after which the page begins; nil for the first page.
  package var resumption: LookupToken?

  /// Checks a request by AWS's rules, in our order: attributes, category, times, number of results, token.
  ///
  /// Ours: the texts of the errors, which AWS does not publish.
  package init(
    attributes: [(key: String, value: String)] = [], startTime: Int64? = nil,
    endTime: Int64? = nil, eventCategory: String? = nil, maxResults: Int? = nil,
    nextToken: String? = nil
  ) throws(AWSError) {
    guard attributes.count <= 1 else {
      throw AWSError(
        "InvalidLookupAttributesException",
        "You can specify only one lookup attribute, and \(attributes.count) were given.",
        advice: "a query has no such limit: events where name=\"…\" and user=\"…\"")
    }
    wantsInsights = eventCategory != nil
    if let eventCategory, eventCategory != "insight" {
      throw AWSError(
        "InvalidEventCategoryException",
        "The event category \(eventCategory) is not valid. Specify insight, or leave it out.")
    }
    attribute = nil
    if let given = attributes.first {
      attribute = try LookupAttribute(given.key, given.value, ofInsights: wantsInsights)
    }
    if let startTime, let endTime, startTime > endTime {
      throw AWSError(
        "InvalidTimeRangeException",
        "The start time is later than the end time. The start time must be earlier.")
    }
    self.startTime = startTime
    self.endTime = endTime
    self.maxResults = maxResults ?? Self.maximumResults
    guard (1...Self.maximumResults).contains(self.maxResults) else {
      throw AWSError(
        "InvalidMaxResultsException",
        "The value \(self.maxResults) for MaxResults is not valid. Specify a value from 1 to \(Self.maximumResults)."
      )
    }
    resumption = nil
    if let nextToken {
      guard let token = LookupToken(nextToken), token.requestHash == parametersHash else {
        throw AWSError(
          "InvalidNextTokenException",
          "The token is not valid, or was issued for other parameters.",
          advice: "send the token with the same parameters as the call that gave it")
      }
      resumption = token
    }
  }

  /// Reads the request from the members of the API's call.
  package init(parameters: JSONValue) throws(AWSError) {
    var attributes: [(key: String, value: String)] = []
    if case .array(let items)? = parameters["LookupAttributes"] {
      attributes = items.map {
        (key: $0["AttributeKey"]?.text ?? "", value: $0["AttributeValue"]?.text ?? "")
      }
    }
    func time(_ name: String) throws(AWSError) -> Int64? {
      guard let value = parameters[name], value != .null else { return nil }
      guard let time = LookupTime.milliseconds(value) else {
        throw AWSError("InvalidTimeRangeException", "\(name) is not a time.")
      }
      return time
    }
    var count: Int?
    if case .number(let spelling)? = parameters["MaxResults"] { count = Int(spelling) ?? 0 }
    try self.init(
      attributes: attributes, startTime: try time("StartTime"), endTime: try time("EndTime"),
      eventCategory: parameters["EventCategory"]?.text, maxResults: count,
      nextToken: parameters["NextToken"]?.text)
  }

  /// The times that are looked at: what was asked for, within the 90 days that are kept.
  ///
  /// - Returns: nil where nothing can lie in it.
  package func window(now: Int64) -> ClosedRange<Int64>? {
    let earliest = now - Self.daysKept * EventTime.millisecondsPerDay
    let start = max(startTime ?? earliest, earliest)
    let end = endTime ?? Int64.max
    return start <= end ? start...end : nil
  }

  /// Whether an entry answers the request: its category, time and attribute.
  package func accepts(_ entry: LookupEntry, now: Int64) -> Bool {
    guard entry.isInsight == wantsInsights,
      entry.isInsight ? !entry.isOfData : entry.isManagement,
      let window = window(now: now), window.contains(entry.eventTime)
    else { return false }
    return attribute?.accepts(entry) ?? true
  }

  /// One page of the answer.
  ///
  /// - Parameter entries: the Region's entries, newest first, taken only as far as the page needs.
  package func page(of entries: some Sequence<LookupEntry>, now: Int64) -> LookupPage {
    var page = LookupPage(entries: [], nextToken: nil)
    var isBefore = resumption != nil
    for entry in entries where accepts(entry, now: now) {
      if isBefore, let resumption {
        // Newer than the last page's end, or that end itself: seen already, or come since.
        if entry.eventID == resumption.eventID {
          isBefore = false
          continue
        }
        if entry.eventTime >= resumption.eventTime { continue }
        isBefore = false
      }
      if page.entries.count == maxResults {
        if let last = page.entries.last {
          page.nextToken =
            LookupToken(
              requestHash: parametersHash, eventTime: last.eventTime, eventID: last.eventID
            ).text
        }
        break
      }
      page.entries.append(entry)
    }
    return page
  }

  /// A fingerprint of what must stay the same from page to page.
  private var parametersHash: UInt64 {
    let parts = [
      attribute?.key.rawValue ?? "", attribute?.value ?? "", startTime.map { "\($0)" } ?? "",
      endTime.map { "\($0)" } ?? "", "\(wantsInsights)", "\(maxResults)",
    ]
    var source = IdentifierSource.branch(seed: 0, name: parts.joined(separator: "\n"))
    return source.next()
  }
}

/// The one attribute that LookupEvents can select by.
package struct LookupAttribute: Hashable, Sendable {
  package enum Key: String, Hashable, Sendable, CaseIterable {
    case eventID = "EventId"
    case eventName = "EventName"
    case readOnly = "ReadOnly"
    case username = "Username"
    case resourceType = "ResourceType"
    case resourceName = "ResourceName"
    case eventSource = "EventSource"
    case accessKeyID = "AccessKeyId"
  }
  /// The keys that Insights events have.
  static let insightKeys: [Key] = [.eventID, .eventName, .eventSource]

  package var key: Key
  package var value: String

  init(_ key: String, _ value: String, ofInsights: Bool) throws(AWSError) {
    let possible = ofInsights ? Self.insightKeys : Key.allCases
    let names = possible.map(\.rawValue)
    guard let known = possible.first(where: { $0.rawValue == key }) else {
      throw AWSError(
        "InvalidLookupAttributesException",
        "The lookup attribute key \(key) is not valid. Valid keys: \(names.joined(separator: ", ")).",
        advice: Key.allCases.first { $0.rawValue.lowercased() == key.lowercased() }
          .map { "attribute keys are spelt exactly: \($0.rawValue)" })
    }
    let length = Self.countedLength(of: value)
    guard (1...LookupRequest.maximumValueLength).contains(length) else {
      throw AWSError(
        "InvalidLookupAttributesException",
        "The value of the lookup attribute \(key) must have 1 to \(LookupRequest.maximumValueLength) characters, and has \(length)."
      )
    }
    if known == .readOnly, value != "true", value != "false" {
      throw AWSError(
        "InvalidLookupAttributesException",
        "The value \(value) of the lookup attribute ReadOnly is not valid. Valid values: true, false."
      )
    }
    self.key = known
    self.value = value
  }

  /// Underscores, spaces, commas and line ends count as two characters.
  static func countedLength(of value: String) -> Int {
    value.unicodeScalars.reduce(0) { $0 + ("_ ,\n".unicodeScalars.contains($1) ? 2 : 1) }
  }

  /// Exact, and letter case counts.
  func accepts(_ entry: LookupEntry) -> Bool {
    switch key {
    case .eventID: entry.eventID == value
    case .eventName: entry.eventName == value
    case .readOnly: entry.readOnly == value
    case .username: entry.username == value
    case .resourceType: entry.resources.contains { $0.type == value }
    case .resourceName: entry.resources.contains { $0.name == value }
    case .eventSource: entry.eventSource == value
    case .accessKeyID: entry.accessKeyID == value
    }
  }
}

/// A page of LookupEvents' answer.
package struct LookupPage: Hashable, Sendable {
  package var entries: [LookupEntry]
  /// Nil where nothing follows.
  package var nextToken: String?

  /// Of a history in which nothing is found.
  package static let empty = LookupPage(entries: [], nextToken: nil)

  /// As the API answers.
  package var json: JSONValue {
    .members([
      ("Events", .array(entries.map(\.json))), ("NextToken", nextToken.map { .string($0) }),
    ])
  }
}

/// Where a page ended, bound to the request that it belongs to.
package struct LookupToken: Hashable, Sendable {
  var requestHash: UInt64
  var eventTime: Int64
  var eventID: String

  init(requestHash: UInt64, eventTime: Int64, eventID: String) {
    self.requestHash = requestHash
    self.eventTime = eventTime
    self.eventID = eventID
  }

  /// Reads a token; nil for what is none.
  init?(_ text: String) {
    var bytes: [UInt8] = []
    var digits = text.utf8.makeIterator()
    while let high = digits.next() {
      guard let low = digits.next(),
        let byte = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte ^ Self.mask)
    }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "|", maxSplits: 2)
    guard parts.count == 3, let hash = UInt64(parts[0], radix: 16), let time = Int64(parts[1])
    else { return nil }
    requestHash = hash
    eventTime = time
    eventID = String(parts[2])
  }

  /// Opaque to the reader.
  var text: String {
    let bytes = "\(String(requestHash, radix: 16))|\(eventTime)|\(eventID)".utf8
    return bytes.map { byte in
      let digits = String(byte ^ Self.mask, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private static let mask: UInt8 = 0x5A
}
