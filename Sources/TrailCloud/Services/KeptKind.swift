internal import TrailRecord

/// A kind of thing that a service keeps, for services that need no model of their own: how it comes and goes, and what
/// the service says when it is not there.
///
/// In texts and ARNs, `{}` is the thing's name and `{account}` the account.
struct KeptKind: Sendable {
  /// What AWS answers: the code on the wire, and the text.
  struct Refusal: Sendable {
    var code: String
    var text: String

    init(_ code: String, _ text: String) {
      self.code = code
      self.text = text
    }
  }
  /// How the things of a kind get their names.
  enum Naming: Sendable {
    case given
    /// Ids of the service's own: a prefix and hexadecimal digits, or capitals where `isUpper`.
    case made(prefix: String, digits: Int, isUpper: Bool = false)
  }

  /// Such as `dynamodb/table`.
  var kind: String
  /// The end of the thing's ARN.
  var arn: String
  /// Parameters that name such a thing, in operations that need it to be there.
  var members: [String]
  /// The operations that make it, and where its name stands in their parameters (`ConfigRule.ConfigRuleName`).
  var makers: [String: String]
  var removers: Set<String> = []
  /// Operations that bring back what was removed; where there are none, it is gone at once.
  var restorers: Set<String> = []
  /// The operations that need it; nil for all that have one of `members`.
  var users: Set<String>?
  /// Operations that do not mind when it is not there.
  var tolerant: Set<String> = []
  var naming = Naming.given
  var missing: Refusal
  /// Nil where making it twice is no error.
  var exists: Refusal?
  var removed: Refusal?
  /// Whether there can be one in a Region.
  var isSingle = false
  /// The member of the maker's answer that has the id, where the id is made up.
  var idMember: String?

  var service: Substring { kind.prefix { $0 != "/" } }

  /// The kind that an operation makes, removes or needs; nil where the table has none.
  static func of(_ operation: APIOperation) -> KeptKind? {
    guard let kinds = table[operation.service] else { return nil }
    return kinds.first {
      $0.isChanged(by: operation)
    } ?? kinds.first { $0.isNeeded(by: operation) }
  }

  /// Whether an operation makes, removes or brings back things of the kind.
  func isChanged(by operation: APIOperation) -> Bool {
    makers[operation.name] != nil || removers.contains(operation.name)
      || restorers.contains(operation.name)
  }

  /// All kinds that an operation needs to be there.
  static func needed(by operation: APIOperation) -> [KeptKind] {
    (table[operation.service] ?? []).filter { $0.isNeeded(by: operation) }
  }

  private func isNeeded(by operation: APIOperation) -> Bool {
    if makers[operation.name] != nil { return false }
    if let users, !users.contains(operation.name), !removers.contains(operation.name) {
      return false
    }
    return operation.input.contains { $0.kind == .string && members.contains($0.name) }
  }

  /// The name of the thing that a call is about; nil where none is given.
  func name(in call: ServiceCall) -> String? {
    for member in members {
      if let text = call.text(member) { return Self.plain(text) }
    }
    return nil
  }

  /// The name at the end of an ARN or a URL.
  static func plain(_ text: String) -> String {
    // A secret's ARN ends in its name, a hyphen and six letters.
    if let secret = text.ranges(of: ":secret:").first {
      return String(text[secret.upperBound...].dropLast(7))
    }
    if text.hasPrefix("/hostedzone/") { return String(text.dropFirst("/hostedzone/".count)) }
    guard text.hasPrefix("arn:") || text.hasPrefix("http") else { return text }
    if let slash = text.split(separator: "/").last, text.contains("/") { return String(slash) }
    return text.split(separator: ":").last.map(String.init) ?? text
  }

  func filled(_ text: String, _ name: String, in account: AccountID) -> String {
    text.split(separator: "{account}", omittingEmptySubsequences: false).joined(separator: account)
      .split(separator: "{}", omittingEmptySubsequences: false).joined(separator: name)
      // The path of a parameter of Systems Manager begins with a slash of its own.
      .replacing("parameter//", with: "parameter/")
  }

  func error(_ refusal: Refusal, _ name: String, in account: AccountID) -> AWSError {
    AWSError(refusal.code, filled(refusal.text, name, in: account))
  }
}

