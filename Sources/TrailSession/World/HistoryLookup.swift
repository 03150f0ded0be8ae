internal import TrailCloud
internal import TrailEngine
internal import TrailLanguage
internal import TrailRecord
internal import TrailText

/// Finds what LookupEvents answers among the session's events (facts §2.2–§2.3).
struct HistoryLookup {
  let session: Session
  let request: LookupRequest
  /// Nil for events of every account.
  var account: AccountID?
  var region: RegionName
  /// To where the 90 days reach.
  var now: Int64

  /// The page, and the events in it.
  func page() throws -> (answer: LookupPage, events: EventRows) {
    let statement = PlacedStatement("events where \(condition)")
    let answer = try QueryRunner(session: session).run(statement)
    guard case .events(let rows) = answer.content else {
      return (request.page(of: [], now: now), EventRows(snapshot: .empty, references: []))
    }
    var bytes: [UInt8] = []
    var places: [String: Int] = [:]
    // A record that was simulated and came back by import is one event.
    let entries = (0..<rows.count).reversed().lazy.compactMap { index -> LookupEntry? in
      bytes.removeAll(keepingCapacity: true)
      rows.appendRecord(at: index, to: &bytes)
      guard let record = try? JSONParser.parse(String(decoding: bytes, as: UTF8.self)) else {
        return nil
      }
      let entry = LookupEntry(record: record)
      guard places.updateValue(index, forKey: entry.eventID) == nil || entry.eventID.isEmpty
      else { return nil }
      return entry
    }
    let page = request.page(of: entries, now: now)
    let references = page.entries.compactMap { entry in
      places[entry.eventID].map { rows.references[$0] }
    }
    return (page, EventRows(snapshot: rows.snapshot, references: references))
  }

  /// A condition that all events of the answer satisfy, so that few records need be read.
  private var condition: String {
    var parts = ["awsRegion == \(SyntaxPrinter.quotedStep(region))"]
    if let account { parts.append("recipientAccountId == \(SyntaxPrinter.quotedStep(account))") }
    parts.append(
      request.wantsInsights
        ? "insight" : "(eventCategory == Management or not eventCategory exists)")
    if let window = request.window(now: now) {
      parts.append("time >= \"\(ReadableTime.iso(window.lowerBound))\"")
    }
    if let attribute = request.attribute,
      let part = Self.condition(attribute, ofInsights: request.wantsInsights)
    {
      parts.append(part)
    }
    return parts.joined(separator: " and ")
  }

  /// A condition on records whose entries may have the attribute; nil where no member says so. Values that hold a star
  /// find more than they should here, which does no harm.
  static func condition(_ attribute: LookupAttribute, ofInsights: Bool) -> String? {
    let value = SyntaxPrinter.quotedStep(attribute.value)
    switch attribute.key {
    case .eventID: return "eventID == \(value)"
    case .readOnly: return "readOnly == \(value)"
    case .accessKeyID: return "userIdentity.accessKeyId == \(value)"
    case .eventName: return ofInsights ? nil : "eventName == \(value)"
    case .eventSource: return ofInsights ? nil : "eventSource == \(value)"
    case .username:
      let anywhere = SyntaxPrinter.quotedStep("*\(attribute.value)*")
      return "(userIdentity.userName == \(value) or userIdentity.principalId = \(anywhere)"
        + " or userIdentity.arn = \(anywhere)"
        + (attribute.value == "root" ? " or userIdentity.type == Root)" : ")")
    case .resourceType, .resourceName: return nil
    }
  }
}

extension Session {
  /// Answers the simulated LookupEvents; nothing where the reader stopped it.
  func history(
    _ request: LookupRequest, _ account: AccountID, _ region: RegionName, now: Int64
  ) -> LookupPage {
    let lookup = HistoryLookup(
      session: self, request: request, account: account, region: region, now: now)
    return (try? lookup.page().answer) ?? .empty
  }
}

extension Session {
  /// Tells of the simulated calls from a time until now, in order: all, or the management events that write or failed.
  func tellPast(since time: Int64, _ isAllWanted: Bool, _ take: (EventRecord) -> Void) {
    let kept = isAllWanted ? "" : " and management and (readOnly = false or errorCode exists)"
    // A world that is built again finds its whole future in the store.
    let span = "time >= \"\(ReadableTime.iso(time))\" and time < \"\(ReadableTime.iso(clock.now))\""
    let sentence = "calls where \(span)\(kept)"
    guard let answer = try? QueryRunner(session: self).run(PlacedStatement(sentence)),
      case .events(let rows) = answer.content
    else { return }
    var bytes: [UInt8] = []
    for index in 0..<rows.count {
      bytes.removeAll(keepingCapacity: true)
      rows.appendRecord(at: index, to: &bytes)
      if let record = try? JSONParser.parse(bytes) { take(EventRecord(reading: record)) }
    }
  }
}
