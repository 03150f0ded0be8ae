internal import TrailRecord

// How CloudTrail comes to write into somebody's log group: by a role (facts §3.4, §7.1).

extension Cloud {
  /// What CreateTrail and UpdateTrail check of a trail's log group and role. Nil, or AWS's refusal.
  func refusalOfLogDelivery(of trail: Trail) -> AWSError? {
    guard let groupARN = trail.logGroupARN, let roleARN = trail.logGroupRoleARN else { return nil }
    guard let group = logGroups[groupARN], group.region == trail.homeRegion,
      group.account == trail.account
    else {
      let parts = groupARN.split(separator: ":", omittingEmptySubsequences: false)
      let name = parts.count > 6 ? String(parts[6]) : "NAME"
      let isElsewhere = parts.count > 3 && parts[3] != trail.homeRegion
      return AWSError(
        "InvalidCloudWatchLogsLogGroupArnException",
        "CloudTrail cannot validate the specified log group ARN.",
        advice: isElsewhere
          ? "the log group must be in the trail's home Region, \(trail.homeRegion)"
          : "define loggroup \(name)")
    }
    let stream = Self.logStreamName(
      of: trail, account: trail.account, organization: world.organization?.id)
    do {
      let role = try trustedRole(roleARN, of: trail)
      try permit("logs:CreateLogStream", on: stream, in: groupARN, to: role)
      try permit("logs:PutLogEvents", on: stream, in: groupARN, to: role)
    } catch {
      return AWSError(
        "InvalidCloudWatchLogsRoleArnException", error.message, advice: error.advice)
    }
    return nil
  }

  /// The role of an ARN where it is there and lets CloudTrail take it.
  private func trustedRole(_ arn: String, of trail: Trail) throws(AWSError) -> IAMRole {
    let denied = "Access denied. Check the trust relationships for your role."
    guard let parts = ARN(arn),
      let role = world.accounts[String(parts.account)]?.roles[String(parts.lastName)],
      role.arn(in: String(parts.account)) == arn
    else {
      let name = arn.split(separator: "/").last ?? ""
      throw AWSError(
        "AccessDenied", denied,
        advice: "define role \(name) trusts \(CloudTrailService.principal)")
    }
    let request = ServicePolicy.Request(
      service: CloudTrailService.principal, action: "sts:AssumeRole", resource: nil,
      context: ["aws:SourceArn": trail.arn, "aws:SourceAccount": trail.account])
    guard ServicePolicy(role.trustPolicy).allows(request) else {
      throw AWSError(
        "AccessDenied", denied,
        advice: "the role must trust \(CloudTrailService.principal)")
    }
    return role
  }

  /// Throws where the role's policies are known and do not allow an action on a stream.
  private func permit(
    _ action: String, on stream: String, in groupARN: String, to role: IAMRole
  ) throws(AWSError) {
    guard let policies = knownPolicies(of: role) else { return }
    let group = groupARN.hasSuffix(":*") ? String(groupARN.dropLast(2)) : groupARN
    let request = ServicePolicy.Request(
      service: CloudTrailService.principal, action: action,
      resource: "\(group):log-stream:\(stream)")
    guard ServicePolicy(identityPolicies: policies).allows(request) else {
      throw AWSError(
        "AccessDenied", "Access denied. Verify in IAM that the role has adequate permissions.",
        advice: "the role's policies must allow \(action) on \(group):log-stream:\(stream)*")
    }
  }

  /// Assumes the role for a delivery, unless the last session in that Region is still good.
  func assumeDeliveryRole(_ arn: String, of trail: Trail, in region: RegionName) {
    let place = LogDeliveryState.SessionPlace(trail: trail.id, region: region, role: arn)
    if let end = logGroups.delivery.sessions[place], now < end { return }
    logGroups.delivery.sessions[place] = now + LogDeliveryLimits.session
    _ = recordAssumedRole(arn, session: "CLOUDWATCH_LOGS_DELIVERY_SESSION", in: region)
  }

