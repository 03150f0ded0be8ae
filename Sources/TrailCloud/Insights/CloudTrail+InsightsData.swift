internal import TrailRecord

/// The calls that tell what Insights found and counted (facts §9.4).
extension Cloud {
  /// ListInsightsData: the Insights events about a trail's data events, of the caller's account and Region, newest
  /// first.
  func listInsightsData(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let request = try InsightsDataRequest(call)
    let trail = try insightTrail(request.source, call)
    let oldest = now - LookupRequest.daysKept * EventTime.millisecondsPerDay
    let records = insights.dataEvents.filter {
      $0.awsRegion == call.region && $0.recipientAccountID == call.account
        && $0.eventTime >= oldest
    }
    let entries = records.reversed().compactMap { record -> LookupEntry? in
      guard let json = try? JSONParser.parse(record.bytes),
        json["insightDetails"]?["insightSource"]?.text == trail.arn
      else { return nil }
      let entry = LookupEntry(record: json)
      return request.accepts(entry) ? entry : nil
    }.sorted { $0.eventTime > $1.eventTime }
    var start = 0
    if let token = request.resumption {
      guard let last = entries.firstIndex(where: { $0.eventID == token.eventID }) else {
        throw .token
      }
      start = last + 1
    }
    let page = Array(entries[start...].prefix(request.maxResults))
    var answer = LookupPage(entries: page, nextToken: nil)
    if let last = page.last, start + page.count < entries.count {
      answer.nextToken =
        LookupToken(
          requestHash: request.parametersHash, eventTime: last.eventTime, eventID: last.eventID
        ).text
    }
    return self.answer(answer.json)
  }

  /// ListInsightsMetricData: what was counted in each period. Ours: a value is the number of calls or errors in it.
  func listInsightsMetricData(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let request = try InsightsMetricRequest(call)
    var trail: Trail?
    if let name = request.trailName {
      if !name.hasPrefix("arn:") { try TrailName.check(name) }
      trail = try insightTrail(name, call)
    }
    let key = InsightSeriesKey(
      account: call.account, region: call.region, trail: trail?.id,
      eventSource: request.eventSource, eventName: request.eventName, errorCode: request.errorCode)
    let minutes = request.minutes(now: now)
    var values = insights[key]?.metrics.values(request.period, in: minutes) ?? []
    if request.fillsWithZeros {
      values = Self.filled(values, request, minutes)
    }
    var next: Int?
    if values.count > request.maxResults {
      next = values[request.maxResults].minute
      values.removeLast(values.count - request.maxResults)
    }
    return answer(
      .members([
        ("TrailARN", .text(trail?.arn)), ("EventSource", .string(request.eventSource)),
        ("EventName", .string(request.eventName)), ("InsightType", .string(request.type.rawValue)),
        ("ErrorCode", .text(request.errorCode)),
        (
          "Timestamps",
          .array(values.compactMap { .seconds(Int64($0.minute) * 60_000) })
        ), ("Values", .array(values.map { .number("\($0.count).0") })),
        (
          "NextToken",
          next.map {
            .string(
              LookupToken(
                requestHash: request.parametersHash, eventTime: Int64($0), eventID: "-"
              ).text)
          }
        ),
      ]))
  }

  /// All periods of a page and the first of the next, with zeros where nothing was counted.
  private static func filled(
    _ values: [(minute: Int, count: Int)], _ request: InsightsMetricRequest, _ minutes: Range<Int>
  ) -> [(minute: Int, count: Int)] {
    var known = values[...]
    let last = minutes.lowerBound + request.period.minutes * request.maxResults
    let starts = stride(
      from: minutes.lowerBound, to: min(minutes.upperBound, last + 1), by: request.period.minutes)
    return starts.map { minute in
      guard let first = known.first, first.minute == minute else { return (minute, 0) }
      known.removeFirst()
      return first
    }
  }

  /// The trail whose Insights are asked for. Of an organization's trail only those may ask who manage it, and they are
  /// told of their own account.
  ///
  /// Ours: the code for a trail that is not there: AWS names no other.
  private func insightTrail(_ name: String, _ call: ServiceCall) throws(AWSError) -> Trail {
    let trail: Trail
    do {
      trail = try self.trail(readAs: name, call)
    } catch {
      guard error.code != "InvalidTrailNameException" else { throw error }
      throw AWSError("InvalidParameterException", error.message, advice: error.advice)
    }
    let manages =
      trail.account == call.account
      || world.organization?.delegatedAdministrators.contains(call.account) ?? false
    guard manages else {
      throw AWSError(
        "OperationNotPermittedException",
        "Only the management account and delegated administrators can list the Insights of an organization trail."
      )
    }
    return trail
  }
}
