/// How the call came about: `tool`, `via`, `mfa`, `crossaccount`.
enum OriginRules {
  static let viaInputs: [ComputedRule.Input] = [
    .init("sessionCredentialFromConsole"), .init("userAgent"), .init("userIdentity.type"),
    .init("userIdentity.invokedBy"),
  ]

  /// The first rule that fits; nil where the record says nothing about it.
  static func via(_ values: ComputedRule.Values) -> [UInt8]? {
    let (fromConsole, agent, type, service) = (values[0], values[1], values[2], values[3])
    let answer: StaticString
    if let fromConsole, fromConsole.equals("true") {
      answer = "console"
    } else if service?.starts(with: "cloudformation.") ?? false
      || agent?.starts(with: "cloudformation.") ?? false
    {
      answer = "cloudformation"
    } else if let agent, isConsole(agent) {
      answer = "console"
    } else if service != nil || type?.equals("awsservice") ?? false {
      answer = "service"
    } else if let agent = agent?.nonEmpty {
      answer = client(agent)
    } else {
      return nil
    }
    return Array(UnsafeBufferPointer(start: answer.utf8Start, count: answer.utf8CodeUnitCount))
  }

  /// Whether a user agent is one of the console's: `console.amazonaws.com`, `signin.amazonaws.com`,
  /// `us-east-1.console.aws.amazon.com`, `[S3Console/0.4, …]`, `AWS CloudWatch Console`, `EC2ConsoleFrontend, …`,
  /// `aws-internal/3 … AWSLambdaConsole/…`. Tools name the operation that they call, which may be about a console.
  static func isConsole(_ agent: UnsafeBufferPointer<UInt8>) -> Bool {
    if agent.starts(with: "signin.") { return agent.ends(with: ".amazonaws.com") }
    let begin = agent.first == UInt8(ascii: "[") ? 1 : 0
    let isTool = tools.contains { agent.starts(with: $0, at: begin) }
    return !isTool && agent.contains("console")
  }

  /// How the agents of tools begin, those of browsers among them.
  private static let tools: [StaticString] = [
    "aws-cli", "awscli", "aws-sdk", "boto", "apn/", "terraform", "hashicorp", "awspowershell",
    "aws-tools", "mozilla/",
  ]

  private static func client(_ agent: UnsafeBufferPointer<UInt8>) -> StaticString {
    if agent.contains("terraform") { return "terraform" }
    if agent.contains("aws-cli/") || agent.contains("awscli") { return "cli" }
    if agent.contains("aws-sdk") || agent.contains("boto3/") || agent.contains("botocore/")
      || agent.contains("awspowershell") || agent.contains("aws-tools-")
    {
      return "sdk"
    }
    if agent.ends(with: ".amazonaws.com") || agent.equals("aws internal") { return "service" }
    return agent.contains("mozilla/") ? "browser" : "other"
  }

  static let toolInputs: [ComputedRule.Input] = [.init("userAgent")]

  /// What stands before the first space, without the bracket and the comma of `[aws-cli/2.1.3 …]` and
  /// `EC2ConsoleFrontend, …`.
  static func tool(_ values: ComputedRule.Values) -> [UInt8]? {
    guard let agent = values[0]?.nonEmpty else { return nil }
    var name = agent.prefix { $0 != UInt8(ascii: " ") }
    if name.first == UInt8(ascii: "[") { name = name.dropFirst() }
    while let last = name.last, last == UInt8(ascii: ",") || last == UInt8(ascii: "]") {
      name = name.dropLast()
    }
    return name.isEmpty ? nil : Array(name)
  }

  static let mfaInputs: [ComputedRule.Input] = [
    .init("additionalEventData.MFAUsed"),
    .init("userIdentity.sessionContext.attributes.mfaAuthenticated"), .init("userIdentity.type"),
  ]

  /// `no` only for root and IAM users: the records of federated sign-ins and role sessions say false whatever
  /// the identity provider asked for.
  static func mfa(_ values: ComputedRule.Values) -> [UInt8]? {
    let (used, authenticated, type) = (values[0], values[1], values[2])
    if used?.equals("yes") ?? false || authenticated?.equals("true") ?? false {
      return Array("yes".utf8)
    }
    let isSaidNo = used?.equals("no") ?? false || authenticated?.equals("false") ?? false
    guard isSaidNo, let type, type.equals("iamuser") || type.equals("root") else { return nil }
    return Array("no".utf8)
  }

  static let crossAccountInputs: [ComputedRule.Input] = [
    .init("userIdentity.accountId"), .init("recipientAccountId"),
  ]

  static func crossAccount(_ values: ComputedRule.Values) -> [UInt8]? {
    guard let caller = values[0]?.nonEmpty, let recipient = values[1]?.nonEmpty else { return nil }
    return Array((caller.elementsEqual(recipient) ? "false" : "true").utf8)
  }
}
