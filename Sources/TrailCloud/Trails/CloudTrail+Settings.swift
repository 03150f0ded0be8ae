internal import TrailRecord

/// CreateTrail and UpdateTrail (facts §3.2, §3.6).
///
/// Checked in this order: the combination of Regions and global events, the name, what can be judged by itself, the
/// organization, the bucket and its policy, the topic, names and numbers of trails, the key, the log group. Ours, where
/// §3.4 does not know.
extension Cloud {
  static let maximumTrailsPerRegion = 5

  func createTrail(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let isMultiRegion = call.bool("IsMultiRegionTrail") ?? false
    let includesGlobal = call.bool("IncludeGlobalServiceEvents") ?? true
    try checkCombination(isMultiRegion: isMultiRegion, includesGlobal: includesGlobal)
    let name = call.text("Name") ?? ""
    try TrailName.check(name)
    var trail = Trail(
      id: TrailID(number: 0), name: name, homeRegion: call.region, account: call.account,
      bucket: "")
    trail.isMultiRegion = isMultiRegion
    trail.includesGlobalServiceEvents = includesGlobal
    if call.text("S3BucketName") == nil { _ = try call.needed("S3BucketName") }
    try TrailSettings.apply(call, to: &trail)
    trail.tags = try TrailTags.add(try TrailTags.read(call.parameters["TagsList"]), to: [])
    if call.bool("IsOrganizationTrail") ?? false {
      trail.account = try organizationOwner(of: call)
      trail.isOrganizationTrail = true
    }
    try checkBucket(of: trail)
    try checkTopic(of: trail)
    try checkRoom(for: trail)
    try applyKey(call, to: &trail)
    try checkLogs(of: trail)
    trail.id = trails.makeID()
    return outcome(
      of: call, keeping: trail, response: trail.settings,
      changesDigests: trail.validatesLogFiles
    ) { $0.recordSetUp(of: trail, setsLogs: trail.logGroupARN != nil) }
  }

  func updateTrail(_ call: ServiceCall) throws(AWSError) -> ServiceOutcome {
    let before = try trail(changedAs: try call.needed("Name"), call)
    var trail = before
    if let isMultiRegion = call.bool("IsMultiRegionTrail"), isMultiRegion != before.isMultiRegion {
      trail.isMultiRegion = isMultiRegion
      // The flip changes global events by itself.
      trail.includesGlobalServiceEvents = isMultiRegion
    }
    if let includesGlobal = call.bool("IncludeGlobalServiceEvents") {
      trail.includesGlobalServiceEvents = includesGlobal
    }
    try checkCombination(
      isMultiRegion: trail.isMultiRegion, includesGlobal: trail.includesGlobalServiceEvents)
    try TrailSettings.apply(call, to: &trail)
    if let isOrganization = call.bool("IsOrganizationTrail"),
      isOrganization != before.isOrganizationTrail
    {
      if isOrganization { _ = try organizationOwner(of: call) }
      trail.isOrganizationTrail = isOrganization
    }
    try checkBucket(of: trail)
    if call.text("SnsTopicName") != nil { try checkTopic(of: trail) }
    if trail.isMultiRegion, !before.isMultiRegion { try checkRoom(for: trail) }
    try applyKey(call, to: &trail)
    let setsLogs =
      call.text("CloudWatchLogsLogGroupArn") != nil || call.text("CloudWatchLogsRoleArn") != nil
    if setsLogs { try checkLogs(of: trail) }
    return outcome(
      of: call, keeping: trail, response: trail.settings,
      changesDigests: trail.validatesLogFiles != before.validatesLogFiles
    ) { $0.recordSetUp(of: trail, setsLogs: setsLogs) }
  }

  private func checkCombination(isMultiRegion: Bool, includesGlobal: Bool) throws(AWSError) {
    if isMultiRegion, !includesGlobal {
      throw AWSError(
        "InvalidParameterCombinationException",
        "Multi-Region trail must include global service events.",
        advice: "only a trail of one Region can leave them out")
    }
  }

  /// Five in every Region, where a multi-Region trail counts in each; and no two of one name where one sees both.
  private func checkRoom(for trail: Trail) throws(AWSError) {
    let others = trails.all.filter { $0.id != trail.id && sees($0, trail.account) }
    let regions =
      trail.isMultiRegion
      ? [trail.homeRegion]
        + (world.accounts[trail.account]?.regions ?? []).filter { $0 != trail.homeRegion }
      : [trail.homeRegion]
    if others.contains(where: {
      $0.name == trail.name
        && ($0.homeRegion == trail.homeRegion || $0.isMultiRegion || trail.isMultiRegion)
    }) {
      throw AWSError(
        "TrailAlreadyExistsException",
        "Trail \(trail.name) already exists for customer: \(trail.account)",
        advice: "alter trail \(trail.name) …, or drop trail \(trail.name)")
    }
    for region in regions
    where others.count(where: { $0.homeRegion == region || $0.isMultiRegion })
      >= Self.maximumTrailsPerRegion
    {
      throw AWSError(
        "MaximumNumberOfTrailsExceededException",
        "User: \(trail.account) already has \(Self.maximumTrailsPerRegion) trails in \(region).",
        advice: "drop a trail of that Region: a trail of all Regions counts in each of them")
    }
  }

  /// The account that owns an organization trail, whoever of the two makes it (facts §3.7).
  private func organizationOwner(of call: ServiceCall) throws(AWSError) -> AccountID {
    guard let organization = world.organization,
      organization.managementAccount == call.account
        || organization.members.contains(call.account)
    else {
      throw AWSError(
        "OrganizationsNotInUseException",
        "The account \(call.account) is not a member of an organization.",
        advice: "simulate organizations:CreateOrganization")
    }
    guard
      organization.managementAccount == call.account
        || organization.delegatedAdministrators.contains(call.account)
    else { throw notManagementAccount() }
    guard organization.hasAllFeatures else {
      throw AWSError(
        "OrganizationNotInAllFeaturesModeException",
        "The organization \(organization.id) does not have all features enabled.",
        advice: "simulate organizations:EnableAllFeatures")
    }
    guard organization.trustsCloudTrail else {
      throw AWSError(
        "CloudTrailAccessNotEnabledException",
        "Trusted access for CloudTrail is not enabled in the organization \(organization.id).",
        advice:
          "simulate organizations:EnableAWSServiceAccess ServicePrincipal=\(CloudTrailService.principal)"
      )
    }
    return organization.managementAccount
  }
}
