internal import TrailRecord

/// The calls that tell about trails.
extension Cloud {
  func getTrail(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    answer(.members([("Trail", try trail(readAs: try call.needed("Name"), call).json)]))
  }

  /// Shadows are told unless somebody asks not to; what is unknown is simply not in the answer (facts §3.6).
  func describeTrails(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let names = (call.parameters["trailNameList"]?.elements ?? []).compactMap(\.text)
    let wantsShadows = call.bool("includeShadowTrails") ?? true
    var found: [Trail] = []
    if names.isEmpty {
      found = trails(of: call.account, in: call.region)
    } else {
      for name in names {
        do {
          let trail = try trail(readAs: name, call)
          if !found.contains(where: { $0.id == trail.id }) { found.append(trail) }
        } catch {
          guard error.code == "TrailNotFoundException" else { throw error }
        }
      }
    }
    if !wantsShadows { found.removeAll { $0.isMultiRegion && $0.homeRegion != call.region } }
    return answer(.members([("trailList", .array(found.map(\.json)))]))
  }

  /// Ours: the trails that are seen in the Region, as DescribeTrails tells them.
  func listTrails(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    if call.text("NextToken") != nil {
      throw AWSError("InvalidNextTokenException", "The token is not valid.")
    }
    let list = trails(of: call.account, in: call.region).map { trail in
      JSONValue.members([
        ("TrailARN", .string(trail.arn)), ("Name", .string(trail.name)),
        ("HomeRegion", .string(trail.homeRegion)),
      ])
    }
    return answer(.members([("Trails", .array(list))]))
  }

  func getTrailStatus(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    answer(try trail(readAs: try call.needed("Name"), call).statusJSON)
  }

  func getEventSelectors(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    answer(try trail(readAs: try call.needed("TrailName"), call).selectorsJSON)
  }

  func answer(_ response: JSONValue) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    outcome.response = response
    return outcome
  }
}
