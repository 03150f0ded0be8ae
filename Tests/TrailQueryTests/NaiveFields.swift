import Glibc
import TrailRecord

/// The values of a field in one record, read from its JSON value: no columns, no paths, no caches. Written
/// apart from the engine's own rules, so that tests can hold the two against each other.
struct NaiveField {
  let steps: [String]

  /// Every value that is there, null left out.
  func values(_ record: JSONValue) -> [JSONValue] {
    if steps.count == 1, let values = Self.short(steps[0].lowercased(), record) { return values }
    return Self.leaves(record, Self.fullPath(steps))
  }

  /// The prefixes written out.
  static func fullPath(_ steps: [String]) -> [String] {
    switch steps[0] {
    case "req": ["requestParameters"] + steps.dropFirst()
    case "resp": ["responseElements"] + steps.dropFirst()
    case "extra": ["additionalEventData"] + steps.dropFirst()
    case "identity": ["userIdentity"] + steps.dropFirst()
    default: steps
    }
  }

  /// Whether something that is not null stands there.
  func exists(_ record: JSONValue) -> Bool {
    switch steps[0].lowercased() {
    case "time" where steps.count == 1:
      return Self.nodes(record, ["eventTime"]).contains { $0 != .null }
    case let name where steps.count == 1 && Self.computed.contains(name):
      return !values(record).isEmpty
    case let name where steps.count == 1 && Self.paths[name] != nil:
      return Self.paths[name, default: []].contains { path in
        Self.nodes(record, path.split(separator: ".").map(String.init)).contains { $0 != .null }
      }
    default: return Self.nodes(record, Self.fullPath(steps)).contains { $0 != .null }
    }
  }

  private static let computed: Set<String> = [
    "user", "who", "role", "bucket", "target", "trail", "via", "mfa", "crossaccount", "account",
    "newkey",
  ]

  private static let paths: [String: [String]] = [
    "name": ["eventName", "insightDetails.eventName"],
    "service": ["eventSource", "insightDetails.eventSource"], "key": ["userIdentity.accessKeyId"],
    "ip": ["sourceIPAddress"], "agent": ["userAgent"], "region": ["awsRegion"],
    "recipient": ["recipientAccountId"], "type": ["userIdentity.type"],
    "category": ["eventCategory"], "error": ["errorCode", "insightDetails.errorCode"],
    "message": ["errorMessage"],
    "id": ["eventID"], "readonly": ["readOnly"],
    "resource": [
      "resources.ARN", "resources.ARNPrefix", "resources.arn", "resources.resourceName",
      "resources",
    ],
  ]

  private static func short(_ name: String, _ record: JSONValue) -> [JSONValue]? {
    if let paths = paths[name] {
      return paths.flatMap { leaves(record, $0.split(separator: ".").map(String.init)) }
    }
    func text(_ path: String) -> String? {
      leaves(record, path.split(separator: ".").map(String.init)).first.map(Self.text)
    }
    func full(_ path: String) -> String? { text(path).flatMap { $0.isEmpty ? nil : $0 } }
    func result(_ value: String?) -> [JSONValue] { value.map { [.string($0)] } ?? [] }
    switch name {
    case "time": return result(leaves(record, ["eventTime"]).first.map(Self.text))
    case "account":
      let own = leaves(record, ["userIdentity", "accountId"])
      return own.isEmpty ? leaves(record, ["recipientAccountId"]) : own
    case "newkey":
      let own = leaves(record, ["responseElements", "credentials", "accessKeyId"])
      return own.isEmpty ? leaves(record, ["responseElements", "accessKey", "accessKeyId"]) : own
    case "user": return result(user(text, full))
    case "who":
      return result(
        full("userIdentity.arn") ?? full("userIdentity.invokedBy")
          ?? full("userIdentity.principalId"))
    case "role": return result(role(text, full))
    case "bucket":
      if let own = full("requestParameters.bucketName") { return result(own) }
      return result(
        leaves(record, ["resources", "ARN"]).lazy.map(Self.text).compactMap(bucket).first)
    case "target": return result(targets.lazy.compactMap { full("requestParameters." + $0) }.first)
    case "trail":
      guard text("eventSource")?.lowercased().hasPrefix("cloudtrail.") ?? false else { return [] }
      let named = [
        "name", "trailName", "trailARN", "resourceId", "resourceIdList", "trailNameList",
      ]
      return result(
        named.lazy.compactMap { full("requestParameters." + $0) }.first.map { lastName($0) ?? $0 })
    case "mfa": return result(mfa(text))
    case "crossaccount":
      guard let caller = full("userIdentity.accountId"), let recipient = full("recipientAccountId")
      else { return [] }
      return result(caller == recipient ? "false" : "true")
    case "via": return result(via(text))
    default: return nil
    }
  }

  private static let targets = [
    "userName", "roleName", "groupName", "policyName", "policyArn", "instanceProfileName",
    "bucketName", "functionName", "keyId", "secretId", "instanceId",
    "instancesSet.items.instanceId", "groupId",
  ]

  private static func user(_ text: (String) -> String?, _ full: (String) -> String?) -> String? {
    let type = text("userIdentity.type")?.lowercased()
    let arnName = full("userIdentity.arn").flatMap(lastName).flatMap { $0.isEmpty ? nil : $0 }
    let session = text("userIdentity.principalId").flatMap { principal -> String? in
      let parts = principal.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count > 1 && !parts[parts.count - 1].isEmpty
        ? String(parts[parts.count - 1]) : nil
    }
    let service = text("userIdentity.invokedBy")
    if type == "root" { return "root" }
    if type == "awsservice", let service { return service }
    if type == "assumedrole" {
      return arnName ?? session ?? text("userIdentity.sessionContext.sessionIssuer.userName")
        ?? service
    }
    if let name = full("userIdentity.userName") ?? arnName { return name }
    if type == nil, let service { return service }
    return text("userIdentity.onBehalfOf.userId") ?? session ?? full("userIdentity.principalId")
      ?? service ?? text("userIdentity.accountId")
  }

