import TrailRecord

/// What a credential lets somebody do, as far as records tell: calls with an access key, sign-ins of a user who got a
/// password, calls of a console session. Texts are numbers of a `TextTable`.
enum Credential: Hashable {
  case key(UInt32)
  /// A password: sign-ins of this user of this account.
  case password(user: UInt32, account: UInt32)
  /// A console session of this principal, which began with a sign-in.
  case console(principal: UInt32)

  /// How long after it was issued it can be used, in milliseconds; nil where nothing says.
  var lifetime: Int64? {
    if case .console = self { ChainFields.consoleSession } else { nil }
  }
}

/// Reads from single events which credentials they used and which they issued.
struct ChainFields {
  /// A console session lasts at most so long, in milliseconds.
  static let consoleSession: Int64 = 12 * 3_600_000

  let snapshot: StoreSnapshot
  let table = TextTable()
  private let name: TextNumbers
  private let newKeys: [TextNumbers]
  private let key: TextNumbers
  private let principal: TextNumbers
  private let userName: TextNumbers
  private let account: TextNumbers
  private let requestedUser: TextNumbers
  private let error: TextNumbers
  private let signIn: TextNumbers
  private let switchRole: TextNumbers
  private let fromConsole: TextNumbers
  private let agent: TextNumbers
  private let address: TextNumbers
  private let givesPassword: [UInt32]
  private let signsIn: [UInt32]
  private let consoleLogin: UInt32
  private let yes: UInt32

  init(_ snapshot: StoreSnapshot) {
    self.snapshot = snapshot
    let table = table
    func numbers(_ path: String) -> TextNumbers { TextNumbers(path, in: snapshot, table) }
    name = numbers("eventName")
    newKeys = Self.newKeyPaths.map {
      TextNumbers($0.joined(separator: "."), in: snapshot, table, readsHashes: true)
    }
    key = numbers("userIdentity.accessKeyId")
    principal = numbers("userIdentity.arn")
    userName = numbers("userIdentity.userName")
    account = numbers("userIdentity.accountId")
    requestedUser = numbers("requestParameters.userName")
    error = numbers("errorCode")
    signIn = numbers("responseElements.ConsoleLogin")
    switchRole = numbers("responseElements.SwitchRole")
    fromConsole = numbers("sessionCredentialFromConsole")
    agent = numbers("userAgent")
    address = numbers("sourceIPAddress")
    givesPassword = Self.passwordCalls.map { table.number(of: $0) }
    signsIn = Self.signInCalls.map { table.number(of: $0) }
    consoleLogin = table.number(of: "ConsoleLogin")
    yes = table.number(of: "true")
  }

  static let keyPath = ["userIdentity", "accessKeyId"]
  static let principalPath = ["userIdentity", "arn"]
  static let namePath = ["eventName"]
  static let newKeyPaths = [
    ["responseElements", "credentials", "accessKeyId"],
    ["responseElements", "accessKey", "accessKeyId"],
  ]
  static let passwordCalls = ["CreateLoginProfile", "UpdateLoginProfile"]
  static let signInCalls = ["ConsoleLogin", "SwitchRole"]

  func address(_ event: EventReference) -> UInt32? { address.number(event) }
  func agent(_ event: EventReference) -> UInt32? { agent.number(event) }

  /// The credentials that a call issued; none where it failed.
  func issued(_ event: EventReference) -> [Credential] {
    var issued: [Credential] = []
    for newKey in newKeys {
      if let key = newKey.number(event) { issued.append(.key(key)) }
    }
    return issued + issuedSignIns(event)
  }

  /// The credentials with which an event may have been done, in the order in which they count.
  func used(_ event: EventReference) -> [Credential] {
    var used: [Credential] = []
    if let key = key.number(event) { used.append(.key(key)) }
    if isFromConsole(event), let principal = principal.number(event) {
      used.append(.console(principal: principal))
    }
    if name.number(event) == consoleLogin, isSuccess(signIn.number(event)),
      let user = userName.number(event), let account = account.number(event)
    {
      used.append(.password(user: user, account: account))
    }
    return used
  }

  /// The last of some events that can have issued the credential of another one: not later than that, within the
  /// credential's lifetime, and not that event itself.
  ///
  /// - Parameter issuer: the events that issued it, in the order of time.
  /// - Complexity: O(log count).
  func latestIssuer(
    _ count: Int, of event: EventReference, _ credential: Credential,
    _ issuer: (Int) -> EventReference
  ) -> Int? {
    let time = snapshot.time(event)
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if snapshot.time(issuer(middle)) <= time { low = middle + 1 } else { high = middle }
    }
    if low > 0, issuer(low - 1) == event { low -= 1 }
    guard low > 0 else { return nil }
    let isTooOld = credential.lifetime.map { time - snapshot.time(issuer(low - 1)) > $0 } ?? false
    return isTooOld ? nil : low - 1
  }

  /// The text of the key that an event issued.
  func issuedKey(_ event: EventReference) -> String? {
    var text: String?
    for case .key(let key) in issued(event) { text = table.text(key) }
    return text
  }

  /// Calls `body` with the hash of each key that an event issued.
  func forEachIssuedHash(_ event: EventReference, _ body: (UInt64) -> Void) {
    for newKey in newKeys {
      if let hash = newKey.hash(event) { body(hash) }
    }
  }

  /// The credentials other than keys that a call issued; none where it failed.
  func issuedSignIns(_ event: EventReference) -> [Credential] {
    guard let name = name.number(event) else { return [] }
    if givesPassword.contains(name) {
      guard error.number(event) == nil, let user = requestedUser.number(event),
        let account = account.number(event)
      else { return [] }
      return [.password(user: user, account: account)]
    }
    guard signsIn.contains(name) else { return [] }
    let answer = signIn.number(event) ?? switchRole.number(event)
    guard isSuccess(answer), let principal = principal.number(event) else { return [] }
    return [.console(principal: principal)]
  }

  private func isSuccess(_ answer: UInt32?) -> Bool {
    answer.map { table.text($0).lowercased() == "success" } ?? false
  }

  /// Whether a call was made in a console session.
  private func isFromConsole(_ event: EventReference) -> Bool {
    if fromConsole.number(event) == yes { return true }
    guard let agent = agent.number(event) else { return false }
    var text = table.text(agent)
    return text.withUTF8 { OriginRules.isConsole($0) }
  }
}
