internal import TrailText

/// Which parameter an error of CreateTrail or UpdateTrail is about, so that the words can be shown that said it
/// (facts §3.2, §3.4).
enum RefusedParameter {
  /// What the Region of a call goes by among the places of its parameters.
  static let region = "Region"

  /// The API's names of the parameters, the likeliest first; empty where the error is about none.
  static func names(of code: String) -> [String] {
    switch code {
    case "S3BucketDoesNotExistException", "InsufficientS3BucketPolicyException",
      "InvalidS3BucketNameException":
      ["S3BucketName", "S3KeyPrefix"]
    case "InvalidS3PrefixException": ["S3KeyPrefix"]
    case "InvalidSnsTopicNameException", "InsufficientSnsTopicPolicyException": ["SnsTopicName"]
    case "InvalidKmsKeyIdException", "KmsKeyNotFoundException", "KmsException",
      "InsufficientEncryptionPolicyException":
      ["KmsKeyId"]
    case "InvalidCloudWatchLogsLogGroupArnException", "CloudWatchLogsDeliveryUnavailableException":
      ["CloudWatchLogsLogGroupArn"]
    case "InvalidCloudWatchLogsRoleArnException":
      ["CloudWatchLogsRoleArn", "CloudWatchLogsLogGroupArn"]
    case "InvalidParameterCombinationException": ["IncludeGlobalServiceEvents"]
    case "OrganizationsNotInUseException", "NotOrganizationMasterAccountException",
      "OrganizationNotInAllFeaturesModeException", "CloudTrailAccessNotEnabledException":
      ["IsOrganizationTrail"]
    case "InvalidTagParameterException", "TagsLimitExceededException": ["TagsList"]
    default: []
    }
  }
}

extension Diagnostics {
  /// The same without the lines that can be run instead.
  var withoutMends: Diagnostics {
    Diagnostics(
      list.map { problem in
        var problem = problem
        problem.fixIt = nil
        problem.label = nil
        return problem
      })
  }
}
