internal import TrailRecord
internal import TrailText

// From who somebody says that he is to what a record says of him (facts §1.3, §1.4).

extension Cloud {
  /// How long a session lasts that nobody asked for, in seconds.
  static let sessionSeconds: Int64 = 3600

  /// What records say of a caller.
  ///
  /// A user who does not exist is made, with a remark; so is a role. Sessions last an hour and are then renewed.
  ///
  /// - Throws: `CallProblem` where the caller cannot exist or its credentials are void.
  func identity(
    of caller: Caller, remarks: inout [String]
  ) throws(CallProblem) -> CallerIdentity {
    if let known = world.knownCallers[caller], known.expires > now { return known.identity }
    let account = caller.account ?? world.account
    if world.accounts[account] == nil {
      guard account.utf8.count == 12, account.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { throw CallProblem(.caller, "`\(account)` is no account: it has twelve digits") }
      remarks.append("account \(account) did not exist and was made")
      defineAccount(account)
    }
    var found = try resolve(caller, in: account, remarks: &remarks)
    if let service = caller.invokedBy {
      found.identity.userIdentity = found.identity.userIdentity.setting(
        "invokedBy", .string(service))
      found.identity.sourceIPAddress = service
      found.identity.userAgent = service
      found.identity.isService = true
    }
    if caller.isFromConsole { found.identity.isFromConsole = true }
    world.knownCallers[caller] = found
    return found.identity
  }

  /// Forgets what is known of callers: called when users, keys or roles change.
  func callersChanged() { world.knownCallers.forgetAll() }

  private func resolve(
    _ caller: Caller, in account: AccountID, remarks: inout [String]
  ) throws(CallProblem) -> KnownCaller {
    switch caller.kind {
    case .root: return root(caller, in: account)
    case .user(let name): return try user(name, caller, in: account, remarks: &remarks)
    case .role(let name, let session):
      return try role(name, session: session, caller, in: account, remarks: &remarks)
    case .federatedUser(let name): return federatedUser(name, in: account)
    case .accessKey(let id): return try accessKey(id)
    case .service(let name): return service(name, in: account)
    case .samlUser(let name, let provider):
      return outsider(
        account,
        [
          "type": "SAMLUser", "principalId": .string("\(provider):\(name)"),
          "userName": .string(name), "identityProvider": .string(provider),
        ], name)
    case .webIdentityUser(let name, let provider):
      return outsider(
        account,
        [
          "type": "WebIdentityUser",
          "principalId": .string("\(provider):trailq.apps.example:\(name)"),
          "userName": .string(name), "identityProvider": .string(provider),
        ], name)
    case .identityCenterUser(let name):
      var source = IdentifierSource.branch(seed: world.seed, name: "identity-center/\(name)")
      let store = "arn:aws:identitystore::\(account):identitystore/d-\(source.hex(10))"
      return outsider(
        account,
        [
          "type": "IdentityCenterUser", "accountId": .string(account),
          "onBehalfOf": [
            "userId": .string(source.uuid()), "identityStoreArn": .string(store),
          ],
          "credentialId": .string(source.letters(60)),
        ], name)
    case .anonymous:
      return outsider(
        account,
        ["type": "AWSAccount", "principalId": "", "accountId": "anonymous"], "anonymous")
    }
  }

  private func outsider(_ account: AccountID, _ identity: JSONValue, _ name: String) -> KnownCaller
  {
    KnownCaller(
      identity: CallerIdentity(
        accountID: account, userIdentity: identity,
        sourceIPAddress: SourceAddress.of(name, seed: world.seed)), expires: .max)
  }

  // MARK: Root and users

  private func root(_ caller: Caller, in account: AccountID) -> KnownCaller {
    var members: [JSONMember] = [JSONMember("type", "Root")]
    if let alias = world.accounts[account]?.alias {
      members.append(JSONMember("userName", .string(alias)))
    }
    let arn = "arn:aws:iam::\(account):root"
    var source = IdentifierSource.branch(seed: world.seed, name: "root/\(account)/\(now)")
    members += [
      JSONMember("principalId", .string(account)), JSONMember("arn", .string(arn)),
      JSONMember("accountId", .string(account)),
      JSONMember("accessKeyId", .string(source.iamID("ASIA"))),
      JSONMember("sessionContext", ["attributes": attributes(caller)]),
    ]
    return KnownCaller(
      identity: CallerIdentity(
        accountID: account, userIdentity: .object(members), arn: arn,
        sourceIPAddress: SourceAddress.of(arn, seed: world.seed)),
      expires: now + Self.sessionSeconds * 1000)
  }

