internal import TrailRecord

/// What kind of answer a question wants, and when one is right: as tolerant as people are.
enum AnswerKind: String, Sendable {
  /// A user, or a role and its session (`Ops/night-shift`): by a name or an ARN.
  case who
  case key
  case when
  case address
  case account
  /// Anything with a name: a bucket, a trail, a key, a function.
  case name
  /// An operation of AWS's, with or without its service.
  case call
  case number

  /// What to write, for people.
  var form: String {
    switch self {
    case .who: "a user's or role's name, or an ARN"
    case .key: "an access key's id: AKIA… or ASIA…"
    case .when: "a time in UTC, to the minute: 2026-01-07T10:05Z"
    case .address: "an address"
    case .account: "twelve digits"
    case .name: "a name, or an ARN"
    case .call: "an operation's name"
    case .number: "a number"
    }
  }

  /// How far a time may be off, in milliseconds.
  static let timeTolerance: Int64 = 60_000

  /// Whether an answer means what is right. Times are compared by `isRight(time:)`.
  func isRight(_ given: String, truth: String) -> Bool {
    let given = Self.plain(given)
    let truth = Self.plain(truth)
    if given.isEmpty { return false }
    if given == truth { return true }
    switch self {
    case .who: return Self.isSame(principal: given, as: truth)
    case .key, .when: return false
    case .address:
      guard let address = IPAddress(given) else { return false }
      return address == IPAddress(truth)
    case .account:
      let fields = given.split(separator: ":", omittingEmptySubsequences: false)
      let account = given.hasPrefix("arn:") && fields.count > 4 ? String(fields[4]) : given
      return account.filter { $0 != "-" } == truth
    case .name:
      return Self.names(of: given).contains { name in
        name == truth || name == truth.split(separator: "/").last.map(String.init)
      }
    case .call:
      return given.split(whereSeparator: { ":.".contains($0) }).last.map(String.init) == truth
    case .number: return given.filter { !",_ ".contains($0) } == truth
    }
  }

  /// Whether a time is right to the minute.
  static func isRight(time: Int64, truth: Int64) -> Bool {
    abs(time - truth) < timeTolerance
  }

  /// Lower case, without the quotes and blanks that people leave around.
  private static func plain(_ text: String) -> String {
    var text = text.lowercased()[...]
    while let first = text.first, first.isWhitespace || "\"'`".contains(first) {
      text.removeFirst()
    }
    while let last = text.last, last.isWhitespace || "\"'`,;".contains(last) { text.removeLast() }
    return String(text)
  }

  // MARK: Names

  /// What stands before a name and says what it is of: `key/1234`, `function:mail`.
  private static let typeWords: Set<String> = [
    "bucket", "function", "group", "instance", "instance-profile", "key", "key-pair", "log-group",
    "policy", "role", "secret", "security-group", "snapshot", "trail", "user", "volume",
  ]

  /// The names that a text may mean. A path is part of a name: `dev/ledger` is not `prod/ledger`, nor `ledger`. What
  /// stands before the name is dropped only where the text says that it is none.
  private static func names(of text: String) -> [String] {
    if text.hasPrefix("s3://") { return objectNames(in: text.dropFirst("s3://".count)) }
    guard text.hasPrefix("arn:") else { return [resourceName(in: text)] }
    let fields = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard fields.count == 6 else { return [] }
    switch fields[2] {
    case "s3": return objectNames(in: fields[5])
    case "iam":
      // IAM's names have no slash; what stands before is a path.
      let name = resourceName(in: String(fields[5]))
      return [name, name.split(separator: "/").last.map(String.init) ?? name]
    default:
      // `function:NAME:ALIAS`, `log-group:NAME:*`
      let name = resourceName(in: String(fields[5])).prefix { $0 != ":" }
      return [String(name)]
    }
  }

  /// A bucket, and the object in it, by its key or the last part of that.
  private static func objectNames(in text: Substring) -> [String] {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    return parts + (parts.dropFirst().last?.split(separator: "/").suffix(1).map(String.init) ?? [])
  }

  /// A name without the word that says what it is of, and without a slash at its end.
  private static func resourceName(in text: String) -> String {
    var name = text[...]
    if let end = name.firstIndex(where: { "/:".contains($0) }),
      typeWords.contains(String(name[..<end]))
    {
      name = name[name.index(after: end)...]
    }
    if name.hasSuffix("/") { name = name.dropLast() }
    return String(name)
  }

  /// A principal without what says only that it is one: its account, and its parts.
  private struct Principal {
    var account: String?
    var isRole = false
    var parts: [String]

    init(_ text: String) {
      var rest = text
      if text.hasPrefix("arn:") {
        let fields = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        account = fields.count > 4 ? String(fields[4]) : nil
        rest = String(fields.last ?? "")
      }
      parts = rest.split(separator: "/").map(String.init)
      if account == nil, let first = parts.first, parts.count > 1, CallerText.isAccount(first) {
        account = first
        parts.removeFirst()
      }
      guard parts.count > 1, let head = parts.first else { return }
      switch head {
      case "user", "federated-user":
        parts = [parts[parts.count - 1]]
      case "role":
        isRole = true
        parts = [parts[parts.count - 1]]
      case "assumed-role", "sts":
        isRole = true
        parts.removeFirst()
      default: break
      }
    }
  }

  /// - Parameter truth: `bob` or `Ops/night-shift`, perhaps after an account and a slash.
  private static func isSame(principal given: String, as truth: String) -> Bool {
    let given = Principal(given)
    let truth = Principal(truth)
    if let account = given.account, let right = truth.account, account != right { return false }
    if truth.parts.count == 1 { return given.parts == truth.parts }
    // Of a role's session, the role or the session's name will do, unless both were said.
    return given.parts.count == 1
      ? truth.parts.contains(given.parts[0]) : given.parts == truth.parts
  }
}
