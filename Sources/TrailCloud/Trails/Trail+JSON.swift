package import TrailRecord

extension Trail {
  /// The answer of CreateTrail and UpdateTrail (facts §3.2).
  var settings: JSONValue { .members(settings(beforeARN: [], afterKey: [])) }

  /// The trail as DescribeTrails and GetTrail tell it.
  package var json: JSONValue {
    .members(
      settings(
        beforeARN: [("HomeRegion", .string(homeRegion))],
        afterKey: [
          ("HasCustomEventSelectors", .bool(hasCustomEventSelectors)),
          ("HasInsightSelectors", .bool(!insightSelectors.isEmpty)),
        ]))
  }

  private func settings(
    beforeARN: [(name: String, value: JSONValue?)], afterKey: [(name: String, value: JSONValue?)]
  ) -> [(name: String, value: JSONValue?)] {
    [
      ("Name", .string(name)), ("S3BucketName", .string(bucket)),
      ("S3KeyPrefix", .text(keyPrefix)), ("SnsTopicName", .text(topicName)),
      ("SnsTopicARN", .text(topicARN)),
      ("IncludeGlobalServiceEvents", .bool(includesGlobalServiceEvents)),
      ("IsMultiRegionTrail", .bool(isMultiRegion)),
    ] + beforeARN + [
      ("TrailARN", .string(arn)), ("LogFileValidationEnabled", .bool(validatesLogFiles)),
      ("CloudWatchLogsLogGroupArn", .text(logGroupARN)),
      ("CloudWatchLogsRoleArn", .text(logGroupRoleARN)), ("KmsKeyId", .text(kmsKeyARN)),
    ] + afterKey + [
      ("IsOrganizationTrail", .bool(isOrganizationTrail)),
      ("RecursiveLogging", recordsOwnDeliveries ? nil : .bool(false)),
    ]
  }

  /// The answer of GetEventSelectors.
  package var selectorsJSON: JSONValue {
    let member = effectiveSelectors.member
    return .members([("TrailARN", .string(arn)), (member.name, member.value)])
  }

  var insightSelectorsJSON: JSONValue {
    .members([
      ("TrailARN", .string(arn)), ("InsightSelectors", .array(insightSelectors.map(\.json))),
    ])
  }

  /// The answer of GetTrailStatus (facts §3.8): what never happened is left out, and the members that AWS retired are
  /// texts, empty or ISO times.
  package var statusJSON: JSONValue {
    func iso(_ time: Int64?) -> JSONValue {
      .string(time.map { EventTime.format($0 / 1000 * 1000) } ?? "")
    }
    return .members([
      ("IsLogging", .bool(isLogging)),
      ("LatestDeliveryError", .text(status.latestDeliveryError)),
      ("LatestNotificationError", .text(status.latestNotificationError)),
      ("LatestDeliveryTime", .seconds(status.latestDeliveryTime)),
      ("LatestNotificationTime", .seconds(status.latestNotificationTime)),
      ("StartLoggingTime", .seconds(status.startLoggingTime)),
      ("StopLoggingTime", .seconds(status.stopLoggingTime)),
      ("LatestCloudWatchLogsDeliveryError", .text(status.latestLogsDeliveryError)),
      ("LatestCloudWatchLogsDeliveryTime", .seconds(status.latestLogsDeliveryTime)),
      ("LatestDigestDeliveryTime", .seconds(status.latestDigestDeliveryTime)),
      ("LatestDigestDeliveryError", .text(status.latestDigestDeliveryError)),
      ("LatestDeliveryAttemptTime", iso(status.latestDeliveryAttemptTime)),
      ("LatestNotificationAttemptTime", iso(status.latestNotificationAttemptTime)),
      ("LatestNotificationAttemptSucceeded", iso(status.latestNotificationAttemptSucceeded)),
      ("LatestDeliveryAttemptSucceeded", iso(status.latestDeliveryAttemptSucceeded)),
      ("TimeLoggingStarted", iso(status.startLoggingTime)),
      ("TimeLoggingStopped", iso(status.stopLoggingTime)),
    ])
  }
}

extension InsightSelector {
  package var json: JSONValue {
    .members([
      ("InsightType", .string(type.rawValue)),
      ("EventCategories", categories.isEmpty ? nil : .texts(categories.map(\.rawValue))),
    ])
  }
}