extension Cloud {
  /// Makes, removes or needs what a call is about.
  ///
  /// - Returns: AWS's refusal, or nil.
  func change(
    _ kind: KeptKind, for call: ServiceCall, _ outcome: inout ServiceOutcome
  ) -> AWSError? {
    for needed in KeptKind.needed(by: call.operation) {
      if let error = refusal(of: needed, for: call) { return error }
    }
    var context = call
    if let place = kind.makers[call.operation.name] {
      let result = make(kind, named: place, for: call)
      if let error = result.error { return error }
      context.madeARN = result.arn
      outcome.response =
        SpecialAnswer.make(for: context, &identifiers)
        ?? GeneralAnswer.make(for: context, &identifiers)
      if let member = kind.idMember {
        outcome.response = outcome.response.settingDeep(member, .string(result.name))
      }
      return nil
    }
    let name = kind.name(in: call) ?? ""
    let place = ResourcePlace(kind.kind, region(of: call), name)
    let known = kept(at: place, in: call.account)
    context.madeARN = known?["Arn"]?.text
    context.kept = known?["Parameters"]
    if let known { changeKept(known, at: place, by: call) }
    if kind.removers.contains(call.operation.name) {
      keep(
        kind.restorers.isEmpty ? nil : known?.setting("Removed", true), at: place, in: call.account)
    } else if kind.restorers.contains(call.operation.name) {
      keep(known?.removing(["Removed"]), at: place, in: call.account)
    }
    if let answer = SpecialAnswer.make(for: context, &identifiers) {
      outcome.response = answer
    } else if !call.operation.output.isEmpty {
      outcome.response = GeneralAnswer.make(for: context, &identifiers)
    }
    return nil
  }

  private func region(of call: ServiceCall) -> RegionName {
    call.operation.globalRegion == nil ? call.region : ""
  }

  /// Why a call cannot have what it needs; nil where it can.
  private func refusal(of kind: KeptKind, for call: ServiceCall) -> AWSError? {
    guard let name = kind.name(in: call), !name.hasPrefix("/aws/") else { return nil }
    let known = kept(at: ResourcePlace(kind.kind, region(of: call), name), in: call.account)
    if let known {
      guard known["Removed"] != nil, !kind.restorers.contains(call.operation.name) else {
        return nil
      }
      return kind.removed.map { kind.error($0, name, in: call.account) }
    }
    if kind.tolerant.contains(call.operation.name) { return nil }
    var error = kind.error(kind.missing, name, in: call.account)
    if let maker = kind.makers.keys.min(), case .given = kind.naming {
      error.advice = "simulate \(call.operation.service):\(maker) makes one"
    }
    return error
  }

  private func make(
    _ kind: KeptKind, named path: String, for call: ServiceCall
  ) -> (name: String, arn: String?, error: AWSError?) {
    let region = region(of: call)
    var name = ""
    switch kind.naming {
    case .given:
      var value: JSONValue? = call.parameters
      for part in path.split(separator: ".") { value = value?.member(String(part)) }
      name = value?.text ?? "default"
    case .made(let prefix, let digits, let isUpper):
      let names = world.accounts[call.account]?.resources.names(of: kind.kind, in: region) ?? []
      if kind.isSingle, let one = names.first, let exists = kind.exists {
        return (one, nil, kind.error(exists, one, in: call.account))
      }
      name =
        prefix
        + (isUpper ? identifiers.iamID("", count: digits) : identifiers.hex(digits))
    }
    let place = ResourcePlace(kind.kind, region, name)
    if kept(at: place, in: call.account) != nil, let exists = kind.exists,
      call.parameters["Overwrite"]?.boolean != true
    {
      return (name, nil, kind.error(exists, name, in: call.account))
    }
    let known = kept(at: place, in: call.account)?["Arn"]?.text
    let arn = known ?? GeneralAnswer.arn(of: call, ending: ending(kind, name, for: call))
    keep(
      [
        "Arn": .string(arn),
        "Parameters": call.parameters.setting("MadeAt", .number(Int(call.time / 1000))),
      ], at: place, in: call.account)
    return (name, arn, nil)
  }

  /// Keeps what an update says of a thing, for later answers about it.
  private func changeKept(_ known: JSONValue, at place: ResourcePlace, by call: ServiceCall) {
    guard ["Update", "Modify"].contains(where: { call.operation.name.hasPrefix($0) }),
      var parameters = known["Parameters"]
    else { return }
    for member in call.parameters.members ?? [] {
      parameters = parameters.setting(member.nameText, member.value)
    }
    keep(known.setting("Parameters", parameters), at: place, in: call.account)
  }

  /// The end of a new thing's ARN; `{hex}` and `{uuid}` are made up.
  private func ending(_ kind: KeptKind, _ name: String, for call: ServiceCall) -> String {
    var text = kind.filled(kind.arn, name, in: call.account)
    if text.hasSuffix("{uuid}") { text = text.dropLast(6) + identifiers.uuid() }
    if text.hasSuffix("{hex}") { text = text.dropLast(5) + identifiers.hex(16) }
    if text.hasSuffix("{six}") { text = text.dropLast(5) + identifiers.letters(6) }
    return text
  }
}

extension JSONValue {
  /// A member in any letter case of its first letter.
  func member(_ name: String) -> JSONValue? {
    self[name] ?? self[RecordNames.lowered(name)]
      ?? self[name.prefix(1).uppercased() + name.dropFirst()]
  }

  /// This object with a member set whose path has a dot where it is inside another.
  func settingDeep(_ path: String, _ value: JSONValue) -> JSONValue {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return setting(path, value) }
    return setting(parts[0], (self[parts[0]] ?? [:]).settingDeep(parts[1], value))
  }
}
