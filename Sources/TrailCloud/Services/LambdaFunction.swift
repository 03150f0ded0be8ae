package import TrailRecord

/// A Lambda function, as far as people ask.
package struct LambdaFunction: Sendable {
  package var name: String
  package var region: RegionName
  package var account: AccountID
  /// As Lambda describes it, under the names that records have.
  package var configuration: JSONValue
  /// Its resource policy; nil where nobody else may call it.
  package var policy: JSONValue?

  package var arn: String { LambdaNames.arn(name, region, account) }
  package var runtime: String { configuration["runtime"]?.text ?? "container image" }
  package var role: String { configuration["role"]?.text ?? "" }
}

extension Cloud {
  /// All functions, by account, Region and name.
  package var functionsThere: [LambdaFunction] {
    world.accounts.keys.sorted().flatMap { account in
      Regions.all.sorted().flatMap { region in
        functionNames(in: account, region: region).compactMap { name in
          function(name, account: account, region: region)
        }
      }
    }
  }

  /// The function of that name; nil where there is none.
  package func function(
    _ name: String, account: AccountID, region: RegionName
  ) -> LambdaFunction? {
    guard let known = kept(at: ResourcePlace("lambda/function", region, name), in: account) else {
      return nil
    }
    let statements = (known["statements"]?.members ?? []).map(\.value)
    return LambdaFunction(
      name: name, region: region, account: account,
      configuration: known.removing(["statements", "tags"]),
      policy: statements.isEmpty
        ? nil
        : ["Version": "2012-10-17", "Id": "default", "Statement": .array(statements)])
  }

  /// Makes a function that was there before, so that no event tells of it; one that is there already is changed.
  ///
  /// - Parameters:
  ///   - role: the ARN of its role; nil for one that is made for it.
  ///   - runtime: such as `python3.13`.
  ///   - invokers: the principals of services that may call it.
  package func defineFunction(
    _ name: String, in account: AccountID? = nil, region: RegionName? = nil, role: String? = nil,
    runtime: String? = nil, invokers: [String] = []
  ) {
    let account = account ?? world.account
    let place = ResourcePlace("lambda/function", region ?? world.region, name)
    let usualRole = "arn:aws:iam::\(account):role/\(name)-role"
    var function =
      kept(at: place, in: account)
      ?? newFunction(
        name, account: account, region: place.region,
        [
          "Role": .string(role ?? usualRole), "Handler": "index.handler",
          "Runtime": .string(runtime ?? "python3.13"),
        ], at: now - EventTime.millisecondsPerDay)
    if let role { function = function.setting("role", .string(role)) }
    if let runtime { function = function.setting("runtime", .string(runtime)) }
    var statements = function["statements"] ?? [:]
    for service in invokers {
      let id = "\(service.prefix { $0 != "." })-invoke"
      statements = statements.setting(
        id,
        [
          "Sid": .string(id), "Effect": "Allow", "Principal": ["Service": .string(service)],
          "Action": "lambda:InvokeFunction", "Resource": function["functionArn"] ?? .null,
        ])
    }
    if statements.members?.isEmpty == false {
      function = function.setting("statements", statements)
    }
    keep(active(function), at: place, in: account)
  }
}
