internal import TrailRecord

/// What a refusal for want of permission names as its resource, in each service's own way (facts §3.4; real records).
enum RefusedResource {
  static func text(of call: ServiceCall) -> String {
    let place = "\(call.region):\(call.account)"
    switch call.operation.eventSource {
    case "cloudtrail.amazonaws.com":
      guard let name = call.text("Name") ?? call.text("TrailName") ?? call.text("ResourceId") else {
        return "*"
      }
      return name.hasPrefix("arn:")
        ? name : Trail.arn(name, region: call.region, account: call.account)
    case "sts.amazonaws.com": return call.text("RoleArn") ?? "*"
    case "iam.amazonaws.com": return iam(call)
    case "lambda.amazonaws.com":
      return call.text("FunctionName").map { name in
        name.hasPrefix("arn:") ? name : "arn:aws:lambda:\(place):function:\(name)"
      } ?? "*"
    case "logs.amazonaws.com":
      let group = call.text("LogGroupName") ?? call.text("logGroupName") ?? ""
      let stream = call.text("LogStreamName") ?? call.text("logStreamName") ?? ""
      return "arn:aws:logs:\(place):log-group:\(group):log-stream:\(stream)"
    case "secretsmanager.amazonaws.com": return call.text("SecretId") ?? call.text("Name") ?? "*"
    case "kms.amazonaws.com":
      return call.text("KeyId").map { id in
        id.hasPrefix("arn:")
          ? id : "arn:aws:kms:\(place):\(id.hasPrefix("alias/") ? id : "key/\(id)")"
      } ?? "*"
    default: return general(call)
    }
  }

  /// IAM names things in words.
  private static func iam(_ call: ServiceCall) -> String {
    let kinds = [
      ("InstanceProfileName", "instance profile"), ("GroupName", "group"), ("RoleName", "role"),
      ("UserName", "user"), ("PolicyArn", "policy"), ("PolicyName", "policy"),
    ]
    for (member, kind) in kinds {
      if let name = call.text(member) { return "\(kind) \(name)" }
    }
    return "*"
  }

  private static func general(_ call: ServiceCall) -> String {
    if let arn = GeneralAnswer.resourceARN(of: call) { return arn }
    guard let kind = KeptKind.of(call.operation),
      let name = kind.name(in: call)
        ?? kind.makers[call.operation.name].flatMap({ call.parameters.member($0)?.text })
    else { return "*" }
    let ending = kind.filled(kind.arn, name, in: call.account)
    // What is made up when a thing is made is not known yet.
    return GeneralAnswer.arn(of: call, ending: String(ending.prefix { $0 != "{" }))
  }
}
