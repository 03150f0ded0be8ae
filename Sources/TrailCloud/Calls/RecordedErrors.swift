/// What a failed call leaves in its record.
enum RecordedErrors {
  private static let refusals: Set<String> = [
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation",
    "Client.UnauthorizedOperation", "UnauthorizedAccess", "AuthorizationError",
  ]

  /// What a VPC endpoint's policy answers (facts §1.8).
  static let endpointRefusal = "VpceAccessDenied"

  static func isRefusal(_ code: String) -> Bool { refusals.contains(code) }

  /// Services whose records of refused calls keep their `requestParameters` (facts §0.24, and real records).
  private static let talkativeServices: Set<String> = [
    "s3.amazonaws.com", "ec2.amazonaws.com", "ce.amazonaws.com", "appsync.amazonaws.com",
    "bedrock.amazonaws.com", "eks.amazonaws.com", "guardduty.amazonaws.com",
    "securityhub.amazonaws.com",
  ]

  /// Whether the record of a failed call has lost its `requestParameters` (facts §0.24).
  static func dropsParameters(_ code: String, of eventSource: String) -> Bool {
    if isRefusal(code) { return !talkativeServices.contains(eventSource) }
    return code == "ThrottlingException" && eventSource == "ssm.amazonaws.com"
  }

  /// `errorCode` in the record: EC2's codes carry a prefix, and CloudTrail shortens `AccessDeniedException`
  /// (facts §3.4, §12).
  static func recordedCode(of error: AWSError, eventSource: String) -> String {
    if let code = error.recordedCode { return code }
    if eventSource == "ec2.amazonaws.com" {
      if error.code.hasPrefix("Client.") || error.code.hasPrefix("Server.") { return error.code }
      if error.code == "AccessDenied" { return "Client.UnauthorizedOperation" }
      return "Client.\(error.code)"
    }
    if error.code == "AccessDeniedException" { return "AccessDenied" }
    // SNS refuses with a code of its own, and its records have the usual one (real records).
    if error.code == "AuthorizationError", eventSource == "sns.amazonaws.com" {
      return "AccessDenied"
    }
    // Records have the error's name, the wire a shorter code: `NoSuchEntity`.
    return APICatalogue.standard.recordedErrorCode(error.code, of: eventSource)
  }

  /// The failure that somebody asks for, with the service's usual text where he gives none.
  static func wanted(
    _ code: String, _ message: String?, for call: ServiceCall,
    identifiers: inout IdentifierSource
  ) -> AWSError {
    if let message { return AWSError(code, message) }
    guard isRefusal(code) else { return AWSError(code, usualTexts[code] ?? code) }
    let operation = call.operation
    if operation.eventSource == "s3.amazonaws.com" { return AWSError(code, "Access Denied") }
    if operation.eventSource == "ec2.amazonaws.com" {
      return AWSError(
        code,
        "You are not authorized to perform this operation. Encoded authorization failure message: "
          + identifiers.letters(200))
    }
    let action = action(operation)
    var text =
      "User: \(call.identity.arn ?? "anonymous") is not authorized to perform: \(action)"
      + " on resource: \(RefusedResource.text(of: call))"
    if operation.eventSource != "sts.amazonaws.com" {
      text += " because no identity-based policy allows the \(action) action"
    }
    return AWSError(code, text)
  }

  /// The action as refusals name it: SNS in capitals, SQS all small (real records and answers), and two permissions
  /// with names of their own.
  private static func action(_ operation: APIOperation) -> String {
    let service = operation.eventSource.prefix { $0 != "." }
    switch service {
    case "sns": return "SNS:\(operation.name)"
    case "sqs": return "sqs:\(operation.name.lowercased())"
    case "monitoring": return "cloudwatch:\(operation.name)"
    case "lambda" where operation.eventName == "Invoke": return "lambda:InvokeFunction"
    default: return "\(service):\(operation.name)"
    }
  }

  private static let usualTexts = [
    endpointRefusal: "The request was denied due to a VPC endpoint policy",
    "ThrottlingException": "Rate exceeded",
    "Throttling": "Rate exceeded",
    "RequestLimitExceeded": "Request limit exceeded.",
    "Client.RequestLimitExceeded": "Request limit exceeded.",
    "ServiceUnavailable": "Please reduce your request rate.",
    "SlowDown": "Please reduce your request rate.",
    "InternalError": "We encountered an internal error. Please try again.",
    "NoSuchBucket": "The specified bucket does not exist",
    "NoSuchKey": "The specified key does not exist.",
    "NoSuchBucketPolicy": "The bucket policy does not exist",
    "BucketNotEmpty": "The bucket you tried to delete is not empty",
    "InstanceLimitExceeded":
      "You have requested more instances than your current instance limit allows for the specified instance type.",
    "VcpuLimitExceeded":
      "You have requested more vCPU capacity than your current vCPU limit allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    "LimitExceededException": "Limit exceeded.",
    "ExpiredToken": "The security token included in the request is expired",
    "InvalidClientTokenId": "The security token included in the request is invalid.",
  ]
}