  /// Throws the error that a delivery ends with where the group is gone or the role may not write there.
  func checkDelivery(
    to stream: String, in groupARN: String, role arn: String, of trail: Trail
  ) throws(AWSError) {
    let role = try trustedRole(arn, of: trail)
    guard let group = logGroups[groupARN] else {
      throw AWSError("ResourceNotFoundException", "The specified log group does not exist.")
    }
    try permit("logs:PutLogEvents", on: stream, in: groupARN, to: role)
    if group.streams[stream] == nil {
      try permit("logs:CreateLogStream", on: stream, in: groupARN, to: role)
    }
  }

  /// Makes the stream where it is not there, with the records of the calls.
  func prepareStream(
    _ stream: String, in groupARN: String, role arn: String, of trail: Trail
  ) {
    guard let group = logGroups[groupARN], group.streams[stream] == nil else { return }
    let session = recordAssumedRole(arn, session: "CloudTrail", in: trail.homeRegion)
    logGroups[groupARN]?.streams[stream] = LogStream(name: stream, creationTime: now)
    recordCreatedStream(stream, in: group, by: session)
  }

  /// The calls that a trail with a log group makes when it is made or changed.
  func recordLogSetUp(of trail: Trail) {
    guard let group = trail.logGroupARN, let role = trail.logGroupRoleARN else { return }
    let stream = Self.logStreamName(
      of: trail, account: trail.account, organization: world.organization?.id)
    if logGroups[group]?.streams[stream] == nil {
      prepareStream(stream, in: group, role: role, of: trail)
    } else {
      _ = recordAssumedRole(role, session: "CloudTrail", in: trail.homeRegion)
    }
  }

  // MARK: Records

  /// Records that CloudTrail assumes a role. Returns what records say of the session.
  private func recordAssumedRole(
    _ arn: String, session: String, in region: RegionName
  ) -> JSONValue {
    guard let parts = ARN(arn) else { return .null }
    let account = String(parts.account)
    let name = String(parts.lastName)
    let role = world.accounts[account]?.roles[name]
    let id = role?.id ?? ""
    let assumed = "arn:aws:sts::\(account):assumed-role/\(name)/\(session)"
    let keyID = identifiers.iamID("ASIA")
    recordServiceCall(
      "AssumeRole", of: "sts.amazonaws.com", by: CloudTrailService.principal, in: account,
      region: region, isReadOnly: true,
      requestParameters: ["roleArn": .string(arn), "roleSessionName": .string(session)],
      responseElements: [
        "credentials": [
          "accessKeyId": .string(keyID),
          "sessionToken": .string("IQoJb3JpZ2luX2Vj" + identifiers.letters(240)),
          "expiration": RecordTexts.date(now / 1000 * 1000 + Self.sessionSeconds * 1000),
        ],
        "assumedRoleUser": [
          "assumedRoleId": .string("\(id):\(session)"), "arn": .string(assumed),
        ],
      ],
      resources: [ResourceReference(type: "AWS::IAM::Role", arn: arn, accountID: account)])
    return [
      "type": "AssumedRole", "principalId": .string("\(id):\(session)"), "arn": .string(assumed),
      "accountId": .string(account), "accessKeyId": .string(keyID),
      "sessionContext": [
        "sessionIssuer": [
          "type": "Role", "principalId": .string(id), "arn": .string(arn),
          "accountId": .string(account), "userName": .string(name),
        ],
        "attributes": [
          "creationDate": .string(EventTime.format(now / 1000 * 1000)),
          "mfaAuthenticated": "false",
        ],
      ],
      "invokedBy": .string(CloudTrailService.principal),
    ]
  }

  private func recordCreatedStream(
    _ stream: String, in group: LogGroup, by identity: JSONValue
  ) {
    var draft = RecordDraft()
    draft.userIdentity = identity
    draft.eventTime = now / 1000 * 1000
    draft.eventSource = "logs.amazonaws.com"
    draft.eventName = "CreateLogStream"
    draft.awsRegion = group.region
    draft.sourceIPAddress = CloudTrailService.principal
    draft.userAgent = CloudTrailService.principal
    draft.requestParameters = [
      "logGroupName": .string(group.name), "logStreamName": .string(stream),
    ]
    draft.requestID = identifiers.uuid()
    draft.eventID = identifiers.uuid()
    draft.isReadOnly = false
    draft.apiVersion = LogsAPI.version
    draft.recipientAccountID = group.account
    publish(draft.sealed())
  }
}
