extension Cloud {
  /// The model of IAM.
  func performIAM(_ call: ServiceCall) -> ServiceOutcome { performGenerally(call) }
}
