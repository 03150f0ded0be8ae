internal import TrailCloud
internal import TrailEngine
internal import TrailRecord
internal import TrailText

/// Accounts and who is in them.
enum PrincipalNouns {
  static let all: [Command] = [
    defineUser, defineRole, defineAccount, defineOrganization, defineRegion, listUsers, listRoles,
    listAccounts, listRegions,
  ]

  private static let defineUser = Command(
    "define user", forms: ["define user NAME [account ID] [path /PATH/] [mfa]"],
    summary: "says that there is an IAM user",
    detail: [
      "`mfa`: the user has an MFA device and signs in with it. Users who are only named (`as bob`) are made too."
    ],
    examples: ["define user bob; simulate s3:CreateBucket bucketName=data as bob; events"]
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the user's name")
    var account: Argument?
    var path = "/"
    var usesMFA = false
    while !reader.isAtEnd {
      if try reader.take("account") != nil {
        account = try reader.account()
      } else if try reader.take("path") != nil {
        path = try reader.word("the path, such as /staff/").text
      } else if try reader.take("mfa") != nil {
        usesMFA = true
      } else {
        try reader.finish(expected: ["account ID", "path /PATH/", "mfa"])
      }
    }
    let cloud = invocation.cloud
    let id = try invocation.existing(account)
    let isNew = cloud.world.accounts[id]?.users[name.text] == nil
    let user = cloud.defineUser(name.text, in: id, path: path, hasMFA: usesMFA)
    let key = user.accessKeys.first.map { ", access key \($0.id)," } ?? ""
    invocation.tellDefined("user \(name.text)\(key)", isNew: isNew)
  }

  private static let defineRole = Command(
    "define role",
    forms: ["define role NAME [trusts WHO…] [policy none|{…}] [account ID] [path /PATH/]"],
    summary: "says that there is an IAM role, and who may take it",
    detail: [
      "WHO is a service, an account, an ARN; without `trusts` the account itself may.",
      "`policy` is what the role may do. It counts where CloudTrail itself acts as the role, to deliver to a log"
        + " group; without it nobody asks.",
    ],
    examples: [
      "define role Ops trusts 123456789012; simulate s3:ListBuckets as Ops/night-shift",
      "define role Runner trusts lambda.amazonaws.com ec2.amazonaws.com",
    ]
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the role's name")
    let keywords = ["trusts", "policy", "account", "path"]
    var policy: JSONValue?
    var trusted: [String] = []
    var account: Argument?
    var path = "/"
    while !reader.isAtEnd {
      if try reader.take("trusts") != nil {
        repeat {
          trusted += try reader.word("who may take the role").text.split(separator: ",")
            .map(String.init)
        } while try reader.hasMore(before: keywords)
      } else if try reader.take("policy") != nil {
        policy =
          try reader.take("none") != nil
          ? ["Version": "2012-10-17", "Statement": []] : reader.json("`none` or a policy").value
      } else if try reader.take("account") != nil {
        account = try reader.account()
      } else if try reader.take("path") != nil {
        path = try reader.word("the path, such as /service/").text
      } else {
        try reader.finish(
          expected: ["trusts WHO…", "policy none|{…}", "account ID", "path /PATH/"])
      }
    }
    let cloud = invocation.cloud
    let id = try invocation.existing(account)
    let isNew = cloud.world.accounts[id]?.roles[name.text] == nil
    cloud.defineRole(
      name.text, in: id, trusting: trusted.isEmpty ? nil : TrustText.policy(trusted), path: path,
      allowing: policy)
    invocation.tellDefined("role \(name.text)", isNew: isNew)
  }

