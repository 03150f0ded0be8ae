/// Who made the call: `user`, `who`, `role`.
enum PrincipalRules {
  static let userInputs: [ComputedRule.Input] = [
    .init("userIdentity.type"), .init("userIdentity.userName"), .init("userIdentity.arn"),
    .init("userIdentity.principalId"), .init("userIdentity.invokedBy"),
    .init("userIdentity.sessionContext.sessionIssuer.userName"),
    .init("userIdentity.onBehalfOf.userId"), .init("userIdentity.accountId"),
  ]

  /// `root`; the session's name for a role; the user's name; else the calling service, and what is left.
  static func user(_ values: ComputedRule.Values) -> [UInt8]? {
    let (type, userName, arn, principal) = (values[0], values[1], values[2], values[3])
    let (service, issuer, onBehalfOf, account) = (values[4], values[5], values[6], values[7])
    if let type, type.equals("root") { return Array("root".utf8) }
    if let type, type.equals("awsservice"), let service { return service.bytes }
    let arnName = arn.flatMap(ARNBytes.lastName)?.nonEmpty
    if let type, type.equals("assumedrole") {
      return (arnName ?? principal.flatMap(sessionName) ?? issuer ?? service)?.bytes
    }
    if let name = userName?.nonEmpty ?? arnName { return name.bytes }
    if type == nil, let service { return service.bytes }
    let rest = onBehalfOf ?? principal.flatMap(sessionName) ?? principal?.nonEmpty ?? service
    return (rest ?? account)?.bytes
  }

  /// What follows the colon of `AROA…:session`.
  private static func sessionName(
    _ principal: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    guard let colon = principal.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    return UnsafeBufferPointer(rebasing: principal[(colon + 1)...]).nonEmpty
  }

  static let whoInputs: [ComputedRule.Input] = [
    .init("userIdentity.arn"), .init("userIdentity.invokedBy"), .init("userIdentity.principalId"),
  ]

  static func who(_ values: ComputedRule.Values) -> [UInt8]? {
    values.lazy.compactMap { $0?.nonEmpty }.first?.bytes
  }

  static let roleInputs: [ComputedRule.Input] = [
    .init("requestParameters.roleArn"), .init("requestParameters.roleName"),
    .init("requestParameters.role"), .init("requestParameters.executionRoleArn"),
    .init("requestParameters.taskRoleArn"), .init("requestParameters.serviceRole"),
    .init("requestParameters.roleARN"), .init("userIdentity.type"),
    .init("userIdentity.sessionContext.sessionIssuer.type"),
    .init("userIdentity.sessionContext.sessionIssuer.arn"),
    .init("userIdentity.sessionContext.sessionIssuer.userName"), .init("userIdentity.arn"),
  ]

  /// The role that the call names, else the role whose session made the call.
  static func role(_ values: ComputedRule.Values) -> [UInt8]? {
    for named in values[0...6] {
      if let named = named?.nonEmpty { return named.bytes }
    }
    let (type, issuerType, issuerARN, issuerName) = (values[7], values[8], values[9], values[10])
    let isRoleSession = type?.equals("assumedrole") ?? false
    if isRoleSession || issuerType?.equals("role") ?? false {
      if let issuer = issuerARN?.nonEmpty ?? issuerName?.nonEmpty { return issuer.bytes }
      return values[11].flatMap(roleName)
    }
    return nil
  }

  /// `Dev` of `arn:aws:sts::1:assumed-role/Dev/session`.
  private static func roleName(_ arn: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let parts = arn.split(separator: UInt8(ascii: "/"))
    guard parts.count >= 3,
      parts[0].reversed().starts(with: ":assumed-role".utf8.reversed().dropLast())
    else { return nil }
    return Array(parts[parts.count - 2])
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  var nonEmpty: Self? { isEmpty ? nil : self }
}
