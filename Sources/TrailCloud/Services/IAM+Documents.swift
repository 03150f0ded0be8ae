internal import TrailRecord

// What policies say, as far as services ask that act through a role.

extension Cloud {
  /// The policy that a call sends; nil where it is no JSON object.
  func policyDocument(_ call: ServiceCall) -> JSONValue? {
    guard let text = call.text("PolicyDocument"), let value = try? JSONParser.parse(text),
      value.members != nil
    else { return nil }
    return value
  }

  /// AWS's own policies that allow all that there is to do with logs.
  private static let policiesWithLogs: Set<String> = [
    "AdministratorAccess", "PowerUserAccess", "CloudWatchFullAccess", "CloudWatchFullAccessV2",
    "CloudWatchLogsFullAccess",
  ]

  /// All policies of a role; nil where they are not known: nobody gave it any, or AWS's own are among them of which
  /// nobody here knows what they say.
  func knownPolicies(of role: IAMRole) -> [JSONValue]? {
    guard role.arePoliciesKnown else { return nil }
    var policies = role.inlinePolicies.compactMap { role.policyDocuments[$0] }
    for arn in role.attachedPolicies {
      guard let parts = ARN(arn) else { return nil }
      if parts.account == "aws" {
        guard Self.policiesWithLogs.contains(String(parts.lastName)) else { return nil }
        policies.append([
          "Statement": [["Effect": "Allow", "Action": "logs:*", "Resource": "*"]]
        ])
        continue
      }
      let policy = world.accounts[String(parts.account)]?.policies[arn]
      guard let document = policy.flatMap({ $0.documents[$0.defaultVersion] }) else { return nil }
      policies.append(document)
    }
    return policies
  }
}
