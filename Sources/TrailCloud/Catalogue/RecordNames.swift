internal import TrailRecord

/// Names of parameters as records spell them.
enum RecordNames {
  /// Services whose records have the API's names as they are.
  static let unchangedSources: Set<String> = [
    "account.amazonaws.com", "ce.amazonaws.com", "cloudshell.amazonaws.com",
    "devops-guru.amazonaws.com", "resource-explorer-2.amazonaws.com",
    "securityhub.amazonaws.com", "signin.amazonaws.com",
  ]

  /// The API's name with a small first letter: `dBInstanceIdentifier`, as records have it.
  static func lowered(_ name: String) -> String {
    name.prefix(1).lowercased() + name.dropFirst()
  }

  /// A value whose members have small first letters, all the way down.
  static func lowered(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(lowered))
    case .object(let members):
      .object(members.map { JSONMember(lowered($0.nameText), lowered($0.value)) })
    case .null, .bool, .number, .string: value
    }
  }

  /// A name of a service's API as its records have it.
  static func recorded(_ name: String, of eventSource: String) -> String {
    if unchangedSources.contains(eventSource) { return name }
    if name == "clusterName", eventSource == "eks.amazonaws.com" { return "name" }
    return lowered(name)
  }
}