  private static let defineAccount = Command(
    "define account", forms: ["define account ID [alias NAME] [member]"],
    summary: "says that there is another account",
    detail: ["`member`: it belongs to the organization, which is made if there is none."],
    examples: [
      "define account 222233334444 alias dev; simulate s3:ListBuckets as 222233334444/bob"
    ]
  ) { invocation in
    var reader = invocation.reader()
    let id = try reader.account()
    var alias: String?
    var isMember = false
    while !reader.isAtEnd {
      if try reader.take("alias") != nil {
        alias = try reader.word("the alias").text
      } else if try reader.take("member") != nil {
        isMember = true
      } else {
        try reader.finish(expected: ["alias NAME", "member"])
      }
    }
    let cloud = invocation.cloud
    let isNew = cloud.world.accounts[id.text] == nil
    cloud.defineAccount(id.text, alias: alias, isMember: isMember)
    var text = "account \(id.text)"
    if isMember {
      text += " (a member of \(cloud.world.organization?.id ?? "the organization"))"
    }
    invocation.tellDefined(text, isNew: isNew)
  }

  private static let defineOrganization = Command(
    "define organization", forms: ["define organization"],
    summary: "says that the account is the management account of an organization",
    detail: ["`define account ID member` adds members."],
    examples: ["define organization; define account 222233334444 member"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    let isNew = cloud.world.organization == nil
    cloud.defineOrganization()
    let organization = cloud.world.organization
    invocation.tellDefined(
      "organization \(organization?.id ?? ""), managed by \(organization?.managementAccount ?? "")",
      isNew: isNew)
  }

  private static let defineRegion = Command(
    "define region", forms: ["define region NAME [account ID]"],
    summary: "switches on a Region that accounts must opt in to",
    examples: ["define region eu-south-1; simulate ec2:DescribeInstances in eu-south-1"],
    candidates: { site in
      site.words.isEmpty ? Regions.optIn.map { Completion.Candidate($0) } : []
    }
  ) { invocation in
    var reader = invocation.reader()
    let name = try reader.word("the Region")
    var account: Argument?
    if try reader.take("account") != nil { account = try reader.account() }
    try reader.finish(expected: ["account ID"])
    let known = Regions.enabledByDefault + Regions.optIn
    guard known.contains(name.text.lowercased()) else {
      throw Diagnostics(
        Diagnostic(
          "bad-region", "there is no Region `\(name.text)`", at: name.range,
          label: NearestNames.find(name.text, in: known).first.map { "did you mean `\($0)`?" },
          notes: ["`list regions` lists them"]))
    }
    let id = try invocation.existing(account)
    _ = invocation.cloud.enableRegion(name.text.lowercased(), in: id)
    invocation.session.note(
      "region \(name.text.lowercased()) is on in account \(id)", to: invocation.output)
  }

  private static let listUsers = Command(
    "list users", forms: ["list users"], summary: "lists the IAM users of all accounts",
    examples: ["define user bob; list users"]
  ) { invocation in
    try invocation.reader().finish()
    try invocation.showTable(
      [("user", .text), ("account", .text), ("arn", .text), ("mfa", .text), ("keys", .list)],
      rows: invocation.accounts.flatMap { account in
        account.users.keys.sorted().compactMap { account.users[$0] }.map { user in
          [
            .text(user.name), .text(account.id), .text(user.arn(in: account.id)),
            .text(user.mfaDevices.isEmpty ? "no" : "yes"),
            .list(user.accessKeys.map { .text($0.id) }),
          ]
        }
      }, empty: "there are no users; `define user NAME` makes one")
  }

  private static let listRoles = Command(
    "list roles", forms: ["list roles"], summary: "lists the IAM roles of all accounts",
    examples: ["define role Ops; list roles"]
  ) { invocation in
    try invocation.reader().finish()
    try invocation.showTable(
      [("role", .text), ("account", .text), ("arn", .text), ("trusts", .list)],
      rows: invocation.accounts.flatMap { account in
        account.roles.keys.sorted().compactMap { account.roles[$0] }.map { role in
          [
            .text(role.name), .text(account.id), .text(role.arn(in: account.id)),
            .list(TrustText.trusted(role.trustPolicy).map { .text($0) }),
          ]
        }
      }, empty: "there are no roles; `define role NAME` makes one")
  }

  private static let listAccounts = Command(
    "list accounts", forms: ["list accounts"], summary: "lists the accounts",
    examples: ["list accounts"]
  ) { invocation in
    try invocation.reader().finish()
    let world = invocation.cloud.world
    let organization = world.organization
    try invocation.showTable(
      [("account", .text), ("alias", .text), ("organization", .text)],
      rows: world.accounts.keys.sorted().map { id in
        let place =
          organization.flatMap { organization in
            organization.managementAccount == id
              ? "\(organization.id) (management account)"
              : organization.members.contains(id) ? organization.id : nil
          }
        return [
          .text(id), world.accounts[id]?.alias.map { .text($0) } ?? .missing,
          place.map { .text($0) } ?? .missing,
        ]
      }, empty: "there are no accounts")
  }

  private static let listRegions = Command(
    "list regions", forms: ["list regions"],
    summary: "lists AWS's Regions, and which of them the account can use",
    examples: ["list regions"]
  ) { invocation in
    try invocation.reader().finish()
    let cloud = invocation.cloud
    let on = Set(cloud.world.accounts[cloud.world.account]?.regions ?? [])
    try invocation.showTable(
      [("region", .text), ("state", .text)],
      rows: (Regions.enabledByDefault + Regions.optIn).map { name in
        [.text(name), .text(on.contains(name) ? "on" : "off (`define region \(name)`)")]
      }, empty: "")
  }
}

extension ArgumentReader {
  /// Takes an account's number.
  mutating func account() throws -> Argument {
    let id = try word("the account's number")
    guard CallerText.isAccount(id.text) else {
      throw Diagnostics(
        Diagnostic(
          "bad-account", "`\(id.text)` is no account: twelve digits are needed", at: id.range))
    }
    return id
  }

