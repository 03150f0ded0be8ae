internal import TrailRecord

// Which calls can be repeated without asking their service again (`Repetition`).

extension Cloud {
  /// An answer of a service, with what is known of calls like it.
  ///
  /// Only services are asked whose models are known to keep the promises of `Repetition`; for calls of all others it is
  /// not known.
  func repeatable(_ outcome: ServiceOutcome, _ call: ServiceCall) -> ServiceOutcome {
    guard outcome.afterwards == nil else { return outcome }
    var outcome = outcome
    outcome.repetition = repetition(of: call, outcome)
    return outcome
  }

  private func repetition(of call: ServiceCall, _ outcome: ServiceOutcome) -> Repetition? {
    if let work = outcome.work { return Repetition(.works(work)) }
    let name = call.operation.name
    let isQuestion = ["Get", "List", "Describe", "Head"].contains { name.hasPrefix($0) }
    switch call.operation.eventSource {
    case "s3.amazonaws.com":
      return objectRepetition(name, outcome) ?? (isQuestion ? Repetition() : nil)
    case "ec2.amazonaws.com":
      return isQuestion && call.operation.isReadOnly
        ? Repetition(dependsOnState: call.parameters.members?.isEmpty != true) : nil
    case "iam.amazonaws.com": return isQuestion ? Repetition() : nil
    case "kms.amazonaws.com":
      return isQuestion || ["Decrypt", "Encrypt"].contains(name)
        || name.hasPrefix("GenerateDataKey")
        ? Repetition() : nil
    case "lambda.amazonaws.com": return isQuestion || name == "Invoke" ? Repetition() : nil
    case "logs.amazonaws.com":
      // Which streams there are, other questions depend on.
      let isOfGroup = name.hasPrefix("Describe") || name == "FilterLogEvents"
      let names = ["nextToken", "logStreamNames", "logStreamNamePrefix"]
      return isOfGroup && !names.contains { call.parameters[$0] != nil } ? Repetition() : nil
    case "monitoring.amazonaws.com", "sns.amazonaws.com", "sqs.amazonaws.com":
      return isQuestion && call.parameters["NextToken"] == nil ? Repetition() : nil
    case "sts.amazonaws.com":
      return name == "GetCallerIdentity" ? Repetition(dependsOnState: false) : nil
    default:
      guard let kind = KeptKind.of(call.operation) else { return Repetition(dependsOnState: false) }
      return kind.isChanged(by: call.operation) ? nil : Repetition()
    }
  }

  private func objectRepetition(_ name: String, _ outcome: ServiceOutcome) -> Repetition? {
    switch name {
    case "GetObject", "HeadObject": Repetition(outcome.resources.isEmpty ? .nothing : .readsObject)
    case "PutObject": outcome.error == nil ? Repetition(.putsObject) : Repetition()
    case "DeleteObject": outcome.error == nil ? Repetition(.deletesObject) : Repetition()
    default: nil
    }
  }
}
