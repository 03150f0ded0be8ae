internal import TrailRecord

extension Cloud {
  /// The model of CloudTrail itself: a call is judged, and recorded, by the trails as they were when it came; what it
  /// changes, changes right after its record was made.
  ///
  /// Ours: so StopLogging and DeleteTrail are the last events that a trail records, and StartLogging is not the first.
  func performCloudTrail(_ given: ServiceCall) -> ServiceOutcome {
    var outcome: ServiceOutcome
    var call = given
    // What stands in a record's parameters is understood too.
    call.parameters = .object(
      (given.parameters.members ?? []).map {
        JSONMember($0.name, $0.value.withCapitalInitials)
      })
    do {
      guard let answer = try cloudTrailAnswer(to: call) else { return performGenerally(call) }
      outcome = answer
    } catch {
      outcome = .refused(error)
    }
    let isEmpty = call.parameters.members?.isEmpty ?? true
    outcome.requestParameters = isEmpty ? .null : call.parameters.withSmallInitials
    let hasAnswer = outcome.response.members?.isEmpty == false && outcome.error == nil
    outcome.responseElements =
      hasAnswer && !call.operation.isReadOnly ? outcome.response.withSmallInitials : .null
    return outcome
  }

  /// Nil for an operation about something other than trails.
  private func cloudTrailAnswer(to call: ServiceCall) throws(AWSError) -> ServiceOutcome? {
    switch call.operation.name {
    case "CreateTrail": try createTrail(call)
    case "UpdateTrail": try updateTrail(call)
    case "DeleteTrail": try deleteTrail(call)
    case "StartLogging": try setLogging(true, call)
    case "StopLogging": try setLogging(false, call)
    case "GetTrail": try getTrail(call)
    case "DescribeTrails": try describeTrails(call)
    case "ListTrails": try listTrails(call)
    case "GetTrailStatus": try getTrailStatus(call)
    case "PutEventSelectors": try putEventSelectors(call)
    case "GetEventSelectors": try getEventSelectors(call)
    case "PutInsightSelectors": try putInsightSelectors(call)
    case "GetInsightSelectors": try getInsightSelectors(call)
    case "ListInsightsData": try listInsightsData(call)
    case "ListInsightsMetricData": try listInsightsMetricData(call)
    case "PutEventConfiguration": try putEventConfiguration(call)
    case "GetEventConfiguration": try getEventConfiguration(call)
    case "AddTags": try addTags(call)
    case "RemoveTags": try removeTags(call)
    case "ListTags": try listTags(call)
    case "ListPublicKeys": try listPublicKeys(call)
    case "LookupEvents": try lookUpEvents(call)
    default: nil
    }
  }

  /// Changes trails at the time of the call, after its record.
  ///
  /// - Parameter then: what follows from the change.
  func outcome(
    of call: ServiceCall, keeping trail: Trail, response: JSONValue = .object([]),
    changesDigests: Bool = false, then: ((Cloud) -> Void)? = nil
  ) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    outcome.response = response
    let time = call.time / 1000 == now / 1000 ? now : call.time
    outcome.afterwards = { cloud in
      cloud.trails.keep(trail, from: time)
      cloud.insightsChanged(of: trail.id)
      if changesDigests { cloud.digestChainChanged(of: trail.id) }
      then?(cloud)
    }
    return outcome
  }

  /// LookupEvents: AWS's rules, and the events where somebody keeps them.
  private func lookUpEvents(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let request = try LookupRequest(parameters: call.parameters)
    var outcome = ServiceOutcome()
    // To look takes long, and background traffic looks often: nobody reads that.
    let page = call.isAnswerWanted ? eventHistory?(request, call.account, call.region) : nil
    outcome.response = (page ?? .empty).json
    return outcome
  }

  /// The keys that signed digests in a span of time, now unless told (facts §8.4). Ours: the errors' texts.
  private func listPublicKeys(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    if call.text("NextToken") != nil {
      throw AWSError("InvalidTokenException", "The token is not valid.")
    }
    func time(_ name: String) throws(AWSError) -> Int64 {
      guard let value = call.parameters[name], value != .null else { return now }
      guard let time = LookupTime.milliseconds(value) else {
        throw AWSError("InvalidTimeRangeException", "\(name) is not a time.")
      }
      return time
    }
    let start = try time("StartTime")
    let end = try time("EndTime")
    guard start <= end else {
      throw AWSError("InvalidTimeRangeException", "The start time is later than the end time.")
    }
    let keys = publicKeys(from: start, to: end, region: call.region).map { key in
      JSONValue.members([
        ("Value", .string(key.base64)), ("ValidityStartTime", .seconds(key.validFrom)),
        ("ValidityEndTime", .seconds(key.validTo)), ("Fingerprint", .string(key.fingerprint)),
      ])
    }
    return answer(.members([("PublicKeyList", .array(keys))]))
  }
}
