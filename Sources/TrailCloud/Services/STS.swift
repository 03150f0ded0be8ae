internal import TrailRecord

/// The model of STS: temporary credentials that can be used afterwards (facts §0.4, §12).
extension Cloud {
  func performSTS(_ call: ServiceCall) -> ServiceOutcome {
    switch call.operation.name {
    case "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity": return assumeRole(call)
    case "GetSessionToken": return sessionToken(call)
    case "GetFederationToken": return federationToken(call)
    case "AssumeRoot": return assumeRoot(call)
    case "GetCallerIdentity":
      var outcome = ServiceOutcome()
      outcome.requestParameters = .null
      outcome.response = [
        "UserId": call.identity.userIdentity["principalId"] ?? .null,
        "Account": .string(call.account), "Arn": .string(call.identity.arn ?? ""),
      ]
      return outcome
    default: return performGenerally(call)
    }
  }

  // MARK: Roles

  private func assumeRole(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    let arn = call.text("RoleArn") ?? ""
    let session = call.text("RoleSessionName") ?? "session"
    guard let parts = ARN(arn), parts.service == "iam", parts.resource.hasPrefix("role/") else {
      outcome.error = AWSError("ValidationError", "\(arn) is invalid")
      return outcome
    }
    let owner = String(parts.account)
    let name = String(parts.lastName)
    let refused = AWSError(
      "AccessDenied",
      "User: \(call.identity.arn ?? "anonymous") is not authorized to perform: "
        + "sts:\(call.operation.name) on resource: \(arn)")
    guard let role = world.accounts[owner]?.roles[name], role.arn(in: owner) == arn else {
      outcome.error = refused
      outcome.error?.advice = "define role \(name)"
      return outcome
    }
    outcome.resources = [
      ResourceReference(type: "AWS::IAM::Role", arn: arn, accountID: owner)
    ]
    if owner != call.account { outcome.resourceOwner = owner }
    guard TrustPolicies.allows(role.trustPolicy, call.identity) else {
      outcome.error = refused
      outcome.resources = []
      outcome.resourceOwner = nil
      return outcome
    }
    let seconds = call.parameters["DurationSeconds"]?.integer ?? 3600
    let chained = call.identity.userIdentity["type"]?.text == "AssumedRole"
    let limit = chained ? 3600 : role.maximumSessionSeconds
    guard seconds <= limit else {
      outcome.error = AWSError(
        "ValidationError",
        chained
          ? "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
          : "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
      return outcome
    }
    let place = identifiers.drawCount
    let keyID = identifiers.iamID(Self.temporaryKey)
    let expires = call.time + Int64(seconds) * 1000
    let source = call.text("SourceIdentity")
    let usesMFA = call.caller.usesMFA || call.text("SerialNumber") != nil
    let identity = issue(
      keyID, of: role, session: session, in: owner, until: expires, usesMFA: usesMFA,
      sourceIdentity: source)
    if call.operation.name == "AssumeRole", owner == call.account {
      outcome.work = RepeatedWork(
        takes: [session], made: [Self.text(ofExpiry: expires)],
        isPossible: { cloud, _ in cloud.world.accounts[owner]?.roles[name] == role },
        run: { cloud, facts in
          let expires = facts.time + Int64(seconds) * 1000
          _ = cloud.issue(
            Self.temporaryKey + String(decoding: facts.draw(place), as: UTF8.self), of: role,
            session: facts.texts.first.map { String(decoding: $0, as: UTF8.self) } ?? session,
            in: owner, until: expires, usesMFA: usesMFA, sourceIdentity: source)
          return RepeatedWork.Result(made: [Self.text(ofExpiry: expires)])
        })
    }
    let user: JSONValue = [
      "AssumedRoleId": .string("\(role.id):\(session)"), "Arn": .string(identity.arn ?? ""),
    ]
    outcome.response = compacted([
      "Credentials": credentials(keyID, expires: expires), "AssumedRoleUser": user,
      "SourceIdentity": source.map { .string($0) },
    ])
    outcome.responseElements = compacted([
      "credentials": recordedCredentials(keyID, expires: expires),
      "assumedRoleUser": RecordNames.lowered(user), "sourceIdentity": source.map { .string($0) },
    ])
    return outcome
  }

  /// What the ids of temporary access keys begin with.
  private static let temporaryKey = "ASIA"

  private static func text(ofExpiry time: Int64) -> String { RecordTexts.date(time).text ?? "" }

  /// Issues credentials for a session of a role: the session's name leads to them from now on.
  private func issue(
    _ keyID: String, of role: IAMRole, session: String, in owner: AccountID, until expires: Int64,
    usesMFA: Bool, sourceIdentity: String?
  ) -> CallerIdentity {
    let identity = sessionIdentity(
      of: role, session: session, in: owner, accessKeyID: keyID, usesMFA: usesMFA,
      sourceIdentity: sourceIdentity)
    world.accounts[owner]?.issued[keyID] = IssuedCredentials(identity: identity, expires: expires)
    let known = KnownCaller(identity: identity, expires: expires, isIssued: true)
    var caller = Caller(.role(role.name, session: session), account: owner)
    world.knownCallers[caller] = known
    caller.account = nil
    if owner == world.account { world.knownCallers[caller] = known }
    return identity
  }

  private func credentials(_ keyID: String, expires: Int64) -> JSONValue {
    [
      "AccessKeyId": .string(keyID), "SecretAccessKey": .string(identifiers.letters(40)),
      "SessionToken": .string(sessionToken()), "Expiration": .string(EventTime.format(expires)),
    ]
  }

  /// Records have everything but the secret.
  private func recordedCredentials(_ keyID: String, expires: Int64) -> JSONValue {
    [
      "accessKeyId": .string(keyID), "sessionToken": .string(sessionToken()),
      "expiration": RecordTexts.date(expires),
    ]
  }

  private func sessionToken() -> String { "IQoJb3JpZ2luX2Vj" + identifiers.letters(240) }

  // MARK: Other credentials

  private func sessionToken(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    guard call.identity.userIdentity["type"]?.text != "AssumedRole" else {
      outcome.error = AWSError(
        "AccessDenied", "Cannot call GetSessionToken with session credentials")
      return outcome
    }
    let keyID = identifiers.iamID("ASIA")
    let seconds = call.parameters["DurationSeconds"]?.integer ?? 43_200
    let expires = call.time + Int64(seconds) * 1000
    var identity = call.identity
    identity.userIdentity = identity.userIdentity.setting("accessKeyId", .string(keyID))
      .setting(
        "sessionContext",
        [
          "attributes": [
            "creationDate": .string(EventTime.format(call.time)),
            "mfaAuthenticated": .string(call.text("SerialNumber") == nil ? "false" : "true"),
          ]
        ])
    world.accounts[call.account]?.issued[keyID] = IssuedCredentials(
      identity: identity, expires: expires)
    outcome.response = ["Credentials": credentials(keyID, expires: expires)]
    outcome.responseElements = ["credentials": recordedCredentials(keyID, expires: expires)]
    return outcome
  }

  private func federationToken(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    let name = call.text("Name") ?? ""
    let keyID = identifiers.iamID("ASIA")
    let seconds = call.parameters["DurationSeconds"]?.integer ?? 43_200
    let expires = call.time + Int64(seconds) * 1000
    let arn = "arn:aws:sts::\(call.account):federated-user/\(name)"
    let caller = call.identity.userIdentity
    let issuer = compacted([
      "type": caller["type"], "principalId": caller["principalId"], "arn": caller["arn"],
      "accountId": caller["accountId"], "userName": caller["userName"],
    ])
    let identity = CallerIdentity(
      accountID: call.account,
      userIdentity: [
        "type": "FederatedUser", "principalId": .string("\(call.account):\(name)"),
        "arn": .string(arn), "accountId": .string(call.account), "accessKeyId": .string(keyID),
        "sessionContext": [
          "sessionIssuer": issuer,
          "attributes": [
            "creationDate": .string(EventTime.format(call.time)), "mfaAuthenticated": "false",
          ],
        ],
      ], arn: arn, sourceIPAddress: call.identity.sourceIPAddress)
    world.accounts[call.account]?.issued[keyID] = IssuedCredentials(
      identity: identity, expires: expires)
    world.knownCallers[Caller(.federatedUser(name))] = KnownCaller(
      identity: identity, expires: expires)
    let user: JSONValue = [
      "FederatedUserId": .string("\(call.account):\(name)"), "Arn": .string(arn),
    ]
    outcome.response = [
      "Credentials": credentials(keyID, expires: expires), "FederatedUser": user,
      "PackedPolicySize": 6,
    ]
    outcome.responseElements = [
      "credentials": recordedCredentials(keyID, expires: expires),
      "federatedUser": RecordNames.lowered(user), "packedPolicySize": 6,
    ]
    return outcome
  }

  private func assumeRoot(_ call: ServiceCall) -> ServiceOutcome {
    var outcome = ServiceOutcome()
    let target = call.text("TargetPrincipal") ?? ""
    let account = ARN(target).map { String($0.account) } ?? target
    guard world.accounts[account] != nil else {
      outcome.error = AWSError("AccessDenied", "The account \(account) cannot be reached.")
      return outcome
    }
    let keyID = identifiers.iamID("ASIA")
    let expires = call.time + 900_000
    let arn = "arn:aws:iam::\(account):root"
    world.accounts[account]?.issued[keyID] = IssuedCredentials(
      identity: CallerIdentity(
        accountID: account,
        userIdentity: [
          "type": "Root", "principalId": .string(account), "arn": .string(arn),
          "accountId": .string(account), "accessKeyId": .string(keyID),
          "sessionContext": [
            "assumedRoot": "true",
            "attributes": [
              "creationDate": .string(EventTime.format(call.time)), "mfaAuthenticated": "false",
            ],
          ],
        ], arn: arn, sourceIPAddress: call.identity.sourceIPAddress), expires: expires)
    outcome.response = ["Credentials": credentials(keyID, expires: expires)]
    outcome.responseElements = ["credentials": recordedCredentials(keyID, expires: expires)]
    return outcome
  }
}

/// Who may assume a role, by its trust policy.
enum TrustPolicies {
  /// Whether a statement allows it and none denies it. Conditions are not weighed.
  static func allows(_ policy: JSONValue, _ identity: CallerIdentity) -> Bool {
    let statements = policy["Statement"]?.elements ?? policy["Statement"].map { [$0] } ?? []
    func matches(_ statement: JSONValue) -> Bool {
      guard let principal = statement["Principal"] else { return false }
      if principal.text == "*" { return true }
      let names = (principal.members ?? []).flatMap { $0.value.texts }
      return names.contains { name in
        name == "*" || name == identity.arn || name == identity.accountID
          || name == "arn:aws:iam::\(identity.accountID):root"
          || name == identity.userIdentity["invokedBy"]?.text
          || name == identity.userIdentity["identityProvider"]?.text
          || name == identity.userIdentity["sessionContext"]?["sessionIssuer"]?["arn"]?.text
      }
    }
    if statements.contains(where: { $0["Effect"]?.text == "Deny" && matches($0) }) { return false }
    return statements.contains { $0["Effect"]?.text == "Allow" && matches($0) }
  }
}
