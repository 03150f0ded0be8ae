internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Pages about users, roles and accounts, and taking them away.
enum PrincipalPages {
  static let all: [Command] = [showUser, showRole, showAccount, dropUser, dropRole, dropRegion]

  private static let showUser = Command(
    "show user", forms: ["show user NAME [account ID]"],
    summary: "shows an IAM user: access keys, MFA, groups, policies",
    examples: ["define user bob mfa; show user bob"],
    candidates: { users($0) }
  ) { invocation in
    let (name, account) = try invocation.nameInAccount("the user's name")
    let user = try invocation.user(name, in: account)
    var rows = [
      ("arn", user.arn(in: account)), ("id", user.id),
      ("created", ReadableTime.readable(user.creationTime)),
      ("console password", user.hasLoginProfile ? "yes" : "no"),
    ]
    rows += user.accessKeys.map {
      ("access key", "\($0.id), \($0.isActive ? "active" : "inactive")")
    }
    rows += user.mfaDevices.map { ("mfa device", $0) }
    rows += user.groups.map { ("group", $0) }
    rows += user.attachedPolicies.map { ("policy", $0) }
    rows += user.inlinePolicies.map { ("inline policy", $0) }
    try NounPage.write("user \(user.name)", rows, invocation)
  }

  private static let showRole = Command(
    "show role", forms: ["show role NAME [account ID]"],
    summary: "shows an IAM role: its policies, and who may take it",
    examples: ["define role Ops; show role Ops"],
    candidates: { roles($0) }
  ) { invocation in
    let (name, account) = try invocation.nameInAccount("the role's name")
    let role = try invocation.role(name, in: account)
    var rows = [
      ("arn", role.arn(in: account)), ("id", role.id),
      ("created", ReadableTime.readable(role.creationTime)),
      ("longest session", "\(role.maximumSessionSeconds) s"),
    ]
    rows += role.attachedPolicies.map { ("policy", $0) }
    rows += role.inlinePolicies.map { ("inline policy", $0) }
    try NounPage.write(
      "role \(role.name)", rows, documents: [("Trust policy", role.trustPolicy)], invocation)
  }

  private static let showAccount = Command(
    "show account", forms: ["show account", "show account ID"],
    summary: "shows an account: who and what is in it",
    examples: ["show account"],
    candidates: { site in
      site.words.isEmpty ? site.session.accountNumbers.map { Completion.Candidate($0) } : []
    }
  ) { invocation in
    var reader = invocation.reader()
    let given = reader.isAtEnd ? nil : try reader.account()
    try reader.finish()
    let id = try invocation.existing(given)
    let cloud = invocation.cloud
    let world = cloud.world
    var rows: [(String, String)] = []
    if let alias = world.accounts[id]?.alias { rows.append(("alias", alias)) }
    if let organization = world.organization,
      organization.managementAccount == id || organization.members.contains(id)
    {
      rows.append(
        (
          "organization",
          organization.id + (organization.managementAccount == id ? ", managed here" : "")
        ))
    }
    func count(_ noun: String, _ number: Int) { rows.append((noun, NumberText.grouped(number))) }
    count("users", world.accounts[id]?.users.count ?? 0)
    count("roles", world.accounts[id]?.roles.count ?? 0)
    count("buckets", cloud.buckets.byName.values.count { $0.owner == id })
    count("keys", cloud.keys.byARN.values.count { $0.account == id })
    count("topics", cloud.topics.byARN.values.count { $0.account == id })
    count("queues", cloud.queues.byARN.values.count { $0.account == id })
    count("functions", cloud.functionsThere.count { $0.account == id })
    count("trails", cloud.trails.all.count { $0.account == id })
    let optIn = (world.accounts[id]?.regions ?? []).filter { Regions.optIn.contains($0) }
    rows.append(
      ("regions", "those on by default" + optIn.map { ", \($0)" }.joined()))
    try NounPage.write("account \(id)", rows, invocation)
  }

  private static let dropUser = Command(
    "drop user", forms: ["drop user NAME [account ID]"],
    summary: "deletes an IAM user: DeleteUser",
    detail: ["IAM refuses while the user has a password, keys that were made, policies or groups."],
    examples: ["define user bob; drop user bob"],
    candidates: { users($0) }
  ) { invocation in
    let (name, account) = try invocation.nameInAccount("the user's name")
    _ = try invocation.user(name, in: account)
    var call = APICall(
      "iam", "DeleteUser", parameters: [JSONMember("UserName", .string(name.text))])
    call.caller = Caller.administrator(of: account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("user \(name.text) is deleted", to: invocation.output)
  }

  private static let dropRole = Command(
    "drop role", forms: ["drop role NAME [account ID]"],
    summary: "deletes an IAM role: DeleteRole",
    examples: ["define role Ops; drop role Ops"],
    candidates: { roles($0) }
  ) { invocation in
    let (name, account) = try invocation.nameInAccount("the role's name")
    _ = try invocation.role(name, in: account)
    var call = APICall(
      "iam", "DeleteRole", parameters: [JSONMember("RoleName", .string(name.text))])
    call.caller = Caller.administrator(of: account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note("role \(name.text) is deleted", to: invocation.output)
  }

  private static let dropRegion = Command(
    "drop region", forms: ["drop region NAME [account ID]"],
    summary: "switches off a Region that accounts must opt in to: DisableRegion",
    examples: ["define region eu-south-1; drop region eu-south-1"],
    candidates: { site in
      site.words.isEmpty ? Regions.optIn.map { Completion.Candidate($0) } : []
    }
  ) { invocation in
    let (name, account) = try invocation.nameInAccount("the Region")
    var call = APICall(
      "account", "DisableRegion",
      parameters: [JSONMember("RegionName", .string(name.text.lowercased()))])
    call.caller = Caller.administrator(of: account, invocation.cloud)
    _ = try invocation.perform(call, at: name.range)
    invocation.session.note(
      "region \(name.text.lowercased()) is off in account \(account)", to: invocation.output)
  }

  private static func users(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? WorldNames.users(site.session).map { Completion.Candidate($0) } : []
  }

  private static func roles(_ site: ArgumentSite) -> [Completion.Candidate] {
    site.words.isEmpty ? WorldNames.roles(site.session).map { Completion.Candidate($0) } : []
  }
}

extension Session {
  /// The accounts that there are, for completion.
  var accountNumbers: [String] { cloudIfBegun?.world.accounts.keys.sorted() ?? [] }
}

extension Invocation {
  /// A name and `account ID`, which may be left out.
  func nameInAccount(_ meaning: String) throws -> (name: Argument, account: AccountID) {
    var reader = reader()
    let name = try reader.word(meaning)
    var account: Argument?
    if try reader.take("account", "owner") != nil { account = try reader.account() }
    try reader.finish(expected: ["account ID"])
    return (name, try existing(account))
  }

  func user(_ name: Argument, in account: AccountID) throws -> IAMUser {
    let users = cloud.world.accounts[account]?.users ?? [:]
    return try find(
      name, among: users.keys.sorted().compactMap { users[$0] }, noun: "user",
      code: "NoSuchEntityException"
    ) { ($0.name, $0.arn(in: account)) }
  }

  func role(_ name: Argument, in account: AccountID) throws -> IAMRole {
    let roles = cloud.world.accounts[account]?.roles ?? [:]
    return try find(
      name, among: roles.keys.sorted().compactMap { roles[$0] }, noun: "role",
      code: "NoSuchEntityException"
    ) { ($0.name, $0.arn(in: account)) }
  }
}