  private func user(
    _ name: String, _ caller: Caller, in account: AccountID, remarks: inout [String]
  ) throws(CallProblem) -> KnownCaller {
    if world.accounts[account]?.users[name] == nil {
      guard IAMNames.isUserName(name) else {
        throw CallProblem(.caller, "`\(name)` cannot be the name of an IAM user")
      }
      guard world.accounts[account]?.deletedUsers.contains(name) != true else {
        throw CallProblem(
          .caller,
          "InvalidClientTokenId: the security token included in the request is invalid",
          notes: ["user \(name) was deleted; AWS records no such call"])
      }
      let near = NearestNames.find(
        name, in: (world.accounts[account]?.users.keys.sorted() ?? []), limit: 1)
      let hint = near.first.map { "; there is also `\($0)`" } ?? ""
      remarks.append("user \(name) did not exist and was made\(hint)")
      defineUser(name, in: account)
      world.accounts[account]?.users[name]?.isMadeUp = true
    }
    guard let user = world.accounts[account]?.users[name] else {
      throw CallProblem(.caller, "there is no user \(name)")
    }
    let arn = user.arn(in: account)
    let head: [JSONMember] = [
      JSONMember("type", "IAMUser"), JSONMember("principalId", .string(user.id)),
      JSONMember("arn", .string(arn)), JSONMember("accountId", .string(account)),
    ]
    let userName = JSONMember("userName", .string(name))
    if caller.usesMFA || caller.isFromConsole || caller.invokedBy != nil {
      // MFA makes a session, and so does a service that acts for somebody: the key is temporary, and the record says
      // how the session began.
      var source = IdentifierSource.branch(seed: world.seed, name: "session/\(arn)/\(now)")
      return KnownCaller(
        identity: CallerIdentity(
          accountID: account,
          userIdentity: .object(
            head + [
              JSONMember("accessKeyId", .string(source.iamID("ASIA"))), userName,
              JSONMember("sessionContext", ["attributes": attributes(caller)]),
            ]), arn: arn, sourceIPAddress: SourceAddress.of(arn, seed: world.seed)),
        expires: now + Self.sessionSeconds * 1000)
    }
    guard let key = user.accessKeys.first(where: \.isActive) ?? madeKey(of: user, in: account)
    else { throw CallProblem(.caller, "user \(name) has no active access key") }
    return KnownCaller(
      identity: CallerIdentity(
        accountID: account,
        userIdentity: .object(head + [JSONMember("accessKeyId", .string(key.id)), userName]),
        arn: arn, sourceIPAddress: SourceAddress.of(arn, seed: world.seed)), expires: .max)
  }

  /// A first key for a user who has none; nil where there are keys and none is active.
  private func madeKey(of user: IAMUser, in account: AccountID) -> AccessKey? {
    guard user.accessKeys.isEmpty else { return nil }
    let key = AccessKey(id: identifiers.iamID("AKIA"), creationTime: user.creationTime)
    world.accounts[account]?.users[user.name]?.accessKeys.append(key)
    return key
  }

  private func attributes(_ caller: Caller) -> JSONValue {
    [
      "creationDate": .string(EventTime.format(now / 1000 * 1000)),
      "mfaAuthenticated": .string(caller.usesMFA ? "true" : "false"),
    ]
  }

  // MARK: Sessions

  private func role(
    _ name: String, session: String?, _ caller: Caller, in account: AccountID,
    remarks: inout [String]
  ) throws(CallProblem) -> KnownCaller {
    if world.accounts[account]?.roles[name] == nil {
      guard IAMNames.isRoleName(name) else {
        throw CallProblem(.caller, "`\(name)` cannot be the name of a role")
      }
      remarks.append("role \(name) did not exist and was made")
      defineRole(name, in: account)
    }
    guard let role = world.accounts[account]?.roles[name] else {
      throw CallProblem(.caller, "there is no role \(name)")
    }
    if let issued = issuedSession(caller) { return issued }
    let sessionName = session ?? "\(name.lowercased())-session"
    var source = IdentifierSource.branch(
      seed: world.seed, name: "session/\(account)/\(name)/\(sessionName)/\(now)")
    let credentials = sessionIdentity(
      of: role, session: sessionName, in: account, accessKeyID: source.iamID("ASIA"),
      usesMFA: caller.usesMFA)
    let expires = now + Int64(role.maximumSessionSeconds) * 1000
    return KnownCaller(identity: credentials, expires: expires)
  }

  /// The credentials that STS issued for a role's session, where a service calls with them on its behalf.
  private func issuedSession(_ caller: Caller) -> KnownCaller? {
    guard caller.invokedBy != nil, let known = world.knownCallers[caller.withoutService],
      known.isIssued, known.expires > now
    else { return nil }
    return known
  }

