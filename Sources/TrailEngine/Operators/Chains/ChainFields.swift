import TrailRecord

/// What a credential lets somebody do, as far as records tell: calls with an access key, sign-ins of a user who got a
/// password, calls of a console session.
enum Credential: Hashable {
  case key(String)
  /// A password: sign-ins of this user of this account.
  case password(user: String, account: String)
  /// A console session of this principal, which began with a sign-in.
  case console(principal: String)
}

/// Reads from single events which credentials they used and which they issued.
struct ChainFields {
  /// A console session lasts at most so long, in milliseconds.
  static let consoleSession: Int64 = 12 * 3_600_000

  let snapshot: StoreSnapshot
  private let name: FieldReader
  private let newKey: FieldReader
  private let key: FieldReader
  private let principal: FieldReader
  private let userName: FieldReader
  private let account: FieldReader
  private let requestedUser: FieldReader
  private let error: FieldReader
  private let signIn: FieldReader
  private let switchRole: FieldReader
  private let fromConsole: FieldReader
  private let agent: FieldReader
  private let address: FieldReader

  init(_ snapshot: StoreSnapshot) {
    self.snapshot = snapshot
    func reader(_ path: String) -> FieldReader {
      let keys = path.split(separator: ".").map(String.init)
      return FieldReader(BoundField(path: [keys], name: path), in: snapshot)
    }
    name = reader("eventName")
    newKey = FieldReader(Self.newKeyField, in: snapshot)
    key = reader("userIdentity.accessKeyId")
    principal = reader("userIdentity.arn")
    userName = reader("userIdentity.userName")
    account = reader("userIdentity.accountId")
    requestedUser = reader("requestParameters.userName")
    error = reader("errorCode")
    signIn = reader("responseElements.ConsoleLogin")
    switchRole = reader("responseElements.SwitchRole")
    fromConsole = reader("sessionCredentialFromConsole")
    agent = reader("userAgent")
    address = reader("sourceIPAddress")
  }

  static let keyField = field("userIdentity.accessKeyId")
  static let principalField = field("userIdentity.arn")
  static let nameField = field("eventName")
  static let newKeyField = BoundField(
    name: "newkey", kind: .text,
    source: .any([
      ["responseElements", "credentials", "accessKeyId"],
      ["responseElements", "accessKey", "accessKeyId"],
    ]))

  private static func field(_ path: String) -> BoundField {
    BoundField(path: [path.split(separator: ".").map(String.init)], name: path)
  }

  private func text(_ reader: FieldReader, _ event: EventReference) -> String? {
    let text = reader.cell(event).text
    return text.isEmpty ? nil : text
  }

  func address(_ event: EventReference) -> String? { text(address, event) }
  func agent(_ event: EventReference) -> String? { text(agent, event) }
  func key(_ event: EventReference) -> String? { text(key, event) }
  func principal(_ event: EventReference) -> String? { text(principal, event) }
  func name(_ event: EventReference) -> String? { text(name, event) }

  /// The credentials that a call issued; none where it failed.
  func issued(_ event: EventReference) -> [Credential] {
    var issued: [Credential] = []
    if let key = text(newKey, event) { issued.append(.key(key)) }
    switch name(event) {
    case "CreateLoginProfile", "UpdateLoginProfile":
      if text(error, event) == nil, let user = text(requestedUser, event),
        let account = text(account, event)
      {
        issued.append(.password(user: user, account: account))
      }
    case "ConsoleLogin", "SwitchRole":
      let answer = text(signIn, event) ?? text(switchRole, event)
      if answer?.lowercased() == "success", let principal = principal(event) {
        issued.append(.console(principal: principal))
      }
    default: break
    }
    return issued
  }

  /// The user who signed in, where the event is a sign-in that worked.
  func signedIn(_ event: EventReference) -> Credential? {
    guard name(event) == "ConsoleLogin", text(signIn, event)?.lowercased() == "success",
      let user = text(userName, event), let account = text(account, event)
    else { return nil }
    return .password(user: user, account: account)
  }

  /// Whether a call was made in a console session.
  func isFromConsole(_ event: EventReference) -> Bool {
    if fromConsole.cell(event).text == "true" { return true }
    guard let agent = agent(event) else { return false }
    return agent.hasPrefix("console.") || agent.hasPrefix("signin.")
      || agent.hasPrefix("[S3Console/")
  }
}
