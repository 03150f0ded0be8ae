internal import TrailRecord

/// What CreateTrail and UpdateTrail are sent, put into a trail: the checks that need to know nothing of the world.
///
/// An empty text takes a setting away (facts §3.6).
enum TrailSettings {
  static let maximumPrefixLength = 200
  static let maximumTopicLength = 256

  static func apply(_ call: ServiceCall, to trail: inout Trail) throws(AWSError) {
    if let bucket = call.text("S3BucketName") {
      if let fault = BucketName.fault(of: bucket) {
        throw AWSError(
          "InvalidS3BucketNameException", "Bucket name \(bucket) is not valid: \(fault).")
      }
      trail.bucket = bucket
    }
    if let prefix = call.text("S3KeyPrefix") {
      try checkPrefix(prefix)
      trail.keyPrefix = prefix.isEmpty ? nil : prefix
    }
    if let topic = call.text("SnsTopicName") { try applyTopic(topic, call, to: &trail) }
    try applyLogs(call, to: &trail)
    if let validates = call.bool("EnableLogFileValidation") { trail.validatesLogFiles = validates }
    if let own = call.bool("RecursiveLogging") { trail.recordsOwnDeliveries = own }
  }

  private static func checkPrefix(_ prefix: String) throws(AWSError) {
    guard prefix.unicodeScalars.count <= maximumPrefixLength else {
      throw AWSError(
        "InvalidS3PrefixException",
        "S3 prefix is longer than the maximum length (\(maximumPrefixLength)).")
    }
    // Ours: CloudTrail would write keys with empty parts.
    guard !prefix.hasPrefix("/"), !prefix.hasSuffix("/") else {
      throw AWSError(
        "InvalidS3PrefixException", "S3 prefix \(prefix) must not begin or end with a slash.")
    }
  }

  private static func applyTopic(
    _ topic: String, _ call: ServiceCall, to trail: inout Trail
  ) throws(AWSError) {
    guard !topic.isEmpty else {
      trail.topicName = nil
      trail.topicARN = nil
      return
    }
    var name = Substring(topic)
    var arn = "arn:aws:sns:\(call.region):\(call.account):\(topic)"
    if topic.hasPrefix("arn:") {
      let parts = topic.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 6, parts[2] == "sns" else { throw invalidTopic(topic) }
      name = parts[5]
      arn = topic
    }
    guard (1...maximumTopicLength).contains(name.utf8.count),
      name.utf8.allSatisfy({ byte in
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
          || byte < 0x80 && (0x41...0x5A).contains(byte & 0xDF)
      })
    else { throw invalidTopic(topic) }
    trail.topicName = topic
    trail.topicARN = arn
  }

  private static func invalidTopic(_ topic: String) -> AWSError {
    AWSError("InvalidSnsTopicNameException", "SNS topic name or ARN \(topic) is not valid.")
  }

  private static func applyLogs(_ call: ServiceCall, to trail: inout Trail) throws(AWSError) {
    let group = call.text("CloudWatchLogsLogGroupArn")
    let role = call.text("CloudWatchLogsRoleArn")
    if let group { trail.logGroupARN = group.isEmpty ? nil : group }
    if let role { trail.logGroupRoleARN = role.isEmpty ? nil : role }
    guard group != nil || role != nil else { return }
    if group == "", role == nil { trail.logGroupRoleARN = nil }
    switch (trail.logGroupARN, trail.logGroupRoleARN) {
    case (nil, nil): return
    case (_?, nil):
      throw AWSError(
        "InvalidCloudWatchLogsRoleArnException",
        "You must specify a CloudWatch Logs role ARN together with a log group ARN.")
    case (nil, _?):
      throw AWSError(
        "InvalidCloudWatchLogsLogGroupArnException",
        "You must specify a CloudWatch Logs log group ARN together with a role ARN.")
    case (let group?, let role?):
      guard isARN(group, service: "logs", prefix: "log-group:") else {
        throw AWSError(
          "InvalidCloudWatchLogsLogGroupArnException",
          "CloudTrail cannot validate the specified log group ARN.",
          advice: "such as arn:aws:logs:\(call.region):\(call.account):log-group:NAME:*")
      }
      guard isARN(role, service: "iam", prefix: "role/") else {
        throw AWSError(
          "InvalidCloudWatchLogsRoleArnException",
          "CloudTrail cannot validate the specified role ARN.",
          advice: "such as arn:aws:iam::\(call.account):role/NAME")
      }
    }
  }

  private static func isARN(_ text: String, service: String, prefix: String) -> Bool {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    return parts.count == 6 && parts[0] == "arn" && parts[2] == service
      && parts[5].hasPrefix(prefix) && parts[5].utf8.count > prefix.utf8.count
  }

  /// Whether a key is named in one of the four ways: alias, alias ARN, key ARN or key id.
  static func isKeyName(_ name: String) -> Bool {
    var name = Substring(name)
    if name.hasPrefix("arn:") {
      let parts = name.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      guard parts.count == 6, parts[2] == "kms" else { return false }
      name = parts[5]
      if name.hasPrefix("key/") { return isKeyID(name.dropFirst(4)) }
    }
    if name.hasPrefix("alias/") {
      let alias = name.dropFirst(6)
      return (1...256).contains(alias.utf8.count)
        && alias.utf8.allSatisfy { byte in
          "/_-".utf8.contains(byte) || (0x30...0x39).contains(byte)
            || byte < 0x80 && (0x41...0x5A).contains(byte & 0xDF)
        }
    }
    return isKeyID(name)
  }

  private static func isKeyID(_ id: Substring) -> Bool {
    func isHex(_ text: Substring, _ count: Int) -> Bool {
      text.utf8.count == count && text.allSatisfy(\.isHexDigit)
    }
    if id.hasPrefix("mrk-") { return isHex(id.dropFirst(4), 32) }
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 5 && zip(parts, [8, 4, 4, 4, 12]).allSatisfy { isHex($0, $1) }
  }
}
