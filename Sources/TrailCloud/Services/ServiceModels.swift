extension Cloud {
  /// What the service makes of a call: the one place that knows which model stands for which event source.
  func outcome(of call: ServiceCall) -> ServiceOutcome {
    if let event = serviceEvent(of: call) { return event }
    return switch call.operation.eventSource {
    case "account.amazonaws.com": performAccount(call)
    case "cloudtrail.amazonaws.com": performCloudTrail(call)
    case "ec2.amazonaws.com": repeatable(performEC2(call), call)
    case "events.amazonaws.com": performEvents(call)
    case "iam.amazonaws.com": repeatable(performIAM(call), call)
    case "kms.amazonaws.com": repeatable(performKMS(call), call)
    case "lambda.amazonaws.com": repeatable(performLambda(call), call)
    case "logs.amazonaws.com": repeatable(performLogs(call), call)
    case "monitoring.amazonaws.com": repeatable(performCloudWatch(call), call)
    case "organizations.amazonaws.com": performOrganizations(call)
    case "s3.amazonaws.com": repeatable(performS3(call), call)
    case "signin.amazonaws.com": performSignIn(call)
    case "sns.amazonaws.com": repeatable(performSNS(call), call)
    case "sqs.amazonaws.com": repeatable(performSQS(call), call)
    case "sts.amazonaws.com": repeatable(performSTS(call), call)
    default: repeatable(performGenerally(call), call)
    }
  }
}
