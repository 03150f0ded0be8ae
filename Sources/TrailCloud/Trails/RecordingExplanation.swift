package import TrailRecord

/// Why trails and Event history have an event or have it not.
package struct RecordingExplanation: Hashable, Sendable {
  /// What one trail made of it.
  package enum Reason: Hashable, Sendable {
    case recorded
    /// The trail was made later.
    case notMadeYet
    case notLogging
    case deleted
    /// A single-Region trail, elsewhere.
    case otherRegion(RegionName)
    /// A global service's event, which single-Region trails get in us-east-1 only.
    case globalElsewhere(home: RegionName)
    /// A global service's event, which the trail was told to leave out.
    case globalLeftOut
    /// CloudTrail's own delivery, with `RecursiveLogging` off.
    case ownDelivery
    case withoutInsights
    /// An Insight of a kind that the trail does not watch, in words.
    case otherInsights(String)
    /// An Insight about the data events of another trail.
    case insightOfAnotherTrail(String)
    /// What each selector said, in their order.
    case notSelected([SelectorVerdict])
  }
  package struct TrailReason: Hashable, Sendable {
    package var trail: String
    package var arn: String
    package var reason: Reason
    /// One line, such as `main did not record it: its selectors take management events only`.
    package var text: String

    package var isRecorded: Bool { reason == .recorded }
  }
  /// In the order in which the trails were made.
  package var trails: [TrailReason]
  package var isInEventHistory: Bool
  /// Why Event history has it or not, on one line.
  package var eventHistory: String

  package var isRecorded: Bool { isInEventHistory || trails.contains(where: \.isRecorded) }
}

extension Cloud {
  /// Why each trail of the record's account, and of its organization, recorded it or did not.
  ///
  /// - Parameter record: as CloudTrail writes it; recorded or not.
  package func explanation(of record: JSONValue) -> RecordingExplanation {
    let event = EventRecord(reading: record)
    let insight = record["insightDetails"]
    let isOfData = insight.map { InsightKinds(details: $0).isOfData } ?? false
    let isInHistory =
      event.category == .management || event.category == .insight && !isOfData
    let reasons = trails.known.filter { sees($0, event.recipientAccountID) }.map { trail in
      let reason = reason(trail, event, insight)
      return RecordingExplanation.TrailReason(
        trail: trail.name, arn: trail.arn, reason: reason, text: text(of: reason, trail, event))
    }
    return RecordingExplanation(
      trails: reasons, isInEventHistory: isInHistory,
      eventHistory: Self.historyText(event, isOfData: isOfData))
  }

  private static func historyText(_ event: EventRecord, isOfData: Bool) -> String {
    switch event.category {
    case .management:
      "Event history has it: management events of 90 days, in \(event.awsRegion)"
    case .insight where !isOfData:
      "Event history has it, under the category insight: 90 days, in \(event.awsRegion) (`lookup insight`)"
    case .insight: "Event history has no Insights about data events: ListInsightsData tells them"
    case .data, .networkActivity:
      "Event history has no \(event.category.phrase) events: only a trail can record it"
    }
  }

  private func reason(
    _ trail: Trail, _ event: EventRecord, _ insight: JSONValue?
  ) -> RecordingExplanation.Reason {
    guard let rule = trails.rule(of: trail.id, for: event) else { return .notMadeYet }
    guard rule.isLogging else {
      return trail.deletionTime.map { $0 / 1000 * 1000 <= event.eventTime } ?? false
        ? .deleted : .notLogging
    }
    guard rule.covers(event) else {
      guard event.isGlobalServiceEvent else { return .otherRegion(rule.homeRegion) }
      return rule.homeRegion == RecordingRule.globalRegion
        ? .globalLeftOut : .globalElsewhere(home: rule.homeRegion)
    }
    if rule.isOwnDelivery(event) { return .ownDelivery }
    if let insight { return self.reason(trail, rule, ofInsight: insight) }
    if rule.selects(event) { return .recorded }
    return .notSelected(rule.written.verdicts(on: event).map(\.verdict))
  }