  /// What records say of a role's session (facts §1.3, §1.4).
  func sessionIdentity(
    of role: IAMRole, session: String, in account: AccountID, accessKeyID: String, usesMFA: Bool,
    sourceIdentity: String? = nil
  ) -> CallerIdentity {
    let arn = "arn:aws:sts::\(account):assumed-role/\(role.name)/\(session)"
    var context: JSONValue = [
      "sessionIssuer": [
        "type": "Role", "principalId": .string(role.id), "arn": .string(role.arn(in: account)),
        "accountId": .string(account), "userName": .string(role.name),
      ],
      "attributes": [
        "creationDate": .string(EventTime.format(now / 1000 * 1000)),
        "mfaAuthenticated": .string(usesMFA ? "true" : "false"),
      ],
    ]
    if let sourceIdentity {
      context = context.setting("sourceIdentity", .string(sourceIdentity))
    }
    return CallerIdentity(
      accountID: account,
      userIdentity: [
        "type": "AssumedRole", "principalId": .string("\(role.id):\(session)"),
        "arn": .string(arn), "accountId": .string(account), "accessKeyId": .string(accessKeyID),
        "sessionContext": context,
      ], arn: arn, sourceIPAddress: SourceAddress.of(arn, seed: world.seed))
  }

  private func federatedUser(_ name: String, in account: AccountID) -> KnownCaller {
    let arn = "arn:aws:sts::\(account):federated-user/\(name)"
    let issuer = world.accounts[account]?.users[CloudDefaults.administrator]
    var source = IdentifierSource.branch(seed: world.seed, name: "session/\(arn)/\(now)")
    let issuerJSON: JSONValue =
      issuer.map { user in
        [
          "type": "IAMUser", "principalId": .string(user.id),
          "arn": .string(user.arn(in: account)), "accountId": .string(account),
          "userName": .string(user.name),
        ]
      } ?? [
        "type": "Root", "principalId": .string(account),
        "arn": .string("arn:aws:iam::\(account):root"), "accountId": .string(account),
      ]
    return KnownCaller(
      identity: CallerIdentity(
        accountID: account,
        userIdentity: [
          "type": "FederatedUser", "principalId": .string("\(account):\(name)"),
          "arn": .string(arn), "accountId": .string(account),
          "accessKeyId": .string(source.iamID("ASIA")),
          "sessionContext": [
            "sessionIssuer": issuerJSON,
            "attributes": [
              "creationDate": .string(EventTime.format(now / 1000 * 1000)),
              "mfaAuthenticated": "false",
            ],
          ],
        ], arn: arn, sourceIPAddress: SourceAddress.of(arn, seed: world.seed)),
      expires: now + 12 * Self.sessionSeconds * 1000)
  }

  private func service(_ name: String, in account: AccountID) -> KnownCaller {
    KnownCaller(
      identity: CallerIdentity(
        accountID: account, userIdentity: ["type": "AWSService", "invokedBy": .string(name)],
        sourceIPAddress: name, userAgent: name, isService: true), expires: .max)
  }

  /// The holder of an access key that was issued in this world.
  private func accessKey(_ id: String) throws(CallProblem) -> KnownCaller {
    for account in world.accounts.values.sorted(by: { $0.id < $1.id }) {
      if let issued = account.issued[id] {
        guard issued.expires > now else {
          throw CallProblem(
            .caller, "ExpiredToken: the security token included in the request is expired",
            notes: ["the credentials of \(id) ended at \(EventTime.format(issued.expires))"])
        }
        return KnownCaller(identity: issued.identity, expires: issued.expires)
      }
      for user in account.users.values.sorted(by: { $0.name < $1.name }) {
        guard let key = user.accessKeys.first(where: { $0.id == id }) else { continue }
        guard key.isActive else {
          throw CallProblem(
            .caller,
            "InvalidClientTokenId: the security token included in the request is invalid",
            notes: ["access key \(id) of \(user.name) is inactive; AWS records no such call"])
        }
        let arn = user.arn(in: account.id)
        return KnownCaller(
          identity: CallerIdentity(
            accountID: account.id,
            userIdentity: [
              "type": "IAMUser", "principalId": .string(user.id), "arn": .string(arn),
              "accountId": .string(account.id), "accessKeyId": .string(id),
              "userName": .string(user.name),
            ], arn: arn, sourceIPAddress: SourceAddress.of(arn, seed: world.seed)), expires: .max)
      }
    }
    throw CallProblem(
      .caller, "InvalidClientTokenId: the security token included in the request is invalid",
      notes: ["no access key \(id) exists here; AWS records no such call"])
  }
}

/// The names that IAM takes.
enum IAMNames {
  static func isUserName(_ name: String) -> Bool { isName(name, limit: 64) }
  static func isRoleName(_ name: String) -> Bool { isName(name, limit: 64) }
  static func isGroupName(_ name: String) -> Bool { isName(name, limit: 128) }

  /// Letters, digits and `+=,.@_-`.
  private static func isName(_ name: String, limit: Int) -> Bool {
    (1...limit).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39)
          || "+=,.@_-".utf8.contains($0)
      }
  }
}
