/// All log groups.
package struct LogGroupRegistry: Sendable {
  private var groups: [String: LogGroup] = [:]
  /// What waits for log groups.
  var delivery = LogDeliveryState()

  init() {}

  /// The group of an ARN, with or without the `:*` that trails have at its end.
  package internal(set) subscript(arn: String) -> LogGroup? {
    get { groups[Self.key(arn)] }
    _modify { yield &groups[Self.key(arn)] }
  }

  private static func key(_ arn: String) -> String {
    arn.hasSuffix(":*") ? String(arn.dropLast(2)) : arn
  }

  /// The group of that name in a Region.
  package func group(
    _ name: String, in region: RegionName, account: AccountID
  ) -> LogGroup? {
    self["arn:aws:logs:\(region):\(account):log-group:\(name)"]
  }

  /// The groups in the order of their names; those of one account and Region, or of all.
  package func all(
    of account: AccountID? = nil, in region: RegionName? = nil
  ) -> [LogGroup] {
    groups.values.filter {
      (account == nil || $0.account == account) && (region == nil || $0.region == region)
    }.sorted { ($0.name, $0.region, $0.account) < ($1.name, $1.region, $1.account) }
  }

  package var isEmpty: Bool { groups.isEmpty }
}

extension Cloud {
  /// Makes a log group that was there before: no call, and so no event. The one that is there is returned where there
  /// is one.
  @discardableResult
  package func defineLogGroup(
    _ name: String, retentionDays: Int? = nil, region: RegionName? = nil,
    account: AccountID? = nil
  ) throws(AWSError) -> LogGroup {
    let region = region ?? world.region
    let account = account ?? world.account
    try LogNames.checkGroup(name)
    if let retentionDays { try LogNames.checkRetention(retentionDays) }
    var group =
      logGroups.group(name, in: region, account: account)
      ?? LogGroup(name: name, region: region, account: account, creationTime: now)
    group.retentionDays = retentionDays ?? group.retentionDays
    logGroups[group.arn] = group
    return group
  }
}

/// What CloudWatch Logs takes as names.
enum LogNames {
  static let maximumLength = 512
  /// Days for which events can be kept.
  static let retentionDays = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
  ]

  static func checkGroup(_ name: String) throws(AWSError) {
    try checkLength(name)
    guard
      name.utf8.allSatisfy({ PatternScanner.isWord($0) || ".-/#".utf8.contains($0) }),
      !name.isEmpty
    else { throw mismatch("logGroupName", name, "[\\.\\-_/#A-Za-z0-9]+") }
    // AWS's own groups begin with a slash: /aws/lambda/….
    guard !name.hasPrefix("AWS/") else {
      throw AWSError(
        "InvalidParameterException", "Log groups starting with AWS/ are reserved for AWS.")
    }
  }

  static func checkStream(_ name: String) throws(AWSError) {
    try checkLength(name)
    guard !name.isEmpty, !name.utf8.contains(where: { ":*".utf8.contains($0) }) else {
      throw mismatch("logStreamName", name, "[^:*]*")
    }
  }

  static func checkRetention(_ days: Int) throws(AWSError) {
    guard retentionDays.contains(days) else {
      throw AWSError(
        "InvalidParameterException",
        ValidationText.notOneOf("retentionInDays", "\(days)", retentionDays.map { "\($0)" }),
        advice: "days that AWS takes: \(retentionDays.map { "\($0)" }.joined(separator: ", "))")
    }
  }

  private static func checkLength(_ name: String) throws(AWSError) {
    guard name.unicodeScalars.count <= maximumLength else {
      throw AWSError(
        "InvalidParameterException",
        "Invalid LogGroup or LogStream, both must have length less than or equal to \(maximumLength)."
      )
    }
  }

  static func mismatch(_ parameter: String, _ value: String, _ pattern: String) -> AWSError {
    AWSError(
      "InvalidParameterException",
      ValidationText.constraint(
        parameter, value, "Member must satisfy regular expression pattern: \(pattern)"))
  }
}