  /// Whether a trail gets an Insight, by what it watches.
  private func reason(
    _ trail: Trail, _ rule: RecordingRule, ofInsight details: JSONValue
  ) -> RecordingExplanation.Reason {
    guard !rule.insightKinds.isEmpty else { return .withoutInsights }
    if let source = details["insightSource"]?.text, source != trail.arn {
      return .insightOfAnotherTrail(source)
    }
    let kind = InsightKinds(details: details)
    return rule.insightKinds.isSuperset(of: kind) ? .recorded : .otherInsights(kind.phrase)
  }

  private func text(
    of reason: RecordingExplanation.Reason, _ trail: Trail, _ event: EventRecord
  ) -> String {
    let name = trail.name
    let not = "\(name) did not record it: "
    switch reason {
    case .recorded: return "\(name) recorded it, for s3://\(trail.bucket)"
    case .notMadeYet: return not + "the trail was made later"
    case .notLogging: return not + "it was not logging then (`start \(name)`)"
    case .deleted: return not + "it had been deleted"
    case .otherRegion(let home):
      return not + "it logs \(home) only, and this happened in \(event.awsRegion)"
    case .globalElsewhere(let home):
      return not
        + "events of global services go to trails of all Regions and to those of us-east-1, and it is one of \(home)"
    case .globalLeftOut: return not + "it leaves the events of global services out"
    case .ownDelivery: return not + "it leaves CloudTrail's own deliveries out"
    case .withoutInsights:
      return not + "it has no Insights enabled (`enable insights on \(name)`)"
    case .otherInsights(let kind): return not + "its Insights do not watch \(kind)"
    case .insightOfAnotherTrail(let other):
      return not + "it is about the data events of \(other.split(separator: "/").last ?? "")"
    case .notSelected(let verdicts):
      let texts = verdicts.map(\.text)
      if texts.count == 1 { return not + "its selector \(texts[0])" }
      let listed = texts.enumerated().map { "selector \($0.offset + 1) \($0.element)" }
      return not + listed.joined(separator: "; ")
    }
  }
}

extension EventCategory {
  var phrase: String {
    switch self {
    case .management: "management"
    case .data: "data"
    case .networkActivity: "network activity"
    case .insight: "Insights"
    }
  }
}

extension EventRecord {
  /// Takes out of a record what trails need to know of it.
  package init(reading record: JSONValue) {
    let source = record["eventSource"]?.text ?? ""
    let region = record["awsRegion"]?.text ?? ""
    let identity = record["userIdentity"]
    let resources = (record["resources"]?.elements ?? []).compactMap { resource in
      (resource["ARN"] ?? resource["ARNPrefix"])?.text.map { arn in
        ResourceReference(
          type: resource["type"]?.text, arn: arn, accountID: resource["accountId"]?.text,
          isPrefix: resource["ARN"] == nil)
      }
    }
    let category =
      record["eventCategory"]?.text.flatMap { EventCategory(rawValue: $0) }
      ?? (record["managementEvent"]?.truth == false ? .data : .management)
    self.init(
      bytes: JSONWriter.bytes(record), eventID: record["eventID"]?.text ?? "",
      eventTime: record["eventTime"]?.text.flatMap { EventTime.parse($0) } ?? 0,
      resources: resources,
      traits: RecordTraits(
        eventSource: source,
        eventName: (record["eventName"] ?? record["insightDetails"]?["eventName"])?.text ?? "",
        eventType: record["eventType"]?.text.flatMap { EventType(rawValue: $0) } ?? .apiCall,
        category: category, awsRegion: region,
        recipientAccountID: record["recipientAccountId"]?.text ?? identity?["accountId"]?.text
          ?? "",
        isReadOnly: record["readOnly"]?.truth, errorCode: record["errorCode"]?.text,
        userIdentityARN: identity?["arn"]?.text, userAgent: record["userAgent"]?.text,
        invokedBy: identity?["invokedBy"]?.text,
        isSessionCredentialFromConsole: record["sessionCredentialFromConsole"]?.truth ?? false,
        vpcEndpointID: record["vpcEndpointId"]?.text,
        isGlobalServiceEvent: ["iam.amazonaws.com", "cloudfront.amazonaws.com"].contains(source)
          || source == "sts.amazonaws.com" && region == RecordingRule.globalRegion))
  }
}
