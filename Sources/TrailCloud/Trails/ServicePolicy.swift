package import TrailRecord

/// Whether a resource's policy lets an AWS service do something: buckets, keys and topics ask it.
///
/// Reads what such policies say in practice: `Effect`, `Principal`, `Action`, `Resource` and their negations, and the
/// conditions that compare texts, ARNs, booleans, or ask for a member's absence. A condition that it does not know
/// is not met.
package struct ServicePolicy {
  /// What is asked.
  package struct Request: Hashable, Sendable {
    /// Such as `cloudtrail.amazonaws.com`.
    package var service: String
    /// Such as `s3:PutObject`.
    package var action: String
    /// Nil where a policy's `Resource` says nothing of its own, as in key policies.
    package var resource: String?
    /// The keys that conditions compare, such as `aws:SourceArn`.
    package var context: [String: String]

    package init(
      service: String, action: String, resource: String?, context: [String: String] = [:]
    ) {
      self.service = service
      self.action = action
      self.resource = resource
      self.context = context
    }
  }

  private let statements: [JSONValue]
  /// True for the policies of a role, whose statements name no principal.
  private let isOfIdentity: Bool

  /// A policy that may be missing: it allows nothing then.
  package init(_ policy: JSONValue?) {
    var document = policy
    if let text = policy?.text { document = try? JSONParser.parse(text) }
    statements = Self.statements(document)
    isOfIdentity = false
  }

  /// All policies of a role together.
  init(identityPolicies policies: [JSONValue]) {
    statements = policies.flatMap { Self.statements($0) }
    isOfIdentity = true
  }

  private static func statements(_ document: JSONValue?) -> [JSONValue] {
    let statement = document?["Statement"]
    return statement?.elements ?? statement.map { [$0] } ?? []
  }

  /// True where a statement allows it and none denies it.
  package func allows(_ request: Request) -> Bool {
    let matching = statements.filter {
      (isOfIdentity || Self.isPrincipal($0, request.service)) && Self.concerns($0, request)
    }
    return matching.contains { $0["Effect"]?.text == "Allow" }
      && !matching.contains { $0["Effect"]?.text == "Deny" }
  }

  private static func concerns(_ statement: JSONValue, _ request: Request) -> Bool {
    func matches(
      _ name: String, _ negation: String, _ value: String?, ignoringCase: Bool = false
    ) -> Bool {
      guard let value else { return true }
      func hits(_ patterns: JSONValue) -> Bool {
        texts(patterns).contains {
          ignoringCase
            ? wildcard($0.lowercased(), matches: value.lowercased()) : wildcard($0, matches: value)
        }
      }
      if let patterns = statement[name] { return hits(patterns) }
      if let patterns = statement[negation] { return !hits(patterns) }
      return true
    }
    return matches("Action", "NotAction", request.action, ignoringCase: true)
      && matches("Resource", "NotResource", request.resource)
      && meetsConditions(statement["Condition"], request.context)
  }

  private static func isPrincipal(_ statement: JSONValue, _ service: String) -> Bool {
    func names(_ principal: JSONValue) -> Bool {
      if principal.text == "*" { return true }
      if let accounts = principal["AWS"], texts(accounts).contains("*") { return true }
      return principal["Service"].map { texts($0).contains(service) } ?? false
    }
    if let principal = statement["Principal"] { return names(principal) }
    if let others = statement["NotPrincipal"] { return !names(others) }
    return false
  }

  private static func meetsConditions(_ condition: JSONValue?, _ context: [String: String]) -> Bool
  {
    guard case .object(let operators)? = condition else { return true }
    let byKey = Dictionary(
      context.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    return operators.allSatisfy { entry in
      guard case .object(let keys) = entry.value else { return false }
      let name = String(decoding: entry.name, as: UTF8.self)
      return keys.allSatisfy { key in
        let value = byKey[String(decoding: key.name, as: UTF8.self).lowercased()]
        return meets(name, texts(key.value), value)
      }
    }
  }

  private static func meets(_ name: String, _ wanted: [String], _ value: String?) -> Bool {
    var name = name
    if name == "Null" { return wanted.contains(value == nil ? "true" : "false") }
    if name.hasSuffix("IfExists") {
      guard value != nil else { return true }
      name.removeLast("IfExists".count)
    }
    switch name {
    case "StringEquals": return value.map { wanted.contains($0) } ?? false
    case "StringNotEquals": return value.map { !wanted.contains($0) } ?? true
    case "StringEqualsIgnoreCase":
      return value.map { value in wanted.contains { $0.lowercased() == value.lowercased() } }
        ?? false
    case "StringLike", "ArnLike", "ArnEquals":
      return value.map { value in wanted.contains { wildcard($0, matches: value) } } ?? false
    case "StringNotLike", "ArnNotLike", "ArnNotEquals":
      return value.map { value in !wanted.contains { wildcard($0, matches: value) } } ?? true
    case "Bool":
      return value.map { value in wanted.contains { $0.lowercased() == value.lowercased() } }
        ?? false
    default: return false
    }
  }

  private static func texts(_ value: JSONValue) -> [String] {
    (value.elements ?? [value]).compactMap { element in
      switch element {
      case .bool(let truth): truth ? "true" : "false"
      case .number(let spelling): spelling
      default: element.text
      }
    }
  }

  /// `*` is any run of characters and `?` any one. O(text × stars) at worst.
  static func wildcard(_ pattern: String, matches text: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let text = Array(text.utf8)
    var place = 0
    var at = 0
    var star: (pattern: Int, text: Int)?
    while at < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, at)
        place += 1
      } else if place < pattern.count,
        pattern[place] == text[at] || pattern[place] == UInt8(ascii: "?")
      {
        place += 1
        at += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        place = last.pattern + 1
        at = last.text + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
