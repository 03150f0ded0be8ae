internal import TrailRecord

/// Who may put events on a bus, as its policy says.
enum BusPolicy {
  /// Whether a policy lets an account put events.
  ///
  /// Known are principals `*`, an account's number and `arn:…:root`, and the conditions on `aws:PrincipalOrgID`,
  /// `aws:SourceArn` and `aws:SourceAccount` that AWS's examples have.
  static func allows(
    _ policy: JSONValue?, _ account: AccountID, organization: String?, sourceARN: String?
  ) -> Bool {
    let statements = policy?["Statement"]
    let list = statements?.elements ?? statements.map { [$0] } ?? []
    var context = ["aws:SourceAccount": account]
    if let organization { context["aws:PrincipalOrgID"] = organization }
    if let sourceARN { context["aws:SourceArn"] = sourceARN }
    // The policy evaluator asks for services: the account stands for one where a statement names it.
    let readable = list.filter { names($0["Principal"], account) }.map {
      $0.setting("Principal", "*")
    }
    return ServicePolicy(["Statement": .array(readable)]).allows(
      ServicePolicy.Request(
        service: account, action: "events:PutEvents", resource: nil, context: context))
  }

  private static func names(_ principal: JSONValue?, _ account: AccountID) -> Bool {
    guard let principal else { return false }
    if principal.text == "*" { return true }
    return (principal["AWS"]?.texts ?? []).contains { name in
      name == "*" || name == account || name.hasPrefix("arn:aws:iam::\(account):")
    }
  }
}

extension Cloud {
  /// Whether a bus lets another account put events on it.
  func busLetsIn(_ bus: BusID, _ account: AccountID, from sourceARN: String?) -> Bool {
    let isMember = world.organization.map {
      $0.managementAccount == account || $0.members.contains(account)
    }
    return BusPolicy.allows(
      eventBuses[bus]?.policy, account,
      organization: isMember == true ? world.organization?.id : nil, sourceARN: sourceARN)
  }
}
