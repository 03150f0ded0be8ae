extension Cloud {
  /// The model of SNS.
  func performSNS(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}