  /// True where the next piece is there and none of these words.
  func hasMore(before words: [String]) throws -> Bool {
    guard let piece = try peek() else { return false }
    return piece.form != .bare || !words.contains(piece.text.lowercased())
  }
}

extension Invocation {
  /// The accounts in the order of their numbers.
  var accounts: [Account] {
    let accounts = cloud.world.accounts
    return accounts.keys.sorted().compactMap { accounts[$0] }
  }

  /// The number of an account that is there; the session's where none is named.
  func existing(_ account: Argument?) throws -> AccountID {
    guard let account else { return cloud.world.account }
    guard cloud.world.accounts[account.text] != nil else {
      throw Diagnostics(
        Diagnostic(
          "unknown-account", "there is no account \(account.text)", at: account.range,
          notes: ["first: define account \(account.text)"]))
    }
    return account.text
  }

  /// Says that something is there from now on.
  func tellDefined(_ text: String, isNew: Bool) {
    session.note("\(text) \(isNew ? "is defined" : "was there already")", to: output)
  }
}

/// Who may take a role, as people write it and as its trust policy says it.
enum TrustText {
  /// The trust policy that lets these in: services, accounts, ARNs, `*`.
  static func policy(_ trusted: [String]) -> JSONValue {
    var services: [JSONValue] = []
    var principals: [JSONValue] = []
    for name in trusted {
      if name.hasSuffix(".amazonaws.com") {
        services.append(.string(name))
      } else if CallerText.isAccount(name) {
        principals.append(.string("arn:aws:iam::\(name):root"))
      } else {
        principals.append(.string(name))
      }
    }
    var principal: [JSONMember] = []
    if !services.isEmpty { principal.append(JSONMember("Service", one(services))) }
    if !principals.isEmpty { principal.append(JSONMember("AWS", one(principals))) }
    return Cloud.trustPolicy(.object(principal))
  }

  private static func one(_ values: [JSONValue]) -> JSONValue {
    values.count == 1 ? values[0] : .array(values)
  }

  /// The principals that a trust policy names, in its order.
  static func trusted(_ policy: JSONValue) -> [String] {
    guard case .array(let statements)? = policy["Statement"] else { return [] }
    return statements.flatMap { statement -> [String] in
      guard case .object(let members)? = statement["Principal"] else {
        return statement["Principal"]?.text.map { [$0] } ?? []
      }
      return members.flatMap { texts($0.value) }
    }
  }

  private static func texts(_ value: JSONValue) -> [String] {
    if case .array(let values) = value { return values.compactMap(\.text) }
    return value.text.map { [$0] } ?? []
  }
}
