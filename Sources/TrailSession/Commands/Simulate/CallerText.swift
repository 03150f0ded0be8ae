internal import TrailCloud

/// Who calls, as people write it after `as`.
enum CallerText {
  /// The forms, for help and messages.
  static let forms: [(form: String, meaning: String)] = [
    ("bob", "the IAM user bob, who is made if need be"), ("root", "the account's root user"),
    ("Ops/night-shift", "a session of the role Ops (also role/Ops/night-shift)"),
    ("222233334444/bob", "the same in another account"), ("arn:aws:…", "any of them by its ARN"),
    ("AKIA…, ASIA…", "who holds an access key that was issued here"),
    ("lambda.amazonaws.com", "a service by itself"),
    ("federated/carol", "GetFederationToken's user"),
    ("saml/PROVIDER/carol, web/PROVIDER/ID", "identities from outside"),
    ("identitycenter/carol", "a user of IAM Identity Center"),
    ("anonymous", "nobody that AWS knows"),
  ]

  /// The caller, or nil where the text is none.
  static func read(_ text: String) -> Caller? {
    guard !text.isEmpty else { return nil }
    if text.hasPrefix("arn:") { return arn(text) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !parts.contains("") else { return nil }
    if parts.count > 1, isAccount(parts[0]) {
      guard var caller = read(parts.dropFirst().joined(separator: "/")) else { return nil }
      caller.account = parts[0]
      return caller
    }
    return named(parts).map { Caller($0) }
  }

  private static func named(_ parts: [String]) -> Caller.Kind? {
    let first = parts[0]
    guard parts.count > 1 else {
      switch first.lowercased() {
      case "root": return .root
      case "anonymous": return .anonymous
      case let name where name.hasSuffix(".amazonaws.com"): return .service(name)
      default: return isAccessKey(first) ? .accessKey(first) : .user(first)
      }
    }
    let last = parts[parts.count - 1]
    // A provider of SAML is known by its ARN, which has slashes of its own.
    if parts.count > 3, ["saml", "web"].contains(first.lowercased()) {
      let provider = parts[1..<(parts.count - 1)].joined(separator: "/")
      return first.lowercased() == "saml"
        ? .samlUser(last, provider: provider) : .webIdentityUser(last, provider: provider)
    }
    switch (first.lowercased(), parts.count) {
    case ("user", _): return .user(last)
    case ("role", 2): return .role(parts[1], session: nil)
    case ("role", 3), ("assumed-role", 3): return .role(parts[1], session: parts[2])
    case ("federated", 2), ("federated-user", 2): return .federatedUser(last)
    case ("identitycenter", 2): return .identityCenterUser(last)
    case ("saml", 3): return .samlUser(last, provider: parts[1])
    case ("web", 3): return .webIdentityUser(last, provider: parts[1])
    case (_, 2): return .role(first, session: last)
    default: return nil
    }
  }

  private static func arn(_ text: String) -> Caller? {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count == 6, ["iam", "sts"].contains(parts[2]), isAccount(parts[4]) else {
      return nil
    }
    let names = parts[5].split(separator: "/").map(String.init)
    guard let first = names.first, let last = names.last else { return nil }
    let kind: Caller.Kind? =
      switch (first, names.count) {
      case ("root", 1): .root
      case ("user", 2...): .user(last)
      case ("role", 2...): .role(last, session: nil)
      case ("assumed-role", 3): .role(names[1], session: last)
      case ("federated-user", 2): .federatedUser(last)
      default: nil
      }
    return kind.map { Caller($0, account: parts[4]) }
  }

  static func isAccount(_ text: String) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isAccessKey(_ text: String) -> Bool {
    (text.hasPrefix("AKIA") || text.hasPrefix("ASIA")) && text.utf8.count >= 16
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }
}
