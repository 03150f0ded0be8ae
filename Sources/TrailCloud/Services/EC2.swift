extension Cloud {
  /// The model of EC2.
  func performEC2(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}
