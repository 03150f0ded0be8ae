internal import TrailRecord
internal import TrailText

extension Cloud {
  /// The accounts whose trails a call may change: the caller's own, and for a delegated administrator the
  /// organization trails of the management account (facts §3.7).
  private func manages(_ trail: Trail, _ account: AccountID) -> Bool {
    if trail.account == account { return true }
    guard trail.isOrganizationTrail, let organization = world.organization else { return false }
    return organization.managementAccount == trail.account
      && organization.delegatedAdministrators.contains(account)
  }

  /// Whether an account sees a trail: its own, and its organization's.
  func sees(_ trail: Trail, _ account: AccountID) -> Bool {
    trail.account == account
      || trail.isOrganizationTrail && world.isCovered(account, byTrailsOf: trail.account)
  }

  /// The trails that an account sees in a Region, shadows included, in the order in which they were made.
  package func trails(of account: AccountID, in region: RegionName) -> [Trail] {
    trails.all.filter { sees($0, account) && ($0.homeRegion == region || $0.isMultiRegion) }
  }

  /// All trails that an account sees, anywhere.
  package func trails(of account: AccountID) -> [Trail] { trails.all.filter { sees($0, account) } }

  /// The trail that a name or ARN means to a reader in a Region (facts §3.6).
  ///
  /// Ours: a name means a trail whose home is the Region; a shadow has to be asked for by ARN, everywhere.
  func trail(readAs name: String, _ call: ServiceCall) throws(AWSError) -> Trail {
    if name.hasPrefix("arn:") {
      let arn = try TrailARN(name)
      if let trail = trail(arn), sees(trail, call.account) { return trail }
      throw unknownTrail(name, call)
    }
    try TrailName.check(name)
    if let trail = trail(named: name, call, isHome: true) { return trail }
    throw unknownTrail(name, call)
  }

  /// The trail that a name or ARN means to somebody who changes it: at home only, and only its owner.
  ///
  /// Ours: the text of `InvalidHomeRegionException`.
  func trail(changedAs name: String, _ call: ServiceCall) throws(AWSError) -> Trail {
    let found: Trail?
    if name.hasPrefix("arn:") {
      found = trail(try TrailARN(name))
    } else {
      try TrailName.check(name)
      found = trail(named: name, call, isHome: true) ?? trail(named: name, call, isHome: false)
    }
    guard let trail = found, sees(trail, call.account) else { throw unknownTrail(name, call) }
    guard manages(trail, call.account) else { throw notManagementAccount() }
    guard trail.homeRegion == call.region else {
      throw AWSError(
        "InvalidHomeRegionException",
        "Trail \(trail.arn) can be changed only from its home Region, \(trail.homeRegion).",
        advice: "set region \(trail.homeRegion)")
    }
    return trail
  }

  func unknownTrail(_ name: String, _ call: ServiceCall) -> AWSError {
    let arn =
      name.hasPrefix("arn:")
      ? name : Trail.arn(name, region: call.region, account: call.account)
    let near = trails(of: call.account).first { $0.name == name }
    let advice: String? =
      if let near {
        near.homeRegion == call.region
          ? nil : "its home is \(near.homeRegion): set region \(near.homeRegion)"
      } else {
        adviceAboutTrails(name, call)
      }
    return AWSError(
      "TrailNotFoundException", "Unknown trail: \(arn) for the user: \(call.account)",
      advice: advice)
  }

  private func adviceAboutTrails(_ name: String, _ call: ServiceCall) -> String {
    let names = trails(of: call.account).map(\.name)
    if names.isEmpty { return "there are no trails; `define trail NAME to s3://BUCKET` makes one" }
    if let near = NearestNames.find(name, in: names).first { return "did you mean \(near)?" }
    return "trails: \(names.joined(separator: ", "))"
  }

  func notManagementAccount() -> AWSError {
    AWSError(
      "NotOrganizationMasterAccountException",
      "The account is neither the management account of an organization nor a delegated administrator.",
      advice: world.organization.map {
        "only the management account changes an organization trail: set account \($0.managementAccount)"
      })
  }

  private func trail(_ arn: TrailARN) -> Trail? {
    trails.all.first {
      $0.name == arn.name && $0.homeRegion == arn.region && $0.account == arn.account
    }
  }

  private func trail(named name: String, _ call: ServiceCall, isHome: Bool) -> Trail? {
    let visible = trails(of: call.account, in: call.region).filter {
      $0.name == name && ($0.homeRegion == call.region) == isHome
    }
    return visible.first { $0.account == call.account } ?? visible.first
  }
}

extension ServiceCall {
  /// A required text. AWS's clients check that it is there before they ask.
  func needed(_ name: String) throws(AWSError) -> String {
    guard let text = text(name), !text.isEmpty else {
      throw AWSError("InvalidParameterException", "The parameter \(name) is required.")
    }
    return text
  }

  func bool(_ name: String) -> Bool? { parameters[name]?.truth }
}