  private static func role(_ text: (String) -> String?, _ full: (String) -> String?) -> String? {
    for name in [
      "roleArn", "roleName", "role", "executionRoleArn", "taskRoleArn", "serviceRole", "roleARN",
    ] {
      if let value = full("requestParameters." + name) { return value }
    }
    let isSession =
      text("userIdentity.type")?.lowercased() == "assumedrole"
      || text("userIdentity.sessionContext.sessionIssuer.type")?.lowercased() == "role"
    guard isSession else { return nil }
    if let issuer = full("userIdentity.sessionContext.sessionIssuer.arn")
      ?? full("userIdentity.sessionContext.sessionIssuer.userName")
    {
      return issuer
    }
    guard let arn = text("userIdentity.arn") else { return nil }
    let parts = arn.split(separator: "/").map(String.init)
    return parts.count >= 3 && parts[0].hasSuffix(":assumed-role") ? parts[parts.count - 2] : nil
  }

  private static func mfa(_ text: (String) -> String?) -> String? {
    let used = text("additionalEventData.MFAUsed")?.lowercased()
    let session = text("userIdentity.sessionContext.attributes.mfaAuthenticated")?.lowercased()
    if used == "yes" || session == "true" { return "yes" }
    let type = text("userIdentity.type")?.lowercased()
    return (used == "no" || session == "false") && (type == "iamuser" || type == "root")
      ? "no" : nil
  }

  private static func via(_ text: (String) -> String?) -> String? {
    let agent = text("userAgent")?.lowercased()
    let service = text("userIdentity.invokedBy")?.lowercased()
    if text("sessionCredentialFromConsole")?.lowercased() == "true" { return "console" }
    if service?.hasPrefix("cloudformation.") ?? false
      || agent?.hasPrefix("cloudformation.") ?? false
    {
      return "cloudformation"
    }
    if let agent {
      let isPage =
        agent.hasSuffix(".amazonaws.com")
        && (agent.hasPrefix("console.") || agent.hasPrefix("signin."))
      let isTool = ["[s3console/", "s3console/", "aws-console"].contains { agent.hasPrefix($0) }
      if isPage || !agent.hasSuffix(".amazonaws.com") && (isTool || agent.contains("awsconsole")) {
        return "console"
      }
    }
    if service != nil || text("userIdentity.type")?.lowercased() == "awsservice" {
      return "service"
    }
    guard let agent, !agent.isEmpty else { return nil }
    if agent.contains("terraform") { return "terraform" }
    if agent.contains("aws-cli/") || agent.contains("awscli") { return "cli" }
    if ["aws-sdk", "boto3/", "botocore/", "awspowershell", "aws-tools-"].contains(where: {
      agent.contains($0)
    }) {
      return "sdk"
    }
    if agent.hasSuffix(".amazonaws.com") || agent == "aws internal" { return "service" }
    return agent.contains("mozilla/") ? "browser" : "other"
  }

  private static func bucket(_ arn: String) -> String? {
    guard arn.hasPrefix("arn:") else { return nil }
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[2] == "s3", parts[3].isEmpty, parts[4].isEmpty else { return nil }
    let name = parts[5].split(separator: "/", omittingEmptySubsequences: false)[0]
    return name.isEmpty ? nil : String(name)
  }

  /// What follows the last slash or colon of an ARN.
  static func lastName(_ arn: String) -> String? {
    guard arn.hasPrefix("arn:"), arn.utf8.count > 4 else { return nil }
    return String(
      arn[
        (arn.lastIndex { $0 == "/" || $0 == ":" }.map { arn.index(after: $0) } ?? arn.startIndex)...
      ])
  }

  /// The values at a path, through arrays, containers included.
  static func nodes(_ value: JSONValue, _ keys: [String]) -> [JSONValue] {
    if case .array(let elements) = value, !keys.isEmpty {
      return elements.flatMap { nodes($0, keys) }
    }
    guard let key = keys.first else { return [value] }
    guard case .object(let members) = value else { return [] }
    return members.filter { $0.name == Array(key.utf8) }.flatMap {
      nodes($0.value, Array(keys.dropFirst()))
    }
  }

  /// The scalars at a path and below it.
  static func leaves(_ value: JSONValue, _ keys: [String]) -> [JSONValue] {
    nodes(value, keys).flatMap(scalars)
  }

  static func scalars(_ value: JSONValue) -> [JSONValue] {
    switch value {
    case .null: []
    case .array(let elements): elements.flatMap(scalars)
    case .object(let members): members.flatMap { scalars($0.value) }
    case .bool, .number, .string: [value]
    }
  }

  /// The one spelling of an address, as the C library has it; any other text as it is.
  static func address(_ text: String) -> String {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4, parts.allSatisfy({ (1...3).contains($0.count) && UInt8($0) != nil }) {
      return parts.map { String(UInt8($0) ?? 0) }.joined(separator: ".")
    }
    var bytes = in6_addr()
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
    var spelling = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(AF_INET6, &bytes, &spelling, socklen_t(spelling.count))
    let own = String(decoding: spelling.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    return own.hasPrefix("::ffff:") && own.contains(".") ? String(own.dropFirst(7)) : own
  }

  static func text(_ value: JSONValue) -> String {
    switch value {
    case .bool(let flag): flag ? "true" : "false"
    case .number(let spelling): spelling
    case .string(let bytes): String(decoding: bytes, as: UTF8.self)
    case .null, .array, .object: ""
    }
  }
}
